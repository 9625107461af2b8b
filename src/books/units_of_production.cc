#include "books/units_of_production.h"

#include <algorithm>

namespace purser::books {

using money::Int128;

UnitsCurve::UnitsCurve(const Terms& terms)
    : base_(terms.cost.minor() - terms.salvage.minor()),
      method_(std::get<UnitsOfProduction>(terms.method)),
      charged_{terms.in_service, terms.in_service} {
  if (!method_.used || method_.used->empty()) return;
  charged_ = {method_.used->front().period.start, method_.used->back().period.end};
  if (terms.disposed) charged_.end = std::clamp(*terms.disposed, charged_.start, charged_.end);
}

UnitsShare UnitsCurve::share(const CalendarDay& day) {
  if (charged_.days() == 0) return {0, method_.total_millionths};
  const std::vector<UnitsUsed>& used = *method_.used;
  const Date date = std::clamp(day.date, charged_.start, charged_.end);
  while (at_ < used.size() && used[at_].period.end <= date) passed_ += used[at_++].millionths;
  Int128 done = passed_;
  std::int64_t days = 1;
  if (at_ < used.size() && used[at_].period.start < date) {
    days = used[at_].period.days();
    done = passed_ * days + used[at_].millionths * (date - used[at_].period.start).count();
  }
  const Int128 total = method_.total_millionths * days;
  return {std::min(done, total), total};
}

std::int64_t UnitsCurve::accumulated(const CalendarDay& day) {
  const UnitsShare passed = share(day);
  return static_cast<std::int64_t>(money::multiply_divide(base_, passed.done, passed.total));
}

}  // namespace purser::books
