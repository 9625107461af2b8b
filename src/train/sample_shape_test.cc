#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "train/fixtures.h"
#include "train/train.h"

namespace purser::train {
namespace {

using testing::ElementsAre;
using Shape = std::vector<std::int64_t>;

Result<Shape> taken(Shape input, Shape given) {
  fixtures::GraphMaker make(std::move(input));
  return sample_shape(make.node("Relu").done(3), fixtures::stripes(1, std::move(given)));
}

TEST(SampleShape, IsTheSameOrFlatOrWithOtherOnes) {
  EXPECT_THAT(taken({3, 4, 5}, {3, 4, 5}).value(), ElementsAre(3, 4, 5));
  EXPECT_THAT(taken({60}, {3, 4, 5}).value(), ElementsAre(60));
  EXPECT_THAT(taken({4, 5}, {1, 4, 5}).value(), ElementsAre(4, 5));
  EXPECT_THAT(taken({1, 4, 5}, {4, 5}).value(), ElementsAre(1, 4, 5));
}

TEST(SampleShape, IsNotAnotherOneOfAsManyNumbers) {
  const auto scrambled = taken({4, 4, 3}, {3, 4, 4});
  ASSERT_FALSE(scrambled);
  EXPECT_EQ(scrambled.error().code(), ErrorCode::kInvalidInput);
  EXPECT_THAT(scrambled.error().message(),
              testing::HasSubstr("takes samples of 4x4x3, those of stripes have 3x4x4"));
  EXPECT_FALSE(taken({2, 8}, {1, 4, 4}));
  EXPECT_FALSE(taken({59}, {3, 4, 5}));
}

TEST(SampleShape, IsTheDataSetsOwnOnlyWhereTheGraphLeavesItOpen) {
  const auto open = graph::kDynamic;
  EXPECT_THAT(taken({1, open, open}, {1, 4, 5}).value(), ElementsAre(1, 4, 5));
  EXPECT_FALSE(taken({3, open, open}, {1, 4, 5})) << "three channels were asked for";
}

}  // namespace
}  // namespace purser::train
