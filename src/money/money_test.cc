#include "money/money.h"

#include <numeric>

#include <boost/multiprecision/cpp_int.hpp>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace purser::money {
namespace {

Money money_of(std::string_view text) { return *parse_money(text); }

TEST(ParseMoney, AcceptsTheWaysPeopleWriteAmounts) {
  EXPECT_EQ(money_of("USD 12,345.67").minor(), 1'234'567);
  EXPECT_EQ(money_of("12345.67 USD").minor(), 1'234'567);
  EXPECT_EQ(money_of("  USD   0.5 ").minor(), 50);
  EXPECT_EQ(money_of("USD -3.00").minor(), -300);
  EXPECT_EQ(money_of("JPY 1,200").minor(), 1'200);
  EXPECT_EQ(money_of("KWD 1.234").minor(), 1'234);
}

TEST(ParseMoney, RefusesWhatCouldBeReadInTwoWays) {
  for (const char* bad : {"12.34", "USD", "USD 1.234", "USD 1,23.00", "USD 1234,567", "USD .5",
                          "USD 1.", "USD 1e3", "XXX 1.00", "usd 1.00", "JPY 1.5", "USD --1",
                          "USD 99999999999999999999.00", "USD 1 000", "USD ,123", ""}) {
    const auto result = parse_money(bad);
    ASSERT_FALSE(result) << bad;
    EXPECT_EQ(result.error().code(), ErrorCode::kInvalidInput) << bad;
  }
  EXPECT_EQ(parse_money("USD 1.234").error().message(),
            "'USD 1.234' has 3 decimals; USD takes at most 2");
  EXPECT_NE(parse_money("EUS 1.00").error().message().find("did you mean 'EUR'?"),
            std::string::npos);
}

TEST(Add, OfTwoCurrencies_IsAnErrorNotASum) {
  const auto result = add(money_of("USD 1.00"), money_of("EUR 1.00"));
  ASSERT_FALSE(result);
  EXPECT_NE(result.error().message().find("two currencies"), std::string::npos);
  EXPECT_FALSE(subtract(money_of("USD 1.00"), money_of("EUR 1.00")));
  EXPECT_FALSE(compare(money_of("USD 1.00"), money_of("EUR 1.00")));
}

TEST(Add, PastSixtyFourBits_IsAnError) {
  const Money most(INT64_MAX, usd());
  EXPECT_FALSE(add(most, Money(std::int64_t{1}, usd())));
  EXPECT_FALSE(subtract(-most, Money(std::int64_t{2}, usd())));
}

TEST(FormatCost, ShowsCentsAlways_AndFinerDigitsOnlyWhereTheyAre) {
  EXPECT_EQ(format(*parse_cost("USD 0.004166667")), "USD 0.004166667");
  EXPECT_EQ(format(*parse_cost("USD 1234.5")), "USD 1,234.50");
  EXPECT_EQ(format_amount(*parse_cost("USD -0.5")), "-0.50");
  EXPECT_EQ(format(*parse_cost("JPY 3")), "JPY 3");
}

TEST(ParseCost, RefusesWhatNoMoneyCouldHold) {
  EXPECT_EQ(parse_cost("USD 92233720368547758.07")->rounded().minor(), INT64_MAX);
  for (const char* bad : {"USD 92233720368547758.070000001", "USD -92233720368547758.08",
                          "USD 100000000000000000000000000000"}) {
    EXPECT_FALSE(parse_cost(bad)) << bad;
  }
}

TEST(Rate, PricesAnHourOfAMonthExactly) {
  // USD 218.75 for the 744 hours of October: 0.294018817204... an hour.
  const Rate rate = Rate::per_time(Cost(money_of("USD 218.75")), std::chrono::hours{744});
  EXPECT_EQ(format(rate * std::chrono::hours{1}), "USD 0.294018817");
  EXPECT_EQ(rate * std::chrono::hours{744}, Cost(money_of("USD 218.75")));
}

TEST(Rate, EnergyAtATariff) {
  const Rate tariff = Rate::per_energy(*parse_cost("USD 0.12"), Joules{3'600'000'000'000});
  EXPECT_EQ(format(tariff * Joules{15'552'000'000'000'000}), "USD 518.40");  // 4,320 kWh
}

TEST(Affordable, IsTheMostTimeThatStaysInside) {
  const Rate rate = Rate::per_time(*parse_cost("USD 0.45"), std::chrono::hours{1});
  const Cost budget = *parse_cost("USD 0.10");
  const Nanoseconds time = affordable(budget, rate);
  EXPECT_LE(rate * time, budget);
  EXPECT_GT(rate * (time + std::chrono::microseconds{10}), budget);
  EXPECT_EQ(affordable(budget, Rate::per_time(Cost::zero(usd()), std::chrono::hours{1})),
            Nanoseconds::max());
}

TEST(Rounded, GoesHalfAwayFromZero) {
  EXPECT_EQ(parse_cost("USD 0.005")->rounded().minor(), 1);
  EXPECT_EQ(parse_cost("USD -0.005")->rounded().minor(), -1);
  EXPECT_EQ(parse_cost("USD 0.004999999")->rounded().minor(), 0);
  EXPECT_EQ(parse_cost("USD 0.000000001")->rounded_up().minor(), 1);
  EXPECT_EQ(parse_cost("USD -0.000000001")->rounded_up().minor(), 0);
}

TEST(Allocate, GivesTheOddCentToTheLargestRemainder_ThenToTheFirst) {
  const std::vector<std::int64_t> thirds{1, 1, 1};
  const auto shares = allocate(money_of("USD 1.00"), thirds);
  EXPECT_EQ(shares[0].minor(), 34);
  EXPECT_EQ(shares[1].minor(), 33);
  EXPECT_EQ(shares[2].minor(), 33);
  const std::vector<std::int64_t> nothing{0, 0};
  EXPECT_EQ(allocate(money_of("USD 1.00"), nothing)[0].minor(), 100);
}

RC_GTEST_PROP(Allocate, SumsExactly_AndIsOffByLessThanOneUnit, (std::int64_t minor)) {
  const auto weights = *rc::gen::nonEmpty(
      rc::gen::container<std::vector<std::int64_t>>(rc::gen::inRange<std::int64_t>(0, 1'000'000)));
  const Money total(minor / 4, usd());
  const auto shares = allocate(total, weights);
  std::int64_t sum = 0;
  for (const Money& share : shares) sum += share.minor();
  RC_ASSERT(sum == total.minor());
  const auto weight_sum = std::accumulate(weights.begin(), weights.end(), std::int64_t{0});
  if (weight_sum == 0) return;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const Int128 off = static_cast<Int128>(shares[i].minor()) * weight_sum -
                       static_cast<Int128>(total.minor()) * weights[i];
    RC_ASSERT(off < weight_sum && off > -weight_sum);
  }
}

RC_GTEST_PROP(MultiplyDivide, AgreesWithWideArithmetic,
              (std::int64_t a1, std::int64_t a2, std::int64_t b1, std::int64_t b2)) {
  const auto c = *rc::gen::inRange<std::int64_t>(INT64_MAX / 2, INT64_MAX);
  const Int128 a = static_cast<Int128>(a1) * (a2 % 1'000'000);
  const Int128 b = static_cast<Int128>(b1) % 1'000'000'007 + b2 % 1000;
  using Wide = boost::multiprecision::cpp_int;
  const Wide product = Wide(a) * Wide(b);
  // round half away from zero of p / c = sign(p) * floor((2|p| + c) / 2c)
  const Wide magnitude = (2 * boost::multiprecision::abs(product) + c) / (2 * Wide(c));
  const Wide expected = product < 0 ? Wide(-magnitude) : magnitude;
  RC_ASSERT(Wide(multiply_divide(a, b, c)) == expected);
}

RC_GTEST_PROP(Money, FormatAndParseAreInverse, (std::int64_t minor)) {
  RC_PRE(minor != INT64_MIN);
  for (const char* code : {"USD", "JPY", "KWD"}) {
    const Money amount(minor, *Currency::parse(code));
    RC_ASSERT(*parse_money(format(amount)) == amount);
    RC_ASSERT(*parse_cost(format(Cost(amount))) == Cost(amount));
  }
}

}  // namespace
}  // namespace purser::money
