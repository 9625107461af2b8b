#include "optimize/calibrate.h"

#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "optimize/test_graphs.h"
#include "runtime/runtime.h"

namespace purser::optimize {
namespace {

TEST(Histogram, KeepsTheWholeRangeOfEvenlySpreadValues) {
  Histogram histogram({0, 1});
  std::vector<float> values;
  values.reserve(10000);
  for (int i = 0; i < 10000; ++i) values.push_back(static_cast<float>(i) / 10000.0F);
  histogram.add(values);
  const Range range = histogram.least_error_range();
  EXPECT_EQ(range.low, 0);
  // With 256 levels, clipping even the top percent costs more than finer steps save.
  EXPECT_GE(range.high, 0.99F);
}

TEST(Histogram, ClipsAFewOutliers) {
  Histogram histogram({0, 100});
  std::vector<float> values(1000000, 0.0F);
  Random random(1);
  for (float& v : values) v = static_cast<float>(random.unit() * 30);
  values.push_back(100.0F);
  histogram.add(values);
  const Range range = histogram.least_error_range();
  EXPECT_LT(range.high, 60);
  EXPECT_GE(range.high, 29);
}

TEST(Histogram, ShrinksBothSidesTowardsZero) {
  Histogram histogram({-50, 100});
  std::vector<float> values(100000, 0.5F);
  values.push_back(100.0F);
  values.push_back(-50.0F);
  histogram.add(values);
  const Range range = histogram.least_error_range();
  EXPECT_NEAR(range.low / range.high, -0.5, 1e-6);
}

data::Dataset grey_images() {
  data::Dataset dataset;
  dataset.sample_shape = {2, 4, 4};
  dataset.classes = 3;
  dataset.labels.assign(120, 0);
  dataset.pixels.assign(std::size_t{120} * 32, 77);
  return dataset;
}

TEST(Histogram, OfTheWidestRangeThereIsHoldsEveryNumber) {
  constexpr float kMost = std::numeric_limits<float>::max();
  Histogram histogram({-kMost, kMost});
  const std::vector<float> values{-kMost, 0, kMost};
  histogram.add(values);
  const Range range = histogram.least_error_range();
  EXPECT_EQ(range.high, kMost);
  EXPECT_EQ(range.low, -kMost);
}

TEST(Calibrate, RefusesWhatIsNoNumberAndNamesTheNode) {
  graph::Graph g = small_cnn();
  ASSERT_TRUE(graph::infer_shapes(g));
  const std::vector<float> variance{1.0F, -1.0F, 0.5F, 1.5F};
  g.initializers.at("bn_variance") = graph::Tensor::of<float>({4}, variance);
  const std::vector<std::int64_t> indices{0, 1};
  const std::vector<std::string> values{"c", "n"};
  const auto ranges = calibrate(g, values, grey_images(), indices);
  ASSERT_FALSE(ranges);
  EXPECT_EQ(ranges.error().code(), ErrorCode::kUnsupported);
  EXPECT_THAT(ranges.error().message(),
              testing::AllOf(testing::HasSubstr("value 'n' of node 'bn' (BatchNormalization)"),
                             testing::HasSubstr("nan")));
}

TEST(Calibrate, ObservesWhatTheNetworkGivesAsWell) {
  graph::Graph g = small_cnn();
  ASSERT_TRUE(graph::infer_shapes(g));
  for (float& w : g.initializers.at("fc_w").as<float>()) w = 0;
  const std::vector<float> biases{-1.0F, 2.0F, 0.5F};
  g.initializers.at("fc_b") = graph::Tensor::of<float>({3}, biases);
  const std::vector<std::int64_t> indices{0, 1};
  const std::vector<std::string> values{"y"};
  const auto ranges = calibrate(g, values, grey_images(), indices);
  ASSERT_TRUE(ranges) << ranges.error().message();
  EXPECT_FLOAT_EQ(ranges->at("y").low, -1.0F);
  EXPECT_FLOAT_EQ(ranges->at("y").high, 2.0F);
}

TEST(Histogram, OfNothingButZerosHasTheRangeZero) {
  Histogram histogram({0, 0});
  histogram.add(std::vector<float>(100, 0.0F));
  const Range range = histogram.least_error_range();
  EXPECT_EQ(range.low, 0);
  EXPECT_EQ(range.high, 0);
}

// A layer that died, or one channel of it: weights and biases are exactly zero.
TEST(Calibrate, OfALayerOrAChannelThatIsExactlyZeroMakesAModelThatAnswersTheSame) {
  for (const std::size_t dead : {1U, 4U}) {
    graph::Graph g = small_cnn();
    for (float& w : g.initializers.at("conv_w").as<float>().first(dead * 18)) w = 0;
    for (float& b : g.initializers.at("conv_b").as<float>().first(dead)) b = 0;
    // Without the normalization, which would lift the zeros.
    g.nodes.erase(g.nodes.begin() + 1);
    g.nodes[1].inputs = {"c"};
    ASSERT_TRUE(graph::infer_shapes(g));
    const data::Dataset dataset = grey_images();
    const std::vector<std::int64_t> images{0, 1, 2};
    const auto plan = plan_quantization(g, {});
    ASSERT_TRUE(plan) << plan.error().message();
    const auto ranges = calibrate(g, plan->observed, dataset, images);
    ASSERT_TRUE(ranges) << ranges.error().message();
    if (dead == 4) {
      EXPECT_EQ(ranges->at("r").low, 0);
      EXPECT_EQ(ranges->at("r").high, 0);
    }
    const auto integers = quantize(g, *plan, *ranges, {ActivationType::kUint8, 7});
    ASSERT_TRUE(integers) << integers.error().message();
    const auto answer = [&](const graph::Graph& graph) {
      const auto session = runtime::Session::from_bytes(*graph::serialize_onnx(graph), {});
      EXPECT_TRUE(session) << session.error().message();
      runtime::Runner runner(*session);
      const std::vector<float> image(32, 77.0F / 255);
      const auto output = runner.run(image, 1);
      EXPECT_TRUE(output) << output.error().message();
      return std::vector<float>(output->begin(), output->end());
    };
    const std::vector<float> exact = answer(g);
    EXPECT_THAT(answer(*integers), testing::Pointwise(testing::FloatNear(0.02F), exact)) << dead;
  }
}

TEST(Calibrate, ObservesWhatTheModelComputes) {
  graph::Graph g = small_cnn();
  ASSERT_TRUE(graph::infer_shapes(g));
  // Whatever the image, each channel of the convolution is its bias: the weights are zero.
  for (float& w : g.initializers.at("conv_w").as<float>()) w = 0;
  const std::vector<float> biases{0.5F, -2.0F, 0.25F, 1.0F};
  g.initializers.at("conv_b") = graph::Tensor::of<float>({4}, biases);
  const data::Dataset dataset = grey_images();
  std::vector<std::int64_t> indices;
  for (std::int64_t i = 0; i < dataset.size(); ++i) indices.push_back(i);
  const std::vector<std::string> values{"x", "c"};
  const auto ranges = calibrate(g, values, dataset, indices);
  ASSERT_TRUE(ranges) << ranges.error().message();
  EXPECT_EQ(ranges->at("x").low, 0);
  EXPECT_EQ(ranges->at("x").high, 1);
  EXPECT_FLOAT_EQ(ranges->at("c").low, -2.0F);
  EXPECT_FLOAT_EQ(ranges->at("c").high, 1.0F);
}

}  // namespace
}  // namespace purser::optimize
