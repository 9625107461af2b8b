#include "train/schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace purser::train {

std::int64_t Stream::steps() const {
  const std::int64_t samples = training_samples * epochs;
  return (samples + batch - 1) / batch;
}

double Stream::epoch_after(std::int64_t step) const {
  const double passed = static_cast<double>(step) * static_cast<double>(batch) /
                        static_cast<double>(training_samples);
  return std::min(passed, static_cast<double>(epochs));
}

bool Stream::look_after(std::int64_t step) const {
  if (step == 0) return false;
  if (step >= steps()) return step == steps();
  return parts_after(step) > parts_after(step - 1);
}

std::int64_t Stream::looks() const {
  // A step passes one border at most, or each step passes one at least.
  if (batch * looks_per_epoch >= training_samples) return steps();
  return parts_after(steps() - 1) + 1;
}

std::int64_t Stream::parts_after(std::int64_t step) const {
  return step * batch * looks_per_epoch / training_samples;
}

double learning_rate(const Options& options, std::int64_t step, std::int64_t steps) {
  const auto warm_up =
      static_cast<std::int64_t>(std::llround(options.warmup_fraction * static_cast<double>(steps)));
  if (step < warm_up) {
    return options.learning_rate * static_cast<double>(step + 1) / static_cast<double>(warm_up);
  }
  if (options.schedule == Schedule::kConstant) return options.learning_rate;
  const double passed = static_cast<double>(step - warm_up) /
                        static_cast<double>(std::max<std::int64_t>(1, steps - warm_up));
  if (options.schedule == Schedule::kLinear) return options.learning_rate * (1 - passed);
  return options.learning_rate * 0.5 * (1 + std::cos(std::numbers::pi * passed));
}

Nanoseconds duration_of(double seconds) {
  constexpr double kMostSeconds = 10 * 365.25 * 86400;
  return std::chrono::duration_cast<Nanoseconds>(
      std::chrono::duration<double>(std::min(seconds, kMostSeconds)));
}

std::vector<std::int64_t> cut(std::int64_t batch, std::int64_t micro_batch) {
  const std::int64_t parts = (batch + micro_batch - 1) / micro_batch;
  std::vector<std::int64_t> sizes(static_cast<std::size_t>(parts), batch / parts);
  std::fill_n(sizes.begin(), batch % parts, batch / parts + 1);
  return sizes;
}

}  // namespace purser::train
