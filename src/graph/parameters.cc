// Which initializers may training change? Decided by where they enter the graph.
#include <algorithm>
#include <array>
#include <set>

#include "graph/graph.h"
#include "graph/weights.h"

namespace purser::graph {
namespace {

// The inputs by which an operator takes what it learns. Running statistics of BatchNormalization
// (3, 4) are kept by training, not learnt.
struct Row {
  std::string_view op_type;
  std::array<std::size_t, 3> inputs;
  std::size_t count;
};

constexpr std::array kLearningInputs{
    Row{"Conv", {1, 2}, 2},
    Row{"ConvTranspose", {1, 2}, 2},
    Row{"Gemm", {0, 1, 2}, 3},
    Row{"MatMul", {0, 1}, 2},
    Row{"BatchNormalization", {1, 2}, 2},
    Row{"LayerNormalization", {1, 2}, 2},
    Row{"InstanceNormalization", {1, 2}, 2},
    Row{"GroupNormalization", {1, 2}, 2},
    Row{"PRelu", {1}, 1},
    Row{"Gather", {0}, 1},  // an embedding
    Row{"LSTM", {1, 2, 3}, 3},
    Row{"GRU", {1, 2, 3}, 3},
    Row{"RNN", {1, 2, 3}, 3},
};

// Those of them by which it takes a matrix, a kernel or a table, and no bias or scale.
constexpr std::array kWeightInputs{
    Row{"Conv", {1}, 1},      Row{"ConvTranspose", {1}, 1}, Row{"Gemm", {0, 1}, 2},
    Row{"MatMul", {0, 1}, 2}, Row{"Gather", {0}, 1},        Row{"LSTM", {1, 2}, 2},
    Row{"GRU", {1, 2}, 2},    Row{"RNN", {1, 2}, 2},
};

bool is_floating(ElementType type) {
  return type == ElementType::kFloat32 || type == ElementType::kFloat64 ||
         type == ElementType::kFloat16 || type == ElementType::kBfloat16;
}

bool takes_a_bias(const Node& node) {
  constexpr std::array kOps{"Conv", "ConvTranspose", "Gemm", "MatMul"};
  return node.domain.empty() && std::find(kOps.begin(), kOps.end(), node.op_type) != kOps.end();
}

// Exporters store a weight transposed or reshaped: look through what only moves its elements.
bool moves_elements(const Node& node) {
  constexpr std::array kMovers{"Identity", "Transpose", "Reshape",
                               "Squeeze",  "Unsqueeze", "Flatten"};
  return node.domain.empty() && !node.inputs.empty() &&
         std::find(kMovers.begin(), kMovers.end(), node.op_type) != kMovers.end();
}

std::string_view source_of(const Graph& graph, std::string_view value) {
  while (graph.initializer(value) == nullptr) {
    const auto index = graph.producer(value);
    if (!index) break;
    const Node& node = graph.nodes[*index];
    if (!moves_elements(node)) break;
    value = node.inputs[0];
  }
  return value;
}

// One value a channel: every dimension but one is 1. A mask or a table of positions is not.
bool is_shaped_like_a_bias(const Tensor& tensor) {
  return std::count_if(tensor.shape.begin(), tensor.shape.end(),
                       [](std::int64_t dimension) { return dimension != 1; }) <= 1;
}

bool takes_as_weight(const Node& node, std::string_view value) {
  if (!node.domain.empty()) return false;
  for (const Row& row : kWeightInputs) {
    if (row.op_type != node.op_type) continue;
    for (std::size_t i = 0; i < row.count; ++i) {
      if (row.inputs[i] < node.inputs.size() && node.inputs[row.inputs[i]] == value) return true;
    }
  }
  return false;
}

// By a node that reads it, or that reads what was only moved about. (No recursion: somebody's file
// may move a value a million times.)
bool is_used_as_weight(const Graph& graph, std::string_view parameter) {
  std::vector<std::string_view> values{parameter};
  while (!values.empty()) {
    const std::string_view value = values.back();
    values.pop_back();
    for (const std::size_t index : graph.consumers(value)) {
      const Node& node = graph.nodes[index];
      if (takes_as_weight(node, value)) return true;
      const bool moved = moves_elements(node) && node.inputs[0] == value && !node.outputs.empty();
      if (moved) values.push_back(node.outputs[0]);
    }
  }
  return false;
}

class Collector {
 public:
  explicit Collector(const Graph& graph) : graph_(graph) {}

  void visit(const Node& node) {
    if (!node.domain.empty()) return;
    for (const Row& row : kLearningInputs) {
      if (row.op_type != node.op_type) continue;
      for (std::size_t i = 0; i < row.count; ++i) {
        if (row.inputs[i] < node.inputs.size()) take(node.inputs[row.inputs[i]]);
      }
    }
    if (node.op_type == "Add" && node.inputs.size() == 2) {
      take_bias(node.inputs[0], node.inputs[1]);
      take_bias(node.inputs[1], node.inputs[0]);
    }
  }

  std::vector<std::string> parameters() && { return std::move(parameters_); }

 private:
  void take(std::string_view value) {
    const std::string source(source_of(graph_, value));
    const Tensor* tensor = graph_.initializer(source);
    if (tensor == nullptr || !is_floating(tensor->type) || tensor->element_count() == 0) return;
    if (seen_.insert(source).second) parameters_.push_back(source);
  }

  void take_bias(std::string_view candidate, std::string_view other) {
    const Tensor* tensor = graph_.initializer(source_of(graph_, candidate));
    const auto index = graph_.producer(other);
    if (tensor != nullptr && index && takes_a_bias(graph_.nodes[*index]) &&
        is_shaped_like_a_bias(*tensor)) {
      take(candidate);
    }
  }

  const Graph& graph_;
  std::set<std::string> seen_;
  std::vector<std::string> parameters_;
};

}  // namespace

std::vector<std::string> trainable_parameters(const Graph& graph) {
  Collector collector(graph);
  for (const Node& node : graph.nodes) collector.visit(node);
  return std::move(collector).parameters();
}

bool is_weight(const Graph& graph, std::string_view parameter) {
  const Tensor* tensor = graph.initializer(parameter);
  return tensor != nullptr && tensor->shape.size() >= 2 && is_used_as_weight(graph, parameter);
}

}  // namespace purser::graph
