// Multiply-adds and bytes of a node, from shapes alone.
#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "graph/graph.h"

namespace purser::graph {
namespace {

using Shape = std::vector<std::int64_t>;

tl::unexpected<Error> unknown_shape(std::string_view value) {
  return fail(ErrorCode::kUnsupported,
              fmt::format("the shape of value '{}' is unknown, so its work cannot be counted; give "
                          "the model's inputs fixed shapes",
                          value));
}

Result<std::int64_t> product(std::initializer_list<std::int64_t> factors) {
  std::int64_t result = 1;
  for (const std::int64_t factor : factors) {
    if (__builtin_mul_overflow(result, factor, &result)) {
      return fail(ErrorCode::kUnsupported, "the model's work does not fit 64 bits");
    }
  }
  return result;
}

Result<std::int64_t> elements(const Shape& shape) {
  std::int64_t count = 1;
  for (const std::int64_t dimension : shape) {
    PURSER_ASSIGN(count, product({count, dimension}));
  }
  return count;
}

// With every dynamic dimension at one.
Result<Shape> shape_of(const Graph& graph, std::string_view value) {
  if (const Tensor* tensor = graph.initializer(value)) return tensor->shape;
  const ValueInfo* info = graph.value_info(value);
  if (info == nullptr || !info->has_shape) return unknown_shape(value);
  Shape shape = info->shape;
  std::replace(shape.begin(), shape.end(), kDynamic, std::int64_t{1});
  return shape;
}

std::string_view input(const Node& node, std::size_t index) {
  return index < node.inputs.size() ? std::string_view(node.inputs[index]) : std::string_view();
}

// Each output element sums one product per input channel of its group and kernel position:
// weight [M, C/group, k...], so elements(weight) / M each.
Result<std::int64_t> conv(const Graph& graph, const Node& node, std::size_t weight_input) {
  PURSER_ASSIGN(const Shape weight, shape_of(graph, input(node, weight_input)));
  PURSER_ASSIGN(const Shape output, shape_of(graph, node.outputs[0]));
  PURSER_ASSIGN(const std::int64_t weights, elements(weight));
  PURSER_ASSIGN(const std::int64_t outputs, elements(output));
  if (weight.empty() || weight[0] == 0) return 0;
  return product({outputs, weights / weight[0]});
}

// Each input element meets every weight of its channel: weight [C, M/group, k...].
Result<std::int64_t> conv_transpose(const Graph& graph, const Node& node) {
  PURSER_ASSIGN(const Shape weight, shape_of(graph, input(node, 1)));
  PURSER_ASSIGN(const Shape data, shape_of(graph, input(node, 0)));
  PURSER_ASSIGN(const std::int64_t weights, elements(weight));
  PURSER_ASSIGN(const std::int64_t inputs, elements(data));
  if (weight.empty() || weight[0] == 0) return 0;
  return product({inputs, weights / weight[0]});
}

// Each output element sums over the shared dimension, which is the last of the left operand
// (the first of a transposed one).
Result<std::int64_t> matrix_product(const Graph& graph, const Node& node, bool left_transposed) {
  PURSER_ASSIGN(const Shape left, shape_of(graph, input(node, 0)));
  PURSER_ASSIGN(const Shape output, shape_of(graph, node.outputs[0]));
  PURSER_ASSIGN(const std::int64_t outputs, elements(output));
  if (left.empty()) return 0;
  return product({outputs, left_transposed ? left.front() : left.back()});
}

Result<std::int64_t> multiply_adds(const Graph& graph, const Node& node) {
  const std::string& op = node.op_type;
  if (!node.domain.empty() || node.outputs.empty()) return 0;
  if (op == "Conv" || op == "ConvInteger") return conv(graph, node, 1);
  if (op == "QLinearConv") return conv(graph, node, 3);
  if (op == "ConvTranspose") return conv_transpose(graph, node);
  if (op == "MatMul" || op == "MatMulInteger" || op == "QLinearMatMul") {
    return matrix_product(graph, node, false);
  }
  if (op == "Gemm") return matrix_product(graph, node, node.int_attribute("transA", 0) != 0);
  return 0;
}

Result<std::int64_t> bytes_of_value(const Graph& graph, const std::string& value) {
  const ValueInfo* info = graph.value_info(value);
  PURSER_ASSIGN(const Shape shape, shape_of(graph, value));
  PURSER_ASSIGN(const std::int64_t count, elements(shape));
  return product({count, static_cast<std::int64_t>(size_bytes(info->type))});
}

// Adds the node's work to `sum`; parameters in `counted` are left out, others put there.
Status add_work(const Graph& graph, const Node& node, std::set<std::string>& counted, Work& sum) {
  const auto add = [](std::int64_t& total, std::int64_t more) -> Status {
    if (__builtin_add_overflow(total, more, &total)) {
      return fail(ErrorCode::kUnsupported, "the model's work does not fit 64 bits");
    }
    return {};
  };
  PURSER_ASSIGN(const std::int64_t products, multiply_adds(graph, node));
  PURSER_TRY(add(sum.multiply_adds, products));
  for (const std::string& value : node.inputs) {
    const Tensor* tensor = graph.initializer(value);
    if (tensor == nullptr || !counted.insert(value).second) continue;
    PURSER_TRY(add(sum.parameter_bytes, static_cast<std::int64_t>(tensor->bytes.size())));
  }
  for (const std::string& value : node.outputs) {
    if (value.empty()) continue;
    PURSER_ASSIGN(const std::int64_t written, bytes_of_value(graph, value));
    PURSER_TRY(add(sum.activation_bytes, written));
  }
  return {};
}

}  // namespace

Result<Work> work_of(const Graph& graph, const Node& node) {
  Work work;
  std::set<std::string> counted;
  if (auto done = add_work(graph, node, counted, work); !done) {
    return fail(std::move(done).error().in(node.describe()));
  }
  return work;
}

Result<Work> work_of(const Graph& graph) {
  Work work;
  std::set<std::string> counted;
  for (const Node& node : graph.nodes) {
    if (auto done = add_work(graph, node, counted, work); !done) {
      return fail(std::move(done).error().in(node.describe()));
    }
  }
  return work;
}

}  // namespace purser::graph
