#include "books/balance_cells.h"

#include <numeric>

namespace purser::books {
namespace {

constexpr std::int64_t kFactorParts = 10'000;

std::int64_t months_of(PeriodLength length) {
  return length == PeriodLength::kYear      ? kMonthsPerYear
         : length == PeriodLength::kQuarter ? kMonthsPerQuarter
                                            : 1;
}

}  // namespace

Cells::Cells(const Declining& declining, const Timeline& whole)
    : whole_(whole),
      length_(declining.method.per_period.value_or(PeriodLength::kYear)),
      periods_(whole.charged().start, length_, declining.fiscal_year),
      factor_(declining.method.factor_ten_thousandths),
      factor_parts_(kFactorParts),
      life_(whole.by_days() ? whole.in_years() : LifeInYears{1, 1}) {
  const std::int64_t common = std::gcd(factor_, factor_parts_);
  factor_ /= common;
  factor_parts_ /= common;
  describe({0, 1});
}

void Cells::next() {
  periods_.next();
  describe(cell_.end);
}

void Cells::describe(Elapsed start) {
  const Elapsed end = whole_.at(periods_.end());
  const std::int64_t ticks = whole_.ticks();
  const std::int64_t passed = end.ticks * start.per - start.ticks * end.per;
  cell_ = {.share = declining_share(passed, start.per * end.per),
           .line = {passed, end.per * (ticks * start.per - start.ticks)},
           .start = start,
           .end = end,
           .last = end.ticks == ticks * end.per};
}

// factor x (passed / per) / life, all in ticks. Under the convention of days the rate belongs to
// the whole period and its days of service share in it, so that a leap year has the rate of any
// other.
Cell::Ratio Cells::declining_share(std::int64_t passed, std::int64_t per) const {
  if (!whole_.by_days() || length_ == PeriodLength::kDay) {
    return {factor_ * passed, factor_parts_ * per * whole_.ticks()};
  }
  const std::int64_t days = (periods_.end().date - periods_.start()).count();
  return {factor_ * passed * months_of(length_) * life_.parts_per_year,
          factor_parts_ * days * kMonthsPerYear * life_.parts};
}

}  // namespace purser::books
