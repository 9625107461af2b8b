// What ONNX's own library does not survive, or Purser does not hold, is refused before the library
// sees it: a model file is outside bytes, and may have been made to hurt.
#pragma once

#include "base/result.h"

namespace onnx {
class ModelProto;
}

namespace purser::graph {

Status refuse_unsafe(const onnx::ModelProto& model);

// Dimensions of declared values: -1, which some exporters write for one that is not known, becomes
// unknown; anything else below zero is refused, and so is a list of integers (it may be a shape) so
// long that shape inference would fill the memory.
Status check_dimensions(onnx::ModelProto& model);

// Convolutions that leave their kernel_shape to the weight are given it: shape inference checks the
// attribute against the data's rank, but reads past the end where a weight of another rank gives
// it.
void state_kernel_shapes(onnx::ModelProto& model);

}  // namespace purser::graph
