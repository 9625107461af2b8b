#include "train/cut_search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace purser::train {
namespace {

TimedCut timed(const StepPlan& step, double samples_per_second) {
  TimedCut cut;
  cut.measurement = {step, samples_per_second, Bytes{1}};
  return cut;
}

TEST(FastestCut, IsTheOneInHandWhereAFinerOneDoesNotFit) {
  std::vector<Measurement> measurements;
  const auto best = fastest_cut(
      128, {1, 2, 4}, 1,
      [](const StepPlan& step) -> Result<TimedCut> {
        if (step.accumulate == 2) return fail(ErrorCode::kResource, "scratch");
        return timed(step, step.accumulate == 1 ? 100 : 90);
      },
      measurements);
  ASSERT_TRUE(best) << best.error().message();
  EXPECT_EQ(best->measurement.step, (StepPlan{128, 1, 1}));
  EXPECT_EQ(measurements.size(), 2U) << "what did not fit was not measured";
}

TEST(FastestCut, IsSoughtInFinerPartsUntilOneFits) {
  std::vector<Measurement> measurements;
  const auto fits_below = [](std::int64_t most) {
    return [most](const StepPlan& step) -> Result<TimedCut> {
      if (step.micro_batch > most) return fail(ErrorCode::kResource, "too large");
      return timed(step, 100);
    };
  };
  const auto best = fastest_cut(100, {1}, 1, fits_below(30), measurements);
  ASSERT_TRUE(best) << best.error().message();
  EXPECT_EQ(best->measurement.step, (StepPlan{25, 4, 1}));
  const auto none = fastest_cut(100, {1}, 1, fits_below(0), measurements);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code(), ErrorCode::kResource);
}

TEST(FastestCut, IsNotSoughtOnAfterAFaultOrAStop) {
  for (const ErrorCode code : {ErrorCode::kEngine, ErrorCode::kCancelled}) {
    std::vector<Measurement> measurements;
    const auto ended = fastest_cut(
        128, {1, 2}, 1,
        [code](const StepPlan& step) -> Result<TimedCut> {
          if (step.accumulate == 2) return fail(code, "ended");
          return timed(step, 100);
        },
        measurements);
    ASSERT_FALSE(ended);
    EXPECT_EQ(ended.error().code(), code);
  }
}

TEST(FastestCut, MustBeFasterByMoreThanNoise) {
  std::vector<Measurement> measurements;
  const auto best = fastest_cut(
      128, {1, 2, 4}, 1,
      [](const StepPlan& step) -> Result<TimedCut> {
        return timed(step, step.accumulate == 4 ? 110 : 100 + static_cast<double>(step.accumulate));
      },
      measurements);
  ASSERT_TRUE(best);
  EXPECT_EQ(best->measurement.step.accumulate, 4);
  EXPECT_EQ(measurements.size(), 3U);
}

}  // namespace
}  // namespace purser::train
