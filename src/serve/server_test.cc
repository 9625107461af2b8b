// The server as its clients see it: real sockets on 127.0.0.1, a real model in ONNX Runtime.
#include "serve/server.h"

#include <arpa/inet.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <ctime>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/random.h"
#include "graph/graph.h"
#include "runtime/runtime.h"
#include "serve/infer_json.h"
#include "serve/load.h"
#include "serve/socket.h"

namespace purser::serve {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::HasSubstr;

constexpr std::int64_t kIn = 6;
constexpr std::int64_t kOut = 3;

// y = softmax-free linear layer: y = x W + b, with seeded weights.
std::string linear_model() {
  graph::Graph graph;
  graph.name = "linear";
  graph.opset = 21;
  Random random(4);
  std::vector<float> weights(kIn * kOut);
  for (float& weight : weights) weight = static_cast<float>(random.unit() - 0.5);
  const float bias[] = {0.25F, -1, 3};
  graph.initializers["w"] = graph::Tensor::of<float>({kIn, kOut}, weights);
  graph.initializers["b"] = graph::Tensor::of<float>({kOut}, bias);
  graph.inputs = {{"x", graph::ElementType::kFloat32, true, {graph::kDynamic, kIn}, {"batch", ""}}};
  graph.outputs = {
      {"y", graph::ElementType::kFloat32, true, {graph::kDynamic, kOut}, {"batch", ""}}};
  graph.nodes = {{"layer", "Gemm", "", {"x", "w", "b"}, {"y"}, {}}};
  auto bytes = graph::serialize_onnx(graph);
  if (!bytes) ADD_FAILURE() << bytes.error().message();
  return *bytes;
}

// The same row of 6, through so many layers that one prediction takes tenths of a second.
std::string slow_model() {
  constexpr std::int64_t kWide = 1024;
  graph::Graph graph;
  graph.name = "slow";
  graph.opset = 21;
  const std::vector<float> in(kIn * kWide, 1e-3F);
  const std::vector<float> square(kWide * kWide, 1e-3F);
  graph.initializers["in"] = graph::Tensor::of<float>({kIn, kWide}, in);
  graph.initializers["square"] = graph::Tensor::of<float>({kWide, kWide}, square);
  graph.inputs = {{"x", graph::ElementType::kFloat32, true, {graph::kDynamic, kIn}, {"batch", ""}}};
  graph.outputs = {
      {"y", graph::ElementType::kFloat32, true, {graph::kDynamic, kWide}, {"batch", ""}}};
  graph.nodes = {{"first", "MatMul", "", {"x", "in"}, {"h0"}, {}}};
  constexpr int kLayers = 3000;
  for (int i = 0; i < kLayers; ++i) {
    const std::string from = "h" + std::to_string(i);
    const std::string to = i + 1 == kLayers ? "y" : "h" + std::to_string(i + 1);
    graph.nodes.push_back({"layer" + std::to_string(i), "MatMul", "", {from, "square"}, {to}, {}});
  }
  auto bytes = graph::serialize_onnx(graph);
  if (!bytes) ADD_FAILURE() << bytes.error().message();
  return *bytes;
}

// What the model answers when nobody is in between.
std::vector<float> bare(const std::vector<float>& x) {
  static const std::string bytes = linear_model();
  static const auto session = runtime::Session::from_bytes(bytes, {});
  runtime::Runner runner(*session);
  const auto y = runner.run(x, static_cast<std::int64_t>(x.size()) / kIn);
  return {y->begin(), y->end()};
}

struct Reply {
  int status = 0;  // 0: the connection ended before an answer
  std::string head;
  std::string body;
};

// A client with one connection, blocking.
class Client {
 public:
  explicit Client(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    ::inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
    const timeval limit{10, 0};
    ::setsockopt(socket_.number(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    connected_ =
        ::connect(socket_.number(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }
  bool connected() const { return connected_; }

  void send(std::string_view text) {
    while (!text.empty()) {
      const ssize_t sent = ::send(socket_.number(), text.data(), text.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  void sip() {
    std::array<char, 4096> bytes{};
    [[maybe_unused]] const auto got = ::recv(socket_.number(), bytes.data(), bytes.size(), 0);
  }
  void end_sending() { ::shutdown(socket_.number(), SHUT_WR); }
  Reply receive() {
    std::size_t blank = 0;
    while ((blank = text_.find("\r\n\r\n")) == std::string::npos) {
      if (!more()) return {};
    }
    Reply reply{std::stoi(text_.substr(9, 3)), text_.substr(0, blank + 2), {}};
    const std::size_t at = reply.head.find("Content-Length: ");
    const std::size_t bytes = at == std::string::npos ? 0 : std::stoul(reply.head.substr(at + 16));
    while (text_.size() < blank + 4 + bytes) {
      if (!more()) return {};
    }
    reply.body = text_.substr(blank + 4, bytes);
    text_.erase(0, blank + 4 + bytes);
    return reply;
  }
  Reply get(const std::string& path) {
    send("GET " + path + " HTTP/1.1\r\nHost: t\r\n\r\n");
    return receive();
  }
  Reply post(const std::string& path, const std::string& body, const std::string& headers = "") {
    send(request(path, body, headers));
    return receive();
  }
  static std::string request(const std::string& path, const std::string& body,
                             const std::string& headers = "") {
    return "POST " + path + " HTTP/1.1\r\nHost: t\r\n" + headers +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  }

 private:
  bool more() {
    char bytes[4096];
    const ssize_t got = ::recv(socket_.number(), bytes, sizeof bytes, 0);
    if (got <= 0) return false;
    text_.append(bytes, static_cast<std::size_t>(got));
    return true;
  }
  Descriptor socket_;
  bool connected_ = false;
  std::string text_;
};

// A server on a free port, in a thread of its own, until stop() or the end.
class Running {
 public:
  explicit Running(ServerOptions options = {}, std::int64_t rows_max = 4,
                   const std::string& onnx = linear_model()) {
    options.port = 0;
    auto model = Model::from_bytes(onnx, {.name = "m", .version = "3", .rows_max = rows_max});
    if (!model) throw std::runtime_error(model.error().message());
    auto server = Server::open(*std::move(model), options, clock_);
    if (!server) throw std::runtime_error(server.error().message());
    server_ = *std::move(server);
    thread_ = std::thread([this] { status_ = server_->run(stop_.number()).has_value(); });
  }
  ~Running() { stop(); }
  void ask_to_stop() { ::eventfd_write(stop_.number(), 1); }
  bool stop() {
    ask_to_stop();
    if (thread_.joinable()) thread_.join();
    return status_;
  }
  std::uint16_t port() const { return server_->port(); }
  Totals totals() const { return server_->totals(); }

 private:
  SteadyClock clock_;
  Descriptor stop_{::eventfd(0, EFD_NONBLOCK)};
  std::unique_ptr<Server> server_;
  bool status_ = false;
  std::thread thread_;
};

std::vector<float> sample(std::uint64_t seed, std::int64_t rows = 1) {
  Random random(seed);
  std::vector<float> x(static_cast<std::size_t>(rows * kIn));
  for (float& value : x) value = static_cast<float>(random.unit());
  return x;
}

std::string body_of(const std::vector<float>& x) {
  const std::int64_t shape[] = {static_cast<std::int64_t>(x.size()) / kIn, kIn};
  return infer_request_json("x", shape, x);
}

const std::string kInfer = "/v2/models/m/infer";

void expect_right(const Reply& reply, const std::vector<float>& x) {
  ASSERT_EQ(reply.status, 200) << reply.body;
  const json answer = json::parse(reply.body);
  EXPECT_EQ(answer["model_name"], "m");
  const std::vector<float> expected = bare(x);
  ASSERT_EQ(answer["outputs"][0]["data"].size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_NEAR(answer["outputs"][0]["data"][i].get<float>(), expected[i], 1e-5);
  }
}

TEST(Server, SpeaksTheOpenInferenceProtocol) {
  Running server;
  Client client(server.port());
  EXPECT_EQ(json::parse(client.get("/v2").body)["name"], "purser");
  EXPECT_EQ(client.get("/v2/health/live").status, 200);
  EXPECT_EQ(client.get("/v2/health/ready").status, 200);
  EXPECT_EQ(client.get("/v2/models/m/ready").status, 200);
  EXPECT_EQ(client.get("/v2/models/m/versions/3/ready").status, 200);
  const json metadata = json::parse(client.get("/v2/models/m").body);
  EXPECT_EQ(metadata["inputs"][0]["shape"], json::parse("[-1,6]"));
  EXPECT_EQ(metadata["outputs"][0]["name"], "y");
  EXPECT_EQ(json::parse(client.post("/v2/repository/index", "").body)[0]["name"], "m");
  const auto x = sample(1, 3);
  expect_right(client.post(kInfer, body_of(x)), x);
  expect_right(client.post("/v2/models/m/versions/3/infer", body_of(x)), x);
}

TEST(Server, RefusesInWords_AndGoesOn) {
  Running server;
  Client client(server.port());
  const auto refused = [&](const Reply& reply, int status, const std::string& words) {
    EXPECT_EQ(reply.status, status) << reply.body;
    EXPECT_THAT(json::parse(reply.body)["error"].get<std::string>(), HasSubstr(words));
  };
  refused(client.get("/nothing"), 404, "no such path");
  refused(client.get("/v2/models/other"), 404, "no model 'other' here; this server has 'm'");
  refused(client.get("/v2/models/m/versions/9"), 404, "no version '9'");
  refused(client.get(kInfer), 405, "POST");
  refused(client.post(kInfer, "{"), 400, "expected");
  refused(client.post(kInfer, body_of(sample(1, 5))), 400, "send fewer rows");
  refused(client.post(kInfer, "x", "Content-Encoding: gzip\r\n"), 415, "without");
  const auto x = sample(2);
  expect_right(client.post(kInfer, body_of(x)), x);  // the same connection still works
  EXPECT_EQ(server.totals().invalid, 3);
  refused(client.post(kInfer, std::string(1'000'000, ' ')), 413, "takes at most");
  EXPECT_EQ(client.get("/v2").status, 0);  // and this one was closed
  Client garbage(server.port());
  garbage.send("\x16\x03\x01 TLS?\r\n\r\n");
  refused(garbage.receive(), 400, "no HTTP request");
}

TEST(Server, AnswersPipelinedAndChoppedRequestsInOrder) {
  Running server;
  Client client(server.port());
  std::string all;
  for (std::uint64_t i = 0; i < 20; ++i) all += Client::request(kInfer, body_of(sample(i)));
  for (std::size_t at = 0; at < all.size(); at += 97)
    client.send(std::string_view(all).substr(at, 97));
  for (std::uint64_t i = 0; i < 20; ++i) expect_right(client.receive(), sample(i));
}

// Nor does a client that reads its answer a sip at a time: sips do not renew its time.
TEST(Server, GivesUpAnAnswerThatIsSippedAt) {
  constexpr std::int64_t kRows = 400'000;  // an answer larger than the kernel's buffers
  Running server({.queue_rows_max = kRows, .request_max = 1s}, kRows);
  Client sipping(server.port());
  sipping.send(Client::request(kInfer, body_of(std::vector<float>(kRows * kIn, 0.5F))));
  bool given_up = false;
  for (int sips = 0; sips < 50 && !given_up; ++sips) {
    sipping.sip();
    std::this_thread::sleep_for(100ms);
    Client other(server.port());
    given_up = sips > 5 && metric_of(other.get("/metrics").body, "purser_connections") == 1;
  }
  EXPECT_TRUE(given_up);
}

// A byte now and then does not hold a connection for ever.
TEST(Server, GivesUpARequestThatDripsIn) {
  ServerOptions options;
  options.request_max = std::chrono::milliseconds(800);
  Running server(options);
  Client dripping(server.port());
  const std::string request = Client::request(kInfer, body_of(sample(1)));
  const auto began = std::chrono::steady_clock::now();
  std::thread dripper([&] {
    for (std::size_t at = 0; at < 20; ++at) {
      dripping.send(std::string_view(request).substr(at, 1));
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
  });
  const Reply reply = dripping.receive();
  const auto took = std::chrono::steady_clock::now() - began;
  EXPECT_EQ(reply.status, 408) << reply.body;
  EXPECT_LT(took, std::chrono::milliseconds(3500)) << "the dripping itself takes four seconds";
  dripper.join();
}

// A client may say that it sends no more, and read its answers all the same (RFC 9112, 9.6).
TEST(Server, AnswersAClientThatHasClosedItsHalf) {
  Running server;
  Client client(server.port());
  std::string all;
  for (std::uint64_t i = 0; i < 5; ++i) all += Client::request(kInfer, body_of(sample(i)));
  client.send(all);
  client.end_sending();
  for (std::uint64_t i = 0; i < 5; ++i) expect_right(client.receive(), sample(i));
  EXPECT_EQ(client.receive().status, 0) << "and then it is closed";
}

TEST(Server, SendsBinaryTensors) {
  Running server;
  Client client(server.port());
  const auto x = sample(5);
  const std::string frame =
      R"({"inputs":[{"name":"x","shape":[1,6],"datatype":"FP32","parameters":{"binary_data_size":24}}],)"
      R"("outputs":[{"name":"y","parameters":{"binary_data":true}}]})";
  std::string body = frame;
  body.append(reinterpret_cast<const char*>(x.data()), 24);
  const Reply reply = client.post(
      kInfer, body, "Inference-Header-Content-Length: " + std::to_string(frame.size()) + "\r\n");
  ASSERT_EQ(reply.status, 200) << reply.body;
  EXPECT_THAT(reply.head, HasSubstr("Inference-Header-Content-Length: "));
  std::vector<float> y(3);
  std::memcpy(y.data(), reply.body.data() + reply.body.size() - 12, 12);
  EXPECT_EQ(y, bare(x));
}

class ServerWays : public testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(InlineAndThreads, ServerWays, testing::Values(0, 2));

// Many clients at once, requests of many sizes: everyone gets the answer to his own question.
TEST_P(ServerWays, GiveEveryClientItsOwnAnswer) {
  Running server({.workers = GetParam(), .delay_max = 200us}, 8);
  std::vector<std::thread> threads;
  for (std::uint64_t c = 0; c < 12; ++c) {
    threads.emplace_back([&, c] {
      Client client(server.port());
      for (std::uint64_t i = 0; i < 60; ++i) {
        const auto x = sample(c * 1000 + i, 1 + static_cast<std::int64_t>((c + i) % 5));
        expect_right(client.post(kInfer, body_of(x)), x);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_TRUE(server.stop());
  const Totals totals = server.totals();
  EXPECT_EQ(totals.answered, 12 * 60);
  std::int64_t rows = 0;
  for (std::uint64_t c = 0; c < 12; ++c) {
    for (std::uint64_t i = 0; i < 60; ++i) rows += 1 + static_cast<std::int64_t>((c + i) % 5);
  }
  EXPECT_EQ(totals.predictions, rows);
  EXPECT_LT(totals.batches, 12 * 60) << "nothing was ever batched";
  EXPECT_GT(totals.device_time, 0ns);
}

TEST_P(ServerWays, TurnAwayWhatTheQueueCannotHold) {
  // Batches of 4 wait a second for more rows: meanwhile 3 rows wait and the fourth does not fit.
  Running server({.workers = GetParam(), .queue_rows_max = 4, .delay_max = 1s}, 4);
  Client first(server.port());
  first.send(Client::request(kInfer, body_of(sample(1, 3))));
  std::this_thread::sleep_for(100ms);
  Client second(server.port());
  const Reply reply = second.post(kInfer, body_of(sample(2, 2)));
  EXPECT_EQ(reply.status, 429);
  EXPECT_THAT(reply.head, HasSubstr("Retry-After: 1\r\n"));
  EXPECT_THAT(reply.body, HasSubstr("queue of 4 rows is full"));
  expect_right(first.receive(), sample(1, 3));
  EXPECT_EQ(server.totals().turned_away, 1);
}

TEST_P(ServerWays, GiveUpOnRequestsPastTheirDeadline) {
  Running server({.workers = GetParam(), .delay_max = 5s, .deadline = 50ms}, 4);
  Client client(server.port());
  const Reply reply = client.post(kInfer, body_of(sample(1)));
  EXPECT_EQ(reply.status, 504) << reply.body;
  EXPECT_EQ(server.totals().expired, 1);
}

// Clients at work when the stop comes: every request that was sent is answered, or its connection
// was closed before it was sent; nobody gets an error or half an answer.
TEST_P(ServerWays, DrainWithoutLosingARequest) {
  auto server = std::make_unique<Running>(ServerOptions{.workers = GetParam()}, 4);
  const std::uint16_t port = server->port();
  std::atomic<int> answered = 0;
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (std::uint64_t c = 0; c < 8; ++c) {
    threads.emplace_back([&, c] {
      Client client(port);
      while (true) {
        const Reply reply = client.post(kInfer, body_of(sample(c)));
        if (reply.status != 200) {
          ++wrong;
          return;
        }
        ++answered;
        if (reply.head.find("Connection: close") != std::string::npos) return;
      }
    });
  }
  std::this_thread::sleep_for(200ms);
  server->ask_to_stop();
  for (std::thread& thread : threads) thread.join();
  EXPECT_TRUE(server->stop());
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(server->totals().answered, answered);
  EXPECT_FALSE(Client(port).connected());
}

TEST_P(ServerWays, WaitForNoFullerBatchWhileTheyDrain) {
  Running server({.workers = GetParam(), .delay_max = 20s, .deadline = 30s}, 4);
  Client client(server.port());
  client.send(Client::request(kInfer, body_of(sample(1))));
  std::this_thread::sleep_for(50ms);
  server.ask_to_stop();
  expect_right(client.receive(), sample(1));
}

TEST(Server, ChargesABatchThatOutlastsTheDrain) {
  Running server({.workers = 1, .drain_max = 0ms}, 1, slow_model());
  Client client(server.port());
  client.send(Client::request(kInfer, body_of(sample(1))));
  std::this_thread::sleep_for(100ms);  // it runs
  EXPECT_TRUE(server.stop());
  EXPECT_EQ(server.totals().batches, 1);
  EXPECT_GT(server.totals().device_time, 0ms);
}

TEST(Server, IsNotReadyWhileItDrains_ButStillTakesConnectionsForTheLag) {
  Running server({.drain_lag = 400ms});
  Client before(server.port());
  EXPECT_EQ(before.get("/v2/health/ready").status, 200);
  server.ask_to_stop();
  std::this_thread::sleep_for(100ms);
  Client late(server.port());
  EXPECT_EQ(late.get("/v2/health/ready").status, 503);
  EXPECT_EQ(late.get("/v2/health/live").status, 200);
  const auto x = sample(1);
  expect_right(late.post(kInfer, body_of(x)), x);
  EXPECT_TRUE(server.stop());
}

TEST(Server, HasALimitOfConnections) {
  Running server({.connections_max = 2});
  Client first(server.port());
  Client second(server.port());
  EXPECT_EQ(first.get("/v2").status, 200);
  EXPECT_EQ(second.get("/v2").status, 200);
  EXPECT_EQ(Client(server.port()).get("/v2").status, 503);
}

std::chrono::milliseconds processor_time() {
  return std::chrono::milliseconds(1000 * std::clock() / CLOCKS_PER_SEC);
}

TEST(Server, RestsWhileTheSystemHasNoDescriptorForAClient_AndTakesItLater) {
  Running server;
  const Descriptor client(::socket(AF_INET, SOCK_STREAM, 0));
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const rlimit none{static_cast<rlim_t>(client.number()) + 1, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);

  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(server.port());
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(::connect(client.number(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  const std::string_view request = "GET /v2/health/live HTTP/1.1\r\nHost: t\r\n\r\n";
  ASSERT_GT(::send(client.number(), request.data(), request.size(), 0), 0);
  const auto start = processor_time();
  std::this_thread::sleep_for(500ms);
  EXPECT_LT(processor_time() - start, 250ms);
  char answer[16] = {};
  EXPECT_EQ(::recv(client.number(), answer, 12, MSG_DONTWAIT), -1);

  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  ASSERT_EQ(::recv(client.number(), answer, 12, MSG_WAITALL), 12);
  EXPECT_STREQ(answer, "HTTP/1.1 200");
}

TEST(Server, HoldsNoMoreConnectionsThanTheProcessMayOpenFiles) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const rlimit low{100, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &low), 0);
  EXPECT_EQ(connections_allowed(200), 200);  // the limit can be raised
  rlimit now{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &now), 0);
  EXPECT_GE(now.rlim_cur, 200U);
  const auto most = static_cast<std::int64_t>(before.rlim_max);
  EXPECT_LT(connections_allowed(most), most);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
}

TEST(Server, TellsPrometheusWhatItDid_AndWhatItsOwnerMakesOfIt) {
  Running server({.derived_counters = {{.name = "test_price_total",
                                        .help = "help",
                                        .labels = {{"kind", "busy"}},
                                        .value = [](const Totals& totals) {
                                          return 2.5 * static_cast<double>(totals.predictions);
                                        }}}});
  Client client(server.port());
  client.post(kInfer, body_of(sample(1, 2)));
  client.post(kInfer, "{}");
  const Reply reply = client.get("/metrics");
  EXPECT_THAT(reply.head, HasSubstr("text/plain; version=0.0.4"));
  for (const char* line :
       {"purser_requests_total{model=\"m\",outcome=\"ok\",version=\"3\"} 1",
        "purser_requests_total{model=\"m\",outcome=\"invalid\",version=\"3\"} 1",
        "purser_predictions_total{model=\"m\",version=\"3\"} 2",
        "purser_batch_rows_bucket{model=\"m\",version=\"3\",le=\"2\"} 1",
        "purser_request_duration_seconds_count{model=\"m\",version=\"3\"} 1",
        "# TYPE test_price_total counter", "test_price_total{kind=\"busy\"} 5", "purser_ready 1"}) {
    EXPECT_THAT(reply.body, HasSubstr(line));
  }
}

TEST(Server, NamesWhoHoldsItsPort_AndTheNextFreeOne) {
  Running server;
  auto model = Model::from_bytes(linear_model(), {.name = "m", .version = "1"});
  ASSERT_TRUE(model);
  SteadyClock clock;
  const auto second = Server::open(*std::move(model), {.port = server.port()}, clock);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code(), ErrorCode::kBusy);
  EXPECT_THAT(second.error().message(), HasSubstr("port " + std::to_string(server.port())));
  EXPECT_THAT(second.error().message(),
              HasSubstr("serve_test (process " + std::to_string(::getpid())));
  EXPECT_THAT(second.error().message(), HasSubstr("--port "));
}

LoadPlan plan_for(std::uint16_t port) {
  LoadPlan plan;
  plan.target = *ask_target({"127.0.0.1", port, "", ""});
  for (std::uint64_t i = 0; i < 16; ++i) {
    const auto x = sample(i);
    const auto y = bare(x);
    plan.bodies.push_back(body_of(x));
    plan.labels.push_back(std::max_element(y.begin(), y.end()) - y.begin());
  }
  return plan;
}
bool go_on(const LoadResult&, Nanoseconds) { return true; }

TEST(Load, DrivesAServerAtTheRateAskedFor_AndJudgesItsAnswers) {
  Running server;
  const SteadyClock clock;
  LoadPlan plan = plan_for(server.port());
  EXPECT_EQ(plan.target.url.model, "m");
  EXPECT_EQ(plan.target.url.version, "3");
  EXPECT_EQ(plan.target.input, "x");
  EXPECT_EQ(plan.target.row_shape, (std::vector<std::int64_t>{kIn}));
  plan.rate_per_second = 400;
  plan.duration = 1s;
  plan.arrivals = Arrivals::kConstant;
  plan.labels[0] = (plan.labels[0] + 1) % kOut;  // one of sixteen is wrong on purpose
  const auto result = run_load(plan, clock, go_on);
  ASSERT_TRUE(result) << result.error().message();
  EXPECT_EQ(result->scheduled, 400);
  EXPECT_EQ(result->answered, result->scheduled);
  EXPECT_EQ(result->latency.count(), result->answered);
  EXPECT_EQ(result->judged, result->answered);
  EXPECT_LT(result->correct, result->judged);
  EXPECT_GT(result->correct, result->judged * 8 / 10);
  EXPECT_EQ(server.totals().predictions, result->answered);
  const auto metrics = http_get(plan.target.url, "/metrics");
  EXPECT_EQ(metric_of(*metrics, "purser_predictions_total"), static_cast<double>(result->answered));
}

// A server that takes 30 ms for every answer, one connection, 100 requests a second: a closed loop
// would report 30 ms; who asked at the scheduled times has waited ten times that.
TEST(Load, CountsLatencyFromTheScheduledTime) {
  Running server({.delay_max = 30ms});
  const SteadyClock clock;
  LoadPlan plan = plan_for(server.port());
  plan.rate_per_second = 100;
  plan.duration = 400ms;
  plan.connections = 1;
  plan.timeout = 20s;
  const auto result = run_load(plan, clock, go_on);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->error_count(), 0);
  EXPECT_GT(result->latency.max(), 300ms);
  EXPECT_LT(result->achieved_per_second(), 35);
}

TEST(Load, CountsRefusalsAndTimeoutsAsErrors) {
  Running server({.queue_rows_max = 4, .delay_max = 10s}, 4);
  const SteadyClock clock;
  LoadPlan plan = plan_for(server.port());
  plan.rate_per_second = 20;
  plan.duration = 500ms;
  plan.connections = 2;
  plan.timeout = 300ms;
  const auto result = run_load(plan, clock, go_on);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->answered + result->error_count(), result->scheduled);
  EXPECT_GT(result->errors.at("timeout"), 0);
}

TEST(Load, ThatIsStoppedEarly_CountsItsRateOverTheTimeThatItRan) {
  Running server;
  const SteadyClock clock;
  LoadPlan plan = plan_for(server.port());
  plan.rate_per_second = 200;
  plan.duration = 60s;
  plan.arrivals = Arrivals::kConstant;
  const auto result =
      run_load(plan, clock, [](const LoadResult&, Nanoseconds elapsed) { return elapsed < 500ms; });
  ASSERT_TRUE(result) << result.error().message();
  EXPECT_TRUE(result->stopped);
  EXPECT_LT(result->offered_for, 30s);
  EXPECT_EQ(result->answered + result->error_count(), result->scheduled);
  EXPECT_NEAR(result->offered_per_second(), 200, 20);  // over 60 s it would be 2
}

TEST(Load, SaysWhenNobodyAnswers) {
  const auto target = ask_target({"127.0.0.1", 1, "", ""});
  ASSERT_FALSE(target);
  EXPECT_EQ(target.error().code(), ErrorCode::kNetwork);
  EXPECT_THAT(target.error().message(), HasSubstr("purser serve"));
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

TEST(Model, RefusesBytesThatAreNoModel) {
  const auto model = Model::from_bytes("not onnx", {.name = "m", .version = "1"});
  ASSERT_FALSE(model);
  EXPECT_EQ(model.error().code(), ErrorCode::kInvalidInput);
}

}  // namespace
}  // namespace purser::serve
