// From the bytes of a file to a Graph and back. This is where the exceptions of ONNX's library end.
#include <algorithm>
#include <exception>
#include <limits>
#include <unordered_map>

#include <fmt/format.h>
#include <google/protobuf/stubs/logging.h>
#include <onnx/checker.h>
#include <onnx/inliner/inliner.h>
#include <onnx/onnx_pb.h>
#include <onnx/shape_inference/implementation.h>
#include <onnx/version_converter/convert.h>

#include "base/files.h"
#include "graph/graph.h"
#include "graph/onnx_convert.h"
#include "graph/onnx_guard.h"
#include "graph/order.h"

namespace purser::graph {
namespace {

constexpr Bytes kLargestFile{std::numeric_limits<std::int32_t>::max()};  // protobuf's own limit

// The library's messages run over several lines; ours are one.
std::string one_line(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const bool space = c == '\n' || c == '\r' || c == '\t' || c == ' ';
    if (!space) line += c;
    if (space && !line.empty() && line.back() != ' ') line += ' ';
  }
  while (!line.empty() && (line.back() == ' ' || line.back() == '.')) line.pop_back();
  constexpr std::size_t kLongest = 300;
  if (line.size() > kLongest) line = line.substr(0, kLongest) + " …";
  return line;
}

// Failed assertions of the library lead with the source file it was compiled from.
std::string_view without_source_position(std::string_view text) {
  constexpr std::string_view kMark = "` failed: ";
  const std::size_t mark = text.find(kMark);
  return mark == std::string_view::npos ? text : text.substr(mark + kMark.size());
}

// Runs `step`, which may throw what ONNX's library throws.
template <class Step>
Status guarded(std::string_view doing, Step step) {
  try {
    step();
    return {};
  } catch (const std::bad_alloc&) {
    return fail(ErrorCode::kResource, fmt::format("{} takes more memory than there is", doing));
  } catch (const std::exception& thrown) {
    return fail(
        ErrorCode::kInvalidInput,
        fmt::format("{} failed: {}", doing, one_line(without_source_position(thrown.what()))));
  }
}

Status sort_nodes(onnx::GraphProto& graph) {
  std::vector<Edges> edges;
  for (const auto& node : graph.node()) {
    edges.push_back(
        {{node.input().begin(), node.input().end()}, {node.output().begin(), node.output().end()}});
  }
  const Order order = topological_order(edges);
  if (order.stuck) {
    const auto& node = graph.node(static_cast<int>(*order.stuck));
    return fail(ErrorCode::kInvalidInput,
                fmt::format("node '{}' ({}) waits for its own result; export the model again",
                            node.name(), node.op_type()));
  }
  if (std::is_sorted(order.indices.begin(), order.indices.end())) return {};
  google::protobuf::RepeatedPtrField<onnx::NodeProto> sorted;
  for (const std::size_t index : order.indices) {
    sorted.Add()->Swap(graph.mutable_node(static_cast<int>(index)));
  }
  graph.mutable_node()->Swap(&sorted);
  return {};
}

std::int64_t opset_of(const onnx::ModelProto& model) {
  for (const auto& import : model.opset_import()) {
    if (import.domain().empty() || import.domain() == "ai.onnx") return import.version();
  }
  return 0;
}

// The converter forgets the metadata, and what is said about single values.
void keep_what_is_told(const onnx::ModelProto& from, onnx::ModelProto& to) {
  to.mutable_metadata_props()->CopyFrom(from.metadata_props());
  const onnx::GraphProto& old = from.graph();
  std::unordered_map<std::string, const std::string*> docs;
  for (const auto* values : {&old.input(), &old.output(), &old.value_info()}) {
    for (const auto& value : *values) {
      if (value.has_doc_string()) docs.emplace(value.name(), &value.doc_string());
    }
  }
  auto& graph = *to.mutable_graph();
  for (auto* values : {graph.mutable_input(), graph.mutable_output(), graph.mutable_value_info()}) {
    for (auto& value : *values) {
      const auto doc = docs.find(value.name());
      if (doc != docs.end()) value.set_doc_string(*doc->second);
    }
  }
}

Status convert_opset(onnx::ModelProto& model) {
  const std::int64_t opset = opset_of(model);
  if (opset == kOpset) return {};
  if (opset == 0) {  // no node uses an operator of ONNX, or the check would have failed
    auto* import = model.add_opset_import();
    import->set_domain("");
    import->set_version(kOpset);
    return {};
  }
  const Status converted = guarded(fmt::format("converting opset {} to {}", opset, kOpset), [&] {
    onnx::ModelProto result =
        onnx::version_conversion::ConvertVersion(model, static_cast<int>(kOpset));
    keep_what_is_told(model, result);
    model.Swap(&result);
  });
  if (!converted && opset > kOpset) {
    return fail(ErrorCode::kUnsupported,
                fmt::format("{}; export it with opset {}", converted.error().message(), kOpset));
  }
  return converted;
}

Status infer(onnx::ModelProto& model) {
  return guarded("working out the shapes", [&] {
    const onnx::ShapeInferenceOptions options(/*check_type=*/true, /*strict_mode=*/1,
                                              /*data_prop=*/true);
    onnx::shape_inference::InferShapes(model, onnx::OpSchemaRegistry::Instance(), options);
  });
}

// Users rename files; say what they most often have instead.
std::string what_it_may_be(std::string_view bytes) {
  if (bytes.empty()) return "is empty";
  if (bytes.starts_with("PK\x03\x04")) {
    return "is a zip archive, such as a PyTorch checkpoint, and no ONNX model";
  }
  if (bytes.starts_with("\x80")) return "is a Python pickle and no ONNX model";
  if (bytes.starts_with("\x89HDF")) return "is an HDF5 file (Keras?) and no ONNX model";
  if (bytes.starts_with("version https://git-lfs")) {
    return "is a Git LFS pointer: 'git lfs pull' brings the model itself";
  }
  return fmt::format("is no ONNX model, or was cut short at {} bytes", bytes.size());
}

Result<onnx::ModelProto> parse_model(std::string_view bytes) {
  // protobuf reports what it cannot read on stderr as well; ours is the one voice there.
  const google::protobuf::LogSilencer silence;
  onnx::ModelProto model;
  const bool parsed = !bytes.empty() &&
                      bytes.size() <= static_cast<std::size_t>(kLargestFile.count) &&
                      model.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
  if (!parsed || !model.has_ir_version() || !model.has_graph()) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("{}; export or copy it again", what_it_may_be(bytes)));
  }
  return model;
}

Result<Graph> read_model(std::string_view bytes) {
  PURSER_ASSIGN(onnx::ModelProto model, parse_model(bytes));
  PURSER_TRY(refuse_unsafe(model));
  PURSER_TRY(check_dimensions(model));
  PURSER_TRY(sort_nodes(*model.mutable_graph()));
  PURSER_TRY(guarded("ONNX's check", [&] { onnx::checker::check_model(model); }));
  if (model.functions_size() > 0) {
    PURSER_TRY(guarded("inlining the model's functions",
                       [&] { onnx::inliner::InlineLocalFunctions(model, true); }));
    PURSER_TRY(refuse_unsafe(model));
  }
  state_kernel_shapes(model);
  PURSER_TRY(convert_opset(model));
  PURSER_TRY(sort_nodes(*model.mutable_graph()));
  PURSER_TRY(infer(model));
  return graph_of(model);
}

}  // namespace

Result<Graph> parse_onnx(std::string_view bytes, std::string_view where) {
  auto graph = read_model(bytes);
  if (!graph) return fail(std::move(graph).error().in(where));
  return graph;
}

Result<Graph> read_onnx(const std::filesystem::path& path) {
  PURSER_ASSIGN(const std::string bytes, read_file(path, kLargestFile));
  return parse_onnx(bytes, path.string());
}

Result<std::string> serialize_onnx(const Graph& graph) {
  const onnx::ModelProto model = model_of(graph);
  if (model.ByteSizeLong() > static_cast<std::size_t>(kLargestFile.count)) {
    return fail(
        ErrorCode::kUnsupported,
        fmt::format("model '{}' would take {}; an ONNX file holds 2 GiB at most", graph.name,
                    humanize(Bytes{static_cast<std::int64_t>(model.ByteSizeLong())})));
  }
  PURSER_TRY(guarded("ONNX's check", [&] { onnx::checker::check_model(model); }));
  // No field of a model is a map, so that protobuf writes equal messages as equal bytes.
  return model.SerializeAsString();
}

Status write_onnx(const Graph& graph, const std::filesystem::path& path) {
  auto bytes = serialize_onnx(graph);
  if (!bytes) return fail(std::move(bytes).error().in(path.string()));
  return write_file_atomically(path, *bytes);
}

Status infer_shapes(Graph& graph) {
  onnx::ModelProto model = model_of(graph);
  model.mutable_graph()->clear_value_info();
  for (auto& output : *model.mutable_graph()->mutable_output()) {
    output.mutable_type()->mutable_tensor_type()->clear_shape();
  }
  PURSER_TRY(infer(model));
  return take_shapes(model.graph(), graph);
}

}  // namespace purser::graph
