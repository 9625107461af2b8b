// US tax depreciation, general depreciation system: IRS Publication 946, Appendix A. Classes of 3,
// 5 and 7 years go by the published tables (A-1 half-year, A-2 to A-5 mid-quarter), whose
// percentages are part of the rule and not what the formula gives in every cell; 10, 15 and 20
// years are computed (200%, 150% and 150% declining balance with the switch), which the IRS permits
// in their place. Behind the door of schedule.h.
#pragma once

#include <cstdint>
#include <span>

#include "books/balance_cells.h"
#include "books/share_of.h"
#include "books/timeline.h"

namespace purser::books {

struct MacrsBasis {
  std::int64_t section_179;  // minor units, expensed when placed in service
  std::int64_t bonus;        // of the rest, rounded; of a part its share of that; none if denied
  std::int64_t basis;        // what remains to be depreciated
};
MacrsBasis macrs_basis(const Terms& terms);

// Basis points of each recovery year, 10,000 together; empty if the class is computed. `quarter` is
// that of service, 0 to 3, and asked under mid-quarter only.
std::span<const std::int16_t> macrs_table(std::int32_t years, Convention convention, int quarter);

// What a computed class declines by.
Declining macrs_declining(const Terms& terms);

// In service and disposed of in one fiscal year: no depreciation and no bonus; section 179, which
// goes by no time in service, stays. (26 CFR 1.168(d)-1(b)(3)(ii), 1.168(k)-2(g)(1)(i), 1.179-1(c))
bool macrs_denied(const Terms& terms);

class MacrsTableCurve {
 public:
  // `whole` is the timeline without disposal; both are borrowed.
  MacrsTableCurve(const Terms& terms, const Timeline& timeline, const Timeline& whole);

  // In minor units, rounded. Asked for days that do not go back.
  std::int64_t accumulated(const CalendarDay& day);

 private:
  const Timeline& timeline_;
  ShareOf basis_;
  std::int64_t ticks_;             // of the life
  std::int64_t ticks_first_year_;  // of the first fiscal year
  std::span<const std::int16_t> table_;
  std::size_t year_ = 0;     // the fiscal year asked for last
  std::int64_t passed_ = 0;  // basis points of the years before it
};

}  // namespace purser::books
