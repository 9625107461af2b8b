// purser asset schedule: every charge over a life, for terms given or for an asset in the books.
#include <fmt/format.h>

#include "books/books.h"
#include "cli/database.h"
#include "cli/terms.h"
#include "cli/verbs.h"
#include "report/json.h"
#include "report/table.h"

namespace purser::cli {
namespace {

using books::Schedule;
using money::Money;
using report::Align;
using report::Json;

// The terms on the command line need no workspace; those of an asset do.
Result<books::Terms> terms_asked_for(Context& context, const Arguments& arguments) {
  const std::string_view name = arguments.positional("NAME");
  if (name.empty()) return terms_from(arguments);
  for (const Option& option : terms_options(Required::kNo)) {
    if (!arguments.has(option.flag)) continue;
    return fail(ErrorCode::kInvalidInput,
                fmt::format("{} has no place beside the asset '{}', which has its own terms; leave "
                            "one of them out",
                            option.flag, name));
  }
  PURSER_ASSIGN(const Workspace workspace, context.workspace());
  PURSER_ASSIGN(auto database, open_database(workspace));
  PURSER_ASSIGN(const books::Asset asset, books::Books(database, context.clock()).asset(name));
  return asset.terms;
}

Result<Schedule> schedule_asked_for(Context& context, const Arguments& arguments) {
  PURSER_ASSIGN(books::Terms terms, terms_asked_for(context, arguments));
  PURSER_ASSIGN(const auto disposed, arguments.date("--dispose"));
  if (disposed) terms.disposed = disposed;
  const auto length = books::parse_period_length(arguments.text_or("--period", "month"));
  if (!length) return fail(length.error().in("--period"));
  const auto fiscal_year =
      books::parse_fiscal_year_start(arguments.text_or("--fiscal-year-start", "01-01"));
  if (!fiscal_year) return fail(fiscal_year.error().in("--fiscal-year-start"));
  return books::schedule(terms, *length, *fiscal_year);
}

// Calls `take` with each charge and what has accumulated by its end.
template <class Take>
Status each_line(const Schedule& schedule, Take take) {
  Money accumulated = Money::zero(schedule.cost.currency());
  for (const books::Charge& charge : schedule.charges) {
    PURSER_ASSIGN(accumulated, money::add(accumulated, charge.amount));
    PURSER_ASSIGN(const Money book_value, money::subtract(schedule.cost, accumulated));
    take(charge, accumulated, book_value);
  }
  return {};
}

Result<std::string> json_text(const Schedule& schedule) {
  Json charges = Json::array();
  PURSER_TRY(each_line(schedule, [&](const books::Charge& charge, Money accumulated, Money value) {
    Json line = Json::object();
    line.set("start", charge.period.start)
        .set("end", charge.period.end)
        .set("charge", charge.amount)
        .set("accumulated", accumulated)
        .set("book_value", value);
    charges.push(line);
  }));
  Json json = Json::object();
  json.set("charges", charges).set("total", schedule.total);
  return json.text() + "\n";
}

Result<std::string> table_text(const Schedule& schedule) {
  report::Table table({{"from"},
                       {"until"},
                       {"charge", Align::kDecimal},
                       {"accumulated", Align::kDecimal},
                       {"book value", Align::kDecimal}});
  PURSER_TRY(each_line(schedule, [&](const books::Charge& charge, Money accumulated, Money value) {
    table.add_row({format(charge.period.start), format(charge.period.end), format(charge.amount),
                   format(accumulated), format(value)});
  }));
  table.add_total({"total", "", format(schedule.total), "", ""});
  return table.render(report::TableStyle::for_stdout());
}

Result<int> run_schedule(Context& context, const Arguments& arguments) {
  PURSER_ASSIGN(const Schedule schedule, schedule_asked_for(context, arguments));
  PURSER_ASSIGN(const std::string text,
                context.json() ? json_text(schedule) : table_text(schedule));
  PURSER_TRY(print(text));
  return 0;
}

}  // namespace

void add_asset_schedule_verbs(std::vector<Verb>& verbs) {
  std::vector<Option> options = terms_options(Required::kNo);
  options.insert(options.end(),
                 {{"--period", "LENGTH", "of a line: day, month, quarter or year", "month"},
                  {"--fiscal-year-start", "MM-DD", "where quarters and years begin", "01-01"},
                  {"--dispose", "DATE", "as if it left on that day"}});
  verbs.push_back(
      {.name = "asset schedule",
       .summary = "every charge over a life, to the cent; needs no workspace",
       .details = "  purser asset schedule --cost 'USD 12,000.00' --salvage 'USD 1,500.00' \\\n"
                  "    --life 48mo --in-service 2026-02-15 --period year\n"
                  "  purser asset schedule server",
       .positionals = {{"NAME", "an asset in the books, in place of terms", false}},
       .options = std::move(options),
       .run = run_schedule});
}

}  // namespace purser::cli
