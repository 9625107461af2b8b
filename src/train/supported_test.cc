#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "train/fixtures.h"
#include "train/train.h"

namespace purser::train {
namespace {

using testing::HasSubstr;

TEST(CheckSupported, TakesACnn) { EXPECT_TRUE(check_supported(fixtures::small_cnn())); }

TEST(CheckSupported, NamesTheNodeAndTheOperator) {
  auto graph = fixtures::small_cnn();
  graph.nodes[1].op_type = "Erf";
  graph.nodes[1].name = "bend";
  const auto refused = check_supported(graph);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::kUnsupported);
  EXPECT_THAT(refused.error().message(), HasSubstr("bend"));
  EXPECT_THAT(refused.error().message(), HasSubstr("Erf"));
}

TEST(CheckSupported, DoesNotTakeOtherPeoplesOperatorsForOnnxs) {
  auto graph = fixtures::small_cnn();
  graph.nodes[1].domain = "com.example";
  const auto refused = check_supported(graph);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message(), HasSubstr("com.example.Relu"));
}

TEST(CheckSupported, RefusesAModelWithNothingToLearn) {
  fixtures::GraphMaker make({3});
  const auto refused = check_supported(make.node("Relu").done(3));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::kInvalidInput);
}

TEST(CheckSupported, RefusesAShapeThatIsComputed) {
  fixtures::GraphMaker make({4});
  make.weight("w", {4, 3});
  make.node("MatMul", {"w"});
  const auto refused = check_supported(make.node("Reshape", {"x"}).done(3));
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message(), HasSubstr("constant"));
}

TEST(CheckSupported, RefusesWindowsWhoseNumbersAreNotThoseOfTheirDimensions) {
  const auto refusal = [](std::size_t node, const char* name, std::vector<std::int64_t> numbers) {
    auto graph = fixtures::small_cnn();
    graph.nodes[node].attributes[name] = std::move(numbers);
    const auto refused = check_supported(graph);
    return refused ? "" : refused.error().message();
  };
  EXPECT_THAT(refusal(0, "pads", {0}), HasSubstr("its pads are not 4 numbers from 0"));
  EXPECT_THAT(refusal(0, "pads", {0, 0, 0, -1}), HasSubstr("its pads"));
  EXPECT_THAT(refusal(0, "strides", {1}), HasSubstr("its strides are not 2 numbers above 0"));
  EXPECT_THAT(refusal(0, "dilations", {1, 0}), HasSubstr("its dilations"));
  EXPECT_THAT(refusal(2, "pads", {0}), HasSubstr("its pads"));
  EXPECT_THAT(refusal(2, "strides", {2, 2, 2}), HasSubstr("its strides"));
}

TEST(CheckSupported, RefusesAMeanOfMorePaddingThanHalfItsWindow) {
  auto graph = fixtures::small_cnn();
  graph.nodes[2].op_type = "AveragePool";
  EXPECT_TRUE(check_supported(graph));
  graph.nodes[2].attributes["pads"] = fixtures::ints_of({1, 1, 1, 1});
  EXPECT_TRUE(check_supported(graph));
  graph.nodes[2].attributes["kernel_shape"] = fixtures::ints_of({3, 3});
  graph.nodes[2].attributes["pads"] = fixtures::ints_of({2, 2, 2, 2});
  const auto refused = check_supported(graph);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message(), HasSubstr("its pads exceed half its kernel"));
}

TEST(SupportedOperators, AreInAlphabeticalOrder) {
  const auto names = supported_operators();
  EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
}

}  // namespace
}  // namespace purser::train
