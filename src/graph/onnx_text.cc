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

std::string with_docs(std::string_view model) {
  onnx::ModelProto message;
  if (!message.ParseFromArray(model.data(), static_cast<int>(model.size()))) std::abort();
  onnx::GraphProto& graph = *message.mutable_graph();
  graph.set_doc_string("doc of " + graph.name());
  for (auto& value : *graph.mutable_input()) value.set_doc_string("doc of " + value.name());
  for (auto& value : *graph.mutable_output()) value.set_doc_string("doc of " + value.name());
  for (auto& node : *graph.mutable_node()) node.set_doc_string("doc of " + node.op_type());
  return message.SerializeAsString();
}

}  // namespace purser::graph
