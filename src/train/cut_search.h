// Which ways to cut a batch are tried, and which of them is taken: by what they measured, whoever
// measured it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "base/result.h"
#include "train/train.h"

namespace purser::train {

// A cut that was timed by taking real steps.
struct TimedCut {
  Measurement measurement;
  Nanoseconds median{};
  Nanoseconds slowest{};
  double evaluation_samples_per_second = 0;
};

// kResource: the cut does not fit into the memory allowed.
using TimeCut = std::function<Result<TimedCut>(const StepPlan&)>;

// `parts` or fewer equal parts: no part is smaller than the others by more than a sample.
StepPlan cut_into(std::int64_t batch, std::int64_t parts, int threads);

// In how many parts a batch is cut in turn: the coarsest that should fit and some finer ones, whose
// working set may lie in the processor's caches.
std::vector<std::int64_t> parts_to_try(std::int64_t batch, std::int64_t largest_micro_batch,
                                       bool only_coarsest);

// The fastest of the cuts that fit; where the first does not, finer ones until one does. Those
// timed go to `measurements`. kResource: not even a sample at a time fits; other errors of `time`
// end the search.
Result<TimedCut> fastest_cut(std::int64_t batch, const std::vector<std::int64_t>& parts,
                             int threads, const TimeCut& time,
                             std::vector<Measurement>& measurements);

}  // namespace purser::train
