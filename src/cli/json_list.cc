#include "cli/json_list.h"

#include "cli/context.h"

namespace purser::cli {
namespace {

constexpr std::size_t kBytesAtOnce = 65'536;

}  // namespace

JsonList::JsonList(const report::Json& before, std::string_view name) : gathered_(before.text()) {
  gathered_.pop_back();
  if (gathered_.size() > 1) gathered_ += ',';
  gathered_.append(report::Json(name).text()).append(":[");
}

Status JsonList::push(const report::Json& item) {
  if (!empty_) gathered_ += ',';
  empty_ = false;
  gathered_ += item.text();
  if (gathered_.size() < kBytesAtOnce) return {};
  PURSER_TRY(print(gathered_));
  gathered_.clear();
  return {};
}

Status JsonList::finish(const report::Json& after) {
  const std::string_view rest = std::string_view(after.text()).substr(1);
  gathered_ += ']';
  if (rest.size() > 1) gathered_ += ',';
  gathered_.append(rest).append("\n");
  return print(gathered_);
}

}  // namespace purser::cli
