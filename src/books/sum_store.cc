// Sums by month: those that were kept, and those that the lines give.
#include <algorithm>
#include <limits>
#include <unordered_map>

#include <fmt/format.h>

#include "books/books_store.h"
#include "books/columns.h"
#include "books/registers.h"

namespace purser::books {
namespace {

using store::Row;

constexpr std::size_t kEventsAtMost = 100'000;

// As words, and places in lists of names.
struct NumberedKey {
  std::int64_t period;
  std::int64_t book;
  std::size_t asset_class;
  std::int64_t account;
  std::int64_t currency;
  std::size_t event;
  bool operator==(const NumberedKey&) const = default;
};
struct HashOfKey {
  std::size_t operator()(const NumberedKey& key) const {
    std::size_t hash = 0;
    for (const auto part :
         {static_cast<std::size_t>(key.period), static_cast<std::size_t>(key.book), key.asset_class,
          static_cast<std::size_t>(key.account), static_cast<std::size_t>(key.currency),
          key.event}) {
      hash = (hash ^ part) * 0x9E3779B97F4A7C15U;
      hash ^= hash >> 32U;
    }
    return hash;
  }
};

std::size_t place_in(std::vector<std::string>& names, std::string_view name) {
  const auto at = std::ranges::find(names, name);
  if (at != names.end()) return static_cast<std::size_t>(at - names.begin());
  names.emplace_back(name);
  return names.size() - 1;
}

}  // namespace

// Takes lines in any order.
class BooksStore::Summing {
 public:
  Summing(Words& words, Chart chart, Classes classes)
      : words_(words), chart_(std::move(chart)), classes_(std::move(classes)) {
    in_progress_ = place_in(classes_.names, kInProgressClass);
    no_class_ = place_in(classes_.names, "");
  }

  Status add(const StoredLine& line) {
    PURSER_ASSIGN(const std::size_t asset_class, class_of(line));
    PURSER_ASSIGN(const std::size_t event, event_of(line.event));
    Sum& sum = sums_[{line.period, line.book, asset_class, line.account, line.currency, event}];
    return sum.add({std::max<std::int64_t>(line.minor, 0), std::min<std::int64_t>(line.minor, 0)});
  }

  Result<Sums> named() {
    Sums sums;
    for (const auto& [numbered, sum] : sums_) {
      SumKey key{.month = month_from(numbered.period),
                 .book = {},
                 .asset_class = classes_.names.at(numbered.asset_class),
                 .account = {},
                 .currency = {},
                 .event = events_.at(numbered.event)};
      PURSER_ASSIGN(key.book, words_.text_of(numbered.book));
      PURSER_ASSIGN(key.account, words_.text_of(numbered.account));
      PURSER_ASSIGN(key.currency, words_.text_of(numbered.currency));
      PURSER_TRY(sums[std::move(key)].add(sum));
    }
    return sums;
  }

 private:
  enum class Standing : std::uint8_t { kNothing, kInProgress, kAsset };

  Result<std::size_t> class_of(const StoredLine& line) {
    auto known = accounts_.find(line.account);
    if (known == accounts_.end()) {
      PURSER_ASSIGN(const std::string_view name, words_.text_of(line.account));
      const std::string_view stands = chart_.account_of(name);
      constexpr std::array kOfAssets{
          account::kEquipment,    account::kAccumulated,    account::kAccumulatedImpairment,
          account::kDepreciation, account::kImpairmentLoss, account::kImpairmentReversal};
      const bool of_asset =
          std::find(kOfAssets.begin(), kOfAssets.end(), stands) != kOfAssets.end();
      const auto standing = stands == account::kInProgress ? Standing::kInProgress
                            : of_asset                     ? Standing::kAsset
                                                           : Standing::kNothing;
      known = accounts_.emplace(line.account, standing).first;
    }
    if (known->second == Standing::kNothing) return no_class_;
    if (known->second == Standing::kInProgress) return in_progress_;
    const auto place = static_cast<std::size_t>(line.asset);
    if (place < classes_.by_asset.size()) return classes_.by_asset[place];
    return fail(ErrorCode::kCorrupt,
                fmt::format("a line of the journal is of asset {}, which is not in the books; "
                            "restore the books from a backup made before that",
                            line.asset));
  }

  Result<std::size_t> event_of(std::int64_t word) {
    if (const auto known = kinds_.find(word); known != kinds_.end()) return known->second;
    if (kinds_.size() >= kEventsAtMost) kinds_.clear();
    PURSER_ASSIGN(const std::string_view event, words_.text_of(word));
    return kinds_.emplace(word, place_in(events_, kind_of_event(event))).first->second;
  }

  Words& words_;
  Chart chart_;
  Classes classes_;
  std::size_t in_progress_;
  std::size_t no_class_;
  std::unordered_map<std::int64_t, Standing> accounts_;  // by words
  std::unordered_map<std::int64_t, std::size_t> kinds_;  // by words; places in events_
  std::vector<std::string> events_;
  std::unordered_map<NumberedKey, Sum, HashOfKey> sums_;
};

Result<Sums> BooksStore::sums_of_lines(std::optional<Book> book, const MonthSpan& months) {
  PURSER_ASSIGN(Chart names, chart());
  PURSER_ASSIGN(Classes classes, asset_classes());
  Summing summing(words_, std::move(names), std::move(classes));
  PURSER_TRY(each_line(book, months, [&](const StoredLine& line) { return summing.add(line); }));
  return summing.named();
}

Result<Sums> BooksStore::kept_sums(std::optional<Book> book, std::optional<Month> last) {
  PURSER_ASSIGN(auto select,
                database_.prepare(fmt::format(
                    "SELECT period, book, class, account, currency, event, debits, credits "
                    "FROM month_sum WHERE period <= ?1 {}",
                    book ? "AND book = ?2" : "")));
  Sums sums;
  const auto take = [&](const Row& row) -> Status {
    sums.emplace(
        SumKey{month_from(row.integer(0)), std::string(row.text(1)), std::string(row.text(2)),
               std::string(row.text(3)), std::string(row.text(4)), std::string(row.text(5))},
        Sum{row.integer(6), row.integer(7)});
    return {};
  };
  const auto until = last ? stored(*last) : std::numeric_limits<int>::max();
  PURSER_TRY(book ? select.each({until, books::name(*book)}, take) : select.each({until}, take));
  return sums;
}

Status BooksStore::keep_sums(Month month) {
  PURSER_ASSIGN(const auto closed, closed_through());
  const auto first = closed ? std::optional(*closed + std::chrono::months{1}) : std::nullopt;
  PURSER_ASSIGN(const Sums sums, sums_of_lines(std::nullopt, {first, month}));
  PURSER_ASSIGN(auto insert,
                database_.prepare("INSERT INTO month_sum (period, book, class, account, currency, "
                                  "event, debits, credits) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"));
  for (const auto& [key, sum] : sums) {
    PURSER_TRY(insert.run({stored(key.month), key.book, key.asset_class, key.account, key.currency,
                           key.event, sum.debits, sum.credits}));
  }
  return {};
}

Result<Sums> BooksStore::sums(Book book, std::optional<Month> last) {
  PURSER_ASSIGN(const auto closed, closed_through());
  if (!closed) return sums_of_lines(book, {std::nullopt, last});
  PURSER_ASSIGN(Sums all, kept_sums(book, std::min(*closed, last.value_or(*closed))));
  if (last && *last <= *closed) return all;
  PURSER_ASSIGN(Sums open, sums_of_lines(book, {*closed + std::chrono::months{1}, last}));
  all.merge(open);  // no month is in both
  return all;
}

}  // namespace purser::books
