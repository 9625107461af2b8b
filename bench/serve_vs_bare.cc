// How much of a bare ONNX Runtime loop survives HTTP, JSON and batching: requests per second of the
// server on one core, load from wrk on another, against samples per second of the bare loop on the
// server's core at the same batch size. Rounds are interleaved; every round gives one ratio.
//
//   serve_vs_bare [MODEL.onnx]    (without: a new CNN of 50,000 parameters for 28x28 images)
//
// wrk is a closed loop of 64 connections, each with one request in flight: twice the largest batch,
// so that a full one is always waiting and both sides run batches of the same size. A closed loop
// is right for throughput and wrong for tail latency (purser load is for that). Exit status 1 if a
// median ratio misses what is wanted.
#include <arpa/inet.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/files.h"
#include "base/stop.h"
#include "data/data.h"
#include "graph/graph.h"
#include "graph/new_model.h"
#include "runtime/runtime.h"
#include "serve/infer_json.h"
#include "serve/number_array.h"
#include "serve/server.h"

namespace {

using purser::Result;
using Seconds = std::chrono::duration<double>;
using Steady = std::chrono::steady_clock;

constexpr std::int64_t kImages = 512;
constexpr int kRounds = 11;
constexpr int kConnections = 64;
constexpr double kWanted = 0.8;  // of the bare rate, at every batch
constexpr std::array<std::int64_t, 3> kBatches = {1, 8, 32};

void pin(int core) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(core, &set);
  ::sched_setaffinity(0, sizeof set, &set);
}

template <class T>
T must(Result<T> result) {
  if (result) return *std::move(result);
  std::fprintf(stderr, "serve_vs_bare: %s\n", result.error().message().c_str());
  std::exit(3);
}

void must(const purser::Status& status) {
  if (!status) {
    std::fprintf(stderr, "serve_vs_bare: %s\n", status.error().message().c_str());
    std::exit(3);
  }
}

// What the server says of itself when it ends.
struct Report {
  std::int64_t predictions = 0;
  std::int64_t batches = 0;
  std::int64_t device_ns = 0;
  std::int64_t processor_ns = 0;  // of the whole process, system calls included
};

struct Child {
  pid_t id = -1;
  std::uint16_t port = 0;
  int pipe = -1;
};

// The server in a process of its own, on core 0, until SIGTERM.
Child start_server(const std::string& model_bytes, std::int64_t rows_max) {
  int ends[2];
  if (::pipe(ends) != 0) std::exit(3);
  const pid_t id = ::fork();
  if (id != 0) {
    Child child{id, 0, ends[0]};
    if (::read(ends[0], &child.port, sizeof child.port) != sizeof child.port) std::exit(3);
    return child;
  }
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  pin(0);
  const purser::StopSignal stop;
  const purser::serve::SteadyClock clock;
  auto model = must(purser::serve::Model::from_bytes(
      model_bytes, {.name = "m", .version = "1", .rows_max = rows_max}));
  const auto server = must(purser::serve::Server::open(std::move(model), {.port = 0}, clock));
  const std::uint16_t port = server->port();
  if (::write(ends[1], &port, sizeof port) != sizeof port) std::_Exit(3);
  must(server->run(stop.descriptor()));
  const auto totals = server->totals();
  const Report report{totals.predictions, totals.batches, totals.device_time.count(),
                      static_cast<std::int64_t>(std::clock()) * (1'000'000'000 / CLOCKS_PER_SEC)};
  const bool told = ::write(ends[1], &report, sizeof report) == sizeof report;
  std::_Exit(told ? 0 : 3);
}

// One request on a connection of its own; the numbers of the first output.
std::vector<float> ask(std::uint16_t port, const std::string& body) {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const std::string request = fmt::format(
      "POST /v2/models/m/infer HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n"
      "Content-Length: {}\r\n\r\n{}",
      body.size(), body);
  if (::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
      ::send(socket, request.data(), request.size(), 0) != static_cast<ssize_t>(request.size())) {
    std::exit(3);
  }
  std::string answer;
  char bytes[4096];
  for (ssize_t got = 0; (got = ::recv(socket, bytes, sizeof bytes, 0)) > 0;) {
    answer.append(bytes, static_cast<std::size_t>(got));
  }
  ::close(socket);
  const std::size_t data = answer.find("\"data\":");
  if (data == std::string::npos) must(purser::fail(purser::ErrorCode::kEngine, answer));
  purser::serve::JsonCursor cursor(std::string_view(answer).substr(data + 7));
  std::vector<float> values(4096);
  std::string_view why;
  const auto shape = purser::serve::read_array(cursor, std::span<float>(values), why);
  values.resize(shape ? static_cast<std::size_t>(shape->count) : 0);
  return values;
}

std::filesystem::path write_script(const std::vector<std::string>& bodies) {
  const auto folder = std::filesystem::temp_directory_path() / fmt::format("purser-{}", ::getpid());
  std::filesystem::create_directory(folder);
  std::ofstream lines(folder / "bodies.txt");
  for (const std::string& body : bodies) lines << body << '\n';
  std::ofstream(folder / "wrk.lua") << fmt::format(R"(
local requests = {{}}
init = function(args)
  wrk.headers["Content-Type"] = "application/json"
  for line in io.lines("{}") do
    requests[#requests + 1] = wrk.format("POST", "/v2/models/m/infer", nil, line)
  end
end
local i = 0
request = function()
  i = i % #requests + 1
  return requests[i]
end
)",
                                                   (folder / "bodies.txt").string());
  return folder / "wrk.lua";
}

// The bare side, and what both sides are asked.
class Bench {
 public:
  Bench(const std::string& model_bytes, const purser::data::Dataset& images)
      : session_(must(purser::runtime::Session::from_bytes(model_bytes, {.name = "bare"}))),
        runner_(session_),
        size_(images.sample_size()),
        pixels_(static_cast<std::size_t>(kImages * size_)) {
    std::vector<std::int64_t> indices(kImages);
    std::iota(indices.begin(), indices.end(), 0);
    purser::data::gather_floats(images, indices, pixels_);
    shape_ = images.sample_shape;
    shape_.insert(shape_.begin(), 1);
  }

  // Samples per second of the bare loop.
  double bare_rate(std::int64_t batch, Seconds length) const {
    const Steady::time_point start = Steady::now();
    std::int64_t done = 0;
    std::int64_t at = 0;
    while (Steady::now() - start < length) {
      must(runner_.run(rows(at, batch), batch));
      done += batch;
      at = (at + batch) % (kImages - kBatches.back());
    }
    return static_cast<double>(done) / Seconds(Steady::now() - start).count();
  }

  // Ends the program unless the server's answers are the bare ones; then writes what wrk is to
  // send.
  std::filesystem::path check_and_write_script(std::uint16_t port) const {
    std::vector<std::string> bodies;
    for (std::int64_t i = 0; i < kImages; ++i) {
      bodies.push_back(
          purser::serve::infer_request_json(session_.inputs()[0].name, shape_, rows(i, 1)));
      if (i >= 64) continue;
      const auto expected = must(runner_.run(rows(i, 1), 1));
      const std::vector<float> got = ask(port, bodies.back());
      if (!std::equal(expected.begin(), expected.end(), got.begin(), got.end())) {
        std::fprintf(stderr, "serve_vs_bare: image %lld: the server's answer is not the bare one\n",
                     static_cast<long long>(i));
        std::exit(1);
      }
    }
    return write_script(bodies);
  }

 private:
  std::span<const float> rows(std::int64_t first, std::int64_t count) const {
    return std::span(pixels_).subspan(static_cast<std::size_t>(first * size_),
                                      static_cast<std::size_t>(count * size_));
  }

  purser::runtime::Session session_;
  mutable purser::runtime::Runner runner_;
  std::int64_t size_;
  std::vector<float> pixels_;
  std::vector<std::int64_t> shape_;
};

double wrk_rate(const std::filesystem::path& script, std::uint16_t port, int connections,
                int length_s) {
  const std::string command =
      fmt::format("taskset -c 1 wrk -t1 -c{} -d{}s -s {} http://127.0.0.1:{}/", connections,
                  length_s, script.string(), port);
  FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) std::exit(3);
  double rate = 0;
  char line[512];
  while (std::fgets(line, sizeof line, pipe) != nullptr) {
    constexpr std::string_view kRate = "Requests/sec:";
    if (std::string_view(line).starts_with(kRate)) rate = std::strtod(line + kRate.size(), nullptr);
    if (std::string_view(line).find("Non-2xx") != std::string_view::npos) {
      std::fprintf(stderr, "serve_vs_bare: the server refused requests: %s", line);
      std::exit(3);
    }
  }
  if (::pclose(pipe) != 0 || rate == 0) {
    std::fprintf(stderr, "serve_vs_bare: wrk failed; install it (apt install wrk)\n");
    std::exit(3);
  }
  return rate;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  const std::string bytes =
      argc > 1 ? must(purser::read_file(argv[1]))
               : must(purser::graph::serialize_onnx(must(purser::graph::new_cnn({}))));
  const auto images = must(purser::data::load_test("fashion-mnist"));
  std::printf(
      "most rows   bare samples/s   served req/s   ratio median (min-max of %d)   rows a batch   "
      "us of "
      "processor a request: batch + rest   median wanted >= %.1f\n",
      kRounds, kWanted);
  bool met = true;
  for (const std::int64_t batch : kBatches) {
    const Child server = start_server(bytes, batch);
    pin(0);
    const Bench bench(bytes, images);
    const auto script = bench.check_and_write_script(server.port);
    std::vector<double> bare, served, ratios;
    bench.bare_rate(batch, Seconds(0.3));
    for (int round = 0; round < kRounds; ++round) {
      const double before = bench.bare_rate(batch, Seconds(0.5));
      served.push_back(wrk_rate(script, server.port, kConnections, 1));
      const double after = bench.bare_rate(batch, Seconds(0.5));
      bare.push_back((before + after) / 2);
      ratios.push_back(served.back() / bare.back());
    }
    ::kill(server.id, SIGTERM);
    Report report;
    if (::read(server.pipe, &report, sizeof report) != sizeof report) return 3;
    ::waitpid(server.id, nullptr, 0);
    const auto each = [&](std::int64_t ns) {
      return static_cast<double>(ns) * 1e-3 / static_cast<double>(report.predictions);
    };
    std::printf("%9lld   %14.0f   %12.0f   %.2f (%.2f-%.2f)   %.1f   %.1f + %.1f   %s\n",
                static_cast<long long>(batch), median(bare), median(served), median(ratios),
                *std::min_element(ratios.begin(), ratios.end()),
                *std::max_element(ratios.begin(), ratios.end()),
                static_cast<double>(report.predictions) / static_cast<double>(report.batches),
                each(report.device_ns), each(report.processor_ns - report.device_ns),
                median(ratios) >= kWanted ? "met" : "missed");
    met = met && median(ratios) >= kWanted;
    std::fflush(stdout);
    std::filesystem::remove_all(script.parent_path());
  }
  return met ? 0 : 1;
}
