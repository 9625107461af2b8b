#include "train/evaluation.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "train/loader.h"
#include "train/tensor_memory.h"

namespace purser::train {
namespace {

constexpr double kZ95 = 1.959963984540054;  // the normal distribution's 97.5% quantile

// Wilson's score interval (1927): centre and half-width.
struct Wilson {
  double centre;
  double half;
};
Wilson wilson(std::int64_t correct, std::int64_t total) {
  const auto n = static_cast<double>(total);
  const double p = static_cast<double>(correct) / n;
  const double z2 = kZ95 * kZ95;
  return {(p + z2 / (2 * n)) / (1 + z2 / n),
          kZ95 / (1 + z2 / n) * std::sqrt(p * (1 - p) / n + z2 / (4 * n * n))};
}

}  // namespace

double Evaluation::accuracy() const {
  return total == 0 ? 0 : static_cast<double>(correct) / static_cast<double>(total);
}
double Evaluation::lower() const {
  if (total == 0) return 0;
  const Wilson interval = wilson(correct, total);
  return std::max(0.0, interval.centre - interval.half);
}
double Evaluation::upper() const {
  if (total == 0) return 1;
  const Wilson interval = wilson(correct, total);
  return std::min(1.0, interval.centre + interval.half);
}
double Evaluation::standard_error() const {
  if (total == 0) return 1;
  const double p = accuracy();
  return std::sqrt(p * (1 - p) / static_cast<double>(total));
}
bool Evaluation::passes(double target_accuracy) const {
  return total > 0 && accuracy() - standard_error() >= target_accuracy;
}

Result<Evaluation> evaluate_with(Engine& engine, const data::Dataset& dataset,
                                 std::vector<std::int64_t> indices, std::int64_t micro_batch) {
  Evaluation result;
  result.total = static_cast<std::int64_t>(indices.size());
  PURSER_ASSIGN(const std::unique_ptr<Loader> loader,
                Loader::open(dataset, micro_batch, engine.wants_channels_last(),
                             in_order(std::move(indices), micro_batch)));
  for (;;) {
    PURSER_ASSIGN(const Batch batch, loader->next());
    if (batch.labels.empty()) break;
    PURSER_ASSIGN(const Scores scores, engine.evaluate(batch));
    result.correct += scores.correct;
    result.loss += scores.loss_sum;
  }
  if (result.total > 0) result.loss /= static_cast<double>(result.total);
  return result;
}

Result<Evaluation> evaluate(const graph::Graph& graph, const data::Dataset& dataset,
                            std::span<const std::int64_t> indices, const Limits& limits) {
  const TensorMemoryScope memory(limits.tensor_memory);
  PURSER_ASSIGN(Engine engine,
                Engine::create(graph, dataset, Engine::Purpose::kInference,
                               limits.threads > 0 ? limits.threads : usable_cores()));
  return evaluate_with(engine, dataset, {indices.begin(), indices.end()}, limits.micro_batch);
}

Result<std::vector<float>> answers(const graph::Graph& graph, const data::Dataset& dataset,
                                   std::span<const std::int64_t> indices, const Limits& limits) {
  const TensorMemoryScope memory(limits.tensor_memory);
  PURSER_ASSIGN(Engine engine,
                Engine::create(graph, dataset, Engine::Purpose::kInference,
                               limits.threads > 0 ? limits.threads : usable_cores()));
  const auto classes = static_cast<std::size_t>(dataset.classes);
  std::vector<float> rows(indices.size() * classes);
  PURSER_ASSIGN(const std::unique_ptr<Loader> loader,
                Loader::open(dataset, limits.micro_batch, engine.wants_channels_last(),
                             in_order({indices.begin(), indices.end()}, limits.micro_batch)));
  std::span<float> left = rows;
  for (;;) {
    PURSER_ASSIGN(const Batch batch, loader->next());
    if (batch.labels.empty()) break;
    const std::size_t numbers = batch.labels.size() * classes;
    PURSER_TRY(engine.answer(batch, left.first(numbers)));
    left = left.subspan(numbers);
  }
  return rows;
}

}  // namespace purser::train
