#include "base/units.h"

#include <gtest/gtest.h>

namespace purser {
namespace {

TEST(SizeToType, SufficesWhenItIsTypedBack_AndIsNotMuchMore) {
  EXPECT_EQ(size_to_type(Bytes{std::int64_t{1353} * 1024}), "1.33MiB");  // 1.3213 rounded up
  EXPECT_EQ(size_to_type(Bytes{1}), "0.01KiB");
  for (std::int64_t count = 1; count < (std::int64_t{1} << 60); count = count * 3 + 1) {
    const auto typed = parse_bytes(size_to_type(Bytes{count}));
    ASSERT_TRUE(typed) << count;
    EXPECT_GE(typed->count, count);
    EXPECT_LE(typed->count, count + count / 99 + 11);
  }
}

TEST(ParseBytes, KnowsBinaryAndDecimalPrefixes) {
  EXPECT_EQ(parse_bytes("64MiB")->count, 64LL << 20);
  EXPECT_EQ(parse_bytes("2 GB")->count, 2'000'000'000);
  EXPECT_EQ(parse_bytes("1.5KiB")->count, 1536);
  EXPECT_EQ(parse_bytes("17")->count, 17);
  // However it is written: what is accepted in one unit is accepted in another.
  EXPECT_EQ(parse_bytes("222811112221MiB")->count, 222'811'112'221LL << 20);
  EXPECT_EQ(parse_bytes("233634384808247296")->count, 233'634'384'808'247'296);
  EXPECT_EQ(parse_bytes("9223372036854775807")->count, INT64_MAX);
  EXPECT_FALSE(parse_bytes("9223372036854775808"));
  for (const char* bad : {"", "MiB", "64mib", "-1", "1e9", "9999999TiB", "1.2345kB"}) {
    EXPECT_FALSE(parse_bytes(bad)) << bad;
  }
}

TEST(ParseDecimal, IsExactAndRefusesTheRest) {
  EXPECT_EQ(*parse_decimal("12.5", 3), 12'500);
  EXPECT_EQ(*parse_decimal("0", 0), 0);
  EXPECT_EQ(*parse_decimal("9223372036854775807", 0), INT64_MAX);
  for (const char* bad : {"", ".", "1.", ".5", "1.2.3", "+1", "1.2345", "9223372036854775808"}) {
    EXPECT_FALSE(parse_decimal(bad, 3)) << bad;
  }
}

TEST(Power, TimesTimeIsEnergy) {
  EXPECT_EQ((*parse_watts("120.5W") * std::chrono::hours{1}).micro, 120'500'000LL * 3600);
  EXPECT_EQ(humanize(Joules{433'800'000'000}), "433.80 kJ");
  EXPECT_EQ(humanize(Joules{999'900'000}), "1.00 kJ");
  EXPECT_EQ(humanize(Joules{7'200'000'000'000}), "2.00 kWh");
}

}  // namespace
}  // namespace purser
