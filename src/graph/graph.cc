#include "graph/graph.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include <fmt/format.h>

#include "graph/order.h"

namespace purser::graph {
namespace {

template <class T>
const T* typed_attribute(const Node& node, std::string_view key) {
  const auto found = node.attributes.find(std::string(key));
  if (found == node.attributes.end()) return nullptr;
  if (const T* value = std::get_if<T>(&found->second)) return value;
  std::fprintf(stderr, "purser: bug: attribute '%s' of %s has another type\n",
               std::string(key).c_str(), node.describe().c_str());
  std::abort();
}

const ValueInfo* find_named(const std::vector<ValueInfo>& infos, std::string_view value) {
  const auto found = std::find_if(infos.begin(), infos.end(),
                                  [&](const ValueInfo& info) { return info.name == value; });
  return found == infos.end() ? nullptr : &*found;
}

}  // namespace

std::int64_t Node::int_attribute(std::string_view key, std::int64_t fallback) const {
  const auto* value = typed_attribute<std::int64_t>(*this, key);
  return value != nullptr ? *value : fallback;
}

float Node::float_attribute(std::string_view key, float fallback) const {
  const auto* value = typed_attribute<float>(*this, key);
  return value != nullptr ? *value : fallback;
}

std::string Node::string_attribute(std::string_view key, std::string_view fallback) const {
  const auto* value = typed_attribute<std::string>(*this, key);
  return value != nullptr ? *value : std::string(fallback);
}

std::vector<std::int64_t> Node::ints_attribute(std::string_view key,
                                               const std::vector<std::int64_t>& fallback) const {
  const auto* value = typed_attribute<std::vector<std::int64_t>>(*this, key);
  return value != nullptr ? *value : fallback;
}

std::string Node::describe() const {
  const std::string type = domain.empty() ? op_type : domain + "." + op_type;
  return fmt::format("node '{}' ({})", name, type);
}

const Tensor* Graph::initializer(std::string_view value) const {
  const auto found = initializers.find(std::string(value));
  return found == initializers.end() ? nullptr : &found->second;
}

const ValueInfo* Graph::value_info(std::string_view value) const {
  if (const ValueInfo* info = find_named(inputs, value)) return info;
  if (const ValueInfo* info = find_named(outputs, value)) return info;
  const auto found = values.find(std::string(value));
  return found == values.end() ? nullptr : &found->second;
}

std::optional<std::size_t> Graph::producer(std::string_view value) const {
  if (value.empty()) return std::nullopt;  // an output that is left out
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const auto& made = nodes[i].outputs;
    if (std::find(made.begin(), made.end(), value) != made.end()) return i;
  }
  return std::nullopt;
}

std::vector<std::size_t> Graph::consumers(std::string_view value) const {
  std::vector<std::size_t> found;
  if (value.empty()) return found;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const auto& read = nodes[i].inputs;
    if (std::find(read.begin(), read.end(), value) != read.end()) found.push_back(i);
  }
  return found;
}

bool Graph::is_output(std::string_view value) const {
  return find_named(outputs, value) != nullptr;
}

Status sort_nodes(Graph& graph) {
  std::vector<Edges> edges;
  edges.reserve(graph.nodes.size());
  for (const Node& node : graph.nodes) {
    edges.push_back(
        {{node.inputs.begin(), node.inputs.end()}, {node.outputs.begin(), node.outputs.end()}});
  }
  const Order order = topological_order(edges);
  if (order.stuck) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("{} waits for its own result; remove the circle",
                            graph.nodes[*order.stuck].describe()));
  }
  std::vector<Node> sorted;
  sorted.reserve(graph.nodes.size());
  for (const std::size_t index : order.indices) sorted.push_back(std::move(graph.nodes[index]));
  graph.nodes = std::move(sorted);
  return {};
}

}  // namespace purser::graph
