// Which requests run together, and when: the decisions of dynamic batching, and nothing else. No
// threads, no clock, no tensors: the caller says what time it is and gets tickets back, so a test
// can play any day of traffic in a microsecond.
//
// The rules (those of Triton's dynamic batcher, with a bound on the queue that is never absent):
//   - first come, first served; a request carries 1 .. rows_max rows and is never split;
//   - a batch never exceeds rows_max;
//   - a batch goes when no more can join it (it is full, or the next request does not fit), or when
//     its oldest request has waited delay_max; with delay_max 0 it goes as soon as somebody asks;
//   - a request that would make the queue longer than queue_rows_max is turned away at the door;
//   - a request still waiting at its deadline is given back as expired, never run.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "base/time.h"

namespace purser::serve {

struct BatchPolicy {
  std::int64_t rows_max = 32;         // >= 1
  std::int64_t queue_rows_max = 256;  // >= rows_max
  Nanoseconds delay_max{0};           // >= 0
};

// One thread, or the caller's lock.
class BatchQueue {
 public:
  using Ticket = std::uint64_t;  // the caller's name for a request

  explicit BatchQueue(BatchPolicy policy) : policy_(policy) {}

  enum class Admission : std::uint8_t {
    kQueued,
    kFull,      // try again later
    kTooLarge,  // rows is more than rows_max (or less than 1): will never fit
  };
  // `now` may not go backwards from call to call.
  Admission push(Ticket ticket, std::int64_t rows, Instant now,
                 std::optional<Instant> deadline = std::nullopt);

  // No more requests could join the batch that would go now.
  bool full() const;
  // A batch should go now, full or not.
  bool due(Instant now) const;
  // Moves the oldest requests that fit into one batch to `batch` (cleared first); returns their
  // rows, 0 if nothing waits. The caller asked full() or due().
  std::int64_t take(std::vector<Ticket>& batch);
  // Moves the requests whose deadline has passed to `expired` (cleared first).
  void expire(Instant now, std::vector<Ticket>& expired);
  // When due() or expire() will have something to do if nobody else arrives; nothing if the queue
  // is empty.
  std::optional<Instant> wake_at() const;

  // From now on nobody waits for a fuller batch: the server is draining.
  void stop_waiting() { policy_.delay_max = Nanoseconds(0); }

  std::int64_t rows() const { return rows_; }
  bool empty() const { return waiting_.empty(); }
  const BatchPolicy& policy() const { return policy_; }

 private:
  struct Waiting {
    Ticket ticket;
    std::int64_t rows;
    Instant arrived;
    Instant deadline;  // Instant::max() if none
  };

  BatchPolicy policy_;
  std::deque<Waiting> waiting_;
  std::int64_t rows_ = 0;
  Instant first_deadline_ = Instant::max();  // never later than the earliest in waiting_
};

}  // namespace purser::serve
