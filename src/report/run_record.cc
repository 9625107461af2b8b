#include "report/run_record.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/files.h"

namespace purser::report {
namespace {

using Value = nlohmann::json;

constexpr Bytes kLargestRecord{64 << 20};
constexpr double kFarEnough = 1e18;  // of any measurement: what is larger is damage

// Reads the fields of one object. The first failure is kept and all later reads give nothing, so
// that a reader is a list of fields and one question at its end.
class Fields {
 public:
  Fields(const Value& object, std::string where, std::optional<Error>& failure)
      : object_(object), where_(std::move(where)), failure_(failure) {
    if (!object_.is_object()) refuse("", "is no object");
  }

  std::string text(const char* name) const {
    const Value* value = find(name);
    if (value == nullptr) return {};
    if (!value->is_string()) return refuse(name, "is no text"), std::string();
    return value->get<std::string>();
  }
  std::string required_text(const char* name) const {
    std::string value = text(name);
    if (value.empty()) refuse(name, "is missing");
    return value;
  }
  std::vector<std::string> texts(const char* name) const {
    const Value* value = find(name);
    if (value == nullptr) return {};
    const bool fine =
        value->is_array() &&
        std::all_of(value->begin(), value->end(), [](const Value& v) { return v.is_string(); });
    if (!fine) return refuse(name, "is no list of texts"), std::vector<std::string>();
    return value->get<std::vector<std::string>>();
  }
  std::optional<double> number(const char* name, double least, double most) const {
    const Value* value = find(name);
    if (value == nullptr) return std::nullopt;
    if (!value->is_number()) return refuse(name, "is no number"), std::nullopt;
    const double number = value->get<double>();
    if (!(number >= least && number <= most)) {
      refuse(name, fmt::format("is {}, which cannot be: at least {:g}, at most {:g}", value->dump(),
                               least, most));
      return std::nullopt;
    }
    return number;
  }
  double required_number(const char* name, double least, double most) const {
    return required(name, number(name, least, most));
  }
  double share(const char* name) const { return required_number(name, 0, 1); }
  std::optional<std::int64_t> integer(const char* name) const {
    const Value* value = find(name);
    if (value == nullptr) return std::nullopt;
    if (!value->is_number_integer() || value->get<double>() < 0 ||
        value->get<double>() > kFarEnough) {
      return refuse(name, "is no whole number from 0"), std::nullopt;
    }
    return value->get<std::int64_t>();
  }
  std::int64_t required_integer(const char* name) const { return required(name, integer(name)); }
  std::optional<bool> flag(const char* name) const {
    const Value* value = find(name);
    if (value == nullptr) return std::nullopt;
    if (!value->is_boolean()) return refuse(name, "is neither true nor false"), std::nullopt;
    return value->get<bool>();
  }
  std::optional<money::Cost> amount(const char* name) const {
    const Value* value = find(name);
    if (value == nullptr) return std::nullopt;
    const Fields fields(*value, path(name), failure_);
    const auto cost =
        money::parse_cost(fields.required_text("currency") + " " + fields.required_text("amount"));
    if (!cost) return refuse(name, cost.error().message()), std::nullopt;
    return *cost;
  }
  Instant instant(const char* name) const {
    const auto parsed = parse_instant(required_text(name));
    if (!parsed) return refuse(name, parsed.error().message()), Instant{};
    return *parsed;
  }
  std::optional<Accuracy> accuracy(const char* name) const {
    const Value* value = find(name);
    if (value == nullptr) return std::nullopt;
    const Fields fields(*value, path(name), failure_);
    Accuracy accuracy{.correct = fields.required_integer("correct"),
                      .total = fields.required_integer("total"),
                      .lower = fields.share("accuracy_lower"),
                      .upper = fields.share("accuracy_upper")};
    if (accuracy.total < 1 || accuracy.correct > accuracy.total) {
      refuse(name, fmt::format("has {} correct of {}", accuracy.correct, accuracy.total));
      return std::nullopt;
    }
    accuracy.value = static_cast<double>(accuracy.correct) / static_cast<double>(accuracy.total);
    // Computed in floating point: of 10 right in 10, the upper end may be a hair below 1.
    constexpr double kHair = 1e-9;
    if (accuracy.lower > accuracy.value + kHair || accuracy.upper < accuracy.value - kHair) {
      refuse(name, "has an interval that does not hold the accuracy");
    }
    return accuracy;
  }
  Accuracy required_accuracy(const char* name) const { return required(name, accuracy(name)); }
  // Calls `read` with the fields of each object of a list that must be there.
  template <class Read>
  void each(const char* name, Read read) const {
    const Value* value = find(name);
    if (value == nullptr) return refuse(name, "is missing");
    if (!value->is_array()) return refuse(name, "is no list");
    for (std::size_t i = 0; i < value->size() && !failure_; ++i) {
      read(Fields((*value)[i], fmt::format("{}[{}]", path(name), i), failure_));
    }
  }
  // The fields of an object that must be there.
  Fields object(const char* name) const {
    static const Value kNone = Value::object();
    const Value* value = find(name);
    if (value == nullptr) refuse(name, "is missing");
    return {value == nullptr ? kNone : *value, path(name), failure_};
  }
  bool has(const char* name) const { return find(name) != nullptr; }
  void refuse(std::string_view name, std::string_view why) const {
    if (failure_) return;
    failure_ = Error(ErrorCode::kInvalidInput, fmt::format("{}: {}", path(name), why));
  }

 private:
  const Value* find(std::string_view name) const {
    if (failure_ || !object_.is_object()) return nullptr;
    const auto found = object_.find(name);
    return found == object_.end() || found->is_null() ? nullptr : &*found;
  }
  std::string path(std::string_view name) const {
    if (where_.empty() || name.empty()) return where_ + std::string(name);
    return fmt::format("{}.{}", where_, name);
  }
  template <class T>
  T required(const char* name, const std::optional<T>& value) const {
    if (!value) refuse(name, "is missing");
    return value.value_or(T{});
  }

  const Value& object_;
  std::string where_;
  std::optional<Error>& failure_;
};

RunHeader read_header(const Fields& fields) {
  if (const auto format = fields.required_integer("format"); format > 1) {
    fields.refuse("format", fmt::format("is {}: written by a newer purser; upgrade", format));
  }
  return {.run = fields.required_text("run"),
          .verb = fields.required_text("verb"),
          .model = fields.text("model"),
          .model_version = fields.text("model_version"),
          .budget = fields.text("budget"),
          .data = fields.text("data"),
          .started = fields.instant("started"),
          .outcome = fields.text("outcome"),
          .device_seconds = fields.number("device_seconds", 0, kFarEnough).value_or(0)};
}

TrainRecord read_train(const Fields& fields) {
  const Fields plan = fields.object("plan");
  TrainRecord record{.header = read_header(fields),
                     .stop_reason = fields.text("stop_reason"),
                     .predicted_device_seconds = std::nullopt,
                     .predicted_cost = std::nullopt,
                     .batch = plan.required_integer("batch"),
                     .micro_batch = plan.required_integer("micro_batch"),
                     .accumulate = plan.required_integer("accumulate"),
                     .threads = plan.required_integer("threads"),
                     .tensor_memory_limit_bytes = plan.integer("tensor_memory_limit_bytes"),
                     .peak_tensor_memory_bytes = plan.required_integer("peak_tensor_memory_bytes"),
                     .peak_process_memory_bytes = plan.integer("peak_process_memory_bytes"),
                     .samples_per_second = fields.number("samples_per_second", 0, kFarEnough),
                     .target_accuracy = fields.number("target_accuracy", 0, 1),
                     .curve = {},
                     .held_out = fields.accuracy("held_out"),
                     .test = fields.accuracy("test")};
  if (fields.has("predicted")) {
    const Fields predicted = fields.object("predicted");
    record.predicted_device_seconds = predicted.number("device_seconds", 0, kFarEnough);
    record.predicted_cost = predicted.amount("cost");
  }
  fields.each("curve", [&](const Fields& point) {
    record.curve.push_back(
        {.step = point.required_integer("step"),
         .epoch = point.required_number("epoch", 0, kFarEnough),
         .device_seconds = point.number("device_seconds", 0, kFarEnough).value_or(0),
         .training_loss = point.number("training_loss", -kFarEnough, kFarEnough),
         .held_out_loss = point.number("held_out_loss", -kFarEnough, kFarEnough),
         .held_out_accuracy = point.share("held_out_accuracy")});
  });
  return record;
}

Candidate read_candidate(const Fields& fields) {
  Candidate candidate{.name = fields.required_text("name"),
                      .recipe = fields.text("recipe"),
                      .file_bytes = fields.integer("file_bytes"),
                      .parameters = fields.integer("parameters"),
                      .accuracy = fields.required_accuracy("accuracy"),
                      .drop = fields.number("drop", -1, 1),
                      .drop_upper = fields.number("drop_upper", -1, 1),
                      .only_original_correct = fields.integer("only_original_correct"),
                      .only_candidate_correct = fields.integer("only_candidate_correct"),
                      .p_value = fields.number("p_value", 0, 1),
                      .latency = {},
                      .kernels = fields.text("kernels"),
                      .verdict = fields.required_text("verdict"),
                      .reason = fields.text("reason"),
                      .cost_per_million = fields.amount("cost_per_million"),
                      .saving_per_million = fields.amount("saving_per_million"),
                      .payback_predictions = fields.integer("payback_predictions"),
                      .further_epochs = fields.integer("further_epochs").value_or(0)};
  fields.each("latency", [&](const Fields& at) {
    candidate.latency.push_back({.batch = at.required_integer("batch"),
                                 .median_us = at.required_number("median_us", 0, kFarEnough),
                                 .low_us = at.required_number("low_us", 0, kFarEnough),
                                 .high_us = at.required_number("high_us", 0, kFarEnough)});
    const Latency& latency = candidate.latency.back();
    if (latency.low_us > latency.median_us || latency.median_us > latency.high_us) {
      at.refuse("median_us", "lies outside its spread");
    }
  });
  return candidate;
}

OptimizeRecord read_optimize(const Fields& fields) {
  OptimizeRecord record{.header = read_header(fields),
                        .max_drop = fields.share("max_drop"),
                        .processor = fields.text("processor"),
                        .vnni = fields.flag("vnni"),
                        .threads = fields.integer("threads"),
                        .candidates = {},
                        .winner = std::nullopt,
                        .test = std::nullopt};
  fields.each("candidates",
              [&](const Fields& item) { record.candidates.push_back(read_candidate(item)); });
  if (fields.has("test")) {
    const Fields test = fields.object("test");
    record.test = {.candidate = test.required_text("candidate"),
                   .original = test.required_accuracy("original"),
                   .accuracy = test.required_accuracy("accuracy"),
                   .drop = test.required_number("drop", -1, 1),
                   .drop_upper = test.required_number("drop_upper", -1, 1)};
  }
  const std::string winner = fields.text("winner");
  if (winner.empty()) return record;
  const bool known = std::any_of(record.candidates.begin(), record.candidates.end(),
                                 [&](const Candidate& c) { return c.name == winner; });
  if (!known) fields.refuse("winner", fmt::format("'{}' is none of the candidates", winner));
  record.winner = winner;
  return record;
}

LoadRecord read_load(const Fields& fields) {
  const Fields latency = fields.object("latency_ms");
  LoadRecord record{
      .header = read_header(fields),
      .url = fields.text("url"),
      .stopped = fields.flag("stopped").value_or(false),
      .duration_seconds = fields.number("duration_seconds", 0, kFarEnough),
      .offered_per_second = fields.required_number("offered_per_second", 0, kFarEnough),
      .achieved_per_second = fields.required_number("achieved_per_second", 0, kFarEnough),
      .requests = fields.required_integer("requests"),
      .errors = fields.required_integer("errors"),
      .accuracy = fields.accuracy("accuracy"),
      .p50_ms = latency.required_number("p50", 0, kFarEnough),
      .p90_ms = latency.number("p90", 0, kFarEnough),
      .p99_ms = latency.required_number("p99", 0, kFarEnough),
      .p99_9_ms = latency.required_number("p99_9", 0, kFarEnough),
      .max_ms = latency.number("max", 0, kFarEnough),
      .timeouts = latency.integer("timeouts").value_or(0),
      .timeout_ms = latency.number("timeout", 0, kFarEnough),
      .at_least = latency.texts("at_least"),
      .histogram = {},
      .cost_per_million = fields.amount("cost_per_million")};
  if (record.p50_ms > record.p99_ms || record.p99_ms > record.p99_9_ms) {
    latency.refuse("p99", "is not between p50 and p99_9");
  }
  if (record.timeouts > record.requests) {
    latency.refuse("timeouts",
                   fmt::format("are {} of {} requests", record.timeouts, record.requests));
  }
  if (!record.at_least.empty() && record.timeouts == 0) {
    latency.refuse("at_least", "names percentiles that fall on a timeout, and there is none");
  }
  double last_ms = 0;
  fields.each("histogram", [&](const Fields& bucket) {
    record.histogram.push_back({.below_ms = bucket.required_number("below_ms", 0, kFarEnough),
                                .count = bucket.required_integer("count")});
    if (record.histogram.back().below_ms <= last_ms) {
      bucket.refuse("below_ms", "is not above the bound before it");
    }
    last_ms = record.histogram.back().below_ms;
  });
  return record;
}

Result<RunRecord> read_run_record(const fs::path& file) {
  PURSER_ASSIGN(const std::string text, read_file(file, kLargestRecord));
  return parse_run_record(text, file.string());
}

}  // namespace

const RunHeader& header(const RunRecord& record) {
  return std::visit([](const auto& kind) -> const RunHeader& { return kind.header; }, record);
}

Result<RunRecord> parse_run_record(std::string_view text, std::string_view where) {
  const Value root = Value::parse(text, nullptr, false);
  if (root.is_discarded()) {
    return fail(ErrorCode::kInvalidInput, fmt::format("{}: is no JSON, or was cut short", where));
  }
  std::optional<Error> failure;
  const Fields fields(root, "", failure);
  const std::string verb = fields.required_text("verb");
  RunRecord record;
  if (verb == "train") {
    record = read_train(fields);
  } else if (verb == "optimize") {
    record = read_optimize(fields);
  } else if (verb == "load") {
    record = read_load(fields);
  } else {
    fields.refuse("verb", fmt::format("'{}' is not train, optimize or load", verb));
  }
  if (failure) return fail(std::move(*failure).in(where));
  return record;
}

Result<RunRecords> load_run_records(const std::filesystem::path& runs, const Interval& period) {
  RunRecords loaded;
  std::vector<RunRecord>& records = loaded.records;
  std::error_code error;
  fs::directory_iterator folder(runs, error);
  for (; !error && folder != fs::directory_iterator(); folder.increment(error)) {
    for (const char* verb : {"train.json", "optimize.json", "load.json"}) {
      const fs::path file = folder->path() / verb;
      if (std::error_code unknown; !fs::exists(file, unknown) && !unknown) continue;
      Result<RunRecord> record = read_run_record(file);
      if (!record) {
        loaded.left_out.push_back(
            fmt::format("{}; the report leaves it out until the file is mended or removed",
                        record.error().message()));
        continue;
      }
      const Instant started = header(*record).started;
      if (period.start <= started && started < period.end) records.push_back(*std::move(record));
    }
  }
  if (error && error != std::errc::no_such_file_or_directory) {
    return fail(ErrorCode::kIo, fmt::format("cannot read '{}': {}; check who owns it",
                                            runs.string(), error.message()));
  }
  std::sort(records.begin(), records.end(), [](const RunRecord& a, const RunRecord& b) {
    return std::pair(header(a).started, header(a).run) <
           std::pair(header(b).started, header(b).run);
  });
  std::sort(loaded.left_out.begin(), loaded.left_out.end());
  return loaded;
}

}  // namespace purser::report
