// purser budget set | list | show: what may be spent, and what is left of it.
#include <fmt/format.h>

#include "cli/accounts.h"
#include "cli/verbs.h"
#include "cost/load.h"
#include "report/json.h"
#include "report/table.h"

namespace purser::cli {
namespace {

using budget::Budget;
using budget::Standing;
using report::Align;
using report::Json;
using report::Table;
using report::TableStyle;

Json json_of(const Standing& standing) {
  Json json = Json::object();
  json.set("budget", standing.budget.name).set("amount", standing.budget.amount);
  json.set("period", budget::name(standing.budget.span)).set("spent", standing.spent);
  return json.set("reserved", standing.reserved).set("remaining", standing.remaining());
}

std::string table_of(const std::vector<Standing>& all) {
  Table table({{"budget"},
               {"period"},
               {"amount", Align::kDecimal},
               {"spent", Align::kDecimal},
               {"reserved", Align::kDecimal},
               {"left", Align::kDecimal}});
  for (const Standing& one : all) {
    table.add_row({one.budget.name, std::string(budget::name(one.budget.span)),
                   format(one.budget.amount), format(one.spent), format(one.reserved),
                   format(one.remaining())});
  }
  return table.render(TableStyle::for_stdout());
}

// What the rest buys on each machine in service.
Result<std::string> what_it_buys(Accounts& accounts, const Standing& standing, Date today) {
  std::string text;
  PURSER_ASSIGN(const std::vector<books::Asset> assets, accounts.books().assets());
  for (const books::Asset& asset : assets) {
    if (asset.currency() != standing.budget.amount.currency()) continue;
    PURSER_ASSIGN(const cost::ResourceMonth month,
                  cost::load_month(accounts.books(), asset, month_of(today)));
    if (month.parts.in_service.length() <= Nanoseconds{0}) continue;
    PURSER_ASSIGN(const cost::RateCard card, cost::rate_card(month, today));
    PURSER_ASSIGN(const meter::Allowance allowance, budget::allowance(standing, card));
    text += fmt::format("buys {} of '{}' under load\n",
                        allowance.device_time ? humanize(*allowance.device_time) : "any time",
                        asset.name);
  }
  return text;
}

Result<int> run_set(Context& context, const Arguments& arguments) {
  const auto parsed = money::parse_money(arguments.positional("AMOUNT"));
  if (!parsed) return fail(parsed.error().in("AMOUNT"));
  const money::Money amount = *parsed;
  PURSER_ASSIGN(const budget::Span span,
                budget::parse_span(arguments.text_or("--period", "total")));
  PURSER_ASSIGN(Accounts accounts, Accounts::open(context, Spool::kLeave));
  const Budget budget{
      .name = std::string(arguments.positional("NAME")), .amount = amount, .span = span};
  const bool dry_run = arguments.has("--dry-run");
  PURSER_TRY(
      accounts.budgets().set(budget, dry_run ? books::Effect::kDryRun : books::Effect::kWrite));
  if (context.json()) {
    Json answer = Json::object();
    answer.set("budget", budget.name).set("amount", amount);
    answer.set("period", budget::name(span)).set("written", !dry_run);
    PURSER_TRY(print(answer.text() + "\n"));
    return 0;
  }
  PURSER_TRY(print(
      fmt::format("{} '{}' {} {}.\n", dry_run ? "Would set budget" : "Budget", budget.name,
                  dry_run ? "to" : "is",
                  format(amount) + (span == budget::Span::kMonth ? " a month" : " in total"))));
  return 0;
}

Result<int> run_list(Context& context, const Arguments&) {
  PURSER_ASSIGN(Accounts accounts, Accounts::open(context, Spool::kCollect));
  PURSER_ASSIGN(const auto snapshot, accounts.begin_snapshot());
  PURSER_ASSIGN(const std::vector<Budget> budgets, accounts.budgets().budgets());
  std::vector<Standing> all;
  for (const Budget& budget : budgets) {
    PURSER_ASSIGN(Standing standing,
                  budget::load_standing(accounts.books(), accounts.records(), accounts.budgets(),
                                        budget.name, context.clock().now()));
    all.push_back(std::move(standing));
  }
  if (context.json()) {
    Json list = Json::array();
    for (const Standing& standing : all) list.push(json_of(standing));
    Json answer = Json::object();
    answer.set("budgets", list);
    PURSER_TRY(print(answer.text() + "\n"));
    return 0;
  }
  PURSER_TRY(print(all.empty() ? std::string("No budget yet; make one: purser budget set NAME "
                                             "'USD 10.00'\n")
                               : table_of(all)));
  return 0;
}

Result<int> run_show(Context& context, const Arguments& arguments) {
  PURSER_ASSIGN(Accounts accounts, Accounts::open(context, Spool::kCollect));
  PURSER_ASSIGN(const auto snapshot, accounts.begin_snapshot());
  const Instant now = context.clock().now();
  PURSER_ASSIGN(const Standing standing,
                budget::load_standing(accounts.books(), accounts.records(), accounts.budgets(),
                                      arguments.positional("NAME"), now));
  if (context.json()) {
    PURSER_TRY(print(json_of(standing).text() + "\n"));
    return 0;
  }
  PURSER_ASSIGN(const std::string buys, what_it_buys(accounts, standing, date_of(now)));
  PURSER_TRY(print(table_of({standing}) + buys));
  return 0;
}

}  // namespace

void add_budget_verbs(std::vector<Verb>& verbs) {
  verbs.push_back(
      {.name = "budget set",
       .summary = "say how much may be spent",
       .details =
           "Runs that name the budget are refused before they start if they could cost more than\n"
           "is left of it, and end in time if they come near. Setting it again changes the\n"
           "amount; what was spent stays spent.\n\n"
           "  purser budget set fashion 'USD 0.10'\n"
           "  purser budget set research 'USD 500.00' --period month",
       .positionals = {{"NAME", "lower-case letters, digits, '-', '_' and '.'"},
                       {"AMOUNT", "for example 'USD 0.10'"}},
       .options = {{"--period", "SPAN", "month (calendar, UTC) or total", "total"},
                   {"--dry-run", "", "check and say what would be set; write nothing"}},
       .run = run_set});
  verbs.push_back({.name = "budget list",
                   .summary = "all budgets, with what is spent, reserved and left",
                   .details = "  purser budget list",
                   .positionals = {},
                   .options = {},
                   .run = run_list});
  verbs.push_back({.name = "budget show",
                   .summary = "one budget, and the machine time that the rest of it buys",
                   .details = "  purser budget show fashion",
                   .positionals = {{"NAME", "the budget"}},
                   .options = {},
                   .run = run_show});
}

}  // namespace purser::cli
