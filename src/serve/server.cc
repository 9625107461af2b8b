#include "serve/server.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "serve/batcher.h"
#include "serve/connection.h"
#include "serve/http_reader.h"
#include "serve/poller.h"
#include "serve/routes.h"
#include "serve/socket.h"

namespace purser::serve {
namespace {

constexpr std::string_view kJson = "application/json";
constexpr Nanoseconds kSweepEvery = std::chrono::seconds(1);
// While draining, a client that has been quiet for this long has nothing on the way.
constexpr Nanoseconds kDrainQuiet = std::chrono::milliseconds(100);
constexpr Nanoseconds kDrainStep = std::chrono::milliseconds(20);

// Keys of the poller. A connection's key is its generation and slot; generations start at 1.
enum Key : std::uint64_t { kListener = 0, kStop = 1, kWake = 2 };
std::uint64_t key_of(std::uint64_t generation, std::size_t slot) {
  return generation << 32U | static_cast<std::uint64_t>(slot);
}
std::size_t slot_of(std::uint64_t key) { return key & 0xFFFFFFFFU; }

std::string error_json(std::string_view message) {
  return "{\"error\":" + json_quote(message) + "}";
}

// As JSON a number takes at most 25 bytes with its comma ("-1.7976931348623157e+308,"); brackets of
// the nesting and the frame around the data are small beside that.
std::size_t body_bytes_of(const Signature& signature) {
  std::size_t bytes = std::size_t{64} * 1024;
  for (const TensorSpec& input : signature.inputs) {
    bytes += static_cast<std::size_t>(signature.rows_max * input.row_elements) * 32;
  }
  return bytes;
}

class HttpServer final : public Server {
 public:
  HttpServer(Model model, ServerOptions options, const Clock& clock, Poller poller,
             Descriptor listener)
      : clock_(clock),
        options_(std::move(options)),
        model_(std::move(model)),
        signature_(model_.signature()),
        limits_{.body_bytes_max = options_.body_bytes_max.value_or(body_bytes_of(signature_))},
        metadata_(metadata_json(signature_)),
        infer_reader_(signature_),
        metrics_(signature_.model, signature_.version, signature_.rows_max,
                 options_.derived_counters),
        batcher_(model_,
                 {.rows_max = signature_.rows_max,
                  .queue_rows_max = std::max(options_.queue_rows_max, signature_.rows_max),
                  .delay_max = options_.delay_max},
                 options_.deadline, options_.workers, clock_),
        poller_(std::move(poller)),
        listener_(std::move(listener)),
        port_(port_of(listener_)) {}

  std::uint16_t port() const override { return port_; }
  const Model& model() const override { return model_; }
  Totals totals() const override { return metrics_.totals(); }
  Status run(int stop_descriptor) override;

 private:
  std::optional<Nanoseconds> sleep(Instant now) const;
  void handle(const Poller::Event& event, Instant now);
  void accept_all(Instant now);
  void listen_later();
  void refuse_connection(Descriptor socket);
  void on_event(Connection& connection, const Poller::Event& event, Instant now);
  bool read_requests(Connection& connection, Instant now);
  void respond(Connection& connection, Instant now);
  void infer(Connection& connection, const HttpRequest& request, Instant now);
  void deliver(Instant now);
  void answer(Connection& connection, Job& job, Instant now);
  void refuse(Connection& connection, int status, std::string_view message, bool keep_alive,
              std::string_view extra = {});
  bool flush(Connection& connection, Instant now);
  void close(Connection& connection);
  void sweep(Instant now);
  void begin_drain(Instant now);
  void go_on_draining(Instant now, Instant started);
  Connection* find(std::uint64_t key);

  bool keep(bool wanted) const { return wanted && !closing_; }

  const Clock& clock_;
  const ServerOptions options_;
  const Model model_;
  const Signature& signature_;
  const HttpLimits limits_;
  const std::string metadata_;
  InferReader infer_reader_;
  Metrics metrics_;
  Batcher batcher_;
  Poller poller_;
  Descriptor listener_;
  const std::uint16_t port_;

  std::vector<std::unique_ptr<Connection>> connections_;  // by slot; empty slots are in free_slots_
  std::vector<std::size_t> free_slots_;
  std::int64_t open_ = 0;
  std::uint64_t generation_ = 1;
  std::vector<std::unique_ptr<Job>> finished_;
  std::vector<BatchRecord> finished_batches_;
  Instant next_sweep_{};

  std::optional<Instant> drain_started_;
  bool listening_ = true;
  bool closing_ = false;  // no new connections; every answer closes its connection
};

Status HttpServer::run(int stop_descriptor) {
  PURSER_TRY(poller_.watch(listener_.number(), Poller::kRead, kListener));
  PURSER_TRY(poller_.watch(stop_descriptor, Poller::kRead, kStop));
  if (batcher_.wake_descriptor() >= 0) {
    PURSER_TRY(poller_.watch(batcher_.wake_descriptor(), Poller::kRead, kWake));
  }
  next_sweep_ = clock_.now() + kSweepEvery;
  while (true) {
    const auto events = poller_.wait(sleep(clock_.now()));
    const Instant now = clock_.now();
    for (const Poller::Event& event : events) {
      if (event.key == kStop) {
        poller_.forget(stop_descriptor);
        begin_drain(now);
      } else {
        handle(event, now);
      }
    }
    if (options_.workers == 0 && batcher_.run_one(events.empty())) deliver(clock_.now());
    if (now >= next_sweep_) sweep(now);
    if (drain_started_) {
      go_on_draining(now, *drain_started_);
      const bool late = now - *drain_started_ >= options_.drain_lag + options_.drain_max;
      if (late || (closing_ && open_ == 0 && batcher_.empty())) break;
    }
  }
  batcher_.stop();
  deliver(clock_.now());  // what still ran at the drain's limit is charged, and answered if it can
  connections_.clear();
  return {};
}

// Until something must be done without any socket's asking.
std::optional<Nanoseconds> HttpServer::sleep(Instant now) const {
  Nanoseconds least = std::max(next_sweep_ - now, Nanoseconds(0));
  if (const auto batch = batcher_.sleep()) least = std::min(least, *batch);
  if (drain_started_) least = std::min(least, kDrainStep);
  return least;
}

void HttpServer::handle(const Poller::Event& event, Instant now) {
  if (event.key == kListener) {
    accept_all(now);
  } else if (event.key == kWake) {
    batcher_.drain_wake_descriptor();
    deliver(now);
  } else if (Connection* connection = find(event.key)) {
    on_event(*connection, event, now);
  }
}

void HttpServer::accept_all(Instant now) {
  while (true) {
    Descriptor socket(
        ::accept4(listener_.number(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!socket) {
      if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED) listen_later();
      return;
    }
    if (open_ >= options_.connections_max) {
      refuse_connection(std::move(socket));
      continue;
    }
    send_at_once(socket);
    if (free_slots_.empty()) {
      free_slots_.push_back(connections_.size());
      connections_.emplace_back();
    }
    const std::size_t slot = free_slots_.back();
    const std::uint64_t key = key_of(generation_++, slot);
    if (!poller_.watch(socket.number(), Poller::kRead, key)) continue;
    free_slots_.pop_back();
    connections_[slot] = std::make_unique<Connection>(std::move(socket), limits_, key, now);
    connections_[slot]->interest = Poller::kRead;
    ++open_;
  }
}

// No descriptor or memory is to be had for a client that waits: until the next sweep the loop must
// not turn for nothing else.
void HttpServer::listen_later() {
  poller_.change(listener_.number(), Poller::kNothing, kListener);
  listening_ = false;
}

void HttpServer::refuse_connection(Descriptor socket) {
  const std::string body = error_json(
      fmt::format("this server has its {} connections; try again later", options_.connections_max));
  std::string text;
  write_head(text, 503, kJson, body.size(), false, "Retry-After: 1\r\n");
  text += body;
  [[maybe_unused]] const auto sent =
      ::send(socket.number(), text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
}

Connection* HttpServer::find(std::uint64_t key) {
  const std::size_t slot = slot_of(key);
  if (slot >= connections_.size() || !connections_[slot]) return nullptr;
  return connections_[slot]->key() == key ? connections_[slot].get() : nullptr;
}

void HttpServer::close(Connection& connection) {
  const std::size_t slot = slot_of(connection.key());
  poller_.forget(connection.socket().number());
  connections_[slot].reset();
  free_slots_.push_back(slot);
  --open_;
}

void HttpServer::on_event(Connection& connection, const Poller::Event& event, Instant now) {
  if (event.writable && !(flush(connection, now) && read_requests(connection, now))) return;
  if (!event.readable) return;
  // A reset while nothing is read for want of room would else be told again and again.
  if (event.broken && connection.interest == Poller::kNothing) return close(connection);
  const Connection::Io got = connection.receive(now);
  if (got == Connection::Io::kClosed) return close(connection);
  connection.ended = connection.ended || got == Connection::Io::kEnded;
  read_requests(connection, now);
}

// Deals with the requests that have arrived, until one must wait for its batch or its reader; the
// next ones then wait in the reader and, when that is full, in the kernel. False if it closed the
// connection.
bool HttpServer::read_requests(Connection& connection, Instant now) {
  while (!connection.waiting && !connection.sending() && !connection.close_after_send) {
    const HttpReader::State state = connection.reader().next();
    if (state == HttpReader::State::kNeedMore) break;
    if (state == HttpReader::State::kNeedContinue) {
      connection.say_continue();
    } else if (state == HttpReader::State::kBad) {
      const HttpFault& fault = connection.reader().fault();
      refuse(connection, fault.status, fault.message, false);
    } else {
      respond(connection, now);
      connection.reader().consume();
      connection.request_done(now);
    }
    if (connection.sending() && !flush(connection, now)) return false;
  }
  if (!flush(connection, now)) return false;
  if (!connection.ended || connection.waiting || connection.sending()) return true;
  close(connection);  // all that it asked is answered
  return false;
}

// Sends what there is and sets what to watch for. False if that closed the connection.
bool HttpServer::flush(Connection& connection, Instant now) {
  const bool closed = connection.send(now) == Connection::Io::kClosed ||
                      (connection.close_after_send && !connection.sending());
  if (closed) {
    close(connection);
    return false;
  }
  const bool room = !connection.ended && !connection.reader().space().empty();
  const std::uint32_t interest = (room ? Poller::kRead : Poller::kNothing) |
                                 (connection.sending() ? Poller::kWrite : Poller::kNothing);
  if (interest != connection.interest) {
    connection.interest = interest;
    poller_.change(connection.socket().number(), interest, connection.key());
  }
  return true;
}

void HttpServer::refuse(Connection& connection, int status, std::string_view message,
                        bool keep_alive, std::string_view extra) {
  connection.answer(status, kJson, error_json(message), keep(keep_alive), extra);
}

void HttpServer::respond(Connection& connection, Instant now) {
  const HttpRequest& request = connection.reader().request();
  const Route target = route(request.method, request.path, signature_.model, signature_.version);
  if (target.status != 200) {
    return refuse(connection, target.status, target.message, request.keep_alive);
  }
  const bool ready = !drain_started_;
  const bool keep_alive = keep(request.keep_alive);
  const auto state = [&](std::string_view body) {
    if (ready) return connection.answer(200, kJson, body, keep_alive);
    refuse(connection, 503, "this server is draining; ask another", request.keep_alive);
  };
  switch (target.endpoint) {
    case Endpoint::kInfer:
      return infer(connection, request, now);
    case Endpoint::kMetrics:
      return connection.answer(
          200, "text/plain; version=0.0.4; charset=utf-8",
          metrics_.text(
              {.queue_rows = batcher_.queued_rows(), .connections = open_, .ready = ready}),
          keep_alive);
    case Endpoint::kLive:
      return connection.answer(200, kJson, R"({"live":true})", keep_alive);
    case Endpoint::kReady:
      return state(R"({"ready":true})");
    case Endpoint::kModelReady:
      return state(fmt::format(R"({{"name":"{}","ready":true}})", signature_.model));
    case Endpoint::kModelMetadata:
      return connection.answer(200, kJson, metadata_, keep_alive);
    case Endpoint::kRepositoryIndex:
      return connection.answer(
          200, kJson,
          fmt::format(R"([{{"name":"{}","version":"{}","state":"{}"}}])", signature_.model,
                      signature_.version, ready ? "READY" : "UNAVAILABLE"),
          keep_alive);
    case Endpoint::kServerMetadata:
      return connection.answer(200, kJson,
                               R"({"name":"purser","version":")" PURSER_VERSION
                               R"(","extensions":["binary_tensor_data","model_repository"]})",
                               keep_alive);
  }
}

void HttpServer::infer(Connection& connection, const HttpRequest& request, Instant now) {
  if (!request.content_encoding.empty()) {
    metrics_.count(RequestOutcome::kInvalid);
    return refuse(connection, 415, "send the body without Content-Encoding", request.keep_alive);
  }
  std::unique_ptr<Job> job = batcher_.make_job();
  const Status read =
      infer_reader_.read(request.body, request.inference_header_bytes, job->request);
  if (!read) {
    metrics_.count(RequestOutcome::kInvalid);
    refuse(connection, 400, read.error().message(), request.keep_alive);
    return batcher_.recycle(std::move(job));
  }
  job->connection = connection.key();
  job->keep_alive = request.keep_alive;
  job->arrived = now;
  connection.waiting = true;
  if (auto refused = batcher_.submit(std::move(job))) {
    // Too large has been refused as invalid already: the queue is full.
    connection.waiting = false;
    metrics_.count(RequestOutcome::kTurnedAway);
    refuse(connection, 429,
           fmt::format("the queue of {} rows is full; try again in a second, or more slowly",
                       batcher_.policy().queue_rows_max),
           request.keep_alive, "Retry-After: 1\r\n");
    batcher_.recycle(std::move(refused->job));
  }
}

// Gives every finished job its answer. Clients that have gone meanwhile get none.
void HttpServer::deliver(Instant now) {
  batcher_.finished(finished_, finished_batches_);
  for (const BatchRecord& batch : finished_batches_) {
    metrics_.ran_batch(batch.rows, batch.device_time);
  }
  for (std::unique_ptr<Job>& job : finished_) {
    if (Connection* connection = find(job->connection)) {
      connection->waiting = false;
      answer(*connection, *job, now);
      if (flush(*connection, now)) read_requests(*connection, now);
    } else if (job->outcome == Job::Outcome::kAnswered) {
      metrics_.answered(job->request.rows, job->started - job->arrived, now - job->arrived);
    }
    batcher_.recycle(std::move(job));
  }
}

void HttpServer::answer(Connection& connection, Job& job, Instant now) {
  switch (job.outcome) {
    case Job::Outcome::kAnswered: {
      metrics_.answered(job.request.rows, job.started - job.arrived, now - job.arrived);
      if (!job.answer.binary) {
        return connection.answer(200, kJson, job.answer.body, keep(job.keep_alive));
      }
      const std::string header =
          fmt::format("Inference-Header-Content-Length: {}\r\n", job.answer.json_bytes);
      return connection.answer(200, "application/octet-stream", job.answer.body,
                               keep(job.keep_alive), header);
    }
    case Job::Outcome::kExpired:
      metrics_.count(RequestOutcome::kExpired);
      return refuse(
          connection, 504,
          fmt::format("waited {} for a batch; send fewer requests, or serve on more cores",
                      humanize(job.started - job.arrived)),
          job.keep_alive);
    case Job::Outcome::kFailed:
      metrics_.count(RequestOutcome::kFailed);
      return refuse(connection, 500, job.message, job.keep_alive);
  }
}

// Once a second: clients that keep a connection or a half-sent request too long make room.
void HttpServer::sweep(Instant now) {
  next_sweep_ = now + kSweepEvery;
  if (!listening_ && !closing_) {
    poller_.change(listener_.number(), Poller::kRead, kListener);
    listening_ = true;
  }
  for (const auto& slot : connections_) {
    if (!slot || slot->waiting) continue;
    const Nanoseconds quiet = now - slot->active();
    if (const auto answering = slot->answer_begun()) {
      if (now - *answering > options_.request_max) close(*slot);
    } else if (slot->reader().midway()) {
      if (now - slot->request_begun() > options_.request_max) {
        refuse(*slot, 408, "the request did not arrive whole in time; send it again", false);
        flush(*slot, now);
      }
    } else if (quiet > options_.idle_max) {
      close(*slot);
    }
  }
}

void HttpServer::begin_drain(Instant now) {
  if (!drain_started_) drain_started_ = now;
}

void HttpServer::go_on_draining(Instant now, Instant started) {
  if (!closing_ && now - started >= options_.drain_lag) {
    // Those that the kernel has accepted on our behalf are not turned away.
    accept_all(now);
    closing_ = true;
    batcher_.stop_waiting();
    poller_.forget(listener_.number());
    listener_.close();
  }
  if (!closing_) return;
  for (const auto& slot : connections_) {
    if (!slot || slot->waiting || slot->sending() || slot->reader().midway()) continue;
    if (now - slot->active() >= kDrainQuiet) close(*slot);
  }
}

}  // namespace

SteadyClock::SteadyClock()
    : shift_(SystemClock().now().time_since_epoch() -
             std::chrono::steady_clock::now().time_since_epoch()) {}

Instant SteadyClock::now() const {
  return Instant(std::chrono::steady_clock::now().time_since_epoch() + shift_);
}

Result<std::unique_ptr<Server>> Server::open(Model model, ServerOptions options,
                                             const Clock& clock) {
  PURSER_ASSIGN(Descriptor listener, listen_on(options.host, options.port));
  PURSER_ASSIGN(Poller poller, Poller::open());
  options.connections_max = connections_allowed(options.connections_max);
  return std::unique_ptr<Server>(std::make_unique<HttpServer>(
      std::move(model), std::move(options), clock, std::move(poller), std::move(listener)));
}

}  // namespace purser::serve
