#include "graph/onnx_convert.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <onnx/onnx_pb.h>

namespace purser::graph {
namespace {

// Supports what opset 21 can say; runtimes refuse files with a newer one than they know.
constexpr std::int64_t kIrVersion = 10;
constexpr std::int64_t kVersionOfOtherDomains = 1;

tl::unexpected<Error> unsupported(std::string what) {
  return fail(ErrorCode::kUnsupported, std::move(what));
}

// --- from messages -------------------------------------------------------------------------------

Result<Attribute> attribute_of(const onnx::AttributeProto& message, const Node& node) {
  switch (message.type()) {
    case onnx::AttributeProto::INT:
      return Attribute(std::int64_t{message.i()});
    case onnx::AttributeProto::FLOAT:
      return Attribute(message.f());
    case onnx::AttributeProto::STRING:
      return Attribute(message.s());
    case onnx::AttributeProto::INTS:
      return Attribute(std::vector<std::int64_t>(message.ints().begin(), message.ints().end()));
    case onnx::AttributeProto::FLOATS:
      return Attribute(std::vector<float>(message.floats().begin(), message.floats().end()));
    case onnx::AttributeProto::STRINGS:
      return Attribute(
          std::vector<std::string>(message.strings().begin(), message.strings().end()));
    case onnx::AttributeProto::TENSOR: {
      PURSER_ASSIGN(Tensor tensor,
                    tensor_of(message.t(), fmt::format("attribute '{}' of {}", message.name(),
                                                       node.describe())));
      return Attribute(std::move(tensor));
    }
    default:
      return unsupported(
          fmt::format("attribute '{}' of {} is a {}, which Purser does not hold; export the model "
                      "without it",
                      message.name(), node.describe(),
                      onnx::AttributeProto_AttributeType_Name(message.type())));
  }
}

Result<Node> node_of(const onnx::NodeProto& message) {
  Node node;
  node.name = message.name();
  node.op_type = message.op_type();
  node.domain = message.domain() == "ai.onnx" ? "" : message.domain();
  node.doc = message.doc_string();
  node.inputs.assign(message.input().begin(), message.input().end());
  node.outputs.assign(message.output().begin(), message.output().end());
  for (const auto& attribute : message.attribute()) {
    PURSER_ASSIGN(Attribute value, attribute_of(attribute, node));
    node.attributes.insert_or_assign(attribute.name(), std::move(value));
  }
  return node;
}

Result<ValueInfo> value_of(const onnx::ValueInfoProto& message) {
  ValueInfo info;
  info.name = message.name();
  info.doc = message.doc_string();
  if (!message.type().has_tensor_type()) {
    return unsupported(
        fmt::format("value '{}' is no tensor; Purser holds tensors only", message.name()));
  }
  const auto& tensor = message.type().tensor_type();
  info.type = static_cast<ElementType>(tensor.elem_type());
  if (size_bytes(info.type) == 0) {
    return unsupported(
        fmt::format("value '{}' has elements of a type ({}) that Purser does not "
                    "hold",
                    message.name(), tensor.elem_type()));
  }
  info.has_shape = tensor.has_shape();
  bool any_name = false;
  for (const auto& dimension : tensor.shape().dim()) {
    info.shape.push_back(dimension.has_dim_value() ? dimension.dim_value() : kDynamic);
    info.dimension_names.push_back(dimension.dim_param());
    any_name = any_name || !dimension.dim_param().empty();
    // Unknown ones have no value by now: this one came out of shape inference.
    if (dimension.has_dim_value() && dimension.dim_value() < 0) {
      return fail(ErrorCode::kInvalidInput,
                  fmt::format("value '{}' would have the impossible dimension {}; export the model "
                              "again",
                              message.name(), dimension.dim_value()));
    }
  }
  if (!any_name) info.dimension_names.clear();
  return info;
}

// Names that messages and profiles can point at: every node has one, and no two the same.
void name_nodes(std::vector<Node>& nodes) {
  std::set<std::string> taken;
  for (const Node& node : nodes) taken.insert(node.name);
  std::set<std::string> used{""};
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (used.insert(nodes[i].name).second) continue;
    const std::string stem =
        nodes[i].name.empty() ? fmt::format("{}_{}", nodes[i].op_type, i) : nodes[i].name;
    std::string name = stem;
    for (int n = 2; taken.contains(name); ++n) name = fmt::format("{}_{}", stem, n);
    taken.insert(name);
    used.insert(name);
    nodes[i].name = name;
  }
}

// A Constant node's value as a tensor, if it has one of the forms that Purser holds.
std::optional<Tensor> constant_value(const Node& node) {
  if (node.op_type != "Constant" || !node.domain.empty() || node.attributes.size() != 1) return {};
  const auto& [key, value] = *node.attributes.begin();
  const auto list = [](const auto& items) -> Tensor {
    using T = typename std::decay_t<decltype(items)>::value_type;
    return Tensor::of<T>({static_cast<std::int64_t>(items.size())}, std::span<const T>(items));
  };
  if (key == "value") return std::get<Tensor>(value);
  if (key == "value_int") {
    return Tensor::of<std::int64_t>({}, std::array{std::get<std::int64_t>(value)});
  }
  if (key == "value_float") return Tensor::of<float>({}, std::array{std::get<float>(value)});
  if (key == "value_ints") return list(std::get<std::vector<std::int64_t>>(value));
  if (key == "value_floats") return list(std::get<std::vector<float>>(value));
  return {};
}

Status take_initializers(const onnx::GraphProto& message, Graph& graph) {
  if (message.sparse_initializer_size() > 0) {
    return unsupported(
        "the model has sparse initializers, which Purser does not hold; export it "
        "with dense ones");
  }
  for (const auto& initializer : message.initializer()) {
    PURSER_ASSIGN(Tensor tensor,
                  tensor_of(initializer, fmt::format("initializer '{}'", initializer.name())));
    if (!graph.initializers.emplace(initializer.name(), std::move(tensor)).second) {
      return fail(ErrorCode::kInvalidInput, fmt::format("there are two initializers '{}'; export "
                                                        "the model again",
                                                        initializer.name()));
    }
  }
  return {};
}

Status take_nodes(const onnx::GraphProto& message, Graph& graph) {
  for (const auto& node_message : message.node()) {
    PURSER_ASSIGN(Node node, node_of(node_message));
    if (auto value = constant_value(node); value && node.outputs.size() == 1) {
      graph.initializers.insert_or_assign(node.outputs[0], *std::move(value));
    } else {
      graph.nodes.push_back(std::move(node));
    }
  }
  name_nodes(graph.nodes);
  return {};
}

// --- to messages ---------------------------------------------------------------------------------

void write_tensor(const std::string& name, const Tensor& tensor, onnx::TensorProto* message) {
  message->set_name(name);
  message->set_data_type(static_cast<std::int32_t>(tensor.type));
  for (const std::int64_t dimension : tensor.shape) message->add_dims(dimension);
  message->set_raw_data(tensor.bytes.data(), tensor.bytes.size());
}

struct AttributeWriter {
  onnx::AttributeProto* message;

  void operator()(std::int64_t value) const {
    message->set_type(onnx::AttributeProto::INT);
    message->set_i(value);
  }
  void operator()(float value) const {
    message->set_type(onnx::AttributeProto::FLOAT);
    message->set_f(value);
  }
  void operator()(const std::string& value) const {
    message->set_type(onnx::AttributeProto::STRING);
    message->set_s(value);
  }
  void operator()(const std::vector<std::int64_t>& values) const {
    message->set_type(onnx::AttributeProto::INTS);
    for (const std::int64_t value : values) message->add_ints(value);
  }
  void operator()(const std::vector<float>& values) const {
    message->set_type(onnx::AttributeProto::FLOATS);
    for (const float value : values) message->add_floats(value);
  }
  void operator()(const std::vector<std::string>& values) const {
    message->set_type(onnx::AttributeProto::STRINGS);
    for (const std::string& value : values) message->add_strings(value);
  }
  void operator()(const Tensor& value) const {
    message->set_type(onnx::AttributeProto::TENSOR);
    write_tensor("", value, message->mutable_t());
  }
};

void write_value(const ValueInfo& info, onnx::ValueInfoProto* message) {
  message->set_name(info.name);
  if (!info.doc.empty()) message->set_doc_string(info.doc);
  auto* tensor = message->mutable_type()->mutable_tensor_type();
  tensor->set_elem_type(static_cast<std::int32_t>(info.type));
  if (!info.has_shape) return;
  auto* shape = tensor->mutable_shape();
  for (std::size_t i = 0; i < info.shape.size(); ++i) {
    auto* dimension = shape->add_dim();
    if (info.shape[i] != kDynamic) {
      dimension->set_dim_value(info.shape[i]);
    } else if (i < info.dimension_names.size() && !info.dimension_names[i].empty()) {
      dimension->set_dim_param(info.dimension_names[i]);
    }
  }
}

void write_node(const Node& node, onnx::NodeProto* message) {
  message->set_name(node.name);
  message->set_op_type(node.op_type);
  if (!node.domain.empty()) message->set_domain(node.domain);
  if (!node.doc.empty()) message->set_doc_string(node.doc);
  for (const std::string& input : node.inputs) message->add_input(input);
  for (const std::string& output : node.outputs) message->add_output(output);
  for (const auto& [key, value] : node.attributes) {
    auto* attribute = message->add_attribute();
    attribute->set_name(key);
    std::visit(AttributeWriter{attribute}, value);
  }
}

}  // namespace

Result<Graph> graph_of(const onnx::ModelProto& model) {
  const onnx::GraphProto& message = model.graph();
  Graph graph;
  graph.name = message.name();
  graph.doc = message.doc_string();
  graph.model_doc = model.doc_string();
  graph.model_domain = model.domain();
  graph.model_version = model.model_version();
  for (const auto& import : model.opset_import()) {
    if (import.domain().empty() || import.domain() == "ai.onnx") {
      graph.opset = import.version();
    }
  }
  for (const auto& entry : model.metadata_props()) graph.metadata[entry.key()] = entry.value();
  PURSER_TRY(take_initializers(message, graph));
  PURSER_TRY(take_nodes(message, graph));
  // Only domains that nodes use: a list of unused imports would make equal graphs differ.
  for (const auto& import : model.opset_import()) {
    const bool used = std::any_of(graph.nodes.begin(), graph.nodes.end(), [&](const Node& node) {
      return !node.domain.empty() && node.domain == import.domain();
    });
    if (used) graph.other_opsets[import.domain()] = import.version();
  }
  for (const auto& input : message.input()) {
    if (graph.initializers.contains(input.name())) continue;  // files before IR 4 list both
    PURSER_ASSIGN(ValueInfo info, value_of(input));
    graph.inputs.push_back(std::move(info));
  }
  for (const auto& output : message.output()) {
    PURSER_ASSIGN(ValueInfo info, value_of(output));
    graph.outputs.push_back(std::move(info));
  }
  PURSER_TRY(take_shapes(message, graph));
  return graph;
}

Status take_shapes(const onnx::GraphProto& inferred, Graph& graph) {
  std::vector<ValueInfo> outputs = graph.outputs;
  for (ValueInfo& output : outputs) {
    for (const auto& message : inferred.output()) {
      if (message.name() != output.name || !message.type().tensor_type().has_shape()) continue;
      PURSER_ASSIGN(output, value_of(message));
    }
  }
  std::set<std::string> computed;
  for (const Node& node : graph.nodes) computed.insert(node.outputs.begin(), node.outputs.end());
  std::map<std::string, ValueInfo> values;
  for (const auto& message : inferred.value_info()) {
    if (!computed.contains(message.name()) || graph.is_output(message.name())) continue;
    // What is no tensor, or of a type that no Tensor holds, has no shape that a rewrite could use.
    auto info = value_of(message);
    if (!info && info.error().code() != ErrorCode::kUnsupported) return fail(info.error());
    if (info) values[message.name()] = *std::move(info);
  }
  graph.outputs = std::move(outputs);
  graph.values = std::move(values);
  return {};
}

onnx::ModelProto model_of(const Graph& graph) {
  onnx::ModelProto model;
  model.set_ir_version(kIrVersion);
  model.set_producer_name("purser");
  if (!graph.model_domain.empty()) model.set_domain(graph.model_domain);
  if (!graph.model_doc.empty()) model.set_doc_string(graph.model_doc);
  if (graph.model_version != 0) model.set_model_version(graph.model_version);
  auto* import = model.add_opset_import();
  import->set_domain("");
  import->set_version(graph.opset);
  std::map<std::string, std::int64_t> domains = graph.other_opsets;
  for (const Node& node : graph.nodes) {
    if (!node.domain.empty()) domains.try_emplace(node.domain, kVersionOfOtherDomains);
  }
  for (const auto& [domain, version] : domains) {
    auto* other = model.add_opset_import();
    other->set_domain(domain);
    other->set_version(version);
  }
  for (const auto& [key, value] : graph.metadata) {
    auto* entry = model.add_metadata_props();
    entry->set_key(key);
    entry->set_value(value);
  }
  auto* message = model.mutable_graph();
  message->set_name(graph.name.empty() ? "graph" : graph.name);  // ONNX demands a name
  if (!graph.doc.empty()) message->set_doc_string(graph.doc);
  for (const Node& node : graph.nodes) write_node(node, message->add_node());
  for (const auto& [name, tensor] : graph.initializers) {
    write_tensor(name, tensor, message->add_initializer());
  }
  for (const ValueInfo& input : graph.inputs) write_value(input, message->add_input());
  for (const ValueInfo& output : graph.outputs) write_value(output, message->add_output());
  for (const auto& [name, info] : graph.values) write_value(info, message->add_value_info());
  return model;
}

}  // namespace purser::graph
