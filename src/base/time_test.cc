#include "base/time.h"

#include <string>

#include <gtest/gtest.h>

namespace purser {
namespace {

TEST(ParseDate, TakesOnlyDaysThatExist) {
  EXPECT_EQ(format(*parse_date("2024-02-29")), "2024-02-29");
  for (const char* bad :
       {"2026-02-30", "2023-02-29", "2026-13-01", "2026-00-10", "26-01-01", "2026-1-1",
        "2026/01/01", "2026-01-01 ", "", "0000-01-01", "2026-01-0x"}) {
    const auto result = parse_date(bad);
    ASSERT_FALSE(result) << bad;
    EXPECT_EQ(result.error().code(), ErrorCode::kInvalidInput);
  }
  EXPECT_EQ(parse_date("2026-02-30").error().message(),
            "'2026-02-30' is no date; write YYYY-MM-DD, for example 2026-02-15");
}

TEST(ParseInstant, RoundTripsToTheNanosecond) {
  for (const char* text :
       {"2026-02-15T08:09:10Z", "2026-02-15T08:09:10.5Z", "1999-12-31T23:59:59.123456789Z"}) {
    EXPECT_EQ(format(*parse_instant(text)), text);
  }
  EXPECT_EQ(format(*parse_instant("2026-02-15")), "2026-02-15T00:00:00Z");
  for (const char* bad : {"2026-02-15T24:00:00Z", "2026-02-15T08:00:00", "2026-02-15T08:00:00.Z",
                          "2026-02-15T08:00:00.1234567890Z", "2026-02-15 08:00:00Z"}) {
    EXPECT_FALSE(parse_instant(bad)) << bad;
  }
}

// An Instant ends in 2262: 1500 would wrap to 2084, and a bill would be that of another century.
TEST(Parse, RefusesYearsThatAnInstantCannotCount) {
  for (const char* year : {"0001", "1500", "1699", "2161", "2262", "9999"}) {
    const std::string date = std::string(year) + "-01-01";
    EXPECT_FALSE(parse_date(date)) << year;
    EXPECT_FALSE(parse_month(date.substr(0, 7))) << year;
    EXPECT_FALSE(parse_instant(date)) << year;
    EXPECT_FALSE(parse_instant(date + "T00:00:00Z")) << year;
  }
  for (const char* date : {"1700-01-01", "2160-12-31"}) {
    EXPECT_EQ(date_of(midnight(*parse_date(date))), *parse_date(date));
  }
  EXPECT_EQ(parse_date("9999-12-31").error().message(),
            "'9999-12-31' is out of range; write a year from 1700 to 2160");
}

TEST(AddMonths, KeepsTheDayOrTakesTheLastOfAShorterMonth) {
  const auto plus = [](const char* date, int months) {
    return format(add_months(*parse_date(date), months));
  };
  EXPECT_EQ(plus("2026-01-31", 1), "2026-02-28");
  EXPECT_EQ(plus("2024-01-31", 1), "2024-02-29");
  EXPECT_EQ(plus("2026-02-15", 48), "2030-02-15");
  EXPECT_EQ(plus("2026-01-15", -1), "2025-12-15");
}

TEST(Period, OfAMonthIsHalfOpen) {
  const Period february = period_of(*parse_month("2024-02"));
  EXPECT_EQ(february.days(), 29);
  EXPECT_TRUE(february.contains(*parse_date("2024-02-29")));
  EXPECT_FALSE(february.contains(*parse_date("2024-03-01")));
}

TEST(Intersect, IsEmptyWhenNothingIsShared) {
  const Interval a{Instant{Nanoseconds{0}}, Instant{Nanoseconds{10}}};
  const Interval b{Instant{Nanoseconds{5}}, Instant{Nanoseconds{20}}};
  const Interval c{Instant{Nanoseconds{30}}, Instant{Nanoseconds{40}}};
  EXPECT_EQ(intersect(a, b).length().count(), 5);
  EXPECT_EQ(intersect(a, c).length().count(), 0);
  EXPECT_EQ(intersect(c, a).length().count(), 0);
}

TEST(ParseDuration, AddsItsParts) {
  EXPECT_EQ(parse_duration("1h30m")->count(), 5'400'000'000'000);
  EXPECT_EQ(parse_duration("250ms")->count(), 250'000'000);
  for (const char* bad : {"", "5", "m", "-1s", "1x", "99999999999999999999s", "999999999d"}) {
    EXPECT_FALSE(parse_duration(bad)) << bad;
  }
}

TEST(Humanize, UsesTheUnitThatReadsBest) {
  const auto text = [](double s) {
    return humanize(Nanoseconds{static_cast<std::int64_t>(s * 1e9)});
  };
  EXPECT_EQ(text(33e-6), "33 us");
  EXPECT_EQ(text(0.9994), "999 ms");
  EXPECT_EQ(text(0.9996), "1.0 s") << "never 1e+03 ms";
  EXPECT_EQ(text(999.6e-6), "1 ms");
  EXPECT_EQ(text(4.14), "4.1 s");
  EXPECT_EQ(text(59.97), "1 min 00 s");
  EXPECT_EQ(text(3599.9), "1 h 00 min");
  EXPECT_EQ(text(3725), "1 h 02 min");
}

}  // namespace
}  // namespace purser
