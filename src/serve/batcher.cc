#include "serve/batcher.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

namespace purser::serve {
namespace {

// How long a due batch may wait for sockets that keep becoming ready; past it, it runs.
constexpr Nanoseconds kGatherMax = std::chrono::milliseconds(1);

}  // namespace

// What one thread needs to run batches and write their answers.
class Batcher::Runner {
 public:
  Runner(const Model& model, const Clock& clock)
      : signature_(model.signature()), clock_(clock), runner_(model) {}

  BatchRecord run(std::span<const std::unique_ptr<Job>> jobs) {
    requests_.clear();
    BatchRecord record;
    for (const auto& job : jobs) {
      requests_.push_back(&job->request);
      record.rows += job->request.rows;
    }
    const Instant start = clock_.now();
    const Status ran = runner_.run(requests_);
    record.device_time = clock_.now() - start;
    std::int64_t first = 0;
    for (const auto& job : jobs) {
      job->started = start;
      Status status = ran;
      if (status) {
        runner_.outputs_of(first, job->request.rows, outputs_);
        status = write_infer_answer(signature_, job->request, outputs_, job->answer);
      }
      job->outcome = status ? Job::Outcome::kAnswered : Job::Outcome::kFailed;
      if (!status) job->message = status.error().message();
      first += job->request.rows;
    }
    return record;
  }

 private:
  const Signature& signature_;
  const Clock& clock_;
  BatchRunner runner_;
  std::vector<const InferRequest*> requests_;
  std::vector<std::span<const std::byte>> outputs_;
};

Batcher::Batcher(const Model& model, BatchPolicy policy, std::optional<Nanoseconds> deadline,
                 int workers, const Clock& clock)
    : model_(model), deadline_(deadline), clock_(clock), queue_(policy) {
  if (workers == 0) {
    own_ = std::make_unique<Runner>(model_, clock_);
    return;
  }
  wake_ = Descriptor(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
  for (int i = 0; i < workers; ++i) {
    runners_.push_back(std::make_unique<Runner>(model_, clock_));
    threads_.emplace_back([this, runner = runners_.back().get()](const std::stop_token& stop) {
      work(*runner, stop);
    });
  }
}

Batcher::~Batcher() {
  for (std::jthread& thread : threads_) thread.request_stop();
}

std::unique_ptr<Job> Batcher::make_job() {
  if (pool_.empty()) return std::make_unique<Job>();
  std::unique_ptr<Job> job = std::move(pool_.back());
  pool_.pop_back();
  return job;
}

void Batcher::recycle(std::unique_ptr<Job> job) { pool_.push_back(std::move(job)); }

std::optional<Batcher::Refused> Batcher::submit(std::unique_ptr<Job> job) {
  const std::lock_guard lock(mutex_);
  const BatchQueue::Ticket ticket = free_tickets_.empty() ? waiting_.size() : free_tickets_.back();
  std::optional<Instant> deadline;
  if (deadline_) deadline = job->arrived + *deadline_;
  const auto admission = queue_.push(ticket, job->request.rows, job->arrived, deadline);
  if (admission != BatchQueue::Admission::kQueued) return Refused{std::move(job), admission};
  if (ticket == waiting_.size()) {
    waiting_.push_back(std::move(job));
  } else {
    free_tickets_.pop_back();
    waiting_[ticket] = std::move(job);
  }
  if (!own_) changed_.notify_one();
  return std::nullopt;
}

std::vector<std::unique_ptr<Job>> Batcher::take_locked() {
  queue_.take(tickets_);
  std::vector<std::unique_ptr<Job>> jobs;
  jobs.reserve(tickets_.size());
  for (const BatchQueue::Ticket ticket : tickets_) {
    jobs.push_back(std::move(waiting_[ticket]));
    free_tickets_.push_back(ticket);
  }
  return jobs;
}

void Batcher::expire_locked(Instant now) {
  queue_.expire(now, tickets_);
  for (const BatchQueue::Ticket ticket : tickets_) {
    waiting_[ticket]->outcome = Job::Outcome::kExpired;
    waiting_[ticket]->started = now;
    finished_.push_back(std::move(waiting_[ticket]));
    free_tickets_.push_back(ticket);
  }
}

void Batcher::finished(std::vector<std::unique_ptr<Job>>& jobs, std::vector<BatchRecord>& batches) {
  jobs.clear();
  batches.clear();
  const std::lock_guard lock(mutex_);
  jobs.swap(finished_);
  batches.swap(finished_batches_);
}

bool Batcher::run_one(bool idle) {
  const std::lock_guard lock(mutex_);  // nobody else is there to want it
  const Instant now = clock_.now();
  expire_locked(now);
  const std::optional<Instant> wake_at = queue_.wake_at();
  const bool overdue = wake_at && now - *wake_at >= kGatherMax;
  if (queue_.full() || (queue_.due(now) && (idle || overdue))) {
    auto jobs = take_locked();
    finished_batches_.push_back(own_->run(jobs));
    std::move(jobs.begin(), jobs.end(), std::back_inserter(finished_));
  }
  return !finished_.empty();
}

std::optional<Nanoseconds> Batcher::sleep() const {
  const std::lock_guard lock(mutex_);
  const auto wake_at = queue_.wake_at();
  if (!own_ || !wake_at) return std::nullopt;
  return std::max(*wake_at - clock_.now(), Nanoseconds(0));
}

void Batcher::work(Runner& runner, const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    const Instant now = clock_.now();
    const std::size_t before = finished_.size();
    expire_locked(now);
    if (finished_.size() > before) ::eventfd_write(wake_.number(), 1);
    if (!queue_.due(now)) {
      if (const auto wake_at = queue_.wake_at()) {
        changed_.wait_for(lock, stop, *wake_at - now, [&] { return queue_.due(clock_.now()); });
      } else {
        changed_.wait(lock, stop, [&] { return !queue_.empty(); });
      }
      continue;
    }
    auto jobs = take_locked();
    // What could not join this batch may be due now, and every other runner asleep for want of
    // work.
    if (!queue_.empty()) changed_.notify_one();
    ++running_;
    lock.unlock();
    const BatchRecord record = runner.run(jobs);
    lock.lock();
    --running_;
    finished_batches_.push_back(record);
    std::move(jobs.begin(), jobs.end(), std::back_inserter(finished_));
    ::eventfd_write(wake_.number(), 1);
  }
}

void Batcher::stop_waiting() {
  const std::lock_guard lock(mutex_);
  queue_.stop_waiting();
  changed_.notify_all();
}

void Batcher::stop() {
  for (std::jthread& thread : threads_) thread.request_stop();
  for (std::jthread& thread : threads_) thread.join();
  threads_.clear();
}

std::int64_t Batcher::queued_rows() const {
  const std::lock_guard lock(mutex_);
  return queue_.rows();
}

bool Batcher::empty() const {
  const std::lock_guard lock(mutex_);
  return queue_.empty() && running_ == 0 && finished_.empty();
}

void Batcher::drain_wake_descriptor() {
  eventfd_t count = 0;
  ::eventfd_read(wake_.number(), &count);
}

}  // namespace purser::serve
