#include "train/train.h"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "train/fixtures.h"

namespace purser::train {
namespace {

using fixtures::small_options;
using graph::Graph;
using testing::HasSubstr;

Plan plan_of(std::int64_t micro_batch, std::int64_t accumulate, int threads = 1) {
  Plan plan;
  plan.step = {micro_batch, accumulate, threads};
  return plan;
}

// Acts after a number of steps, and lets a clock that stands still go on a second a step.
struct Script : Observer {
  std::int64_t stop_after = -1;
  std::int64_t kill_after = -1;
  ManualClock* clock = nullptr;
  std::vector<StepReport> steps;

  Next on_step(const StepReport& step) override {
    steps.push_back(step);
    if (clock != nullptr) clock->advance(std::chrono::seconds(1));
    if (step.step == kill_after) ::raise(SIGKILL);
    return step.step == stop_after ? Next::kStop : Next::kGoOn;
  }
};

class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "train-XXXXXX").string();
    path = ::mkdtemp(pattern.data());
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::filesystem::path path;
};

Outcome done(Result<Outcome> result) {
  if (!result) {
    ADD_FAILURE() << result.error().message();
    return {};
  }
  return std::move(*result);
}

const SystemClock kClock;

TEST(Train, LearnsWhatCanBeLearned) {
  Script script;
  const auto outcome = done(train(fixtures::small_cnn(), fixtures::stripes(300), plan_of(10, 1),
                                  small_options(), script, kClock));
  EXPECT_EQ(outcome.reason, StopReason::kEpochs);
  EXPECT_EQ(outcome.steps, 72);  // 3 epochs of 240 samples, 10 a step
  EXPECT_EQ(script.steps.size(), 72U);
  EXPECT_GT(outcome.held_out.accuracy(), 0.95);
  EXPECT_EQ(outcome.held_out.total, 60);
  EXPECT_EQ(outcome.curve.size(), 6U);
  EXPECT_GT(outcome.peak_tensor_memory.count, 0);
  EXPECT_GT(outcome.peak_process_memory, outcome.peak_tensor_memory);
  EXPECT_GT(outcome.besides_tensors.count, 10 << 20) << "the engine's code alone";
  EXPECT_LT(outcome.besides_tensors, outcome.peak_process_memory);
}

TEST(Train, WhatIsWrittenIsWhatWasMeasured) {
  Script script;
  const auto dataset = fixtures::stripes(200);
  const auto outcome =
      done(train(fixtures::small_cnn(), dataset, plan_of(10, 1), small_options(), script, kClock));
  const auto held_out = data::hold_out(dataset, 0.2, 1).held_out;
  const auto again = evaluate(outcome.graph, dataset, held_out, {1, std::nullopt, 7});
  ASSERT_TRUE(again) << again.error().message();
  EXPECT_EQ(again->correct, outcome.held_out.correct);
  EXPECT_NEAR(again->loss, outcome.held_out.loss, 1e-5);
}

TEST(Train, StopsWhenTheTargetIsPassedByAStandardError) {
  Options options = small_options();
  options.epochs = 50;
  options.target_accuracy = 0.85;
  Script script;
  const auto outcome = done(train(fixtures::small_cnn(), fixtures::stripes(300), plan_of(10, 1),
                                  options, script, kClock));
  EXPECT_EQ(outcome.reason, StopReason::kTarget);
  EXPECT_LT(outcome.steps, 600);
  EXPECT_GE(outcome.held_out.accuracy() - outcome.held_out.standard_error(), 0.85);
  for (std::size_t i = 0; i + 1 < outcome.curve.size(); ++i) {
    const Evaluation& look = outcome.curve[i].held_out;
    EXPECT_LT(look.accuracy() - look.standard_error(), 0.85);
  }
}

TEST(Train, StopsBeforeItsDeviceTimeIsExceeded) {
  ManualClock clock(Instant(std::chrono::hours(24)));
  Script script;
  script.clock = &clock;
  Options options = small_options();
  options.allowance.device_time = std::chrono::milliseconds(7500);
  const auto outcome = done(
      train(fixtures::small_cnn(), fixtures::stripes(300), plan_of(10, 1), options, script, clock));
  EXPECT_EQ(outcome.reason, StopReason::kAllowance);
  // The observer's seconds pass between the steps; steps themselves take none on this clock.
  EXPECT_EQ(outcome.steps, 8);
  EXPECT_EQ(outcome.curve.back().step, 8) << "the last weights are looked at";
}

TEST(Train, KeepsRoomForTheEvaluationThatFollows) {
  ManualClock clock(Instant(std::chrono::hours(24)));
  Script script;
  script.clock = &clock;
  Options options = small_options();
  options.allowance.deadline = clock.now() + std::chrono::seconds(10);
  options.evaluated_after = 200;
  Plan plan = plan_of(10, 1);
  plan.forecast.evaluation_samples_per_second = 100;  // 60 held out: 0.6 s; 200 after: 2 s
  const auto outcome =
      done(train(fixtures::small_cnn(), fixtures::stripes(300), plan, options, script, clock));
  EXPECT_EQ(outcome.reason, StopReason::kAllowance);
  EXPECT_EQ(outcome.steps, 8) << "after 8 s another step would leave less than 2.6 s";
}

TEST(Train, SameSeedGivesTheSameBytes) {
  Script script;
  const auto dataset = fixtures::stripes(150);
  const Graph graph = fixtures::small_cnn(true);
  const auto first = done(train(graph, dataset, plan_of(4, 3), small_options(), script, kClock));
  const auto second = done(train(graph, dataset, plan_of(4, 3), small_options(), script, kClock));
  for (const auto& [name, tensor] : first.graph.initializers) {
    EXPECT_EQ(tensor.bytes, second.graph.initializers.at(name).bytes) << name;
  }
  Options other = small_options();
  other.seed = 2;
  const auto third = done(train(graph, dataset, plan_of(4, 3), other, script, kClock));
  EXPECT_NE(first.graph.initializers.at("w").bytes, third.graph.initializers.at("w").bytes);
}

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

TEST(Train, SaysWhenTheRateIsTooHigh) {
  Options options = small_options();
  options.learning_rate = 1e30;
  Script script;
  const auto failed =
      train(fixtures::small_cnn(), fixtures::stripes(100), plan_of(10, 1), options, script, kClock);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code(), ErrorCode::kRefused);
  EXPECT_THAT(failed.error().message(), HasSubstr("learning rate below 1e+30"));
}

TEST(Train, SaysWhenTheLastStepDiverged) {
  Options options = small_options();
  options.learning_rate = 1e38;  // the first update makes the weights infinite
  options.warmup_fraction = 0;
  options.epochs = 1;
  options.batch = 48;  // all that is not held out: one step
  Script script;
  const auto failed =
      train(fixtures::small_cnn(), fixtures::stripes(60), plan_of(48, 1), options, script, kClock);
  ASSERT_FALSE(failed) << "the weights of the one step were kept";
  EXPECT_EQ(script.steps.size(), 1U);
  EXPECT_EQ(failed.error().code(), ErrorCode::kRefused);
}

TEST(Train, TellsAnUnwritableStateBeforeTheFirstStep) {
  Options options = small_options();
  options.checkpoint = "/proc/state";
  Script script;
  const auto failed =
      train(fixtures::small_cnn(), fixtures::stripes(60), plan_of(10, 1), options, script, kClock);
  ASSERT_FALSE(failed);
  EXPECT_TRUE(script.steps.empty());
}

TEST(Train, RefusesOptionsOutOfRange) {
  Options options = small_options();
  options.target_accuracy = 89;
  const auto refused = plan(fixtures::small_cnn(), fixtures::stripes(100), options, kClock);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message(), HasSubstr("write 0.89 for 89%"));
}

TEST(Plan, StaysWithinTheMemoryAllowed) {
  Options options = small_options();
  options.batch = 64;
  const auto dataset = fixtures::stripes(200);
  const Graph graph = fixtures::small_cnn();
  const auto free = plan(graph, dataset, options, kClock);
  ASSERT_TRUE(free) << free.error().message();
  EXPECT_EQ(free->measurements.front().step, (StepPlan{64, 1, 1}));
  const Bytes least = free->forecast.smallest_tensor_memory;
  const Bytes most = free->measurements.front().peak_tensor_memory;
  ASSERT_LT(least, most);
  options.allowance.tensor_memory = Bytes{(least.count + most.count) / 2};
  const auto tight = plan(graph, dataset, options, kClock);
  ASSERT_TRUE(tight) << tight.error().message();
  EXPECT_LT(tight->step.micro_batch, 64);
  EXPECT_GE(tight->step.micro_batch * tight->step.accumulate, 64);
  EXPECT_LE(tight->forecast.peak_tensor_memory, *options.allowance.tensor_memory);
  Script script;
  const auto outcome = done(train(graph, dataset, *tight, options, script, kClock));
  EXPECT_LE(outcome.peak_tensor_memory, *options.allowance.tensor_memory);
}

TEST(Plan, SaysTheLeastMemoryThatWorksAndItWorks) {
  Options options = small_options();
  options.epochs = 1;
  options.allowance.tensor_memory = Bytes{2048};
  const auto dataset = fixtures::stripes(60);
  const auto refused = plan(fixtures::small_cnn(), dataset, options, kClock);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::kInvalidInput);
  const std::string words = refused.error().message();
  const auto at = words.find("needs ");
  ASSERT_NE(at, std::string::npos) << words;
  const auto least = parse_bytes(words.substr(at + 6, words.find(';') - at - 6));
  ASSERT_TRUE(least) << words;
  options.allowance.tensor_memory = *least;
  const auto made = plan(fixtures::small_cnn(), dataset, options, kClock);
  ASSERT_TRUE(made) << made.error().message();
  Script script;
  done(train(fixtures::small_cnn(), dataset, *made, options, script, kClock));
}

TEST(Plan, RefusesWeightsThatAreNoNumbers) {
  Graph graph = fixtures::small_cnn();
  const std::vector<float> nan(3, std::numeric_limits<float>::quiet_NaN());
  graph.initializers["wb"] = fixtures::floats({3}, nan);
  const auto refused = plan(graph, fixtures::stripes(60), small_options(), kClock);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::kInvalidInput);
  EXPECT_THAT(refused.error().message(), HasSubstr("no number"));
}

TEST(Plan, LeavesTheGraphAlone) {
  const Graph graph = fixtures::small_cnn();
  const auto before = graph.initializers.at("k").bytes;
  ASSERT_TRUE(plan(graph, fixtures::stripes(60), small_options(), kClock));
  EXPECT_EQ(graph.initializers.at("k").bytes, before);
}

TEST(Plan, CutsABatchWithStatisticsOnlyIfItMust) {
  fixtures::GraphMaker make({1, 8, 8});
  make.weight("k", {4, 1, 3, 3}).weight("scale", {4}).weight("shift", {4}).weight("w", {144, 3});
  make.constant("mean", fixtures::floats({4}, {0, 0, 0, 0}));
  make.constant("variance", fixtures::floats({4}, {1, 1, 1, 1}));
  const Graph graph = make.node("Conv", {"k"})
                          .node("BatchNormalization", {"scale", "shift", "mean", "variance"})
                          .node("Flatten")
                          .node("MatMul", {"w"})
                          .done(3);
  Options options = small_options();
  options.batch = 64;
  const auto made = plan(graph, fixtures::stripes(100), options, kClock);
  ASSERT_TRUE(made) << made.error().message();
  EXPECT_EQ(made->measurements.size(), 1U);
  EXPECT_EQ(made->step.accumulate, 1);
}

TEST(Forecast, TellsHowManyEpochsFit) {
  Forecast forecast;
  forecast.epoch_time = std::chrono::seconds(10);
  forecast.fixed_time = std::chrono::seconds(2);
  EXPECT_EQ(forecast.epochs_within(std::chrono::seconds(32)), 3);
  EXPECT_EQ(forecast.epochs_within(std::chrono::seconds(31)), 2);
  EXPECT_EQ(forecast.epochs_within(std::chrono::seconds(1)), 0);
}

// 90% of 100 have a standard error of three points: 0.87 is passed, 0.88 is not.
TEST(Evaluation, PassesATargetByAStandardError) {
  Evaluation seen;
  seen.correct = 90;
  seen.total = 100;
  EXPECT_TRUE(seen.passes(0.869));
  EXPECT_FALSE(seen.passes(0.871));
  EXPECT_FALSE(Evaluation().passes(1e-9)) << "nothing was seen";
}

// Newcombe 1998, table I, method 3.
TEST(Evaluation, IntervalIsWilsons) {
  Evaluation some;
  some.correct = 81;
  some.total = 263;
  EXPECT_NEAR(some.lower(), 0.2553, 5e-5);
  EXPECT_NEAR(some.upper(), 0.3662, 5e-5);
  some.correct = 0;
  some.total = 20;
  EXPECT_NEAR(some.lower(), 0.0, 1e-12);
  EXPECT_NEAR(some.upper(), 0.1611, 5e-5);
}

}  // namespace
}  // namespace purser::train
