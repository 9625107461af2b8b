#include "books/timeline.h"

#include <algorithm>

namespace purser::books {
namespace {

constexpr int kTicksPerMonth = 2;  // half months, so that no convention needs a fraction

Date end_of_life(const Terms& terms) {
  if (const auto months = terms.life.months()) return add_months(terms.in_service, *months);
  return terms.in_service + std::chrono::days{terms.life.count};
}

}  // namespace

Timeline::Timeline(const Terms& terms)
    : in_service_(terms.in_service), disposed_(terms.disposed), convention_(terms.convention) {
  if (convention_ == Convention::kDaily) {
    const Date end = end_of_life(terms);
    charged_ = {in_service_, disposed_ ? std::min(*disposed_, end) : end};
    ticks_ = (end - in_service_).count();
    ticks_most_ = charged_.days();
    return;
  }
  ticks_ = std::int64_t{kTicksPerMonth} * terms.life.months().value_or(0);
  ticks_most_ = ticks_;
  if (disposed_) {
    const int month = month_index(*disposed_);
    switch (convention_) {  // the month of disposal: none, half, whole
      case Convention::kFullMonth:
        ticks_most_ = ticks_at_month(month);
        break;
      case Convention::kHalfMonth:
        ticks_most_ = std::min(ticks_at_month(month) + 1, ticks_);
        break;
      case Convention::kFollowingMonth:
        ticks_most_ = ticks_at_month(month + 1);
        break;
      case Convention::kDaily:
        break;
    }
  }
  charged_ = charged_by_months();
}

Share Timeline::at(Date date) const {
  if (convention_ == Convention::kDaily) {
    const std::int64_t days = (date - in_service_).count();
    return {std::clamp<std::int64_t>(days, 0, ticks_most_), ticks_};
  }
  return in_month(month_index(date), date);
}

// Half months charged before the month `index` (0 is the month of service) begins.
std::int64_t Timeline::ticks_at_month(int index) const {
  std::int64_t ticks = 0;
  switch (convention_) {
    case Convention::kFullMonth:
      ticks = std::int64_t{kTicksPerMonth} * index;
      break;
    case Convention::kHalfMonth:
      ticks = std::int64_t{kTicksPerMonth} * index - 1;
      break;
    case Convention::kFollowingMonth:
      ticks = std::int64_t{kTicksPerMonth} * (index - 1);
      break;
    case Convention::kDaily:
      break;
  }
  return std::clamp<std::int64_t>(ticks, 0, ticks_most_);
}

Share Timeline::in_month(int index, Date date) const {
  const std::int64_t before = ticks_at_month(index);
  const std::int64_t after = ticks_at_month(index + 1);
  const Period month = period_of(month_at(index));
  Period service{std::max(month.start, in_service_),
                 disposed_ ? std::min(month.end, *disposed_) : month.end};
  // Disposed on the first of a month that its convention charges whole.
  if (service.days() <= 0) service = month;
  const std::int64_t days = service.days();
  const std::int64_t passed = std::clamp<std::int64_t>((date - service.start).count(), 0, days);
  return {before * days + (after - before) * passed, ticks_ * days};
}

Period Timeline::charged_by_months() const {
  if (ticks_most_ == 0) return {in_service_, in_service_};
  int first = 0;
  while (ticks_at_month(first + 1) == 0) ++first;
  const int months = static_cast<int>(ticks_most_ / kTicksPerMonth);
  int last = first + std::max(months - 1, 0);
  while (ticks_at_month(last + 1) < ticks_most_) ++last;
  Period charged{std::max(first_day(month_at(first)), in_service_), first_day(month_at(last + 1))};
  if (disposed_ && *disposed_ > charged.start) charged.end = std::min(charged.end, *disposed_);
  return charged;
}

int Timeline::month_index(Date date) const {
  return static_cast<int>((month_of(date) - month_of(in_service_)).count());
}

Month Timeline::month_at(int index) const {
  return month_of(in_service_) + std::chrono::months{index};
}

}  // namespace purser::books
