#include "books/year_opening.h"

#include <gtest/gtest.h>

namespace purser::books {
namespace {

std::string minor(std::string_view text) {
  const auto opening = parse_year_opening(text);
  return opening ? opening->minor : opening.error().message();
}

TEST(YearOpening, IsAnAmount_OrAnExactFractionOfTheUnit) {
  EXPECT_EQ(minor("USD 13,000.00"), "1300000");
  EXPECT_EQ(minor("USD 25000/3"), "2500000/3");
  EXPECT_EQ(minor("JPY 7/2"), "7/2");
  EXPECT_EQ(minor("USD 0100/050"), "200");  // no octal number
  EXPECT_EQ(minor("USD 0"), "0");
}

TEST(YearOpening, GoesOut_AndInAgain) {
  for (const char* text : {"USD 13,000.00", "USD 25000/3", "USD 1/300", "JPY 7/2", "BHD 1/7"}) {
    const auto opening = parse_year_opening(text);
    ASSERT_TRUE(opening) << text;
    EXPECT_EQ(format(*opening), text);
    EXPECT_EQ(parse_year_opening(format(*opening)), *opening);
  }
  // More than a Money holds stays a fraction.
  const YearOpening large{*money::Currency::parse("USD"), "100000000000000000000"};
  EXPECT_EQ(parse_year_opening(format(large)), large);
}

TEST(YearOpening, WhatIsNone_IsRefused) {
  for (const char* text : {"", "USD", "25000/3", "USD 25000/0", "USD -25000/3", "USD 1/2/3",
                           "USD 0x10/3", "USD 1.5/3", "USD /3", "USD 3/", "ABC 1/3", "USD -1"}) {
    EXPECT_EQ(parse_year_opening(text).error().code(), ErrorCode::kInvalidInput) << text;
  }
  EXPECT_FALSE(parse_year_opening("USD 1/" + std::string(30'000, '7')));
}

}  // namespace
}  // namespace purser::books
