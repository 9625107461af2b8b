#include <limits>
#include <map>
#include <string>

#include <gmock/gmock.h>

#include "train/scripted_run.h"

namespace purser::train {
namespace {

using fixtures::small_options;
using graph::Graph;
using testing::HasSubstr;

// Batches of 64: the plan that no memory bounds, and what a bound makes of it.
class PlanWithinMemory : public testing::Test {
 protected:
  void SetUp() override {
    options_.batch = 64;
    auto made = plan(graph_, dataset_, options_, kClock);
    ASSERT_TRUE(made) << made.error().message();
    free_ = *std::move(made);
  }

  Options options_ = small_options();
  const data::Dataset dataset_ = fixtures::stripes(200);
  const Graph graph_ = fixtures::small_cnn();
  train::Plan free_;
};

TEST_F(PlanWithinMemory, CutsTheBatchAndStaysWithin) {
  EXPECT_EQ(free_.measurements.front().step, (StepPlan{64, 1, 1}));
  const Bytes least = free_.forecast.smallest_tensor_memory;
  const Bytes most = free_.measurements.front().peak_tensor_memory;
  ASSERT_LT(least, most);
  options_.allowance.tensor_memory = Bytes{(least.count + most.count) / 2};
  const auto tight = plan(graph_, dataset_, options_, kClock);
  ASSERT_TRUE(tight) << tight.error().message();
  EXPECT_LT(tight->step.micro_batch, 64);
  EXPECT_GE(tight->step.micro_batch * tight->step.accumulate, 64);
  EXPECT_LE(tight->forecast.peak_tensor_memory, *options_.allowance.tensor_memory);
  Script script;
  const auto outcome = done(train(graph_, dataset_, *tight, options_, script, kClock));
  EXPECT_LE(outcome.peak_tensor_memory, *options_.allowance.tensor_memory);
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
  const Graph graph = fixtures::normalized_cnn();
  Options options = small_options();
  options.batch = 64;
  const auto made = plan(graph, fixtures::stripes(100), options, kClock);
  ASSERT_TRUE(made) << made.error().message();
  EXPECT_EQ(made->measurements.size(), 1U);
  EXPECT_EQ(made->step.accumulate, 1);
}

// The bound that refuses is the bound that says what would fit.
TEST(Forecast, TheEpochsThatFitAreThoseThatWouldBeAdmitted) {
  Options options = small_options();
  options.evaluated_after = 50;
  for (const std::int64_t epochs : {1, 3, 7}) {
    options.epochs = epochs;
    const auto made = plan(fixtures::small_cnn(), fixtures::stripes(113), options, kClock);
    ASSERT_TRUE(made) << made.error().message();
    const Forecast& forecast = made->forecast;
    EXPECT_EQ(forecast.device_time_upper_of(epochs), forecast.device_time_upper);
    EXPECT_EQ(forecast.epochs_within(forecast.device_time_upper), epochs);
    EXPECT_EQ(forecast.epochs_within(forecast.device_time_upper - Nanoseconds(1)), epochs - 1);
  }
}

TEST(Forecast, TellsHowManyEpochsFit) {
  Forecast forecast;
  forecast.training_samples = 100;
  forecast.batch = 10;
  forecast.looks_per_epoch = 1;
  forecast.step_time = std::chrono::milliseconds(500);
  forecast.step_time_upper = std::chrono::milliseconds(900);
  forecast.look_time = std::chrono::seconds(1);
  forecast.fixed_time = std::chrono::seconds(2);  // ten seconds an epoch, and two
  EXPECT_EQ(forecast.epochs_within(std::chrono::seconds(32)), 3);
  EXPECT_EQ(forecast.epochs_within(std::chrono::milliseconds(31'900)), 2);
  EXPECT_EQ(forecast.epochs_within(std::chrono::seconds(1)), 0);
}

TEST_F(PlanWithinMemory, MeasuresWithinItToo) {
  const Bytes least = free_.forecast.smallest_tensor_memory;
  EXPECT_GE(free_.peak_tensor_memory, free_.measurements.front().peak_tensor_memory);
  // Room for some samples, and not for the sixteen that the line through two points is laid by.
  options_.allowance.tensor_memory =
      Bytes{least.count + (free_.peak_tensor_memory - least).count / 16};
  const auto tight = plan(graph_, dataset_, options_, kClock);
  ASSERT_TRUE(tight) << tight.error().message();
  EXPECT_GT(free_.peak_tensor_memory, *options_.allowance.tensor_memory);
  EXPECT_LE(tight->peak_tensor_memory, *options_.allowance.tensor_memory);
}

TEST(Plan, TakesTheMicroBatchAskedFor_InEqualPieces) {
  Options options = small_options();
  options.batch = 64;
  const auto dataset = fixtures::stripes(200);
  for (const auto& [asked, cut] : std::map<std::int64_t, StepPlan>{
           {64, {64, 1, 1}}, {20, {16, 4, 1}}, {10, {10, 7, 1}}, {1, {1, 64, 1}}}) {
    options.micro_batch = asked;
    const auto made = plan(fixtures::small_cnn(), dataset, options, kClock);
    ASSERT_TRUE(made) << made.error().message();
    EXPECT_EQ(made->step, cut) << asked;
    EXPECT_EQ(made->measurements.size(), 1U);
  }
  for (const std::int64_t wrong : {0, 65}) {
    options.micro_batch = wrong;
    const auto refused = plan(fixtures::small_cnn(), dataset, options, kClock);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message(), HasSubstr("is not within 1 and the batch of 64"));
  }
}

TEST(Plan, RefusesAMicroBatchThatTheMemoryDoesNotHold_AndSaysWhatFits) {
  Options options = small_options();
  options.batch = 64;
  const auto dataset = fixtures::stripes(200);
  const auto free = plan(fixtures::small_cnn(), dataset, options, kClock);
  ASSERT_TRUE(free) << free.error().message();
  options.micro_batch = 64;
  options.allowance.tensor_memory =
      Bytes{(free->forecast.smallest_tensor_memory + free->peak_tensor_memory).count / 2};
  const auto refused = plan(fixtures::small_cnn(), dataset, options, kClock);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::kInvalidInput);
  const std::string words = refused.error().message();
  EXPECT_THAT(words, HasSubstr("a micro-batch of 64 needs more than"));
  const auto at = words.find("about --micro-batch ");
  ASSERT_NE(at, std::string::npos) << words;
  options.micro_batch = std::stoll(words.substr(at + 20));
  EXPECT_TRUE(plan(fixtures::small_cnn(), dataset, options, kClock)) << *options.micro_batch;
}

TEST(Plan, EndsAtTheNextSafePointWhenItIsToldTo) {
  const auto dataset = fixtures::stripes(200);
  int asked_in_all = 0;
  const auto count = [&] { return ++asked_in_all, false; };
  const auto whole = plan(fixtures::small_cnn(), dataset, small_options(), kClock, count);
  ASSERT_TRUE(whole) << whole.error().message();
  ASSERT_GT(asked_in_all, 5);
  for (const int last : {1, 2, 5}) {
    int asked = 0;
    const auto stopped = plan(fixtures::small_cnn(), dataset, small_options(), kClock,
                              [&] { return ++asked == last; });
    ASSERT_FALSE(stopped);
    EXPECT_EQ(stopped.error().code(), ErrorCode::kCancelled);
    EXPECT_EQ(asked, last);
  }
}

TEST(Plan, TellsTheTimeThatItTook) {
  struct Ticking : Clock {
    Instant now() const override { return at += std::chrono::milliseconds(1); }
    mutable Instant at{std::chrono::hours(24)};
  } clock;
  const Instant before = clock.at;
  const auto made = plan(fixtures::small_cnn(), fixtures::stripes(100), small_options(), clock);
  ASSERT_TRUE(made) << made.error().message();
  EXPECT_EQ(made->device_time, clock.at - before - std::chrono::milliseconds(1));
}

}  // namespace
}  // namespace purser::train
