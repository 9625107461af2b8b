#include "optimize/measure.h"

#include <time.h>

#include <algorithm>
#include <cmath>

#include "base/random.h"

namespace purser::optimize {
namespace {

constexpr std::size_t kEvaluationBatch = 50;

double quantile(const std::vector<double>& sorted, double share) {
  const double position = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(position);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return std::lerp(sorted[below], sorted[above], position - std::floor(position));
}

std::vector<float> some_images(const data::Dataset& dataset, std::int64_t count,
                               std::uint64_t seed) {
  Random random(seed);
  std::vector<std::int64_t> indices;
  for (std::int64_t i = 0; i < count; ++i) {
    indices.push_back(
        static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(dataset.size()))));
  }
  std::vector<float> images(indices.size() * static_cast<std::size_t>(dataset.sample_size()));
  data::gather_floats(dataset, indices, images);
  return images;
}

// Processor time of this thread. The models run on it alone (one thread, no pool), so this is the
// device time of a core that is not shared; time that the system gives to others is not the
// model's.
std::chrono::nanoseconds thread_time() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

// Calls the model until the window is full; seconds per prediction.
Result<double> time_window(runtime::Runner& runner, std::span<const float> images,
                           const MeasureOptions& options) {
  const auto start = thread_time();
  auto end = start;
  std::int64_t predictions = 0;
  while (end - start < options.window) {
    PURSER_TRY(runner.run(images, options.batch));
    predictions += options.batch;
    end = thread_time();
  }
  return std::chrono::duration<double>(end - start).count() / static_cast<double>(predictions);
}

}  // namespace

Spread spread_of(std::vector<double> sample) {
  std::sort(sample.begin(), sample.end());
  return {quantile(sample, 0.5), quantile(sample, 0.25), quantile(sample, 0.75)};
}

Result<Measured> Measured::open(const graph::Graph& graph, std::string name) {
  PURSER_ASSIGN(const std::string bytes, graph::serialize_onnx(graph));
  PURSER_ASSIGN(auto session,
                runtime::Session::from_bytes(bytes, {.threads = 1, .name = std::move(name)}));
  return Measured(std::move(session), static_cast<std::int64_t>(bytes.size()));
}

Result<std::vector<std::uint8_t>> Measured::right_answers(
    const data::Dataset& dataset, std::span<const std::int64_t> indices) const {
  runtime::Runner runner(session_);
  const auto sample = static_cast<std::size_t>(dataset.sample_size());
  std::vector<float> images(kEvaluationBatch * sample);
  std::vector<std::uint8_t> right;
  right.reserve(indices.size());
  for (std::size_t start = 0; start < indices.size(); start += kEvaluationBatch) {
    const auto batch = indices.subspan(start, std::min(kEvaluationBatch, indices.size() - start));
    const auto floats = std::span(images).first(batch.size() * sample);
    data::gather_floats(dataset, batch, floats);
    PURSER_ASSIGN(const auto output, runner.run(floats, static_cast<std::int64_t>(batch.size())));
    const std::size_t classes = output.size() / batch.size();
    for (std::size_t i = 0; i < batch.size(); ++i) {
      const auto row = output.subspan(i * classes, classes);
      const auto answer = std::max_element(row.begin(), row.end()) - row.begin();
      right.push_back(answer == dataset.labels[static_cast<std::size_t>(batch[i])] ? 1 : 0);
    }
  }
  return right;
}

Result<std::vector<Timing>> measure(std::span<const Measured* const> models,
                                    const data::Dataset& dataset, const MeasureOptions& options) {
  const std::vector<float> images = some_images(dataset, options.batch, options.seed);
  std::vector<runtime::Runner> runners;
  for (const Measured* model : models) runners.emplace_back(model->session());
  // Warm-up: memory, caches, and the first error, outside the windows.
  for (runtime::Runner& runner : runners) PURSER_TRY(runner.run(images, options.batch));

  std::vector<std::vector<double>> seconds(models.size());
  std::vector<std::vector<double>> speedups(models.size());
  for (int round = 0; round < options.rounds; ++round) {
    for (std::size_t i = 0; i < runners.size(); ++i) {
      PURSER_ASSIGN(const double time, time_window(runners[i], images, options));
      seconds[i].push_back(time);
      speedups[i].push_back(seconds[0].back() / time);
    }
    constexpr int kLeastRounds = 9;
    if (round + 1 >= kLeastRounds && options.go_on && !options.go_on()) break;
  }
  std::vector<Timing> timings;
  for (std::size_t i = 0; i < models.size(); ++i) {
    timings.push_back({options.batch, spread_of(seconds[i]), spread_of(speedups[i]),
                       *std::min_element(seconds[i].begin(), seconds[i].end()),
                       static_cast<int>(seconds[i].size())});
  }
  return timings;
}

Result<double> relative_time(const graph::Graph& graph, const Measured& reference,
                             const data::Dataset& dataset) {
  PURSER_ASSIGN(const auto measured, Measured::open(graph, "candidate"));
  const Measured* const pair[] = {&reference, &measured};
  double slowest = 0;
  for (const std::int64_t batch : {std::int64_t{1}, kBatched}) {
    PURSER_ASSIGN(const auto timings, measure(pair, dataset, {.batch = batch, .rounds = 7}));
    slowest = std::max(slowest, timings[1].best_seconds / timings[0].best_seconds);
  }
  return slowest;
}

Result<std::map<std::string, std::int64_t>> kernels_of(const graph::Graph& graph,
                                                       const data::Dataset& dataset) {
  PURSER_ASSIGN(const std::string bytes, graph::serialize_onnx(graph));
  PURSER_ASSIGN(auto session,
                runtime::Session::from_bytes(bytes, {.profile = true, .name = graph.name}));
  {
    runtime::Runner runner(session);
    PURSER_TRY(runner.run(some_images(dataset, 1, 1), 1));
  }
  PURSER_ASSIGN(const auto profile, session.profile());
  std::map<std::string, std::int64_t> calls;
  for (const runtime::KernelUse& kernel : profile) calls[kernel.op_type] += kernel.calls;
  return calls;
}

}  // namespace purser::optimize
