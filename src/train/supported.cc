// Which graphs can be trained, decided from the graph alone: this file knows no LibTorch, so that
// a model can be refused before the engine is loaded. operators.cc executes what is listed here; a
// test holds the two tables together.
#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "train/train.h"

namespace purser::train {
namespace {

using graph::Graph;
using graph::Node;

// Why this use of a known operator cannot be trained; nothing if it can.
using Objection = std::optional<std::string> (*)(const Node&, const Graph&);

std::optional<std::string> none(const Node&, const Graph&) { return std::nullopt; }

bool is_constant(const Graph& graph, std::string_view value) {
  if (graph.initializer(value) != nullptr) return true;
  const auto producer = graph.producer(value);
  return producer && graph.nodes[*producer].op_type == "Constant";
}

std::optional<std::string> unless_constant(const Node& node, const Graph& graph,
                                           std::size_t input) {
  if (input >= node.inputs.size() || node.inputs[input].empty()) return std::nullopt;
  if (is_constant(graph, node.inputs[input])) return std::nullopt;
  return fmt::format("its input '{}' is computed while it should be a constant",
                     node.inputs[input]);
}

std::optional<std::string> second_constant(const Node& node, const Graph& graph) {
  return unless_constant(node, graph, 1);
}

std::optional<std::string> clip(const Node& node, const Graph& graph) {
  if (auto objection = unless_constant(node, graph, 1)) return objection;
  return unless_constant(node, graph, 2);
}

std::optional<std::string> batch_normalization(const Node& node, const Graph& graph) {
  for (const std::size_t statistic : {3U, 4U}) {
    if (node.inputs.size() <= statistic || graph.initializer(node.inputs[statistic]) == nullptr) {
      return "its running mean and variance must be initializers";
    }
  }
  return std::nullopt;
}

// A file may say anything; what is read by dimension must have that many numbers.
std::optional<std::string> window(const Node& node, std::size_t rank) {
  for (const char* name : {"strides", "dilations"}) {
    const auto numbers = node.ints_attribute(name, std::vector<std::int64_t>(rank, 1));
    const bool sound = numbers.size() == rank &&
                       std::all_of(numbers.begin(), numbers.end(), [](auto n) { return n >= 1; });
    if (!sound) return fmt::format("its {} are not {} numbers above 0", name, rank);
  }
  const auto pads = node.ints_attribute("pads", std::vector<std::int64_t>(2 * rank, 0));
  const bool sound = pads.size() == 2 * rank &&
                     std::all_of(pads.begin(), pads.end(), [](auto n) { return n >= 0; });
  if (!sound) return fmt::format("its pads are not {} numbers from 0", 2 * rank);
  return std::nullopt;
}

std::optional<std::string> convolution(const Node& node, const Graph& graph) {
  const graph::Tensor* const kernel =
      node.inputs.size() > 1 ? graph.initializer(node.inputs[1]) : nullptr;
  if (kernel == nullptr) return "its kernel must be an initializer";
  if (kernel->shape.size() < 3) return "its kernel has no dimension to slide along";
  return window(node, kernel->shape.size() - 2);
}

std::optional<std::string> pool(const Node& node, const Graph&) {
  if (node.ints_attribute("kernel_shape", {}).size() != 2) return "only pools of two dimensions";
  if (auto objection = window(node, 2)) return objection;
  if (node.op_type == "MaxPool") return std::nullopt;
  const auto kernel = node.ints_attribute("kernel_shape", {});
  const auto pads = node.ints_attribute("pads", {0, 0, 0, 0});
  if (pads[0] != pads[2] || pads[1] != pads[3]) return "its pads differ from side to side";
  if (pads[0] > kernel[0] / 2 || pads[1] > kernel[1] / 2) return "its pads exceed half its kernel";
  const auto auto_pad = node.string_attribute("auto_pad", "NOTSET");
  if (auto_pad != "NOTSET" && auto_pad != "VALID") return "auto_pad must be NOTSET or VALID";
  for (const auto dilation : node.ints_attribute("dilations", {})) {
    if (dilation != 1) return "only without dilations";
  }
  return std::nullopt;
}

std::optional<std::string> constant(const Node& node, const Graph&) {
  if (node.attributes.contains("value")) return std::nullopt;
  return "only constants given as a tensor";
}

struct Entry {
  std::string_view op_type;
  Objection objection;
};

constexpr std::array kTable = {
    Entry{"Add", none},
    Entry{"AveragePool", pool},
    Entry{"BatchNormalization", batch_normalization},
    Entry{"Clip", clip},
    Entry{"Concat", none},
    Entry{"Constant", constant},
    Entry{"Conv", convolution},
    Entry{"Div", none},
    Entry{"Dropout", second_constant},
    Entry{"Elu", none},
    Entry{"Flatten", none},
    Entry{"Gemm", none},
    Entry{"GlobalAveragePool", none},
    Entry{"HardSigmoid", none},
    Entry{"HardSwish", none},
    Entry{"Identity", none},
    Entry{"LeakyRelu", none},
    Entry{"LogSoftmax", none},
    Entry{"MatMul", none},
    Entry{"MaxPool", pool},
    Entry{"Mul", none},
    Entry{"ReduceMean", second_constant},
    Entry{"Relu", none},
    Entry{"Reshape", second_constant},
    Entry{"Sigmoid", none},
    Entry{"Softmax", none},
    Entry{"Squeeze", second_constant},
    Entry{"Sub", none},
    Entry{"Tanh", none},
    Entry{"Transpose", none},
    Entry{"Unsqueeze", second_constant},
};

Status check_node(const Node& node, const Graph& graph) {
  const auto refuse = [&](const std::string& reason) {
    return fail(ErrorCode::kUnsupported,
                fmt::format("{} cannot be trained: {}", node.describe(), reason));
  };
  const auto* const entry = std::find_if(kTable.begin(), kTable.end(), [&](const Entry& known) {
    return node.domain.empty() && known.op_type == node.op_type;
  });
  if (entry == kTable.end()) {
    return refuse(
        fmt::format("operator {}{} has no gradient here; replace it in the model, or "
                    "train the model elsewhere (docs/train.md lists what can be trained)",
                    node.domain.empty() ? "" : node.domain + ".", node.op_type));
  }
  for (std::size_t output = 1; output < node.outputs.size(); ++output) {
    const std::string& extra = node.outputs[output];
    if (!extra.empty() && (!graph.consumers(extra).empty() || graph.is_output(extra))) {
      return refuse(
          fmt::format("its output '{}' is used, and only the first one is computed; "
                      "remove what reads it",
                      extra));
    }
  }
  if (const auto objection = entry->objection(node, graph)) return refuse(*objection);
  return {};
}

}  // namespace

std::vector<std::string> supported_operators() {
  std::vector<std::string> names;
  for (const Entry& entry : kTable) names.emplace_back(entry.op_type);
  return names;
}

Status check_supported(const Graph& graph) {
  for (const Node& node : graph.nodes) PURSER_TRY(check_node(node, graph));
  if (graph.inputs.size() != 1 || graph.inputs[0].type != graph::ElementType::kFloat32) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("the model has {} inputs; training needs one, of float32",
                            graph.inputs.size()));
  }
  if (graph.outputs.size() != 1 || graph.outputs[0].type != graph::ElementType::kFloat32) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("the model has {} outputs; training needs one of float32: the scores "
                            "of the classes, [batch, classes]",
                            graph.outputs.size()));
  }
  if (graph::trainable_parameters(graph).empty()) {
    return fail(ErrorCode::kInvalidInput,
                "the model has no weights that training could change; export it with its weights "
                "as initializers");
  }
  return {};
}

}  // namespace purser::train
