#include "books/calendar.h"

#include <algorithm>

namespace purser::books {
namespace {

int months_of(PeriodLength length) {
  switch (length) {
    case PeriodLength::kDay:
      return 0;
    case PeriodLength::kMonth:
      return 1;
    case PeriodLength::kQuarter:
      return kMonthsPerQuarter;
    case PeriodLength::kYear:
      return kMonthsPerYear;
  }
  return 1;
}

CalendarDay start_of(const CalendarDay& day, PeriodLength length, FiscalYearStart fiscal_year) {
  if (length == PeriodLength::kDay) return day;
  if (length == PeriodLength::kMonth) return {first_of(day.month), day.month, 0};
  const int first_day = first_day_of(fiscal_year);
  const int month =
      fiscal_start(fiscal_month(day, first_day).month, fiscal_year, months_of(length));
  return {first_of(month) + std::chrono::days{first_day}, month, first_day};
}

}  // namespace

CalendarDay calendar_day(Date date) {
  // A year of room at both ends, for the fiscal year around a date.
  constexpr Date kFirst(std::chrono::year{kFirstTabledYear + 1} / 1 / 1);
  constexpr Date kLast(std::chrono::year{kLastTabledYear - 1} / 12 / 31);
  date = std::clamp(date, kFirst, kLast);
  const std::chrono::year_month_day ymd(date);
  return {date,
          static_cast<int>(ymd.year()) * kMonthsPerYear +
              static_cast<int>(static_cast<unsigned>(ymd.month())) - 1,
          static_cast<int>(static_cast<unsigned>(ymd.day())) - 1};
}

Periods::Periods(Date date, PeriodLength length, FiscalYearStart fiscal_year)
    : months_(months_of(length)), end_(start_of(calendar_day(date), length, fiscal_year)) {
  start_ = end_.date;
  advance();
}

std::size_t Periods::count_until(Date end) const {
  const CalendarDay last = calendar_day(end - std::chrono::days{1});
  if (months_ == 0) return static_cast<std::size_t>((last.date - start_).count() + 1);
  const int months = fiscal_month(last, end_.day).month - (end_.month - months_);
  const int count = months / months_ + 1;
  return static_cast<std::size_t>(count);
}

}  // namespace purser::books
