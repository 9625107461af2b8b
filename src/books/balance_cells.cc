#include "books/balance_cells.h"

#include <algorithm>
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
  if (shares_by_days()) {
    first_part_ = {whole_.at(periods_.end()).ticks, days_of_period()};
  }
  describe({0, 1});
}

void Cells::next() {
  periods_.next();
  ++number_;
  describe(cell_.end);
}

void Cells::describe(Elapsed start) {
  const Elapsed end = whole_.at(periods_.end());
  const std::int64_t ticks = whole_.ticks();
  const std::int64_t passed = end.ticks * start.per - start.ticks * end.per;
  cell_ = {.share = declining_share(passed, start.per * end.per),
           .line = shares_by_days()
                       ? line_by_days()
                       : Cell::Ratio{passed, end.per * (ticks * start.per - start.ticks)},
           .start = start,
           .end = end,
           .last = end.ticks == ticks * end.per};
}

// factor x (passed / per) / life, all in ticks. Under the convention of days the rate belongs to
// the whole period and its days of service share in it, so that a leap year has the rate of any
// other.
Cell::Ratio Cells::declining_share(std::int64_t passed, std::int64_t per) const {
  if (!shares_by_days()) {
    return {factor_ * passed, factor_parts_ * per * whole_.ticks()};
  }
  return {factor_ * passed * months_of(length_) * life_.parts_per_year,
          factor_parts_ * days_of_period() * kMonthsPerYear * life_.parts};
}

// Straight line over the rest counts as the rate does, in periods: what this cell is of the
// periods that remained at its start. By days alone a leap year would weigh more here and not
// there, and a method that has switched would switch back.
Cell::Ratio Cells::line_by_days() const {
  const std::int64_t all = life_.parts * kMonthsPerYear;  // periods of the life: all / of_one
  const std::int64_t of_one = life_.parts_per_year * months_of(length_);
  const auto [part, of] = first_part_;
  if (number_ == 0) return {std::min(part * of_one, of * all), of * all};
  const std::int64_t remaining = of * all - part * of_one - (number_ - 1) * of_one * of;
  return {std::min(of_one * of, std::max<std::int64_t>(remaining, 1)),
          std::max<std::int64_t>(remaining, 1)};
}

std::int64_t Cells::days_of_period() const {
  return (periods_.end().date - periods_.start()).count();
}

}  // namespace purser::books
