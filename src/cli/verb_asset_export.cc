// purser asset export: the machines as lines that asset import reads.
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/csv.h"
#include "books/purchase.h"
#include "cli/accounts.h"
#include "cli/asset_lines.h"
#include "cli/asset_words.h"
#include "cli/json_list.h"
#include "cli/verbs.h"
#include "report/json.h"
#include "report/table.h"

namespace purser::cli {
namespace {

using report::Json;

// Prints lines as they come, so that memory does not grow with them.
class Sheet {
 public:
  explicit Sheet(const Context& context) : context_(context), list_(Json::object(), "lines") {
    gathered_ = fmt::format("{}\n", fmt::join(import_columns(), ","));
  }

  Status take(const LineFields& line) {
    if (context_.json()) return list_.push(json_of(line));
    std::string_view comma;
    for (const std::string& column : import_columns()) {
      const auto found = line.find(column);
      gathered_.append(comma);
      if (found != line.end()) gathered_ += csv_field(found->second);
      comma = ",";
    }
    gathered_ += '\n';
    constexpr std::size_t kBytesAtOnce = 65'536;
    return gathered_.size() < kBytesAtOnce ? Status() : flush();
  }

  void leave_out(std::string why) { left_out_.push_back(std::move(why)); }

  // What no line says stands on stderr, once the lines are out.
  Status finish() {
    PURSER_TRY(context_.json() ? list_.finish(Json::object().set("left_out", left_out_)) : flush());
    for (const std::string& why : left_out_) {
      fmt::print(stderr, "purser: {}\n", report::printable(why));
    }
    return {};
  }

 private:
  static Json json_of(const LineFields& line) {
    Json fields = Json::object();
    for (const std::string& column : import_columns()) {
      const auto found = line.find(column);
      if (found != line.end() && !found->second.empty()) fields.set(column, found->second);
    }
    return fields;
  }

  Status flush() {
    PURSER_TRY(print(gathered_));
    gathered_.clear();
    return {};
  }

  const Context& context_;
  std::string gathered_;
  JsonList list_;
  std::vector<std::string> left_out_;
};

Result<int> run_export(Context& context, const Arguments& arguments) {
  PURSER_ASSIGN(const auto on, parse_word(words_of(arguments), "on", parse_date));
  PURSER_ASSIGN(Accounts accounts, Accounts::open(context, Spool::kLeave));
  PURSER_ASSIGN(const auto snapshot, accounts.begin_snapshot());
  Telling telling{.day = on.value_or(date_of(context.clock().now())),
                  .all_taken_over = on.has_value()};
  PURSER_ASSIGN(telling.at_once, accounts.purchases().bought_at_once());
  PURSER_ASSIGN(telling.kept, accounts.upkeep().kept());
  Sheet sheet(context);
  const auto lost = [&](std::string why) { sheet.leave_out(std::move(why)); };
  const auto take = [&](const books::Asset& asset) -> Status {
    PURSER_ASSIGN(const std::vector<LineFields> lines, lines_of(asset, telling, lost));
    for (const LineFields& line : lines) PURSER_TRY(sheet.take(line));
    return {};
  };
  PURSER_TRY(accounts.books().each_asset(take));
  PURSER_ASSIGN(const std::vector<books::Purchase> pending, accounts.purchases().pending());
  for (const books::Purchase& purchase : pending) {
    sheet.leave_out(
        fmt::format("'{}': it is ordered or in progress, and no line before it is "
                    "placed in service",
                    purchase.asset));
  }
  PURSER_TRY(sheet.finish());
  return 0;
}

}  // namespace

void add_asset_export_verbs(std::vector<Verb>& verbs) {
  verbs.push_back(
      {.name = "asset export",
       .summary = "the machines as a CSV file that asset import reads",
       .details =
           "A machine to which nothing happened that changed its amounts comes as it was added.\n"
           "Another one comes as it stands today, taken over from then on, with what was charged\n"
           "by then; with --on all of them do, for other books that begin on that day.\n\n"
           "  purser asset export > fleet.csv\n"
           "  purser asset export --on 2026-12-01 > opening.csv",
       .positionals = {},
       .options = {{"--on", "DATE", "as they stand then, to be taken over"}},
       .run = run_export});
}

}  // namespace purser::cli
