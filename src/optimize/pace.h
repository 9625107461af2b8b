// How long a search may go on: what is left of its allowance, and whether its observer has had
// enough.
#pragma once

#include <string_view>

#include "base/time.h"
#include "meter/meter.h"
#include "optimize/optimize.h"

namespace purser::optimize {

// Counts from its making. What is given must outlive it; used on the thread of the search alone.
class Pace {
 public:
  Pace(const meter::Allowance& allowance, Observer& observer, const Clock& clock, Outcome& outcome);

  const Clock& clock() const { return clock_; }
  Nanoseconds elapsed() const;
  // Of device time, or until the deadline, whichever is less; Nanoseconds::max() without either.
  Nanoseconds left() const;
  // May the search go on? Asked at every safe point; tells the observer, and notes a no in the
  // outcome's `stopped` and `told_to_stop`.
  bool go_on(std::string_view phase, double done);

 private:
  const meter::Allowance& allowance_;
  Observer& observer_;
  const Clock& clock_;
  Outcome& outcome_;
  Instant start_;
};

}  // namespace purser::optimize
