// Time of one thread -> device time of the machine. A prediction holds one core; a machine of n
// cores is used up by n of them. One definition, so that what optimize promises is what serve
// bills.
#pragma once

#include <unistd.h>

#include "base/time.h"

namespace purser::cli {

class Share {
 public:
  explicit Share(long cores) : cores_(cores > 0 ? cores : 1) {}
  // Of this machine.
  static Share here() { return Share(::sysconf(_SC_NPROCESSORS_ONLN)); }

  Nanoseconds of(Nanoseconds thread_time) const { return thread_time / cores_; }
  long cores() const { return cores_; }

 private:
  long cores_;
};

}  // namespace purser::cli
