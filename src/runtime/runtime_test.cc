#include "runtime/runtime.h"

#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <limits>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "graph/new_model.h"

namespace purser::runtime {
namespace {

using graph::ElementType;
using graph::Tensor;
using testing::HasSubstr;

// y = x W + b with W = [[1, 2], [3, 4], [5, 6]] and b = [10, 20].
graph::Graph linear_graph() {
  graph::Graph g;
  g.name = "linear";
  g.opset = 21;
  g.inputs = {{"x", ElementType::kFloat32, true, {graph::kDynamic, 3}, {"batch", ""}}};
  g.outputs = {{"y", ElementType::kFloat32, true, {graph::kDynamic, 2}, {"batch", ""}}};
  const std::vector<float> weights{1, 2, 3, 4, 5, 6};
  const std::vector<float> bias{10, 20};
  g.initializers["w"] = Tensor::of<float>({3, 2}, weights);
  g.initializers["b"] = Tensor::of<float>({2}, bias);
  g.nodes.push_back({"gemm", "Gemm", "", {"x", "w", "b"}, {"y"}, {}});
  return g;
}

Session open(const graph::Graph& g, SessionOptions options = {}) {
  auto bytes = graph::serialize_onnx(g);
  EXPECT_TRUE(bytes) << bytes.error().message();
  auto session = Session::from_bytes(*bytes, std::move(options));
  EXPECT_TRUE(session) << session.error().message();
  return *std::move(session);
}

TEST(Session, TellsWhatTheModelTakesAndGives) {
  const Session session = open(linear_graph());
  ASSERT_EQ(session.inputs().size(), 1u);
  EXPECT_EQ(session.inputs()[0],
            (TensorInfo{"x", ElementType::kFloat32, {graph::kDynamic, 3}, {"batch", ""}}));
  ASSERT_EQ(session.outputs().size(), 1u);
  EXPECT_EQ(session.outputs()[0].name, "y");
}

TEST(Session, RefusesBytesThatAreNoModelAndNamesIt) {
  const auto session = Session::from_bytes("no model", {.name = "junk.onnx"});
  ASSERT_FALSE(session);
  EXPECT_EQ(session.error().code(), ErrorCode::kInvalidInput);
  EXPECT_EQ(session.error().message(),
            "model 'junk.onnx': is no ONNX model, or was cut short at 8 bytes; export or copy it "
            "again");
}

TEST(Session, RefusesAFileThatIsNotThere) {
  const auto session = Session::load("/nowhere/model.onnx", {});
  ASSERT_FALSE(session);
  EXPECT_EQ(session.error().code(), ErrorCode::kNotFound);
}

TEST(Runner, ComputesWhatAHandComputes) {
  const Session session = open(linear_graph());
  Runner runner(session);
  const std::vector<float> input{1, 1, 1, 0, 1, 2};
  const auto output = runner.run(input, 2);
  ASSERT_TRUE(output) << output.error().message();
  EXPECT_THAT(*output, testing::ElementsAre(19, 32, 23, 36));
}

TEST(Runner, GivesARowTheSameAnswerInEveryBatch) {
  const auto cnn = graph::new_cnn({.seed = 3});
  ASSERT_TRUE(cnn);
  const Session session = open(*cnn);
  Runner runner(session);
  std::vector<float> images(std::size_t{5} * 784);
  for (std::size_t i = 0; i < images.size(); ++i) images[i] = static_cast<float>(i % 97) / 97.0F;
  const auto together = runner.run(images, 5);
  ASSERT_TRUE(together);
  const std::vector<float> batch(together->begin(), together->end());
  for (std::size_t row = 0; row < 5; ++row) {
    const auto alone = runner.run(std::span(images).subspan(row * 784, 784), 1);
    ASSERT_TRUE(alone);
    for (std::size_t c = 0; c < 10; ++c) EXPECT_NEAR((*alone)[c], batch[row * 10 + c], 1e-5);
  }
}

TEST(Runner, DoesNotAllocateAnOutputAgainForABatchItHasSeen) {
  const Session session = open(linear_graph());
  Runner runner(session);
  const std::vector<float> input(30, 1.0F);
  const auto large = runner.run(input, 10);
  ASSERT_TRUE(large);
  const float* const place = large->data();
  ASSERT_TRUE(runner.run(std::span(input).first(3), 1));
  const auto again = runner.run(input, 10);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->data(), place);
}

TEST(Runner, RefusesAnInputOfAnotherShapeAndSaysWhichFits) {
  const Session session = open(linear_graph(), {.name = "linear.onnx"});
  Runner runner(session);
  const std::vector<float> input(7, 1.0F);
  const auto output = runner.run(input, 2);
  ASSERT_FALSE(output);
  EXPECT_EQ(output.error().code(), ErrorCode::kInvalidInput);
  EXPECT_THAT(output.error().message(), HasSubstr("model 'linear.onnx': input 'x'"));
  EXPECT_THAT(output.error().message(), HasSubstr("24 bytes, got 28"));
}

TEST(Runner, RefusesAShapeWhoseSizeOverflows) {
  const Session session = open(linear_graph());
  const std::vector<std::int64_t> shape{std::numeric_limits<std::int64_t>::max() / 2, 3};
  const TensorView view{ElementType::kFloat32, shape, {}};
  const Status status = session.check_inputs({&view, 1});
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().message(), HasSubstr("too large"));
}

TEST(Runner, OfEveryThreadGivesTheSameAnswer) {
  const Session session = open(linear_graph());
  const std::vector<float> input{1, 2, 3};
  std::vector<int> wrong(2, 0);
  {
    std::vector<std::jthread> threads;
    for (std::size_t t = 0; t < wrong.size(); ++t) {
      threads.emplace_back([&, t] {
        Runner runner(session);
        for (int i = 0; i < 500; ++i) {
          const auto output = runner.run(input, 1);
          if (!output || (*output)[0] != 32.0F || (*output)[1] != 48.0F) ++wrong[t];
        }
      });
    }
  }
  EXPECT_THAT(wrong, testing::Each(0));
}

TEST(Profile, NamesTheKernelsThatRan) {
  Session session = open(linear_graph(), {.profile = true});
  {
    Runner runner(session);
    const std::vector<float> input{1, 2, 3};
    for (int i = 0; i < 4; ++i) ASSERT_TRUE(runner.run(input, 1));
  }
  const auto kernels = session.profile();
  ASSERT_TRUE(kernels) << kernels.error().message();
  ASSERT_EQ(kernels->size(), 1u);
  EXPECT_EQ((*kernels)[0].op_type, "Gemm");
  EXPECT_EQ((*kernels)[0].provider, "CPUExecutionProvider");
  EXPECT_EQ((*kernels)[0].calls, 4);
  EXPECT_FALSE(session.profile());  // it can be taken once
}

// ONNX Runtime writes the bytes of a name into its trace as they are, UTF-8 or not.
TEST(Profile, OfNodesWithOddNamesIsRead) {
  for (const std::string_view odd : {"quote\"d", "back\\slash", "line\nbreak", "\xff\xfe",
                                     "{\"a\":[", "_kernel_time", "Größe ü"}) {
    graph::Graph g = linear_graph();
    g.nodes[0].name = odd;
    Session session = open(g, {.profile = true});
    {
      Runner runner(session);
      const std::vector<float> input{1, 2, 3};
      for (int i = 0; i < 4; ++i) ASSERT_TRUE(runner.run(input, 1));
    }
    const auto kernels = session.profile();
    ASSERT_TRUE(kernels) << odd << ": " << kernels.error().message();
    ASSERT_EQ(kernels->size(), 1u) << odd;
    EXPECT_EQ((*kernels)[0].op_type, "Gemm") << odd;
    EXPECT_EQ((*kernels)[0].calls, 4) << odd;
  }
}

TEST(Session, OfOneThreadStartsNoOther) {
  const auto threads = [] {
    return std::distance(fs::directory_iterator("/proc/self/task"), fs::directory_iterator());
  };
  ASSERT_TRUE(open(linear_graph()).options().threads == 1);  // the environment is there
  const auto before = threads();
  const auto cnn = graph::new_cnn({});
  ASSERT_TRUE(cnn);
  const Session session = open(*cnn);
  Runner runner(session);
  ASSERT_TRUE(runner.run(std::vector<float>(std::size_t{784} * 8, 0.5F), 8));
  EXPECT_EQ(threads(), before);
}

// Rows of nothing cost a request no bytes, and what they give could fill any memory.
TEST(Runner, RefusesRowsThatHoldNothing) {
  graph::Graph g;
  g.name = "sums";
  g.opset = 21;
  g.inputs = {
      {"x", ElementType::kFloat32, true, {graph::kDynamic, graph::kDynamic}, {"batch", "length"}}};
  g.outputs = {{"y", ElementType::kFloat32, true, {graph::kDynamic, 1}, {"batch", ""}}};
  g.initializers["axes"] = Tensor::of<std::int64_t>({1}, std::vector<std::int64_t>{1});
  g.nodes.push_back({"sum", "ReduceSum", "", {"x", "axes"}, {"y"}, {}});
  const Session session = open(g);
  Runner runner(session);
  for (const std::int64_t rows : {std::int64_t{1} << 34, std::int64_t{1} << 61}) {
    const std::vector<std::int64_t> shape{rows, 0};
    const TensorView view{ElementType::kFloat32, shape, {}};
    const auto output = runner.run({&view, 1});
    ASSERT_FALSE(output);
    EXPECT_EQ(output.error().code(), ErrorCode::kInvalidInput);
    EXPECT_THAT(output.error().message(), HasSubstr("holds nothing"));
  }
  const std::vector<std::int64_t> none{0, 3};
  const TensorView view{ElementType::kFloat32, none, {}};
  EXPECT_TRUE(runner.run({&view, 1}));
}

TEST(Runner, RunsModelsWithoutABatchAndOfIntegers) {
  graph::Graph g;
  g.name = "double";
  g.opset = 21;
  g.inputs = {{"x", ElementType::kInt64, true, {2}, {}}};
  g.outputs = {{"y", ElementType::kInt64, true, {2}, {}}};
  g.nodes.push_back({"sum", "Add", "", {"x", "x"}, {"y"}, {}});
  const Session session = open(g);
  Runner runner(session);
  const std::vector<std::int64_t> shape{2};
  const std::vector<std::int64_t> numbers{3, -4};
  const TensorView view{ElementType::kInt64, shape, std::as_bytes(std::span(numbers))};
  const auto output = runner.run({&view, 1});
  ASSERT_TRUE(output) << output.error().message();
  EXPECT_EQ(reinterpret_cast<const std::int64_t*>((*output)[0].bytes.data())[1], -8);
  const auto plain = runner.run(std::vector<float>{1, 2}, 1);
  ASSERT_FALSE(plain);
  EXPECT_EQ(plain.error().code(), ErrorCode::kUnsupported);
}

TEST(Profile, LeavesNoFileBehindWhenNobodyTakesIt) {
  const auto files = [] {
    const std::string mine = "purser-profile-" + std::to_string(::getpid()) + "-";
    std::int64_t count = 0;
    for (const auto& entry : fs::directory_iterator(fs::temp_directory_path())) {
      count += entry.path().filename().string().starts_with(mine) ? 1 : 0;
    }
    return count;
  };
  {
    const Session session = open(linear_graph(), {.profile = true});
    EXPECT_EQ(files(), 1);
  }
  EXPECT_EQ(files(), 0);
}

}  // namespace
}  // namespace purser::runtime
