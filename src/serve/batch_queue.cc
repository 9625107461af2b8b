#include "serve/batch_queue.h"

#include <algorithm>

namespace purser::serve {

BatchQueue::Admission BatchQueue::push(Ticket ticket, std::int64_t rows, Instant now,
                                       std::optional<Instant> deadline) {
  if (rows < 1 || rows > policy_.rows_max) return Admission::kTooLarge;
  if (rows_ + rows > policy_.queue_rows_max) return Admission::kFull;
  const Instant ends = deadline.value_or(Instant::max());
  waiting_.push_back({ticket, rows, now, ends});
  rows_ += rows;
  first_deadline_ = std::min(first_deadline_, ends);
  return Admission::kQueued;
}

bool BatchQueue::full() const {
  std::int64_t rows = 0;
  for (const Waiting& request : waiting_) {
    rows += request.rows;
    if (rows >= policy_.rows_max) return true;
  }
  return false;
}

bool BatchQueue::due(Instant now) const {
  if (waiting_.empty()) return false;
  return now - waiting_.front().arrived >= policy_.delay_max || full();
}

std::int64_t BatchQueue::take(std::vector<Ticket>& batch) {
  batch.clear();
  std::int64_t rows = 0;
  while (!waiting_.empty() && rows + waiting_.front().rows <= policy_.rows_max) {
    rows += waiting_.front().rows;
    batch.push_back(waiting_.front().ticket);
    waiting_.pop_front();
  }
  rows_ -= rows;
  if (waiting_.empty()) first_deadline_ = Instant::max();
  return rows;
}

void BatchQueue::expire(Instant now, std::vector<Ticket>& expired) {
  expired.clear();
  if (now < first_deadline_) return;
  first_deadline_ = Instant::max();
  std::erase_if(waiting_, [&](const Waiting& request) {
    if (request.deadline <= now) {
      expired.push_back(request.ticket);
      rows_ -= request.rows;
      return true;
    }
    first_deadline_ = std::min(first_deadline_, request.deadline);
    return false;
  });
}

std::optional<Instant> BatchQueue::wake_at() const {
  if (waiting_.empty()) return std::nullopt;
  return std::min(waiting_.front().arrived + policy_.delay_max, first_deadline_);
}

}  // namespace purser::serve
