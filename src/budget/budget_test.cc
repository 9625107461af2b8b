#include "budget/budget.h"

#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "books/roles.h"
#include "store/testing.h"

namespace purser::budget {
namespace {

using money::Cost;
using std::chrono::hours;
using testing::AllOf;
using testing::HasSubstr;

Cost cost_of(std::string_view text) { return *money::parse_cost(text); }
Budget fashion(std::string_view amount = "USD 0.10") {
  return {.name = "fashion", .amount = *money::parse_money(amount), .span = Span::kTotal};
}
Cost billionths(std::int64_t count) { return Cost(money::Int128{count}, money::usd()); }

// USD 0.45 an hour, no power.
cost::RateCard card(std::string_view hour = "USD 0.45") {
  const Cost amount = cost_of(hour);
  return {.resource = "server",
          .month = *parse_month("2026-10"),
          .closed = false,
          .in_service = {},
          .parts = {},
          .capacity = money::Rate::per_time(amount, hours(1)),
          .holds = {},
          .energy = money::Rate::per_energy(Cost::zero(amount.currency()), Joules{1}),
          .energy_formula = {},
          .idle_watts = {},
          .load_watts = {}};
}

Claim exactly(const Cost& cost) { return {.least = cost, .most = cost}; }
SpendsUntilNow given(std::span<const Spend> spends) {
  return [spends](const Budget&) -> Result<std::vector<Spend>> {
    return std::vector<Spend>(spends.begin(), spends.end());
  };
}

// Who may set budgets, the books know.
std::vector<store::Migration> all_migrations() {
  std::vector<store::Migration> all;
  for (const auto& of_room :
       {books::Books::migrations(), Budgets::migrations(), meter::Records::migrations()}) {
    all.insert(all.end(), of_room.begin(), of_room.end());
  }
  return all;
}

class BudgetsTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(budgets_.set(fashion())); }

  Status reserve(std::string_view run, std::string_view amount,
                 std::span<const Spend> spends = {}) {
    PURSER_TRY(budgets_.reserve("fashion", run, exactly(cost_of(amount)), given(spends), card()));
    return {};
  }
  Cost remaining(std::span<const Spend> spends = {}) {
    return standing(fashion(), spends, *budgets_.open_reservations("fashion")).remaining();
  }

  store::Database database_ =
      *store::Database::open(store::test_address(), all_migrations(), store::IfMissing::kCreate);
  Budgets budgets_{database_};
};

TEST(Standing, CountsTheLargerOfWhatARunReservedAndSpent_NeverBoth) {
  const std::vector<Spend> spends{
      {"a", cost_of("USD 0.02")}, {"b", cost_of("USD 0.03")}, {"c", cost_of("USD 0.01")}};
  const std::vector<Reservation> open{{"a", "fashion", cost_of("USD 0.05")},
                                      {"b", "fashion", cost_of("USD 0.01")},
                                      {"d", "fashion", cost_of("USD 0.005")}};
  const Standing now = standing(fashion(), spends, open);
  EXPECT_EQ(now.spent, cost_of("USD 0.06"));
  EXPECT_EQ(now.reserved, cost_of("USD 0.035"));
  EXPECT_EQ(now.remaining(), cost_of("USD 0.005"));
  // Without run a: neither what it reserved nor what it spent counts.
  EXPECT_EQ(standing(fashion(), spends, open, "a").remaining(), cost_of("USD 0.055"));
}

TEST(Admit, SaysThePrice_WhatIsLeft_AndWhatWouldFit) {
  const std::vector<Spend> spends{{"a", cost_of("USD 0.055")}};
  const Status refused = admit(standing(fashion(), spends, {}), card(), cost_of("USD 0.2"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::kRefused);
  // 0.045 at 0.45 an hour is six minutes.
  EXPECT_EQ(refused.error().message(),
            "budget 'fashion' has USD 0.045 left of USD 0.10; this run would cost up to USD 0.20: "
            "6 min 00 s on 'server' would fit; shorten it, or raise the budget: purser budget set "
            "fashion AMOUNT");
  EXPECT_TRUE(admit(standing(fashion(), spends, {}), card(), cost_of("USD 0.045")));
}

TEST(Admit, OfAnOverspentBudget_SaysThatNothingFits) {
  const std::vector<Spend> spends{{"a", cost_of("USD 0.2")}};
  const Status refused = admit(standing(fashion(), spends, {}), card(), billionths(1));
  EXPECT_THAT(refused.error().message(),
              AllOf(HasSubstr("USD 0.00 left"), HasSubstr("nothing fits any more")));
}

TEST(Admit, AcrossCurrencies_IsAnError) {
  const Status refused = admit(standing(fashion(), {}, {}), card("EUR 0.45"), cost_of("EUR 0.01"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::kInvalidInput);
  EXPECT_THAT(refused.error().message(), HasSubstr("is in USD, but 'server' is priced in EUR"));
  EXPECT_FALSE(allowance(standing(fashion(), {}, {}), card("EUR 0.45")));
}

TEST(Allowance, IsTheTimeThatTheRestBuys) {
  // Prices are rounded to a billionth, 8 us at this rate: the hour may be half of that longer.
  const auto hour =
      allowance(standing(fashion("USD 0.45"), {}, {}), card())->device_time.value_or(Nanoseconds{});
  EXPECT_GE(hour, hours(1));
  EXPECT_LT(hour, hours(1) + std::chrono::microseconds(4));
  const std::vector<Spend> spends{{"a", cost_of("USD 9")}};
  EXPECT_EQ(allowance(standing(fashion(), spends, {}), card())->device_time, hours(0));
  EXPECT_FALSE(allowance(standing(fashion(), {}, {}), card("USD 0"))->device_time.has_value());
}

RC_GTEST_PROP(Allowance, UsedUp_IsAdmitted_AndANanosecondMoreIsNot, ()) {
  const auto cents = *rc::gen::inRange<std::int64_t>(1, 1'000'000);
  const auto hour_price = *rc::gen::inRange<std::int64_t>(1'000'000'000, 50'000'000'000);
  auto expensive = card();
  // A price per nanosecond, so that every nanosecond shows.
  expensive.capacity = money::Rate::per_time(billionths(hour_price), Nanoseconds{1'000'000'000});
  const Standing now = standing({.name = "b", .amount = money::Money(cents, money::usd())}, {}, {});
  const Nanoseconds time = allowance(now, expensive)->device_time.value_or(Nanoseconds{});
  RC_ASSERT(admit(now, expensive, cost::price_at_load(expensive, time)).has_value());
  RC_ASSERT(!admit(now, expensive, cost::price_at_load(expensive, time + Nanoseconds{1})));
}

TEST_F(BudgetsTest, AReservationHoldsWhatItAskedFor_UntilItIsSettled) {
  ASSERT_TRUE(reserve("a", "USD 0.07"));
  EXPECT_EQ(remaining(), cost_of("USD 0.03"));
  const Status second = reserve("b", "USD 0.04");
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().message(), HasSubstr("(USD 0.07 is reserved by runs at work)"));
  EXPECT_EQ(remaining(), cost_of("USD 0.03"));
  ASSERT_TRUE(budgets_.settle("a"));
  const std::vector<Spend> spends{{"a", cost_of("USD 0.02")}};
  EXPECT_EQ(remaining(spends), cost_of("USD 0.08"));
  EXPECT_TRUE(reserve("b", "USD 0.08", spends));
}

TEST_F(BudgetsTest, ReservingAndSettlingAgain_ChangesNothing) {
  ASSERT_TRUE(reserve("a", "USD 0.07"));
  ASSERT_TRUE(reserve("a", "USD 0.07"));
  EXPECT_EQ(remaining(), cost_of("USD 0.03"));
  ASSERT_TRUE(budgets_.settle("a"));
  ASSERT_TRUE(budgets_.settle("a"));
  ASSERT_TRUE(budgets_.settle("never-reserved"));
  EXPECT_FALSE(reserve("a", "USD 0.07")) << "it has ended: no reservation comes back";
  EXPECT_EQ(remaining(), cost_of("USD 0.10"));
}

TEST_F(BudgetsTest, ARunThatNeedsMore_IsGivenAsMuchAsIsLeft_AndItsOwnSpendCountsOnce) {
  ASSERT_TRUE(reserve("a", "USD 0.03"));
  ASSERT_TRUE(reserve("b", "USD 0.05"));
  const std::vector<Spend> spends{{"a", cost_of("USD 0.03")}};
  const auto more = [&](std::string_view least) {
    return budgets_.reserve("fashion", "a", {cost_of(least), cost_of("USD 1.00")}, given(spends),
                            card());
  };
  EXPECT_EQ(*more("USD 0.04"), cost_of("USD 0.05"));
  EXPECT_EQ(remaining(spends), Cost::zero(money::usd()));
  const auto refused = more("USD 0.06");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::kRefused);
  EXPECT_EQ(remaining(spends), Cost::zero(money::usd()));  // what it had, it keeps
}

// Between a look at what was spent and the reservation another run may end: its reservation would
// be gone, and what it spent not yet seen.
TEST_F(BudgetsTest, NobodyElseWrites_BetweenTheLookAtWhatWasSpent_AndTheReservation) {
  std::string folder = testing::TempDir() + "budget.XXXXXX";
  ASSERT_NE(::mkdtemp(folder.data()), nullptr);
  const std::string file = store::test_address(folder + "/books.db");
  auto ours = *store::Database::open(file, all_migrations(), store::IfMissing::kCreate);
  auto theirs = *store::Database::open(file, all_migrations());
  ASSERT_TRUE(store::wait_briefly(theirs));
  Budgets budgets(ours);
  ASSERT_TRUE(budgets.set(fashion()));
  bool asked = false;
  const auto reserved = budgets.reserve(
      "fashion", "a", exactly(cost_of("USD 0.01")),
      [&](const Budget&) -> Result<std::vector<Spend>> {
        asked = true;
        const Status settled = Budgets(theirs).settle("b");
        EXPECT_FALSE(settled);
        EXPECT_EQ(settled.error().code(), ErrorCode::kBusy);
        return std::vector<Spend>();
      },
      card());
  EXPECT_TRUE(reserved) << reserved.error().message();
  EXPECT_TRUE(asked);
  fs::remove_all(folder);
}

TEST_F(BudgetsTest, ARunThatDied_IsSettledOnceItIsKnownToHaveEnded) {
  meter::Records records(database_);
  meter::SpoolContents spool;
  spool.header.run.id = "a";
  spool.header.run.name = "brave-otter";
  ASSERT_TRUE(reserve("a", "USD 0.07"));
  ASSERT_TRUE(reserve("not-collected-yet", "USD 0.01"));
  ASSERT_TRUE(records.add(spool, meter::Outcome::kRunning));
  ASSERT_TRUE(budgets_.settle_ended(records));
  EXPECT_EQ(budgets_.open_reservations("fashion")->size(), 2U);
  ASSERT_TRUE(records.add(spool, meter::Outcome::kFailed));
  ASSERT_TRUE(budgets_.settle_ended(records));
  const auto open = *budgets_.open_reservations("fashion");
  ASSERT_EQ(open.size(), 1U);
  EXPECT_EQ(open[0].run_id, "not-collected-yet");
}

TEST_F(BudgetsTest, WhoMayOnlyRead_SetsNone_HoweverLateThatWasSaid) {
  ManualClock clock(*parse_instant("2026-11-15T12:00:00Z"));
  Budgets eves(database_, "eve");
  ASSERT_TRUE(eves.set(fashion())) << "nobody has a role yet";
  ASSERT_TRUE(books::Roles(database_, clock, "ann").grant("ann", books::Role::kClose));
  EXPECT_EQ(eves.set(fashion()).error().code(), ErrorCode::kRefused);
  EXPECT_EQ(eves.set(fashion(), books::Effect::kDryRun).error().code(), ErrorCode::kRefused);
  EXPECT_TRUE(Budgets(database_, "ann").set(fashion()));
}

TEST_F(BudgetsTest, AnUnknownBudget_NamesTheNearestOne) {
  EXPECT_EQ(budgets_.budget("fashoin").error().message(),
            "no budget 'fashoin'; did you mean 'fashion'?");
  const auto far = budgets_.budget("research");
  EXPECT_EQ(far.error().code(), ErrorCode::kNotFound);
  EXPECT_THAT(far.error().message(), HasSubstr("purser budget set research"));
  EXPECT_EQ(reserve("a", "USD 0.01").has_value(), true);
  EXPECT_FALSE(budgets_.reserve("fashoin", "b", exactly(cost_of("USD 0.01")), given({}), card()));
}

TEST_F(BudgetsTest, SettingAgain_ChangesTheAmount_ButNeverTheCurrency) {
  ASSERT_TRUE(budgets_.set(fashion("USD 5.00")));
  EXPECT_EQ(budgets_.budget("fashion")->amount, *money::parse_money("USD 5.00"));
  const Status euro = budgets_.set(fashion("EUR 5.00"));
  ASSERT_FALSE(euro);
  EXPECT_EQ(euro.error().code(), ErrorCode::kInvalidInput);
  EXPECT_FALSE(budgets_.set(fashion("USD -1.00")));
  Budget nameless = fashion();
  nameless.name = "No Name";
  EXPECT_FALSE(budgets_.set(nameless));
  EXPECT_EQ(budgets_.budgets()->size(), 1U);
}

// However runs reserve, spend and settle, what was admitted never exceeds the budget.
RC_GTEST_PROP(Gate, NeverAdmitsMoreThanTheBudget, ()) {
  auto database =
      *store::Database::open(store::test_address(), all_migrations(), store::IfMissing::kCreate);
  Budgets budgets(database);
  RC_ASSERT(budgets.set(fashion()).has_value());
  std::vector<Spend> spends;
  const auto steps = *rc::gen::inRange(1, 20);
  for (int i = 0; i < steps; ++i) {
    const std::string run = std::to_string(i);
    const Cost bound = billionths(*rc::gen::inRange<std::int64_t>(0, 60'000'000));
    if (!budgets.reserve("fashion", run, exactly(bound), given(spends), card())) continue;
    if (*rc::gen::arbitrary<bool>()) {
      // It used a part of what it asked for and ended.
      spends.push_back({run, Cost(bound.billionths() / 3, money::usd())});
      RC_ASSERT(budgets.settle(run).has_value());
    }
    const auto open = *budgets.open_reservations("fashion");
    RC_ASSERT(!standing(fashion(), spends, open).remaining().is_negative());
  }
}

}  // namespace
}  // namespace purser::budget
