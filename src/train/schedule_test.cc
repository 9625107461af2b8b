#include "train/schedule.h"

#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace purser::train {
namespace {

TEST(Stream, StepsReachTheEndOfTheLastEpoch) {
  EXPECT_EQ((Stream{54000, 128, 5, 2}.steps()), 2110);  // 270000 / 128 = 2109.4
  EXPECT_EQ((Stream{100, 10, 3, 1}.steps()), 30);
  EXPECT_EQ((Stream{7, 10, 1, 1}.steps()), 1);
}

TEST(Stream, LooksWhereAPartOfAnEpochIsPassed) {
  const Stream stream{100, 10, 2, 2};
  std::vector<std::int64_t> looks;
  for (std::int64_t step = 0; step <= stream.steps(); ++step) {
    if (stream.look_after(step)) looks.push_back(step);
  }
  EXPECT_THAT(looks, testing::ElementsAre(5, 10, 15, 20));
}

RC_GTEST_PROP(Stream, LooksOftenEnoughAndAtTheEnd, ()) {
  const Stream stream{*rc::gen::inRange<std::int64_t>(1, 500),
                      *rc::gen::inRange<std::int64_t>(1, 80), *rc::gen::inRange<std::int64_t>(1, 6),
                      *rc::gen::inRange<std::int64_t>(1, 5)};
  RC_ASSERT(stream.look_after(stream.steps()));
  std::int64_t looks = 0;
  for (std::int64_t step = 1; step <= stream.steps(); ++step) looks += stream.look_after(step);
  RC_ASSERT(stream.looks() == looks);
  RC_ASSERT(looks <= stream.epochs * stream.looks_per_epoch + 1);
  RC_ASSERT(looks >= 1);
}

// One by one they would take minutes, and they are asked for at every step.
TEST(Stream, CountsTheLooksOfALongRunAtOnce) {
  EXPECT_EQ((Stream{54'000, 1, 1'000'000, 2}.looks()), 2'000'000);
}

TEST(DurationOf, StaysWithinItsType) {
  EXPECT_EQ(duration_of(1.5), std::chrono::milliseconds(1500));
  EXPECT_EQ(duration_of(1e12), duration_of(1e300)) << "and no overflow";
  EXPECT_GT(duration_of(1e12), std::chrono::hours(24 * 365));
}

TEST(LearningRate, RisesThenFallsToNothing) {
  Options options;
  options.learning_rate = 1;
  options.warmup_fraction = 0.1;
  for (const auto schedule : {Schedule::kLinear, Schedule::kCosine}) {
    options.schedule = schedule;
    EXPECT_DOUBLE_EQ(learning_rate(options, 0, 100), 0.1);
    EXPECT_DOUBLE_EQ(learning_rate(options, 9, 100), 1);
    EXPECT_DOUBLE_EQ(learning_rate(options, 10, 100), 1);
    EXPECT_NEAR(learning_rate(options, 55, 100), 0.5, 1e-12);
    EXPECT_GT(learning_rate(options, 99, 100), 0);
    EXPECT_LT(learning_rate(options, 99, 100), 0.02);
  }
  options.schedule = Schedule::kConstant;
  EXPECT_DOUBLE_EQ(learning_rate(options, 99, 100), 1);
}

RC_GTEST_PROP(Cut, PartsSumToTheBatch, ()) {
  const auto batch = *rc::gen::inRange<std::int64_t>(1, 5000);
  const auto micro_batch = *rc::gen::inRange<std::int64_t>(1, batch + 1);
  const auto parts = cut(batch, micro_batch);
  RC_ASSERT(std::accumulate(parts.begin(), parts.end(), std::int64_t{0}) == batch);
  for (const auto part : parts) RC_ASSERT(part >= 1 && part <= micro_batch);
  RC_ASSERT(std::ssize(parts) == (batch + micro_batch - 1) / micro_batch);
  RC_ASSERT(parts.front() - parts.back() <= 1);
}

TEST(Cut, LeavesNoSmallRemainder) {
  using testing::ElementsAre;
  EXPECT_THAT(cut(128, 9), ElementsAre(9, 9, 9, 9, 9, 9, 9, 9, 8, 8, 8, 8, 8, 8, 8)) << "not 9 … 2";
  EXPECT_THAT(cut(128, 127), ElementsAre(64, 64)) << "not one sample, which has no variance";
  EXPECT_THAT(cut(12, 4), ElementsAre(4, 4, 4));
}

}  // namespace
}  // namespace purser::train
