#include "serve/batch_queue.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/random.h"

namespace purser::serve {
namespace {

using namespace std::chrono_literals;
using Admission = BatchQueue::Admission;
using Tickets = std::vector<BatchQueue::Ticket>;

class BatchQueueTest : public testing::Test {
 protected:
  ManualClock clock_{Instant(1h)};
  Tickets batch_;
};

TEST_F(BatchQueueTest, WithoutDelay_IsDueAsSoonAsOneWaits) {
  BatchQueue queue({.rows_max = 4, .queue_rows_max = 8});
  EXPECT_FALSE(queue.due(clock_.now()));
  EXPECT_FALSE(queue.wake_at());
  EXPECT_EQ(queue.push(7, 1, clock_.now()), Admission::kQueued);
  EXPECT_TRUE(queue.due(clock_.now()));
  EXPECT_FALSE(queue.full());
  EXPECT_EQ(queue.take(batch_), 1);
  EXPECT_EQ(batch_, Tickets{7});
  EXPECT_EQ(queue.take(batch_), 0);
}

TEST_F(BatchQueueTest, WithDelay_WaitsForTheOldestRequestOrAFullBatch) {
  BatchQueue queue({.rows_max = 3, .queue_rows_max = 9, .delay_max = 2ms});
  queue.push(1, 1, clock_.now());
  clock_.advance(1500us);
  queue.push(2, 1, clock_.now());
  EXPECT_FALSE(queue.due(clock_.now()));
  EXPECT_EQ(queue.wake_at(), Instant(1h) + 2ms);
  clock_.advance(500us);
  EXPECT_TRUE(queue.due(clock_.now()));
  queue.take(batch_);
  queue.push(3, 1, clock_.now());
  queue.push(4, 2, clock_.now());
  EXPECT_TRUE(queue.due(clock_.now()));  // full: no reason to wait
}

TEST_F(BatchQueueTest, NeverSplitsARequest_AndGoesWhenTheNextDoesNotFit) {
  BatchQueue queue({.rows_max = 4, .queue_rows_max = 16, .delay_max = 1s});
  queue.push(1, 3, clock_.now());
  EXPECT_FALSE(queue.due(clock_.now()));
  queue.push(2, 2, clock_.now());
  EXPECT_TRUE(queue.due(clock_.now()));
  EXPECT_EQ(queue.take(batch_), 3);
  EXPECT_EQ(batch_, Tickets{1});
  EXPECT_FALSE(queue.due(clock_.now()));
}

TEST_F(BatchQueueTest, TurnsAwayWhatTheQueueOrABatchCannotHold) {
  BatchQueue queue({.rows_max = 4, .queue_rows_max = 5});
  EXPECT_EQ(queue.push(1, 5, clock_.now()), Admission::kTooLarge);
  EXPECT_EQ(queue.push(1, 0, clock_.now()), Admission::kTooLarge);
  EXPECT_EQ(queue.push(1, 4, clock_.now()), Admission::kQueued);
  EXPECT_EQ(queue.push(2, 2, clock_.now()), Admission::kFull);
  EXPECT_EQ(queue.push(3, 1, clock_.now()), Admission::kQueued);  // room for one is room
  EXPECT_EQ(queue.rows(), 5);
  queue.take(batch_);
  EXPECT_EQ(queue.push(2, 2, clock_.now()), Admission::kQueued);
}

TEST_F(BatchQueueTest, GivesBackWhatWaitedPastItsDeadline) {
  BatchQueue queue({.rows_max = 4, .queue_rows_max = 16, .delay_max = 1min});
  queue.push(1, 1, clock_.now());
  queue.push(2, 1, clock_.now(), clock_.now() + 5ms);
  queue.push(3, 1, clock_.now(), clock_.now() + 9ms);
  EXPECT_EQ(queue.wake_at(), clock_.now() + 5ms);
  Tickets expired;
  queue.expire(clock_.now(), expired);
  EXPECT_TRUE(expired.empty());
  clock_.advance(5ms);
  queue.expire(clock_.now(), expired);
  EXPECT_EQ(expired, Tickets{2});
  EXPECT_EQ(queue.wake_at(), Instant(1h) + 9ms);
  EXPECT_EQ(queue.rows(), 2);
  queue.take(batch_);
  EXPECT_EQ(batch_, (Tickets{1, 3}));
}

// Any traffic: what comes out is what was let in, once, in order, in batches within the bounds,
// and nothing waits longer than the policy says while somebody watches.
RC_GTEST_PROP(BatchQueueProperty, LosesNothing_KeepsOrder_AndItsBounds, (std::uint64_t seed)) {
  Random random(seed);
  const auto below = [&](std::uint64_t bound) {
    return static_cast<std::int64_t>(random.below(bound));
  };
  const std::int64_t rows_max = 1 + below(8);
  const BatchPolicy policy{.rows_max = rows_max,
                           .queue_rows_max = rows_max + below(20),
                           .delay_max = Nanoseconds(below(50))};
  BatchQueue queue(policy);
  ManualClock clock(Instant(1h));
  struct Let {
    BatchQueue::Ticket ticket;
    std::int64_t rows;
    Instant arrived;
    Instant deadline;
  };
  std::deque<Let> model;
  Tickets out;
  for (BatchQueue::Ticket ticket = 0; ticket < 300; ++ticket) {
    const std::int64_t rows = 1 + below(static_cast<std::uint64_t>(rows_max) + 1);
    std::int64_t waiting = 0;
    for (const Let& let : model) waiting += let.rows;
    const Instant deadline = clock.now() + Nanoseconds(1 + below(200));
    const Admission admission = queue.push(ticket, rows, clock.now(), deadline);
    if (rows > rows_max) {
      RC_ASSERT(admission == Admission::kTooLarge);
    } else if (waiting + rows > policy.queue_rows_max) {
      RC_ASSERT(admission == Admission::kFull);
    } else {
      RC_ASSERT(admission == Admission::kQueued);
      model.push_back({ticket, rows, clock.now(), deadline});
    }
    clock.advance(Nanoseconds(below(30)));
    queue.expire(clock.now(), out);
    for (const BatchQueue::Ticket expired : out) {
      const auto it = std::find_if(model.begin(), model.end(),
                                   [&](const Let& let) { return let.ticket == expired; });
      RC_ASSERT(it != model.end() && it->deadline <= clock.now());
      model.erase(it);
    }
    for (const Let& let : model) RC_ASSERT(let.deadline > clock.now());
    while (queue.due(clock.now())) {
      const std::int64_t taken = queue.take(out);
      RC_ASSERT(taken >= 1 && taken <= rows_max);
      std::int64_t sum = 0;
      for (const BatchQueue::Ticket went : out) {
        RC_ASSERT(!model.empty() && model.front().ticket == went);
        sum += model.front().rows;
        model.pop_front();
      }
      RC_ASSERT(sum == taken);
      // As large as it could be.
      RC_ASSERT(model.empty() || taken + model.front().rows > rows_max);
    }
    RC_ASSERT(model.empty() || clock.now() - model.front().arrived < policy.delay_max);
    RC_ASSERT(queue.empty() == model.empty());
    const auto wake_at = queue.wake_at();
    if (wake_at) RC_ASSERT(*wake_at > clock.now());
  }
}

}  // namespace
}  // namespace purser::serve
