// Readings of what an asset did, as they come in: units of production are charged by them.
#include <algorithm>

#include <fmt/format.h>

#include "books/books_store.h"
#include "books/find.h"
#include "books/roles.h"

namespace purser::books {
namespace {

// A reading must lie behind what is closed, all of it.
Status refuse_closed_days(BooksStore& store, const Period& days) {
  PURSER_ASSIGN(const auto closed, store.closed_through());
  if (!closed || month_of(days.start) > *closed) return {};
  const std::string first_open = format(period_of(*closed).end);
  return fail(ErrorCode::kRefused,
              fmt::format("the reading from {} until {} begins in {}, which is closed and never "
                          "moves; {} {}",
                          format(days.start), format(days.end), format(month_of(days.start)),
                          month_of(days.end - std::chrono::days{1}) > *closed
                              ? "give what falls on the days from then on as a reading of its own, "
                                "from"
                              : "the first open day is",
                          first_open));
}

bool holds(const std::vector<UnitsUsed>& readings, const UnitsUsed& reading) {
  return std::find(readings.begin(), readings.end(), reading) != readings.end();
}

// Those of `readings` that are news to `method`, which has them all afterwards, in order.
Result<std::vector<UnitsUsed>> take_news(BooksStore& store, UnitsOfProduction& method,
                                         std::span<const UnitsUsed> readings) {
  std::vector<UnitsUsed> all;
  if (method.used != nullptr) all = *method.used;
  std::vector<UnitsUsed> news;
  for (const UnitsUsed& reading : readings) {
    if (holds(all, reading)) continue;
    PURSER_TRY(refuse_closed_days(store, reading.period));
    news.push_back(reading);
  }
  all.insert(all.end(), news.begin(), news.end());
  std::sort(all.begin(), all.end(),
            [](const UnitsUsed& a, const UnitsUsed& b) { return a.period.start < b.period.start; });
  method.used = std::make_shared<const std::vector<UnitsUsed>>(std::move(all));
  return news;
}

// The terms of the first book that charges by use; the financial book's if none does.
Terms terms_by_use(const Asset& asset) {
  for (const Book book : kBooks) {
    const Terms* const terms = asset.terms_in(book);
    if (terms != nullptr && std::holds_alternative<UnitsOfProduction>(terms->method)) return *terms;
  }
  return asset.terms;
}

}  // namespace

Result<Readings> Books::add_units(std::string_view name, std::span<const UnitsUsed> readings,
                                  Effect effect) {
  BooksStore store(database_);
  PURSER_ASSIGN(auto transaction, begin_as(database_, who_));
  PURSER_ASSIGN(const StoredAsset stored, find_asset(store, name));
  Terms terms = terms_by_use(stored.asset);
  auto* const method = std::get_if<UnitsOfProduction>(&terms.method);
  if (method == nullptr) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("'{}' wears off by {}, not by use; only units:TOTAL asks for readings",
                            name, books::name(terms.method)));
  }
  PURSER_ASSIGN(const std::vector<UnitsUsed> added, take_news(store, *method, readings));
  PURSER_TRY(check(terms));
  PURSER_TRY(store.insert_units(stored.id, added));
  if (effect == Effect::kWrite) PURSER_TRY(transaction.commit());
  Readings result{.added = static_cast<std::int64_t>(added.size()),
                  .known = static_cast<std::int64_t>(readings.size() - added.size()),
                  .millionths = 0,
                  .total_millionths = method->total_millionths};
  for (const UnitsUsed& reading : *method->used) result.millionths += reading.millionths;
  return result;
}

}  // namespace purser::books
