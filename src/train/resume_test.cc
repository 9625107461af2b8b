// A run that was interrupted and is gone on with.
#include <sys/wait.h>

#include <gmock/gmock.h>

#include "train/scripted_run.h"

namespace purser::train {
namespace {

using fixtures::small_options;
using graph::Graph;
using testing::HasSubstr;

void expect_same_run(const Outcome& resumed, const Outcome& straight) {
  EXPECT_TRUE(resumed.resumed);
  EXPECT_EQ(resumed.steps, straight.steps);
  for (const auto& [name, tensor] : straight.graph.initializers) {
    EXPECT_EQ(tensor.bytes, resumed.graph.initializers.at(name).bytes) << name;
  }
  ASSERT_EQ(resumed.curve.size(), straight.curve.size());
  for (std::size_t i = 0; i < straight.curve.size(); ++i) {
    EXPECT_EQ(resumed.curve[i].step, straight.curve[i].step);
    EXPECT_EQ(resumed.curve[i].training_loss, straight.curve[i].training_loss);
    EXPECT_EQ(resumed.curve[i].held_out.correct, straight.curve[i].held_out.correct);
  }
}

// Stopped after some steps and resumed, a run gives the bytes of one that never stopped, which are
// returned.
Graph expect_resumed_alike(const Graph& graph, Options options) {
  const Folder folder;
  const auto dataset = fixtures::stripes(150);
  Script quiet;
  auto straight = done(train(graph, dataset, plan_of(4, 3), options, quiet, kClock));
  options.checkpoint = folder.path / "state";
  Script stopping;
  stopping.stop_after = 17;
  const auto part = done(train(graph, dataset, plan_of(4, 3), options, stopping, kClock));
  EXPECT_EQ(part.steps, 17);
  options.resume = true;
  expect_same_run(done(train(graph, dataset, plan_of(4, 3), options, quiet, kClock)), straight);
  return std::move(straight.graph);
}

class Resume : public testing::TestWithParam<std::int64_t> {};

TEST_P(Resume, GivesTheBytesOfTheRunThatNeverStopped) {
  const Folder folder;
  const auto dataset = fixtures::stripes(150);
  const Graph graph = fixtures::small_cnn(true);
  Options options = small_options();
  Script quiet;
  const auto straight = done(train(graph, dataset, plan_of(4, 3, 2), options, quiet, kClock));
  options.checkpoint = folder.path / "state";
  Script stopping;
  stopping.stop_after = GetParam();
  const auto part = done(train(graph, dataset, plan_of(4, 3, 2), options, stopping, kClock));
  EXPECT_EQ(part.reason, StopReason::kStopped);
  EXPECT_EQ(part.steps, GetParam());
  options.resume = true;
  options.threads = 0;
  const auto kept = plan(graph, dataset, options, kClock);
  ASSERT_TRUE(kept) << kept.error().message();
  EXPECT_EQ(kept->step, (StepPlan{4, 3, 2})) << "the saved run's own, threads included";
  EXPECT_FALSE(kept->recut_from);
  EXPECT_EQ(kept->steps_done, GetParam());
  EXPECT_EQ(kept->forecast.steps, straight.steps - GetParam());
  expect_same_run(done(train(graph, dataset, *kept, options, quiet, kClock)), straight);
}
// In the middle of an epoch, where one ends (12 steps), and after the first step.
INSTANTIATE_TEST_SUITE_P(Places, Resume, testing::Values(1, 7, 12, 29));

TEST(Resume, AfterKillGivesTheBytesOfTheRunThatNeverStopped) {
  const Folder folder;
  const auto dataset = fixtures::stripes(150);
  const Graph graph = fixtures::small_cnn(true);
  Options options = small_options();
  Script quiet;
  const auto straight = done(train(graph, dataset, plan_of(5, 2), options, quiet, kClock));
  options.checkpoint = folder.path / "state";
  options.checkpoint_interval = Nanoseconds(1);
  const pid_t child = ::fork();
  if (child == 0) {
    Script dying;
    dying.kill_after = 17;
    (void)train(graph, dataset, plan_of(5, 2), options, dying, kClock);
    ::_exit(0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
  options.resume = true;
  const auto resumed = done(train(graph, dataset, plan_of(5, 2), options, quiet, kClock));
  expect_same_run(resumed, straight);
  EXPECT_EQ(quiet.steps.size(), 36U + 20U) << "16 steps were saved, 20 taken again";
}

TEST(Resume, BeforeTheFirstStepGivesTheBytesOfTheRunThatNeverStopped) {
  const Folder folder;
  const auto dataset = fixtures::stripes(60);
  Options options = small_options();
  Script quiet;
  const auto straight =
      done(train(fixtures::small_cnn(), dataset, plan_of(10, 1), options, quiet, kClock));
  options.checkpoint = folder.path / "state";
  const pid_t child = ::fork();
  if (child == 0) {
    Script dying;
    dying.kill_after = 1;
    (void)train(fixtures::small_cnn(), dataset, plan_of(10, 1), options, dying, kClock);
    ::_exit(0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
  options.resume = true;
  expect_same_run(
      done(train(fixtures::small_cnn(), dataset, plan_of(10, 1), options, quiet, kClock)),
      straight);
}

TEST(Resume, InLessMemoryIsCutAnew_AndSaysSo_AndWithinItKeepsItsCut) {
  const Folder folder;
  const auto dataset = fixtures::stripes(300);
  const Graph graph = fixtures::small_cnn();
  Options options = small_options();
  options.batch = 64;
  const auto free = plan(graph, dataset, options, kClock);
  ASSERT_TRUE(free) << free.error().message();
  const Bytes least = free->forecast.smallest_tensor_memory;
  const Bytes most = free->measurements.front().peak_tensor_memory;
  options.checkpoint = folder.path / "state";
  Script script;
  script.stop_after = 3;
  done(train(graph, dataset, plan_of(64, 1), options, script, kClock));

  options.resume = true;
  options.allowance.tensor_memory = most;
  const auto kept = plan(graph, dataset, options, kClock);
  ASSERT_TRUE(kept) << kept.error().message();
  EXPECT_EQ(kept->step, (StepPlan{64, 1, 1}));
  EXPECT_FALSE(kept->recut_from);

  options.allowance.tensor_memory = Bytes{(least.count + most.count) / 2};
  const auto recut = plan(graph, dataset, options, kClock);
  ASSERT_TRUE(recut) << recut.error().message();
  EXPECT_LT(recut->step.micro_batch, 64);
  EXPECT_EQ(recut->recut_from, (StepPlan{64, 1, 1}));
  Script quiet;
  const auto outcome = done(train(graph, dataset, *recut, options, quiet, kClock));
  EXPECT_EQ(outcome.reason, StopReason::kEpochs);
  EXPECT_EQ(quiet.steps.front().step, 4);
  EXPECT_LE(outcome.peak_tensor_memory, *options.allowance.tensor_memory);
}

TEST(Resume, WithOtherThreadsSaysSo) {
  const Folder folder;
  Options options = small_options();
  options.checkpoint = folder.path / "state";
  Script script;
  script.stop_after = 1;
  const auto dataset = fixtures::stripes(60);
  done(train(fixtures::small_cnn(), dataset, plan_of(10, 1, 1), options, script, kClock));
  options.resume = true;
  options.threads = 2;
  const auto made = plan(fixtures::small_cnn(), dataset, options, kClock);
  ASSERT_TRUE(made) << made.error().message();
  EXPECT_EQ(made->step.threads, 2);
  EXPECT_EQ(made->recut_from, (StepPlan{10, 1, 1}));
}

TEST(Resume, WithoutASavedStateIsRefused) {
  const Folder folder;
  Options options = small_options();
  options.checkpoint = folder.path / "none";
  options.resume = true;
  Script script;
  const auto dataset = fixtures::stripes(60);
  const auto planned = plan(fixtures::small_cnn(), dataset, options, kClock);
  const auto trained =
      train(fixtures::small_cnn(), dataset, plan_of(10, 1), options, script, kClock);
  ASSERT_FALSE(planned);
  ASSERT_FALSE(trained);
  EXPECT_EQ(trained.error().code(), ErrorCode::kNotFound);
  EXPECT_THAT(trained.error().message(), HasSubstr("start without --resume"));
  EXPECT_EQ(planned.error().message(), trained.error().message());
  EXPECT_TRUE(script.steps.empty());
}

TEST(Resume, RefusesTheStateOfAnotherRun) {
  const Folder folder;
  const auto dataset = fixtures::stripes(60);
  Options options = small_options();
  options.checkpoint = folder.path / "state";
  Script script;
  script.stop_after = 2;
  done(train(fixtures::small_cnn(), dataset, plan_of(10, 1), options, script, kClock));
  options.resume = true;
  options.seed = 9;
  const auto refused =
      train(fixtures::small_cnn(), dataset, plan_of(10, 1), options, script, kClock);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::kInvalidInput);
  EXPECT_THAT(refused.error().message(), HasSubstr("seed 1"));
  EXPECT_THAT(refused.error().message(), HasSubstr("seed 9"));
}

// Its statistics are a micro-batch's, and part of the state.
TEST(Resume, OfAGraphWithBatchNormalizationGivesTheBytesOfTheRunThatNeverStopped) {
  expect_resumed_alike(fixtures::normalized_cnn(), small_options());
}

TEST(Resume, WithATeacherGivesTheBytesOfTheRunThatNeverStopped) {
  const auto dataset = fixtures::stripes(150);
  Random random(5);
  std::vector<float> logits(static_cast<std::size_t>(dataset.size() * dataset.classes));
  for (float& logit : logits) logit = static_cast<float>(4 * random.unit());
  Options options = small_options();
  options.teacher = {logits, 2, 0.5};
  const auto taught = expect_resumed_alike(fixtures::small_cnn(), options);
  options.teacher->share = 0;
  const auto alone = expect_resumed_alike(fixtures::small_cnn(), options);
  EXPECT_NE(taught.initializers.at("w").bytes, alone.initializers.at("w").bytes)
      << "the teacher was not heard";
}

TEST(Resume, KeepsTheMicroBatchAskedFor_AndTellsAnother) {
  const Folder folder;
  const auto dataset = fixtures::stripes(60);
  Options options = small_options();
  options.micro_batch = 4;  // 4, 3, 3
  options.checkpoint = folder.path / "state";
  Script script;
  script.stop_after = 1;
  done(train(fixtures::small_cnn(), dataset, plan_of(4, 3), options, script, kClock));
  options.resume = true;
  const auto same = plan(fixtures::small_cnn(), dataset, options, kClock);
  ASSERT_TRUE(same) << same.error().message();
  EXPECT_EQ(same->step, (StepPlan{4, 3, 1}));
  EXPECT_FALSE(same->recut_from);
  options.micro_batch = 5;
  const auto other = plan(fixtures::small_cnn(), dataset, options, kClock);
  ASSERT_TRUE(other) << other.error().message();
  EXPECT_EQ(other->step, (StepPlan{5, 2, 1}));
  EXPECT_EQ(other->recut_from, (StepPlan{4, 3, 1}));
}

}  // namespace
}  // namespace purser::train
