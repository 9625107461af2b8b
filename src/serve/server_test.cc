// The server as its clients see it: real sockets on 127.0.0.1, a real model in ONNX Runtime.
#include "serve/server.h"

#include <arpa/inet.h>
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

#include "serve/load.h"
#include "serve/server_fixture.h"
#include "serve/socket.h"

namespace purser::serve {
namespace {

using namespace std::chrono_literals;
using fixtures::bare;
using fixtures::body_of;
using fixtures::Client;
using fixtures::expect_right;
using fixtures::kIn;
using fixtures::kInfer;
using fixtures::linear_model;
using fixtures::Reply;
using fixtures::Running;
using fixtures::sample;
using fixtures::slow_model;
using nlohmann::json;
using testing::HasSubstr;

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
  std::this_thread::sleep_for(100ms);
  ASSERT_FALSE(client.is_answered()) << "it was to outlast the drain";
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

TEST(Model, RefusesBytesThatAreNoModel) {
  const auto model = Model::from_bytes("not onnx", {.name = "m", .version = "1"});
  ASSERT_FALSE(model);
  EXPECT_EQ(model.error().code(), ErrorCode::kInvalidInput);
}

}  // namespace
}  // namespace purser::serve
