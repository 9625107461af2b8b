// The load against a real server.
#include <gmock/gmock.h>

#include "serve/load.h"
#include "serve/server_fixture.h"

namespace purser::serve {
namespace {

using namespace std::chrono_literals;
using fixtures::bare;
using fixtures::body_of;
using fixtures::kIn;
using fixtures::kOut;
using fixtures::Running;
using fixtures::sample;
using testing::HasSubstr;

LoadPlan plan_for(std::uint16_t port) {
  LoadPlan plan;
  plan.target = *ask_target({"127.0.0.1", port, "", ""});
  for (std::uint64_t i = 0; i < 16; ++i) {
    const auto x = sample(i);
    const auto y = bare(x);
    plan.bodies.push_back(body_of(x));
    plan.labels.push_back(std::max_element(y.begin(), y.end()) - y.begin());
  }
  return plan;
}
bool go_on(const LoadResult&, Nanoseconds) { return true; }

TEST(Load, DrivesAServerAtTheRateAskedFor_AndJudgesItsAnswers) {
  Running server;
  const SteadyClock clock;
  LoadPlan plan = plan_for(server.port());
  EXPECT_EQ(plan.target.url.model, "m");
  EXPECT_EQ(plan.target.url.version, "3");
  EXPECT_EQ(plan.target.input, "x");
  EXPECT_EQ(plan.target.row_shape, (std::vector<std::int64_t>{kIn}));
  plan.rate_per_second = 400;
  plan.duration = 1s;
  plan.arrivals = Arrivals::kConstant;
  plan.labels[0] = (plan.labels[0] + 1) % kOut;  // one of sixteen is wrong on purpose
  const auto result = run_load(plan, clock, go_on);
  ASSERT_TRUE(result) << result.error().message();
  EXPECT_EQ(result->scheduled, 400);
  EXPECT_EQ(result->answered, result->scheduled);
  EXPECT_EQ(result->latency.count(), result->answered);
  EXPECT_EQ(result->judged, result->answered);
  EXPECT_LT(result->correct, result->judged);
  EXPECT_GT(result->correct, result->judged * 8 / 10);
  EXPECT_EQ(server.totals().predictions, result->answered);
  const auto metrics = http_get(plan.target.url, "/metrics");
  EXPECT_EQ(metric_of(*metrics, "purser_predictions_total"), static_cast<double>(result->answered));
}

// A server that takes 30 ms for every answer, one connection, 100 requests a second: a closed loop
// would report 30 ms; who asked at the scheduled times has waited ten times that.
TEST(Load, CountsLatencyFromTheScheduledTime) {
  Running server({.delay_max = 30ms});
  const SteadyClock clock;
  LoadPlan plan = plan_for(server.port());
  plan.rate_per_second = 100;
  plan.duration = 400ms;
  plan.connections = 1;
  plan.timeout = 20s;
  const auto result = run_load(plan, clock, go_on);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->error_count(), 0);
  EXPECT_GT(result->latency.max(), 300ms);
  EXPECT_LT(result->achieved_per_second(), 35);
}

TEST(Load, CountsRefusalsAndTimeoutsAsErrors) {
  Running server({.queue_rows_max = 4, .delay_max = 10s}, 4);
  const SteadyClock clock;
  LoadPlan plan = plan_for(server.port());
  plan.rate_per_second = 20;
  plan.duration = 500ms;
  plan.connections = 2;
  plan.timeout = 300ms;
  const auto result = run_load(plan, clock, go_on);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->answered + result->error_count(), result->scheduled);
  EXPECT_GT(result->errors.at("timeout"), 0);
}

TEST(Load, ThatIsStoppedEarly_CountsItsRateOverTheTimeThatItRan) {
  Running server;
  const SteadyClock clock;
  LoadPlan plan = plan_for(server.port());
  plan.rate_per_second = 200;
  plan.duration = 60s;
  plan.arrivals = Arrivals::kConstant;
  const auto result =
      run_load(plan, clock, [](const LoadResult&, Nanoseconds elapsed) { return elapsed < 500ms; });
  ASSERT_TRUE(result) << result.error().message();
  EXPECT_TRUE(result->stopped);
  EXPECT_LT(result->offered_for, 30s);
  EXPECT_EQ(result->answered + result->error_count(), result->scheduled);
  EXPECT_NEAR(result->offered_per_second(), 200, 20);  // over 60 s it would be 2
}

TEST(Load, SaysWhenNobodyAnswers) {
  const auto target = ask_target({"127.0.0.1", 1, "", ""});
  ASSERT_FALSE(target);
  EXPECT_EQ(target.error().code(), ErrorCode::kNetwork);
  EXPECT_THAT(target.error().message(), HasSubstr("purser serve"));
}

}  // namespace
}  // namespace purser::serve
