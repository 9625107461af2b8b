// Which of the trainable parameters are weights, as distinct from biases, scales and shifts: weight
// decay draws the first to zero and must leave the others alone.
#pragma once

#include <string_view>

#include "graph/graph.h"

namespace purser::graph {

// Decided by use, not by shape (exporters write a bias or a scale as [1, N]): a matrix, a kernel or
// an embedding is a weight, also where it is transposed or reshaped first; what is only added,
// subtracted, multiplied or divided by element is none, and no vector is.
bool is_weight(const Graph& graph, std::string_view parameter);

}  // namespace purser::graph
