// Small steps out of which rewrites are made. Each keeps the graph valid (every value computed
// once, before it is read) but leaves `values` as they are for values that remain: call
// infer_shapes when a rewrite changed shapes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "graph/graph.h"

namespace purser::graph {

// `stem`, or "stem_2", "stem_3" …: the first that no value of the graph has; for nodes, that no
// node has.
std::string unique_value_name(const Graph& graph, std::string_view stem);
std::string unique_node_name(const Graph& graph, std::string_view stem);

// Every node that reads `from` reads `to` instead. Graph outputs keep their names: `from` is still
// an output if it was one.
void replace_uses(Graph& graph, std::string_view from, std::string_view to);

// The value is called `to` wherever it stands: written, read, initializer, input or output. `to`
// must be a name that no value has yet.
void rename_value(Graph& graph, std::string_view from, const std::string& to);

// Removes node `index`, whose readers read `value` instead of its first output. Where that output
// is an output of the graph, the computed `value` takes its name. Returns false and changes nothing
// where that cannot be: another output of the node is read, or a graph output would become an
// input, an initializer or another output of the graph.
bool bypass(Graph& graph, std::size_t index, const std::string& value);

// Removes nodes none of whose outputs is read or given out, initializers that nobody reads, and
// infos of values that are gone. Returns how many nodes and initializers that were.
std::size_t remove_dead(Graph& graph);

}  // namespace purser::graph
