#include "graph/rewrite.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace purser::graph {
namespace {

bool has_value(const Graph& graph, std::string_view name) {
  const auto named = [&](const ValueInfo& info) { return info.name == name; };
  return graph.initializer(name) != nullptr || graph.producer(name).has_value() ||
         std::any_of(graph.inputs.begin(), graph.inputs.end(), named) ||
         !graph.consumers(name).empty() || graph.is_output(name);
}

template <class Taken>
std::string first_free(std::string_view stem, const Taken& taken) {
  std::string name(stem);
  for (int n = 2; taken(name); ++n) name = fmt::format("{}_{}", stem, n);
  return name;
}

void rename_info(ValueInfo& info, std::string_view from, const std::string& to) {
  if (info.name == from) info.name = to;
}

}  // namespace

std::string unique_value_name(const Graph& graph, std::string_view stem) {
  return first_free(stem, [&](const std::string& name) { return has_value(graph, name); });
}

std::string unique_node_name(const Graph& graph, std::string_view stem) {
  return first_free(stem, [&](const std::string& name) {
    return std::any_of(graph.nodes.begin(), graph.nodes.end(),
                       [&](const Node& node) { return node.name == name; });
  });
}

void replace_uses(Graph& graph, std::string_view from, std::string_view to) {
  const std::string old(from);  // copies: both may be names inside the nodes that change here
  const std::string replacement(to);
  for (Node& node : graph.nodes) {
    std::replace(node.inputs.begin(), node.inputs.end(), old, replacement);
  }
}

void rename_value(Graph& graph, std::string_view from, const std::string& to) {
  const std::string old(from);
  for (Node& node : graph.nodes) {
    std::replace(node.inputs.begin(), node.inputs.end(), old, to);
    std::replace(node.outputs.begin(), node.outputs.end(), old, to);
  }
  for (ValueInfo& info : graph.inputs) rename_info(info, old, to);
  for (ValueInfo& info : graph.outputs) rename_info(info, old, to);
  if (auto found = graph.initializers.extract(old)) {
    found.key() = to;
    graph.initializers.insert(std::move(found));
  }
  if (auto found = graph.values.extract(old)) {
    found.key() = to;
    found.mapped().name = to;
    graph.values.insert(std::move(found));
  }
}

bool bypass(Graph& graph, std::size_t index, const std::string& named) {
  const std::string value = named;  // a copy: it may be named by an input of the node that goes
  const Node& node = graph.nodes[index];
  const std::string output = node.outputs[0];
  for (std::size_t i = 1; i < node.outputs.size(); ++i) {
    if (!graph.consumers(node.outputs[i]).empty() || graph.is_output(node.outputs[i])) return false;
  }
  const bool gives_out = graph.is_output(output);
  if (gives_out && (!graph.producer(value) || graph.is_output(value))) return false;
  graph.nodes.erase(graph.nodes.begin() + static_cast<std::ptrdiff_t>(index));
  replace_uses(graph, output, value);
  graph.values.erase(output);
  if (gives_out) {
    graph.values.erase(value);
    rename_value(graph, value, output);
  }
  return true;
}

std::size_t remove_dead(Graph& graph) {
  std::set<std::string_view> live;
  for (const ValueInfo& output : graph.outputs) live.insert(output.name);
  std::vector<bool> keep(graph.nodes.size());
  // Backwards: nodes are in order, so that every reader is judged before what it reads.
  for (std::size_t i = graph.nodes.size(); i-- > 0;) {
    const Node& node = graph.nodes[i];
    keep[i] = std::any_of(node.outputs.begin(), node.outputs.end(),
                          [&](const std::string& value) { return live.contains(value); });
    if (keep[i]) live.insert(node.inputs.begin(), node.inputs.end());
  }
  std::set<std::string> named;  // survives the nodes
  for (const std::string_view value : live) named.emplace(value);
  std::size_t removed = 0;
  std::vector<Node> kept;
  for (std::size_t i = 0; i < keep.size(); ++i) {
    if (keep[i]) {
      named.insert(graph.nodes[i].outputs.begin(), graph.nodes[i].outputs.end());
      kept.push_back(std::move(graph.nodes[i]));
    } else {
      ++removed;
    }
  }
  graph.nodes = std::move(kept);
  removed += std::erase_if(graph.initializers,
                           [&](const auto& entry) { return !named.contains(entry.first); });
  std::erase_if(graph.values, [&](const auto& entry) { return !named.contains(entry.first); });
  return removed;
}

}  // namespace purser::graph
