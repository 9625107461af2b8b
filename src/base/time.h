// Instants, civil dates and half-open periods, all in UTC. The program never asks the machine for
// the time except through a Clock that its caller handed in.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace purser {

using Nanoseconds = std::chrono::nanoseconds;
using Instant = std::chrono::sys_time<Nanoseconds>;

// A civil date (UTC), valid by construction: `sys_days` has no 30th of February.
using Date = std::chrono::sys_days;
using Month = std::chrono::year_month;

Result<Date> parse_date(std::string_view text);    // "2026-02-15"; nothing else
Result<Month> parse_month(std::string_view text);  // "2026-02"
// "2026-02-15", "2026-02-15T08:00:00Z" or with fractional seconds; always UTC.
Result<Instant> parse_instant(std::string_view text);

std::string format(Date date);
std::string format(Month month);
std::string format(Instant instant);  // "2026-02-15T08:00:00.123456789Z", zeros of the fraction cut

Date first_day(Month month);
Month month_of(Date date);
Date date_of(Instant instant);                                // the day that contains it
inline Instant midnight(Date date) { return Instant(date); }  // the first instant of the day

// Adds calendar months; the 31st becomes the last day of a shorter month.
Date add_months(Date date, int months);

// Half-open: start counts, end does not.
struct Period {
  Date start;
  Date end;
  auto operator<=>(const Period&) const = default;
  std::int64_t days() const { return (end - start).count(); }
  bool contains(Date date) const { return start <= date && date < end; }
};
Period period_of(Month month);

struct Interval {
  Instant start;
  Instant end;
  auto operator<=>(const Interval&) const = default;
  Nanoseconds length() const { return end - start; }
};
// The part that both share; empty (start == end) when they share nothing.
Interval intersect(const Interval& a, const Interval& b);
inline Interval interval_of(const Period& period) {
  return {midnight(period.start), midnight(period.end)};
}

// "1 h 02 min", "4.1 s", "33 us": for people, never for files.
std::string humanize(Nanoseconds duration);
// "90s", "15m", "2h", "1h30m", "250ms".
Result<Nanoseconds> parse_duration(std::string_view text);

inline double seconds(Nanoseconds duration) {
  return std::chrono::duration<double>(duration).count();
}

// Where time comes from. Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() const = 0;
};

class SystemClock final : public Clock {
 public:
  Instant now() const override;
};

// A clock that stands still until it is told otherwise; for tests, simulations and `--now`.
// Not thread-safe while it is being set.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Instant start) : now_(start) {}
  Instant now() const override { return now_; }
  void set(Instant now) { now_ = now; }
  void advance(Nanoseconds by) { now_ += by; }

 private:
  Instant now_;
};

// A clock that begins at an instant and runs on with real time, whatever is done to the system's
// clock meanwhile: durations measured with it are never negative.
class RunningClock final : public Clock {
 public:
  explicit RunningClock(Instant start);
  Instant now() const override;

 private:
  Instant start_;
  std::chrono::steady_clock::time_point began_;
};

}  // namespace purser
