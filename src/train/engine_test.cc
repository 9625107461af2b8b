#include "train/engine.h"

#include <cmath>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "train/fixtures.h"
#include "train/loader.h"

namespace purser::train {
namespace {

using fixtures::GraphMaker;
using fixtures::ints;
using fixtures::ints_of;
using graph::Graph;

Engine engine_of(const Graph& graph, const data::Dataset& dataset) {
  auto made = Engine::create(graph, dataset, Engine::Purpose::kTraining, 1);
  EXPECT_TRUE(made) << made.error().message();
  return std::move(*made);
}

std::vector<std::int64_t> range(std::int64_t from, std::int64_t to) {
  std::vector<std::int64_t> indices;
  for (auto i = from; i < to; ++i) indices.push_back(i);
  return indices;
}

// Sum of losses over the samples, their gradient added up; in micro-batches of the size given.
double accumulate(Engine& engine, const data::Dataset& dataset, std::int64_t micro_batch,
                  double scale = 1) {
  const auto loader = *Loader::open(dataset, micro_batch, engine.wants_channels_last(),
                                    in_order(range(0, dataset.size()), micro_batch));
  double loss = 0;
  for (Batch batch = *loader->next(); !batch.labels.empty(); batch = *loader->next()) {
    const auto part = engine.accumulate_gradient(batch, scale, {});
    EXPECT_TRUE(part) << part.error().message();
    if (part) loss += *part;
  }
  return loss;
}

// Compares the gradient with finite differences of the loss itself, number by number.
void expect_true_gradient(const Graph& graph, const data::Dataset& dataset) {
  Engine engine = engine_of(graph, dataset);
  const State start = engine.save();
  ASSERT_TRUE(engine.restore(start));
  accumulate(engine, dataset, dataset.size());
  const auto gradient = engine.gradient();
  double largest = 0;
  for (const float g : gradient) largest = std::max(largest, std::abs(static_cast<double>(g)));
  ASSERT_GT(largest, 1e-3) << "nothing to compare";
  int compared = 0;
  for (std::size_t i = 0; i < gradient.size(); i += 1 + gradient.size() / 60) {
    const auto loss_at = [&](float shift) {
      State moved = start;
      moved.parameters[i] += shift;
      EXPECT_TRUE(engine.restore(moved));
      return accumulate(engine, dataset, dataset.size());
    };
    constexpr float kShift = 2e-3F;
    const double difference = (loss_at(kShift) - loss_at(-kShift)) / (2 * kShift);
    EXPECT_NEAR(gradient[i], difference, 0.02 * largest + 2e-3) << "number " << i;
    ++compared;
  }
  EXPECT_GT(compared, 20);
}

TEST(Engine, GradientOfACnnIsTheSlopeOfItsLoss) {
  expect_true_gradient(fixtures::small_cnn(), fixtures::stripes(6));
}

TEST(Engine, GradientThroughSmoothOperatorsIsTheSlopeOfTheLoss) {
  GraphMaker make({2, 4, 4});
  make.weight("k", {6, 1, 3, 3}).weight("scale", {6}).weight("shift", {6});
  make.constant("mean", fixtures::floats({6}, std::vector<float>(6, 0)));
  make.constant("variance", fixtures::floats({6}, std::vector<float>(6, 1)));
  make.weight("w", {6, 3}, 1.0).weight("b", {3}).constant("two", fixtures::floats({}, {2}));
  make.node("Conv", {"k"}, {{"group", std::int64_t{2}}, {"auto_pad", "SAME_UPPER"}})
      .node("BatchNormalization", {"scale", "shift", "mean", "variance"})
      .node("Tanh")
      .node("Mul", {"two"})
      .node("Sigmoid")
      .node("AveragePool", {}, {{"kernel_shape", ints_of({2, 2})}, {"strides", ints_of({2, 2})}})
      .node("Elu")
      .node("GlobalAveragePool")
      .constant("axes", ints({2, 3}))
      .node("Squeeze", {"axes"})
      .node("MatMul", {"w"})
      .node("Add", {"b"})
      .node("Softmax");
  expect_true_gradient(make.done(3), fixtures::stripes(8, {2, 4, 4}));
}

TEST(Engine, FinalSoftmaxIsPartOfTheLoss) {
  Graph with = fixtures::small_cnn();
  graph::Node softmax;
  softmax.name = "softmax";
  softmax.op_type = "Softmax";
  softmax.inputs = {with.outputs[0].name};
  softmax.outputs = {"probabilities"};
  const auto dataset = fixtures::stripes(5);
  Engine plain = engine_of(with, dataset);
  with.nodes.push_back(softmax);
  with.outputs[0].name = "probabilities";
  Engine probabilities = engine_of(with, dataset);
  EXPECT_EQ(accumulate(plain, dataset, 5), accumulate(probabilities, dataset, 5));
}

TEST(Engine, CuttingABatchLeavesItsGradient) {
  const auto dataset = fixtures::stripes(13);
  const Graph graph = fixtures::small_cnn();
  Engine whole = engine_of(graph, dataset);
  const double loss = accumulate(whole, dataset, 13, 1.0 / 13);
  const auto expected = whole.gradient();
  for (const std::int64_t micro_batch : {1, 4, 5, 12}) {  // 13 = 4 + 4 + 4 + 1
    Engine cut = engine_of(graph, dataset);
    EXPECT_NEAR(accumulate(cut, dataset, micro_batch, 1.0 / 13), loss, 1e-4);
    EXPECT_THAT(cut.gradient(), testing::Pointwise(testing::FloatNear(1e-5F), expected));
  }
}

// AdamW by its definition, in double precision.
TEST(Engine, UpdateIsAdamW) {
  const auto dataset = fixtures::stripes(4);
  Engine engine = engine_of(fixtures::small_cnn(), dataset);
  std::vector<double> w, m, v;
  for (int step = 1; step <= 3; ++step) {
    accumulate(engine, dataset, 4, 0.25);
    const State before = engine.save();
    const auto gradient = engine.gradient();
    const double rate = 0.01, decay = 0.1;
    if (step == 1) {
      w.assign(before.parameters.begin(), before.parameters.end());
      m.assign(w.size(), 0);
      v.assign(w.size(), 0);
    }
    ASSERT_TRUE(engine.update(rate, decay));
    const State after = engine.save();
    const std::size_t decayed = 4 * 9 + 12 + 3 * 64;  // kernels and matrix, padded to lines
    for (std::size_t i = 0; i < w.size(); ++i) {
      m[i] = 0.9 * m[i] + 0.1 * gradient[i];
      v[i] = 0.999 * v[i] + 0.001 * gradient[i] * gradient[i];
      if (i < decayed) w[i] *= 1 - rate * decay;
      w[i] -= rate * (m[i] / (1 - std::pow(0.9, step))) /
              (std::sqrt(v[i] / (1 - std::pow(0.999, step))) + 1e-8);
      ASSERT_NEAR(after.parameters[i], w[i], 2e-5) << i;
    }
    EXPECT_THAT(engine.gradient(), testing::Each(0.0F));
  }
}

TEST(Engine, GraphGetsTheTrainedWeightsBackInTheirOwnOrder) {
  const auto dataset = fixtures::stripes(4);
  GraphMaker make({3, 4, 4});
  make.weight("k", {2, 3, 2, 2}).weight("w", {18, 3});
  const Graph graph = make.node("Conv", {"k"}).node("Flatten").node("MatMul", {"w"}).done(3);
  const Engine engine = engine_of(graph, fixtures::stripes(4, {3, 4, 4}));
  Graph written = graph;
  for (auto& [name, tensor] : written.initializers) {
    for (float& value : tensor.as<float>()) value = -1;
  }
  engine.write_to(written);
  EXPECT_EQ(written.initializers.at("k").bytes, graph.initializers.at("k").bytes);
  EXPECT_EQ(written.initializers.at("w").bytes, graph.initializers.at("w").bytes);
}

TEST(Engine, LayoutOfTheSamplesDoesNotMatter) {
  const auto dataset = fixtures::stripes(4, {3, 4, 4});
  GraphMaker image({3, 4, 4});
  image.weight("w", {48, 3});
  const Graph from_image = image.node("Flatten").node("MatMul", {"w"}).done(3);
  GraphMaker flat({48});
  flat.weight("w", {48, 3});
  const Graph from_numbers = flat.node("MatMul", {"w"}).done(3);
  Engine a = engine_of(from_image, dataset);
  Engine b = engine_of(from_numbers, dataset);
  EXPECT_TRUE(a.wants_channels_last());
  EXPECT_FALSE(b.wants_channels_last());
  EXPECT_FLOAT_EQ(static_cast<float>(accumulate(a, dataset, 4)),
                  static_cast<float>(accumulate(b, dataset, 4)));
}

// The loss makes its own softmax: one more would flatten it.
TEST(Engine, TakesWhatGoesIntoAFinalSoftmax_AlsoBehindWhatOnlyChangesTheShape) {
  const auto dataset = fixtures::stripes(6, {4});
  const auto loss_of_model = [&](const std::vector<std::string>& behind) {
    GraphMaker make({4});
    make.weight("w", {4, 3}, 2).constant("axes", ints({1, 2})).constant("two", ints({2}));
    make.constant("flat", ints({0, 3})).node("MatMul", {"w"});
    for (const std::string& op_type : behind) {
      if (op_type == "Unsqueeze") {
        make.node(op_type, {"axes"});
      } else if (op_type == "Reshape") {
        make.node(op_type, {"flat"});
      } else if (op_type.ends_with("oftmax")) {
        make.node(op_type, {}, {{"axis", std::int64_t{-1}}});
      } else {
        make.node(op_type);
      }
    }
    Engine engine = engine_of(make.done(3), dataset);
    return accumulate(engine, dataset, 6);
  };
  const double plain = loss_of_model({});
  EXPECT_NEAR(loss_of_model({"Softmax"}), plain, 1e-5);
  EXPECT_NEAR(loss_of_model({"Softmax", "Identity"}), plain, 1e-5);
  EXPECT_NEAR(loss_of_model({"Softmax", "Flatten"}), plain, 1e-5);
  EXPECT_NEAR(loss_of_model({"Unsqueeze", "Softmax", "Squeeze"}), plain, 1e-5);
  EXPECT_NEAR(loss_of_model({"Unsqueeze", "LogSoftmax", "Reshape", "Identity"}), plain, 1e-5);
  EXPECT_GT(std::abs(loss_of_model({"Softmax", "Relu"}) - plain), 1e-3)
      << "a Softmax that something is computed from is the model's own";
}

TEST(Engine, DrawsWeightsToZero_AndNoBiasOrScaleOfWhateverShape) {
  GraphMaker make({4});
  make.weight("w", {4, 5}).weight("b", {1, 5}).weight("v", {5, 3}).weight("c", {1, 3});
  const Graph graph = make.node("MatMul", {"w"})
                          .node("Add", {"b"})
                          .node("Mul", {"b"})
                          .node("Sub", {"b"})
                          .node("Relu")
                          .node("Gemm", {"v", "c"})
                          .done(3);
  const auto dataset = fixtures::stripes(6, {4});
  Engine engine = engine_of(graph, dataset);
  ASSERT_TRUE(engine.update(0.1, 0.5));  // without a gradient: the decay alone
  Graph after = graph;
  engine.write_to(after);
  for (const std::string name : {"w", "v"}) {
    const auto before = graph.initializers.at(name).as<float>();
    const auto now = std::as_const(after).initializers.at(name).as<float>();
    for (std::size_t i = 0; i < now.size(); ++i) EXPECT_NEAR(now[i], 0.95F * before[i], 1e-6);
  }
  for (const std::string name : {"b", "c"}) {
    EXPECT_EQ(after.initializers.at(name).bytes, graph.initializers.at(name).bytes) << name;
  }
}

TEST(Engine, NamesTheNodeThatFails) {
  GraphMaker make({1, 8, 8});
  make.weight("w", {63, 3});
  const Graph graph = make.node("Flatten").node("MatMul", {"w"}).done(3);
  const auto dataset = fixtures::stripes(2);
  Engine engine = engine_of(graph, dataset);
  const auto loader = *Loader::open(dataset, 2, engine.wants_channels_last(), in_order({0, 1}, 2));
  const auto result = engine.accumulate_gradient(*loader->next(), 1, {});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code(), ErrorCode::kEngine);
  EXPECT_THAT(result.error().message(), testing::HasSubstr("MatMul1"));
}

TEST(Engine, RefusesDataOfAnotherShape) {
  const auto refused = Engine::create(fixtures::small_cnn(), fixtures::stripes(2, {1, 8, 7}),
                                      Engine::Purpose::kTraining, 1);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::kInvalidInput);
  EXPECT_THAT(refused.error().message(), testing::HasSubstr("1x8x8"));
  const auto classes = Engine::create(fixtures::small_cnn(), fixtures::stripes(2, {1, 8, 8}, 4),
                                      Engine::Purpose::kTraining, 1);
  EXPECT_FALSE(classes);
}

}  // namespace
}  // namespace purser::train
