// From terms to charges: pure functions, any thread.
//
// Rounding is cumulative: the charge of a period is round(A(end)) - round(A(start)), where A is the
// exact accumulated depreciation at a date and round goes half away from zero. So no period is off
// by more than a minor unit, the accumulated amount never by more than half of one, and the whole
// life sums to cost less salvage by itself.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "books/terms.h"
#include "money/money.h"

namespace purser::books {

struct Charge {
  Period period;  // whole calendar (or fiscal) period, though service may begin or end inside it
  money::Money amount;  // >= 0
};

struct Schedule {
  std::vector<Charge> charges;  // gapless, from the first period that is charged to the last
  money::Money cost;
  money::Money total;  // of the charges: cost less salvage, or less if disposed before the end
};

enum class PeriodLength : std::uint8_t { kDay, kMonth, kQuarter, kYear };
Result<PeriodLength> parse_period_length(std::string_view text);
std::string_view name(PeriodLength length);

// Quarters and years are counted from this day of the year; days and months do not ask it.
struct FiscalYearStart {
  std::chrono::month month{1};
  std::chrono::day day{1};  // 1 to 28
};
Result<FiscalYearStart> parse_fiscal_year_start(std::string_view text);  // "07-01"

// Errors (kInvalidInput): salvage above cost, amounts below zero, two currencies, a life in days
// under a convention of months, disposal before service.
Result<Schedule> schedule(const Terms& terms, PeriodLength length,
                          FiscalYearStart fiscal_year = {});

// The rounded accumulated depreciation at the start of `date`.
Result<money::Money> accumulated(const Terms& terms, Date date);

// What schedule() would say about `terms`, without making one.
Status check(const Terms& terms);

}  // namespace purser::books
