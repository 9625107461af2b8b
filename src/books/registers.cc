#include "books/registers.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "books/books.h"
#include "books/books_store.h"
#include "books/chart.h"
#include "books/memo_books.h"

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
  return {zero, zero, zero, zero, zero};
}

// Which balance of its side an event moves.
Money Movements::*moved_by(std::string_view event) {
  if (event == "disposal") return &Movements::disposed;
  constexpr std::array<std::string_view, 6> kAdding{"acquisition", "improvement", "depreciation",
                                                    kSection179,   kBonus,        kCatchUp};
  const bool adds = std::find(kAdding.begin(), kAdding.end(), event) != kAdding.end();
  return adds ? &Movements::added : &Movements::other;
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
    const bool gone = asset.terms.disposed && *asset.terms.disposed < end;
    if (gone && sum.cost == 0 && sum.accumulated == 0) return {};
    PURSER_ASSIGN(const Standing standing, standing_of(sum, asset.currency()));
    return take(asset, standing);
  });
}

Result<std::vector<ClassMovements>> Books::roll_forward(Book book, Month first, Month last) const {
  std::map<std::pair<std::string, std::string>, ClassMovements> classes;  // by currency, class
  const auto take = [&](const StoredMovement& moved) -> Status {
    const bool is_cost = moved.account == account::kEquipment;
    const bool is_lost =
        moved.account == account::kAccumulated || moved.account == account::kAccumulatedImpairment;
    if (!is_cost && !is_lost) return {};
    PURSER_ASSIGN(const money::Currency currency, money::Currency::parse(moved.currency));
    const Movements none = nothing_moved(currency);
    auto& one = classes
                    .try_emplace({moved.currency, moved.asset_class},
                                 ClassMovements{moved.asset_class, currency, none, none})
                    .first->second;
    const Money amount(is_cost ? moved.minor : -moved.minor, currency);
    return move(is_cost ? one.cost : one.accumulated,
                moved.before ? &Movements::opening : moved_by(moved.event), amount);
  };
  PURSER_TRY(BooksStore(database_).each_movement(book, first, last, take));
  std::vector<ClassMovements> all;
  for (auto& [key, movements] : classes) all.push_back(std::move(movements));
  return all;
}

}  // namespace purser::books
