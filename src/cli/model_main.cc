// purser-model: the work of `purser model`.
#include <charconv>
#include <set>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/verb.h"
#include "graph/graph.h"
#include "graph/new_model.h"
#include "report/json.h"
#include "report/table.h"

namespace purser::cli {
namespace {

using report::Align;
using report::Json;

// "32,64" or "1x28x28".
Result<std::vector<std::int64_t>> parse_sizes(std::string_view flag, std::string_view text,
                                              char separator) {
  std::vector<std::int64_t> sizes;
  for (const std::string_view part : split(text, separator)) {
    std::int64_t size = 0;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), size);
    if (error != std::errc() || end != part.data() + part.size() || size < 1) {
      return fail(ErrorCode::kInvalidInput,
                  fmt::format("{}: '{}' is no size; write positive whole numbers, for example {}",
                              flag, part, separator == 'x' ? "1x28x28" : "32,64"));
    }
    sizes.push_back(size);
  }
  return sizes;
}

// 1234567 -> "1,234,567"
std::string grouped(std::int64_t number) {
  const std::string digits = std::to_string(number);
  std::string text;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) text += ',';
    text += digits[i];
  }
  return text;
}

std::string shape_text(const graph::ValueInfo& info) {
  if (!info.has_shape) return "?";
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < info.shape.size(); ++i) {
    const bool named = i < info.dimension_names.size() && !info.dimension_names[i].empty();
    if (info.shape[i] != graph::kDynamic) {
      parts.push_back(std::to_string(info.shape[i]));
    } else {
      parts.push_back(named ? info.dimension_names[i] : "?");
    }
  }
  return parts.empty() ? "scalar" : fmt::format("{}", fmt::join(parts, "x"));
}

Json value_json(const graph::ValueInfo& info) {
  Json value = Json::object();
  value.set("name", info.name).set("type", graph::name(info.type));
  if (!info.has_shape) return value.set("shape", Json());
  Json shape = Json::array();
  for (const std::int64_t dimension : info.shape) {
    shape.push(dimension == graph::kDynamic ? Json() : Json(dimension));
  }
  return value.set("shape", shape);
}

std::int64_t parameter_count(const graph::Graph& graph, const graph::Node& node) {
  std::int64_t count = 0;
  for (const std::string& input : std::set<std::string>(node.inputs.begin(), node.inputs.end())) {
    if (const auto* tensor = graph.initializer(input)) count += tensor->element_count();
  }
  return count;
}

std::int64_t trainable_count(const graph::Graph& graph) {
  std::int64_t count = 0;
  for (const std::string& name : graph::trainable_parameters(graph)) {
    count += graph.initializer(name)->element_count();
  }
  return count;
}

Json model_json(const graph::Graph& graph, std::string_view file) {
  Json inputs = Json::array();
  for (const auto& input : graph.inputs) inputs.push(value_json(input));
  Json outputs = Json::array();
  for (const auto& output : graph.outputs) outputs.push(value_json(output));
  Json nodes = Json::array();
  for (const graph::Node& node : graph.nodes) {
    const auto work = graph::work_of(graph, node);
    const auto* info = node.outputs.empty() ? nullptr : graph.value_info(node.outputs[0]);
    Json row = Json::object();
    row.set("name", node.name).set("op_type", node.op_type).set("domain", node.domain);
    row.set("output", info != nullptr ? value_json(*info) : Json());
    row.set("parameters", parameter_count(graph, node));
    row.set("multiply_adds", work ? Json(work->multiply_adds) : Json());
    row.set("activation_bytes", work ? Json(work->activation_bytes) : Json());
    nodes.push(row);
  }
  const auto work = graph::work_of(graph);
  Json answer = Json::object();
  answer.set("file", file).set("name", graph.name).set("opset", graph.opset);
  answer.set("inputs", inputs).set("outputs", outputs).set("nodes", nodes);
  answer.set("trainable_parameters", trainable_count(graph));
  answer.set("parameter_bytes", work ? Json(work->parameter_bytes) : Json());
  answer.set("multiply_adds", work ? Json(work->multiply_adds) : Json());
  return answer.set("activation_bytes", work ? Json(work->activation_bytes) : Json());
}

std::string model_text(const graph::Graph& graph) {
  report::Table table({{"node"},
                       {"operator"},
                       {"output", Align::kRight},
                       {"parameters", Align::kRight},
                       {"multiply-adds", Align::kRight}});
  for (const graph::Node& node : graph.nodes) {
    const auto work = graph::work_of(graph, node);
    const auto* info = node.outputs.empty() ? nullptr : graph.value_info(node.outputs[0]);
    const std::int64_t parameters = parameter_count(graph, node);
    const std::string adds = !work                      ? "?"
                             : work->multiply_adds == 0 ? ""
                                                        : grouped(work->multiply_adds);
    table.add_row({node.name, node.op_type, info != nullptr ? shape_text(*info) : "?",
                   parameters == 0 ? "" : grouped(parameters), adds});
  }
  std::int64_t parameters = 0;
  for (const auto& [name, tensor] : graph.initializers) parameters += tensor.element_count();
  const auto work = graph::work_of(graph);
  table.add_total(
      {"total", "", "", grouped(parameters), work ? grouped(work->multiply_adds) : "?"});
  std::string text = table.render(report::TableStyle::for_stdout());
  for (const auto& input : graph.inputs) {
    text +=
        fmt::format("input   {}  {} {}\n", input.name, graph::name(input.type), shape_text(input));
  }
  for (const auto& output : graph.outputs) {
    text += fmt::format("output  {}  {} {}\n", output.name, graph::name(output.type),
                        shape_text(output));
  }
  text += fmt::format("opset {}, {} of the parameters can be trained\n", graph.opset,
                      grouped(trainable_count(graph)));
  if (!work) text += fmt::format("? : {}\n", work.error().message());
  return text;
}

Result<int> show_model(Context& context, const Arguments& arguments) {
  const std::string file(arguments.positional("FILE"));
  PURSER_ASSIGN(const graph::Graph graph, graph::read_onnx(file));
  PURSER_TRY(print(context.json() ? model_json(graph, file).text() + "\n" : model_text(graph)));
  return 0;
}

Result<graph::CnnSpec> cnn_spec(const Arguments& arguments) {
  graph::CnnSpec spec;
  PURSER_ASSIGN(spec.input, parse_sizes("--input", arguments.text("--input"), 'x'));
  PURSER_ASSIGN(spec.widths, parse_sizes("--widths", arguments.text_or("--widths", "32,64"), ','));
  PURSER_ASSIGN(const auto classes, arguments.integer("--classes", 2, 1'000'000));
  spec.classes = classes.value_or(10);
  PURSER_ASSIGN(const auto seed, arguments.integer("--seed", 0, INT64_MAX));
  spec.seed = static_cast<std::uint64_t>(seed.value_or(0));
  return spec;
}

Result<int> new_model(Context& context, const Arguments& arguments) {
  PURSER_ASSIGN(const graph::CnnSpec spec, cnn_spec(arguments));
  PURSER_ASSIGN(const graph::Graph graph, graph::new_cnn(spec));
  const std::string file(arguments.text_or("--output", "model.onnx"));
  const bool dry_run = arguments.has("--dry-run");
  if (!dry_run) PURSER_TRY(graph::write_onnx(graph, file));
  if (context.json()) {
    PURSER_TRY(print(model_json(graph, file).text() + "\n"));
    return 0;
  }
  PURSER_ASSIGN(const graph::Work work, graph::work_of(graph));
  PURSER_TRY(print(
      fmt::format("{}{}: {} images, {} classes, {} parameters ({}), {} multiply-adds an image.\n",
                  dry_run ? "Would write " : "", file, fmt::join(spec.input, "x"), spec.classes,
                  grouped(trainable_count(graph)), humanize(Bytes{work.parameter_bytes}),
                  grouped(work.multiply_adds))));
  return 0;
}

}  // namespace
}  // namespace purser::cli

int main(int argc, char** argv) {
  namespace cli = purser::cli;
  constexpr cli::HeavyVerb kVerbs[] = {{"model new", cli::new_model},
                                       {"model show", cli::show_model}};
  return cli::run_heavy(kVerbs, argc, argv);
}
