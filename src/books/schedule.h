// From terms to charges: pure functions, any thread.
//
// Rounding is cumulative: the charge of a period is round(A(end)) - round(A(start)), where A is the
// exact accumulated depreciation at a date and round goes half away from zero. So no period is off
// by more than a minor unit, the accumulated amount never by more than half of one, and the whole
// life sums to cost less salvage by itself.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
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

// What moved its amounts beside charges in a period.
struct Addition {
  Date start{};              // of the period
  money::Money amount;       // what it is carried at gained by it
  money::Money accumulated;  // what is written off of it gained by it
};

struct Schedule {
  // From the first period that is charged to the last; gapless, but for periods of which it was
  // gone and came back.
  std::vector<Charge> charges;
  money::Money opening;  // the book value before the first charge: cost, for MACRS less what is
                         // expensed at once
  money::Money total;  // of the charges: cost less salvage, or less if disposed before the end; for
                       // MACRS the opening value; for units of production what was used
  std::optional<money::Money> section_179;  // MACRS: expensed when placed in service
  std::optional<money::Money> bonus;
  std::vector<Addition> additions = {};  // of an asset to which something happened; in order
  // Of an asset in the books: what was written off before the first charge, elsewhere or at once.
  std::optional<money::Money> accumulated_before = std::nullopt;
};

// The depreciable base of MACRS is the cost less section 179 and bonus; salvage is not asked.
// Errors: those of check(), and units of production without readings.
Result<Schedule> schedule(const Terms& terms, PeriodLength length);

// The same into a Schedule that is used again and again: it allocates only while it grows.
Status schedule(const Terms& terms, PeriodLength length, Schedule& into);

// The rounded accumulated depreciation at the start of `date`.
Result<money::Money> accumulated(const Terms& terms, Date date);

// Section 179 and bonus of MACRS, from the in-service date on; zero for other methods. It is not
// part of accumulated(). `terms` must pass check().
money::Money deducted_at_once(const Terms& terms);

// The days over which something is charged; empty if nothing ever is. `terms` must pass check().
Period charged_days(const Terms& terms);

// How the accumulated amount at `date` came about, for a person: "(USD 12,000.00 - USD 1,500.00) x
// 259 / 1461 days". `terms` must pass check().
std::string workings(const Terms& terms, Date date);

}  // namespace purser::books
