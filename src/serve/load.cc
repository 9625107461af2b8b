#include "serve/load.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <deque>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/random.h"
#include "serve/poller.h"
#include "serve/socket.h"

namespace purser::serve {
namespace {

constexpr Nanoseconds kTick = std::chrono::milliseconds(100);
constexpr std::string_view kTimeout = "timeout";
constexpr Nanoseconds kConnectMax = std::chrono::seconds(2);  // before the clock starts

// A request that has been scheduled.
struct Shot {
  Instant scheduled;
  std::size_t body = 0;
};

struct Client {
  Descriptor socket;
  std::optional<Shot> shot;  // in flight
  std::size_t sent = 0;
  std::string received;
  bool connecting = false;
  bool watched_for_write = false;
};

class Load {
 public:
  Load(const LoadPlan& plan, const Clock& clock, Poller poller)
      : plan_(plan),
        clock_(clock),
        poller_(std::move(poller)),
        random_(plan.seed),
        clients_(static_cast<std::size_t>(plan.connections)) {
    const Url& url = plan.target.url;
    const std::string path = "/v2/models/" + url.model +
                             (url.version.empty() ? "" : "/versions/" + url.version) + "/infer";
    for (const std::string& body : plan.bodies) {
      requests_.push_back(
          fmt::format("POST {} HTTP/1.1\r\nHost: {}\r\nContent-Type: "
                      "application/json\r\nContent-Length: {}\r\n\r\n{}",
                      path, url.authority(), body.size(), body));
    }
  }

  Result<LoadResult> run(const std::function<bool(const LoadResult&, Nanoseconds)>& progress) {
    PURSER_TRY(connect_all());
    start_ = clock_.now();
    next_ = plan_.arrivals == Arrivals::kConstant ? start_ : start_ + gap();
    const Instant end = start_ + plan_.duration;
    Instant next_tick = start_ + kTick;
    while (true) {
      const Instant now = clock_.now();
      while (!result_.stopped && next_ <= now && next_ < end) schedule();
      give_up_on_the_late(now);
      shoot();
      if (now >= next_tick) {
        next_tick = now + kTick;
        if (!result_.stopped && !progress(result_, now - start_) && now < end) {
          result_.stopped = true;
          result_.offered_for = now - start_;
        }
      }
      const bool more = !result_.stopped && next_ < end;
      if (!more && waiting_.empty() && in_flight_ == 0 && (now >= end || result_.stopped)) break;
      Nanoseconds sleep = std::min(next_tick - now, kTick);
      if (more) sleep = std::min(sleep, next_ - now);
      for (const Poller::Event& event : poller_.wait(std::max(sleep, Nanoseconds(0)))) {
        handle(static_cast<std::size_t>(event.key), event);
      }
    }
    if (!result_.stopped) result_.offered_for = plan_.duration;
    result_.elapsed = std::max(last_ - start_, result_.offered_for);
    return std::move(result_);
  }

 private:
  Nanoseconds gap() {
    const double mean = 1e9 / plan_.rate_per_second;
    const double length =
        plan_.arrivals == Arrivals::kConstant ? mean : -std::log1p(-random_.unit()) * mean;
    return Nanoseconds(std::llround(length));
  }

  void schedule() {
    waiting_.push_back({next_, random_.below(requests_.size())});
    ++result_.scheduled;
    next_ += gap();
  }

  // Before the clock starts: as many connections as can be had; those that cannot are tried again
  // when a request needs them.
  Status connect_all() {
    for (std::size_t i = 0; i < clients_.size(); ++i) connect(i);
    const Instant limit = clock_.now() + kConnectMax;
    const auto count = [&](auto is) { return std::count_if(clients_.begin(), clients_.end(), is); };
    const auto connecting = [](const Client& client) { return client.connecting; };
    while (count(connecting) > 0 && clock_.now() < limit) {
      for (const Poller::Event& event : poller_.wait(limit - clock_.now())) {
        handle(static_cast<std::size_t>(event.key), event);
      }
    }
    const auto open = [](const Client& client) { return client.socket && !client.connecting; };
    if (count(open) > 0) return {};
    return fail(
        ErrorCode::kNetwork,
        fmt::format("nobody answers at {} port {}; start a server with 'purser serve MODEL'",
                    plan_.target.url.host, plan_.target.url.port));
  }

  // Begins a connection; when the socket is writable it is there, or has failed.
  bool connect(std::size_t index) {
    Client& client = clients_[index];
    const Url& url = plan_.target.url;
    auto socket = connect_to(url.addresses.empty() ? url.host : url.addresses.front(), url.port);
    if (!socket || !poller_.watch(socket->number(), Poller::kRead | Poller::kWrite, index)) {
      return false;
    }
    client.socket = *std::move(socket);
    client.connecting = true;
    client.watched_for_write = true;
    return true;
  }

  void finish_connecting(std::size_t index) {
    Client& client = clients_[index];
    if (connect_error(client.socket) != 0) return drop(index, "no connection");
    client.connecting = false;
    client.watched_for_write = false;
    poller_.change(client.socket.number(), Poller::kRead, index);
    send(index);
  }

  // Gives what waits to connections that are free, and only then to new ones.
  void shoot() {
    for (const bool fresh : {false, true}) {
      for (std::size_t i = 0; i < clients_.size() && !waiting_.empty(); ++i) {
        Client& client = clients_[i];
        if (client.shot || client.connecting || !client.socket != fresh) continue;
        client.shot = waiting_.front();
        waiting_.pop_front();
        client.sent = 0;
        client.received.clear();
        ++in_flight_;
        if (!fresh) {
          send(i);
        } else if (!connect(i)) {
          drop(i, "no connection");
        }
      }
    }
  }

  void send(std::size_t index) {
    Client& client = clients_[index];
    if (!client.shot) return;
    const std::string& request = requests_[client.shot->body];
    while (client.sent < request.size()) {
      const ssize_t bytes = ::send(client.socket.number(), request.data() + client.sent,
                                   request.size() - client.sent, MSG_NOSIGNAL);
      if (bytes < 0 && errno == EINTR) continue;
      if (bytes < 0 && errno != EAGAIN) return drop(index, "connection lost");
      if (bytes < 0) break;
      client.sent += static_cast<std::size_t>(bytes);
    }
    const bool unsent = client.sent < request.size();
    if (unsent != client.watched_for_write) {
      client.watched_for_write = unsent;
      poller_.change(client.socket.number(), Poller::kRead | (unsent ? Poller::kWrite : 0U), index);
    }
  }

  void handle(std::size_t index, const Poller::Event& event) {
    Client& client = clients_[index];
    if (!client.socket) return;
    if (client.connecting) return finish_connecting(index);
    if (event.writable && client.shot) send(index);
    if (!event.readable || !client.socket) return;
    std::array<char, 16384> bytes;  // NOLINT: filled by the kernel
    const ssize_t got = ::recv(client.socket.number(), bytes.data(), bytes.size(), 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) {
      return drop(index, client.received.empty() ? "connection lost" : "answer cut short");
    }
    if (!client.shot) {
      ++result_.unasked;
      return drop(index, "");
    }
    const Shot shot = *client.shot;
    client.received.append(bytes.data(), static_cast<std::size_t>(got));
    HttpAnswer answer;
    std::string_view why;
    switch (read_http_answer(client.received, answer, why)) {
      case Whole::kNotYet:
        return;
      case Whole::kNever:
        return drop(index, why);
      case Whole::kYes:
        take(index, shot, answer);
    }
  }

  void take(std::size_t index, const Shot& shot, const HttpAnswer& answer) {
    Client& client = clients_[index];
    const Instant now = clock_.now();
    if (is_late(shot, now)) return drop(index, kTimeout);
    last_ = std::max(last_, now);
    // A refusal may come before all was sent (413); what is left of the request must then not
    // stand in front of the next.
    const bool unsent = client.sent < requests_[shot.body].size();
    if (answer.status != 200) {
      ++result_.errors[std::to_string(answer.status)];
    } else if (unsent) {
      ++result_.errors["answered before it was asked"];
    } else {
      count(shot, answer.body, now);
    }
    client.shot.reset();
    client.received.clear();
    --in_flight_;
    if (answer.close || unsent) drop(index, "");
  }

  // Is it what was promised, and is its largest number at the place of the label?
  void count(const Shot& shot, std::string_view body, Instant now) {
    const CheckedAnswer checked = check_infer_answer(body, plan_.target.outputs, room_);
    if (!checked.wrong.empty()) {
      ++result_.errors[std::string(checked.wrong)];
      return;
    }
    ++result_.answered;
    result_.latency.record(now - shot.scheduled);
    if (plan_.labels.empty()) return;
    ++result_.judged;
    if (checked.largest == plan_.labels[shot.body]) ++result_.correct;
  }

  void lose(const Shot& shot, std::string_view why) {
    ++result_.errors[std::string(why)];
    if (why == kTimeout) result_.latency.record(plan_.timeout);
    last_ = std::max(last_, shot.scheduled);
  }

  // Ends a connection; what it was asking is an error of this kind.
  void drop(std::size_t index, std::string_view why) {
    Client& client = clients_[index];
    if (client.shot) {
      lose(*client.shot, why);
      client.shot.reset();
      --in_flight_;
    }
    if (client.socket) poller_.forget(client.socket.number());
    client.socket.close();
    client.received.clear();
    client.connecting = false;
  }

  bool is_late(const Shot& shot, Instant now) const { return now - shot.scheduled > plan_.timeout; }

  void give_up_on_the_late(Instant now) {
    while (!waiting_.empty() && is_late(waiting_.front(), now)) {
      lose(waiting_.front(), kTimeout);
      waiting_.pop_front();
    }
    for (std::size_t i = 0; i < clients_.size(); ++i) {
      const auto& shot = clients_[i].shot;
      if (shot && is_late(*shot, now)) drop(i, kTimeout);
    }
  }

  const LoadPlan& plan_;
  const Clock& clock_;
  Poller poller_;
  Random random_;
  std::vector<Client> clients_;
  std::vector<std::string> requests_;
  std::vector<double> room_;  // of check_infer_answer
  std::deque<Shot> waiting_;
  std::int64_t in_flight_ = 0;
  Instant start_{};
  Instant next_{};
  Instant last_{};
  LoadResult result_;
};

}  // namespace

std::int64_t LoadResult::error_count() const {
  std::int64_t sum = 0;
  for (const auto& [kind, count] : errors) sum += count;
  return sum;
}

std::int64_t LoadResult::timeouts() const {
  const auto found = errors.find(std::string(kTimeout));
  return found == errors.end() ? 0 : found->second;
}

// No answer counts that came after its deadline, so timeouts are the last in ascending order.
LoadResult::Percentile LoadResult::percentile(double share) const {
  const bool at_least = latency.rank(share) > latency.count() - timeouts();
  return {at_least ? latency.max() : latency.quantile(share), at_least};
}

double LoadResult::offered_per_second() const {
  return offered_for.count() > 0 ? static_cast<double>(scheduled) / seconds(offered_for) : 0;
}

double LoadResult::achieved_per_second() const {
  return elapsed.count() > 0 ? static_cast<double>(answered) / seconds(elapsed) : 0;
}

Result<LoadResult> run_load(const LoadPlan& plan, const Clock& clock,
                            const std::function<bool(const LoadResult&, Nanoseconds)>& progress) {
  if (plan.bodies.empty() || plan.connections < 1 || !(plan.rate_per_second > 0) ||
      (!plan.labels.empty() && plan.labels.size() != plan.bodies.size())) {
    return fail(ErrorCode::kInvalidInput,
                "a load needs bodies, a connection and a rate above 0 requests a second");
  }
  PURSER_ASSIGN(Poller poller, Poller::open());
  return Load(plan, clock, std::move(poller)).run(progress);
}

}  // namespace purser::serve
