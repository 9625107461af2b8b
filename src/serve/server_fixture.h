// What tests of the server stand on: a small model and a slow one, a server of them that runs, and
// a client with one connection. For tests only.
#pragma once

#include <arpa/inet.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <array>
#include <thread>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/random.h"
#include "graph/graph.h"
#include "runtime/runtime.h"
#include "serve/infer_json.h"
#include "serve/server.h"
#include "serve/socket.h"

namespace purser::serve::fixtures {

inline constexpr std::int64_t kIn = 6;
inline constexpr std::int64_t kOut = 3;

// y = softmax-free linear layer: y = x W + b, with seeded weights.
inline std::string linear_model() {
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
inline std::string slow_model() {
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
inline std::vector<float> bare(const std::vector<float>& x) {
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
  // Whether the server has sent anything that was not received yet.
  bool is_answered() const {
    char byte = 0;
    return ::recv(socket_.number(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 1;
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

inline std::vector<float> sample(std::uint64_t seed, std::int64_t rows = 1) {
  Random random(seed);
  std::vector<float> x(static_cast<std::size_t>(rows * kIn));
  for (float& value : x) value = static_cast<float>(random.unit());
  return x;
}

inline std::string body_of(const std::vector<float>& x) {
  const std::int64_t shape[] = {static_cast<std::int64_t>(x.size()) / kIn, kIn};
  return infer_request_json("x", shape, x);
}

inline const std::string kInfer = "/v2/models/m/infer";

inline void expect_right(const Reply& reply, const std::vector<float>& x) {
  ASSERT_EQ(reply.status, 200) << reply.body;
  const nlohmann::json answer = nlohmann::json::parse(reply.body);
  EXPECT_EQ(answer["model_name"], "m");
  const std::vector<float> expected = bare(x);
  ASSERT_EQ(answer["outputs"][0]["data"].size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_NEAR(answer["outputs"][0]["data"][i].get<float>(), expected[i], 1e-5);
  }
}

}  // namespace purser::serve::fixtures
