// The load against servers that lie, hang or are half there: none of that may count as an answer.
#include "serve/load.h"

#include <arpa/inet.h>
#include <sys/socket.h>

#include <array>
#include <thread>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "serve/server.h"
#include "serve/socket.h"

namespace purser::serve {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::Pair;

// Answers every request on one connection after another with the same bytes, after a while; none:
// never.
class Liar {
 public:
  explicit Liar(std::string bytes, std::chrono::milliseconds after = 0ms)
      : bytes_(std::move(bytes)), after_(after) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::bind(socket_.number(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(socket_.number(), 8), 0);
    thread_ = std::jthread([this] { lie(); });
  }
  ~Liar() { ::shutdown(socket_.number(), SHUT_RDWR); }
  std::uint16_t port() const { return port_of(socket_); }

 private:
  void lie() const {
    while (true) {
      const Descriptor client(::accept(socket_.number(), nullptr, nullptr));
      if (!client) return;
      std::array<char, 4096> request{};
      ssize_t got = 0;
      while ((got = ::recv(client.number(), request.data(), request.size(), 0)) > 0) {
        std::this_thread::sleep_for(after_);
        [[maybe_unused]] const auto sent =
            ::send(client.number(), bytes_.data(), bytes_.size(), MSG_NOSIGNAL);
        const std::string_view text(request.data(), static_cast<std::size_t>(got));
        if (text.find("Connection: close") != std::string_view::npos) break;
      }
    }
  }
  const std::string bytes_;
  const std::chrono::milliseconds after_;
  Descriptor socket_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  std::jthread thread_;
};

std::string framed(const std::string& body) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}
std::string with_data(const std::string& data, const std::string& shape = "[1,3]") {
  return R"({"outputs":[{"name":"y","datatype":"FP32","shape":)" + shape + R"(,"data":)" + data +
         "}]}";
}

LoadPlan plan_for(std::uint16_t port) {
  LoadPlan plan;
  plan.target = {{"127.0.0.1", port, "m", "1"}, "x", "FP32", {6}, {{"y", "FP32", {-1, 3}}}};
  plan.bodies = {"{}"};
  plan.labels = {1};
  plan.rate_per_second = 20;
  plan.duration = 100ms;
  plan.arrivals = Arrivals::kConstant;
  plan.connections = 1;
  plan.timeout = 400ms;
  return plan;
}

LoadResult load(const LoadPlan& plan) {
  const SteadyClock clock;
  auto result = run_load(plan, clock, [](const LoadResult&, Nanoseconds) { return true; });
  if (!result) {
    ADD_FAILURE() << result.error().message();
    return {};
  }
  EXPECT_EQ(result->answered + result->error_count(), result->scheduled);
  return *std::move(result);
}

TEST(Load, CountsAnAnswerThatIsWhatWasPromised) {
  const Liar honest(framed(with_data("[0.5,2,-1e3]")));
  const LoadResult result = load(plan_for(honest.port()));
  EXPECT_EQ(result.answered, 2);
  EXPECT_EQ(result.correct, 2);
}

TEST(Load, NamesEveryLie) {
  const std::string good = with_data("[0,1,2]");
  const std::vector<std::pair<std::string, std::string>> lies = {
      {"HTTP/1.1 2x0 OK\r\nContent-Length: 0\r\n\r\n", "not HTTP"},
      {"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nabcde", "no usable length"},
      {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n", "no usable length"},
      {framed(good) + "x", "bytes behind the answer"},
      {framed(good) + framed(good) + framed(good), "bytes behind the answer"},
      {framed(good.substr(1)), "no inference answer"},
      {framed(good + "}"), "no inference answer"},
      {framed("{}"), "no inference answer"},
      {framed(R"({"outputs":[]})"), "wrong outputs"},
      {framed(R"({"outputs":[{"name":"z","datatype":"FP32","shape":[1,3],"data":[1,2,3]}]})"),
       "wrong outputs"},
      {framed(R"({"outputs":[{"name":"y","datatype":"FP32","shape":[1,3]}]})"), "wrong outputs"},
      {framed(with_data("[0,1]")), "wrong shape"},
      {framed(with_data("[0,1,2,3]")), "wrong shape"},
      {framed(with_data("[0,1,2]", "[3]")), "wrong shape"},
      {framed(with_data("[0,1]", "[1,2]")), "wrong shape"},
      {framed(with_data("[0,1,2]", "[1,9223372036854775807]")), "wrong shape"},
      {framed(with_data("[0,NaN,2]")), "number not finite"},
      {framed(with_data("[0,-Infinity,2]")), "number not finite"},
      {framed(with_data("[0,null,2]")), "number not finite"},
      {framed(with_data("[0,1e39,2]")), "number not finite"},
      {framed(with_data("[0,1e999,2]")), "number not finite"},
      {"HTTP/1.1 429 Too Many\r\nContent-Length: 0\r\n\r\n", "429"},
  };
  for (const auto& [bytes, kind] : lies) {
    const Liar liar(bytes);
    const LoadResult result = load(plan_for(liar.port()));
    EXPECT_EQ(result.answered, 0) << bytes;
    EXPECT_EQ(result.judged, 0) << bytes;
    EXPECT_THAT(result.errors, ElementsAre(Pair(kind, 2))) << bytes;
  }
}

TEST(Load, CountsATimeoutAmongTheLatencies_AtItsDeadline) {
  const Liar silent("");
  const LoadResult result = load(plan_for(silent.port()));
  EXPECT_EQ(result.timeouts(), 2);
  EXPECT_EQ(result.latency.count(), 2);
  EXPECT_EQ(result.latency.max(), 400ms);
  EXPECT_EQ(result.percentile(0.5).latency, 400ms);
  EXPECT_TRUE(result.percentile(0.5).at_least);
}

TEST(Load, SaysOfAPercentileThatItIsAtLeastTheDeadline_IfItFallsOnATimeout) {
  LoadResult result;
  EXPECT_FALSE(result.percentile(1).at_least);
  for (int i = 0; i < 9; ++i) result.latency.record(10ms);
  EXPECT_FALSE(result.percentile(1).at_least);
  result.latency.record(401ms);
  result.errors["timeout"] = 1;
  EXPECT_FALSE(result.percentile(0.9).at_least);
  EXPECT_NEAR(static_cast<double>(result.percentile(0.9).latency.count()), 10e6, 10e6 / 256);
  EXPECT_TRUE(result.percentile(0.91).at_least);
  EXPECT_TRUE(result.percentile(1).at_least);
  result.latency.record(401ms);
  result.errors["timeout"] = 2;
  EXPECT_TRUE(result.percentile(0.9).at_least);
  EXPECT_EQ(result.percentile(0.9).latency, 401ms);  // not the middle of a bucket
}

// The load itself is held up while the answer comes, and finds it after the deadline.
TEST(Load, CountsAnAnswerBehindItsDeadlineAsATimeout) {
  const Liar slow(framed(with_data("[0,1,2]")), 200ms);
  const SteadyClock clock;
  bool held_up = false;
  const auto result = run_load(plan_for(slow.port()), clock, [&](const LoadResult&, Nanoseconds) {
    if (!std::exchange(held_up, true)) std::this_thread::sleep_for(600ms);
    return true;
  });
  ASSERT_TRUE(result) << result.error().message();
  EXPECT_EQ(result->answered, 0);
  EXPECT_THAT(result->errors, ElementsAre(Pair("timeout", 2)));
  EXPECT_EQ(result->latency.max(), 400ms);
}

// A full backlog neither takes nor refuses a connection. The first is taken and dropped at its
// deadline, but keeps its place in the backlog, and no other ever comes.
TEST(Load, DoesNotWaitForAConnectionThatDoesNotCome) {
  const Descriptor busy(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(::bind(busy.number(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(::listen(busy.number(), 0), 0);
  LoadPlan plan = plan_for(port_of(busy));
  plan.duration = 1500ms;
  const SteadyClock clock;
  Nanoseconds last{0};
  Nanoseconds longest{0};
  const auto result = run_load(plan, clock, [&](const LoadResult&, Nanoseconds elapsed) {
    longest = std::max(longest, elapsed - last);
    last = elapsed;
    return true;
  });
  ASSERT_TRUE(result) << result.error().message();
  EXPECT_THAT(result->errors, ElementsAre(Pair("timeout", 30)));
  EXPECT_LT(longest, 1s);  // ten ticks
}

// On Linux all of 127.0.0.0/8 is this machine; a port is taken at one of its addresses only.
TEST(AskTarget, TriesAllAddresses_AndKeepsTheOneThatAnswers) {
  const Liar server(framed(
      R"({"name":"m","versions":["3"],"inputs":[{"name":"x","datatype":"FP32","shape":[-1,6]}]})"));
  Url url{"a.name", server.port(), "m", ""};
  url.addresses = {"127.0.0.2", "127.0.0.1", "127.0.0.3"};
  const auto target = ask_target(url);
  ASSERT_TRUE(target) << target.error().message();
  EXPECT_EQ(target->url.version, "3");
  EXPECT_THAT(target->url.addresses, ElementsAre("127.0.0.1"));
  url.addresses = {"127.0.0.2", "127.0.0.3"};
  EXPECT_EQ(ask_target(url).error().code(), ErrorCode::kNetwork);
}

TEST(AskTarget, LooksUpTheAddressesOfAName) {
  const Liar server(framed(
      R"({"name":"m","versions":["3"],"inputs":[{"name":"x","datatype":"FP32","shape":[-1,6]}]})"));
  const auto target = ask_target({"localhost", server.port(), "m", ""});
  ASSERT_TRUE(target) << target.error().message();
  EXPECT_THAT(target->url.addresses, ElementsAre("127.0.0.1"));
}

TEST(AskTarget, SaysThatNobodyAnswersOnlyIfNobodyDoes) {
  const Liar liar("Hello!\r\n\r\n");
  const auto target = ask_target({"127.0.0.1", liar.port(), "m", ""});
  ASSERT_FALSE(target);
  EXPECT_EQ(target.error().code(), ErrorCode::kUnsupported);
  EXPECT_THAT(target.error().message(), testing::HasSubstr("is this an inference server?"));
}

TEST(AskTarget, ReadsNoAnswerWithoutEnd) {
  const Liar liar("HTTP/1.1 200 OK\r\n\r\n" + std::string(std::size_t{32} << 20, 'x'));
  const auto target = ask_target({"127.0.0.1", liar.port(), "m", ""});
  ASSERT_FALSE(target);
  EXPECT_THAT(target.error().message(), testing::HasSubstr("has more than 16.0 MiB"));
}

TEST(ParseUrl, TakesAddressesWithAndWithoutAModel) {
  const auto url = parse_url("http://example.org:8000/v2/models/m/versions/2");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->host, "example.org");
  EXPECT_EQ(url->port, 8000);
  EXPECT_EQ(url->model, "m");
  EXPECT_EQ(url->version, "2");
  EXPECT_EQ(parse_url("127.0.0.1:80")->model, "");
  for (const char* bad :
       {"", "https://a", "http://:80", "http://a:x", "http://a:99999", "http://a/b"}) {
    EXPECT_FALSE(parse_url(bad)) << bad;
  }
}

TEST(ParseUrl, TakesIpv6AddressesInBrackets) {
  const auto url = parse_url("http://[::1]:8000/v2/models/m");
  ASSERT_TRUE(url) << url.error().message();
  EXPECT_EQ(url->host, "::1");
  EXPECT_EQ(url->port, 8000);
  EXPECT_EQ(url->authority(), "[::1]:8000");
  EXPECT_EQ(parse_url("[::1]")->port, 80);
  for (const char* bad : {"http://::1:8000", "http://[::1", "http://[]:80", "http://[::1]80",
                          "http://a:0", "http://a:"}) {
    EXPECT_FALSE(parse_url(bad)) << bad;
  }
}

}  // namespace
}  // namespace purser::serve
