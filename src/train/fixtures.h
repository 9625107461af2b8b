// Small graphs and data sets for the tests of this room.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "data/data.h"
#include "graph/graph.h"
#include "train/train.h"

namespace purser::train::fixtures {

using graph::Attribute;
using graph::ElementType;
using graph::Graph;
using graph::Node;
using graph::Tensor;

inline Tensor floats(std::vector<std::int64_t> shape, const std::vector<float>& values) {
  return Tensor::of<float>(std::move(shape), values);
}
inline Tensor ints(const std::vector<std::int64_t>& values) {
  return Tensor::of<std::int64_t>({static_cast<std::int64_t>(values.size())}, values);
}
// Uniform in [-scale, scale).
inline Tensor random_floats(std::vector<std::int64_t> shape, Random& random, double scale = 0.5) {
  std::int64_t count = 1;
  for (const auto size : shape) count *= size;
  std::vector<float> values(static_cast<std::size_t>(count));
  for (float& value : values) value = static_cast<float>((2 * random.unit() - 1) * scale);
  return floats(std::move(shape), values);
}

// Builds a graph node by node; the first input of a node without inputs is the last value made.
class GraphMaker {
 public:
  explicit GraphMaker(std::vector<std::int64_t> sample_shape, std::uint64_t seed = 3)
      : random_(seed) {
    graph_.name = "test";
    graph_.opset = 21;
    std::vector<std::int64_t> shape = {graph::kDynamic};
    shape.insert(shape.end(), sample_shape.begin(), sample_shape.end());
    graph_.inputs = {{"x", ElementType::kFloat32, true, shape, {}}};
    last_ = "x";
  }

  GraphMaker& weight(const std::string& name, std::vector<std::int64_t> shape, double scale = 0.5) {
    return constant(name, random_floats(std::move(shape), random_, scale));
  }
  GraphMaker& constant(const std::string& name, Tensor tensor) {
    graph_.initializers[name] = std::move(tensor);
    return *this;
  }
  // `more` inputs follow the last value made.
  GraphMaker& node(const std::string& op_type, std::vector<std::string> more = {},
                   std::map<std::string, Attribute> attributes = {}) {
    Node node;
    node.op_type = op_type;
    node.name = op_type + std::to_string(graph_.nodes.size());
    node.inputs = {last_};
    node.inputs.insert(node.inputs.end(), more.begin(), more.end());
    last_ = "v" + std::to_string(graph_.nodes.size());
    node.outputs = {last_};
    node.attributes = std::move(attributes);
    graph_.nodes.push_back(std::move(node));
    return *this;
  }
  const std::string& last() const { return last_; }
  Graph done(std::int64_t classes) {
    graph_.outputs = {{last_, ElementType::kFloat32, true, {graph::kDynamic, classes}, {}}};
    return graph_;
  }

 private:
  Random random_;
  Graph graph_;
  std::string last_;
};

inline std::vector<std::int64_t> ints_of(std::initializer_list<std::int64_t> values) {
  return values;
}

// Conv 1->4, Relu, MaxPool, (Dropout), Gemm, for samples of 1x8x8 and 3 classes.
inline Graph small_cnn(bool with_dropout = false) {
  GraphMaker make({1, 8, 8});
  make.weight("k", {4, 1, 3, 3}).weight("kb", {4}).weight("w", {3, 64}).weight("wb", {3});
  make.constant("ratio", floats({}, {0.25F}));
  make.node("Conv", {"k", "kb"}, {{"pads", ints_of({1, 1, 1, 1})}})
      .node("Relu")
      .node("MaxPool", {}, {{"kernel_shape", ints_of({2, 2})}, {"strides", ints_of({2, 2})}})
      .node("Flatten");
  if (with_dropout) make.node("Dropout", {"ratio"});
  return make.node("Gemm", {"w", "wb"}, {{"transB", std::int64_t{1}}}).done(3);
}

// Conv 1->4, BatchNormalization, MatMul, for the same.
inline Graph normalized_cnn() {
  GraphMaker make({1, 8, 8});
  make.weight("k", {4, 1, 3, 3}).weight("scale", {4}).weight("shift", {4}).weight("w", {144, 3});
  make.constant("mean", floats({4}, {0, 0, 0, 0})).constant("variance", floats({4}, {1, 1, 1, 1}));
  return make.node("Conv", {"k"})
      .node("BatchNormalization", {"scale", "shift", "mean", "variance"})
      .node("Flatten")
      .node("MatMul", {"w"})
      .done(3);
}

// Noise with a bright third of the image that tells the class.
inline data::Dataset stripes(std::int64_t size, std::vector<std::int64_t> shape = {1, 8, 8},
                             std::int64_t classes = 3, std::uint64_t seed = 11) {
  data::Dataset made;
  made.name = "stripes";
  made.sample_shape = std::move(shape);
  made.classes = classes;
  const std::int64_t numbers = made.sample_size();
  Random random(seed);
  for (std::int64_t i = 0; i < size; ++i) {
    const auto label = static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(classes)));
    made.labels.push_back(static_cast<std::uint8_t>(label));
    for (std::int64_t p = 0; p < numbers; ++p) {
      const bool bright = p * classes / numbers == label;
      made.pixels.push_back(static_cast<std::uint8_t>(random.below(128) + (bright ? 100 : 0)));
    }
  }
  return made;
}

// A short run that learns the stripes.
inline Options small_options() {
  Options options;
  options.batch = 10;
  options.epochs = 3;
  options.learning_rate = 0.02;
  options.held_out_fraction = 0.2;
  options.threads = 1;
  return options;
}

}  // namespace purser::train::fixtures
