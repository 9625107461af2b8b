#include "base/share_interval.h"

#include <gtest/gtest.h>

namespace purser {
namespace {

// Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I, method 3.
TEST(WilsonInterval, IsThePublishedOne) {
  struct Row {
    std::int64_t count;
    std::int64_t total;
    double lower;
    double upper;
  };
  for (const Row& row : {Row{81, 263, 0.2553, 0.3662}, Row{15, 148, 0.0624, 0.1605},
                         Row{0, 20, 0.0, 0.1611}, Row{1, 29, 0.0061, 0.1718}}) {
    const ShareInterval interval = wilson_interval(row.count, row.total);
    EXPECT_NEAR(interval.lower, row.lower, 5e-5) << row.count << " of " << row.total;
    EXPECT_NEAR(interval.upper, row.upper, 5e-5) << row.count << " of " << row.total;
    // What is not counted has the mirrored interval.
    const ShareInterval rest = wilson_interval(row.total - row.count, row.total);
    EXPECT_NEAR(rest.lower, 1 - interval.upper, 1e-12);
    EXPECT_NEAR(rest.upper, 1 - interval.lower, 1e-12);
  }
}

TEST(WilsonInterval, OfNothingIsEverything) {
  EXPECT_EQ(wilson_interval(0, 0).lower, 0);
  EXPECT_EQ(wilson_interval(0, 0).upper, 1);
}

}  // namespace
}  // namespace purser
