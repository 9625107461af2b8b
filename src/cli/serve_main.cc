// purser-serve: the work of `purser serve` and `purser load`. The room `serve` counts device time;
// here it becomes usage and money: what batches used, times the share of the machine that served.

#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <mutex>
#include <optional>
#include <thread>

#include <fmt/format.h>

#include "base/stop.h"
#include "cli/load_verb.h"
#include "cli/pricing.h"
#include "cli/serve_arguments.h"
#include "cli/share.h"
#include "cli/verb.h"
#include "cost/rate.h"
#include "report/json.h"
#include "serve/load.h"
#include "serve/server.h"

namespace purser::cli {
namespace {

using report::Json;

// Writes down once a second what the server has used, and stops it when the budget is used up.
class Heartbeat {
 public:
  Heartbeat(PricedRun& run, const serve::Server& server, Share share)
      : run_(run),
        server_(server),
        share_(share),
        thread_([this](const std::stop_token& stop) { beat(stop); }) {}

  // Ends the beating, with a last beat.
  Status finish() {
    thread_.request_stop();
    if (thread_.joinable()) thread_.join();
    return failure_ ? Status(fail(*failure_)) : record();
  }
  bool used_up() const { return used_up_; }

 private:
  void beat(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (!wake_.wait_for(lock, stop, std::chrono::seconds(1), [&] {
      return stop.stop_requested();
    }) && !stop.stop_requested()) {
      const Status recorded = record();
      if (!recorded) failure_ = recorded.error();
      if (run_.used_up()) used_up_ = true;
      // A server whose use cannot be written down, or paid for, may not go on.
      if (failure_ || used_up_) {
        ::kill(::getpid(), SIGTERM);
        return;
      }
    }
  }

  Status record() {
    const serve::Totals totals = server_.totals();
    const Nanoseconds device_time = share_.of(totals.device_time);
    PURSER_TRY(run_.add({.device_time = device_time - recorded_time_,
                         .work = totals.predictions - recorded_work_,
                         .work_unit = meter::WorkUnit::kPredictions}));
    recorded_time_ = device_time;
    recorded_work_ = totals.predictions;
    return {};
  }

  PricedRun& run_;
  const serve::Server& server_;
  Share share_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  Nanoseconds recorded_time_{};
  std::int64_t recorded_work_ = 0;
  std::optional<Error> failure_;
  std::atomic<bool> used_up_ = false;
  std::jthread thread_;  // last: joined before what it uses goes
};

// The live cost: what /metrics tells of money. The exact figures are the bill's; these are doubles,
// as the format wants.
std::vector<serve::DerivedCounter> cost_counters(const ServeArguments& words, cost::RateCard card,
                                                 Share share) {
  const std::map<std::string, std::string> labels{{"model", words.name},
                                                  {"version", words.version}};
  std::string currency(card.capacity.currency().code());
  for (char& c : currency) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return {
      {.name = "purser_machine_seconds_total",
       .help = "Device time of batches as a share of the machine: what is charged",
       .labels = labels,
       .value =
           [share](const serve::Totals& totals) { return seconds(share.of(totals.device_time)); }},
      {.name = "purser_model_cost_" + currency + "_total",
       .help = "What the predictions of this model and version have cost, power included",
       .labels = labels,
       .value = [share, card = std::move(card)](const serve::Totals& totals) {
         const money::Cost spent = cost::price_at_load(card, share.of(totals.device_time));
         return static_cast<double>(spent.billionths()) * 1e-9;
       }}};
}

serve::ServerOptions options_of(const ServeArguments& words) {
  serve::ServerOptions options;
  options.host = words.host;
  options.port = words.port;
  options.workers = words.threads == 1 ? 0 : words.threads;
  options.queue_rows_max = words.queue_rows_max;
  options.delay_max = words.delay_max;
  options.deadline = words.deadline;
  options.connections_max = words.connections_max;
  options.drain_lag = words.drain_lag;
  options.drain_max = words.drain_max;
  return options;
}

std::string tensors_text(const serve::Signature& signature,
                         const std::vector<serve::TensorSpec>& tensors) {
  std::string text;
  for (const serve::TensorSpec& tensor : tensors) {
    text += fmt::format("{}{} {} [{}{}{}]", text.empty() ? "" : ", ", tensor.name,
                        serve::protocol_name(tensor.type), signature.batched ? "batch" : "",
                        signature.batched && !tensor.row_shape.empty() ? "," : "",
                        fmt::join(tensor.row_shape, ","));
  }
  return text;
}

// "http://[::1]:8000"
std::string address_of(const ServeArguments& words, const serve::Server& server) {
  serve::Url url;
  url.host = words.host;
  url.port = server.port();
  return "http://" + url.authority();
}

std::string start_text(const ServeArguments& words, const serve::Server& server,
                       const Pricing& pricing, Share share) {
  const serve::Signature& signature = server.model().signature();
  const std::string address = address_of(words, server);
  std::string text = fmt::format("Serving {} version {} at {}/v2/models/{}\n", words.name,
                                 words.version, address, words.name);
  text += fmt::format("  takes    {}\n  gives    {}\n", tensors_text(signature, signature.inputs),
                      tensors_text(signature, signature.outputs));
  text += signature.batched
              ? fmt::format("  batches  up to {} rows{}; {} more may wait; {} thread{}\n",
                            signature.rows_max,
                            words.delay_max > Nanoseconds(0)
                                ? ", formed within " + humanize(words.delay_max)
                                : "",
                            words.queue_rows_max, words.threads, words.threads == 1 ? "" : "s")
              : "  batches  none: the model has no batch dimension\n";
  text +=
      fmt::format("  price    {} an hour of {} under load; a busy thread is 1/{} of it\n",
                  money::format(pricing.card().hour_at_load()), pricing.resource(), share.cores());
  return text + fmt::format("  metrics  {}/metrics; SIGTERM or Ctrl-C drains\n", address);
}

Json tensors_json(const std::vector<serve::TensorSpec>& tensors) {
  Json list = Json::array();
  for (const serve::TensorSpec& tensor : tensors) {
    Json row_shape = Json::array();
    for (const std::int64_t size : tensor.row_shape) row_shape.push(size);
    Json one = Json::object();
    one.set("name", tensor.name).set("datatype", std::string(serve::protocol_name(tensor.type)));
    list.push(one.set("row_shape", row_shape));
  }
  return list;
}

// What would be served.
Json start_json(const ServeArguments& words, const serve::Server& server, const Pricing& pricing) {
  const serve::Signature& signature = server.model().signature();
  Json json = Json::object();
  json.set("model", words.name).set("model_version", words.version);
  json.set("url", fmt::format("{}/v2/models/{}", address_of(words, server), words.name));
  json.set("inputs", tensors_json(signature.inputs));
  json.set("outputs", tensors_json(signature.outputs));
  json.set("rows_max", signature.batched ? signature.rows_max : 1);
  json.set("queue_rows_max", words.queue_rows_max).set("threads", words.threads);
  json.set("asset", pricing.resource());
  return json.set("hour_at_load", pricing.card().hour_at_load());
}

// What it came to.
struct Served {
  serve::Totals totals;
  meter::Run run;
  Nanoseconds device_time{};
  money::Cost spent;
  std::string sharing;  // PricedRun::sharing()
  std::optional<money::Cost> per_million;
};

Json json_of(const Served& served) {
  const serve::Totals& totals = served.totals;
  Json json = Json::object();
  json.set("run", served.run.name).set("model", served.run.model);
  json.set("model_version", served.run.model_version).set("asset", served.run.resource);
  json.set("predictions", totals.predictions).set("batches", totals.batches);
  json.set("requests_ok", totals.answered).set("requests_invalid", totals.invalid);
  json.set("requests_turned_away", totals.turned_away).set("requests_expired", totals.expired);
  json.set("requests_failed", totals.failed).set("batch_seconds", seconds(totals.device_time));
  json.set("device_seconds", seconds(served.device_time)).set("cost", served.spent);
  return json.set("cost_per_million", served.per_million);
}

std::string end_text(const Served& served) {
  const serve::Totals& totals = served.totals;
  std::string text = fmt::format("Run {}: {} predictions in {} batches, {}", served.run.name,
                                 totals.predictions, totals.batches, money::format(served.spent));
  if (served.per_million)
    text += fmt::format(" ({} a million)", money::format(*served.per_million));
  if (!served.sharing.empty()) text += ", " + served.sharing;
  const std::int64_t refused = totals.turned_away + totals.expired + totals.failed;
  if (refused > 0) text += fmt::format("; {} requests refused or failed", refused);
  return text + ".\n";
}

Result<serve::Model> load_model(const ServeArguments& words) {
  return serve::Model::load(
      words.model, {.name = words.name, .version = words.version, .rows_max = words.rows_max});
}

Result<Served> serve_until_stopped(const Context& context, const ServeArguments& words,
                                   serve::Server& server, const Pricing& pricing, Share share,
                                   const StopSignal& stop, PricedRun& run) {
  Heartbeat heartbeat(run, server, share);
  const std::string text = start_text(words, server, pricing, share);
  if (context.json()) {
    fmt::print(stderr, "{}", text);
  } else {
    PURSER_TRY(print(text));
  }
  const Status served = server.run(stop.descriptor());
  const Status recorded = heartbeat.finish();
  Served result{.totals = server.totals(),
                .run = run.run(),
                .device_time = run.device_time(),
                .spent = run.spent(),
                .sharing = run.sharing(),
                .per_million = std::nullopt};
  if (result.totals.predictions > 0) {
    result.per_million =
        pricing.price_at_load(per_million(result.device_time, result.totals.predictions));
  }
  PURSER_TRY(run.finish(served && recorded ? meter::Outcome::kDone : meter::Outcome::kFailed));
  PURSER_TRY(served);
  PURSER_TRY(recorded);
  if (heartbeat.used_up()) {
    return fail(ErrorCode::kRefused,
                fmt::format("budget '{}' is used up; the server has drained and stopped; raise it "
                            "with purser budget set",
                            words.budget));
  }
  return result;
}

Result<int> serve_model(Context& context, const Arguments& arguments) {
  PURSER_ASSIGN(const ServeArguments words, serve_arguments(arguments));
  PURSER_ASSIGN(Pricing pricing, Pricing::open(context, words.asset, words.budget));
  PURSER_ASSIGN(serve::Model model, load_model(words));
  const Share share = Share::here();
  const serve::SteadyClock clock;
  serve::ServerOptions options = options_of(words);
  options.derived_counters = cost_counters(words, pricing.card(), share);
  // Caught from here on: a stop that comes while starting drains at once.
  const StopSignal stop;
  PURSER_ASSIGN(const auto server,
                serve::Server::open(std::move(model), std::move(options), clock));
  if (words.dry_run) {
    PURSER_TRY(print(context.json() ? start_json(words, *server, pricing).text() + "\n"
                                    : start_text(words, *server, pricing, share)));
    return 0;
  }
  // A second of it must fit; what it will need in all, nobody knows.
  PURSER_ASSIGN(
      PricedRun run,
      pricing.start({.verb = "serve", .model = words.name, .model_version = words.version},
                    std::chrono::seconds(1)));
  PURSER_ASSIGN(const Served served,
                serve_until_stopped(context, words, *server, pricing, share, stop, run));
  PURSER_TRY(print(context.json() ? json_of(served).text() + "\n" : end_text(served)));
  return 0;
}

}  // namespace
}  // namespace purser::cli

int main(int argc, char** argv) {
  namespace cli = purser::cli;
  constexpr cli::HeavyVerb kVerbs[] = {{"serve", cli::serve_model}, {"load", cli::load_server}};
  return cli::run_heavy(kVerbs, argc, argv);
}
