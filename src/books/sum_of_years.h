// Sum of the years' digits: each year of the life is charged in proportion to the life that remains
// at its start. A life that is no whole number of years follows the 'remaining life plan' of US
// Treasury Regulation 1.167(b)-3: 3.5 years have the digits 3.5, 2.5, 1.5 and 0.5, the last for the
// half year. Years of the life straddle fiscal years; within one, the charge is spread evenly.
// Behind the door of schedule.h.
#pragma once

#include <cstdint>
#include <vector>

#include "books/share_of.h"
#include "books/timeline.h"

namespace purser::books {

class SumOfYearsCurve {
 public:
  SumOfYearsCurve(const Terms& terms, const Timeline& timeline);

  // Asked for days that do not go back, as is accumulated(); total < 2^31.
  Share share(const CalendarDay& day);
  // In minor units, rounded. Asked for days that do not go back.
  std::int64_t accumulated(const CalendarDay& day);

 private:
  std::int64_t digit_of_year() const {
    return life_.parts - static_cast<std::int64_t>(at_) * life_.parts_per_year;
  }

  const Timeline& timeline_;
  ShareOf base_;
  std::vector<std::int64_t> starts_;  // of each year of the life, in ticks; its end at the back
  LifeInYears life_;                  // a digit counts its parts
  std::int64_t digits_ = 0;           // of all years together
  std::size_t at_ = 0;                // the year of the life asked for last
  std::int64_t passed_ = 0;           // the digits of the years before it
};

}  // namespace purser::books
