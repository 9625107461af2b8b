// How the tables of the books keep values: days since 1970, months since the year 0, minor units of
// money, nanoseconds, null for what nobody said.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "base/units.h"
#include "books/calendar.h"
#include "money/exchange.h"
#include "money/money.h"
#include "store/store.h"

namespace purser::books {

inline std::int64_t stored(Date date) { return date.time_since_epoch().count(); }
inline Date date_from(std::int64_t days) { return Date(std::chrono::days{days}); }
inline std::int64_t stored(Instant instant) { return instant.time_since_epoch().count(); }

inline std::int64_t stored(Month month) {
  return std::int64_t{static_cast<int>(month.year())} * kMonthsPerYear +
         static_cast<unsigned>(month.month()) - 1;
}
inline Month month_from(std::int64_t months) {
  return std::chrono::year{static_cast<int>(months / kMonthsPerYear)} /
         std::chrono::month{static_cast<unsigned>(months % kMonthsPerYear) + 1};
}

inline std::optional<std::int64_t> stored(const std::optional<money::Money>& money) {
  return money ? std::optional(money->minor()) : std::nullopt;
}
inline std::optional<money::Money> money_from(const store::Row& row, int column,
                                              money::Currency currency) {
  if (row.is_null(column)) return std::nullopt;
  return money::Money(row.integer(column), currency);
}

inline std::optional<std::int64_t> count_from(const store::Row& row, int column) {
  return row.is_null(column) ? std::nullopt : std::optional(row.integer(column));
}
inline std::optional<std::string> text_from(const store::Row& row, int column) {
  return row.is_null(column) ? std::nullopt : std::optional(std::string(row.text(column)));
}

// A digest: its 64 hexadecimal digits as 32 bytes. Bytes of another length are text that somebody
// put in its place.
constexpr std::size_t kDigestBytes = 32;
std::string stored_digest(std::string_view hex);
std::string digest_from(std::string_view bytes);

// Three columns: its currency, its minor units and its rate; null where nothing was converted.
struct ForeignColumns {
  std::optional<std::string> currency;
  std::optional<std::int64_t> minor;
  std::optional<std::string> rate;
};
inline ForeignColumns stored(const std::optional<money::Foreign>& paid) {
  if (!paid) return {};
  return {std::string(paid->amount.currency().code()), paid->amount.minor(), paid->rate.text()};
}
inline Result<std::optional<money::Foreign>> foreign_from(const store::Row& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  PURSER_ASSIGN(const money::Currency currency, money::Currency::parse(row.text(column)));
  PURSER_ASSIGN(const money::ExchangeRate rate, money::ExchangeRate::parse(row.text(column + 2)));
  return money::Foreign{money::Money(row.integer(column + 1), currency), rate};
}

// Null: nobody said.
inline std::optional<std::string_view> stored_said(std::string_view text) {
  return text.empty() ? std::nullopt : std::optional(text);
}
inline std::string said_from(const store::Row& row, int column) {
  return row.is_null(column) ? std::string() : std::string(row.text(column));
}
inline std::optional<std::string_view> stored_who(std::string_view who) { return stored_said(who); }
inline std::string who_from(const store::Row& row, int column) { return said_from(row, column); }

}  // namespace purser::books
