#include "graph/onnx_guard.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <onnx/onnx_pb.h>

#include "graph/onnx_convert.h"

namespace purser::graph {
namespace {

constexpr std::int64_t kMostNodes = 1'000'000;
constexpr std::int64_t kLongestList = 65'536;

std::string describe(const onnx::NodeProto& node) {
  return fmt::format("node '{}' ({})", node.name(), node.op_type());
}

// Shape inference divides by these.
bool must_be_positive(std::string_view attribute) {
  constexpr std::array kNames{"strides", "dilations", "kernel_shape", "blocksize", "group"};
  return std::find(kNames.begin(), kNames.end(), attribute) != kNames.end();
}

Status check_attribute(const onnx::AttributeProto& attribute, const onnx::NodeProto& node) {
  const bool has_subgraph = attribute.has_g() || attribute.graphs_size() > 0;
  if (has_subgraph) {
    return fail(ErrorCode::kUnsupported,
                fmt::format("{} contains a graph of its own, which Purser does not run; export the "
                            "model without If, Loop and Scan (by tracing, for example)",
                            describe(node)));
  }
  if (must_be_positive(attribute.name())) {
    const bool ints_fine = std::all_of(attribute.ints().begin(), attribute.ints().end(),
                                       [](std::int64_t value) { return value > 0; });
    const bool int_fine = attribute.type() != onnx::AttributeProto::INT || attribute.i() > 0;
    if (!ints_fine || !int_fine) {
      return fail(ErrorCode::kInvalidInput,
                  fmt::format("{}: '{}' must be positive; export the model again", describe(node),
                              attribute.name()));
    }
  }
  if (attribute.has_t()) {
    const auto tensor = tensor_of(
        attribute.t(), fmt::format("attribute '{}' of {}", attribute.name(), describe(node)));
    if (!tensor) return fail(tensor.error());
  }
  return {};
}

template <class Nodes>
Status check_nodes(const Nodes& nodes) {
  for (const auto& node : nodes) {
    for (const auto& attribute : node.attribute()) PURSER_TRY(check_attribute(attribute, node));
  }
  return {};
}

template <class Values>
Status check_values(const Values& values) {
  for (const auto& value : values) {
    if (!value.has_type() || value.type().has_tensor_type()) continue;
    return fail(ErrorCode::kUnsupported,
                fmt::format("value '{}' is no tensor, and Purser holds tensors only; export the "
                            "model without sequences, maps and optionals",
                            value.name()));
  }
  return {};
}

// ONNX's check lets a name be given out twice; engines do not.
Status check_outputs(const onnx::GraphProto& graph) {
  std::set<std::string_view> names;
  for (const auto& output : graph.output()) {
    if (names.insert(output.name()).second) continue;
    return fail(
        ErrorCode::kInvalidInput,
        fmt::format("the output '{}' is given twice; export the model again", output.name()));
  }
  return {};
}

Status check_shape(onnx::ValueInfoProto& value) {
  if (!value.type().has_tensor_type() || !value.type().tensor_type().has_shape()) return {};
  auto* shape = value.mutable_type()->mutable_tensor_type()->mutable_shape();
  for (auto& dimension : *shape->mutable_dim()) {
    if (!dimension.has_dim_value() || dimension.dim_value() >= 0) continue;
    if (dimension.dim_value() != kDynamic) {
      return fail(ErrorCode::kInvalidInput,
                  fmt::format("value '{}' has the impossible dimension {}; export the model again",
                              value.name(), dimension.dim_value()));
    }
    dimension.clear_dim_value();
  }
  const auto type = value.type().tensor_type().elem_type();
  const bool integers = type == onnx::TensorProto::INT64 || type == onnx::TensorProto::INT32;
  if (integers && shape->dim_size() == 1 && shape->dim(0).dim_value() > kLongestList) {
    return fail(ErrorCode::kUnsupported,
                fmt::format("value '{}' is a list of {} integers; Purser takes {}", value.name(),
                            shape->dim(0).dim_value(), kLongestList));
  }
  return {};
}

// Which input of a convolution is its weight; -1 for other operators.
int weight_input(std::string_view op_type) {
  if (op_type == "Conv" || op_type == "ConvInteger" || op_type == "ConvTranspose" ||
      op_type == "DeformConv") {
    return 1;
  }
  return op_type == "QLinearConv" ? 3 : -1;
}

// Shapes of initializers and of declared values, where each dimension is known.
std::map<std::string, std::vector<std::int64_t>> known_shapes(const onnx::GraphProto& graph) {
  std::map<std::string, std::vector<std::int64_t>> shapes;
  const auto declare = [&](const auto& values) {
    for (const auto& value : values) {
      std::vector<std::int64_t> shape;
      for (const auto& dimension : value.type().tensor_type().shape().dim()) {
        shape.push_back(dimension.has_dim_value() ? dimension.dim_value() : kDynamic);
      }
      if (std::count(shape.begin(), shape.end(), kDynamic) == 0) shapes[value.name()] = shape;
    }
  };
  declare(graph.value_info());
  declare(graph.input());
  for (const auto& tensor : graph.initializer()) {
    shapes[tensor.name()].assign(tensor.dims().begin(), tensor.dims().end());
  }
  return shapes;
}

// How many nodes a function becomes when it is inlined, calls and all: a chain of thirty functions
// of two calls each would fill any memory, and one that calls itself would never end.
class InlinedSize {
 public:
  explicit InlinedSize(const onnx::ModelProto& model) {
    for (const auto& function : model.functions()) {
      functions_.emplace(key(function.domain(), function.name(), function.overload()), &function);
    }
  }

  // Nothing if it never ends; counts past kMostNodes are cut to it.
  template <class Nodes>
  std::optional<std::int64_t> of(const Nodes& nodes) {
    std::int64_t sum = 0;
    for (const auto& node : nodes) {
      const auto found = functions_.find(key(node.domain(), node.op_type(), node.overload()));
      std::optional<std::int64_t> size = 1;
      if (found != functions_.end()) size = of_function(found->first, *found->second);
      if (!size) return std::nullopt;
      sum = std::min(sum + *size, kMostNodes);
    }
    return sum;
  }

 private:
  static std::string key(const std::string& domain, const std::string& name,
                         const std::string& overload) {
    return domain + '\0' + name + '\0' + overload;
  }

  std::optional<std::int64_t> of_function(const std::string& key,
                                          const onnx::FunctionProto& function) {
    // A size that is still empty belongs to a function whose count is under way.
    const auto [entry, is_new] = sizes_.try_emplace(key);
    if (!is_new) return entry->second;
    return entry->second = of(function.node());
  }

  std::map<std::string, const onnx::FunctionProto*> functions_;
  std::map<std::string, std::optional<std::int64_t>> sizes_;
};

}  // namespace

Status check_dimensions(onnx::ModelProto& model) {
  auto* graph = model.mutable_graph();
  for (auto& value : *graph->mutable_input()) PURSER_TRY(check_shape(value));
  for (auto& value : *graph->mutable_output()) PURSER_TRY(check_shape(value));
  for (auto& value : *graph->mutable_value_info()) PURSER_TRY(check_shape(value));
  return {};
}

void state_kernel_shapes(onnx::ModelProto& model) {
  const auto shapes = known_shapes(model.graph());
  for (auto& node : *model.mutable_graph()->mutable_node()) {
    const int weight = weight_input(node.op_type());
    if (weight < 0 || node.input_size() <= weight) continue;
    const bool stated =
        std::any_of(node.attribute().begin(), node.attribute().end(),
                    [](const auto& attribute) { return attribute.name() == "kernel_shape"; });
    const auto shape = shapes.find(node.input(weight));
    if (stated || shape == shapes.end() || shape->second.size() < 3) continue;
    if (std::count(shape->second.begin(), shape->second.end(), 0) > 0) continue;
    auto* attribute = node.add_attribute();
    attribute->set_name("kernel_shape");
    attribute->set_type(onnx::AttributeProto::INTS);
    for (std::size_t i = 2; i < shape->second.size(); ++i) attribute->add_ints(shape->second[i]);
  }
}

Status refuse_unsafe(const onnx::ModelProto& model) {
  PURSER_TRY(check_values(model.graph().input()));
  PURSER_TRY(check_values(model.graph().output()));
  PURSER_TRY(check_nodes(model.graph().node()));
  for (const auto& function : model.functions()) PURSER_TRY(check_nodes(function.node()));
  for (const auto& initializer : model.graph().initializer()) {
    const auto tensor = tensor_of(initializer, fmt::format("initializer '{}'", initializer.name()));
    if (!tensor) return fail(tensor.error());
  }
  PURSER_TRY(check_outputs(model.graph()));
  const auto size = InlinedSize(model).of(model.graph().node());
  if (!size) {
    return fail(ErrorCode::kInvalidInput,
                "the model has a function that calls itself; export it again");
  }
  if (*size >= kMostNodes) {
    return fail(ErrorCode::kUnsupported,
                fmt::format("the model has {} nodes or more once its functions are inlined; Purser "
                            "takes fewer",
                            kMostNodes));
  }
  return {};
}

}  // namespace purser::graph
