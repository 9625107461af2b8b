#include "cost/bill.h"

#include <algorithm>

#include <boost/multiprecision/cpp_int.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "cost/testing.h"

namespace purser::cost {
namespace {

using books::Kind;
using money::Cost;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::HasSubstr;
using Fraction = boost::multiprecision::cpp_rational;

Fraction exact(const Cost& cost) {
  return Fraction(boost::multiprecision::cpp_int(money::to_string(cost.billionths())));
}

// Halves away from zero, for a fraction that is not negative.
boost::multiprecision::cpp_int nearest(const Fraction& fraction) {
  const Fraction doubled = 2 * fraction + 1;
  return numerator(doubled) / (2 * denominator(doubled));
}

ResourceMonth closed_october() {
  ResourceMonth month = october();
  month.closed = true;
  month.parts.posted = true;
  month.parts.energy.amount = money::Money(std::int64_t{1234}, money::usd());
  return month;
}

TEST(Bill, OfAnOpenMonth_PricesARunAndTheIdleRest) {
  const std::vector beats{beat("a", hours(0), hours(2), hours(1))};
  const auto bill = cost::bill(october(), beats, october_at(hours(10)));
  ASSERT_EQ(bill.lines.size(), 1U);
  // One hour at 218.75 / 744 an hour; 0.25 kWh at 0.15.
  EXPECT_EQ(format(bill.lines[0].cost[Kind::kDepreciation]), "USD 0.294018817");
  EXPECT_EQ(format(bill.lines[0].cost[Kind::kEnergy]), "USD 0.0375");
  EXPECT_EQ(bill.idle.time, hours(9));
  // Nine hours idle: 0.81 kWh at 0.15.
  EXPECT_EQ(format(bill.idle.cost[Kind::kEnergy]), "USD 0.1215");
  EXPECT_EQ(bill.total()[Kind::kDepreciation], Cost(money::Int128{2'940'188'172}, money::usd()));
  EXPECT_TRUE(bill.unallocated.empty());
}

TEST(Bill, WithoutAnyUse_IsAllIdle) {
  const auto bill = cost::bill(closed_october(), {}, october_at(hours(744)));
  EXPECT_TRUE(bill.lines.empty());
  EXPECT_EQ(bill.idle.time, hours(744));
  EXPECT_EQ(format(bill.idle.cost.total()), "USD 312.05");  // 218.75 + 50.96 + 30.00 + 12.34
}

TEST(Bill, OfAClosedMonth_IsTheCentsPosted_WhateverTheClockSays) {
  const std::vector beats{beat("a", hours(0), hours(744), hours(744))};
  for (const Nanoseconds now : {Nanoseconds(hours(1)), Nanoseconds(hours(10'000))}) {
    const auto bill = cost::bill(closed_october(), beats, october_at(now));
    EXPECT_EQ(bill.idle.time, hours(0));
    EXPECT_TRUE(bill.idle.cost.total().is_zero());
    EXPECT_EQ(format(bill.lines[0].cost.total()), "USD 312.05");
  }
}

TEST(Bill, BeforeTheMonthBegins_IsEmpty) {
  const auto bill = cost::bill(october(), {}, october_at(-hours(5)));
  EXPECT_EQ(bill.elapsed.length(), hours(0));
  EXPECT_TRUE(bill.total().total().is_zero());
}

TEST(Bill, ChargedWithoutTimeInService_IsUnallocated_NotLost) {
  ResourceMonth month = closed_october();
  month.parts.in_service.end = month.parts.in_service.start;
  const auto bill = cost::bill(month, {}, october_at(hours(744)));
  ASSERT_EQ(bill.unallocated.size(), 4U);
  EXPECT_THAT(bill.unallocated[0].reason, HasSubstr("without time in service"));
  EXPECT_EQ(format(bill.total().total()), "USD 312.05");
}

TEST(Bill, EnergyPostedButNeverMetered_IsUnallocated) {
  ResourceMonth month = closed_october();
  month.bands[0].supply.idle_watts = {};
  const auto bill = cost::bill(month, {}, october_at(hours(744)));
  ASSERT_EQ(bill.unallocated.size(), 1U);
  EXPECT_EQ(bill.unallocated[0].kind, Kind::kEnergy);
  EXPECT_EQ(format(bill.unallocated[0].amount), "USD 12.34");
}

TEST(Bill, UseOutsideService_IsSaidToHaveNoPrice) {
  ResourceMonth month = october();
  month.parts.in_service.start = october_at(hours(100));
  const std::vector beats{beat("a", hours(99), hours(101), hours(2))};
  const auto bill = cost::bill(month, beats, october_at(hours(200)));
  ASSERT_EQ(bill.unpriced.size(), 1U);
  EXPECT_EQ(bill.unpriced[0].device_time, hours(1));
  EXPECT_EQ(bill.lines[0].device_time, hours(1));
  EXPECT_EQ(bill.idle.time, hours(99));
}

TEST(EnergyCost, IsUseAndIdle_RoundedToCents) {
  // Idle: 90 W x 742 h = 66.78 kWh; use: 250 W x 2 h = 0.5 kWh; x 0.15 = 10.092.
  const std::vector beats{beat("a", hours(0), hours(2), hours(2))};
  EXPECT_EQ(format(*energy_cost(october(), beats)), "USD 10.09");
  EXPECT_EQ(*energy_cost(closed_october(), beats), *energy_cost(october(), beats));
}

TEST(EnergyCost, OfEightMegawattsAtOnce_IsCounted_AndPastWhatBooksHold_IsAnError) {
  // Each of the eight is counted by a meter of its own: 8 x 744 MWh x 0.15 = 892,800.00. That is
  // more microjoules than 64 bits hold.
  std::vector<meter::Usage> beats;
  for (int i = 0; i < 8; ++i) {
    beats.push_back(beat("run" + std::to_string(i), hours(0), hours(744), hours(744)));
    beats.back().energy = Watts{1'000'000'000} * Nanoseconds(hours(744));
    beats.back().energy_source = meter::EnergySource::kMeasured;
  }
  ResourceMonth month = october();
  const auto cost = energy_cost(month, beats);
  ASSERT_TRUE(cost);
  EXPECT_EQ(format(*cost), "USD 892,800.00");
  month.bands[0].supply.power.tariff =
      money::Rate::per_energy(*money::parse_cost("USD 90000000000.00"), Joules{3'600'000'000'000});
  beats.back().energy = Watts{1'000'000'000} * Nanoseconds(hours(2'000));
  const auto absurd = energy_cost(month, beats);
  ASSERT_FALSE(absurd);
  EXPECT_THAT(absurd.error().message(), HasSubstr("at site 'home', more than books hold"));
  EXPECT_THAT(absurd.error().message(),
              HasSubstr("run 'run7' claims 2000000.00 kWh of it: if its meter erred, restore the "
                        "books from a backup made before it was collected"));
}

TEST(Bill, OfACounterThatClaimsMoreThanANumberHolds_StaysAbsurd_AndAddsUp) {
  std::vector<meter::Usage> beats;
  for (int i = 0; i < 100; ++i) {  // the most that one beat may claim; 93 of them are too much
    beats.push_back(beat("broken", hours(i), hours(i + 1), hours(1), i));
    beats.back().energy = Joules{100'000'000'000'000'000};
    beats.back().energy_source = meter::EnergySource::kMeasured;
    beats.back().work = 100'000'000'000'000'000;
  }
  const auto bill = cost::bill(october(), beats, october_at(hours(744)));
  EXPECT_EQ(bill.lines[0].energy.micro, INT64_MAX);
  EXPECT_EQ(bill.lines[0].work, INT64_MAX);
  EXPECT_EQ(bill.total()[Kind::kEnergy], price_of_energy(bill, october()));
  // 2,562,047.79 kWh at 0.15: as absurd as the counter.
  EXPECT_GT(bill.total()[Kind::kEnergy], *money::parse_cost("USD 384307.00"));
}

TEST(UnitCost, IsPerMillionPredictions_ByModelAndVersion) {
  std::vector beats{beat("s", hours(0), hours(1), minutes(1)),
                    beat("t", hours(0), hours(1), minutes(5))};
  beats[0].work = 250'000;
  beats[0].work_unit = meter::WorkUnit::kPredictions;
  const auto one = cost::bill(october(), beats, october_at(hours(1)));
  const Bill whole{.currency = money::usd(), .resources = {one}, .unpriced = {}};
  meter::Run serving;
  serving.id = "s";
  serving.verb = "serve";
  serving.model = "cnn";
  serving.model_version = "2";
  meter::Run training;
  training.id = "t";
  training.verb = "train";
  const std::vector runs{serving, training};
  const auto units = unit_costs(whole, runs);
  ASSERT_EQ(units.size(), 1U);
  EXPECT_EQ(units[0].model_version, "2");
  EXPECT_EQ(units[0].per_million.billionths(), one.lines[0].cost.total().billionths() * 4);
  // A minute of an hour that costs 0.440336022, four times.
  EXPECT_EQ(format(units[0].per_million).substr(0, 11), "USD 0.02935");
}

TEST(PerMillion, AgreesWithTheWorkedMonth) {
  // 1.830072 per GPU-hour at 450 predictions/s: 1.129674 per million.
  const auto hour = *money::parse_cost("USD 1.830072");
  EXPECT_EQ(format(per_million(hour, std::int64_t{450} * 3600)), "USD 1.129674074");
}

TEST(Group, OfAModelTrainedAndServed_KeepsSamplesAndPredictionsApart) {
  std::vector beats{beat("a", hours(0), hours(1), hours(1)),
                    beat("b", hours(1), hours(2), hours(1))};
  beats[0].work = 600;
  beats[0].work_unit = meter::WorkUnit::kSamples;
  beats[1].work = 20;
  beats[1].work_unit = meter::WorkUnit::kPredictions;
  const Bill whole{.currency = money::usd(),
                   .resources = {cost::bill(october(), beats, october_at(hours(2)))},
                   .unpriced = {}};
  const auto groups = cost::group(whole, {}, GroupBy::kResource);
  ASSERT_EQ(groups.size(), 1U);
  EXPECT_EQ(groups[0].samples, 600);
  EXPECT_EQ(groups[0].predictions, 20);
}

TEST(Group, SumsToWhatTheRunsUsed_FromEverySide) {
  const std::vector beats{beat("a", hours(0), hours(2), hours(1)),
                          beat("b", hours(1), hours(3), hours(2)),
                          beat("c", hours(5), hours(6), minutes(1))};
  const Bill whole{.currency = money::usd(),
                   .resources = {cost::bill(october(), beats, october_at(hours(10)))},
                   .unpriced = {}};
  meter::Run a;
  a.id = "a";
  a.name = "brave-otter";
  a.verb = "train";
  a.model = "cnn";
  const std::vector runs{a};
  for (const auto by : {GroupBy::kRun, GroupBy::kModel, GroupBy::kVerb, GroupBy::kResource}) {
    Amounts sum(money::usd());
    for (const Group& group : cost::group(whole, runs, by)) sum += group.cost;
    EXPECT_EQ(sum, whole.used());
  }
  const auto by_run = cost::group(whole, runs, GroupBy::kRun);
  EXPECT_EQ(by_run.size(), 3U);
  EXPECT_TRUE(std::any_of(by_run.begin(), by_run.end(),
                          [](const Group& group) { return group.label == "brave-otter"; }));
  EXPECT_EQ(cost::group(whole, runs, GroupBy::kVerb).size(), 2U);
  EXPECT_THAT(parse_group_by("modle").error().message(), HasSubstr("did you mean 'model'?"));
}

// --- the laws ----------------------------------------------------------------------------------

struct Case {
  ResourceMonth month;
  std::vector<meter::Usage> beats;
  Instant as_of;
};

// Any charges, part of the month in service, beats that overlap and cross the month's ends.
Case any_case(bool closed) {
  const auto inside = rc::gen::inRange<std::int64_t>(0, 744 * 3600 + 1);
  Case c{closed ? closed_october() : october(), {}, october_at(seconds(*inside))};
  const auto cents = rc::gen::inRange<std::int64_t>(0, 5'000'000);
  c.month.parts.depreciation.amount = money::Money(*cents, money::usd());
  c.month.parts.maintenance.amount = money::Money(*cents, money::usd());
  c.month.parts.space.amount = money::Money(*cents, money::usd());
  if (closed) c.month.parts.energy.amount = money::Money(*cents, money::usd());
  const auto [first, second] = std::pair(*inside, *inside);
  c.month.parts.in_service = {october_at(seconds(std::min(first, second))),
                              october_at(seconds(std::max(first, second)))};
  const auto count = *rc::gen::inRange(0, 12);
  for (int i = 0; i < count; ++i) {
    const auto start = *rc::gen::inRange<std::int64_t>(-100'000, 744 * 3600 + 100'000);
    const auto length = *rc::gen::inRange<std::int64_t>(0, 500'000);
    const auto ns = *rc::gen::inRange<std::int64_t>(0, length * 1'000'000'000 + 1);
    c.beats.push_back(beat("run" + std::to_string(*rc::gen::inRange(0, 4)), seconds(start),
                           seconds(start + length), Nanoseconds{ns}, i));
    if (*rc::gen::inRange(0, 3) == 0) {
      c.beats.back().energy_source = meter::EnergySource::kMeasured;
      c.beats.back().energy = Joules{*rc::gen::inRange<std::int64_t>(0, 1'000'000'000'000)};
    }
  }
  return c;
}

// Each line is within a billionth of its exact share, and time and energy add up.
void check_shares(const ResourceBill& bill) {
  Nanoseconds time = bill.idle.time;
  Fraction joules = bill.idle.energy.micro;
  for (const Line& line : bill.lines) {
    time += line.device_time;
    joules += line.energy.micro;
  }
  RC_ASSERT(time == bill.elapsed.length());
  RC_ASSERT(bill.idle.time >= Nanoseconds{0});
  for (const Kind kind : books::kKinds) {
    Fraction total = exact(bill.idle.cost[kind]);
    for (const Line& line : bill.lines) total += exact(line.cost[kind]);
    const Fraction weights = kind == Kind::kEnergy ? joules : Fraction(time.count());
    if (weights == 0) continue;
    for (const Line& line : bill.lines) {
      const Fraction weight =
          kind == Kind::kEnergy ? Fraction(line.energy.micro) : Fraction(line.device_time.count());
      RC_ASSERT(abs(exact(line.cost[kind]) - total * weight / weights) < 1);
    }
  }
}

RC_GTEST_PROP(LawA, LinesAndIdleOfAnOpenMonth_AreRateTimesTime_ToTheBillionth, ()) {
  const Case c = any_case(false);
  const auto bill = cost::bill(c.month, c.beats, c.as_of);
  const Nanoseconds in_service = c.month.parts.in_service.length();
  if (in_service == Nanoseconds{0}) return;
  for (const Kind kind : kCapacityKinds) {
    const Fraction charge = Fraction(c.month.parts.part(kind).amount.minor()) * 10'000'000;
    const Fraction due = charge * bill.elapsed.length().count() / in_service.count();
    RC_ASSERT(exact(bill.total()[kind]) == Fraction(nearest(due)));
  }
  Fraction joules = bill.idle.energy.micro;
  for (const Line& line : bill.lines) joules += line.energy.micro;
  // USD 0.12 x 1.25 a kWh.
  const Fraction due = joules * 150'000'000 / Fraction(3'600'000'000'000);
  RC_ASSERT(exact(bill.total()[Kind::kEnergy]) == Fraction(nearest(due)));
  RC_ASSERT(bill.idle.energy == c.month.bands[0].supply.idle_watts * bill.idle.time);
  RC_ASSERT(bill.unallocated.empty());
  check_shares(bill);
}

RC_GTEST_PROP(LawB, EveryCentPostedInAClosedMonth_IsOnExactlyOneLine, ()) {
  const Case c = any_case(true);
  const auto bill = cost::bill(c.month, c.beats, c.as_of);
  for (const Kind kind : books::kKinds) {
    RC_ASSERT(bill.total()[kind] == Cost(c.month.parts.part(kind).amount));
  }
  RC_ASSERT(bill.total().total() == Cost(c.month.parts.total()));
  check_shares(bill);
}

RC_GTEST_PROP(Bill, MadeTwice_IsTheSame, ()) {
  Case c = any_case(*rc::gen::arbitrary<bool>());
  const auto first = cost::bill(c.month, c.beats, c.as_of);
  std::reverse(c.beats.begin(), c.beats.end());
  const auto again = cost::bill(c.month, c.beats, c.as_of);
  RC_ASSERT(first.lines.size() == again.lines.size());
  for (std::size_t i = 0; i < first.lines.size(); ++i) {
    RC_ASSERT(first.lines[i].cost == again.lines[i].cost);
  }
  RC_ASSERT(first.idle.cost == again.idle.cost);
}

RC_GTEST_PROP(Bill, OfARunThatUsedMore_IsNotLess, ()) {
  const auto end = *rc::gen::inRange<std::int64_t>(1, std::int64_t{744} * 3600);
  const auto less = *rc::gen::inRange<std::int64_t>(0, end);
  const auto more = *rc::gen::inRange<std::int64_t>(less, end);
  const bool closed = *rc::gen::arbitrary<bool>();
  const auto cost_of = [&](std::int64_t used) {
    const std::vector beats{beat("a", seconds(0), seconds(end), seconds(used)),
                            beat("b", seconds(0), seconds(end), seconds(end - more))};
    const auto month = closed ? closed_october() : october();
    return cost::bill(month, beats, october_at(seconds(end))).lines[0].cost[Kind::kDepreciation];
  };
  // The rounding of a share may differ by the billionth that goes to the largest remainder.
  RC_ASSERT(cost_of(less) <= cost_of(more) + Cost(money::Int128{1}, money::usd()));
}

}  // namespace
}  // namespace purser::cost
