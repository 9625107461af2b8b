// All SQL of budgets.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "books/roles.h"
#include "budget/budget.h"

namespace purser::budget {
namespace {

constexpr std::array<store::Migration, 1> kMigrations{{{"budget", 1, R"(
  CREATE TABLE budget (
    name TEXT PRIMARY KEY,
    currency TEXT NOT NULL,
    amount_minor INTEGER NOT NULL,
    span INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE reservation (
    run_id TEXT PRIMARY KEY,
    budget TEXT NOT NULL REFERENCES budget (name),
    upper_bound_billionths TEXT NOT NULL,
    settled INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX open_reservation ON reservation (budget) WHERE settled = 0;
)"}}};

Result<Budget> read_budget(const store::Row& row) {
  PURSER_ASSIGN(const money::Currency currency, money::Currency::parse(row.text(1)));
  return Budget{.name = std::string(row.text(0)),
                .amount = money::Money(row.integer(2), currency),
                .span = row.enumerator(3, Span::kMonth)};
}

}  // namespace

std::span<const store::Migration> Budgets::migrations() { return kMigrations; }

Status Budgets::set(const Budget& budget, books::Effect effect) {
  if (!is_plain_name(budget.name)) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("'{}' is no name for a budget; use lower-case letters, digits, '-', "
                            "'_' and '.', at most 64",
                            budget.name));
  }
  if (budget.amount.is_negative()) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("budget '{}': {} is below zero; a budget is an amount that may be "
                            "spent",
                            budget.name, money::format(budget.amount)));
  }
  PURSER_ASSIGN(auto transaction, books::begin_as(database_, who_));
  if (const auto before = this->budget(budget.name)) {
    if (before->amount.currency() != budget.amount.currency()) {
      return fail(ErrorCode::kInvalidInput,
                  fmt::format("budget '{}' is in {}, and runs were charged to it so; make a new "
                              "budget for {}",
                              budget.name, before->amount.currency().code(),
                              budget.amount.currency().code()));
    }
  } else if (before.error().code() != ErrorCode::kNotFound) {
    return fail(before.error());
  }
  if (effect == books::Effect::kDryRun) return {};
  PURSER_TRY(
      database_.run("INSERT INTO budget VALUES (?, ?, ?, ?) ON CONFLICT (name) DO UPDATE "
                    "SET amount_minor = excluded.amount_minor, span = excluded.span",
                    {budget.name, budget.amount.currency().code(), budget.amount.minor(),
                     static_cast<int>(budget.span)}));
  return transaction.commit();
}

Result<Budget> Budgets::budget(std::string_view name) const {
  PURSER_ASSIGN(const std::vector<Budget> all, budgets());
  std::vector<std::string> names;
  for (const Budget& budget : all) {
    if (budget.name == name) return budget;
    names.push_back(budget.name);
  }
  const std::string near = did_you_mean(name, names);
  return fail(ErrorCode::kNotFound,
              fmt::format("no budget '{}'{}", name,
                          near.empty() ? fmt::format("; make it: purser budget set {} 'USD 10.00'",
                                                     is_plain_name(name) ? name : "NAME")
                                       : near));
}

Result<std::vector<Budget>> Budgets::budgets() const {
  std::vector<Budget> all;
  PURSER_ASSIGN(auto select, database_.prepare("SELECT name, currency, amount_minor, span FROM "
                                               "budget ORDER BY name"));
  PURSER_TRY(select.each({}, [&](const store::Row& row) -> Status {
    PURSER_ASSIGN(Budget budget, read_budget(row));
    all.push_back(std::move(budget));
    return {};
  }));
  return all;
}

Result<money::Cost> Budgets::reserve(std::string_view name, std::string_view run_id,
                                     const Claim& claim, const SpendsUntilNow& spends_until_now,
                                     const cost::RateCard& card) {
  PURSER_ASSIGN(auto transaction, database_.begin());
  PURSER_ASSIGN(const Budget budget, this->budget(name));
  PURSER_ASSIGN(const std::vector<Reservation> open, open_reservations(name));
  PURSER_ASSIGN(const std::vector<Spend> spends, spends_until_now(budget));
  const Standing others = standing(budget, spends, open, run_id);
  PURSER_TRY(admit(others, card, claim.least));
  const money::Cost upper_bound = std::min(claim.most, others.remaining());
  // A run that is settled has ended: it may not come back under the same id.
  PURSER_ASSIGN(auto settled,
                database_.prepare("SELECT 1 FROM reservation WHERE run_id = ? AND settled = 1"));
  PURSER_ASSIGN(const bool has_ended,
                settled.first({run_id}, [](const store::Row&) -> Status { return {}; }));
  if (has_ended) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("run '{}' has ended and can reserve nothing of budget '{}'; start a "
                            "new run",
                            run_id, name));
  }
  PURSER_TRY(
      database_.run("INSERT INTO reservation VALUES (?, ?, ?, 0) ON CONFLICT (run_id) DO "
                    "UPDATE SET upper_bound_billionths = excluded.upper_bound_billionths, "
                    "budget = excluded.budget WHERE reservation.settled = 0",
                    {run_id, name, money::to_string(upper_bound.billionths())}));
  PURSER_TRY(transaction.commit());
  return upper_bound;
}

Status Budgets::settle(std::string_view run_id) {
  return database_.run("UPDATE reservation SET settled = 1 WHERE run_id = ?", {run_id});
}

Status Budgets::settle_ended(const meter::Records& records) {
  std::vector<std::string> open;
  PURSER_ASSIGN(auto select, database_.prepare("SELECT run_id FROM reservation WHERE settled = 0"));
  PURSER_TRY(select.each({}, [&](const store::Row& row) -> Status {
    open.emplace_back(row.text(0));
    return {};
  }));
  for (const std::string& run_id : open) {
    const auto run = records.run(run_id);
    if (!run && run.error().code() == ErrorCode::kNotFound) continue;  // not collected yet
    if (!run) return fail(run.error());
    if (run->outcome != meter::Outcome::kRunning) PURSER_TRY(settle(run_id));
  }
  return {};
}

Result<std::vector<Reservation>> Budgets::open_reservations(std::string_view name) const {
  PURSER_ASSIGN(const Budget budget, this->budget(name));
  std::vector<Reservation> open;
  PURSER_ASSIGN(auto select, database_.prepare("SELECT run_id, upper_bound_billionths FROM "
                                               "reservation WHERE budget = ? AND settled = 0 "
                                               "ORDER BY run_id"));
  PURSER_TRY(select.each({name}, [&](const store::Row& row) -> Status {
    PURSER_ASSIGN(const money::Int128 billionths, money::parse_int128(row.text(1)));
    open.push_back({.run_id = std::string(row.text(0)),
                    .budget = budget.name,
                    .upper_bound = money::Cost(billionths, budget.amount.currency())});
    return {};
  }));
  return open;
}

}  // namespace purser::budget
