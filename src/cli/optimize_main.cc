// purser-optimize: the work of `purser optimize`. The search knows no money; here its time becomes
// money, on the way and at the end, and the verdict weighs both.
#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "base/files.h"
#include "base/progress.h"
#include "base/stop.h"
#include "base/text.h"
#include "cli/engine_verb.h"
#include "cli/optimize_answer.h"
#include "cli/optimize_arguments.h"
#include "cli/pricing.h"
#include "cli/verb.h"
#include "data/data.h"
#include "graph/graph.h"
#include "optimize/optimize.h"

namespace purser::cli {
namespace {

constexpr Nanoseconds kDefaultDeviceTime = std::chrono::minutes(5);

// Meters the search while it runs, shows it, and stops it on Ctrl-C or when metering fails.
class Watcher final : public optimize::Observer {
 public:
  Watcher(PricedRun& run, const StopSignal& stop) : run_(run), stop_(stop) {}

  train::Next on_progress(const optimize::ProgressReport& report) override {
    charge(report.device_time, report.samples);
    if (phase_ != report.phase) {  // a bar for each, so that the time left is that of the phase
      phase_ = report.phase;
      bar_.emplace(phase_, 100);
    }
    if (bar_)
      bar_->update(static_cast<std::int64_t>(report.done * 100), money::format(run_.spent()));
    return stop_.requested() || !status_ || run_.used_up() ? train::Next::kStop
                                                           : train::Next::kGoOn;
  }

  // What was used up to now. The first failure ends the search; it is returned at the end.
  void charge(Nanoseconds device_time, std::int64_t samples) {
    if (!status_) return;
    status_ = run_.add({.device_time = device_time - device_time_,
                        .work = samples - samples_,
                        .work_unit = meter::WorkUnit::kSamples});
    device_time_ = device_time;
    samples_ = samples;
  }

  void finish_bar() { bar_.reset(); }
  const Status& status() const { return status_; }
  std::int64_t samples() const { return samples_; }

 private:
  PricedRun& run_;
  const StopSignal& stop_;
  std::string phase_;
  std::optional<Progress> bar_;
  Nanoseconds device_time_{};
  std::int64_t samples_ = 0;
  Status status_;
};

optimize::Options options_of(const OptimizeArguments& words, const meter::Allowance& allowance,
                             Nanoseconds device_time) {
  optimize::Options options;
  options.max_drop = words.max_drop;
  options.allowance = allowance;
  options.allowance.device_time = device_time;
  options.allowance.tensor_memory = words.tensor_memory;
  options.seed = words.seed;
  options.fine_tune_epochs = words.epochs;
  return options;
}

// What may be spent: as asked for, or five minutes, or what the budget still buys if that is less.
Nanoseconds device_time_limit(const OptimizeArguments& words, const meter::Allowance& allowance) {
  if (words.device_time) return *words.device_time;
  return std::min(kDefaultDeviceTime, allowance.device_time.value_or(kDefaultDeviceTime));
}

Result<int> dry_run(const Context& context, const Pricing& pricing, Nanoseconds limit) {
  if (context.json()) {
    report::Json answer = report::Json::object();
    answer.set("asset", pricing.resource()).set("device_seconds_upper", seconds(limit));
    answer.set("cost_upper", pricing.price_at_load(limit));
    PURSER_TRY(print(answer.text() + "\n"));
    return 0;
  }
  PURSER_TRY(print(fmt::format("Would spend up to about {} of '{}', {}; nothing was started.\n",
                               humanize(limit), pricing.resource(),
                               money::format(pricing.price_at_load(limit)))));
  return 0;
}

Result<optimize::Outcome> search(const graph::Graph& graph, const data::Splits& data,
                                 const optimize::Options& options, PricedRun& run,
                                 const Context& context) {
  const StopSignal stop;
  Watcher watcher(run, stop);
  const Instant began = context.clock().now();
  auto outcome = optimize::optimize(graph, data, options, watcher, context.clock());
  watcher.finish_bar();
  // What failed took its time too.
  watcher.charge(outcome ? outcome->device_time : context.clock().now() - began,
                 outcome ? outcome->samples_trained : watcher.samples());
  if (!outcome) return fail(outcome.error());
  PURSER_TRY(watcher.status());
  return outcome;
}

// The model before the books' last word: what is billed as done is there.
Status keep(const OptimizeArguments& words, const optimize::Outcome& outcome,
            const OptimizeAnswer& answer, const std::filesystem::path& folder) {
  if (answer.keep()) {
    PURSER_TRY(graph::write_onnx(outcome.best().graph, words.output));
  }
  return write_file_atomically(folder / "optimize.json", answer.record().text() + "\n");
}

tl::unexpected<Error> failed(const Error& why, PricedRun& run) {
  // A full disk stops the books too: what went wrong first is what is told, and what was used
  // stands in the spool for the next verb.
  (void)run.finish(meter::Outcome::kFailed);
  return fail(why.code(),
              fmt::format("{}; {}", why.message(), spent_text(run.spent(), run.sharing())));
}

// What a stopped search tells: what was spent, and the line that goes on.
tl::unexpected<Error> stopped(const OptimizeArguments& words, const PricedRun& run,
                              const std::string& line) {
  const std::string told =
      fmt::format("stopped after {}, {}; nothing was written; ", humanize(run.device_time()),
                  spent_text(run.spent(), run.sharing()));
  constexpr std::string_view kHow = "what was fine-tuned is kept, go on with";
  if (!run.used_up()) return fail(ErrorCode::kCancelled, fmt::format("{}{}: {}", told, kHow, line));
  return fail(ErrorCode::kRefused,
              fmt::format("budget '{}' is used up: {}raise it with purser budget set; {}: {}",
                          words.budget, told, kHow, line));
}

// Where fine-tunings are saved, so that a search that was stopped goes on with them.
Result<fs::path> make_states(const Workspace& workspace) {
  const fs::path folder = workspace.state() / "optimize";
  std::error_code error;
  fs::create_directories(folder, error);
  if (!error) return folder;
  return fail(ErrorCode::kIo,
              fmt::format("cannot make '{}': {}", folder.string(), error.message()));
}

Result<int> run_optimize(Context& context, const Arguments& arguments) {
  PURSER_ASSIGN(const OptimizeArguments words, parse_optimize(arguments));
  PURSER_ASSIGN(auto pricing, Pricing::open(context, words.asset, words.budget));
  PURSER_ASSIGN(const graph::Graph graph, graph::read_onnx(words.model));
  PURSER_ASSIGN(const data::Splits data, data::load(words.data));
  const meter::Allowance allowance = pricing.allowance();
  const Nanoseconds limit = device_time_limit(words, allowance);
  optimize::Options options = options_of(words, allowance, limit);
  graph::Graph teacher;
  if (!words.teacher.empty()) {
    PURSER_ASSIGN(teacher, graph::read_onnx(words.teacher));
    options.teacher = &teacher;
  }
  PURSER_TRY(optimize::check(graph, data.train, options));
  // The least that measures anything: without it a budget that is used up would buy an empty run.
  PURSER_TRY(pricing.admit(std::max<Nanoseconds>(limit, std::chrono::seconds(10))));
  if (words.dry_run) return dry_run(context, pricing, limit);
  PURSER_ASSIGN(options.states, make_states(pricing.workspace()));

  PURSER_ASSIGN(auto run,
                pricing.start({.verb = "optimize", .model = words.model.stem().string()}, limit));
  const auto searched = search(graph, data, options, run, context);
  if (!searched) return failed(searched.error(), run);
  const OptimizeAnswer answer(words, *searched, pricing, run, context.clock().now());
  const Status kept = keep(words, *searched, answer, run.folder());
  if (!kept) return failed(kept.error(), run);
  PURSER_TRY(run.finish(searched->told_to_stop ? meter::Outcome::kStopped : meter::Outcome::kDone));
  if (searched->told_to_stop) {
    return stopped(words, run, retyped("optimize", "MODEL", arguments));
  }
  PURSER_TRY(print(context.json() ? answer.record().text() + "\n" : answer.text()));
  return answer.keep() ? 0 : 1;
}

}  // namespace
}  // namespace purser::cli

int main(int argc, char** argv) {
  constexpr purser::cli::HeavyVerb kVerbs[] = {{"optimize", purser::cli::run_optimize}};
  return purser::cli::run_heavy(kVerbs, argc, argv);
}
