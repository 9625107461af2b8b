// How an asset loses value, as agreed when it was bought: the inputs of schedule(). Values only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "books/method.h"
#include "money/money.h"

namespace purser::books {

using purser::format;  // of dates, which format(Life) would hide in this room

// The useful life, as it was agreed: "4y", "48mo", "1461d" or, of what wears off by use, "none".
struct Life {
  enum class Unit : std::uint8_t { kDays, kMonths, kYears };
  std::int32_t count = 0;  // at most 100 years; 0: none
  Unit unit = Unit::kMonths;
  bool operator==(const Life&) const = default;

  bool is_none() const { return count == 0; }
  // Whole months; none for a life in days.
  std::optional<int> months() const;
};
Result<Life> parse_life(std::string_view text);
std::string format(Life life);  // parses back to the same life

// Quarters and years are counted from this day of the year; days and months do not ask it.
struct FiscalYearStart {
  std::chrono::month month{1};
  std::chrono::day day{1};  // 1 to 28
  bool operator==(const FiscalYearStart&) const = default;
};
Result<FiscalYearStart> parse_fiscal_year_start(std::string_view text);  // "07-01"
std::string format(FiscalYearStart start);

struct Terms {
  money::Money cost;     // >= 0
  money::Money salvage;  // 0 <= salvage <= cost, of the same currency; MACRS does not ask it
  Life life;             // MACRS goes by its class instead, units of production by use: they need
                         // none, and one that is given counts when another method is estimated
  Date in_service{};     // available for use
  Method method = StraightLine{};
  Convention convention = Convention::kDaily;
  std::optional<Date> disposed = std::nullopt;  // >= in_service
  FiscalYearStart fiscal_year{};                // asked by methods and conventions that go by years
};

// The convention for a method: the one that was asked for, or else the method's own (half-year for
// MACRS until its tax year says otherwise, daily for the others). MACRS keeps one that was asked
// for. Refused: one that contradicts the method's.
Result<Convention> settle_convention(Method& method, std::optional<Convention> asked);

// Errors (kInvalidInput): salvage above cost, amounts below zero, two currencies, a life in days
// under a convention of months, disposal before service, a method that contradicts the rest.
Status check(const Terms& terms);

}  // namespace purser::books
