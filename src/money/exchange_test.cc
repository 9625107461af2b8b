// Amounts in one currency at a price in another, against the arithmetic of whole numbers.
#include "money/exchange.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace purser::money {
namespace {

std::string converted(std::string_view foreign, std::string_view rate) {
  const auto parsed = ExchangeRate::parse(rate);
  if (!parsed) return parsed.error().message();
  const auto money = parsed->convert(*parse_money(foreign));
  return money ? format(*money) : money.error().message();
}

TEST(ExchangeRate, ConvertsOnce_ToTheMinorUnitOfTheBooks) {
  EXPECT_EQ(converted("EUR 10000.00", "USD 1.0842"), "USD 10,842.00");
  EXPECT_EQ(converted("EUR 12345.67", "USD 1.0842"), "USD 13,385.18");  // 13,385.175414
  EXPECT_EQ(converted("JPY 1500000", "USD 0.006689"), "USD 10,033.50");
  EXPECT_EQ(converted("USD 12000.00", "JPY 149.535"), "JPY 1,794,420");
  EXPECT_EQ(converted("USD 999.99", "KWD 0.30715"), "KWD 307.147");  // 307.1469285
  EXPECT_EQ(converted("KWD 1.001", "USD 3.2557"), "USD 3.26");       // 3.2589557
}

TEST(ExchangeRate, RoundsHalvesAwayFromZero) {
  EXPECT_EQ(converted("EUR 0.01", "USD 0.5"), "USD 0.01");
  EXPECT_EQ(converted("EUR -0.01", "USD 0.5"), "USD -0.01");
  EXPECT_EQ(converted("EUR 0.01", "USD 0.499999999999"), "USD 0.00");
  EXPECT_EQ(converted("EUR 1.00", "JPY 162.5"), "JPY 163");
}

TEST(ExchangeRate, IsWrittenAsItWasRead) {
  for (const std::string_view text :
       {"USD 1.0842", "JPY 149", "USD 0.000039370079", "KWD 0.307", "USD 999999999.999999999999"}) {
    EXPECT_EQ(ExchangeRate::parse(text)->text(), text);
  }
  EXPECT_EQ(ExchangeRate::parse("1.1 USD")->text(), "USD 1.10");
}

TEST(ExchangeRate, RefusesWhatIsNoPrice) {
  for (const std::string_view text : {"1.0842", "USD", "USD 0", "USD -1.1", "USD 1.0000000000001",
                                      "USD 1000000000", "XXZ 1.1", "USD 1,0842", "USD 1,084", ""}) {
    const auto rate = ExchangeRate::parse(text);
    ASSERT_FALSE(rate) << text;
    EXPECT_EQ(rate.error().message(),
              "'" + std::string(text) +
                  "' is no rate; write what one unit of the foreign currency cost that day in the "
                  "currency of the books, with a point and at most 12 decimals, for example 'USD "
                  "1.0842'");
  }
  EXPECT_EQ(converted("USD 1.00", "USD 1.1"),
            "USD 1.00 is in the currency of the rate USD 1.10, so there is nothing to convert; "
            "leave the rate out");
  EXPECT_EQ(converted("JPY 9000000000000000000", "USD 999999999"),
            "JPY 9,000,000,000,000,000,000 at USD 999999999.00 is more than an amount can hold; "
            "look at the rate");
}

// |converted - exact| <= half a minor unit, in whole numbers: twice the difference of the two
// cross products is at most the divisor.
RC_GTEST_PROP(ExchangeRate, IsRightToHalfAMinorUnit, ()) {
  const Currency from = *Currency::parse(*rc::gen::element("EUR", "JPY", "KWD"));
  const Currency to = *Currency::parse(*rc::gen::element("USD", "KRW", "BHD"));
  const auto minor = *rc::gen::inRange<std::int64_t>(-1'000'000'000'000, 1'000'000'000'001);
  const auto millionths = *rc::gen::inRange<std::int64_t>(1, 2'000'000'000);
  std::string digits = std::to_string(millionths);
  digits.insert(0, digits.size() < 7 ? 7 - digits.size() : 0, '0');
  digits.insert(digits.size() - 6, ".");
  const auto rate = *ExchangeRate::parse(std::string(to.code()) + " " + digits);
  const Int128 divisor = static_cast<Int128>(1'000'000) * from.minor_per_unit();
  const Int128 exact = static_cast<Int128>(minor) * millionths * to.minor_per_unit();
  const Int128 off =
      2 * (static_cast<Int128>(rate.convert({minor, from})->minor()) * divisor - exact);
  RC_ASSERT(off <= divisor && off >= -divisor);
}

}  // namespace
}  // namespace purser::money
