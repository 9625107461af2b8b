#include "optimize/pace.h"

#include <algorithm>

namespace purser::optimize {

Pace::Pace(const meter::Allowance& allowance, Observer& observer, const Clock& clock,
           Outcome& outcome)
    : allowance_(allowance),
      observer_(observer),
      clock_(clock),
      outcome_(outcome),
      start_(clock.now()) {}

Nanoseconds Pace::elapsed() const { return clock_.now() - start_; }

Nanoseconds Pace::left() const {
  Nanoseconds left = Nanoseconds::max();
  if (allowance_.device_time) left = *allowance_.device_time - elapsed();
  if (allowance_.deadline) left = std::min(left, Nanoseconds(*allowance_.deadline - clock_.now()));
  return left;
}

bool Pace::go_on(std::string_view phase, double done) {
  const ProgressReport report{phase, done, elapsed(), outcome_.samples_trained};
  if (observer_.on_progress(report) == train::Next::kStop) outcome_.told_to_stop = true;
  if (outcome_.told_to_stop || left() <= Nanoseconds(0)) outcome_.stopped = true;
  return !outcome_.stopped;
}

}  // namespace purser::optimize
