#include "cost/rate.h"

#include <boost/multiprecision/cpp_int.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "cost/testing.h"

namespace purser::cost {
namespace {

const Date kDay = *parse_date("2026-10-20");

using std::chrono::hours;
using testing::HasSubstr;

TEST(RateCard, DividesTheMonthByItsRealHours) {
  const auto card = rate_card(october(), kDay);
  ASSERT_TRUE(card);
  EXPECT_EQ(card->in_service.length(), hours(744));
  // 218.75 / 744 = 0.29401881…; 299.71 / 744 = 0.40283602…
  EXPECT_EQ(format(card->parts[0].rate * hours(1)), "USD 0.294018817");
  EXPECT_EQ(format(card->capacity * hours(1)), "USD 0.402836022");
  EXPECT_EQ(format(card->capacity * hours(744)), "USD 299.71");
  EXPECT_THAT(card->parts[0].formula,
              HasSubstr("USD 218.75 / 744 h in service in 2026-10 = USD 0.294018817 an hour"));
}

TEST(RateCard, CountsOnlyTheTimeInService) {
  ResourceMonth month = october();
  month.parts.in_service.start = october_at(hours(24 * 14));
  const auto card = rate_card(month, kDay);
  ASSERT_TRUE(card);
  EXPECT_EQ(card->capacity * hours(408), money::Cost(*money::parse_money("USD 299.71")));
  EXPECT_THAT(card->parts[2].formula, HasSubstr("408 h"));
}

TEST(RateCard, OfAMonthOutsideService_IsRefused) {
  ResourceMonth month = october();
  month.parts.in_service.end = month.parts.in_service.start;
  const auto card = rate_card(month, kDay);
  ASSERT_FALSE(card);
  EXPECT_EQ(card.error().code(), ErrorCode::kInvalidInput);
  EXPECT_THAT(card.error().message(), HasSubstr("'server' was not in service in 2026-10"));
}

TEST(Energy, IsTariffTimesPue) {
  // 4,320 kWh drawn x 1.25 x 0.12 = 648.00 (the worked month of the cost model).
  EXPECT_EQ(format(energy_rate(october().bands[0].supply.power) * Joules{15'552'000'000'000'000}),
            "USD 648.00");
  const auto card = *rate_card(october(), kDay);
  // 250 W for an hour = 0.25 kWh x 0.15 = 0.0375; idle 90 W: 0.0135.
  EXPECT_EQ(card.hour_at_load() - card.capacity * hours(1), *money::parse_cost("USD 0.0375"));
  EXPECT_EQ(card.hour_idle() - card.capacity * hours(1), *money::parse_cost("USD 0.0135"));
  EXPECT_THAT(card.energy_formula, HasSubstr("USD 0.12/kWh at site 'home' x PUE 1.25"));
}

TEST(Price, OfABusyHour_IsCapacityAndEnergy) {
  const auto card = *rate_card(october(), kDay);
  EXPECT_EQ(format(price_at_load(card, hours(1))), "USD 0.440336022");
  EXPECT_EQ(price(card, hours(1), Joules{0}), card.capacity * hours(1));
  EXPECT_TRUE(price(card, Nanoseconds{0}, Joules{0}).is_zero());
}

TEST(Affordable, OfNothing_IsNothing_AndOfTheFree_IsUnlimited) {
  ResourceMonth month = october();
  const auto card = *rate_card(month, kDay);
  EXPECT_EQ(affordable(card, money::Cost::zero(money::usd())), Nanoseconds{0});
  EXPECT_EQ(affordable(card, *money::parse_cost("USD -1")), Nanoseconds{0});
  for (const books::Kind kind : kCapacityKinds) {
    month.parts.part(kind).amount = money::Money::zero(money::usd());
  }
  month.bands[0].supply.load_watts = {};
  EXPECT_EQ(affordable(*rate_card(month, kDay), *money::parse_cost("USD 0.01")),
            Nanoseconds::max());
}

RC_GTEST_PROP(Affordable, IsTheMostTimeWhosePriceTheBudgetCovers, ()) {
  const auto billionths = *rc::gen::inRange<std::int64_t>(1, 10'000'000'000'000);
  ResourceMonth month = october();
  month.bands[0].supply.load_watts = Watts{*rc::gen::inRange<std::int64_t>(0, 1'000'000'001)};
  const auto card = *rate_card(month, kDay);
  const money::Cost budget(money::Int128{billionths}, money::usd());
  const Nanoseconds time = affordable(card, budget);
  RC_ASSERT(price_at_load(card, time) <= budget);
  RC_ASSERT(price_at_load(card, time + Nanoseconds{1}) > budget);
}

TEST(Affordable, OfALargeMachine_IsNotWithoutLimit) {
  // Four kilowatts over a century are more microjoules than 64 bits hold.
  for (const std::int64_t watts : {2'922, 2'923, 4'000, 100'000, 1'000'000}) {
    ResourceMonth month = october();
    month.bands[0].supply.load_watts = Watts{watts * 1000};
    const auto card = *rate_card(month, kDay);
    const Nanoseconds time = affordable(card, *money::parse_cost("USD 1000.00"));
    EXPECT_LT(time, std::chrono::hours(24 * 365)) << watts;
    EXPECT_LE(price_at_load(card, time), *money::parse_cost("USD 1000.00")) << watts;
    // More than can be counted is given up to where it can be.
    EXPECT_GT(affordable(card, *money::parse_cost("USD 9000000000.00")),
              std::chrono::hours(24 * 100));
  }
}

RC_GTEST_PROP(Price, AgreesWithExactFractions, ()) {
  using Fraction = boost::multiprecision::cpp_rational;
  const auto ns = *rc::gen::inRange<std::int64_t>(0, 3'000'000'000'000'000);
  const auto uj = *rc::gen::inRange<std::int64_t>(0, 1'000'000'000'000'000'000);
  const auto cents = *rc::gen::inRange<std::int64_t>(0, 1'000'000'000);
  const auto pue = *rc::gen::inRange<std::int64_t>(1000, 2500);
  ResourceMonth month = october();
  month.parts.depreciation.amount = money::Money(cents, money::usd());
  month.bands[0].supply.power.pue_thousandths = pue;
  const auto card = *rate_card(month, kDay);
  const Fraction capacity =
      Fraction(cents + 5096 + 3000) * 10'000'000 * ns / (Fraction(744) * 3'600'000'000'000);
  const Fraction energy = Fraction(120'000'000) * pue / 1000 * uj / 3'600'000'000'000;
  const auto ours =
      static_cast<std::int64_t>(price(card, Nanoseconds{ns}, Joules{uj}).billionths());
  // Two terms, each rounded to the nearest billionth.
  RC_ASSERT(abs(Fraction(ours) - capacity - energy) <= 1);
}

}  // namespace
}  // namespace purser::cost
