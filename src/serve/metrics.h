// What a server tells Prometheus. Names follow its conventions: base units, counters end in _total,
// bucket bounds the same on every instance so that they can be summed.
//
//   purser_requests_total{model,version,outcome}      ok, invalid, turned_away, expired, failed
//   purser_request_duration_seconds{model,version}    histogram, from arrival to answer
//   purser_queue_duration_seconds{model,version}      histogram, from arrival to the batch's start
//   purser_batch_rows{model,version}                  histogram
//   purser_predictions_total, purser_device_seconds_total, purser_batches_total {model,version}
//   purser_queue_rows{model,version}, purser_connections, purser_ready   gauges
//
// and what the owner adds: counters derived from Totals, such as a cost. This room does not know
// what they mean.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/time.h"
#include "serve/totals.h"

namespace purser::serve {

// A counter computed from the totals each time somebody asks. `value` must not decrease, and is
// called on the server's thread.
struct DerivedCounter {
  std::string name;  // "purser_model_cost_usd_total"
  std::string help;
  std::map<std::string, std::string> labels;
  std::function<double(const Totals&)> value;
};

enum class RequestOutcome : std::uint8_t { kOk, kInvalid, kTurnedAway, kExpired, kFailed };

// One thread writes (the server's); totals() may be asked from any.
class Metrics {
 public:
  Metrics(const std::string& model, const std::string& version, std::int64_t rows_max,
          std::vector<DerivedCounter> derived);
  ~Metrics();

  void count(RequestOutcome outcome);
  void answered(std::int64_t rows, Nanoseconds queued, Nanoseconds whole);
  void ran_batch(std::int64_t rows, Nanoseconds device_time);
  Totals totals() const;

  struct Gauges {
    std::int64_t queue_rows = 0;
    std::int64_t connections = 0;
    bool ready = false;
  };
  // The text exposition format 0.0.4.
  std::string text(const Gauges& gauges);

 private:
  struct Series;
  std::unique_ptr<Series> series_;
};

}  // namespace purser::serve
