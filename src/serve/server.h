// The front door of this room: a model behind the Open Inference Protocol (REST, version 2), with
// dynamic batching, a bounded queue, Prometheus metrics, and a drain that loses no request.
//
//   PURSER_ASSIGN(Model model, Model::load("fashion.onnx", {.name = "fashion", .version = "1"}));
//   PURSER_ASSIGN(const auto server, Server::open(std::move(model), options, clock));
//   PURSER_TRY(server->run(stop.descriptor()));
//
// Threads: open() and run() belong to one thread, which reads and answers all sockets and, with
// workers == 0, runs the batches too; totals() may be asked from any. No money here: the owner
// turns totals() into Usage, and a cost into a DerivedCounter.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "serve/batch_queue.h"
#include "serve/metrics.h"
#include "serve/model.h"
#include "serve/totals.h"

namespace purser::serve {

struct ServerOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 8000;  // 0: any free one
  int workers = 0;            // threads that run batches; 0: the server's own (best on one core)
  std::int64_t queue_rows_max = 256;
  Nanoseconds delay_max{0};
  std::optional<Nanoseconds> deadline = std::chrono::seconds(10);  // from arrival to the batch
  std::int64_t connections_max = 1024;  // fewer, where the process may not open as many files
  std::optional<std::size_t> body_bytes_max = {};  // nothing: what a largest batch may take as JSON
  Nanoseconds idle_max = std::chrono::seconds(75);  // a connection without a request
  Nanoseconds request_max =
      std::chrono::seconds(30);  // a request's or answer's first byte to its last
  // After a stop: readiness fails at once; new connections are taken for `drain_lag` more (until
  // balancers have noticed); what was accepted is finished until `drain_max` after that.
  Nanoseconds drain_lag{0};
  Nanoseconds drain_max = std::chrono::seconds(10);
  std::vector<DerivedCounter> derived_counters = {};
};

// A clock for durations: the system's time when made, moved by a clock that nobody sets.
class SteadyClock final : public Clock {
 public:
  SteadyClock();
  Instant now() const override;

 private:
  Nanoseconds shift_;
};

class Server {
 public:
  // Binds and listens; kBusy if the port is taken. The clock must outlive the server.
  static Result<std::unique_ptr<Server>> open(Model model, ServerOptions options,
                                              const Clock& clock);
  virtual ~Server() = default;

  virtual std::uint16_t port() const = 0;
  virtual const Model& model() const = 0;
  // Serves until `stop_descriptor` becomes readable, then drains and returns.
  virtual Status run(int stop_descriptor) = 0;
  virtual Totals totals() const = 0;
};

}  // namespace purser::serve
