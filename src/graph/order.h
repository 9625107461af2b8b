// An order in which every value is computed before it is read.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace purser::graph {

// What one node reads and writes; "" is no value.
struct Edges {
  std::vector<std::string_view> inputs;
  std::vector<std::string_view> outputs;
};

struct Order {
  std::vector<std::size_t> indices;  // of the nodes
  std::optional<std::size_t> stuck;  // a node that is in, or behind, a circle; `indices` lacks it
};

// Among nodes that are ready the earlier one goes first, so that a sorted list stays as it is.
// Values that no node writes count as there from the start.
Order topological_order(std::span<const Edges> nodes);

}  // namespace purser::graph
