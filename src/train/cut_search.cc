#include "train/cut_search.h"

namespace purser::train {

StepPlan cut_into(std::int64_t batch, std::int64_t parts, int threads) {
  const std::int64_t micro_batch = (batch + parts - 1) / parts;
  return {micro_batch, (batch + micro_batch - 1) / micro_batch, threads};
}

std::vector<std::int64_t> parts_to_try(std::int64_t batch, std::int64_t largest_micro_batch,
                                       bool only_coarsest) {
  constexpr std::int64_t kMicroBatchMin = 16;
  const std::int64_t coarsest = (batch + largest_micro_batch - 1) / largest_micro_batch;
  std::vector<std::int64_t> parts = {coarsest};
  while (!only_coarsest && parts.size() < 6 && batch / (parts.back() * 2) >= kMicroBatchMin) {
    parts.push_back(parts.back() * 2);
  }
  return parts;
}

Result<TimedCut> fastest_cut(std::int64_t batch, const std::vector<std::int64_t>& parts,
                             int threads, const TimeCut& time,
                             std::vector<Measurement>& measurements) {
  std::optional<TimedCut> best;
  for (std::int64_t count : parts) {
    Result<TimedCut> timed = time(cut_into(batch, count, threads));
    // The model was too hopeful: one part more, until it fits (a micro-batch of one does).
    while (!timed && timed.error().code() == ErrorCode::kResource && count < batch && !best) {
      timed = time(cut_into(batch, ++count, threads));
    }
    // A finer cut needs more of something than a coarser one did (a kernel's scratch): that one is
    // in hand, and is good.
    if (!timed && timed.error().code() == ErrorCode::kResource && best) continue;
    if (!timed) return fail(std::move(timed).error());
    measurements.push_back(timed->measurement);
    // A finer cut must be faster by more than the noise of a few steps.
    constexpr double kClearlyFaster = 1.02;
    if (!best || timed->measurement.samples_per_second >
                     kClearlyFaster * best->measurement.samples_per_second) {
      best = *timed;
    }
  }
  return *best;
}

}  // namespace purser::train
