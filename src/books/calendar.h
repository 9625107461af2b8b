// Periods by rule: the days at which months, quarters and fiscal years begin, out of a table, so
// that a million schedules a second need no civil arithmetic. Behind the door of schedule.h.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "books/terms.h"

namespace purser::books {

inline constexpr int kMonthsPerYear = 12;
inline constexpr int kMonthsPerQuarter = 3;

// The table reaches a life of a hundred years past the last date that can be written.
inline constexpr int kFirstTabledYear = 1690;
inline constexpr int kLastTabledYear = 2299;

// The first day of each month, in days since 1970.
inline constexpr auto kFirstDays = [] {
  std::array<std::int32_t, (kLastTabledYear - kFirstTabledYear + 1) * kMonthsPerYear + 1> table{};
  constexpr std::array kLengths{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  auto day = static_cast<std::int32_t>(
      Date(std::chrono::year{kFirstTabledYear} / 1 / 1).time_since_epoch().count());
  std::size_t at = 0;
  for (int year = kFirstTabledYear; year <= kLastTabledYear; ++year) {
    const bool leap = std::chrono::year{year}.is_leap();
    for (std::size_t month = 0; month < kMonthsPerYear; ++month) {
      table[at++] = day;
      day += kLengths[month] + (leap && month == 1 ? 1 : 0);
    }
  }
  table[at] = day;
  return table;
}();

// Months are counted from January of the year 0. `month` lies in the table.
inline Date first_of(int month) {
  const auto index = static_cast<std::size_t>(month - kFirstTabledYear * kMonthsPerYear);
  return Date(std::chrono::days{kFirstDays[index]});
}
inline int days_in(int month) {
  return static_cast<int>((first_of(month + 1) - first_of(month)).count());
}

// A date with its month spelled out.
struct CalendarDay {
  Date date;
  int month;  // since January of the year 0
  int day;    // of the month, from 0
};
// A date outside the table becomes its first or last day.
CalendarDay calendar_day(Date date);

// A fiscal month begins on a fixed day of each calendar month.
struct FiscalMonth {
  int month;   // the calendar month in which it begins
  int passed;  // days since it began
};
inline FiscalMonth fiscal_month(const CalendarDay& day, int first_day) {
  if (day.day >= first_day) return {day.month, day.day - first_day};
  return {day.month - 1, day.day - first_day + days_in(day.month - 1)};
}
// The fiscal month with which the fiscal year, or a part of it of `length` months, begins.
inline int fiscal_start(int fiscal_month, FiscalYearStart start, int length) {
  const int anchor = static_cast<int>(static_cast<unsigned>(start.month)) - 1;
  const int since = (fiscal_month - anchor) % length;
  return fiscal_month - (since < 0 ? since + length : since);
}
inline int first_day_of(FiscalYearStart start) {
  return static_cast<int>(static_cast<unsigned>(start.day)) - 1;
}

// Walks from period to period.
class Periods {
 public:
  // Begins with the period that contains `date`.
  Periods(Date date, PeriodLength length, FiscalYearStart fiscal_year);

  Date start() const { return start_; }
  const CalendarDay& end() const { return end_; }
  // How many periods, this one included, begin before `end`, which lies behind its start.
  std::size_t count_until(Date end) const;
  // The months of a period, if it begins on the first of one; otherwise 0.
  int whole_months() const { return end_.day == 0 ? months_ : 0; }
  void next() {
    start_ = end_.date;
    advance();
  }

 private:
  void advance() {
    if (months_ == 0) {
      end_.date += std::chrono::days{1};
      if (++end_.day == days_in(end_.month)) {
        ++end_.month;
        end_.day = 0;
      }
      return;
    }
    end_.month += months_;
    end_.date = first_of(end_.month) + std::chrono::days{end_.day};
  }

  int months_;  // 0: a day
  Date start_;
  CalendarDay end_;
};

}  // namespace purser::books
