#include "serve/batcher.h"

#include <poll.h>

#include <gtest/gtest.h>

#include "serve/server_fixture.h"

namespace purser::serve {
namespace {

std::unique_ptr<Job> job_of(Batcher& batcher, std::int64_t rows, const Clock& clock) {
  auto job = batcher.make_job();
  job->request.rows = rows;
  job->request.inputs = {
      std::vector<std::byte>(static_cast<std::size_t>(rows * fixtures::kIn) * sizeof(float))};
  job->arrived = clock.now();
  return job;
}

struct Finished {
  std::vector<std::unique_ptr<Job>> jobs;  // in the order in which they ended
  std::vector<BatchRecord> batches;
};

// Until `count` batches are done; fewer after a minute.
Finished wait_for(Batcher& batcher, std::size_t count) {
  Finished all;
  std::vector<std::unique_ptr<Job>> jobs;
  std::vector<BatchRecord> batches;
  for (int tenths = 0; all.batches.size() < count && tenths < 600; ++tenths) {
    pollfd waking{.fd = batcher.wake_descriptor(), .events = POLLIN, .revents = 0};
    ::poll(&waking, 1, 100);
    batcher.drain_wake_descriptor();
    batcher.finished(jobs, batches);
    std::move(jobs.begin(), jobs.end(), std::back_inserter(all.jobs));
    all.batches.insert(all.batches.end(), batches.begin(), batches.end());
  }
  return all;
}

// One request alone makes one worker wait for a fuller batch. The next, which does not fit beside
// it, makes two batches due and wakes one worker: that one must wake the other.
TEST(BatcherTest, WorkForTwoWakesBothOfTwoIdleWorkers) {
  const auto model =
      Model::from_bytes(fixtures::slow_model(), {.name = "slow", .version = "1", .rows_max = 4});
  ASSERT_TRUE(model) << model.error().message();
  const SteadyClock clock;
  Batcher batcher(*model, {.rows_max = 4, .queue_rows_max = 64, .delay_max = std::chrono::hours(1)},
                  std::nullopt, 2, clock);
  std::this_thread::sleep_for(std::chrono::milliseconds(50));  // both are idle
  ASSERT_FALSE(batcher.submit(job_of(batcher, 3, clock)));
  std::this_thread::sleep_for(std::chrono::milliseconds(50));  // one waits for more
  ASSERT_FALSE(batcher.submit(job_of(batcher, 4, clock)));
  const Finished finished = wait_for(batcher, 2);
  ASSERT_EQ(finished.jobs.size(), 2u);
  // Side by side: the one that ended last had begun before the first was done.
  const Instant first_done = finished.jobs[0]->started + finished.batches[0].device_time;
  EXPECT_LT(finished.jobs[1]->started, first_done);
}

}  // namespace
}  // namespace purser::serve
