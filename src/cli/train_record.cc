#include "cli/train_record.h"

#include <fmt/format.h>

#include "report/table.h"

namespace purser::cli {
namespace {

using report::Json;

Json accuracy_json(const train::Evaluation& seen) {
  Json json = Json::object();
  json.set("correct", seen.correct).set("total", seen.total).set("accuracy", seen.accuracy());
  json.set("accuracy_lower", seen.lower()).set("accuracy_upper", seen.upper());
  return json.set("loss", seen.loss);
}

Json curve_json(const std::vector<train::CurvePoint>& curve) {
  Json points = Json::array();
  for (const train::CurvePoint& point : curve) {
    Json json = Json::object();
    json.set("step", point.step).set("epoch", point.epoch);
    json.set("device_seconds", seconds(point.device_time));
    json.set("training_loss", point.training_loss).set("held_out_loss", point.held_out.loss);
    json.set("held_out_accuracy", point.held_out.accuracy());
    points.push(json.set("learning_rate", point.learning_rate));
  }
  return points;
}

Json plan_json(const TrainingRun& run) {
  const auto& limit = run.options.allowance.tensor_memory;
  Json json = Json::object();
  json.set("batch", run.options.batch).set("micro_batch", run.outcome.step.micro_batch);
  json.set("accumulate", run.outcome.step.accumulate).set("threads", run.outcome.step.threads);
  json.set("measuring_seconds", seconds(run.plan.device_time));
  json.set("tensor_memory_limit_bytes", limit ? Json(limit->count) : Json());
  json.set("peak_tensor_memory_bytes", run.outcome.peak_tensor_memory.count);
  json.set("memory_besides_tensors_bytes", run.outcome.besides_tensors.count);
  return json.set("peak_process_memory_bytes", run.outcome.peak_process_memory.count);
}

std::string percent(double share) { return fmt::format("{:.2f}%", 100 * share); }

std::string interval(const train::Evaluation& seen) {
  return fmt::format("{} ({} of {}; 95% interval {} to {})", percent(seen.accuracy()), seen.correct,
                     seen.total, percent(seen.lower()), percent(seen.upper()));
}

}  // namespace

bool missed_target(const TrainingRun& run) {
  return run.options.target_accuracy && !run.outcome.held_out.passes(*run.options.target_accuracy);
}

Json train_record(const TrainArguments& words, const TrainingRun& run) {
  const bool stopped = run.outcome.reason == train::StopReason::kStopped;
  Json predicted = Json::object();
  predicted.set("device_seconds", seconds(run.plan.device_time + run.plan.forecast.device_time));
  predicted.set("cost", run.predicted);
  Json json = Json::object();
  json.set("format", 1).set("run", run.run.name).set("verb", "train").set("model", run.run.model);
  json.set("model_version", run.run.model_version).set("budget", run.run.budget);
  json.set("data", words.data).set("started", run.run.started);
  json.set("outcome", meter::name(stopped ? meter::Outcome::kStopped : meter::Outcome::kDone));
  json.set("stop_reason", train::name(run.outcome.reason));
  json.set("device_seconds", seconds(run.device_time)).set("cost", run.spent);
  json.set("predicted", predicted).set("plan", plan_json(run));
  json.set("samples_per_second", run.outcome.samples_per_second);
  json.set("target_accuracy", run.options.target_accuracy).set("seed", run.options.seed);
  json.set("steps", run.outcome.steps).set("resumed", run.outcome.resumed);
  json.set("recut", run.plan.recut_from.has_value());
  json.set("curve", curve_json(run.outcome.curve));
  json.set("held_out",
           run.outcome.held_out.total > 0 ? accuracy_json(run.outcome.held_out) : Json());
  return json.set("test", run.test ? accuracy_json(*run.test) : Json());
}

std::string train_summary(const TrainArguments& words, const TrainingRun& run) {
  const train::Outcome& outcome = run.outcome;
  const auto& limit = run.options.allowance.tensor_memory;
  report::Table table({{""}, {""}});
  table.add_row({"run", fmt::format("{}, ended by {} after {} steps", run.run.name,
                                    train::name(outcome.reason), outcome.steps)});
  if (run.test) table.add_row({"test", interval(*run.test)});
  table.add_row({"held out", interval(outcome.held_out)});
  table.add_row({"speed", fmt::format("{:.0f} samples/s, micro-batch {} x {}, {} threads",
                                      outcome.samples_per_second, outcome.step.micro_batch,
                                      outcome.step.accumulate, outcome.step.threads)});
  table.add_row({"memory", fmt::format("tensors {}{}, {} besides, whole process {}",
                                       humanize(outcome.peak_tensor_memory),
                                       limit ? " of " + humanize(*limit) : std::string(),
                                       humanize(outcome.besides_tensors),
                                       humanize(outcome.peak_process_memory))});
  table.add_row(
      {"device time",
       fmt::format("{} (predicted {}), {} of it measuring the steps", humanize(run.device_time),
                   humanize(run.plan.device_time + run.plan.forecast.device_time),
                   humanize(run.plan.device_time))});
  table.add_row({"cost", fmt::format("{} (predicted {}){}", money::format(run.spent),
                                     money::format(run.predicted),
                                     run.sharing.empty() ? "" : ", " + run.sharing)});
  table.add_row({"written", words.output.string()});
  std::string text = table.render(report::TableStyle::for_stdout());
  if (const auto& target = run.options.target_accuracy; target && missed_target(run)) {
    text += fmt::format(
        "The target of {} was not reached: the held-out accuracy less its standard error is {}; "
        "allow more epochs or more money.\n",
        percent(*target), percent(outcome.held_out.accuracy() - outcome.held_out.standard_error()));
  }
  return text;
}

}  // namespace purser::cli
