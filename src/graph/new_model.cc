#include "graph/new_model.h"

#include <cmath>
#include <span>

#include <fmt/format.h>

#include "base/random.h"

namespace purser::graph {
namespace {

constexpr std::int64_t kMostWeights = std::int64_t{1} << 28;
constexpr std::int64_t kKernel = 3;

tl::unexpected<Error> wrong(std::string message) {
  return fail(ErrorCode::kInvalidInput, std::move(message));
}

Tensor uniform(Random& random, std::vector<std::int64_t> shape, std::int64_t fan_in) {
  Tensor tensor{ElementType::kFloat32, std::move(shape), {}};
  tensor.bytes.resize(static_cast<std::size_t>(tensor.element_count()) * sizeof(float));
  const double bound = 1.0 / std::sqrt(static_cast<double>(fan_in));
  for (float& value : tensor.as<float>()) {
    value = static_cast<float>((2.0 * random.unit() - 1.0) * bound);
  }
  return tensor;
}

// Appends nodes one behind the other.
class Chain {
 public:
  Chain(Graph& graph, std::uint64_t seed) : graph_(graph), random_(seed) {}

  void op(std::string name, std::string op_type, std::map<std::string, Attribute> attributes = {},
          std::vector<std::string> parameters = {}) {
    std::vector<std::string> inputs{value_};
    inputs.insert(inputs.end(), parameters.begin(), parameters.end());
    value_ = name + "_out";
    graph_.nodes.push_back({.name = std::move(name),
                            .op_type = std::move(op_type),
                            .domain = "",
                            .inputs = std::move(inputs),
                            .outputs = {value_},
                            .attributes = std::move(attributes)});
  }

  // An operator with a weight and a bias of its own.
  void layer(const std::string& name, std::string op_type, std::vector<std::int64_t> weight_shape,
             std::map<std::string, Attribute> attributes) {
    std::int64_t fan_in = 1;
    for (const std::int64_t dimension : std::span(weight_shape).subspan(1)) fan_in *= dimension;
    const std::int64_t outputs = weight_shape[0];
    graph_.initializers[name + ".weight"] = uniform(random_, std::move(weight_shape), fan_in);
    graph_.initializers[name + ".bias"] = uniform(random_, {outputs}, fan_in);
    op(name, std::move(op_type), std::move(attributes), {name + ".weight", name + ".bias"});
  }

  void start(std::string value) { value_ = std::move(value); }
  void end(const std::string& value) { graph_.nodes.back().outputs = {value}; }

 private:
  Graph& graph_;
  Random random_;
  std::string value_;
};

Status check(const CnnSpec& spec) {
  if (spec.input.size() != 3 || spec.input[0] < 1 || spec.input[1] < 1 || spec.input[2] < 1) {
    return wrong(fmt::format("the input must be CHANNELSxHEIGHTxWIDTH, for example 1x28x28"));
  }
  if (spec.classes < 2) return wrong(fmt::format("{} classes; two is the least", spec.classes));
  if (spec.widths.empty()) return wrong("give at least one width, for example 32,64");
  std::int64_t weights = 0;
  std::int64_t channels = spec.input[0];
  std::int64_t height = spec.input[1];
  std::int64_t width = spec.input[2];
  const auto count = [&](std::int64_t a, std::int64_t b) {
    std::int64_t layer = 0;
    const bool overflow =
        __builtin_mul_overflow(a, b, &layer) || __builtin_add_overflow(weights, layer, &weights);
    return !overflow && weights <= kMostWeights;
  };
  const auto too_many = [] {
    return wrong(
        fmt::format("that makes more than {} weights; choose smaller sizes", kMostWeights));
  };
  for (const std::int64_t out : spec.widths) {
    if (out < 1) return wrong(fmt::format("a width of {}; one is the least", out));
    if (channels > kMostWeights || !count(out, channels * kKernel * kKernel)) return too_many();
    channels = out;
    height /= 2;
    width /= 2;
  }
  if (height == 0 || width == 0) {
    return wrong(fmt::format("{} widths halve a {}x{} image to nothing; give fewer widths",
                             spec.widths.size(), spec.input[1], spec.input[2]));
  }
  std::int64_t features = 0;
  if (__builtin_mul_overflow(height, width, &features) ||
      __builtin_mul_overflow(features, channels, &features) || !count(spec.classes, features)) {
    return too_many();
  }
  return {};
}

}  // namespace

Result<Graph> new_cnn(const CnnSpec& spec) {
  PURSER_TRY(check(spec));
  using Ints = std::vector<std::int64_t>;
  Graph graph;
  graph.name = "cnn";
  graph.opset = kOpset;
  graph.inputs.push_back({.name = "image",
                          .type = ElementType::kFloat32,
                          .has_shape = true,
                          .shape = {kDynamic, spec.input[0], spec.input[1], spec.input[2]},
                          .dimension_names = {"batch", "", "", ""}});
  graph.outputs.push_back({.name = "logits",
                           .type = ElementType::kFloat32,
                           .has_shape = true,
                           .shape = {kDynamic, spec.classes},
                           .dimension_names = {"batch", ""}});
  Chain chain(graph, spec.seed);
  chain.start("image");
  Ints shape = spec.input;
  for (std::size_t i = 0; i < spec.widths.size(); ++i) {
    const std::string number = std::to_string(i + 1);
    chain.layer("conv" + number, "Conv", {spec.widths[i], shape[0], kKernel, kKernel},
                {{"kernel_shape", Ints{kKernel, kKernel}}, {"pads", Ints{1, 1, 1, 1}}});
    chain.op("relu" + number, "Relu");
    chain.op("pool" + number, "MaxPool", {{"kernel_shape", Ints{2, 2}}, {"strides", Ints{2, 2}}});
    shape = {spec.widths[i], shape[1] / 2, shape[2] / 2};
  }
  chain.op("flatten", "Flatten");
  chain.layer("fc", "Gemm", {spec.classes, shape[0] * shape[1] * shape[2]},
              {{"transB", std::int64_t{1}}});
  chain.end("logits");
  PURSER_TRY(infer_shapes(graph));
  return graph;
}

}  // namespace purser::graph
