#include "optimize/compare.h"

#include <array>

#include <gtest/gtest.h>

namespace purser::optimize {
namespace {

// n 2,000, 38 lost, 22 gained: worked by hand in docs/optimize.md.
TEST(Comparison, AgreesWithTheWorkedExample) {
  const Comparison example{2000, 38, 22};
  EXPECT_NEAR(example.drop(), 0.0080, 1e-9);
  EXPECT_NEAR(example.standard_error(), 0.00387, 5e-6);
  EXPECT_NEAR(example.p_value(), 0.0519, 5e-5);
  EXPECT_NEAR(example.upper_bound(), 0.0144, 5e-5);
}

TEST(Comparison, CountsOnlyImagesOnWhichTheModelsDisagree) {
  const std::array<std::uint8_t, 6> original{1, 1, 1, 0, 0, 1};
  const std::array<std::uint8_t, 6> pruned{1, 0, 0, 1, 0, 1};
  const Comparison comparison = compare(original, pruned);
  EXPECT_EQ(comparison.total, 6);
  EXPECT_EQ(comparison.lost, 2);
  EXPECT_EQ(comparison.gained, 1);
}

TEST(Comparison, OfEqualAnswersIsNotCertainty) {
  const Comparison same{1000, 0, 0};
  EXPECT_EQ(same.drop(), 0);
  EXPECT_EQ(same.p_value(), 1);
  EXPECT_GT(same.upper_bound(), 0.001);  // a model 0.1 points worse could well show no difference
  EXPECT_LT(same.upper_bound(), 0.003);
}

TEST(Comparison, OfABetterModelHasANegativeDrop) {
  const Comparison better{10000, 200, 400};
  EXPECT_NEAR(better.drop(), -0.02, 1e-12);
  EXPECT_LT(better.upper_bound(), -0.0155);
  EXPECT_LT(better.p_value(), 1e-12);
}

TEST(Comparison, ExpectsATighterBoundOfMoreImages) {
  const Comparison held_out{2000, 38, 22};
  EXPECT_NEAR(held_out.expected_upper_bound(2000), held_out.upper_bound(), 1e-12);
  EXPECT_LT(held_out.expected_upper_bound(10000), held_out.upper_bound());
  EXPECT_GT(held_out.expected_upper_bound(10000), held_out.drop());
}

}  // namespace
}  // namespace purser::optimize
