// A convention as arithmetic: how much of an asset's life has passed at a date, as an exact ratio.
// Behind the door of schedule.h; every method that charges by time stands on it.
//
// A life is counted in ticks: days under the convention of days, half months under all others, so
// that no convention needs a fraction of a tick at the end of a month.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/time.h"
#include "books/calendar.h"
#include "books/terms.h"

namespace purser::books {

inline constexpr int kTicksPerMonth = 2;
inline constexpr int kTicksPerYear = kTicksPerMonth * kMonthsPerYear;

// ticks / per of a tick have passed; per > 0.
struct Elapsed {
  std::int64_t ticks;
  std::int64_t per;
};

// done / total, 0 <= done <= total.
struct Share {
  std::int64_t done;
  std::int64_t total;
};

// A life in years, as a ratio: 42 months are 42 / 12. A life in days counts whole years by the
// calendar, and its last days as a part of the year they begin.
struct LifeInYears {
  std::int64_t parts;
  std::int64_t parts_per_year;
};

class Timeline {
 public:
  enum class Disposal : std::uint8_t { kCounts, kIgnored };
  // `terms` must have passed check(). A life that MACRS gives takes the place of the terms' own.
  explicit Timeline(const Terms& terms, Disposal disposal = Disposal::kCounts);

  // What has passed at the start of `day`. What a convention charges for a part of a month or year
  // spreads evenly over the months of service in it, and over the days of service in a month.
  Elapsed at(const CalendarDay& day) const {
    if (grain_ == Grain::kDays) {
      return {std::clamp<std::int64_t>((day.date - in_service_).count(), 0, ticks_most_), 1};
    }
    if (grain_ == Grain::kMonths && day.day == 0) return {ticks_at_month(day.month), 1};
    return grain_ == Grain::kMonths ? within_month(day) : within_year(day);
  }
  // Calls `use` with a function from a calendar month to the ticks that have passed before it. It
  // holds nothing but numbers, for loops that want them in registers. False, and no call, under a
  // convention of years, where months have parts of ticks.
  template <class Use>
  bool with_months(Use use) const {
    const std::int64_t most = ticks_most_;
    if (grain_ == Grain::kDays) {
      use([start = in_service_, most](int month) {
        return std::clamp<std::int64_t>((first_of(month) - start).count(), 0, most);
      });
    } else if (grain_ == Grain::kMonths) {
      use([first = first_month_, late = ticks_late_, most](int month) {
        return std::clamp<std::int64_t>(std::int64_t{kTicksPerMonth} * (month - first) - late, 0,
                                        most);
      });
    }
    return grain_ != Grain::kYears;
  }
  Share share_at(Date date) const {
    const Elapsed elapsed = at(calendar_day(date));
    return {elapsed.ticks, ticks_ * elapsed.per};
  }

  bool by_days() const { return grain_ == Grain::kDays; }
  std::int64_t ticks() const { return ticks_; }  // of the whole life
  // The days over which something passes; empty if nothing ever does.
  Period charged() const { return charged_; }
  // In ticks, where each year of the life begins; and where the life ends, at the back.
  std::vector<std::int64_t> years_of_life() const;
  LifeInYears in_years() const;

 private:
  enum class Grain : std::uint8_t { kDays, kMonths, kYears };

  // Half months charged before the calendar month `month` begins.
  std::int64_t ticks_at_month(int month) const {
    return std::clamp<std::int64_t>(
        std::int64_t{kTicksPerMonth} * (month - first_month_) - ticks_late_, 0, ticks_most_);
  }
  // Half months charged before the fiscal year `year` (0 is that of service) begins.
  std::int64_t ticks_at_year(int year) const {
    if (year <= 0) return 0;
    return std::min(ticks_first_year_ + std::int64_t{kTicksPerYear} * (year - 1), ticks_most_);
  }

  void count_days();
  void count_months();
  void count_years();
  std::int64_t ticks_until_disposal(int year, int month_of_year) const;
  Elapsed within_month(const CalendarDay& day) const;
  Elapsed within_year(const CalendarDay& day) const;
  Period charged_by_months() const;
  Period charged_by_years() const;
  Period until_disposal(Period charged) const;
  Date start_of_fiscal_month(int month) const {
    return first_of(month) + std::chrono::days{first_day_};
  }

  Date in_service_;
  std::optional<Date> disposed_;
  Life life_;
  Convention convention_;
  Grain grain_ = Grain::kDays;
  std::int64_t ticks_ = 0;
  std::int64_t ticks_most_ = 0;  // reached at disposal
  int first_month_ = 0;  // of service: a calendar month, or a fiscal one under a grain of years
  int ticks_late_ = 0;   // how much later than that month the charges begin
  // Of a grain of years only:
  int first_day_ = 0;   // of a fiscal month
  int first_year_ = 0;  // the fiscal month with which the fiscal year of service begins
  std::int64_t ticks_first_year_ = 0;
  int disposal_year_ = 0;          // fiscal years after that of service; past all if never
  int months_until_disposal_ = 0;  // of service in that year
  Period charged_{};
};

}  // namespace purser::books
