#include "graph/rewrite.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "graph/fold.h"
#include "graph/new_model.h"
#include "graph/onnx_text.h"

namespace purser::graph {
namespace {

using ::testing::ElementsAre;

Graph read_text(std::string_view body) {
  const std::string text = R"(<ir_version: 10, opset_import: ["": 21]> g )" + std::string(body);
  auto graph = parse_onnx(model_from_text(text), "text");
  EXPECT_TRUE(graph) << graph.error().message();
  return graph ? *std::move(graph) : Graph{};
}

TEST(Rewrite, UniqueNamesAreNew) {
  const Graph graph = *new_cnn({});
  EXPECT_EQ(unique_value_name(graph, "scale"), "scale");
  EXPECT_EQ(unique_value_name(graph, "fc.bias"), "fc.bias_2");
  EXPECT_EQ(unique_value_name(graph, "logits"), "logits_2");
  EXPECT_EQ(unique_node_name(graph, "conv1"), "conv1_2");
}

TEST(Rewrite, ARenamedValueIsWrittenAndReadUnderItsNewName) {
  Graph graph = *new_cnn({});
  rename_value(graph, "logits", "scores");
  rename_value(graph, "image", "pixels");
  rename_value(graph, "conv1.weight", "w");
  EXPECT_EQ(graph.nodes.back().outputs[0], "scores");
  EXPECT_EQ(graph.nodes.front().inputs, (std::vector<std::string>{"pixels", "w", "conv1.bias"}));
  EXPECT_TRUE(serialize_onnx(graph));
}

TEST(Rewrite, WhatNobodyReadsIsRemoved_AndOnlyThat) {
  Graph graph = read_text(R"((float[2] x) => (float[2] y) <float[2] a = {1,2}, float[2] b = {3,4}>
    { s = Add(x, a)  t = Mul(s, b)  u = Neg(t)  y = Relu(s) })");
  EXPECT_EQ(remove_dead(graph), 3U);  // Mul, Neg and b
  ASSERT_EQ(graph.nodes.size(), 2U);
  EXPECT_NE(graph.initializer("a"), nullptr);
  EXPECT_EQ(graph.initializer("b"), nullptr);
  EXPECT_EQ(graph.value_info("t"), nullptr);
  EXPECT_NE(graph.value_info("s"), nullptr);
}

TEST(Rewrite, ABypassedNodeHandsItsOutputsNameToWhatComputedIt) {
  Graph graph = read_text("(float[2] x) => (float[2] y) { r = Relu(x)  y = Identity(r) }");
  ASSERT_TRUE(bypass(graph, 1, "r"));
  EXPECT_THAT(graph.nodes[0].outputs, ElementsAre("y"));
  EXPECT_TRUE(serialize_onnx(graph));

  Graph straight = read_text("(float[2] x) => (float[2] y) { y = Identity(x) }");
  EXPECT_FALSE(bypass(straight, 0, "x"));  // the input cannot be called y
  EXPECT_EQ(straight.nodes.size(), 1U);
}

TEST(Rewrite, SortPutsInsertedNodesBeforeTheirReaders) {
  Graph graph = *new_cnn({});
  std::swap(graph.nodes.front(), graph.nodes.back());
  ASSERT_TRUE(sort_nodes(graph));
  EXPECT_EQ(graph.nodes.front().name, "conv1");
  EXPECT_EQ(graph.nodes.back().name, "fc");
  EXPECT_TRUE(serialize_onnx(graph));
}

TEST(Fold, RemovesDropoutsAndIdentities_ButNoneThatTrainsOrWhoseMaskIsRead) {
  Graph graph = read_text(R"((float[2] x) => (float[2] y, bool[2] mask)
    <bool no = {0}, bool yes = {1}, float half = {0.5}>
    { a = Identity(x)  b = Dropout(a)  c = Dropout(b, half, no)  d = Dropout(c, half, yes)
      e, mask = Dropout(d)  y = Relu(e) })");
  const auto report = fold(graph);
  ASSERT_TRUE(report) << report.error().message();
  EXPECT_EQ(report->identities, 1);
  EXPECT_EQ(report->dropouts, 2);
  ASSERT_EQ(graph.nodes.size(), 3U);
  EXPECT_EQ(graph.nodes[0].op_type, "Dropout");
  EXPECT_EQ(graph.nodes[0].inputs[0], "x");
}

// A convolution of one position, channel by channel: the sum over inputs, in double.
std::vector<double> conv_1x1(const Graph& graph, std::span<const float> x) {
  const Node& conv = graph.nodes[0];
  const auto w = graph.initializer(conv.inputs[1])->as<float>();
  const std::size_t outputs = w.size() / x.size();
  std::vector<double> y(outputs);
  for (std::size_t m = 0; m < outputs; ++m) {
    if (conv.inputs.size() > 2) y[m] = graph.initializer(conv.inputs[2])->as<float>()[m];
    for (std::size_t c = 0; c < x.size(); ++c)
      y[m] += static_cast<double>(w[m * x.size() + c]) * x[c];
  }
  return y;
}

TEST(Fold, BatchNormalizationMovesIntoTheConvolution_AndTheResultStaysTheSame) {
  for (const char* bias : {"", ", bias"}) {
    Graph graph = read_text(
        std::string(R"((float[N,3,1,1] x) => (float[N,2,1,1] y)
      <float[2,3,1,1] w = {0.5,-1,2,1.5,0.25,-3}, float[2] bias = {0.7,-0.2},
       float[2] scale = {1.5,-2}, float[2] shift = {0.1,0.2}, float[2] mean = {0.3,-0.4},
       float[2] var = {4,0.25}>
      { c = Conv(x, w)") +
        bias + R"()  y = BatchNormalization<epsilon = 0.01>(c, scale, shift, mean, var) })");
    const std::vector<float> x{1.25F, -0.5F, 2.0F};
    std::vector<double> expected = conv_1x1(graph, x);
    const double scale[] = {1.5, -2};
    const double shift[] = {0.1, 0.2};
    const double mean[] = {0.3, -0.4};
    const double variance[] = {4, 0.25};
    for (std::size_t m = 0; m < 2; ++m) {
      expected[m] = scale[m] * (expected[m] - mean[m]) / std::sqrt(variance[m] + 0.01) + shift[m];
    }
    const auto report = fold(graph);
    ASSERT_TRUE(report) << report.error().message();
    EXPECT_EQ(report->batch_norms, 1);
    ASSERT_EQ(graph.nodes.size(), 1U);
    EXPECT_EQ(graph.nodes[0].outputs[0], "y");
    const std::vector<double> folded = conv_1x1(graph, x);
    for (std::size_t m = 0; m < 2; ++m) EXPECT_NEAR(folded[m], expected[m], 1e-5);
    EXPECT_EQ(graph.initializer("var"), nullptr);
    EXPECT_TRUE(serialize_onnx(graph));
  }
}

TEST(Fold, AConvolutionWithAnotherReaderKeepsItsWeights) {
  Graph graph = read_text(R"((float[N,1,1,1] x) => (float[N,1,1,1] y, float[N,1,1,1] c)
    <float[1,1,1,1] w = {2}, float[1] s = {3}, float[1] b = {0}, float[1] m = {0}, float[1] v = {1}>
    { c = Conv(x, w)  y = BatchNormalization(c, s, b, m, v) })");
  ASSERT_TRUE(fold(graph));
  EXPECT_EQ(graph.nodes.size(), 2U);
  EXPECT_THAT(graph.initializer("w")->as<float>(), ElementsAre(2.0F));
}

TEST(Fold, AWeightThatTwoConvolutionsShareIsCopiedForTheOneThatChanges) {
  Graph graph = read_text(R"((float[N,1,1,1] x) => (float[N,1,1,1] y, float[N,1,1,1] z)
    <float[1,1,1,1] w = {2}, float[1] s = {3}, float[1] b = {0}, float[1] m = {0}, float[1] v = {1}>
    { c = Conv(x, w)  y = BatchNormalization<epsilon = 0.0>(c, s, b, m, v)  z = Conv(x, w) })");
  ASSERT_TRUE(fold(graph));
  ASSERT_EQ(graph.nodes.size(), 2U);
  EXPECT_THAT(graph.initializer("w")->as<float>(), ElementsAre(2.0F));
  EXPECT_THAT(graph.initializer(graph.nodes[0].inputs[1])->as<float>(), ElementsAre(6.0F));
  EXPECT_EQ(graph.nodes[1].inputs[1], "w");
}

}  // namespace
}  // namespace purser::graph
