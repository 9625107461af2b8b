// The loop: learn, look, save, stop in time.
#include "train/train.h"

#include <sys/resource.h>

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/random.h"
#include "train/checkpoint.h"
#include "train/evaluation.h"
#include "train/loader.h"
#include "train/options.h"
#include "train/tensor_memory.h"

namespace purser::train {
namespace {

Bytes peak_process_memory() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return {static_cast<std::int64_t>(usage.ru_maxrss) * 1024};  // Linux counts KiB
}

// Code, libraries, data set, heap: what has to be there besides the tensors.
Bytes besides_tensors() {
  const auto& memory = TensorMemory::instance();
  return {std::max<std::int64_t>(0, resident_bytes() - (memory.live() + memory.kept()).count)};
}

// Masks of step s come from a seed of its own: no generator's state has to be saved.
std::uint64_t seed_of_step(std::uint64_t seed, std::int64_t step) {
  return Random(seed ^ (static_cast<std::uint64_t>(step) * 0x9E3779B97F4A7C15ULL)).next();
}

class Run {
 public:
  Run(const graph::Graph& graph, const data::Dataset& dataset, const data::HoldOut& parts,
      const Plan& plan, const Options& options, Observer& observer, const Clock& clock)
      : graph_(graph),
        dataset_(dataset),
        parts_(parts),
        options_(options),
        observer_(observer),
        clock_(clock),
        stream_(stream_of(parts, options)),
        start_(clock.now()) {
    outcome_.step = plan.step;
    step_time_ = seconds(plan.forecast.step_time);
    look_time_ = plan.forecast.evaluation_samples_per_second > 0
                     ? static_cast<double>(parts.held_out.size()) /
                           plan.forecast.evaluation_samples_per_second
                     : 0;
  }

  Result<Outcome> run() {
    if (!options_.checkpoint.empty()) identity_ = identity_of(graph_, dataset_, options_);
    PURSER_TRY(open());
    PURSER_ASSIGN(Engine engine, Engine::create(graph_, dataset_, Engine::Purpose::kTraining,
                                                outcome_.step.threads));
    if (outcome_.resumed) PURSER_TRY(engine.restore(saved_.state));
    step_ = first_step_ = saved_.state.steps;
    PURSER_TRY(learn(engine));
    return finish(engine);
  }

 private:
  Status open() {
    if (!options_.resume) return {};
    PURSER_ASSIGN(saved_, load_checkpoint(options_.checkpoint, identity_));
    outcome_.resumed = true;
    outcome_.curve = saved_.curve;
    return {};
  }

  Status learn(Engine& engine) {
    outcome_.reason = StopReason::kEpochs;
    PURSER_ASSIGN(
        const std::unique_ptr<Loader> loader,
        Loader::open(dataset_, outcome_.step.micro_batch, engine.wants_channels_last(),
                     shuffled(parts_.training, options_.seed, options_.batch,
                              outcome_.step.micro_batch, step_),
                     options_.teacher ? options_.teacher->logits : std::span<const float>()));
    // A place that cannot be written to is told before anything is paid for, and from now on there
    // is always something to go on from.
    PURSER_TRY(save(engine));
    if (resumed_at_target()) return outcome_.reason = StopReason::kTarget, Status();
    while (step_ < stream_.steps()) {
      if (!allowed_another()) return outcome_.reason = StopReason::kAllowance, Status();
      PURSER_ASSIGN(const double loss, take_step(engine, *loader));
      Next next = report(loss);
      if (stream_.look_after(step_)) {
        PURSER_TRY(look(engine));
        if (target_reached()) return outcome_.reason = StopReason::kTarget, Status();
        if (observer_.on_look(outcome_.curve.back()) == Next::kStop) next = Next::kStop;
      }
      if (next == Next::kStop && step_ < stream_.steps()) {
        return outcome_.reason = StopReason::kStopped, Status();
      }
      if (clock_.now() - last_save_ >= options_.checkpoint_interval) PURSER_TRY(save(engine));
    }
    return {};
  }

  // Returns the mean loss of the step's samples.
  Result<double> take_step(Engine& engine, Loader& loader) {
    const Instant began = clock_.now();
    engine.seed(seed_of_step(options_.seed, step_));
    const double scale = 1.0 / static_cast<double>(options_.batch);
    double loss_sum = 0;
    for (std::int64_t i = 0; i < outcome_.step.accumulate; ++i) {
      PURSER_ASSIGN(const Batch batch, loader.next());
      PURSER_ASSIGN(const double loss, engine.accumulate_gradient(batch, scale, loss_of(options_)));
      loss_sum += loss;
    }
    const double loss = loss_sum * scale;
    if (!std::isfinite(loss)) return diverged(step_ + 1);
    PURSER_TRY(
        engine.update(learning_rate(options_, step_, stream_.steps()), options_.weight_decay));
    ++step_;
    saved_.loss_sum_since_look += loss;
    ++saved_.steps_since_look;
    const double took = seconds(clock_.now() - began);
    stepping_ += took;
    constexpr double kMemory = 0.9;  // of the last ten steps or so
    step_time_ = step_ == first_step_ + 1 ? took : kMemory * step_time_ + (1 - kMemory) * took;
    return loss;
  }

  // An answer about the options, not a fault: the same run diverges again, also when resumed.
  tl::unexpected<Error> diverged(std::int64_t step) const {
    return fail(ErrorCode::kRefused,
                fmt::format("step {}: the loss is no number any more, the run diverged; start anew "
                            "with a learning rate below {:.3g} (--learning-rate, and --force to "
                            "replace the saved state)",
                            step, options_.learning_rate));
  }

  Next report(double loss) {
    StepReport told;
    told.step = step_;
    told.steps = stream_.steps();
    told.epoch = stream_.epoch_after(step_);
    told.samples = step_ * options_.batch;
    told.loss = loss;
    told.samples_per_second = static_cast<double>(options_.batch) / std::max(1e-9, step_time_);
    told.device_time = elapsed();
    const auto steps_left = static_cast<double>(stream_.steps() - step_);
    const double share_left = steps_left / static_cast<double>(stream_.steps());
    told.remaining = duration_of(steps_left * step_time_ +
                                 share_left * static_cast<double>(stream_.looks()) * look_time_);
    told.peak_tensor_memory = TensorMemory::instance().peak();
    return observer_.on_step(told);
  }

  Status look(Engine& engine) {
    const Instant began = clock_.now();
    PURSER_ASSIGN(const Evaluation seen,
                  evaluate_with(engine, dataset_, parts_.held_out, outcome_.step.micro_batch));
    if (!std::isfinite(seen.loss)) return diverged(step_);
    look_time_ = seconds(clock_.now() - began);
    outcome_.samples_evaluated += seen.total;
    CurvePoint point;
    point.step = step_;
    point.epoch = stream_.epoch_after(step_);
    point.training_loss = saved_.loss_sum_since_look /
                          static_cast<double>(std::max<std::int64_t>(1, saved_.steps_since_look));
    point.learning_rate = learning_rate(options_, step_ - 1, stream_.steps());
    point.held_out = seen;
    point.device_time = saved_.device_time + elapsed();
    outcome_.curve.push_back(point);
    saved_.loss_sum_since_look = 0;
    saved_.steps_since_look = 0;
    return {};
  }

  bool target_reached() const {
    return options_.target_accuracy && !outcome_.curve.empty() &&
           outcome_.curve.back().held_out.passes(*options_.target_accuracy);
  }
  bool resumed_at_target() const {
    return outcome_.resumed && !outcome_.curve.empty() && outcome_.curve.back().step == step_ &&
           target_reached();
  }

  // Room for one more step, the last look, and what the caller evaluates afterwards.
  bool allowed_another() const {
    const double after = look_time_ / static_cast<double>(parts_.held_out.size()) *
                         static_cast<double>(options_.evaluated_after);
    const Nanoseconds needed = duration_of(step_time_ + look_time_ + after);
    const auto& allowance = options_.allowance;
    if (allowance.device_time && elapsed() + needed > *allowance.device_time) return false;
    return !allowance.deadline || clock_.now() + needed <= *allowance.deadline;
  }

  Status save(Engine& engine) {
    if (options_.checkpoint.empty()) return {};
    Checkpoint state;
    state.identity = identity_;
    state.step = outcome_.step;
    state.state = engine.save();
    state.curve = outcome_.curve;
    state.loss_sum_since_look = saved_.loss_sum_since_look;
    state.steps_since_look = saved_.steps_since_look;
    state.device_time = saved_.device_time + elapsed();
    PURSER_TRY(save_checkpoint(state, options_.checkpoint));
    last_save_ = clock_.now();
    return {};
  }

  Result<Outcome> finish(Engine& engine) {
    // Saved before the last look: the curve that a resumed run goes on with is the one of a run
    // that never stopped.
    PURSER_TRY(save(engine));
    const bool seen = !outcome_.curve.empty() && outcome_.curve.back().step == step_;
    if (!seen && outcome_.reason != StopReason::kStopped) {
      PURSER_TRY(look(engine));
    }
    if (!outcome_.curve.empty()) outcome_.held_out = outcome_.curve.back().held_out;
    outcome_.graph = graph_;
    engine.write_to(outcome_.graph);
    record_hold_out(outcome_.graph, options_);
    outcome_.steps = step_;
    outcome_.samples = (step_ - first_step_) * options_.batch;
    outcome_.device_time = elapsed();
    outcome_.total_device_time = saved_.device_time + elapsed();
    outcome_.samples_per_second = static_cast<double>(outcome_.samples) / std::max(1e-9, stepping_);
    outcome_.peak_tensor_memory = TensorMemory::instance().peak();
    outcome_.peak_process_memory = peak_process_memory();
    outcome_.besides_tensors = besides_tensors();
    return std::move(outcome_);
  }

  Nanoseconds elapsed() const { return clock_.now() - start_; }

  const graph::Graph& graph_;
  const data::Dataset& dataset_;
  const data::HoldOut& parts_;
  const Options& options_;
  Observer& observer_;
  const Clock& clock_;
  Stream stream_;
  Instant start_;
  std::string identity_;
  Checkpoint saved_;  // as loaded; the sums since the last look go on in it
  Outcome outcome_;
  std::int64_t step_ = 0;
  std::int64_t first_step_ = 0;  // of this call
  double step_time_ = 0;         // smoothed, seconds
  double look_time_ = 0;         // of the last look, seconds
  double stepping_ = 0;          // seconds spent in steps by this call
  Instant last_save_{};
};

}  // namespace

Result<Outcome> train(const graph::Graph& graph, const data::Dataset& dataset, const Plan& plan,
                      const Options& options, Observer& observer, const Clock& clock) {
  PURSER_TRY(check(options));
  PURSER_ASSIGN(const data::HoldOut parts, split_off(graph, dataset, options));
  const TensorMemoryScope memory(options.allowance.tensor_memory);
  return Run(graph, dataset, parts, plan, options, observer, clock).run();
}

}  // namespace purser::train
