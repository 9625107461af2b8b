#include "books/weighted_years.h"

#include <cassert>
#include <numeric>
#include <utility>

namespace purser::books {

std::vector<std::int64_t> weights_of(const SumOfYears&, const Timeline& timeline) {
  const LifeInYears life = timeline.in_years();
  std::vector<std::int64_t> weights;
  for (std::int64_t rest = life.parts; rest > 0; rest -= life.parts_per_year) {
    weights.push_back(rest);
  }
  return weights;
}

std::vector<std::int64_t> weights_of(const YearsTable& method, const Timeline&) {
  return {method.basis_points.begin(), method.basis_points.end()};
}

WeightedYearsCurve::WeightedYearsCurve(const Terms& terms, const Timeline& timeline,
                                       std::vector<std::int64_t> weights)
    : timeline_(timeline),
      base_(terms.cost.minor() - terms.salvage.minor()),
      starts_(timeline.years_of_life()),
      weights_(std::move(weights)),
      weights_together_(std::accumulate(weights_.begin(), weights_.end(), std::int64_t{0})) {
  assert(weights_.size() + 1 == starts_.size());
}

Share WeightedYearsCurve::share(const CalendarDay& day) {
  const Elapsed elapsed = timeline_.at(day);
  while (at_ + 2 < starts_.size() && elapsed.ticks >= starts_[at_ + 1] * elapsed.per) {
    passed_ += weights_[at_++];
  }
  const std::int64_t ticks_of_year = starts_[at_ + 1] - starts_[at_];
  const std::int64_t length = ticks_of_year * elapsed.per;
  // At most 100 years of 366 parts: 1.9e6 of weight x 366 ticks, or 60,600 x 24 x 372; a table has
  // 10,000 x 24 x 372: below 2^31.
  return {passed_ * length + weights_[at_] * (elapsed.ticks - starts_[at_] * elapsed.per),
          weights_together_ * length};
}

std::int64_t WeightedYearsCurve::accumulated(const CalendarDay& day) {
  const Share passed = share(day);
  return base_(passed.done, passed.total);
}

}  // namespace purser::books
