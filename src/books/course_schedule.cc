// The charges of a whole life by periods, with what the registers say of it at the end of each.
// Behind the door of course.h.
#include <algorithm>

#include "books/calendar.h"
#include "books/course.h"
#include "books/macrs.h"

namespace purser::books {

using money::Money;

Course::Carried Course::carried(Date date) const {
  const std::int64_t base = basis(date).minor() - deducted(date).minor();
  return {base, balances(date).cost - base};
}

Result<Schedule> Course::schedule(PeriodLength length, std::optional<Date> entered) const {
  const money::Currency currency = plain_.cost.currency();
  const Segments& first = layers_.front();
  Terms terms = plain_;
  terms.convention = first.front().terms.convention;
  PURSER_ASSIGN(Schedule result, books::schedule(terms, length));
  tell_deducted(result);
  result.accumulated_before = deducted_at_once(plain_);
  const bool is_plain = first.size() == 1 && layers_.size() == 1 && !disposed_ && !opened_;
  if (is_plain && !entered) return result;
  Period days = charged();
  // What was charged until it went, in its first tax year, is taken back with its bonus.
  const bool is_macrs = std::holds_alternative<Macrs>(plain_.method);
  if (is_macrs && disposed_ && !opened_ && macrs_denied(first.back().terms)) {
    days = {plain_.in_service, *disposed_ + std::chrono::days{1}};
  }
  // What its convention charges of the year in which it goes is taken back in the month in which
  // it went: until then it is charged.
  if (disposed_ && !is_macrs) {
    const Period month = period_of(month_of(*disposed_));
    PURSER_ASSIGN(const Money in_the_end, accumulated(days.end));
    PURSER_ASSIGN(const Money before, accumulated(month.start));
    PURSER_ASSIGN(const Money after, accumulated(month.end));
    const bool is_charged_later = before != in_the_end || after != in_the_end;
    if (is_charged_later) days.end = std::max(days.end, month.end);
  }
  if (entered) {
    days.start = std::max(days.start, *entered);
    days.end = std::max(days.end, *entered + std::chrono::days{1});
  }
  Carried known{result.opening.minor(), result.accumulated_before->minor()};
  if (opened_) known = carried(*opened_);
  result.opening = Money(known.base, currency);
  result.accumulated_before = Money(known.written_off, currency);
  result.charges.clear();
  std::int64_t before = 0;
  for (Periods periods(days.start, length, plain_.fiscal_year); periods.start() < days.end;
       periods.next()) {
    const Period period{periods.start(), periods.end().date};
    const Date last_day = period.end - std::chrono::days{1};
    PURSER_ASSIGN(const Money after, accumulated(period.end));
    const Carried now = carried(last_day);
    // No register has it at the end of a period in which it was gone, to come back later.
    const bool is_back_later = is_gone(last_day) && !(disposed_ && *disposed_ <= last_day);
    if (is_back_later && after.minor() == before && now == known) continue;
    result.charges.push_back({period, Money(after.minor() - before, currency)});
    before = after.minor();
    // What happens on the first day is an addition too.
    if (now == known) continue;
    result.additions.push_back({period.start, Money(now.base - known.base, currency),
                                Money(now.written_off - known.written_off, currency)});
    known = now;
  }
  result.total = Money(before, currency);
  return result;
}

}  // namespace purser::books
