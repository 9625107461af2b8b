// The report as JSON; src/web/report.ts holds the same names for the page.
#include <algorithm>
#include <map>

#include "report/report.h"

namespace purser::report {
namespace {

template <class T, class ToJson>
Json list(const std::vector<T>& items, ToJson to_json_of) {
  Json json = Json::array();
  for (const T& item : items) json.push(to_json_of(item));
  return json;
}

double hours(Nanoseconds time) { return seconds(time) / 3600; }

double watts(Watts power) { return static_cast<double>(power.milli) / 1000; }

Json part_json(const PricePart& part) {
  Json json = Json::object();
  json.set("kind", books::name(part.kind)).set("per_hour", part.per_hour);
  json.set("per_month", part.per_month).set("formula", part.formula).set("source", part.source);
  return json;
}

Json resource_json(const Resource& resource) {
  Json json = Json::object();
  json.set("name", resource.name).set("site", resource.site).set("month", format(resource.month));
  json.set("closed", resource.closed).set("hours_in_service", hours(resource.in_service));
  json.set("price_per_hour_idle", resource.price_per_hour_idle);
  json.set("price_per_hour_at_load", resource.price_per_hour_at_load);
  json.set("idle_watts", watts(resource.idle_watts)).set("load_watts", watts(resource.load_watts));
  return json.set("parts", list(resource.parts, part_json));
}

Json line_json(const BillLine& line) {
  Json by_kind = Json::object();
  for (const books::Kind kind : books::kKinds) by_kind.set(books::name(kind), line.amounts[kind]);
  Json json = Json::object();
  json.set("resource", line.resource).set("month", format(line.month)).set("run", line.run);
  json.set("verb", line.verb).set("model", line.model).set("model_version", line.model_version);
  json.set("budget", line.budget).set("device_seconds", seconds(line.device_time));
  json.set("energy_joules", joules(line.energy));
  json.set("energy_source", meter::name(line.energy_source));
  json.set("amount", line.amount).set("by_kind", by_kind).set("share", line.share);
  return json;
}

Json unallocated_json(const cost::Unallocated& item) {
  Json json = Json::object();
  json.set("resource", item.resource).set("month", format(item.month));
  json.set("kind", books::name(item.kind)).set("amount", item.amount).set("reason", item.reason);
  return json.set("late_of", item.late_of ? Json(format(*item.late_of)) : Json());
}

Json unpriced_json(const cost::Unpriced& item) {
  Json json = Json::object();
  json.set("run", item.run_id).set("resource", item.resource);
  return json.set("device_seconds", seconds(item.device_time)).set("reason", item.reason);
}

Json bill_json(const Bill& bill) {
  Json json = Json::object();
  json.set("closed", bill.closed).set("as_of", bill.as_of);
  json.set("lines", list(bill.lines, line_json)).set("idle", list(bill.idle, line_json));
  json.set("unallocated", list(bill.unallocated, unallocated_json));
  json.set("unpriced", list(bill.unpriced, unpriced_json));
  json.set("used_total", bill.used_total).set("idle_total", bill.idle_total);
  json.set("total", bill.total).set("posted", bill.posted).set("agrees", bill.agrees);
  return json;
}

Json headline_json(const Headline& headline) {
  Json json = Json::object();
  json.set("total", headline.total).set("cost_per_million", headline.cost_per_million);
  json.set("cost_per_million_source", headline.cost_per_million_source);
  json.set("saving_per_million", headline.saving_per_million);
  json.set("saving_share", headline.saving_share);
  json.set("payback_predictions", headline.payback_predictions);
  json.set("budget_limit", headline.budget_limit).set("budget_left", headline.budget_left);
  return json;
}

Json budget_json(const budget::Standing& standing) {
  Json json = Json::object();
  json.set("name", standing.budget.name).set("span", budget::name(standing.budget.span));
  json.set("limit", standing.budget.amount).set("spent", standing.spent);
  return json.set("reserved", standing.reserved).set("left", standing.remaining());
}

Json unit_cost_json(const cost::UnitCost& unit) {
  Json json = Json::object();
  json.set("model", unit.model).set("model_version", unit.model_version);
  json.set("predictions", unit.predictions).set("cost", unit.cost);
  return json.set("cost_per_million", unit.per_million);
}

Json accuracy_json(const Accuracy& accuracy) {
  Json json = Json::object();
  json.set("correct", accuracy.correct).set("total", accuracy.total);
  json.set("accuracy", accuracy.value).set("accuracy_lower", accuracy.lower);
  return json.set("accuracy_upper", accuracy.upper);
}

Json optional_accuracy_json(const std::optional<Accuracy>& accuracy) {
  return accuracy ? accuracy_json(*accuracy) : Json();
}

// What the bill says that a run cost, all its resources together.
using RunCosts = std::map<std::string_view, money::Cost>;

RunCosts costs_of(const Bill& bill) {
  RunCosts costs;
  for (const BillLine& line : bill.lines) {
    const auto [cost, first] = costs.try_emplace(line.run, line.amount);
    if (!first) cost->second += line.amount;
  }
  return costs;
}

Json run_json(const RunHeader& header, const RunCosts& costs) {
  Json json = Json::object();
  json.set("run", header.run).set("model", header.model);
  json.set("model_version", header.model_version).set("budget", header.budget);
  json.set("data", header.data).set("started", header.started).set("outcome", header.outcome);
  const auto cost = costs.find(header.run);
  json.set("device_seconds", header.device_seconds);
  return json.set("cost", cost == costs.end() ? Json() : Json(cost->second));
}

Json point_json(const CurvePoint& point) {
  Json json = Json::object();
  json.set("step", point.step).set("epoch", point.epoch);
  json.set("device_seconds", point.device_seconds).set("training_loss", point.training_loss);
  json.set("held_out_loss", point.held_out_loss);
  return json.set("held_out_accuracy", point.held_out_accuracy);
}

Json record_json(const TrainRecord& record, const RunCosts& costs) {
  Json plan = Json::object();
  plan.set("batch", record.batch).set("micro_batch", record.micro_batch);
  plan.set("accumulate", record.accumulate).set("threads", record.threads);
  plan.set("tensor_memory_limit_bytes", record.tensor_memory_limit_bytes);
  plan.set("peak_tensor_memory_bytes", record.peak_tensor_memory_bytes);
  plan.set("peak_process_memory_bytes", record.peak_process_memory_bytes);
  Json json = run_json(record.header, costs);
  json.set("stop_reason", record.stop_reason);
  json.set("predicted_device_seconds", record.predicted_device_seconds);
  json.set("predicted_cost", record.predicted_cost).set("plan", plan);
  json.set("samples_per_second", record.samples_per_second);
  json.set("target_accuracy", record.target_accuracy);
  json.set("curve", list(record.curve, point_json));
  json.set("held_out", optional_accuracy_json(record.held_out));
  return json.set("test", optional_accuracy_json(record.test));
}

Json latency_json(const Latency& latency) {
  Json json = Json::object();
  json.set("batch", latency.batch).set("median_us", latency.median_us);
  return json.set("low_us", latency.low_us).set("high_us", latency.high_us);
}

Json candidate_json(const Candidate& candidate) {
  Json json = Json::object();
  json.set("name", candidate.name)
      .set("recipe", candidate.recipe)
      .set("file_bytes", candidate.file_bytes);
  json.set("parameters", candidate.parameters).set("accuracy", accuracy_json(candidate.accuracy));
  json.set("drop", candidate.drop).set("drop_upper", candidate.drop_upper);
  json.set("only_original_correct", candidate.only_original_correct);
  json.set("only_candidate_correct", candidate.only_candidate_correct);
  json.set("p_value", candidate.p_value).set("latency", list(candidate.latency, latency_json));
  json.set("kernels", candidate.kernels).set("verdict", candidate.verdict);
  json.set("reason", candidate.reason).set("cost_per_million", candidate.cost_per_million);
  json.set("saving_per_million", candidate.saving_per_million);
  json.set("payback_predictions", candidate.payback_predictions);
  return json.set("further_epochs", candidate.further_epochs);
}

Json test_json(const CandidateTest& test) {
  Json json = Json::object();
  json.set("candidate", test.candidate).set("original", accuracy_json(test.original));
  json.set("accuracy", accuracy_json(test.accuracy));
  return json.set("drop", test.drop).set("drop_upper", test.drop_upper);
}

Json record_json(const OptimizeRecord& record, const RunCosts& costs) {
  Json json = run_json(record.header, costs);
  json.set("max_drop", record.max_drop).set("processor", record.processor);
  json.set("vnni", record.vnni).set("threads", record.threads);
  return json.set("candidates", list(record.candidates, candidate_json))
      .set("winner", record.winner)
      .set("test", record.test ? test_json(*record.test) : Json());
}

Json bucket_json(const HistogramBucket& bucket) {
  return Json::object().set("below_ms", bucket.below_ms).set("count", bucket.count);
}

Json record_json(const LoadRecord& record, const RunCosts& costs) {
  Json latency = Json::object();
  latency.set("p50", record.p50_ms).set("p90", record.p90_ms).set("p99", record.p99_ms);
  latency.set("p99_9", record.p99_9_ms).set("max", record.max_ms);
  latency.set("at_least", record.at_least);
  latency.set("timeouts", record.timeouts).set("timeout", record.timeout_ms);
  Json json = run_json(record.header, costs);
  json.set("url", record.url).set("stopped", record.stopped);
  json.set("duration_seconds", record.duration_seconds);
  json.set("offered_per_second", record.offered_per_second);
  json.set("achieved_per_second", record.achieved_per_second);
  json.set("requests", record.requests).set("errors", record.errors);
  json.set("accuracy", optional_accuracy_json(record.accuracy)).set("latency_ms", latency);
  json.set("histogram", list(record.histogram, bucket_json));
  return json.set("cost_per_million", record.cost_per_million);
}

// The runs of one kind by start, the latest of them written out, and how many there are.
template <class Record>
void add_runs(Json& json, const std::string& kind, const std::vector<RunRecord>& runs,
              const RunCosts& costs, std::size_t latest) {
  std::vector<const Record*> all;
  for (const RunRecord& run : runs) {
    if (const auto* record = std::get_if<Record>(&run)) all.push_back(record);
  }
  Json written = Json::array();
  for (std::size_t i = all.size() - std::min(all.size(), latest); i < all.size(); ++i) {
    written.push(record_json(*all[i], costs));
  }
  json.set(kind, written).set(kind + "_runs", all.size());
}

}  // namespace

Json to_json(const Report& report, std::size_t latest) {
  const RunCosts costs = costs_of(report.bill);
  Json json = Json::object();
  json.set("format", 1).set("title", report.title).set("workspace", report.workspace);
  json.set("generated_at", report.generated_at).set("period", report.period);
  json.set("currency", report.currency.code()).set("headline", headline_json(report.headline));
  json.set("resources", list(report.resources, resource_json));
  json.set("bill", bill_json(report.bill)).set("budgets", list(report.budgets, budget_json));
  json.set("unit_costs", list(report.unit_costs, unit_cost_json));
  add_runs<TrainRecord>(json, "train", report.runs, costs, latest);
  add_runs<OptimizeRecord>(json, "optimize", report.runs, costs, latest);
  add_runs<LoadRecord>(json, "load", report.runs, costs, latest);
  json.set("left_out_runs", report.left_out_runs.size());
  return json.set("notes", report.notes);
}

}  // namespace purser::report
