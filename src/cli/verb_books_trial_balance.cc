// purser books trial-balance: what stands on every account, and that it sums to nothing.
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "books/trial_balance.h"
#include "cli/books_option.h"
#include "cli/database.h"
#include "cli/months.h"
#include "cli/unposted.h"
#include "cli/verbs.h"
#include "report/json.h"
#include "report/table.h"

namespace purser::cli {
namespace {

using money::Money;
using report::Json;

using books::AccountBalance;
using books::Book;

Date last_day(Month month) { return period_of(month).end - std::chrono::days{1}; }

Status add_to(Money& sum, Money amount) {
  PURSER_ASSIGN(sum, money::add(sum, amount));
  return {};
}

struct WithTotals {
  std::vector<AccountBalance> accounts;
  std::map<std::string, AccountBalance> totals;  // by currency
};

Result<WithTotals> with_totals(std::vector<AccountBalance> accounts) {
  WithTotals trial{std::move(accounts), {}};
  for (const AccountBalance& one : trial.accounts) {
    const Money zero = Money::zero(one.closing.currency());
    AccountBalance& total = trial.totals
                                .try_emplace(std::string(zero.currency().code()),
                                             AccountBalance{"total", zero, zero, zero, zero})
                                .first->second;
    PURSER_TRY(add_to(total.opening, one.opening));
    PURSER_TRY(add_to(total.debits, one.debits));
    PURSER_TRY(add_to(total.credits, one.credits));
    PURSER_TRY(add_to(total.closing, one.closing));
  }
  return trial;
}

Json& add_balance(Json& json, const AccountBalance& balance) {
  json.set("opening", balance.opening)
      .set("debits", balance.debits)
      .set("credits", -balance.credits)
      .set("closing", balance.closing);
  return json;
}

Json json_of(const WithTotals& trial) {
  Json accounts = Json::array();
  for (const AccountBalance& balance : trial.accounts) {
    Json account = Json::object();
    account.set("account", balance.account);
    accounts.push(add_balance(account, balance));
  }
  Json totals = Json::array();
  for (const auto& [code, balance] : trial.totals) {
    Json total = Json::object();
    totals.push(add_balance(total, balance));
  }
  Json json = Json::object();
  json.set("accounts", accounts).set("totals", totals);
  return json;
}

std::string text_of(const WithTotals& trial) {
  report::Table table({{"account"},
                       {"opening", report::Align::kDecimal},
                       {"debit", report::Align::kDecimal},
                       {"credit", report::Align::kDecimal},
                       {"closing", report::Align::kDecimal}});
  for (const AccountBalance& b : trial.accounts) {
    table.add_row(
        {b.account, format(b.opening), format(b.debits), format(-b.credits), format(b.closing)});
  }
  for (const auto& [code, b] : trial.totals) {
    table.add_total(
        {b.account, format(b.opening), format(b.debits), format(-b.credits), format(b.closing)});
  }
  return table.render(report::TableStyle::for_stdout());
}

// "The financial book from 2026-01-01 until 2026-12-31, as posted"
std::string heading(Book book, const std::optional<Months>& months,
                    const std::optional<Month>& last) {
  std::string days = "nothing";
  if (last) days = fmt::format("all until {}", format(last_day(*last)));
  if (months) {
    days = fmt::format("from {} until {}", format(first_day(months->first)),
                       format(last_day(months->last)));
  }
  return fmt::format("The {} book, {}, as posted", books::name(book), days);
}

Result<int> run_trial_balance(Context& context, const Arguments& arguments) {
  PURSER_ASSIGN(const auto months, period_asked_for(arguments));
  PURSER_ASSIGN(const auto asked, book_asked_for(arguments));
  const Book book = asked.value_or(Book::kFinancial);
  PURSER_ASSIGN(const Workspace workspace, context.workspace());
  PURSER_ASSIGN(auto database, open_database(workspace));
  PURSER_ASSIGN(const auto snapshot, database.begin_snapshot());
  PURSER_ASSIGN(
      auto trial,
      books::trial_balance(database, book, months ? std::optional(months->first) : std::nullopt,
                           months ? std::optional(months->last) : std::nullopt));
  const auto last = months ? std::optional(months->last) : trial.last;
  const Instant now = context.clock().now();
  PURSER_ASSIGN(const auto unposted,
                unposted_by(database, book, last.value_or(month_of(date_of(now))), now));
  PURSER_ASSIGN(const WithTotals totals, with_totals(std::move(trial.accounts)));
  if (context.json()) {
    Json json = json_of(totals);
    json.set("book", books::name(book))
        .set("from", months ? Json(first_day(months->first)) : Json())
        .set("until", last ? Json(last_day(*last)) : Json())
        .set("unposted", names_of(unposted));
    PURSER_TRY(print(json.text() + "\n"));
  } else if (totals.accounts.empty()) {
    PURSER_TRY(print("Nothing was posted.\n"));
  } else {
    PURSER_TRY(print(fmt::format("{}\n\n{}", heading(book, months, last), text_of(totals))));
  }
  say_unposted(unposted, book);
  return 0;
}

}  // namespace

void add_books_trial_balance_verbs(std::vector<Verb>& verbs) {
  verbs.push_back(
      {.name = "books trial-balance",
       .summary = "what stands on every account; debits are positive",
       .details = "Without --period it has all that was posted, and says until when: what lies\n"
                  "ahead may be in it. With it, what stood before, moved in it, and stands at\n"
                  "its end.\n\n"
                  "  purser books trial-balance --period 2026-01..2026-12",
       .positionals = {},
       .options = {{"--period", "MONTHS", "2026-09, 2026-01..2026-12, 2026 or FY2026", "all"},
                   kFiscalYearStart,
                   book_option("which: financial, tax or management")},
       .run = run_trial_balance});
}

}  // namespace purser::cli
