#include "train/train.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "train/scripted_run.h"

namespace purser::train {
namespace {

using fixtures::small_options;
using graph::Graph;
using testing::HasSubstr;

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

TEST(Train, AModelThatIsTrainedAgain_KeepsWhatItNeverLearnedFrom) {
  Script script;
  const auto dataset = fixtures::stripes(200);
  Options options = small_options();
  const auto first =
      done(train(fixtures::small_cnn(), dataset, plan_of(10, 1), options, script, kClock));
  options.seed = 2;
  options.held_out_fraction = 0.5;
  const auto second = done(train(first.graph, dataset, plan_of(10, 1), options, script, kClock));
  EXPECT_EQ(second.held_out.total, first.held_out.total);
  const auto held_out = hold_out_of(second.graph);
  ASSERT_TRUE(held_out);
  EXPECT_EQ(held_out->seed, 1U);
  EXPECT_EQ(held_out->fraction, 0.2);
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

// 90% of 100 have a standard error of three points: 0.87 is passed, 0.88 is not.
TEST(Evaluation, PassesATargetByAStandardError) {
  Evaluation seen;
  seen.correct = 90;
  seen.total = 100;
  EXPECT_TRUE(seen.passes(0.869));
  EXPECT_FALSE(seen.passes(0.871));
  EXPECT_FALSE(Evaluation().passes(1e-9)) << "nothing was seen";
}

}  // namespace
}  // namespace purser::train
