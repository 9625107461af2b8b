#include "optimize/widths.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "graph/new_model.h"

namespace purser::optimize {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(WidthsToTry, AreEighths) {
  EXPECT_THAT(widths_to_try(64), ElementsAre(56, 48, 40, 32, 24, 16, 8));
  EXPECT_THAT(widths_to_try(3), ElementsAre(2, 1));
  EXPECT_THAT(widths_to_try(1), IsEmpty());
}

// The measured convolution of docs/optimize.md on a processor with AVX-512: blocks of 16 channels.
TEST(Steps, AreWhereTheTimeFalls) {
  const std::vector<WidthStep> measured{{60, 1.0},  {56, 1.01}, {52, 0.99}, {48, 0.56},
                                        {40, 0.56}, {36, 0.55}, {32, 0.26}};
  const auto steps = steps_of(measured);
  ASSERT_EQ(steps.size(), 2u);
  EXPECT_EQ(steps[0].width, 48);
  EXPECT_EQ(steps[1].width, 32);
}

TEST(Steps, OfANarrowerWidthThatIsSlowerAreNone) {
  const std::vector<WidthStep> measured{{16, 0.5}, {12, 0.7}, {8, 0.49}};
  EXPECT_EQ(steps_of(measured).size(), 1u);
}

PrunableGroup group_of(std::vector<double> importance, std::vector<WidthStep> steps) {
  PrunableGroup group;
  group.group.channels = static_cast<std::int64_t>(importance.size());
  group.importance = std::move(importance);
  group.steps = std::move(steps);
  return group;
}

TEST(LostAt, IsTheShareOfTheLeastImportant) {
  const PrunableGroup group = group_of({1, 4, 3, 2}, {});
  EXPECT_DOUBLE_EQ(group.lost_at(4), 0);
  EXPECT_DOUBLE_EQ(group.lost_at(2), 0.3);
}

TEST(WidthPath, GivesUpTheLeastImportanceForTheTimeSaved) {
  // The first group can lose a third of its importance for 0.1 of the time; the second a half for
  // 0.4, or three quarters for 0.5.
  const std::vector<PrunableGroup> groups{
      group_of({2, 1, 1, 2}, {{2, 0.9}}),
      group_of({1, 1, 1, 1}, {{2, 0.6}, {1, 0.5}}),
  };
  // For 0.5, a third here and a half there cost less than three quarters there.
  EXPECT_THAT(width_path(groups),
              ElementsAre(Widths{2, 4}, Widths{4, 2}, Widths{2, 2}, Widths{2, 1}));
}

TEST(WidthPath, PassesByWhatSavesLessAndCostsMore) {
  const std::vector<PrunableGroup> groups{
      group_of({1, 1, 1, 1}, {{2, 0.9}}),
      group_of({1, 1, 1, 1}, {{3, 0.6}}),
  };
  EXPECT_THAT(width_path(groups), ElementsAre(Widths{4, 3}, Widths{2, 3}));
}

TEST(PrunableGroups, MeasureTheGraphThatTheyWouldMake) {
  const auto cnn = graph::new_cnn({.input = {1, 8, 8}, .classes = 3, .widths = {8, 8}, .seed = 4});
  ASSERT_TRUE(cnn);
  // A machine that computes in blocks of four channels of the second convolution.
  const auto relative_time = [](const graph::Graph& graph) -> Result<double> {
    for (const auto& node : graph.nodes) {
      if (node.op_type != "Gemm") continue;
      const auto columns =
          graph.initializers.at(node.inputs[1]).shape[node.int_attribute("transB", 0) != 0 ? 1 : 0];
      const std::int64_t width = columns / 4;  // 2 x 2 pixels are left
      return static_cast<double>((width + 3) / 4) / 2;
    }
    return 1.0;
  };
  const auto groups = prunable_groups(*cnn, relative_time);
  ASSERT_TRUE(groups) << groups.error().message();
  ASSERT_EQ(groups->size(), 2u);
  EXPECT_THAT((*groups)[0].steps, IsEmpty());
  ASSERT_EQ((*groups)[1].steps.size(), 1u);
  EXPECT_EQ((*groups)[1].steps[0].width, 4);
  const auto pruned = prune_to(*cnn, *groups, {8, 4});
  ASSERT_TRUE(pruned);
  EXPECT_DOUBLE_EQ(*relative_time(*pruned), 0.5);
}

}  // namespace
}  // namespace purser::optimize
