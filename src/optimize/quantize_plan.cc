// Which parts of a graph can compute in 8-bit integers.
#include <algorithm>
#include <array>

#include "optimize/quantize.h"

namespace purser::optimize {
namespace {

enum class Kind : std::uint8_t {
  kConv,      // integer kernel needs a quantized output
  kMatrix,    // Gemm, MatMul: integer inputs suffice, so a network may end in float logits
  kSame,      // moves or picks values: what comes out has the parameters of what goes in
  kAveraged,  // integer kernel with parameters of its own
  kSum,
};

struct Rule {
  std::string_view op_type;
  Kind kind;
  // What it may become, depending on what stands behind it; none if the operator itself runs on
  // bytes.
  std::array<std::string_view, 3> kernels;
};

// What ONNX Runtime 1.31 fuses, see docs/optimize.md.
constexpr std::array kRules{
    Rule{"Conv", Kind::kConv, {"QLinearConv"}},
    Rule{"Gemm", Kind::kMatrix, {"QGemm"}},
    Rule{"MatMul", Kind::kMatrix, {"QLinearMatMul", "MatMulIntegerToFloat", "QGemm"}},
    Rule{"MaxPool", Kind::kSame, {}},
    Rule{"Flatten", Kind::kSame, {}},
    Rule{"Reshape", Kind::kSame, {}},
    Rule{"Transpose", Kind::kSame, {}},
    Rule{"Squeeze", Kind::kSame, {}},
    Rule{"AveragePool", Kind::kAveraged, {"QLinearAveragePool"}},
    Rule{"GlobalAveragePool", Kind::kAveraged, {"QLinearGlobalAveragePool"}},
    Rule{"Add", Kind::kSum, {"QLinearAdd"}},
};

const Rule* rule_of(const graph::Node& node) {
  if (!node.domain.empty()) return nullptr;
  for (const Rule& rule : kRules) {
    if (rule.op_type == node.op_type) return &rule;
  }
  return nullptr;
}

bool is_float_constant(const graph::Graph& graph, std::string_view value) {
  const graph::Tensor* tensor = graph.initializer(value);
  return tensor != nullptr && tensor->type == graph::ElementType::kFloat32;
}

bool has_weights(const graph::Graph& graph, const graph::Node& node) {
  if (node.inputs.size() < 2 || graph.initializer(node.inputs[0]) != nullptr) return false;
  const graph::Tensor* weights = graph.initializer(node.inputs[1]);
  if (weights == nullptr || weights->type != graph::ElementType::kFloat32) return false;
  if (node.inputs.size() > 2 && !node.inputs[2].empty()) {
    if (!is_float_constant(graph, node.inputs[2])) return false;
    if (graph.initializer(node.inputs[2])->shape.size() != 1) return false;
  }
  if (node.op_type == "Conv") return true;
  if (weights->shape.size() != 2) return false;
  if (node.op_type == "MatMul") return true;
  if (node.inputs.size() > 2 && !node.inputs[2].empty()) {
    // A bias of one number for all columns would need a scale of its own.
    const std::size_t axis = node.int_attribute("transB", 0) != 0 ? 0 : 1;
    if (graph.initializer(node.inputs[2])->shape[0] != weights->shape[axis]) return false;
  }
  return node.float_attribute("alpha", 1.0F) == 1.0F &&
         node.float_attribute("beta", 1.0F) == 1.0F && node.int_attribute("transA", 0) == 0;
}

// The value that leaves the kernel: behind a Relu that nobody else bypasses, since the kernel
// clips for free when the zero point is the smallest number.
std::string after_relu(const graph::Graph& graph, const std::string& value) {
  if (graph.is_output(value)) return value;
  const auto consumers = graph.consumers(value);
  if (consumers.size() != 1) return value;
  const graph::Node& next = graph.nodes[consumers[0]];
  return next.op_type == "Relu" && next.domain.empty() ? next.outputs[0] : value;
}

// One more node that becomes one of the rule's kernels.
void expect(const Rule& rule, std::vector<ExpectedKernel>& expected) {
  ExpectedKernel wanted;
  for (const std::string_view kernel : rule.kernels) {
    if (!kernel.empty()) wanted.any_of.emplace_back(kernel);
  }
  if (wanted.any_of.empty()) return;
  auto known = std::find_if(expected.begin(), expected.end(), [&](const ExpectedKernel& other) {
    return other.any_of == wanted.any_of;
  });
  if (known == expected.end()) known = expected.insert(expected.end(), std::move(wanted));
  ++known->count;
}

}  // namespace

Result<QuantizationPlan> plan_quantization(const graph::Graph& graph,
                                           const std::set<std::size_t>& keep_float) {
  QuantizationPlan plan;
  const auto observe = [&](const std::string& value) {
    if (plan.quantized.insert(value).second) plan.observed.push_back(value);
  };
  bool computes = false;
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    const graph::Node& node = graph.nodes[i];
    const Rule* rule = rule_of(node);
    if (rule == nullptr || keep_float.contains(i)) continue;
    switch (rule->kind) {
      case Kind::kConv:
      case Kind::kMatrix:
        if (!has_weights(graph, node)) continue;
        observe(node.inputs[0]);
        if (rule->kind == Kind::kConv) observe(after_relu(graph, node.outputs[0]));
        computes = true;
        break;
      case Kind::kSame:
        // Only between integers, and not as the end: bytes moved cheaply, but converted in vain.
        if (!plan.quantized.contains(node.inputs[0]) || graph.is_output(node.outputs[0]) ||
            node.outputs.size() != 1) {
          continue;
        }
        plan.quantized.insert(node.outputs[0]);
        plan.same_as[node.outputs[0]] = node.inputs[0];
        break;
      case Kind::kAveraged:
        // What the network gives stays the floats that it was.
        if (!plan.quantized.contains(node.inputs[0]) || graph.is_output(node.outputs[0])) continue;
        observe(node.outputs[0]);
        break;
      case Kind::kSum:
        if (!plan.quantized.contains(node.inputs[0]) || !plan.quantized.contains(node.inputs[1])) {
          continue;
        }
        if (graph.is_output(node.outputs[0]) ||
            graph.is_output(after_relu(graph, node.outputs[0]))) {
          continue;
        }
        observe(after_relu(graph, node.outputs[0]));
        break;
    }
    plan.nodes.insert(i);
    expect(*rule, plan.expected_kernels);
  }
  if (!computes) {
    return fail(ErrorCode::kUnsupported,
                "no Conv, Gemm or MatMul with constant float weights to quantize");
  }
  return plan;
}

}  // namespace purser::optimize
