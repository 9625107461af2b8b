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
  all.reserve(group.slices.size());
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
  std::vector<float> input(std::size_t{2} * 64);
  for (std::size_t i = 0; i < input.size(); ++i) input[i] = static_cast<float>(i % 17) / 17.0F;
  const auto before = run_model(zeroed, input, 2);
  const auto after = run_model(*pruned, input, 2);
  RC_ASSERT(before.size() == after.size());
  for (std::size_t i = 0; i < before.size(); ++i) RC_ASSERT(std::abs(before[i] - after[i]) < 1e-5F);
}

using Ints = std::vector<std::int64_t>;

void answer_with(graph::Graph& g, const std::string& value) {
  g.outputs = {{value, graph::ElementType::kFloat32, false, {}, {}}};
}

// A convolution with a normalization, whose sum with a skip runs through a depthwise convolution,
// a bias of its own, a factor, a mean, and a matrix.
graph::Graph residual() {
  graph::Graph g = small_cnn();
  g.nodes.resize(3);  // conv, bn, relu -> r
  g.initializers["side_w"] = random_tensor({4, 2, 1, 1}, 8);
  g.initializers["depth_w"] = random_tensor({4, 1, 3, 3}, 9);
  g.initializers["depth_b"] = random_tensor({4}, 10);
  g.initializers["shift"] = random_tensor({4, 1, 1}, 11);
  g.initializers["factor"] = random_tensor({1, 4, 1, 1}, 12);
  g.initializers["fc_w"] = random_tensor({4, 3}, 13);
  const auto add = [&](std::string op, std::vector<std::string> in, std::string out,
                       std::map<std::string, graph::Attribute> attributes = {}) {
    g.nodes.push_back(
        {out + "_node", std::move(op), "", std::move(in), {out}, std::move(attributes)});
  };
  add("Conv", {"x", "side_w"}, "s");
  add("Add", {"r", "s"}, "t");
  add("Conv", {"t", "depth_w", "depth_b"}, "d",
      {{"group", std::int64_t{4}}, {"pads", Ints{1, 1, 1, 1}}});
  add("Add", {"d", "shift"}, "e");
  add("Mul", {"e", "factor"}, "h");
  add("Sub", {"h", "t"}, "i");
  add("GlobalAveragePool", {"i"}, "m");
  add("Reshape", {"m", "rest"}, "f");
  const Ints rest{0, -1};
  g.initializers["rest"] = graph::Tensor::of<std::int64_t>({2}, rest);
  add("MatMul", {"f", "fc_w"}, "y");
  answer_with(g, "y");
  return g;
}

// Two convolutions and a depthwise one whose Flatten feeds a matrix in rows of H x W.
graph::Graph flattened() {
  graph::Graph g = small_cnn();
  g.initializers["next_w"] = random_tensor({5, 4, 1, 1}, 8);
  g.initializers["fc_w"] = random_tensor({20, 3}, 9);
  g.nodes.insert(g.nodes.begin() + 4, {"next", "Conv", "", {"p", "next_w"}, {"q"}, {}});
  g.nodes[5].inputs[0] = "q";
  g.nodes[6].attributes.clear();
  return g;
}

// What ONNX Runtime answers with the channels set to zero must be what it answers without them.
void expect_pruned_answers_the_same(graph::Graph g) {
  ASSERT_TRUE(graph::infer_shapes(g));
  int pruned_groups = 0;
  for (const ChannelGroup& group : find_groups(g)) {
    if (!group.frozen.empty()) continue;
    ++pruned_groups;
    Ints keep;
    for (std::int64_t c = 0; c < group.channels; ++c) {
      if (c % 3 != 1) keep.push_back(c);
    }
    graph::Graph zeroed = g;
    for (const Slice& slice : group.slices) {
      if (slice.side != Slice::Side::kMakes) continue;
      graph::Tensor& tensor = zeroed.initializers.at(slice.initializer);
      const auto values = tensor.as<float>();
      std::size_t inner = 1;
      for (std::size_t i = slice.axis + 1; i < tensor.shape.size(); ++i) {
        inner *= static_cast<std::size_t>(tensor.shape[i]);
      }
      for (std::size_t i = 0; i < values.size(); ++i) {
        const auto row = static_cast<std::int64_t>(i / inner) % tensor.shape[slice.axis];
        if (row / slice.block % 3 == 1 && !slice.initializer.ends_with("variance")) values[i] = 0;
      }
    }
    const auto pruned = keep_channels(zeroed, group, keep);
    ASSERT_TRUE(pruned) << pruned.error().message();
    std::vector<float> input(std::size_t{2} * 32);
    for (std::size_t i = 0; i < input.size(); ++i) input[i] = static_cast<float>(i % 17) / 17.0F;
    const auto before = run_model(zeroed, input, 2);
    const auto after = run_model(*pruned, input, 2);
    ASSERT_EQ(before.size(), after.size());
    for (std::size_t i = 0; i < before.size(); ++i) {
      EXPECT_NEAR(before[i], after[i], 1e-5F) << group.name << ", output " << i;
    }
  }
  EXPECT_GE(pruned_groups, 1);
}

TEST(KeepChannels, OfAResidualSumBehindDepthwiseAndConstantsAnswersTheSame) {
  expect_pruned_answers_the_same(residual());
}

TEST(KeepChannels, OfAFlattenedImageAnswersTheSame) { expect_pruned_answers_the_same(flattened()); }

TEST(FindGroups, LeavesWhatAnotherOutputOfThePoolIsNumberedBy) {
  graph::Graph g = small_cnn();
  g.nodes[3].outputs.emplace_back("where");
  g.outputs.push_back({"where", graph::ElementType::kInt64, false, {}, {}});
  ASSERT_TRUE(graph::infer_shapes(g));
  EXPECT_THAT(group_named(find_groups(g), "conv").frozen, HasSubstr("node 'pool' (MaxPool)"));
}

TEST(FindGroups, LeavesAValueThatTheNetworkGivesOnTheWay) {
  graph::Graph g = small_cnn();
  g.outputs.push_back({"r", graph::ElementType::kFloat32, false, {}, {}});
  ASSERT_TRUE(graph::infer_shapes(g));
  EXPECT_THAT(group_named(find_groups(g), "conv").frozen, HasSubstr("'r' is an output"));
  graph::Graph constant = small_cnn();
  constant.outputs.push_back({"bn_mean", graph::ElementType::kFloat32, true, {4}, {}});
  ASSERT_TRUE(graph::infer_shapes(constant));
  EXPECT_THAT(group_named(find_groups(constant), "conv").frozen,
              HasSubstr("'bn_mean' is an output"));
}

// A bias of [M, 1] belongs to the rows of the batch, one of no dimension to all columns.
TEST(FindGroups, NeverCutsABiasAlongADimensionThatItDoesNotHave) {
  graph::Graph g = small_cnn();
  g.inputs[0].shape[0] = 6;
  g.inputs[0].dimension_names.clear();
  g.initializers["mid_w"] = random_tensor({16, 6}, 8);
  g.initializers["mid_b"] = random_tensor({6, 1}, 9);
  g.initializers["fc_w"] = random_tensor({3, 6}, 10);
  g.nodes.insert(g.nodes.begin() + 5, {"mid", "Gemm", "", {"f", "mid_w", "mid_b"}, {"h"}, {}});
  g.nodes[6].inputs[0] = "h";
  answer_with(g, "y");
  ASSERT_TRUE(graph::infer_shapes(g));
  EXPECT_THAT(group_named(find_groups(g), "mid").frozen, HasSubstr("differs from row to row"));

  g.initializers["mid_w"] = random_tensor({16, 1}, 8);
  g.initializers["mid_b"] = random_tensor({}, 9);
  g.initializers["fc_w"] = random_tensor({3, 1}, 10);
  ASSERT_TRUE(graph::infer_shapes(g));
  for (const ChannelGroup& group : find_groups(g)) {
    for (const Slice& slice : group.slices) {
      const graph::Tensor& tensor = g.initializers.at(slice.initializer);
      ASSERT_LT(slice.axis, tensor.shape.size()) << slice.initializer;
      EXPECT_EQ(tensor.shape[slice.axis], group.channels * slice.block) << slice.initializer;
    }
  }
}

TEST(FindGroups, DoesNotFollowAConstantThatAddsADimension) {
  graph::Graph g = small_cnn();
  g.initializers["one"] = random_tensor({1, 1, 1, 1, 1}, 8);
  g.nodes.resize(3);
  g.nodes.push_back({"lift", "Add", "", {"r", "one"}, {"y"}, {}});
  answer_with(g, "y");
  ASSERT_TRUE(graph::infer_shapes(g));
  EXPECT_NE(group_named(find_groups(g), "conv").frozen, "");
}

TEST(KeepChannels, RefusesAChannelTwice) {
  graph::Graph g = small_cnn();
  ASSERT_TRUE(graph::infer_shapes(g));
  const auto groups = find_groups(g);
  const std::vector<std::int64_t> keep{0, 0};
  EXPECT_FALSE(keep_channels(g, group_named(groups, "conv"), keep));
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
