// Picks how a step is cut up, by taking real ones.
#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "train/checkpoint.h"
#include "train/cut_search.h"
#include "train/evaluation.h"
#include "train/free_memory.h"
#include "train/loader.h"
#include "train/options.h"
#include "train/schedule.h"
#include "train/tensor_memory.h"
#include "train/train.h"

namespace purser::train {
namespace {

// A real run in small: its engine, with the optimizer's state, and its data.
class Trial {
 public:
  Trial(const data::Dataset& dataset, const data::HoldOut& parts, const Options& options,
        Engine& engine, const Clock& clock, const StopRequested& stop_requested)
      : dataset_(dataset),
        parts_(parts),
        options_(options),
        engine_(engine),
        clock_(clock),
        stop_requested_(stop_requested) {}

  // Peak of everything that a run with this micro-batch ever holds at once: a micro-batch learned,
  // a step of the optimizer, and a look at the held-out part beside the training loader's buffers.
  Result<Bytes> probe(std::int64_t micro_batch) {
    begin_peak();
    const Status taken = with_loader(micro_batch, [&](Loader& loader) -> Status {
      PURSER_TRY(go_on());
      PURSER_ASSIGN(const Batch batch, loader.next());
      PURSER_ASSIGN(const double loss, engine_.accumulate_gradient(batch, 1.0, loss_of(options_)));
      if (!std::isfinite(loss)) {
        return fail(ErrorCode::kInvalidInput,
                    "the loss of the model as it is given is no number: its weights are none, or "
                    "too large; make or export it again");
      }
      PURSER_TRY(update());
      return look(micro_batch, micro_batch);
    });
    if (!taken) return fail(taken.error());
    return TensorMemory::instance().peak();
  }

  Result<TimedCut> time_steps(const StepPlan& step) {
    TensorMemory::instance().trim();  // what was kept is of other sizes
    begin_peak();
    std::vector<Nanoseconds> times;
    TimedCut timed;
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

  // The most that was live at once in all that was tried so far.
  Bytes peak() const { return std::max(peak_, TensorMemory::instance().peak()); }

 private:
  static constexpr std::size_t kStepsMin = 3;
  static constexpr std::size_t kStepsMax = 20;
  static constexpr Nanoseconds kTrialTime = std::chrono::milliseconds(400);

  Status with_loader(std::int64_t micro_batch, const std::function<Status(Loader&)>& use) {
    PURSER_ASSIGN(
        const std::unique_ptr<Loader> loader,
        Loader::open(dataset_, micro_batch, engine_.wants_channels_last(),
                     shuffled(parts_.training, options_.seed, options_.batch, micro_batch, 0),
                     options_.teacher ? options_.teacher->logits : std::span<const float>()));
    return use(*loader);
  }

  // The safe points: between two micro-batches, for a large model may need minutes for a step.
  Status go_on() const {
    if (!stop_requested_ || !stop_requested_()) return {};
    return fail(ErrorCode::kCancelled, "stopped before the first step");
  }

  void begin_peak() {
    peak_ = peak();
    TensorMemory::instance().reset_peak();
  }

  Status take_step(Loader& loader, const StepPlan& step) {
    const double scale = 1.0 / static_cast<double>(options_.batch);
    for (std::int64_t i = 0; i < step.accumulate; ++i) {
      PURSER_TRY(go_on());
      PURSER_ASSIGN(const Batch batch, loader.next());
      PURSER_TRY(engine_.accumulate_gradient(batch, scale, loss_of(options_)));
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
  const StopRequested& stop_requested_;
  Bytes peak_;  // before the last begin_peak()
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

// The second point is of so many samples as the limit allows: measuring may not take more either.
Result<MemoryModel> fit_memory(Trial& trial, std::int64_t batch, Bytes peak_of_one) {
  const auto one = static_cast<double>(peak_of_one.count);
  if (batch == 1) return MemoryModel{one, 0};
  for (std::int64_t wanted = std::min<std::int64_t>(batch, 16); wanted > 1; wanted /= 2) {
    // The largest part of an equal cut, so that it is really one of this size that is measured.
    const std::int64_t other = cut(batch, wanted).front();
    if (other == 1) break;
    const auto peak = trial.probe(other);
    if (!peak && peak.error().code() == ErrorCode::kResource) continue;
    if (!peak) return fail(peak.error());
    const double slope =
        static_cast<double>((*peak - peak_of_one).count) / static_cast<double>(other - 1);
    return MemoryModel{one - slope, slope};
  }
  return MemoryModel{0, one};  // not even two
}

// What a share of the steps of a stream, the looks among them, and what follows will take.
Nanoseconds time_of(const Forecast& forecast, const Stream& stream, double share,
                    Nanoseconds step_time) {
  const double steps = static_cast<double>(stream.steps()) * seconds(step_time);
  const double looks = static_cast<double>(stream.looks()) * seconds(forecast.look_time);
  return duration_of(share * (steps + looks) + seconds(forecast.fixed_time));
}

// Of the steps after `steps_done`.
Forecast forecast_of(const TimedCut& best, const Stream& stream, std::int64_t steps_done,
                     std::int64_t held_out, const Options& options, Bytes smallest) {
  Forecast forecast;
  forecast.samples_per_second = best.measurement.samples_per_second;
  forecast.steps = std::max<std::int64_t>(0, stream.steps() - steps_done);
  forecast.step_time = best.median;
  forecast.step_time_upper = best.slowest;
  forecast.peak_tensor_memory = best.measurement.peak_tensor_memory;
  forecast.smallest_tensor_memory = smallest;
  forecast.evaluation_samples_per_second = best.evaluation_samples_per_second;
  forecast.training_samples = stream.training_samples;
  forecast.batch = stream.batch;
  forecast.looks_per_epoch = stream.looks_per_epoch;
  forecast.look_time =
      duration_of(static_cast<double>(held_out) / best.evaluation_samples_per_second);
  forecast.fixed_time = duration_of(static_cast<double>(options.evaluated_after) /
                                    best.evaluation_samples_per_second);
  const double share_left =
      static_cast<double>(forecast.steps) / static_cast<double>(stream.steps());
  forecast.device_time = time_of(forecast, stream, share_left, best.median);
  forecast.device_time_upper = time_of(forecast, stream, share_left, best.slowest);
  return forecast;
}

Status check_smallest(Bytes smallest, std::optional<Bytes> limit) {
  if (!limit || smallest <= *limit) return {};
  return fail(ErrorCode::kInvalidInput,
              fmt::format("tensor memory of {0} is too little: one sample at a time needs {1}; "
                          "allow at least that: --memory {1}",
                          humanize(*limit), size_to_type(smallest)));
}

// What a saved run tells its planner.
struct Saved {
  StepPlan step;
  std::int64_t steps_done = 0;
};

Result<std::optional<Saved>> saved_run(const graph::Graph& graph, const data::Dataset& dataset,
                                       const Options& options) {
  if (!options.resume) return std::optional<Saved>();
  PURSER_ASSIGN(const Checkpoint saved,
                load_checkpoint(options.checkpoint, identity_of(graph, dataset, options)));
  return std::optional(Saved{saved.step, saved.state.steps});
}

StepPlan asked_cut(std::int64_t batch, std::int64_t micro_batch, int threads) {
  return cut_into(batch, (batch + micro_batch - 1) / micro_batch, threads);
}

tl::unexpected<Error> too_large(std::int64_t micro_batch, std::int64_t largest,
                                std::optional<Bytes> room) {
  return fail(
      ErrorCode::kInvalidInput,
      fmt::format("a micro-batch of {} needs more than {} of tensor memory; {}allow more with "
                  "--memory",
                  micro_batch, room ? humanize(*room) : "the machine has",
                  largest > 0 ? fmt::format("take a smaller one (about --micro-batch {} fits), or ",
                                            largest)
                              : ""));
}

// The saved run's cut, measured; nothing if it does not fit into the memory, or another cut or
// other threads are asked for.
Result<std::optional<TimedCut>> kept_cut(Trial& trial, const std::optional<Saved>& saved,
                                         const Options& options, int threads) {
  if (!saved || saved->step.threads != threads) return std::optional<TimedCut>();
  if (options.micro_batch &&
      asked_cut(options.batch, *options.micro_batch, threads) != saved->step) {
    return std::optional<TimedCut>();
  }
  Result<TimedCut> timed = trial.time_steps(saved->step);
  if (timed) return std::optional(*std::move(timed));
  if (timed.error().code() == ErrorCode::kResource) return std::optional<TimedCut>();
  return fail(std::move(timed).error());
}

// The saved run's cut, or the one asked for, or the fastest that fits into `room`.
Result<TimedCut> best_cut(Trial& trial, const Options& options, const std::optional<Saved>& saved,
                          int threads, Bytes peak_of_one, std::optional<Bytes> room,
                          bool only_coarsest, std::vector<Measurement>& measurements) {
  PURSER_ASSIGN(const std::optional<TimedCut> kept, kept_cut(trial, saved, options, threads));
  if (kept) {
    measurements.push_back(kept->measurement);
    return *kept;
  }
  if (options.micro_batch) {
    Result<TimedCut> asked =
        trial.time_steps(asked_cut(options.batch, *options.micro_batch, threads));
    if (asked) measurements.push_back(asked->measurement);
    if (asked || asked.error().code() != ErrorCode::kResource) return asked;
  }
  PURSER_ASSIGN(const MemoryModel model, fit_memory(trial, options.batch, peak_of_one));
  const std::int64_t largest =
      room ? std::clamp<std::int64_t>(model.largest_within(*room), 1, options.batch)
           : options.batch;
  if (options.micro_batch) {
    // The one asked for was tried and did not fit, whatever the line through two points says.
    return too_large(*options.micro_batch, std::min(largest, *options.micro_batch - 1), room);
  }
  return fastest_cut(
      options.batch, parts_to_try(options.batch, largest, only_coarsest), threads,
      [&](const StepPlan& step) { return trial.time_steps(step); }, measurements);
}

int threads_of(const Options& options, const std::optional<Saved>& saved) {
  if (options.threads > 0) return options.threads;
  return saved ? saved->step.threads : usable_cores();
}

}  // namespace

std::int64_t Forecast::epochs_within(Nanoseconds limit) const {
  std::int64_t fit = 0;
  std::int64_t too_many = kEpochsMax + 1;
  while (too_many - fit > 1) {
    const std::int64_t epochs = fit + (too_many - fit) / 2;
    (device_time_upper_of(epochs) <= limit ? fit : too_many) = epochs;
  }
  return fit;
}

Nanoseconds Forecast::device_time_upper_of(std::int64_t epochs) const {
  return time_of(*this, {training_samples, batch, epochs, looks_per_epoch}, 1, step_time_upper);
}

Result<Plan> plan(const graph::Graph& graph, const data::Dataset& dataset, const Options& options,
                  const Clock& clock, const StopRequested& stop_requested) {
  const Instant began = clock.now();
  PURSER_TRY(check(options));
  PURSER_ASSIGN(const data::HoldOut parts, split_off(graph, dataset, options));
  PURSER_ASSIGN(const std::optional<Saved> saved, saved_run(graph, dataset, options));
  const int threads = threads_of(options, saved);
  const auto limit = options.allowance.tensor_memory;

  const TensorMemoryScope memory(std::nullopt);
  const Bytes outside = TensorMemory::instance().live();  // of other rooms' tensors: none of ours
  PURSER_ASSIGN(Engine engine, Engine::create(graph, dataset, Engine::Purpose::kTraining, threads));
  Trial trial(dataset, parts, options, engine, clock, stop_requested);
  PURSER_ASSIGN(const Bytes peak_of_one, trial.probe(1));
  PURSER_TRY(check_smallest(peak_of_one, limit));
  // More than is free would not fail: the kernel would kill the process, or another one.
  std::optional<Bytes> room = limit;
  if (const auto free = free_memory(); free && !room) {
    room = std::max(Bytes{free->count / 2}, peak_of_one);
  }
  TensorMemory::instance().set_limit(room);

  Plan made;
  PURSER_ASSIGN(const TimedCut best, best_cut(trial, options, saved, threads, peak_of_one, room,
                                              engine.has_batch_statistics(), made.measurements));
  made.step = best.measurement.step;
  if (saved) {
    made.steps_done = saved->steps_done;
    if (saved->step != made.step) made.recut_from = saved->step;
  }
  made.forecast =
      forecast_of(best, stream_of(parts, options), made.steps_done,
                  static_cast<std::int64_t>(parts.held_out.size()), options, peak_of_one - outside);
  made.peak_tensor_memory = trial.peak();
  made.device_time = clock.now() - began;
  return made;
}

}  // namespace purser::train
