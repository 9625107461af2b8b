// Purser's half of train_vs_eager.py: training steps of the CNN of the main job, timed, as one line
// of JSON.
//
//   train_steps BATCH SECONDS MEMORY_MIB WEIGHTS
//
// The batch is cut up as `plan` says. With SECONDS 0 it takes eight steps of the first samples in
// their order and tells their losses, after writing the initial weights to the file WEIGHTS:
// float32, in the order of the graph's parameters.
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <vector>

#include <fmt/format.h>

#include "base/time.h"
#include "base/units.h"
#include "data/data.h"
#include "graph/new_model.h"
#include "train/engine.h"
#include "train/loader.h"
#include "train/tensor_memory.h"
#include "train/train.h"

namespace purser {
namespace {

constexpr double kLearningRate = 1e-3;
constexpr double kWeightDecay = 1e-2;

template <class T>
T need(Result<T> result) {
  if (!result) {
    fmt::print(stderr, "train_steps: {}\n", result.error().message());
    std::exit(3);
  }
  return *std::move(result);
}

double step(train::Engine& engine, train::Loader& loader, const train::StepPlan& plan,
            std::int64_t batch) {
  double loss = 0;
  for (std::int64_t i = 0; i < plan.accumulate; ++i) {
    loss +=
        need(engine.accumulate_gradient(need(loader.next()), 1.0 / static_cast<double>(batch), {}));
  }
  if (!engine.update(kLearningRate, kWeightDecay)) std::exit(3);
  return loss / static_cast<double>(batch);
}

std::vector<std::int64_t> first_samples(std::int64_t count, std::int64_t of) {
  std::vector<std::int64_t> indices;
  for (std::int64_t i = 0; i < count; ++i) indices.push_back(i % of);
  return indices;
}

void write_weights(const graph::Graph& graph, const char* path) {
  std::ofstream out(path, std::ios::binary);
  for (const std::string& name : graph::trainable_parameters(graph)) {
    const auto& bytes = graph.initializer(name)->bytes;
    out.write(reinterpret_cast<const char*>(bytes.data()),
              static_cast<std::streamsize>(bytes.size()));
  }
}

// Of all threads: what a busy machine does not falsify, if there is one thread.
double cpu_seconds() {
  timespec time{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

int run(std::int64_t batch, double for_seconds, std::int64_t memory_mib, const char* weights) {
  const auto data = need(data::load("fashion-mnist"));
  const auto graph = need(graph::new_cnn({}));
  train::Options options;
  options.batch = batch;
  if (memory_mib > 0) options.allowance.tensor_memory = Bytes{memory_mib << 20};
  const SystemClock clock;
  const auto plan = need(train::plan(graph, data.train, options, clock)).step;

  const train::TensorMemoryScope memory(options.allowance.tensor_memory);
  auto engine = need(
      train::Engine::create(graph, data.train, train::Engine::Purpose::kTraining, plan.threads));
  std::vector<double> losses;
  std::vector<double> times;
  double per_cpu_second = 0;
  if (for_seconds == 0) {
    write_weights(graph, weights);
    const auto loader = need(
        train::Loader::open(data.train, batch, engine.wants_channels_last(),
                            train::in_order(first_samples(8 * batch, data.train.size()), batch)));
    for (int i = 0; i < 8; ++i) losses.push_back(step(engine, *loader, {batch, 1, 0}, batch));
  } else {
    const auto parts = data::hold_out(data.train, 0.1, 1);
    const auto loader =
        need(train::Loader::open(data.train, plan.micro_batch, engine.wants_channels_last(),
                                 train::shuffled(parts.training, 1, batch, plan.micro_batch, 0)));
    double total = 0;
    for (int warm_up = 0; warm_up < 3; ++warm_up) step(engine, *loader, plan, batch);
    const double cpu_began = cpu_seconds();
    while (total < for_seconds) {
      const auto began = std::chrono::steady_clock::now();
      step(engine, *loader, plan, batch);
      times.push_back(
          std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count());
      total += times.back();
    }
    per_cpu_second = static_cast<double>(batch) * static_cast<double>(times.size()) /
                     (cpu_seconds() - cpu_began);
    std::sort(times.begin(), times.end());
  }
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto rate = [&](std::size_t place) {
    return times.empty() ? 0 : static_cast<double>(batch) / times[place];
  };
  fmt::print(
      "{{\"median\":{},\"best\":{},\"per_cpu_second\":{},\"rss_mib\":{},\"peak_tensor_mib\":{},"
      "\"micro_batch\":{},"
      "\"losses\":[{}]}}\n",
      rate(times.size() / 2), rate(times.size() / 10), per_cpu_second, usage.ru_maxrss / 1024,
      static_cast<double>(train::TensorMemory::instance().peak().count) / (1 << 20),
      plan.micro_batch, fmt::join(losses, ","));
  return 0;
}

}  // namespace
}  // namespace purser

int main(int argc, char** argv) {
  const auto number = [&](int argument, int digits) {
    return purser::parse_decimal(argc == 5 ? argv[argument] : "", digits);
  };
  const auto batch = number(1, 0);
  const auto milliseconds = number(2, 3);
  const auto memory_mib = number(3, 0);
  if (!batch || !milliseconds || !memory_mib) {
    std::fprintf(stderr, "usage: train_steps BATCH SECONDS MEMORY_MIB WEIGHTS\n");
    return 2;
  }
  return purser::run(*batch, static_cast<double>(*milliseconds) / 1000, *memory_mib, argv[4]);
}
