#include "cli/unposted.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace purser::cli {
namespace {

// "2026-02", "2026-02 and 2026-05", "2026-02 to 2026-10"
std::string text_of(const std::vector<Month>& months) {
  const std::string first = format(months.front());
  const std::string last = format(months.back());
  if (months.size() == 1) return first;
  const bool is_gapless =
      (months.back() - months.front()).count() + 1 == static_cast<std::int64_t>(months.size());
  if (is_gapless && months.size() > 2) return fmt::format("{} to {}", first, last);
  std::vector<std::string> all = names_of(months);
  all.pop_back();
  return fmt::format("{} and {}", fmt::join(all, ", "), last);
}

}  // namespace

std::vector<std::string> names_of(const std::vector<Month>& unposted) {
  std::vector<std::string> names;
  for (const Month month : unposted) names.push_back(format(month));
  return names;
}

void say_unposted(const std::vector<Month>& unposted, books::Book book) {
  if (unposted.empty()) return;
  fmt::print(stderr,
             "purser: {} {} not posted in the {} book;\n"
             "no charge of then is above. To post: purser books post --through {}\n",
             text_of(unposted), unposted.size() == 1 ? "is" : "are", books::name(book),
             format(unposted.back()));
}

}  // namespace purser::cli
