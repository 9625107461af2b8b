#include "cost/allot.h"

#include <algorithm>
#include <map>

#include <boost/multiprecision/cpp_int.hpp>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "cost/testing.h"

namespace purser::cost {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using Fraction = boost::multiprecision::cpp_rational;

const Interval kOctober = october().parts.in_service;

TEST(Allot, GivesARunAloneWhatItUsed) {
  const std::vector beats{beat("a", hours(1), hours(2), minutes(45))};
  const auto shares = allot(beats, kOctober);
  ASSERT_EQ(shares.size(), 1U);
  EXPECT_EQ(shares[0].device_time, minutes(45));
  EXPECT_EQ(shares[0].energy, Watts{250'000} * Nanoseconds(minutes(45)));
  EXPECT_EQ(shares[0].energy_source, meter::EnergySource::kModelled);
}

TEST(Allot, OfRunsThatFitSideBySide_CutsNothing) {
  const std::vector beats{beat("a", hours(0), hours(1), minutes(30)),
                          beat("b", hours(0), hours(1), minutes(30))};
  const auto shares = allot(beats, kOctober);
  EXPECT_EQ(shares[0].device_time, minutes(30));
  EXPECT_EQ(shares[1].device_time, minutes(30));
}

TEST(Allot, OfRunsThatClaimMoreThanTheClock_CutsEachInProportion_AndItsModelledEnergy) {
  // Two claim the whole hour, the third half of it: 2 : 2 : 1 of 60 minutes.
  std::vector beats{beat("a", hours(0), hours(1), hours(1)),
                    beat("b", hours(0), hours(1), hours(1)),
                    beat("c", hours(0), hours(1), minutes(30))};
  beats[1].energy_source = meter::EnergySource::kMeasured;
  const auto shares = allot(beats, kOctober);
  EXPECT_EQ(shares[0].device_time, minutes(24));
  EXPECT_EQ(shares[1].device_time, minutes(24));
  EXPECT_EQ(shares[2].device_time, minutes(12));
  EXPECT_EQ(shares[0].energy, Watts{250'000} * Nanoseconds(minutes(24)));
  EXPECT_EQ(shares[1].energy, beats[1].energy);
}

TEST(Allot, OfRunsThatOverlapInPart_CutsOnlyThePartTheyShare) {
  const std::vector beats{beat("a", hours(0), hours(2), hours(2)),
                          beat("b", hours(1), hours(3), hours(2))};
  const auto shares = allot(beats, kOctober);
  EXPECT_EQ(shares[0].device_time, hours(1) + minutes(30));
  EXPECT_EQ(shares[1].device_time, minutes(30) + hours(1));
}

TEST(Allot, CutsABeatAtTheMonthsEnd_WithoutLosingANanosecond) {
  const Nanoseconds end = hours(744);
  meter::Usage usage = beat("a", end - Nanoseconds{7}, end + Nanoseconds{4}, Nanoseconds{5});
  usage.energy = Joules{1'000'003};
  usage.work = 101;
  const std::vector beats{usage};
  const auto before = allot(beats, kOctober);
  const auto after = allot(beats, {kOctober.end, kOctober.end + hours(1)});
  ASSERT_EQ(before.size() + after.size(), 2U);
  EXPECT_EQ(before[0].device_time, Nanoseconds{3});  // floor(5 x 7 / 11)
  EXPECT_EQ(before[0].device_time + after[0].device_time, Nanoseconds{5});
  EXPECT_EQ(before[0].energy + after[0].energy, usage.energy);
  EXPECT_EQ(before[0].work + after[0].work, usage.work);
}

TEST(Allot, CountsTheEnergyOfABeatWithoutLength_Once) {
  meter::Usage usage = beat("a", hours(744), hours(744), Nanoseconds{0});
  usage.energy = Joules{5};
  const std::vector beats{usage};
  EXPECT_TRUE(allot(beats, kOctober).empty());
  ASSERT_EQ(allot(beats, {kOctober.end, kOctober.end + hours(1)}).size(), 1U);
}

// Beats of up to four runs over a hundred seconds; device time anything up to the whole interval.
std::vector<meter::Usage> some_beats() {
  const auto one = rc::gen::apply(
      [](int run, int start, int length, int tenths) {
        return beat("run" + std::to_string(run), std::chrono::seconds(start),
                    std::chrono::seconds(start + length),
                    std::chrono::milliseconds(100) * length * tenths);
      },
      rc::gen::inRange(0, 4), rc::gen::inRange(0, 90), rc::gen::inRange(0, 30),
      rc::gen::inRange(0, 11));
  auto beats = *rc::gen::container<std::vector<meter::Usage>>(one);
  for (std::size_t i = 0; i < beats.size(); ++i) beats[i].sequence = static_cast<std::int64_t>(i);
  return beats;
}

// An independent way to the same figures: second by second, in exact fractions. All beats start and
// end on whole seconds, so that within one nothing changes.
std::map<std::string, Fraction> second_by_second(const std::vector<meter::Usage>& beats) {
  std::map<std::string, Fraction> times;
  for (int second = 0; second < 130; ++second) {
    const Instant at = october_at(std::chrono::seconds(second));
    std::vector<std::pair<std::string, Fraction>> densities;
    Fraction sum = 0;
    for (const meter::Usage& usage : beats) {
      if (usage.interval.start > at || usage.interval.end <= at) continue;
      const Fraction density(usage.device_time.count(), usage.interval.length().count());
      densities.emplace_back(usage.run_id, density);
      sum += density;
    }
    const Fraction scale = sum > 1 ? Fraction(1 / sum) : Fraction(1);
    for (const auto& [run, density] : densities) times[run] += density * scale * 1'000'000'000;
  }
  return times;
}

RC_GTEST_PROP(Allot, AgreesWithExactFractions_SecondBySecond, ()) {
  const auto beats = some_beats();
  const auto expected = second_by_second(beats);
  // Each of at most 2n pieces rounds each beat's part by less than a nanosecond, twice.
  const Fraction tolerance = Fraction(4 * beats.size() * (beats.size() + 1));
  Nanoseconds used{};
  for (const Share& share : allot(beats, kOctober)) {
    const auto found = expected.find(share.run_id);
    const Fraction exact = found == expected.end() ? Fraction(0) : found->second;
    RC_ASSERT(abs(Fraction(share.device_time.count()) - exact) <= tolerance);
    used += share.device_time;
  }
  RC_ASSERT(used <= std::chrono::seconds(130));
}

RC_GTEST_PROP(Allot, NeverExceedsTheClock_NorWhatWasClaimed, ()) {
  const auto beats = some_beats();
  const auto from = *rc::gen::inRange<std::int64_t>(0, 60'000'000'000);
  const auto length = *rc::gen::inRange<std::int64_t>(0, 60'000'000'000);
  const Interval bounds{october_at(Nanoseconds{from}), october_at(Nanoseconds{from + length})};
  std::map<std::string, Nanoseconds> claims;
  for (const meter::Usage& usage : beats) claims[usage.run_id] += usage.device_time;
  Nanoseconds used{};
  for (const Share& share : allot(beats, bounds)) {
    RC_ASSERT(share.device_time >= Nanoseconds{0});
    RC_ASSERT(share.device_time <= claims[share.run_id]);
    RC_ASSERT(share.energy.micro >= 0);
    used += share.device_time;
  }
  RC_ASSERT(used <= bounds.length());
}

RC_GTEST_PROP(Allot, DoesNotDependOnTheOrderOfBeats, ()) {
  auto beats = some_beats();
  const auto before = allot(beats, kOctober);
  std::reverse(beats.begin(), beats.end());
  const auto after = allot(beats, kOctober);
  RC_ASSERT(before.size() == after.size());
  for (std::size_t i = 0; i < before.size(); ++i) {
    RC_ASSERT(before[i].device_time == after[i].device_time);
    RC_ASSERT(before[i].energy == after[i].energy);
  }
}

}  // namespace
}  // namespace purser::cost
