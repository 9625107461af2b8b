// The ways in which things lose value: methods (how much of the whole by when) and conventions
// (what counts as 'when' in the first and last month or year). Names, parsing and values; the
// arithmetic of each method is in a file of its own name, that of the conventions in timeline.cc.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "money/money.h"

namespace purser::books {

// How much is charged for the first month or year, and for that of disposal.
//                    first                       that of disposal
//   daily            days, in-service day        days, disposal day does not count
//   full-month       whole month                 none
//   half-month,
//   mid-month        half a month                half a month
//   following-month  none                        whole month
//   fifteenth        whole if by the 15th        none if by the 15th, else whole
//   half-year        half a year's charge        half a year's charge
//   mid-quarter      from the quarter's middle   to the quarter's middle
//   full-year        a whole year's charge       none
enum class Convention : std::uint8_t {
  kDaily,
  kFullMonth,
  kHalfMonth,
  kFollowingMonth,
  kHalfYear,
  kMidQuarter,
  kMidMonth,
  kFifteenth,
  kFullYear,
};
Result<Convention> parse_convention(std::string_view text);
std::string_view name(Convention convention);

enum class PeriodLength : std::uint8_t { kDay, kMonth, kQuarter, kYear };
Result<PeriodLength> parse_period_length(std::string_view text);
std::string_view name(PeriodLength length);

struct StraightLine {
  bool operator==(const StraightLine&) const = default;
};

// A rate of factor / life on what is left, never below salvage.
struct DecliningBalance {
  std::int32_t factor_ten_thousandths = 20'000;  // 2: double declining; > 0, at most 100
  bool switches = false;  // to straight line over the rest, once that is more
  // None: the rate of a year on the opening amount of each fiscal year, spread over it. Otherwise
  // the rate of such a period on the opening amount of each, as spreadsheets do; in books, a month.
  std::optional<PeriodLength> per_period = std::nullopt;
  bool operator==(const DecliningBalance&) const = default;
};

struct SumOfYears {
  bool operator==(const SumOfYears&) const = default;
};

// What each year of the life loses, of cost less salvage, as somebody decided. Under full-year the
// years of the life are fiscal years.
struct YearsTable {
  std::vector<std::int32_t> basis_points;  // >= 0, 10,000 together; one for each year of the life
  bool operator==(const YearsTable&) const = default;
};

// Work done: millionths of a unit, [start, end).
struct UnitsUsed {
  Period period;
  money::Int128 millionths = 0;  // >= 0
  bool operator==(const UnitsUsed&) const = default;
};
struct UnitsOfProduction {
  money::Int128 total_millionths = 0;  // expected over the whole life; > 0
  // In order, without overlap. Shared, because terms are copied and readings are many.
  std::shared_ptr<const std::vector<UnitsUsed>> used = nullptr;
  bool operator==(const UnitsOfProduction& other) const;
};

// US tax depreciation, general system (GDS).
struct Macrs {
  std::int32_t years = 5;  // 3, 5, 7, 10, 15, 20
  // Half-year or mid-quarter. None: that of its tax year (macrs_year.h), half-year where no year is
  // known.
  std::optional<Convention> convention = std::nullopt;
  std::optional<money::Money> section_179 = std::nullopt;  // expensed at once
  std::int32_t bonus_basis_points = 0;  // of what is left after section 179: 4000 is 40%
  // In place of that rate, the amount: of a part of an asset, whose share of what was deducted of
  // the whole need not be what the rate would give.
  std::optional<money::Money> bonus = std::nullopt;
  bool operator==(const Macrs&) const = default;
};

using Method =
    std::variant<StraightLine, DecliningBalance, SumOfYears, YearsTable, UnitsOfProduction, Macrs>;

// "straight-line", "declining-balance:FACTOR[:switch][:per-period|:per-year]", "sum-of-years",
// "table:40/30/20/10" (percent), "units:TOTAL", "macrs:YEARS[:half-year|:mid-quarter]". What these
// words do not hold (readings, section 179, bonus) is set on the value.
Result<Method> parse_method(std::string_view text);
std::string name(const Method& method);  // parses back to the same words

// Units with up to six decimals: "1234.5" is 1,234,500,000 millionths.
Result<money::Int128> parse_units(std::string_view text);
std::string format_units(money::Int128 millionths);

}  // namespace purser::books
