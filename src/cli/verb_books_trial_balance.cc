// purser books trial-balance: what stands on every account, and that it sums to nothing.
#include <map>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "cli/accounts.h"
#include "cli/books_option.h"
#include "cli/verbs.h"
#include "report/json.h"
#include "report/table.h"

namespace purser::cli {
namespace {

using money::Money;
using report::Json;

// Debits are positive, credits negative; closing = opening + debits + credits.
struct Balance {
  Money opening;
  Money debits;
  Money credits;
  Money closing;
};
Balance empty_balance(money::Currency currency) {
  const Money zero = Money::zero(currency);
  return {zero, zero, zero, zero};
}

Status add_to(Money& sum, Money amount) {
  PURSER_ASSIGN(sum, money::add(sum, amount));
  return {};
}

Status add_line(Balance& balance, Money amount, bool before) {
  if (before) {
    PURSER_TRY(add_to(balance.opening, amount));
  } else if (amount.is_negative()) {
    PURSER_TRY(add_to(balance.credits, amount));
  } else {
    PURSER_TRY(add_to(balance.debits, amount));
  }
  return add_to(balance.closing, amount);
}

struct TrialBalance {
  std::map<std::pair<std::string, std::string>, Balance> accounts;  // by currency, account
  std::map<std::string, Balance> totals;                            // by currency

  Status add(const books::Line& line, bool before) {
    const money::Currency currency = line.amount.currency();
    const std::string code(currency.code());
    const Balance none = empty_balance(currency);
    PURSER_TRY(add_line(accounts.try_emplace({code, line.account}, none).first->second, line.amount,
                        before));
    return add_line(totals.try_emplace(code, none).first->second, line.amount, before);
  }
};

// With a month: what stood before it, its movements, and what stands at its end.
Result<TrialBalance> trial_balance(const books::Books& books, books::Book book,
                                   std::optional<Month> month) {
  TrialBalance trial;
  const auto take = [&](const books::Entry& entry) -> Status {
    if (entry.book != books::name(book) || (month && entry.period > *month)) return {};
    for (const books::Line& line : entry.lines) {
      PURSER_TRY(trial.add(line, month && entry.period < *month));
    }
    return {};
  };
  PURSER_TRY(books.each_entry(std::nullopt, take));
  return trial;
}

Json json_of(const Balance& balance) {
  Json json = Json::object();
  json.set("opening", balance.opening)
      .set("debits", balance.debits)
      .set("credits", -balance.credits)
      .set("closing", balance.closing);
  return json;
}

Json json_of(const TrialBalance& trial) {
  Json accounts = Json::array();
  for (const auto& [key, balance] : trial.accounts) {
    Json account = Json::object();
    account.set("account", key.second)
        .set("opening", balance.opening)
        .set("debits", balance.debits)
        .set("credits", -balance.credits)
        .set("closing", balance.closing);
    accounts.push(account);
  }
  Json totals = Json::array();
  for (const auto& [code, balance] : trial.totals) totals.push(json_of(balance));
  Json json = Json::object();
  json.set("accounts", accounts).set("totals", totals);
  return json;
}

std::string text_of(const TrialBalance& trial) {
  report::Table table({{"account"},
                       {"opening", report::Align::kDecimal},
                       {"debit", report::Align::kDecimal},
                       {"credit", report::Align::kDecimal},
                       {"closing", report::Align::kDecimal}});
  for (const auto& [key, b] : trial.accounts) {
    table.add_row(
        {key.second, format(b.opening), format(b.debits), format(-b.credits), format(b.closing)});
  }
  for (const auto& [code, b] : trial.totals) {
    table.add_total(
        {"total", format(b.opening), format(b.debits), format(-b.credits), format(b.closing)});
  }
  return table.render(report::TableStyle::for_stdout());
}

Result<int> run_trial_balance(Context& context, const Arguments& arguments) {
  PURSER_ASSIGN(const auto month, arguments.month("--period"));
  PURSER_ASSIGN(const auto book, book_asked_for(arguments));
  PURSER_ASSIGN(Accounts accounts, Accounts::open(context, Spool::kLeave));
  PURSER_ASSIGN(const TrialBalance trial,
                trial_balance(accounts.books(), book.value_or(books::Book::kFinancial), month));
  if (context.json()) {
    PURSER_TRY(print(json_of(trial).text() + "\n"));
  } else if (trial.accounts.empty()) {
    PURSER_TRY(print("Nothing was posted.\n"));
  } else {
    PURSER_TRY(print(text_of(trial)));
  }
  return 0;
}

}  // namespace

void add_books_trial_balance_verbs(std::vector<Verb>& verbs) {
  verbs.push_back({.name = "books trial-balance",
                   .summary = "what stands on every account; debits are positive",
                   .details = "",
                   .positionals = {},
                   .options = {{"--period", "MONTH", "up to its end, and what moved in it"},
                               book_option("which: financial, tax or management")},
                   .run = run_trial_balance});
}

}  // namespace purser::cli
