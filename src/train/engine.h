// The adapter to LibTorch: a graph as something that learns. Exceptions end here.
//
// Parameters, gradients and the two moments of AdamW each lie in one flat array, so that a step of
// the optimizer is one call and a checkpoint is three arrays.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "graph/graph.h"
#include "train/train.h"

namespace purser::train {

// A micro-batch as the loader laid it down. Images of rank 3 lie in NHWC order if the engine says
// so (oneDNN's faster layout), else samples lie as they are in the data set.
struct Batch {
  std::span<float> pixels;
  std::span<const std::int64_t> labels;
  std::span<const float> teacher;  // logits, row by row; empty without a teacher
};

// What a sample is learned from, besides the batch; see Options and Teacher.
struct Loss {
  double label_smoothing = 0;
  double temperature = 1;
  double teacher_share = 0;  // of batches that bring the teacher's logits
};
Loss loss_of(const Options& options);

struct Scores {
  std::int64_t correct = 0;
  double loss_sum = 0;
};

// All of a run that changes while it trains, in flat arrays.
struct State {
  std::vector<float> parameters;
  std::vector<float> first_moments;
  std::vector<float> second_moments;
  std::vector<float> statistics;  // running means and variances
  std::int64_t steps = 0;         // of the optimizer
};

class Engine {
 public:
  enum class Purpose : std::uint8_t { kTraining, kInference };

  // kInvalidInput if samples or classes do not fit the graph.
  static Result<Engine> create(const graph::Graph& graph, const data::Dataset& dataset,
                               Purpose purpose, int threads);
  Engine(Engine&&) noexcept;
  Engine& operator=(Engine&&) noexcept;
  ~Engine();

  bool wants_channels_last() const;
  // Its gradient depends on how the batch is cut up (BatchNormalization).
  bool has_batch_statistics() const;

  // Random masks of the next micro-batches come from this seed.
  void seed(std::uint64_t seed);
  // Adds the gradient of (sum of losses) x `scale`; returns the sum of losses.
  Result<double> accumulate_gradient(const Batch& batch, double scale, const Loss& loss);
  // AdamW (Loshchilov, Hutter 2019), betas 0.9 and 0.999, epsilon 1e-8; clears the gradient.
  Status update(double learning_rate, double weight_decay);
  Result<Scores> evaluate(const Batch& batch);
  // The logits, row by row, into `out`: as many numbers as samples x classes.
  Status answer(const Batch& batch, std::span<float> out);

  State save() const;
  // kCorrupt if the sizes are not this graph's.
  Status restore(const State& state);
  // The summed gradient, in the order of State::parameters; for tests.
  std::vector<float> gradient() const;
  // The trained weights and statistics go into `graph`, the one this was made of.
  void write_to(graph::Graph& graph) const;

 private:
  struct Parts;
  explicit Engine(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

// As many threads as this process may use cores.
int usable_cores();

}  // namespace purser::train
