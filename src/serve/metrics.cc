#include "serve/metrics.h"

#include <array>
#include <atomic>
#include <utility>

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace purser::serve {
namespace {

using Labels = std::map<std::string, std::string>;

constexpr std::array<const char*, 5> kOutcomes = {"ok", "invalid", "turned_away", "expired",
                                                  "failed"};

// 25 us to 26 s, each twice the last: where a prediction on a CPU and a stalled client both fall.
prometheus::Histogram::BucketBoundaries duration_bounds() {
  prometheus::Histogram::BucketBoundaries bounds;
  for (double bound = 25e-6; bound < 30; bound *= 2) bounds.push_back(bound);
  return bounds;
}

prometheus::Histogram::BucketBoundaries row_bounds(std::int64_t rows_max) {
  prometheus::Histogram::BucketBoundaries bounds;
  for (std::int64_t bound = 1; bound < rows_max; bound *= 2)
    bounds.push_back(static_cast<double>(bound));
  bounds.push_back(static_cast<double>(rows_max));
  return bounds;
}

prometheus::MetricFamily family_of(const DerivedCounter& counter, double value) {
  prometheus::MetricFamily family;
  family.name = counter.name;
  family.help = counter.help;
  family.type = prometheus::MetricType::Counter;
  prometheus::ClientMetric metric;
  metric.counter.value = value;
  for (const auto& [name, text] : counter.labels) metric.label.push_back({name, text});
  family.metric.push_back(std::move(metric));
  return family;
}

}  // namespace

struct Metrics::Series {
  Series(const Labels& labels, std::int64_t rows_max, std::vector<DerivedCounter> derived_counters)
      : derived(std::move(derived_counters)),
        duration(histogram("purser_request_duration_seconds",
                           "From a request's arrival to its answer", labels, duration_bounds())),
        queued(histogram("purser_queue_duration_seconds",
                         "From a request's arrival to the start of its batch", labels,
                         duration_bounds())),
        rows(histogram("purser_batch_rows", "Rows of a batch", labels, row_bounds(rows_max))),
        predictions(counter("purser_predictions_total", "Rows answered", labels)),
        device_seconds(counter("purser_device_seconds_total", "Time in which batches ran", labels)),
        batches_run(counter("purser_batches_total", "Batches that ran", labels)),
        queue_rows(gauge("purser_queue_rows", "Rows waiting for a batch", labels)),
        connections(gauge("purser_connections", "Open connections", {})),
        ready(gauge("purser_ready", "1 while the server takes requests", {})) {
    auto& family = prometheus::BuildCounter()
                       .Name("purser_requests_total")
                       .Help("Inference requests by how they ended")
                       .Register(registry);
    for (std::size_t i = 0; i < kOutcomes.size(); ++i) {
      Labels with_outcome = labels;
      with_outcome["outcome"] = kOutcomes[i];
      requests[i] = &family.Add(with_outcome);
    }
  }

  prometheus::Histogram& histogram(const char* name, const char* help, const Labels& labels,
                                   const prometheus::Histogram::BucketBoundaries& bounds) {
    return prometheus::BuildHistogram().Name(name).Help(help).Register(registry).Add(labels,
                                                                                     bounds);
  }
  prometheus::Counter& counter(const char* name, const char* help, const Labels& labels) {
    return prometheus::BuildCounter().Name(name).Help(help).Register(registry).Add(labels);
  }
  prometheus::Gauge& gauge(const char* name, const char* help, const Labels& labels) {
    return prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add(labels);
  }

  prometheus::Registry registry;
  std::vector<DerivedCounter> derived;
  prometheus::Histogram& duration;
  prometheus::Histogram& queued;
  prometheus::Histogram& rows;
  prometheus::Counter& predictions;
  prometheus::Counter& device_seconds;
  prometheus::Counter& batches_run;
  prometheus::Gauge& queue_rows;
  prometheus::Gauge& connections;
  prometheus::Gauge& ready;
  std::array<prometheus::Counter*, kOutcomes.size()> requests{};

  // The same counts as whole numbers: what is billed must not go through a double.
  std::array<std::atomic<std::int64_t>, kOutcomes.size()> outcomes{};
  std::atomic<std::int64_t> device_ns{0};
  std::atomic<std::int64_t> rows_answered{0};
  std::atomic<std::int64_t> batches{0};
};

Metrics::Metrics(const std::string& model, const std::string& version, std::int64_t rows_max,
                 std::vector<DerivedCounter> derived)
    : series_(std::make_unique<Series>(Labels{{"model", model}, {"version", version}}, rows_max,
                                       std::move(derived))) {}

Metrics::~Metrics() = default;

void Metrics::count(RequestOutcome outcome) {
  const auto index = static_cast<std::size_t>(outcome);
  series_->outcomes[index].fetch_add(1, std::memory_order_relaxed);
  series_->requests[index]->Increment();
}

void Metrics::answered(std::int64_t rows, Nanoseconds queued, Nanoseconds whole) {
  count(RequestOutcome::kOk);
  series_->rows_answered.fetch_add(rows, std::memory_order_relaxed);
  series_->predictions.Increment(static_cast<double>(rows));
  series_->queued.Observe(seconds(queued));
  series_->duration.Observe(seconds(whole));
}

void Metrics::ran_batch(std::int64_t rows, Nanoseconds device_time) {
  series_->batches.fetch_add(1, std::memory_order_relaxed);
  series_->device_ns.fetch_add(device_time.count(), std::memory_order_relaxed);
  series_->batches_run.Increment();
  series_->device_seconds.Increment(seconds(device_time));
  series_->rows.Observe(static_cast<double>(rows));
}

Totals Metrics::totals() const {
  const auto outcome = [&](RequestOutcome which) {
    return series_->outcomes[static_cast<std::size_t>(which)].load(std::memory_order_relaxed);
  };
  return {.device_time = Nanoseconds(series_->device_ns.load(std::memory_order_relaxed)),
          .predictions = series_->rows_answered.load(std::memory_order_relaxed),
          .batches = series_->batches.load(std::memory_order_relaxed),
          .answered = outcome(RequestOutcome::kOk),
          .invalid = outcome(RequestOutcome::kInvalid),
          .turned_away = outcome(RequestOutcome::kTurnedAway),
          .expired = outcome(RequestOutcome::kExpired),
          .failed = outcome(RequestOutcome::kFailed)};
}

std::string Metrics::text(const Gauges& gauges) {
  series_->queue_rows.Set(static_cast<double>(gauges.queue_rows));
  series_->connections.Set(static_cast<double>(gauges.connections));
  series_->ready.Set(gauges.ready ? 1 : 0);
  auto families = series_->registry.Collect();
  const Totals now = totals();
  for (const DerivedCounter& counter : series_->derived) {
    prometheus::MetricFamily family = family_of(counter, counter.value(now));
    // Counters of one name are one family with several series.
    if (!families.empty() && families.back().name == family.name) {
      families.back().metric.push_back(std::move(family.metric.front()));
    } else {
      families.push_back(std::move(family));
    }
  }
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace purser::serve
