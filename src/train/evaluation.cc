#include "train/evaluation.h"

#include <cmath>

#include "base/share_interval.h"
#include "train/loader.h"
#include "train/tensor_memory.h"

namespace purser::train {
double Evaluation::accuracy() const {
  return total == 0 ? 0 : static_cast<double>(correct) / static_cast<double>(total);
}
double Evaluation::lower() const { return wilson_interval(correct, total).lower; }
double Evaluation::upper() const { return wilson_interval(correct, total).upper; }
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
