// Reads ahead: a thread of its own turns the next micro-batch's bytes into floats while the current
// one is being learned.
#pragma once

#include <array>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "base/result.h"
#include "data/data.h"
#include "train/engine.h"
#include "train/tensor_memory.h"

namespace purser::train {

// Puts the data set's indices of the next micro-batch into the vector; false at the end. Called
// from the loader's thread, in order; may throw.
using NextIndices = std::function<bool(std::vector<std::int64_t>& indices)>;

class Loader {
 public:
  // Two buffers of `micro_batch` samples, in tensor memory. kResource where there is none left for
  // them or for a thread. The data set must outlive the loader, and so must the teacher's logits,
  // if there are any.
  static Result<std::unique_ptr<Loader>> open(const data::Dataset& dataset,
                                              std::int64_t micro_batch, bool channels_last,
                                              NextIndices next,
                                              std::span<const float> teacher = {});
  ~Loader();
  Loader(const Loader&) = delete;
  Loader& operator=(const Loader&) = delete;

  // The next micro-batch, empty at the end; valid until the following call. What went wrong in the
  // loader's thread is told here, by this call and all that follow. One thread calls.
  Result<Batch> next();

 private:
  Loader(const data::Dataset& dataset, std::int64_t micro_batch, bool channels_last,
         NextIndices next, std::span<const float> teacher);

  struct Slot {
    TensorArray<float> pixels;
    TensorArray<float> teacher;
    std::vector<std::int64_t> labels;
    bool full = false;
  };

  void run(const std::stop_token& stop);
  void read_ahead(const std::stop_token& stop);
  void fill(Slot& slot, const std::vector<std::int64_t>& indices) const;

  const data::Dataset& dataset_;
  bool channels_last_;
  NextIndices next_;
  std::span<const float> teacher_;
  std::mutex mutex_;  // guards `full` of the slots, and failure_
  std::condition_variable_any changed_;
  std::array<Slot, 2> slots_;
  std::optional<Error> failure_;  // ended the thread
  std::size_t reading_ = 0;       // slot that next() hands out
  bool handed_out_ = false;
  std::jthread thread_;  // last: it uses all of the above
};

// One pass over the indices given, in their order.
NextIndices in_order(std::vector<std::int64_t> indices, std::int64_t micro_batch);
// The stream of shuffled epochs (schedule.h) from a step on, without end.
NextIndices shuffled(std::vector<std::int64_t> indices, std::uint64_t seed, std::int64_t batch,
                     std::int64_t micro_batch, std::int64_t first_step);

}  // namespace purser::train
