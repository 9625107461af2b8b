// What a run wrote about itself (docs/report.md, "Records of runs"), read back and checked. The
// records are files that anybody may edit or a full disk may cut short: what is required and
// missing, or cannot be true, is refused with its file and field, and keeps back no other record.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "money/money.h"

namespace purser::report {

struct Accuracy {
  std::int64_t correct = 0;
  std::int64_t total = 0;  // >= correct, > 0
  double value = 0;        // correct / total
  double lower = 0;        // Wilson's interval at 95%
  double upper = 0;
};

// What every record begins with.
struct RunHeader {
  std::string run;
  std::string verb;
  std::string model;
  std::string model_version;
  std::string budget;
  std::string data;
  Instant started{};
  std::string outcome;
  double device_seconds = 0;
};

struct CurvePoint {
  std::int64_t step = 0;
  double epoch = 0;
  double device_seconds = 0;
  std::optional<double> training_loss;  // none: it was no number, the run diverged
  std::optional<double> held_out_loss;
  double held_out_accuracy = 0;  // 0 to 1
};

struct TrainRecord {
  RunHeader header;
  std::string stop_reason;
  std::optional<double> predicted_device_seconds;
  std::optional<money::Cost> predicted_cost;
  std::int64_t batch = 0;
  std::int64_t micro_batch = 0;
  std::int64_t accumulate = 0;
  std::int64_t threads = 0;
  std::optional<std::int64_t> tensor_memory_limit_bytes;
  std::int64_t peak_tensor_memory_bytes = 0;
  std::optional<std::int64_t> peak_process_memory_bytes;
  std::optional<double> samples_per_second;
  std::optional<double> target_accuracy;
  std::vector<CurvePoint> curve;
  std::optional<Accuracy> held_out;
  std::optional<Accuracy> test;
};

// Device time per prediction at one batch size: the median and its spread.
struct Latency {
  std::int64_t batch = 0;
  double median_us = 0;
  double low_us = 0;
  double high_us = 0;
};

struct Candidate {
  std::string name;
  std::string recipe;  // how it was made, in words
  std::optional<std::int64_t> file_bytes;
  std::optional<std::int64_t> parameters;
  Accuracy accuracy;
  std::optional<double> drop;  // against the original, as a fraction
  std::optional<double> drop_upper;
  std::optional<std::int64_t> only_original_correct;
  std::optional<std::int64_t> only_candidate_correct;
  std::optional<double> p_value;
  std::vector<Latency> latency;
  std::string kernels;
  std::string verdict;
  std::string reason;
  std::optional<money::Cost> cost_per_million;
  std::optional<money::Cost> saving_per_million;
  std::optional<std::int64_t> payback_predictions;
  std::int64_t further_epochs = 0;  // trained more than the original was
};

// The candidate chosen and the original on the test set, used once.
struct CandidateTest {
  std::string candidate;
  Accuracy original;
  Accuracy accuracy;
  double drop = 0;
  double drop_upper = 0;
};

struct OptimizeRecord {
  RunHeader header;
  double max_drop = 0;
  std::string processor;
  std::optional<bool> vnni;
  std::optional<std::int64_t> threads;
  std::vector<Candidate> candidates;  // the original first
  std::optional<std::string> winner;  // the name of one of them
  std::optional<CandidateTest> test;
};

struct HistogramBucket {
  double below_ms = 0;
  std::int64_t count = 0;
};

struct LoadRecord {
  RunHeader header;
  std::string url;
  bool stopped = false;  // before its time: the figures are of what was sent until then
  std::optional<double> duration_seconds;
  double offered_per_second = 0;
  double achieved_per_second = 0;
  std::int64_t requests = 0;
  std::int64_t errors = 0;
  std::optional<Accuracy> accuracy;
  double p50_ms = 0;
  std::optional<double> p90_ms;
  double p99_ms = 0;
  double p99_9_ms = 0;
  std::optional<double> max_ms;
  // Requests given up: they are among the latencies, at their deadline.
  std::int64_t timeouts = 0;
  std::optional<double> timeout_ms;        // that deadline
  std::vector<std::string> at_least;       // "p99_9": of these, only a lower bound is known
  std::vector<HistogramBucket> histogram;  // bounds ascending
  std::optional<money::Cost> cost_per_million;
};

using RunRecord = std::variant<TrainRecord, OptimizeRecord, LoadRecord>;
const RunHeader& header(const RunRecord& record);

// `text`: the file's contents; `where`: its name, for errors. kInvalidInput if it is no such
// record.
Result<RunRecord> parse_run_record(std::string_view text, std::string_view where);

struct RunRecords {
  std::vector<RunRecord> records;
  // Of each file that is no record or cannot be read, a sentence with its name and the way out.
  std::vector<std::string> left_out;
};

// The records under `runs` (a folder with one folder for each run) that began within `period`, by
// start; of damaged ones nobody knows when they began. A folder that does not exist holds none.
Result<RunRecords> load_run_records(const std::filesystem::path& runs, const Interval& period);

}  // namespace purser::report
