// What stands on accounts, summed over the lines of the journal. The lines are read once, in the
// order in which they lie, and summed here: sorting them first takes longer than all else.
#include <algorithm>
#include <limits>
#include <unordered_map>

#include <fmt/format.h>

#include "books/books_store.h"
#include "books/chart.h"
#include "books/columns.h"

namespace purser::books {
namespace {

using store::Row;

}  // namespace

// Months from one on are looked for in the key of entries, which they lead; all up to one are read
// as they lie.
Status BooksStore::each_line(std::optional<Book> book, const MonthSpan& months,
                             const std::function<Status(const StoredLine&)>& take) {
  const std::string where =
      fmt::format("WHERE {}period BETWEEN ?1 AND ?2 {}", months.first ? "" : "+",
                  book ? "AND book = (SELECT id FROM word WHERE spelling = ?3)" : "");
  const std::int64_t first = months.first ? stored(*months.first) : std::numeric_limits<int>::min();
  const std::int64_t last = months.last ? stored(*months.last) : std::numeric_limits<int>::max();
  const auto each = [&](store::Statement& select,
                        const std::function<Status(const Row&)>& take_row) -> Status {
    if (!book) return select.each({first, last}, take_row);
    return select.each({first, last, books::name(*book)}, take_row);
  };
  const auto line_from_row = [](const Row& row) {
    return StoredLine{row.integer(0), row.integer(1), row.integer(2), row.integer(3),
                      row.integer(4), row.integer(5), row.integer(6), row.integer(7)};
  };
  PURSER_ASSIGN(auto entries,
                database_.prepare(fmt::format(
                    "SELECT asset, period, date, book, event, account, currency, minor, against "
                    "FROM entry {} AND account IS NOT NULL",
                    where)));
  const auto take_entry = [&](const Row& row) -> Status {
    StoredLine line = line_from_row(row);
    PURSER_TRY(take(line));
    if (row.is_null(8)) return {};
    line.account = row.integer(8);
    line.minor = -line.minor;
    return take(line);
  };
  PURSER_TRY(each(entries, take_entry));
  PURSER_ASSIGN(auto others,
                database_.prepare(fmt::format(
                    "SELECT asset, period, date, book, event, posting.account, posting.currency, "
                    "posting.minor FROM posting JOIN entry ON number = posting.entry {} "
                    "AND against IS NULL",
                    where)));
  return each(others, [&](const Row& row) { return take(line_from_row(row)); });
}

Result<Declarations> BooksStore::declarations(Book book, std::optional<Month> month) {
  using Firsts = std::unordered_map<std::int64_t, std::int64_t>;  // days, by words
  Firsts accounts;
  Firsts currencies;
  const auto note = [](Firsts& firsts, std::int64_t word, std::int64_t date) {
    std::int64_t& first = firsts.try_emplace(word, date).first->second;
    first = std::min(first, date);
  };
  PURSER_TRY(each_line(book, {month, month}, [&](const StoredLine& line) -> Status {
    note(accounts, line.account, line.date);
    note(currencies, line.currency, line.date);
    return {};
  }));
  Declarations declarations;
  for (const auto& [word, date] : accounts) {
    PURSER_ASSIGN(const std::string_view name, words_.text_of(word));
    declarations.accounts.push_back({std::string(name), date_from(date)});
  }
  for (const auto& [word, date] : currencies) {
    PURSER_ASSIGN(const std::string_view code, words_.text_of(word));
    PURSER_ASSIGN(const money::Currency currency, money::Currency::parse(code));
    declarations.commodities.push_back({currency, date_from(date)});
  }
  std::ranges::sort(declarations.accounts, {}, &Declarations::Account::name);
  std::ranges::sort(declarations.commodities, {},
                    [](const Declarations::Commodity& one) { return one.currency.code(); });
  return declarations;
}

Status BooksStore::each_sum(Book book, Month through,
                            const std::function<Status(const StoredSum&)>& take) {
  PURSER_ASSIGN(const Chart names, chart());
  enum class Side : std::uint8_t { kNone, kCost, kLost };
  std::unordered_map<std::int64_t, Side> sides;  // by account
  const auto side_of = [&](std::int64_t account) -> Result<Side> {
    if (const auto known = sides.find(account); known != sides.end()) return known->second;
    PURSER_ASSIGN(const std::string_view name, words_.text_of(account));
    const std::string_view stands = names.account_of(name);
    const bool lost = stands == account::kAccumulated || stands == account::kAccumulatedImpairment;
    const Side side = stands == account::kEquipment ? Side::kCost
                      : lost                        ? Side::kLost
                                                    : Side::kNone;
    return sides.emplace(account, side).first->second;
  };
  std::vector<StoredSum> sums;  // by id of the asset; those without lines say no asset
  PURSER_TRY(each_line(book, {std::nullopt, through}, [&](const StoredLine& line) -> Status {
    PURSER_ASSIGN(const Side side, side_of(line.account));
    if (side == Side::kNone) return {};
    const auto place = static_cast<std::size_t>(line.asset);
    if (place >= sums.size()) sums.resize(place + 1);
    StoredSum& sum = sums[place];
    sum.asset = line.asset;
    (side == Side::kCost ? sum.cost : sum.accumulated) += line.minor;
    return {};
  }));
  for (const StoredSum& sum : sums) {
    if (sum.asset != 0) PURSER_TRY(take(sum));
  }
  return {};
}

Result<BooksStore::Classes> BooksStore::asset_classes() {
  PURSER_ASSIGN(auto select, database_.prepare("SELECT id, class FROM asset ORDER BY id"));
  Classes classes;
  PURSER_TRY(select.each({}, [&](const Row& row) -> Status {
    const std::string_view name = row.text(1);
    auto at = std::ranges::find(classes.names, name);
    if (at == classes.names.end()) at = classes.names.insert(at, std::string(name));
    const auto place = static_cast<std::uint32_t>(at - classes.names.begin());
    // Ids count up from one; what they skip costs four bytes.
    classes.by_asset.resize(static_cast<std::size_t>(row.integer(0)) + 1);
    classes.by_asset.back() = place;
    return {};
  }));
  return classes;
}

}  // namespace purser::books
