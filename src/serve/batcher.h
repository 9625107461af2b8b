// Runs requests in batches: the rules are those of BatchQueue, the work is BatchRunner's, and this
// gives them threads.
//
// Two ways, chosen by `workers`:
//   0: the caller's own thread runs the batches, whenever it calls run_one(). On a single core this
//      is the fastest there is: nothing is handed over, no lock is contended, no core switches.
//   n: n threads run batches as they fall due; the caller is woken through wake_descriptor().
// In both, submit(), finished(), run_one() and drop() are called by one thread, the owner's.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/time.h"
#include "serve/batch_queue.h"
#include "serve/model.h"
#include "serve/poller.h"
#include "serve/totals.h"

namespace purser::serve {

// One request from its arrival to its answer.
struct Job {
  InferRequest request;
  std::uint64_t connection = 0;  // the owner's name for who asked
  bool keep_alive = true;
  Instant arrived{};
  Instant started{};  // of its batch
  enum class Outcome : std::uint8_t { kAnswered, kExpired, kFailed };
  Outcome outcome = Outcome::kAnswered;
  InferAnswer answer;   // if answered
  std::string message;  // if failed
};

// What one batch was, for metrics.
struct BatchRecord {
  std::int64_t rows = 0;
  Nanoseconds device_time{};
};

class Batcher {
 public:
  // `deadline`: how long a request may wait for its batch; nothing: as long as it takes.
  Batcher(const Model& model, BatchPolicy policy, std::optional<Nanoseconds> deadline, int workers,
          const Clock& clock);
  // Waits for the batches that are running; what waits in the queue is not run.
  ~Batcher();
  Batcher(const Batcher&) = delete;
  Batcher& operator=(const Batcher&) = delete;

  // A job to fill in, from a pool; its buffers keep their room from use to use.
  std::unique_ptr<Job> make_job();
  void recycle(std::unique_ptr<Job> job);

  // Queues the job, or gives it back.
  struct Refused {
    std::unique_ptr<Job> job;
    BatchQueue::Admission why;
  };
  std::optional<Refused> submit(std::unique_ptr<Job> job);

  // Jobs that are done, in the order of their batches: `jobs` is cleared first.
  void finished(std::vector<std::unique_ptr<Job>>& jobs, std::vector<BatchRecord>& batches);
  // Without workers: expires what must be, and runs one batch if one is full, or if it is due and
  // `idle` says that nothing else is ready to join it. True if anything was finished.
  bool run_one(bool idle);
  // Without workers: how long the owner may sleep; nothing: until a request comes.
  std::optional<Nanoseconds> sleep() const;

  // From now on nobody waits for a fuller batch: the server is draining.
  void stop_waiting();
  // Waits for the batches that are running, so that finished() tells of them; runs no other.
  void stop();

  std::int64_t queued_rows() const;
  bool empty() const;  // nothing queued, running, or waiting for finished()
  // Readable when finished() has something (with workers); -1 without.
  int wake_descriptor() const { return wake_.number(); }
  void drain_wake_descriptor();
  const BatchPolicy& policy() const { return queue_.policy(); }

 private:
  class Runner;
  std::vector<std::unique_ptr<Job>> take_locked();
  void expire_locked(Instant now);
  void work(Runner& runner, const std::stop_token& stop);

  const Model& model_;
  const std::optional<Nanoseconds> deadline_;
  const Clock& clock_;

  mutable std::mutex mutex_;  // guards everything from here to finished_batches_
  std::condition_variable_any changed_;
  BatchQueue queue_;
  std::vector<std::unique_ptr<Job>> waiting_;  // by ticket
  std::vector<BatchQueue::Ticket> free_tickets_;
  std::vector<BatchQueue::Ticket> tickets_;  // scratch
  int running_ = 0;
  std::vector<std::unique_ptr<Job>> finished_;
  std::vector<BatchRecord> finished_batches_;

  std::vector<std::unique_ptr<Job>> pool_;  // the owner's alone
  Descriptor wake_;
  std::unique_ptr<Runner> own_;  // without workers
  std::vector<std::unique_ptr<Runner>> runners_;
  std::vector<std::jthread> threads_;  // last: joined before anything else goes
};

}  // namespace purser::serve
