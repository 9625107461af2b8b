#include "cli/optimize_arguments.h"

#include <gtest/gtest.h>

namespace purser::cli {
namespace {

TEST(ParseCount, KnowsThousandsMillionsAndBillions) {
  EXPECT_EQ(*parse_count("12000"), 12000);
  EXPECT_EQ(*parse_count("500k"), 500'000);
  EXPECT_EQ(*parse_count("10M"), 10'000'000);
  EXPECT_EQ(*parse_count("2.5B"), 2'500'000'000);
}

TEST(ParseCount, RefusesWhatIsNoCount) {
  for (const char* text : {"", "M", "-3", "0", "1.5", "ten", "10m", "1e6", "9999999B"}) {
    EXPECT_FALSE(parse_count(text)) << text;
  }
}

}  // namespace
}  // namespace purser::cli
