#include "graph/onnx_text.h"

#include <cstdio>
#include <cstdlib>

#include <onnx/defs/parser.h>
#include <onnx/onnx_pb.h>

namespace purser::graph {

std::string model_from_text(std::string_view text) {
  onnx::ModelProto model;
  const auto status = onnx::OnnxParser::Parse(model, std::string(text).c_str());
  if (!status.IsOK()) {
    std::fprintf(stderr, "%s\n", status.ErrorMessage().c_str());
    std::abort();
  }
  return model.SerializeAsString();
}

}  // namespace purser::graph
