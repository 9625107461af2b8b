#include "graph/new_model.h"

#include <algorithm>
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace purser::graph {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(NewCnn, IsTheNetworkOfTheBenchmark) {
  const auto graph = new_cnn({});
  ASSERT_TRUE(graph) << graph.error().message();
  EXPECT_THAT(graph->inputs[0].shape, ElementsAre(kDynamic, 1, 28, 28));
  EXPECT_THAT(graph->outputs[0].shape, ElementsAre(kDynamic, 10));
  EXPECT_EQ(graph->inputs[0].dimension_names[0], "batch");
  EXPECT_EQ(graph->outputs[0].dimension_names[0], "batch");
  EXPECT_THAT(graph->initializer("conv2.weight")->shape, ElementsAre(64, 32, 3, 3));
  EXPECT_THAT(graph->initializer("fc.weight")->shape, ElementsAre(10, 3136));
  EXPECT_THAT(trainable_parameters(*graph),
              ElementsAre("conv1.weight", "conv1.bias", "conv2.weight", "conv2.bias", "fc.weight",
                          "fc.bias"));
}

TEST(NewCnn, CostsWhatAPencilSays) {
  const auto graph = new_cnn({});
  const auto work = work_of(*graph);
  ASSERT_TRUE(work) << work.error().message();
  EXPECT_EQ(work->multiply_adds, 28 * 28 * 32 * 9 + 14 * 14 * 64 * 32 * 9 + 3136 * 10);
  EXPECT_EQ(work->parameter_bytes, 4 * (32 * 9 + 32 + 64 * 32 * 9 + 64 + 31360 + 10));
  const std::int64_t first = std::int64_t{32} * 28 * 28;
  const std::int64_t second = std::int64_t{64} * 14 * 14;
  EXPECT_EQ(work->activation_bytes,
            4 * (2 * first + first / 4 + 2 * second + second / 4 + 3136 + 10));
}

TEST(NewCnn, WeightsFillTheIntervalOfTheirFanIn) {
  const auto graph = new_cnn({.seed = 3});
  for (const auto& [name, fan_in] : {std::pair{"conv2.weight", 288.0}, {"fc.weight", 3136.0}}) {
    const auto weights = graph->initializer(name)->as<float>();
    const double bound = 1.0 / std::sqrt(fan_in);
    const auto [low, high] = std::minmax_element(weights.begin(), weights.end());
    EXPECT_GE(*low, -bound);
    EXPECT_LE(*high, bound);
    EXPECT_LT(*low, -0.99 * bound);  // of 18,432 draws the extremes come close to the ends
    EXPECT_GT(*high, 0.99 * bound);
    double squares = 0;
    for (const float weight : weights) squares += static_cast<double>(weight) * weight;
    const double variance = squares / static_cast<double>(weights.size());
    EXPECT_NEAR(variance, bound * bound / 3, 0.03 * bound * bound / 3) << name;
  }
}

TEST(NewCnn, TheSeedDecidesEveryByte) {
  EXPECT_EQ(*serialize_onnx(*new_cnn({.seed = 1})), *serialize_onnx(*new_cnn({.seed = 1})));
  EXPECT_NE(*serialize_onnx(*new_cnn({.seed = 1})), *serialize_onnx(*new_cnn({.seed = 2})));
}

TEST(NewCnn, RefusesSizesThatMakeNoNetwork) {
  const auto error = [](const CnnSpec& spec) {
    const auto graph = new_cnn(spec);
    return graph ? "made" : graph.error().message();
  };
  EXPECT_THAT(error({.input = {28, 28}}), HasSubstr("1x28x28"));
  EXPECT_THAT(error({.classes = 1}), HasSubstr("two is the least"));
  EXPECT_THAT(error({.widths = {}}), HasSubstr("at least one width"));
  EXPECT_THAT(error({.widths = {8, 0}}), HasSubstr("a width of 0"));
  EXPECT_THAT(error({.widths = {8, 8, 8, 8, 8}}), HasSubstr("to nothing"));
  EXPECT_THAT(error({.widths = {INT64_MAX, 2}}), HasSubstr("more than"));
  EXPECT_THAT(error({.input = {INT64_MAX, 28, 28}}), HasSubstr("more than"));
  EXPECT_THAT(error({.input = {1, INT64_MAX, INT64_MAX}}), HasSubstr("more than"));
}

}  // namespace
}  // namespace purser::graph
