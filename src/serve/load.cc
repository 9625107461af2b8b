#include "serve/load.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <deque>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/random.h"
#include "serve/number_array.h"
#include "serve/poller.h"
#include "serve/socket.h"

namespace purser::serve {
namespace {

constexpr Nanoseconds kTick = std::chrono::milliseconds(100);
constexpr std::size_t kOutputsMax = 65536;

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
  bool watched_for_write = false;
};

// Where an answer ends in the received bytes, once it is whole.
struct Answer {
  int status = 0;
  std::string_view body;
  bool close = false;
};
enum class Whole : std::uint8_t { kNotYet, kYes, kNever };

Whole find_answer(std::string_view text, Answer& answer) {
  const std::size_t blank = text.find("\r\n\r\n");
  if (blank == std::string_view::npos) return Whole::kNotYet;
  const std::string_view head = text.substr(0, blank + 2);
  if (head.size() < 12 || !head.starts_with("HTTP/1.")) return Whole::kNever;
  std::from_chars(head.data() + 9, head.data() + 12, answer.status);
  std::size_t bytes = std::string_view::npos;
  for (std::size_t at = head.find("\r\n"); at + 2 < head.size(); at = head.find("\r\n", at + 2)) {
    const std::string_view line = head.substr(at + 2, head.find("\r\n", at + 2) - at - 2);
    const auto named = [&](std::string_view name) {
      return line.size() > name.size() &&
             std::equal(name.begin(), name.end(), line.begin(),
                        [](char a, char b) { return a == b || a == (b | 0x20); });
    };
    if (named("content-length:")) {
      const std::size_t digit = line.find_first_of("0123456789");
      if (digit == std::string_view::npos) return Whole::kNever;
      std::from_chars(line.data() + digit, line.data() + line.size(), bytes);
    }
    if (named("connection:")) answer.close = line.find("lose") != std::string_view::npos;
  }
  if (bytes == std::string_view::npos) return Whole::kNever;
  if (text.size() < blank + 4 + bytes) return Whole::kNotYet;
  answer.body = text.substr(blank + 4, bytes);
  return Whole::kYes;
}

class Load {
 public:
  Load(const LoadPlan& plan, const Clock& clock, Poller poller)
      : plan_(plan),
        clock_(clock),
        poller_(std::move(poller)),
        random_(plan.seed),
        clients_(static_cast<std::size_t>(plan.connections)),
        outputs_(kOutputsMax) {
    const Url& url = plan.target.url;
    const std::string path = "/v2/models/" + url.model +
                             (url.version.empty() ? "" : "/versions/" + url.version) + "/infer";
    for (const std::string& body : plan.bodies) {
      requests_.push_back(
          fmt::format("POST {} HTTP/1.1\r\nHost: {}:{}\r\nContent-Type: "
                      "application/json\r\nContent-Length: {}\r\n\r\n{}",
                      path, url.host, url.port, body.size(), body));
    }
  }

  Result<LoadResult> run(const std::function<bool(const LoadResult&, Nanoseconds)>& progress) {
    for (std::size_t i = 0; i < clients_.size(); ++i) PURSER_TRY(connect(i));
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

  Status connect(std::size_t index) {
    Client& client = clients_[index];
    PURSER_ASSIGN(client.socket, connect_to(plan_.target.url.host, plan_.target.url.port));
    pollfd entry{client.socket.number(), POLLOUT, 0};
    int error = 0;
    socklen_t size = sizeof error;
    const bool ready = ::poll(&entry, 1, 2000) == 1;
    ::getsockopt(client.socket.number(), SOL_SOCKET, SO_ERROR, &error, &size);
    if (!ready || error != 0) {
      client.socket.close();
      return fail(ErrorCode::kNetwork,
                  fmt::format("nobody answers at {} port {}; start a server with 'purser serve "
                              "MODEL'",
                              plan_.target.url.host, plan_.target.url.port));
    }
    client.watched_for_write = false;
    return poller_.watch(client.socket.number(), Poller::kRead, index);
  }

  void shoot() {
    for (std::size_t i = 0; i < clients_.size() && !waiting_.empty(); ++i) {
      Client& client = clients_[i];
      if (client.shot) continue;
      if (!client.socket && !connect(i)) {
        lose(waiting_.front(), "no connection");
        waiting_.pop_front();
        continue;
      }
      client.shot = waiting_.front();
      waiting_.pop_front();
      client.sent = 0;
      client.received.clear();
      ++in_flight_;
      send(i);
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
    if (event.writable && client.shot) send(index);
    if (!event.readable || !client.socket) return;
    std::array<char, 16384> bytes;  // NOLINT: filled by the kernel
    const ssize_t got = ::recv(client.socket.number(), bytes.data(), bytes.size(), 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) return drop(index, "connection lost");
    if (!client.shot) return;  // an answer that came after its timeout's connection was reused
    client.received.append(bytes.data(), static_cast<std::size_t>(got));
    Answer answer;
    switch (find_answer(client.received, answer)) {
      case Whole::kNotYet:
        return;
      case Whole::kNever:
        return drop(index, "not HTTP");
      case Whole::kYes:
        take(client, answer);
        if (answer.close) drop(index, "");
    }
  }

  void take(Client& client, const Answer& answer) {
    if (!client.shot) return;
    const Instant now = clock_.now();
    last_ = std::max(last_, now);
    if (answer.status == 200) {
      ++result_.answered;
      result_.latency.record(now - client.shot->scheduled);
      judge(client.shot->body, answer.body);
    } else {
      ++result_.errors[std::to_string(answer.status)];
    }
    client.shot.reset();
    --in_flight_;
  }

  // Is the largest number of the first output at the place of the label?
  void judge(std::size_t body, std::string_view answer) {
    if (plan_.labels.empty()) return;
    ++result_.judged;
    constexpr std::string_view kData = "\"data\":";
    const std::size_t at = answer.find(kData);
    if (at == std::string_view::npos) return;
    JsonCursor cursor(answer.substr(at + kData.size()));
    std::string_view why;
    const auto shape = read_array(cursor, std::span<float>(outputs_), why);
    if (!shape || shape->count == 0) return;
    const auto first = outputs_.begin();
    const auto best = std::max_element(first, first + shape->count);
    if (best - first == plan_.labels[body]) ++result_.correct;
  }

  void lose(const Shot& shot, const std::string& why) {
    ++result_.errors[why];
    last_ = std::max(last_, shot.scheduled);
  }

  // Ends a connection; what it was asking is an error of this kind.
  void drop(std::size_t index, const std::string& why) {
    Client& client = clients_[index];
    if (client.shot) {
      lose(*client.shot, why);
      client.shot.reset();
      --in_flight_;
    }
    poller_.forget(client.socket.number());
    client.socket.close();
  }

  void give_up_on_the_late(Instant now) {
    while (!waiting_.empty() && now - waiting_.front().scheduled > plan_.timeout) {
      lose(waiting_.front(), "timeout");
      waiting_.pop_front();
    }
    for (std::size_t i = 0; i < clients_.size(); ++i) {
      const auto& shot = clients_[i].shot;
      if (shot && now - shot->scheduled > plan_.timeout) drop(i, "timeout");
    }
  }

  const LoadPlan& plan_;
  const Clock& clock_;
  Poller poller_;
  Random random_;
  std::vector<Client> clients_;
  std::vector<std::string> requests_;
  std::vector<float> outputs_;
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
