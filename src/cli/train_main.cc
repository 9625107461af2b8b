// purser-train: the work of `purser train`. Money comes in as an Allowance and goes out as the
// price of what was used; the room `train` sees neither.
#include <algorithm>
#include <cstdio>
#include <numeric>

#include <fmt/format.h>

#include "base/files.h"
#include "base/progress.h"
#include "base/stop.h"
#include "base/text.h"
#include "cli/engine_verb.h"
#include "cli/pricing.h"
#include "cli/train_arguments.h"
#include "cli/train_record.h"
#include "cli/verb.h"
#include "train/train.h"

namespace purser::cli {
namespace {

// What has been paid for, and how much of it there is on the screen.
class Watcher final : public train::Observer {
 public:
  Watcher(PricedRun& run, const StopSignal& stop, std::int64_t batch, std::int64_t steps)
      : run_(run), stop_(stop), batch_(batch), progress_("training", steps) {}

  train::Next on_step(const train::StepReport& report) override {
    charge(report.device_time, batch_, report.peak_tensor_memory);
    progress_.update(
        report.step,
        fmt::format("epoch {:.1f} · {:.0f} samples/s · loss {:.3f}{} · {}", report.epoch,
                    report.samples_per_second, report.loss, accuracy_, money::format(run_.spent())),
        report.remaining);
    return failure_ || stop_.requested() || run_.used_up() ? train::Next::kStop
                                                           : train::Next::kGoOn;
  }

  train::Next on_look(const train::CurvePoint& point) override {
    accuracy_ = fmt::format(" · held out {:.1f}%", 100 * point.held_out.accuracy());
    return train::Next::kGoOn;
  }

  // Adds the time since the last call to the bill.
  void charge(Nanoseconds device_time, std::int64_t samples, Bytes peak) {
    const Status added = run_.add({.device_time = device_time - charged_,
                                   .peak_tensor_memory = peak,
                                   .work = samples,
                                   .work_unit = meter::WorkUnit::kSamples});
    charged_ = device_time;
    if (!added && !failure_) failure_ = added.error();
  }
  void finish() { progress_.finish(); }
  const std::optional<Error>& failure() const { return failure_; }

 private:
  PricedRun& run_;
  const StopSignal& stop_;
  std::int64_t batch_;
  Progress progress_;
  Nanoseconds charged_{};
  std::string accuracy_;
  std::optional<Error> failure_;  // of the spool; ends the run at the next step
};

train::Options options_of(const TrainArguments& words, const meter::Allowance& allowance,
                          std::int64_t test_samples) {
  train::Options options;
  options.batch = words.batch.value_or(options.batch);
  options.micro_batch = words.micro_batch;
  options.epochs = words.epochs.value_or(options.epochs);
  options.learning_rate = words.learning_rate.value_or(options.learning_rate);
  options.seed =
      static_cast<std::uint64_t>(words.seed.value_or(static_cast<std::int64_t>(options.seed)));
  options.threads = static_cast<int>(words.threads.value_or(0));
  options.target_accuracy = words.target_accuracy;
  options.allowance = allowance;
  options.allowance.tensor_memory = words.tensor_memory;
  options.evaluated_after = test_samples;
  options.checkpoint = words.checkpoint;
  options.resume = words.resume;
  return options;
}

// Measuring the steps is work of the run, too.
Nanoseconds expected_time(const train::Plan& plan) {
  return plan.device_time + plan.forecast.device_time;
}
Nanoseconds longest_time(const train::Plan& plan) {
  return plan.device_time + plan.forecast.device_time_upper;
}

// The budget's refusal, with the epochs that would fit. (A run that is resumed keeps its own.)
Status admit(const Pricing& pricing, const train::Plan& plan, const train::Options& options) {
  auto admitted = pricing.admit(longest_time(plan));
  if (admitted) return {};
  const auto allowance = pricing.allowance();
  const std::int64_t epochs =
      allowance.device_time ? plan.forecast.epochs_within(*allowance.device_time - plan.device_time)
                            : 0;
  if (epochs == 0 || options.resume) return admitted;
  return fail(admitted.error().code(),
              fmt::format("{} (about --epochs {} would fit)", admitted.error().message(), epochs));
}

std::string plan_text(const train::Plan& plan, const money::Cost& predicted) {
  const train::Forecast& forecast = plan.forecast;
  return fmt::format(
      "{} steps as {} x {} samples, {:.0f} samples/s, {} of tensors: about {} (up to about {}), "
      "{}\n",
      forecast.steps, plan.step.accumulate, plan.step.micro_batch, forecast.samples_per_second,
      humanize(forecast.peak_tensor_memory), humanize(expected_time(plan)),
      humanize(longest_time(plan)), money::format(predicted));
}

// What changes for the run that is gone on with; nothing if it keeps its cut, and so its bytes.
std::string recut_text(const train::Plan& plan) {
  if (!plan.recut_from) return {};
  const train::StepPlan& before = *plan.recut_from;
  return fmt::format(
      "note: the saved run's {} x {} samples on {} threads do not fit what is given now; it goes "
      "on as {} x {} on {}, and its weights will not be bit for bit those of the run never "
      "stopped\n",
      before.accumulate, before.micro_batch, before.threads, plan.step.accumulate,
      plan.step.micro_batch, plan.step.threads);
}

Result<int> dry_run(const Context& context, const train::Plan& plan, const money::Cost& predicted) {
  fmt::print(stderr, "{}", recut_text(plan));
  if (!context.json()) {
    PURSER_TRY(print(plan_text(plan, predicted)));
    return 0;
  }
  const train::Forecast& forecast = plan.forecast;
  report::Json answer = report::Json::object();
  answer.set("steps", forecast.steps).set("micro_batch", plan.step.micro_batch);
  answer.set("accumulate", plan.step.accumulate).set("threads", plan.step.threads);
  answer.set("samples_per_second", forecast.samples_per_second);
  answer.set("peak_tensor_memory_bytes", forecast.peak_tensor_memory.count);
  answer.set("smallest_tensor_memory_bytes", forecast.smallest_tensor_memory.count);
  answer.set("device_seconds", seconds(expected_time(plan)));
  answer.set("device_seconds_upper", seconds(longest_time(plan))).set("cost", predicted);
  PURSER_TRY(print(answer.text() + "\n"));
  return 0;
}

std::vector<std::int64_t> all_of(const data::Dataset& dataset) {
  std::vector<std::int64_t> indices(static_cast<std::size_t>(dataset.size()));
  std::iota(indices.begin(), indices.end(), 0);
  return indices;
}

// Trains and, unless it was stopped, uses the test set: once, at the end.
Status work(const Context& context, const graph::Graph& graph, const data::Splits& data,
            const StopSignal& stop, PricedRun& priced, TrainingRun& run) {
  Watcher watcher(priced, stop, run.options.batch, run.plan.steps_done + run.plan.forecast.steps);
  PURSER_ASSIGN(run.outcome,
                train::train(graph, data.train, run.plan, run.options, watcher, context.clock()));
  if (const auto& failure = watcher.failure()) return fail(*failure);
  const Bytes peak = run.outcome.peak_tensor_memory;
  watcher.charge(run.outcome.device_time, 0, peak);
  if (run.outcome.reason == train::StopReason::kStopped) return {};
  const Instant began = context.clock().now();
  PURSER_ASSIGN(run.test,
                train::evaluate(run.outcome.graph, data.test, all_of(data.test),
                                {run.outcome.step.threads, run.options.allowance.tensor_memory,
                                 run.outcome.step.micro_batch}));
  watcher.charge(run.outcome.device_time + (context.clock().now() - began), 0, peak);
  if (const auto& failure = watcher.failure()) return fail(*failure);
  return {};
}

// What a stopped run tells: what was spent, and the line that goes on.
tl::unexpected<Error> stopped(const TrainArguments& words, const TrainingRun& run, bool used_up,
                              const std::string& line) {
  const std::string told =
      fmt::format("stopped after {} steps, {}; state saved in '{}'; ", run.outcome.steps,
                  spent_text(run.spent, run.sharing), words.checkpoint.string());
  if (!used_up) return fail(ErrorCode::kCancelled, fmt::format("{}go on with: {}", told, line));
  return fail(ErrorCode::kRefused,
              fmt::format("budget '{}' is used up: {}raise it with purser budget set, and go on "
                          "with: {}",
                          words.budget, told, line));
}

// What a run that failed tells: why, what was spent, and the line that goes on where there is one.
tl::unexpected<Error> failed(const Error& why, const TrainArguments& words, const TrainingRun& run,
                             const std::string& line) {
  std::string told = fmt::format("{}; {}", why.message(), spent_text(run.spent, run.sharing));
  std::error_code ignored;
  // A refusal is the run's answer, and would be given again.
  if (why.code() != ErrorCode::kRefused && fs::exists(words.checkpoint, ignored)) {
    told += fmt::format("; state saved in '{}'; go on with: {}", words.checkpoint.string(), line);
  }
  return fail(why.code(), std::move(told));
}

// The model before the books' last word: what is billed as done is there.
Status keep(const TrainArguments& words, const TrainingRun& run, const fs::path& folder,
            const report::Json& record) {
  if (run.outcome.reason != train::StopReason::kStopped) {
    PURSER_TRY(graph::write_onnx(run.outcome.graph, words.output));
  }
  return write_file_atomically(folder / "train.json", record.text() + "\n");
}

// One run at a time works on a state: two would pay twice and replace each other's.
Result<LockFile> lock_state(const Workspace& workspace, const fs::path& checkpoint) {
  const fs::path folder = workspace.state() / "locks";
  std::error_code error;
  fs::create_directories(folder, error);
  const std::string path = fs::weakly_canonical(fs::absolute(checkpoint), error).string();
  Result<LockFile> lock = LockFile::acquire(folder / sha256_hex(path).substr(0, 16));
  if (!lock && lock.error().code() == ErrorCode::kBusy) {
    return fail(ErrorCode::kBusy,
                fmt::format("another purser is at work on '{}'; wait for it to finish, stop it, or "
                            "name another state with --checkpoint",
                            checkpoint.string()));
  }
  return lock;
}

Result<int> train_model(Context& context, const Arguments& arguments) {
  PURSER_ASSIGN(const TrainArguments words, train_arguments(arguments));
  const StopSignal stop;
  PURSER_ASSIGN(const graph::Graph graph, graph::read_onnx(words.model));
  const Status supported = train::check_supported(graph);
  if (!supported) return fail(supported.error().in(words.model.string()));
  PURSER_ASSIGN(Pricing pricing, Pricing::open(context, words.asset, words.budget));
  std::optional<LockFile> lock;
  if (!words.dry_run) {
    PURSER_ASSIGN(lock, lock_state(pricing.workspace(), words.checkpoint));
  }
  PURSER_ASSIGN(const data::Splits data, data::load(words.data));

  TrainingRun run(pricing.price_at_load(Nanoseconds{}));
  run.options = options_of(words, pricing.allowance(), data.test.size());
  const Instant began = context.clock().now();
  Result<train::Plan> planned = train::plan(graph, data.train, run.options, context.clock(),
                                            [&stop] { return stop.requested(); });
  if (stop.requested()) {
    return fail(ErrorCode::kCancelled, "stopped before the first step; nothing was spent");
  }
  if (!planned) return fail(std::move(planned).error());
  run.plan = *std::move(planned);
  run.predicted = pricing.price_at_load(expected_time(run.plan));
  PURSER_TRY(admit(pricing, run.plan, run.options));
  auto& allowed = run.options.allowance.device_time;
  if (allowed) *allowed -= run.plan.device_time;
  if (words.dry_run) return dry_run(context, run.plan, run.predicted);
  fmt::print(stderr, "{}{}", recut_text(run.plan), plan_text(run.plan, run.predicted));

  PURSER_ASSIGN(
      PricedRun priced,
      pricing.start({.verb = "train", .model = words.model.stem().string(), .began = began},
                    longest_time(run.plan)));
  run.run = priced.run();
  PURSER_TRY(priced.add({.device_time = run.plan.device_time,
                         .peak_tensor_memory = run.plan.peak_tensor_memory,
                         .work_unit = meter::WorkUnit::kSamples}));
  const Status worked = work(context, graph, data, stop, priced, run);
  run.spent = priced.spent();
  run.sharing = priced.sharing();
  run.device_time = priced.device_time();
  const std::string line = retyped("train", "MODEL", arguments, "--resume") + " --resume";
  const report::Json record = worked ? train_record(words, run) : report::Json();
  const Status kept = worked ? keep(words, run, priced.folder(), record) : worked;
  if (!kept) {
    // A full disk stops the books too: what went wrong first is what is told, and what was used
    // stands in the spool for the next verb.
    (void)priced.finish(meter::Outcome::kFailed);
    return failed(kept.error(), words, run, line);
  }
  const bool was_stopped = run.outcome.reason == train::StopReason::kStopped;
  PURSER_TRY(priced.finish(was_stopped ? meter::Outcome::kStopped : meter::Outcome::kDone));
  if (was_stopped) return stopped(words, run, priced.used_up(), line);
  PURSER_TRY(print(context.json() ? record.text() + "\n" : train_summary(words, run)));
  return missed_target(run) ? 1 : 0;
}

}  // namespace
}  // namespace purser::cli

int main(int argc, char** argv) {
  constexpr purser::cli::HeavyVerb kVerbs[] = {{"train", purser::cli::train_model}};
  return purser::cli::run_heavy(kVerbs, argc, argv);
}
