#include "optimize/quantize.h"

#include <algorithm>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "graph/new_model.h"
#include "graph/rewrite.h"
#include "optimize/integers.h"
#include "optimize/test_graphs.h"
#include "runtime/runtime.h"

namespace purser::optimize {
namespace {

using testing::ElementsAre;
using testing::FloatEq;

TEST(Affine, OfAnImageIsOneTwoHundredAndFiftyFifthAndZero) {
  const Affine affine = affine_of({0, 1}, ActivationType::kUint8);
  EXPECT_FLOAT_EQ(affine.scale, 1.0F / 255);
  EXPECT_EQ(affine.zero_point, 0);
}

TEST(Affine, OfAReluHasTheSmallestNumberAsZero) {
  // Else the runtime would keep the Relu as a float operator.
  EXPECT_EQ(affine_of({0, 6}, ActivationType::kInt8).zero_point, -128);
  EXPECT_EQ(affine_of({0.5F, 6}, ActivationType::kUint8).zero_point, 0);
}

TEST(Affine, PutsZeroExactlyOnAnInteger) {
  // scale = (3 - -1) / 255, zero at 0 + 1 / scale = 63.75 -> 64.
  const Affine affine = affine_of({-1, 3}, ActivationType::kUint8);
  EXPECT_FLOAT_EQ(affine.scale, 4.0F / 255);
  EXPECT_EQ(affine.zero_point, 64);
  EXPECT_EQ(affine_of({-1, 3}, ActivationType::kInt8).zero_point, 64 - 128);
}

TEST(Affine, OfAConstantZeroIsNoDivisionByZero) {
  EXPECT_GT(affine_of({0, 0}, ActivationType::kUint8).scale, 0);
}

TEST(QuantizeWeights, ScalesEachChannelByItsOwnLargest) {
  const std::vector<float> values{1.27F, -0.635F, 0.01F, 0, 0, -12.7F, 6.35F, 0.05F, 0.15F, 12.7F};
  const graph::Tensor weights = graph::Tensor::of<float>({2, 5}, values);
  const QuantizedWeights q = quantize_weights(weights, 0, 8);
  EXPECT_THAT(q.scales, ElementsAre(FloatEq(0.01F), FloatEq(0.1F)));
  const auto integers = q.values.as<std::int8_t>();
  // -63.5 goes to the even -64; 0.5 to 0, 1.5 to 2.
  EXPECT_THAT(std::vector<int>(integers.begin(), integers.end()),
              ElementsAre(127, testing::AnyOf(-63, -64), 1, 0, 0, -127, testing::AnyOf(63, 64),
                          testing::AnyOf(0, 1), testing::AnyOf(1, 2), 127));
}

TEST(QuantizeWeights, AlongColumnsOfAMatrix) {
  const std::vector<float> values{1, 10, -2, 40};
  const QuantizedWeights q = quantize_weights(graph::Tensor::of<float>({2, 2}, values), 1, 8);
  EXPECT_THAT(q.scales, ElementsAre(FloatEq(2.0F / 127), FloatEq(40.0F / 127)));
}

TEST(QuantizeWeights, OfAChannelOfZerosHasAScale) {
  const std::vector<float> values{0, 0};
  const QuantizedWeights q = quantize_weights(graph::Tensor::of<float>({1, 2}, values), 0, 8);
  EXPECT_GT(q.scales[0], 0);
}

// Without VNNI x86 adds two products of uint8 x int8 in 16 bits. That sum must not saturate.
TEST(QuantizeWeights, InSevenBitsCannotOverflowAPairOfProducts) {
  const graph::Tensor weights = random_tensor({8, 50}, 9);
  const auto largest_pair = [&](int bits) {
    const QuantizedWeights quantized = quantize_weights(weights, 0, bits);
    int largest = 0;
    for (const std::int8_t w : quantized.values.as<std::int8_t>()) {
      largest = std::max(largest, std::abs(static_cast<int>(w)));
    }
    return 2 * 255 * largest;
  };
  EXPECT_LE(largest_pair(7), std::numeric_limits<std::int16_t>::max());
  EXPECT_GT(largest_pair(8), std::numeric_limits<std::int16_t>::max());
}

struct Ran {
  std::vector<float> output;
  std::map<std::string, std::int64_t> kernels;
};

Ran run_model(const graph::Graph& graph, std::span<const float> input, std::int64_t batch) {
  const auto bytes = graph::serialize_onnx(graph);
  EXPECT_TRUE(bytes) << bytes.error().message();
  auto session = runtime::Session::from_bytes(*bytes, {.profile = true});
  EXPECT_TRUE(session) << session.error().message();
  Ran ran;
  {
    runtime::Runner runner(*session);
    const auto output = runner.run(input, batch);
    EXPECT_TRUE(output) << output.error().message();
    ran.output.assign(output->begin(), output->end());
  }
  const auto kernels = session->profile();
  EXPECT_TRUE(kernels);
  for (const auto& kernel : *kernels) ran.kernels[kernel.op_type] += kernel.calls;
  return ran;
}

std::int64_t expected(const QuantizationPlan& plan, const std::string& kernel) {
  std::int64_t count = 0;
  for (const ExpectedKernel& wanted : plan.expected_kernels) {
    if (testing::Value(wanted.any_of, testing::Contains(kernel))) count += wanted.count;
  }
  return count;
}

std::vector<float> random_image(std::size_t count) {
  Random random(11);
  std::vector<float> image;
  for (std::size_t i = 0; i < count; ++i) image.push_back(static_cast<float>(random.unit()));
  return image;
}

class QuantizeModes : public testing::TestWithParam<QuantizeOptions> {};

TEST_P(QuantizeModes, ComputeInIntegersAndStayNearTheFloatModel) {
  const auto cnn = graph::new_cnn({.input = {1, 12, 12}, .widths = {8, 16}, .seed = 5});
  ASSERT_TRUE(cnn) << cnn.error().message();
  const auto plan = plan_quantization(*cnn, {});
  ASSERT_TRUE(plan);
  // Ranges wide enough for any input in [0, 1] with these small weights.
  std::map<std::string, Range> ranges;
  for (const std::string& value : plan->observed) ranges[value] = {0, 1.5F};
  const auto quantized = quantize(*cnn, *plan, ranges, GetParam());
  ASSERT_TRUE(quantized) << quantized.error().message();

  const std::vector<float> image = random_image(std::size_t{4} * 144);
  const Ran exact = run_model(*cnn, image, 4);
  const Ran integer = run_model(*quantized, image, 4);
  ASSERT_EQ(exact.output.size(), integer.output.size());
  const auto [low, high] = std::minmax_element(exact.output.begin(), exact.output.end());
  for (std::size_t i = 0; i < exact.output.size(); ++i) {
    EXPECT_NEAR(exact.output[i], integer.output[i], 0.06F * (*high - *low)) << i;
  }
  EXPECT_EQ(integer.kernels.at("QLinearConv"), 2);
  EXPECT_EQ(integer.kernels.at("QGemm"), 1);
  EXPECT_FALSE(integer.kernels.contains("Conv"));
  EXPECT_FALSE(integer.kernels.contains("FusedConv"));
  EXPECT_FALSE(integer.kernels.contains("Relu"));
  EXPECT_FALSE(integer.kernels.contains("DequantizeLinear"));
  const auto as_planned = integer_kernels(plan->expected_kernels, integer.kernels);
  ASSERT_TRUE(as_planned) << as_planned.error().message();
  EXPECT_EQ(*as_planned, "QGemm x1, QLinearConv x2");
}

INSTANTIATE_TEST_SUITE_P(All, QuantizeModes,
                         testing::Values(QuantizeOptions{ActivationType::kUint8, 8},
                                         QuantizeOptions{ActivationType::kUint8, 7},
                                         QuantizeOptions{ActivationType::kInt8, 8}),
                         [](const auto& test) {
                           return std::string(name(test.param.activation)) + "x" +
                                  std::to_string(test.param.weight_bits);
                         });

// Two matrices with a Relu between them, as exporters write a Linear layer: MatMul, or MatMul and
// Add; input "x" [batch, 12], output "y" [batch, 4].
graph::Graph two_matrices(bool with_bias) {
  graph::Graph g;
  g.name = "matrices";
  g.opset = 21;
  g.inputs = {{"x", graph::ElementType::kFloat32, true, {graph::kDynamic, 12}, {"batch", ""}}};
  g.outputs = {{"y", graph::ElementType::kFloat32, true, {graph::kDynamic, 4}, {"batch", ""}}};
  g.initializers["a_w"] = random_tensor({12, 8}, 1);
  g.initializers["b_w"] = random_tensor({8, 4}, 2);
  g.nodes = {{"a", "MatMul", "", {"x", "a_w"}, {"a_out"}, {}}};
  std::string last = "a_out";
  if (with_bias) {
    g.initializers["a_b"] = random_tensor({8}, 3);
    g.nodes.push_back({"add", "Add", "", {last, "a_b"}, {"sum"}, {}});
    last = "sum";
  }
  g.nodes.push_back({"relu", "Relu", "", {last}, {"r"}, {}});
  g.nodes.push_back({"b", "MatMul", "", {"r", "b_w"}, {"y"}, {}});
  return g;
}

TEST(QuantizeMatMul, RunsInIntegersWhateverTheRuntimeMakesOfIt) {
  for (const bool with_bias : {false, true}) {
    const graph::Graph g = two_matrices(with_bias);
    const auto plan = plan_quantization(g, {});
    ASSERT_TRUE(plan);
    EXPECT_EQ(expected(*plan, "MatMulIntegerToFloat"), 2);
    std::map<std::string, Range> ranges;
    for (const std::string& value : plan->observed) ranges[value] = {0, 3};
    const auto quantized = quantize(g, *plan, ranges, {ActivationType::kUint8, 7});
    ASSERT_TRUE(quantized) << quantized.error().message();
    const Ran ran = run_model(*quantized, random_image(12), 1);
    const auto kernels = integer_kernels(plan->expected_kernels, ran.kernels);
    ASSERT_TRUE(kernels) << kernels.error().message();
    // With an Add behind it the runtime makes a Gemm of it first.
    EXPECT_EQ(*kernels, with_bias ? "MatMulIntegerToFloat x1, QGemm x1"
                                  : "MatMulIntegerToFloat x1, QLinearMatMul x1");
  }
}

TEST(QuantizeMatMul, ThatStayedFloatIsRefused) {
  const graph::Graph g = two_matrices(false);
  const auto plan = plan_quantization(g, {});
  ASSERT_TRUE(plan);
  const Ran floats = run_model(g, random_image(12), 1);
  ASSERT_EQ(floats.kernels.at("MatMul"), 2);
  const auto refused = integer_kernels(plan->expected_kernels, floats.kernels);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::kUnsupported);
  EXPECT_THAT(refused.error().message(),
              testing::HasSubstr("0 of 2 QLinearMatMul or MatMulIntegerToFloat or QGemm kernels"));
}

TEST(IntegerKernels, CountForOneNodeOnly) {
  const std::vector<ExpectedKernel> expected = {{{"QLinearMatMul", "QGemm"}, 1}, {{"QGemm"}, 1}};
  EXPECT_FALSE(integer_kernels(expected, {{"QGemm", 1}}));
  EXPECT_TRUE(integer_kernels(expected, {{"QGemm", 2}}));
  EXPECT_TRUE(integer_kernels(expected, {{"QGemm", 1}, {"QLinearMatMul", 1}}));
}

TEST(PlanQuantization, LeavesWhatIsToBeKeptFloat) {
  const auto cnn = graph::new_cnn({.input = {1, 12, 12}, .widths = {8, 16}, .seed = 5});
  ASSERT_TRUE(cnn);
  const auto all = plan_quantization(*cnn, {});
  const auto without_first = plan_quantization(*cnn, {0});
  ASSERT_TRUE(all && without_first);
  EXPECT_EQ(expected(*all, "QLinearConv"), 2);
  EXPECT_EQ(expected(*without_first, "QLinearConv"), 1);
  EXPECT_FALSE(without_first->quantized.contains(cnn->inputs[0].name));
}

TEST(PlanQuantization, GivesAPoolTheParametersOfItsInput) {
  const graph::Graph g = small_cnn();
  const auto plan = plan_quantization(g, {});
  ASSERT_TRUE(plan);
  // BatchNormalization is not folded here: the convolution's own output is quantized, and what
  // comes behind stays float up to the matrix.
  EXPECT_THAT(plan->observed, ElementsAre("x", "c", "f"));
  const auto cnn = graph::new_cnn({.input = {1, 12, 12}, .widths = {8}, .seed = 5});
  ASSERT_TRUE(cnn);
  const auto plain = plan_quantization(*cnn, {});
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->observed.size(), 2u);  // the image, and what leaves the Relu
  EXPECT_EQ(plain->same_as.size(), 2u);   // MaxPool and Flatten
}

TEST(PlanQuantization, RefusesAGraphWithoutWeights) {
  graph::Graph g = small_cnn();
  g.nodes.resize(3);
  g.nodes.erase(g.nodes.begin());
  const auto plan = plan_quantization(g, {});
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().code(), ErrorCode::kUnsupported);
}

TEST(Quantize, AConvolutionAtTheEndStaysAnIntegerKernelAndKeepsItsName) {
  graph::Graph g = small_cnn();
  g.nodes.resize(1);
  g.nodes[0].outputs[0] = "y";
  g.outputs[0].shape = {graph::kDynamic, 4, 4, 4};
  g.outputs[0].dimension_names = {"batch", "", "", ""};
  std::erase_if(g.initializers, [](const auto& i) { return !i.first.starts_with("conv"); });
  const auto plan = plan_quantization(g, {});
  ASSERT_TRUE(plan);
  const auto quantized = quantize(g, *plan, {{"x", {0, 1}}, {"y", {-3, 3}}}, {});
  ASSERT_TRUE(quantized) << quantized.error().message();
  EXPECT_EQ(quantized->outputs[0].name, "y");
  const std::vector<float> image = random_image(32);
  const Ran exact = run_model(g, image, 1);
  const Ran integer = run_model(*quantized, image, 1);
  EXPECT_EQ(integer.kernels.at("QLinearConv"), 1);
  for (std::size_t i = 0; i < exact.output.size(); ++i) {
    EXPECT_NEAR(exact.output[i], integer.output[i], 0.04F);
  }
}

// One channel of the convolution is nearly dead: weights of 1e-12 beside a bias of one.
graph::Graph with_a_dead_channel(float weight) {
  graph::Graph g = small_cnn();
  g.nodes.erase(g.nodes.begin() + 1);  // the normalization
  g.nodes[1].inputs[0] = "c";
  std::erase_if(g.initializers, [](const auto& i) { return i.first.starts_with("bn"); });
  const auto weights = g.initializers.at("conv_w").as<float>();
  for (std::size_t i = 18; i < 36; ++i) weights[i] = weight;
  const std::vector<float> biases{0.5F, 1.0F, 0.25F, 0.75F};
  g.initializers.at("conv_b") = graph::Tensor::of<float>({4}, biases);
  EXPECT_TRUE(graph::infer_shapes(g));
  return g;
}

TEST(Quantize, ABiasThatIsHugeBesideItsWeightsIsKept) {
  const std::vector<float> image = random_image(32);
  for (const float weight : {1e-12F, 1e-30F, 1e-44F, 0.0F}) {
    const graph::Graph g = with_a_dead_channel(weight);
    const auto plan = plan_quantization(g, {});
    ASSERT_TRUE(plan);
    std::map<std::string, Range> ranges;
    for (const std::string& value : plan->observed) ranges[value] = {0, 4};
    ranges["x"] = {0, 1};
    const auto quantized = quantize(g, *plan, ranges, {ActivationType::kUint8, 7});
    ASSERT_TRUE(quantized) << quantized.error().message();
    const Ran exact = run_model(g, image, 1);
    const Ran integer = run_model(*quantized, image, 1);
    EXPECT_EQ(integer.kernels.at("QLinearConv"), 1);
    for (std::size_t i = 0; i < exact.output.size(); ++i) {
      EXPECT_NEAR(exact.output[i], integer.output[i], 0.1F) << weight << ", output " << i;
    }
  }
}

TEST(Quantize, AnInputThatIsNearlyAlwaysZeroLosesNoBias) {
  const graph::Graph g = with_a_dead_channel(1.0F);
  const auto plan = plan_quantization(g, {});
  ASSERT_TRUE(plan);
  std::map<std::string, Range> ranges;
  for (const std::string& value : plan->observed) ranges[value] = {0, 4};
  ranges["x"] = {0, 1e-42F};
  const auto quantized = quantize(g, *plan, ranges, {ActivationType::kUint8, 7});
  ASSERT_TRUE(quantized) << quantized.error().message();
  const std::vector<float> image(32, 0.0F);
  const Ran exact = run_model(g, image, 1);
  const Ran integer = run_model(*quantized, image, 1);
  for (std::size_t i = 0; i < exact.output.size(); ++i) {
    EXPECT_NEAR(exact.output[i], integer.output[i], 0.1F);
  }
}

TEST(Quantize, RefusesAWeightOrBiasThatIsNoNumber) {
  for (const char* const name : {"conv_w", "conv_b", "fc_w", "fc_b"}) {
    for (const float odd :
         {std::numeric_limits<float>::quiet_NaN(), -std::numeric_limits<float>::infinity()}) {
      graph::Graph g = with_a_dead_channel(0.5F);
      g.initializers.at(name).as<float>()[1] = odd;
      const auto plan = plan_quantization(g, {});
      ASSERT_TRUE(plan);
      std::map<std::string, Range> ranges;
      for (const std::string& value : plan->observed) ranges[value] = {0, 4};
      const auto quantized = quantize(g, *plan, ranges, {});
      ASSERT_FALSE(quantized) << name;
      EXPECT_EQ(quantized.error().code(), ErrorCode::kUnsupported);
      EXPECT_THAT(quantized.error().message(), testing::HasSubstr(name));
      EXPECT_THAT(quantized.error().message(),
                  testing::HasSubstr(name[0] == 'c' ? "node 'conv' (Conv)" : "node 'fc' (Gemm)"));
    }
  }
}

// A user's own tensors and nodes may be called as ours would be.
TEST(Quantize, TakesNoNameThatTheGraphHas) {
  graph::Graph g = with_a_dead_channel(0.05F);
  for (const char* const name :
       {"x_scale", "x_zero_point", "c_weight_scale", "c_bias_quantized", "y_weight_quantized"}) {
    graph::rename_value(g, name[0] == 'y' ? "fc_w" : "conv_w", name);
    graph::Graph named = g;
    ASSERT_TRUE(graph::infer_shapes(named));
    const auto plan = plan_quantization(named, {});
    ASSERT_TRUE(plan);
    std::map<std::string, Range> ranges;
    for (const std::string& value : plan->observed) ranges[value] = {0, 4};
    ranges["x"] = {0, 1};
    named.nodes[1].name = "x_QuantizeLinear";
    const auto quantized = quantize(named, *plan, ranges, {ActivationType::kUint8, 7});
    ASSERT_TRUE(quantized) << quantized.error().message();
    const std::vector<float> image = random_image(32);
    const Ran exact = run_model(named, image, 1);
    const Ran integer = run_model(*quantized, image, 1);
    for (std::size_t i = 0; i < exact.output.size(); ++i) {
      EXPECT_NEAR(exact.output[i], integer.output[i], 0.1F) << name;
    }
    graph::rename_value(g, name, name[0] == 'y' ? "fc_w" : "conv_w");
  }
  graph::Graph kept = g;  // an initializer that no node but a float one reads
  kept.initializers["x_scale"] = random_tensor({3}, 9);
  kept.nodes.push_back({"shift", "Add", "", {"y", "x_scale"}, {"shifted"}, {}});
  kept.outputs[0].name = "shifted";
  ASSERT_TRUE(graph::infer_shapes(kept));
  const auto plan = plan_quantization(kept, {});
  ASSERT_TRUE(plan);
  std::map<std::string, Range> ranges;
  for (const std::string& value : plan->observed) ranges[value] = {0, 4};
  const auto quantized = quantize(kept, *plan, ranges, {});
  ASSERT_TRUE(quantized) << quantized.error().message();
  EXPECT_EQ(quantized->initializers.at("x_scale").bytes, kept.initializers.at("x_scale").bytes);
}

// What the network gives are the floats that it gave.
TEST(PlanQuantization, LeavesASumOrMeanThatIsAnOutputFloat) {
  graph::Graph g = with_a_dead_channel(0.5F);
  g.nodes.resize(2);
  for (const bool relu : {false, true}) {
    graph::Graph sum = g;
    sum.nodes.push_back({"sum", "Add", "", {"r", "r"}, {relu ? "t" : "y"}, {}});
    if (relu) sum.nodes.push_back({"end", "Relu", "", {"t"}, {"y"}, {}});
    sum.outputs[0] = {"y", graph::ElementType::kFloat32, false, {}, {}};
    ASSERT_TRUE(graph::infer_shapes(sum));
    const auto plan = plan_quantization(sum, {});
    ASSERT_TRUE(plan);
    EXPECT_FALSE(plan->nodes.contains(2));
    EXPECT_THAT(plan->observed, ElementsAre("x", "r"));
  }
  graph::Graph mean = g;
  mean.nodes.push_back({"mean", "GlobalAveragePool", "", {"r"}, {"y"}, {}});
  mean.outputs[0] = {"y", graph::ElementType::kFloat32, false, {}, {}};
  ASSERT_TRUE(graph::infer_shapes(mean));
  const auto plan = plan_quantization(mean, {});
  ASSERT_TRUE(plan);
  EXPECT_FALSE(plan->nodes.contains(2));
}

TEST(Quantize, RefusesAValueThatWasNotObserved) {
  const graph::Graph g = small_cnn();
  const auto plan = plan_quantization(g, {});
  ASSERT_TRUE(plan);
  const auto quantized = quantize(g, *plan, {{"x", {0, 1}}}, {});
  ASSERT_FALSE(quantized);
  EXPECT_THAT(quantized.error().message(), testing::HasSubstr("was not observed"));
}

}  // namespace
}  // namespace purser::optimize
