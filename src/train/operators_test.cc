#include "train/operators.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "train/fixtures.h"
#include "train/train.h"

namespace purser::train {
namespace {

using fixtures::floats;
using fixtures::ints;
using fixtures::ints_of;
using graph::Attribute;
using graph::Tensor;
using testing::ElementsAre;
using testing::FloatEq;

struct Made {
  std::vector<std::int64_t> shape;
  std::vector<float> values;
};

Made compute(const std::string& op_type, std::vector<Tensor> inputs,
             std::map<std::string, Attribute> attributes = {}, Mode mode = Mode::kInference) {
  graph::Node node;
  node.op_type = op_type;
  node.outputs = {"y"};
  node.attributes = std::move(attributes);
  std::vector<at::Tensor> values;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    node.inputs.push_back(std::to_string(i));
    values.push_back(to_aten(inputs[i]));
  }
  const Constants constant = [&](std::string_view name) {
    return &inputs[static_cast<std::size_t>(std::stoul(std::string(name)))];
  };
  const auto made = make_operator({node, constant});
  if (!made) {
    ADD_FAILURE() << made.error().message();
    return {};
  }
  const at::Tensor y = (*made)(values, mode).contiguous();
  return {{y.sizes().begin(), y.sizes().end()},
          {y.const_data_ptr<float>(), y.const_data_ptr<float>() + y.numel()}};
}

Tensor counting(std::vector<std::int64_t> shape) {
  std::int64_t count = 1;
  for (const auto size : shape) count *= size;
  std::vector<float> values;
  for (std::int64_t i = 0; i < count; ++i) values.push_back(static_cast<float>(i));
  return floats(std::move(shape), values);
}

TEST(Operators, TableAgreesWithWhatIsSaidToBeSupported) {
  for (const std::string& op_type : supported_operators()) {
    EXPECT_TRUE(op_type == "Constant" || has_operator(op_type)) << op_type;
  }
}

// The expected numbers are those of the examples in ONNX's operator specification.
TEST(Operators, ConvolvesWithPadsThatDifferFromSideToSide) {
  const auto y =
      compute("Conv", {counting({1, 1, 7, 5}), floats({1, 1, 3, 3}, std::vector<float>(9, 1))},
              {{"pads", ints_of({1, 0, 1, 0})}, {"strides", ints_of({2, 2})}});
  EXPECT_THAT(y.shape, ElementsAre(1, 1, 4, 2));
  EXPECT_THAT(y.values, ElementsAre(21, 33, 99, 117, 189, 207, 171, 183));
}

TEST(Operators, ConvolvesWithAutoPad) {
  const auto y =
      compute("Conv", {counting({1, 1, 5, 5}), floats({1, 1, 3, 3}, std::vector<float>(9, 1))},
              {{"auto_pad", "SAME_LOWER"}, {"strides", ints_of({2, 2})}});
  EXPECT_THAT(y.values, ElementsAre(12, 27, 24, 63, 108, 81, 72, 117, 84));
}

TEST(Operators, ConvolvesInGroups) {
  const auto y = compute("Conv", {counting({1, 2, 1, 2}), floats({2, 1, 1, 1}, {10, 100})},
                         {{"group", std::int64_t{2}}});
  EXPECT_THAT(y.values, ElementsAre(0, 10, 200, 300));
}

TEST(Operators, MultipliesWithAlphaAndBeta) {
  const auto y =
      compute("Gemm", {floats({1, 2}, {1, 2}), floats({2, 2}, {1, 2, 3, 4}), floats({2}, {10, 20})},
              {{"alpha", 0.5F}, {"beta", 2.0F}});
  EXPECT_THAT(y.values, ElementsAre(23.5F, 45));  // 0.5 x [7, 10] + 2 x [10, 20]
}

TEST(Operators, TakesMaximaOfPaddedWindows) {
  const auto y = compute("MaxPool", {floats({1, 1, 2, 2}, {-4, -3, -2, -1})},
                         {{"kernel_shape", ints_of({2, 2})}, {"pads", ints_of({1, 1, 0, 0})}});
  EXPECT_THAT(y.values, ElementsAre(-4, -3, -2, -1));  // padding never wins
}

TEST(Operators, AveragesWithoutCountingPads) {
  const auto y = compute("AveragePool", {floats({1, 1, 1, 2}, {2, 4})},
                         {{"kernel_shape", ints_of({1, 3})}, {"pads", ints_of({0, 1, 0, 1})}});
  EXPECT_THAT(y.values, ElementsAre(3, 3));
}

TEST(Operators, PoolsPadByMoreThanHalfTheirKernel) {
  const auto y = compute("MaxPool", {floats({1, 1, 1, 2}, {-2, -4})},
                         {{"kernel_shape", ints_of({1, 3})}, {"pads", ints_of({0, 2, 0, 2})}});
  EXPECT_THAT(y.values, ElementsAre(-2, -2, -2, -4));
}

TEST(Operators, ReshapesWithZeroAsTheSizeThatWas) {
  const auto y = compute("Reshape", {counting({2, 3, 4}), ints({0, -1})});
  EXPECT_THAT(y.shape, ElementsAre(2, 12));
  EXPECT_THAT(compute("Flatten", {counting({2, 3, 4})}, {{"axis", std::int64_t{2}}}).shape,
              ElementsAre(6, 4));
  EXPECT_THAT(compute("Unsqueeze", {counting({2}), ints({0, -1})}).shape, ElementsAre(1, 2, 1));
  EXPECT_THAT(compute("Squeeze", {counting({1, 2, 1}), ints({0})}).shape, ElementsAre(2, 1));
  EXPECT_THAT(compute("Squeeze", {counting({2, 1, 3, 1})}).shape, ElementsAre(2, 3));
  EXPECT_THAT(compute("Squeeze", {counting({1, 1, 3, 1})}).shape, ElementsAre(1, 3))
      << "a batch of one sample is a batch";
  EXPECT_THAT(compute("Transpose", {counting({2, 3})}).values, ElementsAre(0, 3, 1, 4, 2, 5));
}

TEST(Operators, ClipsAndBends) {
  EXPECT_THAT(compute("Clip", {floats({3}, {-1, 3, 9}), floats({}, {0}), floats({}, {6})}).values,
              ElementsAre(0, 3, 6));
  EXPECT_THAT(compute("LeakyRelu", {floats({2}, {-10, 1})}).values, ElementsAre(FloatEq(-0.1F), 1));
  EXPECT_THAT(compute("HardSigmoid", {floats({3}, {-9, 1, 9})}).values,
              ElementsAre(0, FloatEq(0.7F), 1));
}

// ONNX: running = running x momentum + batch x (1 - momentum), with the population's variance.
TEST(Operators, BatchNormalizationKeepsStatisticsAsOnnxSays) {
  graph::Node node;
  node.op_type = "BatchNormalization";
  node.inputs = {"x", "scale", "shift", "mean", "variance"};
  node.attributes = {{"momentum", 0.75F}};
  const Constants none = [](std::string_view) { return nullptr; };
  const auto made = make_operator({node, none});
  ASSERT_TRUE(made);
  const std::vector<at::Tensor> inputs = {to_aten(floats({4, 1}, {1, 2, 3, 6})),
                                          to_aten(floats({1}, {1})), to_aten(floats({1}, {0})),
                                          to_aten(floats({1}, {10})), to_aten(floats({1}, {2}))};
  (*made)(inputs, Mode::kTraining);
  EXPECT_FLOAT_EQ(inputs[3].item<float>(), 0.75F * 10 + 0.25F * 3);
  EXPECT_NEAR(inputs[4].item<float>(), 0.75F * 2 + 0.25F * 3.5F, 1e-5);
  (*made)(inputs, Mode::kInference);
  EXPECT_FLOAT_EQ(inputs[3].item<float>(), 8.25F) << "a look must not move them";
}

TEST(Operators, DropoutActsInTrainingOnly) {
  const auto x = floats({1000}, std::vector<float>(1000, 1));
  const auto ratio = floats({}, {0.25F});
  EXPECT_EQ(compute("Dropout", {x, ratio}).values, std::vector<float>(1000, 1));
  const auto dropped = compute("Dropout", {x, ratio}, {}, Mode::kTraining).values;
  const auto zeros = std::count(dropped.begin(), dropped.end(), 0.0F);
  EXPECT_GT(zeros, 180);
  EXPECT_LT(zeros, 320);
}

}  // namespace
}  // namespace purser::train
