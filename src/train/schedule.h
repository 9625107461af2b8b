// Arithmetic of a run: which samples a step takes, when to look, how fast to learn. Pure.
#pragma once

#include <cstdint>
#include <vector>

#include "train/train.h"

namespace purser::train {

// The samples of all epochs, one after the other, are one stream; step s (from 0) takes the window
// [s x batch, (s + 1) x batch) of it, across the border of epochs. So every step has a whole batch,
// and a run is resumed at a sample by arithmetic alone.
struct Stream {
  std::int64_t training_samples = 0;
  std::int64_t batch = 0;
  std::int64_t epochs = 0;
  std::int64_t looks_per_epoch = 1;

  std::int64_t steps() const;  // rounded up: the last window may reach into an epoch more
  double epoch_after(std::int64_t step) const;
  // Is the held-out part looked at after this many steps? Always after the last one.
  bool look_after(std::int64_t step) const;
  std::int64_t looks() const;

 private:
  // Whole parts of an epoch that have been passed: a look wherever another one was completed.
  std::int64_t parts_after(std::int64_t step) const;
};

// Of step `step` (from 0) of `steps`.
double learning_rate(const Options& options, std::int64_t step, std::int64_t steps);

// At most ten years: a forecast may be of more than its type, or the price of it, can hold.
Nanoseconds duration_of(double seconds);

// Sizes of the micro-batches that make up one window: as few as `micro_batch` allows, equal to a
// sample and the larger ones first. (Each moves the statistics of BatchNormalization by the same
// weight, and a small remainder, of one sample at worst, would tell them of nearly nothing.)
std::vector<std::int64_t> cut(std::int64_t batch, std::int64_t micro_batch);

}  // namespace purser::train
