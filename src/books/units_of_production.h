// Units of production (IAS 16.62): the depreciable base in proportion to the work done, never past
// it. The readings say when; within one, work spreads evenly over its days. Behind the door of
// schedule.h.
#pragma once

#include <cstdint>

#include "books/calendar.h"
#include "books/terms.h"

namespace purser::books {

// done / total of the units expected, 0 <= done <= total.
struct UnitsShare {
  money::Int128 done;
  money::Int128 total;
};

class UnitsCurve {
 public:
  // The method of `terms` is UnitsOfProduction.
  explicit UnitsCurve(const Terms& terms);

  // From the first reading to the end of the last, or to disposal.
  Period charged() const { return charged_; }
  // Asked for days that do not go back, as is accumulated().
  UnitsShare share(const CalendarDay& day);
  // In minor units, rounded. Asked for days that do not go back.
  std::int64_t accumulated(const CalendarDay& day);

 private:
  std::int64_t base_;
  const UnitsOfProduction& method_;
  Period charged_;
  std::size_t at_ = 0;        // the reading asked for last
  money::Int128 passed_ = 0;  // units of the readings before it
};

}  // namespace purser::books
