#include "graph/order.h"

#include <functional>
#include <queue>
#include <unordered_map>

namespace purser::graph {

Order topological_order(std::span<const Edges> nodes) {
  std::unordered_map<std::string_view, std::size_t> writer;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    for (const auto value : nodes[i].outputs) {
      if (!value.empty()) writer.emplace(value, i);
    }
  }
  std::vector<std::size_t> waits(nodes.size());
  std::vector<std::vector<std::size_t>> readers(nodes.size());
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    for (const auto value : nodes[i].inputs) {
      const auto found = writer.find(value);
      if (value.empty() || found == writer.end()) continue;
      ++waits[i];
      readers[found->second].push_back(i);
    }
  }
  std::priority_queue<std::size_t, std::vector<std::size_t>, std::greater<>> ready;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (waits[i] == 0) ready.push(i);
  }
  Order order;
  while (!ready.empty()) {
    const std::size_t next = ready.top();
    ready.pop();
    order.indices.push_back(next);
    for (const std::size_t reader : readers[next]) {
      if (--waits[reader] == 0) ready.push(reader);
    }
  }
  for (std::size_t i = 0; i < nodes.size() && !order.stuck; ++i) {
    if (waits[i] != 0) order.stuck = i;
  }
  return order;
}

}  // namespace purser::graph
