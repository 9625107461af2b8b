// ONNX operators on ATen tensors. The tables here and in supported.cc name the same operators.
#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include <ATen/core/TensorBody.h>

#include "base/result.h"
#include "graph/graph.h"

namespace purser::train {

enum class Mode : std::uint8_t { kTraining, kInference };

// Computes a node's first output. Inputs that the node leaves out are undefined tensors. Throws
// what ATen throws; program.cc says which node it was.
using Operator = std::function<at::Tensor(std::span<const at::Tensor> inputs, Mode mode)>;

// A value that is known before the run: an initializer or the output of a Constant.
using Constants = std::function<const graph::Tensor*(std::string_view value)>;

struct NodeContext {
  const graph::Node& node;
  const Constants& constant;
  // May the operator overwrite its first input? (Nobody else reads it, nor does its gradient.)
  bool may_overwrite_input = false;
  // Behind it nothing but the shape changes. Of a Softmax: training takes what goes into it.
  bool is_final = false;
};

// The operator with its attributes read; kUnsupported if the table does not have it.
Result<Operator> make_operator(const NodeContext& context);

// Whether the gradient of this operator leaves its output unread, so that the next operator may
// overwrite it.
bool gradient_ignores_output(std::string_view op_type);

bool has_operator(std::string_view op_type);

// The same bytes as an ATen tensor of its own.
at::Tensor to_aten(const graph::Tensor& tensor);

}  // namespace purser::train
