// Small graphs for the tests of this room.
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "base/random.h"
#include "graph/graph.h"

namespace purser::optimize {

inline graph::Tensor random_tensor(std::vector<std::int64_t> shape, std::uint64_t seed) {
  std::int64_t count = 1;
  for (const std::int64_t d : shape) count *= d;
  Random random(seed);
  std::vector<float> values;
  for (std::int64_t i = 0; i < count; ++i) {
    values.push_back(static_cast<float>(random.unit() - 0.5));
  }
  return graph::Tensor::of<float>(std::move(shape), values);
}

// Conv 2 -> 4 (3x3) + bias, BatchNormalization, Relu, MaxPool 2x2, Flatten, Gemm 16 -> 3 + bias;
// input "x" [batch, 2, 4, 4], output "y" [batch, 3].
inline graph::Graph small_cnn() {
  using Ints = std::vector<std::int64_t>;
  graph::Graph g;
  g.name = "small";
  g.opset = 21;
  g.inputs = {
      {"x", graph::ElementType::kFloat32, true, {graph::kDynamic, 2, 4, 4}, {"batch", "", "", ""}}};
  g.outputs = {{"y", graph::ElementType::kFloat32, true, {graph::kDynamic, 3}, {"batch", ""}}};
  g.initializers["conv_w"] = random_tensor({4, 2, 3, 3}, 1);
  g.initializers["conv_b"] = random_tensor({4}, 2);
  g.initializers["bn_scale"] = random_tensor({4}, 3);
  g.initializers["bn_shift"] = random_tensor({4}, 4);
  g.initializers["bn_mean"] = random_tensor({4}, 5);
  const std::vector<float> variance{1.0F, 2.0F, 0.5F, 1.5F};
  g.initializers["bn_variance"] = graph::Tensor::of<float>({4}, variance);
  g.initializers["fc_w"] = random_tensor({3, 16}, 6);
  g.initializers["fc_b"] = random_tensor({3}, 7);
  g.nodes = {
      {"conv", "Conv", "", {"x", "conv_w", "conv_b"}, {"c"}, {{"pads", Ints{1, 1, 1, 1}}}},
      {"bn",
       "BatchNormalization",
       "",
       {"c", "bn_scale", "bn_shift", "bn_mean", "bn_variance"},
       {"n"},
       {}},
      {"relu", "Relu", "", {"n"}, {"r"}, {}},
      {"pool",
       "MaxPool",
       "",
       {"r"},
       {"p"},
       {{"kernel_shape", Ints{2, 2}}, {"strides", Ints{2, 2}}}},
      {"flatten", "Flatten", "", {"p"}, {"f"}, {}},
      {"fc", "Gemm", "", {"f", "fc_w", "fc_b"}, {"y"}, {{"transB", std::int64_t{1}}}},
  };
  return g;
}

}  // namespace purser::optimize
