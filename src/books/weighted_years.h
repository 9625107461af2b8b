// Methods that give each year of the life a weight, and charge it in that proportion. Years of the
// life straddle fiscal years; within one, the charge is spread evenly. Behind the door of
// schedule.h.
//
// Sum of the years' digits: a year weighs what remains of the life at its start. A life that is no
// whole number of years follows the 'remaining life plan' of US Treasury Regulation 1.167(b)-3: 3.5
// years weigh 3.5, 2.5, 1.5 and 0.5, the last for the half year.
// A table of one's own: a year weighs what the table says, and so does a last year that is cut
// short.
#pragma once

#include <cstdint>
#include <vector>

#include "books/share_of.h"
#include "books/timeline.h"

namespace purser::books {

// The weights of the years that `timeline` has; their sum times the ticks of a year is below 2^31.
std::vector<std::int64_t> weights_of(const SumOfYears& method, const Timeline& timeline);
std::vector<std::int64_t> weights_of(const YearsTable& method, const Timeline& timeline);

class WeightedYearsCurve {
 public:
  // A weight for each year of the life, not all zero.
  WeightedYearsCurve(const Terms& terms, const Timeline& timeline,
                     std::vector<std::int64_t> weights);

  // Asked for days that do not go back, as is accumulated(); total < 2^31.
  Share share(const CalendarDay& day);
  // In minor units, rounded. Asked for days that do not go back.
  std::int64_t accumulated(const CalendarDay& day);

 private:
  const Timeline& timeline_;
  ShareOf base_;
  std::vector<std::int64_t> starts_;   // of each year of the life, in ticks; its end at the back
  std::vector<std::int64_t> weights_;  // of each year
  std::int64_t weights_together_;
  std::size_t at_ = 0;       // the year of the life asked for last
  std::int64_t passed_ = 0;  // the weights of the years before it
};

}  // namespace purser::books
