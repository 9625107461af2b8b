// What a server has done since it started: the figures that metrics, Usage records and the cost of
// a prediction are made of.
#pragma once

#include <cstdint>

#include "base/time.h"

namespace purser::serve {

struct Totals {
  // Time in which a batch was running, summed over the threads that run batches. Waiting in the
  // queue, sockets and JSON are not in it.
  Nanoseconds device_time{};
  std::int64_t predictions = 0;  // rows answered
  std::int64_t batches = 0;
  std::int64_t answered = 0;     // inference requests answered with 200
  std::int64_t invalid = 0;      // refused as malformed (4xx)
  std::int64_t turned_away = 0;  // queue full, 429
  std::int64_t expired = 0;      // waited past their deadline, 504
  std::int64_t failed = 0;       // the engine failed, 500
};

}  // namespace purser::serve
