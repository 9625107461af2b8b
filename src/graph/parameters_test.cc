#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "graph/graph.h"
#include "graph/onnx_text.h"
#include "graph/weights.h"

namespace purser::graph {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> parameters_of(std::string_view body) {
  const std::string text = R"(<ir_version: 10, opset_import: ["": 21]> g )" + std::string(body);
  const auto graph = parse_onnx(model_from_text(text), "text");
  EXPECT_TRUE(graph) << graph.error().message();
  return graph ? trainable_parameters(*graph) : std::vector<std::string>{};
}

TEST(TrainableParameters, RunningStatisticsAreNotLearnt) {
  EXPECT_THAT(parameters_of(R"((float[N,2,4,4] x) => (float[N,2,4,4] y)
      <float[2] scale = {1,1}, float[2] shift = {0,0}, float[2] mean = {0,0}, float[2] var = {1,1}>
      { y = BatchNormalization(x, scale, shift, mean, var) })"),
              ElementsAre("scale", "shift"));
}

TEST(TrainableParameters, AreFoundThroughATransposeAndInAnAddOfABias) {
  EXPECT_THAT(parameters_of(R"((float[N,2] x) => (float[N,3] y)
      <float[3,2] w = {1,2,3,4,5,6}, float[3] b = {1,2,3}>
      { t = Transpose<perm = [1, 0]>(w)  m = MatMul(x, t)  y = Add(b, m) })"),
              ElementsAre("w", "b"));
}

TEST(TrainableParameters, ConstantsOfTheArithmetic_AndMasks_AreNot) {
  EXPECT_THAT(parameters_of(R"((float[N,2] x) => (float[N,2] y)
      <float[2] mean = {1,2}, float scale = {0.5}> { c = Sub(x, mean)  y = Mul(c, scale) })"),
              IsEmpty());
  EXPECT_THAT(parameters_of(R"((float[2,2] x) => (float[2,2] y)
      <float[2,2] mask = {0,-1000,0,0}> { s = MatMul(x, x)  y = Add(s, mask) })"),
              IsEmpty());
}

TEST(TrainableParameters, IntegersAreNot_AndASharedWeightIsListedOnce) {
  EXPECT_THAT(parameters_of(R"((float[N,2] x, int64[N] id) => (float[N,2] y)
      <float[2,2] w = {1,2,3,4}, int64[2] shape = {0,2}>
      { a = MatMul(x, w)  r = Reshape(a, shape)  b = MatMul(r, w)  e = Gather(w, id)
        y = Add(b, e) })"),
              ElementsAre("w"));
}

bool is_weight_in(std::string_view body, std::string_view name) {
  const std::string text = R"(<ir_version: 10, opset_import: ["": 21]> g )" + std::string(body);
  const auto graph = parse_onnx(model_from_text(text), "text");
  EXPECT_TRUE(graph) << graph.error().message();
  return graph && is_weight(*graph, name);
}

TEST(IsWeight, IsDecidedByUse_NotByShape) {
  // b is added as a bias, and scales and shifts elsewhere: exporters write all of them as [1, N].
  constexpr std::string_view kModel = R"((float[N,2] x) => (float[N,2] y)
      <float[2,2] w = {1,2,3,4}, float[1,2] b = {1,2}, float[2,2] t = {1,2,3,4}>
      { m = MatMul(x, w)  a = Add(m, b)  s = Mul(a, b)  d = Sub(s, b)  q = Div(d, b)
        u = Transpose<perm = [1, 0]>(t)  i = Identity(u)  y = Gemm(q, i, b) })";
  EXPECT_TRUE(is_weight_in(kModel, "w"));
  EXPECT_TRUE(is_weight_in(kModel, "t")) << "moved about before it is used";
  EXPECT_FALSE(is_weight_in(kModel, "b"));
  EXPECT_FALSE(is_weight_in(R"((float[N,2] x) => (float[N,2] y)
      <float[2,2] w = {1,2,3,4}, float[1,1,2] b = {1,2}, int64[2] shape = {1,2}>
      { m = MatMul(x, w)  r = Reshape(b, shape)  y = Add(m, r) })",
                            "b"))
      << "a bias that is reshaped first";
  EXPECT_TRUE(is_weight_in(R"((float[N,2] x) => (float[N,2] y)
      <float[2,2] w = {1,2,3,4}> { m = MatMul(x, w)  y = Mul(m, w) })",
                           "w"))
      << "it is a weight somewhere";
}

}  // namespace
}  // namespace purser::graph
