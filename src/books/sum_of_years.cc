#include "books/sum_of_years.h"

namespace purser::books {

SumOfYearsCurve::SumOfYearsCurve(const Terms& terms, const Timeline& timeline)
    : timeline_(timeline),
      base_(terms.cost.minor() - terms.salvage.minor()),
      starts_(timeline.years_of_life()),
      life_(timeline.in_years()) {
  for (std::int64_t rest = life_.parts; rest > 0; rest -= life_.parts_per_year) digits_ += rest;
}

Share SumOfYearsCurve::share(const CalendarDay& day) {
  const Elapsed elapsed = timeline_.at(day);
  while (at_ + 2 < starts_.size() && elapsed.ticks >= starts_[at_ + 1] * elapsed.per) {
    passed_ += digit_of_year();
    ++at_;
  }
  const std::int64_t ticks_of_year = starts_[at_ + 1] - starts_[at_];
  const std::int64_t length = ticks_of_year * elapsed.per;
  // At most 100 years of 366 parts: 1.9e6 digits x 366 ticks, or 60,600 x 24 x 372: below 2^31.
  return {passed_ * length + digit_of_year() * (elapsed.ticks - starts_[at_] * elapsed.per),
          digits_ * length};
}

std::int64_t SumOfYearsCurve::accumulated(const CalendarDay& day) {
  const Share passed = share(day);
  return base_(passed.done, passed.total);
}

}  // namespace purser::books
