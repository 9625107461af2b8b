// What ONNX's own library does not survive, or Purser does not hold, is refused before the library
// sees it: a model file is outside bytes, and may have been made to hurt.
#pragma once

#include "base/result.h"

namespace onnx {
class ModelProto;
}

namespace purser::graph {

Status refuse_unsafe(const onnx::ModelProto& model);

}  // namespace purser::graph
