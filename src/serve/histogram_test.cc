#include "serve/histogram.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "base/random.h"

namespace purser::serve {
namespace {

using namespace std::chrono_literals;

TEST(Histogram, OfNothing_SaysZero) {
  const Histogram histogram;
  EXPECT_EQ(histogram.count(), 0);
  EXPECT_EQ(histogram.quantile(0.99), 0ns);
  EXPECT_EQ(histogram.mean(), 0ns);
  EXPECT_TRUE(histogram.buckets().empty());
}

TEST(Histogram, IsExactForSmallValues) {
  Histogram histogram;
  for (int i = 1; i <= 100; ++i) histogram.record(Nanoseconds(i));
  EXPECT_EQ(histogram.quantile(0.5), 50ns);
  EXPECT_EQ(histogram.quantile(0.99), 99ns);
  EXPECT_EQ(histogram.quantile(1), 100ns);
  EXPECT_EQ(histogram.mean(), 50ns);
}

TEST(Histogram, TakesAnyDuration) {
  Histogram histogram;
  histogram.record(-5ns);
  histogram.record(Nanoseconds::max());
  EXPECT_EQ(histogram.count(), 2);
  EXPECT_EQ(histogram.max(), Nanoseconds::max());
  ASSERT_EQ(histogram.buckets().size(), 2U);
  EXPECT_EQ(histogram.buckets()[0].low, 0ns);
}

// Against sorting: the oracle is the order statistic itself.
TEST(Histogram, QuantilesAreWithinOneIn256OfTheSortedValues) {
  Random random(3);
  std::vector<Nanoseconds> values;
  Histogram histogram;
  Histogram other;
  for (int i = 0; i < 20'000; ++i) {
    const auto value = static_cast<std::int64_t>(std::exp(random.unit() * 25));
    values.emplace_back(value);
    (i % 2 == 0 ? histogram : other).record(Nanoseconds(value));
  }
  histogram.merge(other);
  std::sort(values.begin(), values.end());
  for (const double share : {0.001, 0.25, 0.5, 0.9, 0.99, 0.999, 0.9999, 1.0}) {
    const auto rank = static_cast<std::size_t>(std::ceil(share * 20'000)) - 1;
    const auto exact = static_cast<double>(values[rank].count());
    EXPECT_NEAR(static_cast<double>(histogram.quantile(share).count()), exact, exact / 256 + 0.5)
        << share;
  }
  std::int64_t total = 0;
  Nanoseconds last{0};
  for (const auto& bucket : histogram.buckets()) {
    EXPECT_GE(bucket.low, last);
    EXPECT_GT(bucket.high, bucket.low);
    last = bucket.high;
    total += bucket.count;
    EXPECT_EQ(bucket.count, std::count_if(values.begin(), values.end(), [&](Nanoseconds value) {
                return value >= bucket.low && value < bucket.high;
              }));
  }
  EXPECT_EQ(total, 20'000);
}

}  // namespace
}  // namespace purser::serve
