// Picks how a step is cut up, by taking real ones.
#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "train/evaluation.h"
#include "train/loader.h"
#include "train/options.h"
#include "train/tensor_memory.h"
#include "train/train.h"

namespace purser::train {
namespace {

// A real run in small: its engine, with the optimizer's state, and its data.
class Trial {
 public:
  Trial(const data::Dataset& dataset, const data::HoldOut& parts, const Options& options,
        Engine& engine, const Clock& clock)
      : dataset_(dataset), parts_(parts), options_(options), engine_(engine), clock_(clock) {}

  // Peak of everything that a run with this micro-batch ever holds at once: a micro-batch learned,
  // a step of the optimizer, and a look at the held-out part beside the training loader's buffers.
  Result<Bytes> probe(std::int64_t micro_batch) {
    TensorMemory::instance().reset_peak();
    const Status taken = with_loader(micro_batch, [&](Loader& loader) -> Status {
      PURSER_TRY(engine_.accumulate_gradient(loader.next(), 1.0, options_.label_smoothing));
      PURSER_TRY(update());
      return look(micro_batch, micro_batch);
    });
    if (!taken) return fail(taken.error());
    return TensorMemory::instance().peak();
  }

  struct Timed {
    Measurement measurement;
    Nanoseconds median{};
    Nanoseconds slowest{};
    double evaluation_samples_per_second = 0;
  };

  Result<Timed> time_steps(const StepPlan& step) {
    TensorMemory::instance().trim();  // what was kept is of other sizes
    TensorMemory::instance().reset_peak();
    std::vector<Nanoseconds> times;
    Timed timed;
    const Status taken = with_loader(step.micro_batch, [&](Loader& loader) -> Status {
      PURSER_TRY(take_step(loader, step));  // the first one fills caches
      Nanoseconds total{};
      while (times.size() < kStepsMin || (total < kTrialTime && times.size() < kStepsMax)) {
        const Instant start = clock_.now();
        PURSER_TRY(take_step(loader, step));
        times.push_back(clock_.now() - start);
        total += times.back();
      }
      const std::int64_t evaluated = 4 * step.micro_batch;
      const Instant start = clock_.now();
      PURSER_TRY(look(evaluated, step.micro_batch));
      const double elapsed = std::max(1e-9, seconds(clock_.now() - start));
      timed.evaluation_samples_per_second = static_cast<double>(evaluated) / elapsed;
      return {};
    });
    if (!taken) return fail(taken.error());
    std::sort(times.begin(), times.end());
    timed.median = times[times.size() / 2];
    timed.slowest = times.back();
    timed.measurement = {
        step, static_cast<double>(options_.batch) / std::max(1e-9, seconds(timed.median)),
        TensorMemory::instance().peak()};
    return timed;
  }

 private:
  static constexpr std::size_t kStepsMin = 3;
  static constexpr std::size_t kStepsMax = 20;
  static constexpr Nanoseconds kTrialTime = std::chrono::milliseconds(400);

  Status with_loader(std::int64_t micro_batch, const std::function<Status(Loader&)>& use) {
    try {
      Loader loader(dataset_, micro_batch, engine_.wants_channels_last(),
                    shuffled(parts_.training, options_.seed, options_.batch, micro_batch, 0));
      return use(loader);
    } catch (const TensorMemoryExceeded&) {
      return fail(ErrorCode::kResource, "the limit of tensor memory is reached by the samples");
    }
  }

  Status take_step(Loader& loader, const StepPlan& step) {
    const double scale = 1.0 / static_cast<double>(options_.batch);
    for (std::int64_t i = 0; i < step.accumulate; ++i) {
      PURSER_TRY(engine_.accumulate_gradient(loader.next(), scale, options_.label_smoothing));
    }
    return update();
  }

  // At a rate of zero: all the work, and the weights stay.
  Status update() { return engine_.update(0, options_.weight_decay); }

  Status look(std::int64_t samples, std::int64_t micro_batch) {
    std::vector<std::int64_t> indices(static_cast<std::size_t>(samples));
    for (std::size_t i = 0; i < indices.size(); ++i) {
      indices[i] = parts_.held_out[i % parts_.held_out.size()];
    }
    PURSER_TRY(evaluate_with(engine_, dataset_, std::move(indices), micro_batch));
    return {};
  }

  const data::Dataset& dataset_;
  const data::HoldOut& parts_;
  const Options& options_;
  Engine& engine_;
  const Clock& clock_;
};

// peak(b) = fixed + per_sample x b, through two measured points.
struct MemoryModel {
  double fixed = 0;
  double per_sample = 0;

  std::int64_t largest_within(Bytes limit) const {
    constexpr double kSlack = 0.97;  // sizes are rounded to pages, and the line is not quite one
    if (per_sample <= 0) return std::numeric_limits<std::int32_t>::max();
    return static_cast<std::int64_t>(
        std::floor((static_cast<double>(limit.count) * kSlack - fixed) / per_sample));
  }
};

Result<MemoryModel> fit_memory(Trial& trial, std::int64_t batch, Bytes peak_of_one) {
  const std::int64_t other = std::min<std::int64_t>(batch, 16);
  if (other == 1) return MemoryModel{static_cast<double>(peak_of_one.count), 0};
  PURSER_ASSIGN(const Bytes peak, trial.probe(other));
  const double slope =
      static_cast<double>((peak - peak_of_one).count) / static_cast<double>(other - 1);
  return MemoryModel{static_cast<double>(peak_of_one.count) - slope, slope};
}

StepPlan cut_into(std::int64_t batch, std::int64_t parts, int threads) {
  const std::int64_t micro_batch = (batch + parts - 1) / parts;
  return {micro_batch, (batch + micro_batch - 1) / micro_batch, threads};
}

Nanoseconds from_seconds(double value) {
  return Nanoseconds(static_cast<std::int64_t>(std::llround(value * 1e9)));
}

Forecast forecast_of(const Trial::Timed& best, const Stream& stream, std::int64_t held_out,
                     const Options& options, Bytes smallest) {
  Forecast forecast;
  forecast.samples_per_second = best.measurement.samples_per_second;
  forecast.steps = stream.steps();
  forecast.step_time = best.median;
  forecast.peak_tensor_memory = best.measurement.peak_tensor_memory;
  forecast.smallest_tensor_memory = smallest;
  forecast.evaluation_samples_per_second = best.evaluation_samples_per_second;
  const double look = static_cast<double>(held_out) / best.evaluation_samples_per_second;
  const double after =
      static_cast<double>(options.evaluated_after) / best.evaluation_samples_per_second;
  const double looks = look * static_cast<double>(stream.looks());
  const auto steps = static_cast<double>(forecast.steps);
  forecast.fixed_time = from_seconds(after);
  forecast.device_time = from_seconds(steps * seconds(best.median) + looks + after);
  forecast.device_time_upper = from_seconds(steps * seconds(best.slowest) + looks + after);
  forecast.epoch_time =
      (forecast.device_time - forecast.fixed_time) / std::max<std::int64_t>(1, stream.epochs);
  return forecast;
}

// Kibibytes, rounded up: a number that works when it is typed back.
std::string to_type(Bytes bytes) { return fmt::format("{}KiB", (bytes.count + 1023) / 1024); }

Status check_smallest(Bytes smallest, std::optional<Bytes> limit) {
  if (!limit || smallest <= *limit) return {};
  return fail(ErrorCode::kInvalidInput,
              fmt::format("tensor memory of {} is too little: one sample at a time needs {}; allow "
                          "at least that",
                          humanize(*limit), to_type(smallest)));
}

// The cuts worth trying: the coarsest that fits and some finer ones, whose working set may lie in
// the processor's caches.
std::vector<std::int64_t> candidates(std::int64_t batch, std::int64_t largest, bool only_coarsest) {
  constexpr std::int64_t kMicroBatchMin = 16;
  const std::int64_t coarsest = (batch + largest - 1) / largest;
  std::vector<std::int64_t> parts = {coarsest};
  while (!only_coarsest && parts.size() < 6 && batch / (parts.back() * 2) >= kMicroBatchMin) {
    parts.push_back(parts.back() * 2);
  }
  return parts;
}

}  // namespace

std::int64_t Forecast::epochs_within(Nanoseconds limit) const {
  if (limit <= fixed_time || epoch_time <= Nanoseconds(0)) return 0;
  return (limit - fixed_time) / epoch_time;
}

Result<Plan> plan(const graph::Graph& graph, const data::Dataset& dataset, const Options& options,
                  const Clock& clock) {
  PURSER_TRY(check(options));
  PURSER_ASSIGN(const data::HoldOut parts, split_off(dataset, options));
  const int threads = options.threads > 0 ? options.threads : usable_cores();
  const Instant start = clock.now();
  const auto limit = options.allowance.tensor_memory;

  const TensorMemoryScope memory(std::nullopt);
  const Bytes outside = TensorMemory::instance().live();  // of other rooms' tensors: none of ours
  PURSER_ASSIGN(Engine engine, Engine::create(graph, dataset, Engine::Purpose::kTraining, threads));
  Trial trial(dataset, parts, options, engine, clock);
  PURSER_ASSIGN(const Bytes peak_of_one, trial.probe(1));
  PURSER_TRY(check_smallest(peak_of_one, limit));
  PURSER_ASSIGN(const MemoryModel model, fit_memory(trial, options.batch, peak_of_one));
  const std::int64_t largest =
      limit ? std::clamp<std::int64_t>(model.largest_within(*limit), 1, options.batch)
            : options.batch;

  Plan made;
  std::optional<Trial::Timed> best;
  TensorMemory::instance().set_limit(limit);
  for (std::int64_t cuts : candidates(options.batch, largest, engine.has_batch_statistics())) {
    Result<Trial::Timed> timed = trial.time_steps(cut_into(options.batch, cuts, threads));
    // The model was too hopeful: one part more, until it fits (a micro-batch of one does).
    while (!timed && timed.error().code() == ErrorCode::kResource && cuts < options.batch &&
           !best) {
      timed = trial.time_steps(cut_into(options.batch, ++cuts, threads));
    }
    if (!timed) return fail(std::move(timed).error());
    made.measurements.push_back(timed->measurement);
    // A finer cut must be faster by more than the noise of a few steps.
    constexpr double kClearlyFaster = 1.02;
    if (!best || timed->measurement.samples_per_second >
                     kClearlyFaster * best->measurement.samples_per_second) {
      best = std::move(*timed);
    }
  }
  made.step = best->measurement.step;
  made.forecast =
      forecast_of(*best, stream_of(parts, options),
                  static_cast<std::int64_t>(parts.held_out.size()), options, peak_of_one - outside);
  made.device_time = clock.now() - start;
  return made;
}

}  // namespace purser::train
