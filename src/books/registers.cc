#include "books/registers.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "books/books.h"
#include "books/books_store.h"
#include "books/chart.h"
#include "books/memo_books.h"
#include "books/trial_balance.h"

namespace purser::books {
namespace {

using money::Money;

Result<Standing> standing_of(const StoredSum& sum, money::Currency currency) {
  const Money cost(sum.cost, currency);
  const Money accumulated = -Money(sum.accumulated, currency);
  PURSER_ASSIGN(const Money carrying, money::subtract(cost, accumulated));
  return Standing{cost, accumulated, carrying};
}

Movements nothing_moved(money::Currency currency) {
  const Money zero = Money::zero(currency);
  return {zero, zero, zero, zero, zero, zero, zero, zero, zero, zero};
}

// Which balance of its side an event moves.
Money Movements::*moved_by(std::string_view event) {
  using Moved = std::pair<std::string_view, Money Movements::*>;
  constexpr std::array<Moved, 12> kMoved{{{"acquisition", &Movements::added},
                                          {"purchase", &Movements::added},
                                          {"improvement", &Movements::added},
                                          {"credit", &Movements::added},
                                          {"depreciation", &Movements::charged},
                                          {kSection179, &Movements::charged},
                                          {kBonus, &Movements::charged},
                                          {kCatchUp, &Movements::charged},
                                          {"impairment", &Movements::revalued},
                                          {"revaluation", &Movements::revalued},
                                          {"disposal", &Movements::disposed},
                                          {"placing", &Movements::placed}}};
  const auto found = std::find_if(kMoved.begin(), kMoved.end(),
                                  [&](const Moved& moved) { return moved.first == event; });
  return found == kMoved.end() ? &Movements::other : found->second;
}

// What an event of that kind moved in accumulated, and profit bore: its own balance of that, which
// moved_by() cannot tell from the whole.
Money Movements::*borne_by_profit(std::string_view account, std::string_view event) {
  if (account == account::kImpairmentLoss && event == "impairment") return &Movements::impaired;
  if (account == account::kImpairmentReversal && event == "impairment") {
    return &Movements::impairment_reversed;
  }
  if (account == account::kDepreciation && event == "opening") return &Movements::charged;
  return nullptr;
}

// Whether it was gone before that day, though it may be back by now.
bool was_gone(const Asset& asset, Date end) {
  bool gone = asset.terms.disposed && *asset.terms.disposed < end;
  for (const Event& event : asset.events) {
    if (event.effective >= end) break;
    const bool leaves =
        std::holds_alternative<Disposal>(event.what) || std::holds_alternative<Merged>(event.what);
    if (leaves) gone = true;
    if (std::holds_alternative<Reinstatement>(event.what)) gone = false;
  }
  return gone;
}

Status move(Movements& side, Money Movements::*balance, Money amount) {
  PURSER_ASSIGN(side.*balance, money::add(side.*balance, amount));
  PURSER_ASSIGN(side.closing, money::add(side.closing, amount));
  return {};
}

}  // namespace

Status Books::each_standing(Book book, Month through, const TakeStanding& take) const {
  PURSER_ASSIGN(const auto snapshot, database_.begin_snapshot());
  BooksStore store(database_);
  std::vector<StoredSum> sums;  // by asset
  PURSER_TRY(store.each_sum(book, through, [&](const StoredSum& sum) -> Status {
    sums.push_back(sum);
    return {};
  }));
  const Date end = period_of(through).end;
  return store.each_asset_by_class([&](const StoredAsset& stored) -> Status {
    const Asset& asset = stored.asset;
    if (asset.terms_in(book) == nullptr || asset.begins() >= end) return {};
    const auto found =
        std::lower_bound(sums.begin(), sums.end(), stored.id,
                         [](const StoredSum& sum, std::int64_t id) { return sum.asset < id; });
    const bool posted = found != sums.end() && found->asset == stored.id;
    const StoredSum sum = posted ? *found : StoredSum{};
    // What was disposed of has left both accounts.
    if (was_gone(asset, end) && sum.cost == 0 && sum.accumulated == 0) return {};
    PURSER_ASSIGN(const Standing standing, standing_of(sum, asset.currency()));
    return take(asset, standing);
  });
}

Result<std::vector<ClassMovements>> Books::roll_forward(Book book, Month first, Month last) const {
  PURSER_ASSIGN(const auto snapshot, database_.begin_snapshot());
  BooksStore store(database_);
  PURSER_ASSIGN(const Chart names, store.chart());
  PURSER_ASSIGN(const Sums sums, store.sums(book, last));
  std::map<std::pair<std::string, std::string>, ClassMovements> classes;  // by currency, class
  for (const auto& [key, sum] : sums) {
    const std::string_view account = names.account_of(key.account);
    const bool is_cost = account == account::kEquipment || account == account::kInProgress;
    const bool is_lost =
        account == account::kAccumulated || account == account::kAccumulatedImpairment;
    const std::int64_t moved = sum.debits + sum.credits;
    const auto borne = borne_by_profit(account, key.event);
    if (moved == 0 || (!is_cost && !is_lost && borne == nullptr)) continue;
    PURSER_ASSIGN(const money::Currency currency, money::Currency::parse(key.currency));
    const Movements none = nothing_moved(currency);
    auto& one = classes
                    .try_emplace({key.currency, key.asset_class},
                                 ClassMovements{key.asset_class, currency, none, none})
                    .first->second;
    if (borne != nullptr) {
      if (key.month < first) continue;
      const Money amount(moved, currency);
      Money& whole = one.accumulated.*moved_by(key.event);
      PURSER_ASSIGN(one.accumulated.*borne, money::add(one.accumulated.*borne, amount));
      PURSER_ASSIGN(whole, money::subtract(whole, amount));
      continue;
    }
    const Money amount(is_cost ? moved : -moved, currency);
    PURSER_TRY(move(is_cost ? one.cost : one.accumulated,
                    key.month < first ? &Movements::opening : moved_by(key.event), amount));
  }
  std::vector<ClassMovements> all;
  for (auto& [key, movements] : classes) {
    const bool moved = std::any_of(kMovements.begin(), kMovements.end(), [&](const Movement& one) {
      return !(movements.cost.*one.amount).is_zero() ||
             !(movements.accumulated.*one.amount).is_zero();
    });
    if (moved) all.push_back(std::move(movements));
  }
  return all;
}

Result<TrialBalance> trial_balance(store::Database& database, Book book, std::optional<Month> first,
                                   std::optional<Month> last) {
  PURSER_ASSIGN(const auto snapshot, database.begin_snapshot());
  PURSER_ASSIGN(const Sums sums, BooksStore(database).sums(book, last));
  struct Balance {
    Sum before;
    Sum moved;
  };
  TrialBalance trial;
  std::map<std::pair<std::string, std::string>, Balance> accounts;  // by currency, account
  for (const auto& [key, sum] : sums) {
    Balance& balance = accounts[{key.currency, key.account}];
    PURSER_TRY((first && key.month < *first ? balance.before : balance.moved).add(sum));
    trial.last = std::max(trial.last.value_or(key.month), key.month);
  }
  for (const auto& [key, balance] : accounts) {
    PURSER_ASSIGN(const money::Currency currency, money::Currency::parse(key.first));
    const Money opening(balance.before.debits + balance.before.credits, currency);
    const Money moved(balance.moved.debits + balance.moved.credits, currency);
    PURSER_ASSIGN(const Money closing, money::add(opening, moved));
    trial.accounts.push_back({key.second, opening, Money(balance.moved.debits, currency),
                              Money(balance.moved.credits, currency), closing});
  }
  return trial;
}

Result<std::vector<AccountBalance>> Books::trial_balance(Book book,
                                                         std::optional<Month> month) const {
  PURSER_ASSIGN(TrialBalance trial, books::trial_balance(database_, book, month, month));
  return std::move(trial.accounts);
}

}  // namespace purser::books
