// Between ONNX's messages and ours. Only .cc files of this room include ONNX's headers.
#pragma once

#include <string>

#include "graph/graph.h"

namespace onnx {
class GraphProto;
class ModelProto;
class TensorProto;
}  // namespace onnx

namespace purser::graph {

// Names the node or value that Purser cannot hold. The model has been checked, has no functions
// left, and its nodes are in order.
Result<Graph> graph_of(const onnx::ModelProto& model);

// The tensor, after checking that its shape and its data agree; `what` names it in errors.
Result<Tensor> tensor_of(const onnx::TensorProto& message, const std::string& what);

// The inverse of graph_of.
onnx::ModelProto model_of(const Graph& graph);

// Takes `values` and the outputs' shapes from a graph whose shapes were inferred.
Status take_shapes(const onnx::GraphProto& inferred, Graph& graph);

}  // namespace purser::graph
