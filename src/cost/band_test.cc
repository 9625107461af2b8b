// A month with two prices of energy: cut where it changes, and billed to the billionth.
#include "cost/band.h"

#include <boost/multiprecision/cpp_int.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "cost/bill.h"
#include "cost/testing.h"

namespace purser::cost {
namespace {

using books::Kind;
using money::Cost;
using std::chrono::hours;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using Fraction = boost::multiprecision::cpp_rational;
using Whole = boost::multiprecision::cpp_int;

constexpr Joules kKilowattHour{3'600'000'000'000};

money::Rate per_kwh(std::string_view cost) {
  return money::Rate::per_energy(*money::parse_cost(cost), kKilowattHour);
}

books::Asset server() {
  return {"server",
          "home",
          {*money::parse_money("USD 12000.00"), *money::parse_money("USD 1500.00"),
           *books::parse_life("48mo"), *parse_date("2026-02-15"), books::StraightLine{},
           books::Convention::kDaily},
          Watts{90'000},
          Watts{250'000},
          std::nullopt,
          std::nullopt};
}

std::vector<std::string> bands(const books::Site& site) {
  const auto found = bands_of(server(), *parse_month("2026-10"),
                              [&](std::string_view) -> Result<books::Site> { return site; });
  std::vector<std::string> texts;
  for (const Band& band : *found) {
    texts.push_back(format(date_of(band.interval.start)) + " to " +
                    format(date_of(band.interval.end)) + " " +
                    format(energy_rate(band.supply.power) * kKilowattHour));
  }
  return texts;
}

TEST(Bands, OfASiteThatNeverChanges_AreTheMonth) {
  EXPECT_THAT(bands({"home", per_kwh("USD 0.12"), 1250}),
              ElementsAre("2026-10-01 to 2026-11-01 USD 0.15"));
}

TEST(Bands, AreCutWhereTheTariffOrPueChanges_WithinTheMonth_AndNowhereElse) {
  books::Site site{"home", per_kwh("USD 0.10"), 1000};
  const auto change = [&](std::string_view day, std::optional<money::Rate> tariff,
                          std::optional<std::int64_t> pue) {
    site.changes.push_back(
        {.effective = *parse_date(day), .tariff = tariff, .pue_thousandths = pue});
  };
  change("2026-09-10", per_kwh("USD 0.12"), std::nullopt);
  change("2026-10-08", std::nullopt, 1250);
  change("2026-10-12", per_kwh("USD 0.12"), std::nullopt);  // it costs that already
  change("2026-10-20", per_kwh("USD 0.20"), 1100);
  change("2026-11-01", per_kwh("USD 9.00"), std::nullopt);
  EXPECT_THAT(bands(site),
              ElementsAre("2026-10-01 to 2026-10-08 USD 0.12", "2026-10-08 to 2026-10-20 USD 0.15",
                          "2026-10-20 to 2026-11-01 USD 0.22"));
}

TEST(Bands, AreCutWhereTheAssetMoves_IsMeasuredAnew_OrRests) {
  books::Asset asset = server();
  const auto happens = [&](std::string_view day, books::Happening what) {
    asset.events.push_back(
        {.asset = asset.name, .effective = *parse_date(day), .what = std::move(what)});
  };
  happens("2026-10-05", books::Move{.site = "oslo"});
  happens("2026-10-07", books::Move{.node = "rack-7"});  // no matter of its power
  happens("2026-10-08", books::Repair{*money::parse_money("USD 1.00")});
  happens("2026-10-10", books::Measurement{.idle_watts = Watts{40'000}});
  happens("2026-10-12", books::Pause{});
  happens("2026-10-20", books::Resume{});
  happens("2026-11-01", books::Move{.site = "home"});
  const auto found =
      bands_of(asset, *parse_month("2026-10"), [&](std::string_view name) -> Result<books::Site> {
        books::Site site{std::string(name), per_kwh("USD 0.10")};
        if (name != "oslo") return site;
        site.changes.push_back(
            {.effective = *parse_date("2026-10-03"), .tariff = per_kwh("USD 0.20")});
        site.changes.push_back(
            {.effective = *parse_date("2026-10-25"), .tariff = per_kwh("USD 0.30")});
        return site;
      });
  std::vector<std::string> texts;
  for (const auto& [interval, supply] : *found) {
    texts.push_back(format(date_of(interval.start)) + " " + supply.site + " " +
                    format(energy_rate(supply.power) * kKilowattHour) + " " +
                    std::to_string(supply.idle_watts.milli) + (supply.paused ? " paused" : ""));
  }
  EXPECT_THAT(texts,
              ElementsAre("2026-10-01 home USD 0.10 90000", "2026-10-05 oslo USD 0.20 90000",
                          "2026-10-10 oslo USD 0.20 40000", "2026-10-12 oslo USD 0.20 0 paused",
                          "2026-10-20 oslo USD 0.20 40000", "2026-10-25 oslo USD 0.30 40000"));
}

TEST(Bill, OfAMachineThatRests_ShowsItsChargeApart_AndMakesNoHourDearer) {
  ResourceMonth month = october();
  month.bands.push_back(month.bands[0]);
  month.bands[0].interval.end = month.bands[1].interval.start = october_at(hours(248));
  month.bands[1].supply.paused = true;
  month.bands[1].supply.idle_watts = {};
  const std::vector beats{beat("a", hours(10), hours(11), hours(1)),
                          beat("b", hours(300), hours(301), hours(1))};  // all the same
  const auto bill = cost::bill(month, beats, october_at(hours(744)));
  EXPECT_EQ(bill.idle.time, hours(247));
  EXPECT_EQ(bill.paused, hours(495));
  // USD 218.75 over 744 hours, as if it had not rested.
  EXPECT_EQ(format(bill.lines[0].cost[Kind::kDepreciation]), "USD 0.294018817");
  EXPECT_EQ(bill.lines[0].cost[Kind::kDepreciation], bill.lines[1].cost[Kind::kDepreciation]);
  EXPECT_EQ(format(bill.idle.cost[Kind::kEnergy]), "USD 3.3345");  // 247 h x 90 W x 0.15
  ASSERT_EQ(bill.unallocated.size(), 3U);
  EXPECT_EQ(title_of(bill.unallocated[0]), "paused");
  EXPECT_EQ(format(bill.unallocated[0].amount), "USD 145.539314516");  // 495 / 744 of it
  EXPECT_EQ(format(bill.total()[Kind::kDepreciation]), "USD 218.75");
}

// USD 0.15 until the eleventh, 0.30 from then on.
ResourceMonth dearer_october() {
  ResourceMonth month = october();
  Band dear = month.bands[0];
  month.bands[0].interval.end = dear.interval.start = october_at(hours(240));
  dear.supply.power.tariff = per_kwh("USD 0.24");
  month.bands.push_back(dear);
  return month;
}

TEST(Bill, OfAMonthWithTwoTariffs_PricesWhatWasDrawn_WhenItWasDrawn) {
  // Both run for an hour of 0.25 kWh; a month of idling is 21.6 - 0.09 and 45.36 - 0.09 kWh.
  const std::vector beats{beat("a", hours(10), hours(11), hours(1)),
                          beat("b", hours(300), hours(301), hours(1)),
                          beat("c", hours(239), hours(241), hours(2))};  // across the turn
  const auto bill = cost::bill(dearer_october(), beats, october_at(hours(744)));
  EXPECT_EQ(format(bill.lines[0].cost[Kind::kEnergy]), "USD 0.0375");
  EXPECT_EQ(format(bill.lines[1].cost[Kind::kEnergy]), "USD 0.075");
  EXPECT_EQ(format(bill.lines[2].cost[Kind::kEnergy]), "USD 0.1125");
  // 238 h x 90 W = 21.42 kWh at 0.15, 502 h x 90 W = 45.18 kWh at 0.30.
  EXPECT_EQ(format(bill.idle.cost[Kind::kEnergy]), "USD 16.767");
  // An hour costs the same capacity on either side.
  EXPECT_EQ(bill.lines[0].cost[Kind::kDepreciation], bill.lines[1].cost[Kind::kDepreciation]);
  EXPECT_EQ(format(*energy_cost(dearer_october(), beats)), "USD 16.99");
}

TEST(Bill, OfAClosedMonthWithTwoTariffs_SharesItsCents_AsTheJoulesWerePriced) {
  ResourceMonth month = dearer_october();
  month.closed = true;
  month.bands[0].supply.idle_watts = month.bands[1].supply.idle_watts = {};
  month.parts.energy.amount = money::Money(std::int64_t{900}, money::usd());
  const std::vector beats{beat("a", hours(10), hours(11), hours(1)),
                          beat("b", hours(300), hours(301), hours(1))};
  const auto bill = cost::bill(month, beats, october_at(hours(744)));
  EXPECT_EQ(format(bill.lines[0].cost[Kind::kEnergy]), "USD 3.00");
  EXPECT_EQ(format(bill.lines[1].cost[Kind::kEnergy]), "USD 6.00");
  // Where no joule has a price, whoever drew it carries what was posted.
  for (Band& band : month.bands) band.supply.power.tariff = per_kwh("USD 0");
  const auto unpriced = cost::bill(month, beats, october_at(hours(744)));
  EXPECT_EQ(format(unpriced.lines[0].cost[Kind::kEnergy]), "USD 4.50");
}

TEST(RateCard, OfADay_IsThatOfItsBand_AndOfADayOutside_TheNearest) {
  const ResourceMonth month = dearer_october();
  const auto energy_on = [&](std::string_view day) {
    return format(rate_card(month, *parse_date(day))->energy * kKilowattHour);
  };
  EXPECT_EQ(energy_on("2026-10-10"), "USD 0.15");
  EXPECT_EQ(energy_on("2026-10-11"), "USD 0.30");
  EXPECT_EQ(energy_on("2026-09-11"), "USD 0.15");
  EXPECT_EQ(energy_on("2026-12-11"), "USD 0.30");
  const auto cards = *rate_cards(month);
  ASSERT_EQ(cards.size(), 2U);
  EXPECT_EQ(cards[0].holds.end, october_at(hours(240)));
  EXPECT_EQ(cards[1].holds.start, october_at(hours(240)));
  EXPECT_EQ(cards[0].capacity, cards[1].capacity);
  EXPECT_THAT(cards[1].energy_formula, HasSubstr("USD 0.24/kWh at site 'home' x PUE 1.25"));
}

// --- the laws ------------------------------------------------------------------------------------

Fraction exact(const Cost& cost) { return Fraction(Whole(money::to_string(cost.billionths()))); }

Whole nearest(const Fraction& fraction) {
  const Fraction doubled = 2 * fraction + 1;
  return numerator(doubled) / (2 * denominator(doubled));
}

std::vector<meter::Usage> any_beats() {
  std::vector<meter::Usage> beats;
  const auto count = *rc::gen::inRange(0, 12);
  for (int i = 0; i < count; ++i) {
    const auto start = *rc::gen::inRange<std::int64_t>(-100'000, std::int64_t{744} * 3600);
    const auto length = *rc::gen::inRange<std::int64_t>(0, 500'000);
    const auto ns = *rc::gen::inRange<std::int64_t>(0, length * 1'000'000'000 + 1);
    beats.push_back(beat("run" + std::to_string(*rc::gen::inRange(0, 4)), seconds(start),
                         seconds(start + length), Nanoseconds{ns}, i));
  }
  return beats;
}

// Cuts October at any days; `changed`: and prices and power change there.
ResourceMonth any_cut(bool changed) {
  ResourceMonth month = october();
  for (int day = 1; day < 31; ++day) {
    if (*rc::gen::inRange(0, 6) != 0) continue;
    Band next = month.bands.back();
    month.bands.back().interval.end = next.interval.start = october_at(hours(24 * day));
    if (changed) {
      next.supply.power.tariff = money::Rate::per_energy(
          Cost(money::Int128{*rc::gen::inRange<std::int64_t>(0, 900'000'000)}, money::usd()),
          kKilowattHour);
      next.supply.idle_watts = Watts{*rc::gen::inRange<std::int64_t>(0, 250'000)};
      next.supply.paused = *rc::gen::inRange(0, 4) == 0;
      if (next.supply.paused) next.supply.idle_watts = {};
    }
    month.bands.push_back(next);
  }
  return month;
}

RC_GTEST_PROP(LawA, OfBands_EnergyIsTheSumOfTheirs_EachItsRateTimesItsJoules, ()) {
  const ResourceMonth month = any_cut(true);
  const auto beats = any_beats();
  const Instant as_of = october_at(seconds(*rc::gen::inRange<std::int64_t>(0, 744 * 3600 + 1)));
  const auto bill = cost::bill(month, beats, as_of);
  Fraction due = 0;
  Fraction joules = 0;
  for (const Band& band : month.bands) {
    const Interval part = intersect(band.interval, bill.elapsed);
    if (part.length() <= Nanoseconds{0}) continue;
    Nanoseconds idle = part.length();
    Fraction drawn = 0;
    for (const Share& share : allot(beats, part)) {
      idle -= share.device_time;
      drawn += share.energy.micro;
    }
    drawn += (band.supply.idle_watts * idle).micro;
    joules += drawn;
    const Fraction per_kwh = exact(band.supply.power.tariff * kKilowattHour) * 5 / 4;
    due += Fraction(nearest(drawn * per_kwh / kKilowattHour.micro));
  }
  RC_ASSERT(exact(bill.total()[Kind::kEnergy]) == due);
  Fraction on_lines = bill.idle.energy.micro;
  Nanoseconds time = bill.idle.time + bill.paused;
  for (const Line& line : bill.lines) {
    on_lines += line.energy.micro;
    time += line.device_time;
  }
  RC_ASSERT(on_lines == joules);
  RC_ASSERT(time == bill.elapsed.length());
  RC_ASSERT(price_of_energy(bill, month) == bill.total()[Kind::kEnergy]);
  for (const Kind kind : kCapacityKinds) {
    const money::Rate rate = money::Rate::per_time(Cost(month.parts.part(kind).amount), hours(744));
    RC_ASSERT(bill.total()[kind] == rate * bill.elapsed.length());
    for (const Line& line : bill.lines) {  // rest or not, an hour of it costs the same
      const Fraction share =
          exact(bill.total()[kind]) * line.device_time.count() / bill.elapsed.length().count();
      RC_ASSERT(abs(exact(line.cost[kind]) - share) < 1);
    }
  }
}

RC_GTEST_PROP(LawB, OfBands_EveryCentPosted_IsOnExactlyOneLine, ()) {
  ResourceMonth month = any_cut(true);
  month.closed = true;
  month.parts.energy.amount =
      money::Money(*rc::gen::inRange<std::int64_t>(0, 5'000'000), money::usd());
  const auto bill = cost::bill(month, any_beats(), october_at(hours(744)));
  for (const Kind kind : books::kKinds) {
    RC_ASSERT(bill.total()[kind] == Cost(month.parts.part(kind).amount));
  }
}

RC_GTEST_PROP(Bands, CutAnywhere_WhereNothingChanges_SumToTheSame, ()) {
  const auto beats = any_beats();
  const ResourceMonth month = any_cut(false);
  const auto whole = cost::bill(october(), beats, october_at(hours(744)));
  const auto cut = cost::bill(month, beats, october_at(hours(744)));
  // Each band rounds its joules and its price once, and a shared nanosecond goes one way or the
  // other.
  const auto slack = static_cast<std::int64_t>(month.bands.size() * (beats.size() + 2));
  RC_ASSERT(abs(exact(whole.total()[Kind::kEnergy]) - exact(cut.total()[Kind::kEnergy])) <= slack);
  for (const Kind kind : kCapacityKinds) RC_ASSERT(whole.total()[kind] == cut.total()[kind]);
  RC_ASSERT(whole.lines.size() == cut.lines.size());
  for (std::size_t i = 0; i < whole.lines.size(); ++i) {
    RC_ASSERT(whole.lines[i].run_id == cut.lines[i].run_id);
    RC_ASSERT(whole.lines[i].work == cut.lines[i].work);
    RC_ASSERT(abs((whole.lines[i].device_time - cut.lines[i].device_time).count()) <= slack);
  }
}

}  // namespace
}  // namespace purser::cost
