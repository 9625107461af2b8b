#include "cli/load_verb.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctime>
#include <numeric>
#include <optional>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/files.h"
#include "base/progress.h"
#include "base/random.h"
#include "base/share_interval.h"
#include "base/stop.h"
#include "cli/pricing.h"
#include "cli/serve_arguments.h"
#include "data/data.h"
#include "report/json.h"
#include "serve/infer_json.h"
#include "serve/load.h"
#include "serve/server.h"

namespace purser::cli {
namespace {

using report::Json;

// What the server says it used: counters of its /metrics. Absent of a server that is not purser's.
struct Used {
  double machine_seconds = 0;
  double predictions = 0;
};
std::optional<Used> used_by(const serve::Target& target) {
  const auto text = serve::http_get(target.url, "/metrics");
  if (!text) return std::nullopt;
  return Used{serve::metric_of(*text, "purser_machine_seconds_total"),
              serve::metric_of(*text, "purser_predictions_total")};
}

struct Loaded {
  serve::Target target;
  serve::LoadResult result;
  std::optional<Nanoseconds> million;  // device time of a million predictions
  std::optional<money::Cost> cost_per_million;
  std::string asset;
};

Result<serve::LoadPlan> plan_of(const LoadArguments& words, const serve::Target& target,
                                const data::Dataset& samples) {
  const std::int64_t size = std::accumulate(target.row_shape.begin(), target.row_shape.end(),
                                            std::int64_t{1}, std::multiplies<>());
  if (target.datatype != "FP32" || size != samples.sample_size()) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("model '{}' takes {} [{}], but a sample of {} is {} numbers; give data "
                            "that fits with --data",
                            target.url.model, target.datatype, fmt::join(target.row_shape, ","),
                            samples.name, samples.sample_size()));
  }
  serve::LoadPlan plan;
  plan.target = target;
  plan.rate_per_second = words.rate_per_second;
  plan.duration = words.duration;
  plan.arrivals = words.constant ? serve::Arrivals::kConstant : serve::Arrivals::kPoisson;
  plan.connections = words.connections;
  plan.timeout = words.timeout;
  plan.seed = words.seed;

  std::vector<std::int64_t> order(static_cast<std::size_t>(samples.size()));
  std::iota(order.begin(), order.end(), 0);
  Random random(words.seed);
  random.shuffle(std::span(order));
  order.resize(static_cast<std::size_t>(std::min(words.samples, samples.size())));
  std::vector<std::int64_t> shape = target.row_shape;
  shape.insert(shape.begin(), 1);
  std::vector<float> values(static_cast<std::size_t>(size));
  for (const std::int64_t index : order) {
    data::gather_floats(samples, {&index, 1}, values);
    plan.bodies.push_back(serve::infer_request_json(target.input, shape, values));
    plan.labels.push_back(samples.labels[static_cast<std::size_t>(index)]);
  }
  return plan;
}

// As the record of a run wants an accuracy.
Json accuracy_json(std::int64_t correct, std::int64_t total) {
  const ShareInterval interval = wilson_interval(correct, total);
  Json json = Json::object();
  json.set("correct", correct).set("total", total);
  json.set("accuracy", static_cast<double>(correct) / static_cast<double>(total));
  return json.set("accuracy_lower", interval.lower).set("accuracy_upper", interval.upper);
}

double ms(Nanoseconds duration) { return seconds(duration) * 1e3; }

// As they are called in the record.
constexpr std::pair<std::string_view, double> kPercentiles[] = {
    {"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p99_9", 0.999}, {"max", 1}};

std::string in_words(const serve::LoadResult::Percentile& percentile) {
  return fmt::format("{}{:.2f}", percentile.at_least ? "at least " : "", ms(percentile.latency));
}

Json record_of(const LoadArguments& words, const Loaded& loaded) {
  const serve::LoadResult& result = loaded.result;
  Json latency = Json::object();
  Json at_least = Json::array();
  for (const auto& [name, share] : kPercentiles) {
    const auto percentile = result.percentile(share);
    latency.set(std::string(name), ms(percentile.latency));
    if (percentile.at_least) at_least.push(std::string(name));
  }
  latency.set("at_least", at_least);
  latency.set("timeouts", result.timeouts()).set("timeout", ms(words.timeout));
  Json histogram = Json::array();
  for (const auto& bucket : result.latency.buckets()) {
    Json row = Json::object();
    histogram.push(row.set("below_ms", ms(bucket.high)).set("count", bucket.count));
  }
  Json errors = Json::object();
  for (const auto& [kind, count] : result.errors) errors.set(kind, count);
  Json json = Json::object();
  json.set("url", words.url).set("duration_seconds", seconds(result.elapsed));
  json.set("connections", words.connections).set("seed", words.seed);
  json.set("offered_per_second", result.offered_per_second());
  json.set("achieved_per_second", result.achieved_per_second());
  json.set("stopped", result.stopped);  // before all was sent
  json.set("requests", result.scheduled).set("errors", result.error_count());
  json.set("errors_by_kind", errors).set("unasked", result.unasked);
  json.set("accuracy", result.judged > 0 ? accuracy_json(result.correct, result.judged) : Json());
  json.set("latency_ms", latency).set("histogram", histogram);
  json.set("device_seconds_per_prediction",
           loaded.million ? Json(seconds(*loaded.million) * 1e-6) : Json());
  return json.set("cost_per_million", loaded.cost_per_million);
}

std::string text_of(const LoadArguments& words, const Loaded& loaded) {
  const serve::LoadResult& result = loaded.result;
  std::string text = fmt::format(
      "{} requests to {}: {:.1f} a second offered, {:.1f} answered, {} error{}\n", result.scheduled,
      loaded.target.url.model, result.offered_per_second(), result.achieved_per_second(),
      result.error_count(), result.error_count() == 1 ? "" : "s");
  if (result.stopped) {
    text += fmt::format("stopped after {} of {}\n", humanize(result.offered_for),
                        humanize(words.duration));
  }
  for (const auto& [kind, count] : result.errors) text += fmt::format("  {} x {}\n", count, kind);
  if (result.unasked > 0) {
    text += fmt::format("  {} x bytes that nobody asked for\n", result.unasked);
  }
  if (result.latency.count() > 0) {
    std::vector<std::string> percentiles;
    for (const auto& [name, share] : kPercentiles) {
      std::string label(name);
      std::replace(label.begin(), label.end(), '_', '.');
      percentiles.push_back(fmt::format("{} {}{}", label, in_words(result.percentile(share)),
                                        share == 0.5 ? " ms" : ""));
    }
    text += fmt::format("latency from the scheduled time: {}\n", fmt::join(percentiles, ", "));
    if (result.timeouts() > 0) {
      text += fmt::format("  with the {} timed out, at their deadline of {}\n", result.timeouts(),
                          humanize(words.timeout));
    }
  }
  if (result.judged > 0) {
    text += fmt::format(
        "accuracy of the answers: {:.2f}% ({} of {})\n",
        100.0 * static_cast<double>(result.correct) / static_cast<double>(result.judged),
        result.correct, result.judged);
  }
  if (loaded.cost_per_million && loaded.million) {
    text += fmt::format("{} per million predictions ({:.1f} us of {} each)\n",
                        money::format(*loaded.cost_per_million), seconds(*loaded.million),
                        loaded.asset);
  }
  return text;
}

// The load itself used this machine too: its processor time, as a share of all cores.
Nanoseconds own_machine_time() {
  const auto processor = std::chrono::duration<double>(static_cast<double>(std::clock()) /
                                                       static_cast<double>(CLOCKS_PER_SEC));
  return std::chrono::duration_cast<Nanoseconds>(processor) /
         std::max(1L, ::sysconf(_SC_NPROCESSORS_ONLN));
}

// What the load uses of this machine goes to its run while it works, so that a kill loses a beat.
class Meter {
 public:
  explicit Meter(PricedRun* run) : run_(run), counted_(own_machine_time()) {}
  Status add() {
    if (run_ == nullptr) return {};
    const Nanoseconds used = own_machine_time();
    PURSER_TRY(run_->add({.device_time = used - counted_}));
    counted_ = used;
    return {};
  }

 private:
  PricedRun* run_;
  Nanoseconds counted_;
};

Result<serve::LoadResult> drive(const serve::LoadPlan& plan, PricedRun* run) {
  Meter meter(run);
  Status metered;
  const StopSignal stop;
  const serve::SteadyClock clock;
  const double planned = plan.rate_per_second * seconds(plan.duration);
  Progress progress("load", std::max<std::int64_t>(1, std::llround(planned)));
  auto result = serve::run_load(plan, clock, [&](const serve::LoadResult& so_far, Nanoseconds) {
    progress.update(so_far.answered + so_far.error_count(),
                    fmt::format("p99 {} ms · {} errors", in_words(so_far.percentile(0.99)),
                                so_far.error_count()));
    metered = meter.add();
    return metered.has_value() && !stop.requested();
  });
  PURSER_TRY(metered);
  PURSER_TRY(meter.add());
  return result;
}

// A server that was started just before needs a moment until it listens.
Result<serve::Target> ask_when_up(const serve::Url& url) {
  constexpr auto kPatience = std::chrono::seconds(5);
  constexpr auto kPause = std::chrono::milliseconds(50);
  const StopSignal stop;
  const auto until = std::chrono::steady_clock::now() + kPatience;
  for (bool told = false;; told = true) {
    auto target = serve::ask_target(url);
    const bool nobody = !target && target.error().code() == ErrorCode::kNetwork;
    if (!nobody || stop.requested() || std::chrono::steady_clock::now() >= until) return target;
    if (!told) fmt::print(stderr, "nobody answers yet; waiting up to {}\n", humanize(kPatience));
    std::this_thread::sleep_for(kPause);
  }
}

// In a workspace the load is a run of its own, with a record that `purser report` reads.
Status write_down(const Pricing& pricing, const LoadArguments& words, PricedRun& run,
                  const Loaded& loaded) {
  Json record = Json::object();
  record.set("format", 1).set("run", run.name()).set("verb", "load");
  record.set("resource", pricing.resource()).set("model", loaded.target.url.model);
  record.set("model_version", loaded.target.url.version).set("budget", "").set("data", words.data);
  record.set("started", run.run().started)
      .set("outcome", loaded.result.stopped ? "stopped" : "done");
  record.set("device_seconds", seconds(run.device_time()));
  std::string text = record.text();
  const std::string rest = record_of(words, loaded).text();
  text.back() = ',';  // two objects become one
  text += std::string_view(rest).substr(1);
  return write_file_atomically(run.folder() / "load.json", text + "\n");
}

}  // namespace

Nanoseconds per_million(Nanoseconds device_time, std::int64_t predictions) {
  const auto whole = static_cast<__int128>(device_time.count()) * 1'000'000 / predictions;
  return Nanoseconds(static_cast<std::int64_t>(whole));
}

Result<int> dry_run_load(const Context& context, const serve::LoadPlan& plan,
                         const LoadArguments& words) {
  const std::int64_t requests = std::llround(plan.rate_per_second * seconds(plan.duration));
  if (context.json()) {
    Json json = Json::object();
    json.set("url", words.url).set("model", plan.target.url.model).set("requests", requests);
    json.set("duration_seconds", seconds(plan.duration)).set("connections", plan.connections);
    PURSER_TRY(print(json.text() + "\n"));
    return 0;
  }
  PURSER_TRY(print(
      fmt::format("Would send about {} requests to model '{}' within {}, on {} "
                  "connections; nothing was sent.\n",
                  requests, plan.target.url.model, humanize(plan.duration), plan.connections)));
  return 0;
}

Result<int> load_server(Context& context, const Arguments& arguments) {
  PURSER_ASSIGN(const LoadArguments words, load_arguments(arguments));
  PURSER_ASSIGN(const serve::Url url, serve::parse_url(words.url));
  PURSER_ASSIGN(const data::Dataset samples, data::load_test(words.data));
  PURSER_ASSIGN(const serve::Target target, ask_when_up(url));
  PURSER_ASSIGN(const serve::LoadPlan plan, plan_of(words, target, samples));
  if (words.dry_run) return dry_run_load(context, plan, words);
  std::optional<Pricing> pricing;
  std::optional<PricedRun> run;
  if (Workspace::exists(context.folder())) {
    PURSER_ASSIGN(Pricing opened, Pricing::open(context, words.asset, ""));
    pricing.emplace(std::move(opened));
    PURSER_ASSIGN(PricedRun started, pricing->start({.verb = "load",
                                                     .model = target.url.model,
                                                     .model_version = target.url.version},
                                                    Nanoseconds(0)));
    run.emplace(std::move(started));
  }

  const auto before = used_by(target);
  auto result = drive(plan, run ? &*run : nullptr);
  if (!result) {
    // Why it failed is said, not that this could not be written down either.
    if (run) [[maybe_unused]]
      const Status written = run->finish(meter::Outcome::kFailed);
    return fail(std::move(result).error());
  }
  Loaded loaded{.target = target,
                .result = *std::move(result),
                .million = std::nullopt,
                .cost_per_million = std::nullopt,
                .asset = pricing ? pricing->resource() : std::string()};
  const bool stopped = loaded.result.stopped;
  const auto after = used_by(target);
  if (before && after && after->predictions > before->predictions) {
    const double used = after->machine_seconds - before->machine_seconds;
    loaded.million = per_million(Nanoseconds(std::llround(used * 1e9)),
                                 std::llround(after->predictions - before->predictions));
    if (pricing) loaded.cost_per_million = pricing->price_at_load(*loaded.million);
  }
  if (run && pricing) {
    const Status kept = write_down(*pricing, words, *run, loaded);
    if (!kept) {
      (void)run->finish(meter::Outcome::kFailed);
      return fail(kept.error());
    }
    PURSER_TRY(run->finish(stopped ? meter::Outcome::kStopped : meter::Outcome::kDone));
  }
  PURSER_TRY(
      print(context.json() ? record_of(words, loaded).text() + "\n" : text_of(words, loaded)));
  const bool faultless = loaded.result.error_count() == 0 && loaded.result.unasked == 0;
  return stopped || !faultless ? 1 : 0;
}

}  // namespace purser::cli
