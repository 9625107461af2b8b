// An open-loop load generator: requests go out at their scheduled times, whatever the server does.
// Latency counts from the scheduled time, so that a server which stalls cannot hide it by slowing
// the client down (coordinated omission); what finds no free connection waits, and the wait counts.
//
// One thread and one poller: requests are made before the clock starts, an answer costs a few
// microseconds.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "graph/graph.h"
#include "serve/histogram.h"
#include "serve/load_answer.h"

namespace purser::serve {

// "http://127.0.0.1:8000", with the model's path behind it or without; an IPv6 address stands in
// brackets, as in "http://[::1]:8000".
struct Url {
  std::string host;
  std::uint16_t port = 80;
  std::string model;    // empty: not named
  std::string version;  // empty: not named
  // Where to connect, in turn; empty: at the addresses of the host. Of a target, only the one that
  // answered: what is measured, and the metrics of it, must be of the same server, and no name is
  // looked up under load.
  std::vector<std::string> addresses = {};
  // "127.0.0.1:8000", "[::1]:8000".
  std::string authority() const;
};
Result<Url> parse_url(std::string_view text);

// What a server says of the model that is to be loaded.
struct Target {
  Url url;  // model and version filled in
  std::string input;
  std::string datatype;                 // "FP32"
  std::vector<std::int64_t> row_shape;  // behind the batch
  std::vector<PromisedOutput> outputs = {};
};
// Asks the server, at each of its addresses until one takes the connection; without a model
// in the URL takes the only one that it has. kNetwork if nobody answers.
Result<Target> ask_target(const Url& url);

// GET of a path, for metrics; kNetwork if nobody answers, kRefused for any status but 200.
Result<std::string> http_get(const Url& url, const std::string& path);
// The value of a metric of this name in the text exposition format, summed over its series; 0 if
// there is none.
double metric_of(std::string_view exposition, std::string_view name);

enum class Arrivals : std::uint8_t { kPoisson, kConstant };

struct LoadPlan {
  Target target;
  std::vector<std::string> bodies;   // of POST …/infer, one row each, in a seeded order
  std::vector<std::int64_t> labels;  // the right class for each body; empty: answers are not judged
  double rate_per_second = 100;      // > 0
  Nanoseconds duration = std::chrono::seconds(10);
  Arrivals arrivals = Arrivals::kPoisson;
  int connections = 8;
  Nanoseconds timeout = std::chrono::seconds(5);  // from the scheduled time
  std::uint64_t seed = 1;
};

struct LoadResult {
  std::int64_t scheduled = 0;
  std::int64_t answered = 0;  // with 200, and all that was promised
  // By kind: a status ("429"), "timeout", "no connection", "connection lost", "answer cut short",
  // "answered before it was asked", or what load_answer.h finds wrong.
  std::map<std::string, std::int64_t> errors;
  std::int64_t error_count() const;
  std::int64_t timeouts() const;
  // Times that bytes came which nobody had asked for; they belong to no request.
  std::int64_t unasked = 0;
  // Of the answered, and of timeouts at their deadline: leaving out the slowest would make a server
  // that hangs look fast (coordinated omission).
  Histogram latency;
  // At this share (0 .. 1) of the latencies; `at_least` if it is that of a timeout, which would
  // have taken its deadline or longer.
  struct Percentile {
    Nanoseconds latency;
    bool at_least;
  };
  Percentile percentile(double share) const;
  Nanoseconds offered_for{};  // requests were scheduled: the plan's duration, or until the stop
  bool stopped = false;       // before the plan was over
  Nanoseconds elapsed{};      // from the start to the last answer or the last send
  std::int64_t correct = 0;   // answers whose largest output is the label
  std::int64_t judged = 0;
  double offered_per_second() const;   // scheduled / offered_for
  double achieved_per_second() const;  // answered / elapsed
};

// Runs the plan. `progress(done, elapsed)` is called about ten times a second; if it returns false
// the load ends early. kNetwork if no connection can be made at all.
Result<LoadResult> run_load(const LoadPlan& plan, const Clock& clock,
                            const std::function<bool(const LoadResult&, Nanoseconds)>& progress);

}  // namespace purser::serve
