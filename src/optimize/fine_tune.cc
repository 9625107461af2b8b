#include "optimize/fine_tune.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include <fmt/format.h>

namespace purser::optimize {
namespace {

class Watcher final : public train::Observer {
 public:
  // `samples`: learned from already, by an earlier search.
  Watcher(Pace& pace, Outcome& outcome, const std::string& phase, std::int64_t samples)
      : pace_(pace), outcome_(outcome), phase_(phase), samples_(samples) {}
  train::Next on_step(const train::StepReport& report) override {
    outcome_.samples_trained += report.samples - samples_;
    samples_ = report.samples;
    const double done = static_cast<double>(report.step) / static_cast<double>(report.steps);
    return pace_.go_on(phase_, done) ? train::Next::kGoOn : train::Next::kStop;
  }

 private:
  Pace& pace_;
  Outcome& outcome_;
  const std::string& phase_;
  std::int64_t samples_;
};

}  // namespace

FineTuner::FineTuner(const data::Dataset& dataset, std::span<const std::int64_t> training,
                     const Options& options, const States& states, Pace& pace, Outcome& outcome)
    : dataset_(dataset),
      training_(training),
      options_(options),
      states_(states),
      pace_(pace),
      outcome_(outcome) {}

// Once, about the training images: teacher_answers_. Stopped meanwhile, it is asked again.
Status FineTuner::ask_teacher() {
  if (!teacher_answers_.empty()) return {};
  constexpr std::size_t kBetweenLooks = 2000;
  const auto classes = static_cast<std::size_t>(dataset_.classes);
  std::vector<float> matrix(static_cast<std::size_t>(dataset_.size()) * classes);
  for (std::size_t start = 0; start < training_.size(); start += kBetweenLooks) {
    const double done = static_cast<double>(start) / static_cast<double>(training_.size());
    if (!pace_.go_on("ask the teacher", done)) return {};
    const auto some = training_.subspan(start, std::min(kBetweenLooks, training_.size() - start));
    PURSER_ASSIGN(const auto rows,
                  train::answers(*options_.teacher, dataset_, some,
                                 {options_.threads, options_.allowance.tensor_memory, 50}));
    for (std::size_t i = 0; i < some.size(); ++i) {
      const auto row = std::span(rows).subspan(i * classes, classes);
      std::copy(row.begin(), row.end(),
                std::span(matrix).subspan(static_cast<std::size_t>(some[i]) * classes).begin());
    }
  }
  teacher_answers_ = std::move(matrix);
  return {};
}

train::Options FineTuner::options_for(const Widths& widths) const {
  train::Options how;
  how.epochs = options_.fine_tune_epochs;
  how.learning_rate = options_.fine_tune_learning_rate;
  how.schedule = train::Schedule::kLinear;
  how.seed = options_.seed;
  how.held_out_fraction = options_.held_out_fraction;
  how.looks_per_epoch = 1;
  how.threads = options_.threads;
  how.allowance.tensor_memory = options_.allowance.tensor_memory;
  how.checkpoint = states_.of(widths);
  if (options_.teacher != nullptr) {
    how.teacher = {teacher_answers_, options_.teacher_temperature, options_.teacher_share};
  }
  return how;
}

// Of the saved state where there is one of just this fine-tuning, else of a new one.
Result<train::Plan> FineTuner::plan(const graph::Graph& pruned, train::Options& how,
                                    const std::string& phase) {
  const auto stop_requested = [&] { return !pace_.go_on(phase, 0); };
  std::error_code ignored;
  if (std::filesystem::exists(how.checkpoint, ignored)) {
    const std::int64_t wanted = how.epochs;
    how.resume = true;
    // As many as fitted into the allowance then.
    how.epochs = train::saved_epochs(how.checkpoint).value_or(wanted);
    auto resumed = train::plan(pruned, dataset_, how, pace_.clock(), stop_requested);
    // Of another teacher or an older purser, or damaged: it is replaced.
    const bool unusable = !resumed && (resumed.error().code() == ErrorCode::kInvalidInput ||
                                       resumed.error().code() == ErrorCode::kUnsupported);
    if (!unusable) return resumed;
    how.resume = false;
    how.epochs = wanted;
  }
  return train::plan(pruned, dataset_, how, pace_.clock(), stop_requested);
}

// Takes so many epochs as fit into the allowance; false, with a note, where not one does.
bool FineTuner::fits(const train::Plan& plan, train::Options& how, const std::string& name,
                     Nanoseconds reserve) {
  const Nanoseconds left = pace_.left();
  if (left == Nanoseconds::max()) return true;
  const Nanoseconds usable = left - std::max(left / 10, reserve);
  // One that was begun is gone on with as it was begun, as far as the allowance reaches.
  const std::int64_t fitting = how.resume ? how.epochs : plan.forecast.epochs_within(usable);
  if (fitting < 1) {
    outcome_.notes.push_back(
        fmt::format("{}: not fine-tuned: one epoch takes up to {}, the allowance has {} left", name,
                    humanize(plan.forecast.device_time_upper_of(1)), humanize(usable)));
    return false;
  }
  how.epochs = std::min(how.epochs, fitting);
  how.allowance.device_time = usable;
  return true;
}

Result<std::optional<FineTuned>> FineTuner::tune(const graph::Graph& pruned, const Widths& widths,
                                                 const std::string& name, Nanoseconds reserve) {
  const std::string phase = "fine-tune " + name;
  if (!pace_.go_on(phase, 0)) return std::nullopt;
  if (options_.teacher != nullptr) PURSER_TRY(ask_teacher());
  if (outcome_.stopped) return std::nullopt;
  train::Options how = options_for(widths);
  auto planned = plan(pruned, how, phase);
  if (!planned && planned.error().code() == ErrorCode::kCancelled) return std::nullopt;
  if (!planned && planned.error().code() == ErrorCode::kEngine) {
    return fail(std::move(planned).error().in(name));
  }
  if (!planned) {  // an operator that cannot be trained, or too little memory: integers remain
    outcome_.notes.push_back(
        fmt::format("{}: not fine-tuned: {}", name, planned.error().message()));
    return std::nullopt;
  }
  if (!fits(*planned, how, name, reserve)) return std::nullopt;

  Watcher watcher(pace_, outcome_, phase, planned->steps_done * how.batch);
  PURSER_ASSIGN(auto trained,
                train::train(pruned, dataset_, *planned, how, watcher, pace_.clock()));
  if (trained.resumed) {
    outcome_.earlier_device_time += trained.total_device_time - trained.device_time;
  }
  outcome_.peak_tensor_memory = std::max(outcome_.peak_tensor_memory, trained.peak_tensor_memory);
  if (trained.reason == train::StopReason::kStopped) return std::nullopt;
  // The allowance may have ended it earlier; the last batch of an epoch is filled up.
  const auto epoch = static_cast<std::int64_t>(training_.size());
  const std::int64_t samples = trained.steps * how.batch;
  const std::int64_t epochs = std::min(how.epochs, (samples + epoch - 1) / epoch);
  return FineTuned{std::move(trained.graph), epochs, trained.steps};
}

}  // namespace purser::optimize
