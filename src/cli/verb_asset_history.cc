// purser asset history: the whole life of a machine, and what was done to keep all of them going.
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "books/history.h"
#include "cli/books_option.h"
#include "cli/database.h"
#include "cli/history_words.h"
#include "cli/verbs.h"
#include "report/table.h"

namespace purser::cli {
namespace {

using books::Book;
using books::Happened;
using books::LoggedService;
using report::Align;
using report::Json;
using report::Overflow;
using report::Table;
using report::TableStyle;

// All days, or those that --from and --to name, both included.
Result<Period> days_asked_for(const Arguments& arguments) {
  PURSER_ASSIGN(const auto from, arguments.date("--from"));
  PURSER_ASSIGN(const auto to, arguments.date("--to"));
  const Period days{from.value_or(Date(std::chrono::year{1} / 1 / 1)),
                    to.value_or(Date(std::chrono::year{9999} / 12 / 31)) + std::chrono::days{1}};
  if (days.days() > 0) return days;
  return fail(ErrorCode::kInvalidInput,
              fmt::format("--to: {} is before {}; write the earlier day first",
                          format(days.end - std::chrono::days{1}), format(days.start)));
}

// --- of one machine ------------------------------------------------------------------------------

std::string details_of(const Told& told) {
  std::vector<std::string> parts;
  if (told.undone) {
    parts.push_back(fmt::format("undone on {}{}", format(date_of(told.undone->recorded)),
                                told.undone->who.empty() ? "" : " by " + told.undone->who));
  }
  if (!told.details.empty()) parts.push_back(told.details);
  if (!told.document.empty()) parts.push_back(books::document_text(told.document));
  if (told.counts_from) parts.push_back(fmt::format("counts from {}", format(*told.counts_from)));
  return fmt::format("{}", fmt::join(parts, "; "));
}

// Where details would have to share a line with who recorded them.
bool is_narrow(const TableStyle& style) { return style.columns != 0 && style.columns < 100; }

// What --event takes is whole or of no use: it is aligned as a figure, which is never cut.
Table history_table(const TableStyle& style) {
  std::vector<report::Column> columns{{"on"},
                                      {"what"},
                                      {"amount", Align::kDecimal},
                                      {"details", Align::kLeft, Overflow::kWrap},
                                      {"event", Align::kRight, Overflow::kCut, true}};
  if (!is_narrow(style)) {
    columns.push_back({"recorded", Align::kLeft, Overflow::kDrop});
    columns.push_back({"by", Align::kLeft, Overflow::kDrop});
  }
  return Table(std::move(columns));
}

Status print_history(const Context& context, const books::History& history,
                     std::optional<Book> book, const Period& days) {
  Json list = Json::array();
  const TableStyle style = TableStyle::for_stdout();
  Table table = history_table(style);
  for (const Happened& one : history.happened) {
    if (!days.contains(one.on)) continue;
    PURSER_ASSIGN(const auto told, told_of(one, history, book));
    if (!told) continue;
    list.push(json_of(one, *told));
    std::vector<std::string> row{format(one.on), told->what,
                                 told->amount ? format(*told->amount) : "", details_of(*told),
                                 one.key};
    if (!is_narrow(style)) {
      row.push_back(one.recorded ? format(date_of(*one.recorded)) : "");
      row.push_back(one.who);
    }
    table.add_row(std::move(row));
  }
  if (context.json()) {
    Json json = Json::object();
    json.set("asset", history.asset)
        .set("book", book ? Json(books::name(*book)) : Json("all"))
        .set("history", list);
    return print(json.text() + "\n");
  }
  if (table.empty()) {
    return print(fmt::format("Nothing of '{}' is recorded on those days.\n", history.asset));
  }
  return print(table.render(style));
}

// --- of all --------------------------------------------------------------------------------------

Status print_log(const Context& context, const std::vector<LoggedService>& log) {
  Json list = Json::array();
  Table table({{"on"},
               {"asset"},
               {"cost", Align::kDecimal},
               {"down", Align::kRight},
               {"next due"},
               {"note", Align::kLeft, Overflow::kWrap},
               {"by", Align::kLeft, Overflow::kDrop}});
  std::map<std::string, money::Money, std::less<>> costs;  // by currency
  Nanoseconds down{0};
  for (const LoggedService& one : log) {
    const books::Service& service = one.service;
    list.push(json_of(one));
    table.add_row({format(service.on), service.asset, service.cost ? format(*service.cost) : "",
                   service.downtime.count() == 0 ? "" : humanize(service.downtime),
                   service.next_due ? format(*service.next_due) : "", service.note, one.who});
    down += service.downtime;
    if (!service.cost) continue;
    const money::Currency currency = service.cost->currency();
    money::Money& sum =
        costs.try_emplace(std::string(currency.code()), money::Money::zero(currency)).first->second;
    PURSER_ASSIGN(sum, money::add(sum, *service.cost));
  }
  if (context.json()) {
    Json json = Json::object();
    json.set("services", list);
    return print(json.text() + "\n");
  }
  if (log.empty()) return print("No service is recorded on those days.\n");
  std::string hours = down.count() == 0 ? "" : humanize(down);
  if (costs.empty()) table.add_total({"total", "", "", hours});
  for (const auto& [code, sum] : costs) {
    table.add_total({"total", "", format(sum), std::exchange(hours, "")});
  }
  return print(table.render(TableStyle::for_stdout()));
}

Result<int> run_history(Context& context, const Arguments& arguments) {
  PURSER_ASSIGN(const Period days, days_asked_for(arguments));
  PURSER_ASSIGN(const auto book, book_asked_for(arguments));
  PURSER_ASSIGN(const Workspace workspace, context.workspace());
  PURSER_ASSIGN(auto database, open_database(workspace));
  const std::string_view name = arguments.positional("NAME");
  if (name.empty()) {
    PURSER_ASSIGN(const auto log, books::service_log(database, days));
    PURSER_TRY(print_log(context, log));
    return 0;
  }
  PURSER_ASSIGN(const books::History history, books::history_of(database, name));
  PURSER_TRY(print_history(context, history, book, days));
  return 0;
}

}  // namespace

void add_asset_history_verbs(std::vector<Verb>& verbs) {
  verbs.push_back(
      {.name = "asset history",
       .summary = "all that was recorded of a machine, or the services of all of them",
       .details =
           "Bought, moved, improved, looked after, measured anew, gone: by day, with amounts,\n"
           "who recorded it when, and from which day it counts where its month was closed\n"
           "already. What was taken back is marked; what asset undo --event takes back by\n"
           "itself has its event. Without a name it is the log of services of all machines,\n"
           "with what they cost and how long they stood still.\n\n"
           "  purser asset history server\n"
           "  purser asset history --from 2026-01-01 --to 2026-12-31",
       .positionals = {{"NAME", "which; all of them, if none", false}},
       .options = {{"--from", "DATE", "what happened from this day on"},
                   {"--to", "DATE", "until this day, included"},
                   book_option("only what concerns this one: financial, tax or management", {})},
       .run = run_history});
}

}  // namespace purser::cli
