// Whether a graph can be trained is told of any graph, and nothing crashes over it: of bytes that
// may be a model, and of a graph drawn from them, operator by operator, as no exporter writes one.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "graph/graph.h"
#include "graph/weights.h"
#include "train/train.h"

namespace {

using namespace std::string_literals;
using purser::graph::Graph;
using purser::graph::Node;
using purser::graph::Tensor;

// Numbers out of the input; zeros behind its end.
class Draw {
 public:
  explicit Draw(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}
  std::size_t below(std::size_t limit) {
    if (bytes_.empty()) return 0;
    const std::uint8_t byte = bytes_.front();
    bytes_ = bytes_.subspan(1);
    return byte % limit;
  }
  std::int64_t number() {
    constexpr std::int64_t kEdges[] = {0, 1, 2, 3, 4, 7, -1, INT32_MAX, INT64_MAX, INT64_MIN};
    return kEdges[below(std::size(kEdges))];
  }
  std::vector<std::int64_t> numbers() {
    std::vector<std::int64_t> all(below(6));
    for (std::int64_t& one : all) one = number();
    return all;
  }
  const std::string& one_of(const std::vector<std::string>& all) { return all[below(all.size())]; }

 private:
  std::span<const std::uint8_t> bytes_;
};

Tensor drawn_tensor(Draw& draw) {
  std::vector<std::int64_t> shape(draw.below(5));
  std::size_t count = 1;
  for (std::int64_t& size : shape) {
    size = static_cast<std::int64_t>(draw.below(4));
    count *= static_cast<std::size_t>(size);
  }
  return Tensor::of<float>(shape, std::vector<float>(count, 0.5F));
}

Node drawn_node(Draw& draw, const std::vector<std::string>& values) {
  static const std::vector<std::string> operators = [] {
    auto all = purser::train::supported_operators();
    all.emplace_back("Erf");
    return all;
  }();
  Node node;
  node.op_type = draw.one_of(operators);
  node.domain = draw.below(16) == 1 ? "com.example" : "";
  for (std::size_t i = draw.below(6); i > 0; --i) node.inputs.push_back(draw.one_of(values));
  for (const char* name : {"strides", "dilations", "pads", "kernel_shape"}) {
    if (draw.below(2) == 1) node.attributes[name] = draw.numbers();
  }
  if (draw.below(4) == 1)
    node.attributes["auto_pad"] = draw.below(2) == 1 ? "SAME_UPPER"s : "VALID"s;
  if (draw.below(8) == 1) node.attributes["value"] = drawn_tensor(draw);
  return node;
}

Graph drawn_graph(Draw draw) {
  Graph graph;
  std::vector<std::string> values{"x", ""};
  for (std::size_t i = draw.below(3); i > 0; --i) {
    graph.inputs.push_back(
        {"x", purser::graph::ElementType::kFloat32, draw.below(4) != 1, draw.numbers(), {}});
  }
  for (std::size_t i = draw.below(6); i > 0; --i) {
    values.push_back("w" + std::to_string(i));
    graph.initializers[values.back()] = drawn_tensor(draw);
  }
  for (std::size_t i = draw.below(12); i > 0; --i) {
    Node node = drawn_node(draw, values);
    node.name = "n" + std::to_string(i);
    for (std::size_t output = draw.below(3); output > 0; --output) {
      node.outputs.push_back(node.name + "_" + std::to_string(output));
      values.push_back(node.outputs.back());
    }
    graph.nodes.push_back(std::move(node));
  }
  for (std::size_t i = draw.below(3); i > 0; --i) {
    graph.outputs.push_back(
        {draw.one_of(values), purser::graph::ElementType::kFloat32, true, {}, {}});
  }
  return graph;
}

void check(const Graph& graph) {
  const std::vector<std::string> parameters = purser::graph::trainable_parameters(graph);
  for (const std::string& name : parameters) (void)purser::graph::is_weight(graph, name);
  if (!purser::train::check_supported(graph)) return;
  // What is taken has what training needs; whether a data set fits it, is told.
  if (graph.inputs.size() != 1 || graph.outputs.size() != 1 || parameters.empty()) std::abort();
  const purser::data::Dataset dataset{
      .name = "fuzz", .sample_shape = {1, 4, 4}, .classes = 2, .pixels = {}, .labels = {}};
  (void)purser::train::sample_shape(graph, dataset);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  check(drawn_graph(Draw({data, size})));
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto graph = purser::graph::parse_onnx(bytes, "fuzz")) check(*graph);
  return 0;
}
