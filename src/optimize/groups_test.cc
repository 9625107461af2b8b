#include "optimize/groups.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "graph/new_model.h"
#include "optimize/test_graphs.h"
#include "runtime/runtime.h"

namespace purser::optimize {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<float> run_model(const graph::Graph& graph, std::span<const float> input,
                             std::int64_t batch) {
  const auto bytes = graph::serialize_onnx(graph);
  EXPECT_TRUE(bytes) << bytes.error().message();
  const auto session = runtime::Session::from_bytes(*bytes, {});
  EXPECT_TRUE(session) << session.error().message();
  runtime::Runner runner(*session);
  const auto output = runner.run(input, batch);
  EXPECT_TRUE(output) << output.error().message();
  return {output->begin(), output->end()};
}

std::vector<std::string> names(const ChannelGroup& group) {
  std::vector<std::string> all;
  for (const Slice& slice : group.slices) all.push_back(slice.initializer);
  std::sort(all.begin(), all.end());
  return all;
}

const ChannelGroup& group_named(const std::vector<ChannelGroup>& groups, std::string_view name) {
  const auto found = std::find_if(groups.begin(), groups.end(),
                                  [&](const ChannelGroup& g) { return g.name == name; });
  EXPECT_NE(found, groups.end()) << name;
  return *found;
}

TEST(FindGroups, FollowsAChainThroughNormalizationPoolAndFlatten) {
  graph::Graph g = small_cnn();
  ASSERT_TRUE(graph::infer_shapes(g));
  const auto groups = find_groups(g);
  const ChannelGroup& conv = group_named(groups, "conv");
  EXPECT_EQ(conv.frozen, "");
  EXPECT_EQ(conv.channels, 4);
  EXPECT_THAT(names(conv), ElementsAre("bn_mean", "bn_scale", "bn_shift", "bn_variance", "conv_b",
                                       "conv_w", "fc_w"));
  for (const Slice& slice : conv.slices) {
    // A channel of 2 x 2 pixels owns 4 columns of the matrix behind the Flatten.
    EXPECT_EQ(slice.block, slice.initializer == "fc_w" ? 4 : 1) << slice.initializer;
    EXPECT_EQ(slice.axis, slice.initializer == "fc_w" ? 1u : 0u) << slice.initializer;
  }
}

TEST(FindGroups, FreezesWhatTheNetworkGives) {
  graph::Graph g = small_cnn();
  ASSERT_TRUE(graph::infer_shapes(g));
  EXPECT_THAT(group_named(find_groups(g), "fc").frozen, HasSubstr("output of the network"));
}

TEST(FindGroups, TiesTheBranchesOfAResidualSum) {
  graph::Graph g = small_cnn();
  g.initializers["side_w"] = random_tensor({4, 2, 1, 1}, 8);
  g.nodes.insert(g.nodes.begin() + 3, {{"side", "Conv", "", {"x", "side_w"}, {"s"}, {}},
                                       {"sum", "Add", "", {"r", "s"}, {"t"}, {}}});
  g.nodes[5].inputs[0] = "t";
  ASSERT_TRUE(graph::infer_shapes(g));
  const auto groups = find_groups(g);
  const ChannelGroup& conv = group_named(groups, "conv");
  EXPECT_EQ(conv.frozen, "");
  EXPECT_THAT(names(conv), testing::IsSupersetOf({"conv_w", "side_w", "fc_w"}));
  EXPECT_EQ(groups.size(), 2u);
}

TEST(FindGroups, NamesTheOperatorThatItCannotFollow) {
  graph::Graph g = small_cnn();
  g.nodes[2] = {"odd", "Softmax", "", {"n"}, {"r"}, {}};
  ASSERT_TRUE(graph::infer_shapes(g));
  EXPECT_THAT(group_named(find_groups(g), "conv").frozen, HasSubstr("node 'odd' (Softmax)"));
}

TEST(FindGroups, FreezesWeightsThatTwoNodesShare) {
  graph::Graph g = small_cnn();
  g.nodes.insert(g.nodes.begin() + 3, {{"twin",
                                        "Conv",
                                        "",
                                        {"x", "conv_w"},
                                        {"s"},
                                        {{"pads", std::vector<std::int64_t>{1, 1, 1, 1}}}},
                                       {"sum", "Add", "", {"r", "s"}, {"t"}, {}}});
  g.nodes[5].inputs[0] = "t";
  ASSERT_TRUE(graph::infer_shapes(g));
  EXPECT_THAT(group_named(find_groups(g), "conv").frozen, HasSubstr("several nodes"));
}

TEST(FindGroups, ShrinksADepthwiseConvolutionWithItsInput) {
  graph::Graph g = small_cnn();
  g.initializers["depth_w"] = random_tensor({4, 1, 3, 3}, 8);
  g.nodes.insert(g.nodes.begin() + 3,
                 {{"depth",
                   "Conv",
                   "",
                   {"r", "depth_w"},
                   {"d"},
                   {{"group", std::int64_t{4}}, {"pads", std::vector<std::int64_t>{1, 1, 1, 1}}}}});
  g.nodes[4].inputs[0] = "d";
  ASSERT_TRUE(graph::infer_shapes(g));
  const auto groups = find_groups(g);
  const std::vector<std::int64_t> keep{0, 3};
  const auto pruned = keep_channels(g, group_named(groups, "conv"), keep);
  ASSERT_TRUE(pruned) << pruned.error().message();
  EXPECT_EQ(pruned->nodes[3].int_attribute("group", 1), 2);
  EXPECT_THAT(pruned->initializers.at("depth_w").shape, ElementsAre(2, 1, 3, 3));
  run_model(*pruned, std::vector<float>(32, 0.5F), 1);
}

// The law of pruning: channels that do nothing can go without any answer changing.
RC_GTEST_PROP(KeepChannels, LeavesAnswersAsTheyWereWhenTheOthersAreZero, ()) {
  auto g = graph::new_cnn({.input = {1, 8, 8}, .classes = 3, .widths = {6, 5}, .seed = 4});
  RC_ASSERT(g.has_value());
  const auto groups = find_groups(*g);
  const auto which = *rc::gen::inRange<std::size_t>(0, 2);
  const ChannelGroup& group = groups[which];
  RC_ASSERT(group.frozen.empty());
  std::vector<std::int64_t> keep;
  for (std::int64_t c = 0; c < group.channels; ++c) {
    if (*rc::gen::arbitrary<bool>()) keep.push_back(c);
  }
  RC_PRE(!keep.empty());
  graph::Graph zeroed = *g;
  for (const Slice& slice : group.slices) {
    if (slice.side != Slice::Side::kMakes) continue;
    graph::Tensor& tensor = zeroed.initializers.at(slice.initializer);
    const auto values = tensor.as<float>();
    const std::size_t each = values.size() / static_cast<std::size_t>(group.channels);
    for (std::int64_t c = 0; c < group.channels; ++c) {
      if (std::binary_search(keep.begin(), keep.end(), c)) continue;
      const auto part = values.subspan(static_cast<std::size_t>(c) * each, each);
      std::fill(part.begin(), part.end(), 0.0F);
    }
  }
  const auto pruned = keep_channels(zeroed, group, keep);
  RC_ASSERT(pruned.has_value());
  std::vector<float> input(2 * 64);
  for (std::size_t i = 0; i < input.size(); ++i) input[i] = static_cast<float>(i % 17) / 17.0F;
  const auto before = run_model(zeroed, input, 2);
  const auto after = run_model(*pruned, input, 2);
  RC_ASSERT(before.size() == after.size());
  for (std::size_t i = 0; i < before.size(); ++i) RC_ASSERT(std::abs(before[i] - after[i]) < 1e-5F);
}

TEST(KeepChannels, PicksTheEntriesOfTheChannel) {
  graph::Graph g = small_cnn();
  ASSERT_TRUE(graph::infer_shapes(g));
  const auto groups = find_groups(g);
  const std::vector<std::int64_t> keep{1, 3};
  const auto pruned = keep_channels(g, group_named(groups, "conv"), keep);
  ASSERT_TRUE(pruned) << pruned.error().message();
  EXPECT_THAT(pruned->initializers.at("conv_w").shape, ElementsAre(2, 2, 3, 3));
  EXPECT_THAT(pruned->initializers.at("fc_w").shape, ElementsAre(3, 8));
  const auto before = g.initializers.at("fc_w").as<float>();
  const auto after = pruned->initializers.at("fc_w").as<float>();
  EXPECT_EQ(after[0], before[4]);  // row 0: columns 4..7 and 12..15
  EXPECT_EQ(after[4], before[12]);
  EXPECT_EQ(after[8], before[16 + 4]);  // row 1
  EXPECT_EQ(pruned->initializers.at("bn_mean").as<float>()[1],
            g.initializers.at("bn_mean").as<float>()[3]);
}

TEST(KeepChannels, RefusesAFrozenGroupWithItsReason) {
  graph::Graph g = small_cnn();
  ASSERT_TRUE(graph::infer_shapes(g));
  const auto groups = find_groups(g);
  const std::vector<std::int64_t> keep{0};
  const auto pruned = keep_channels(g, group_named(groups, "fc"), keep);
  ASSERT_FALSE(pruned);
  EXPECT_THAT(pruned.error().message(), HasSubstr("output of the network"));
}

TEST(Importance, IsThatOfTheLargerWeights) {
  graph::Graph g = small_cnn();
  ASSERT_TRUE(graph::infer_shapes(g));
  auto weights = g.initializers.at("conv_w").as<float>();
  for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = i / 18 == 2 ? 9.0F : 0.1F;
  const auto groups = find_groups(g);
  const auto scores = importance(g, group_named(groups, "conv"));
  ASSERT_EQ(scores.size(), 4u);
  EXPECT_EQ(std::max_element(scores.begin(), scores.end()) - scores.begin(), 2);
  const double sum = scores[0] + scores[1] + scores[2] + scores[3];
  EXPECT_NEAR(sum / 4, 2.0, 1e-9);  // conv_w and fc_w weigh the same
}

TEST(MostImportant, AreAscendingAndTiesGoToTheLowerIndex) {
  const std::vector<double> scores{1, 5, 3, 5, 3};
  EXPECT_THAT(most_important(scores, 3), ElementsAre(1, 2, 3));
}

}  // namespace
}  // namespace purser::optimize
