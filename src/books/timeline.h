// A convention as arithmetic: how much of an asset's life has passed at a date, as an exact ratio.
// Behind the door of schedule.h; every method that charges by time stands on it.
#pragma once

#include <cstdint>

#include "base/time.h"
#include "books/terms.h"

namespace purser::books {

// done / total, 0 <= done <= total.
struct Share {
  std::int64_t done;
  std::int64_t total;
};

class Timeline {
 public:
  // `terms` must have passed check().
  explicit Timeline(const Terms& terms);

  // The part of the life that has passed at the start of `date`. Under a convention of months the
  // part of one month spreads evenly over the days of service in it.
  Share at(Date date) const;
  // The days over which the share grows; empty if it never does.
  Period charged() const { return charged_; }

 private:
  std::int64_t ticks_at_month(int index) const;
  Share in_month(int index, Date date) const;
  Period charged_by_months() const;
  int month_index(Date date) const;
  Month month_at(int index) const;

  Date in_service_;
  std::optional<Date> disposed_;
  Convention convention_;
  std::int64_t ticks_;       // of the whole life: days, or half months
  std::int64_t ticks_most_;  // reached at disposal
  Period charged_{};
};

}  // namespace purser::books
