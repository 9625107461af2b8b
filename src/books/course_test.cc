// Events on a running asset, against the worked examples of the reference sheet and by laws.
#include "books/course.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace purser::books {
namespace {

using money::Money;

Money usd(std::int64_t whole) { return {whole * 100, money::usd()}; }
Date date(std::string_view text) { return *parse_date(text); }

// USD 36,000, salvage 3,000, 4 years from 2024: after two of them 16,500 are accumulated.
Terms terms(std::string_view method = "straight-line") {
  return {usd(36'000),           usd(3'000),
          *parse_life("4y"),     date("2024-01-01"),
          *parse_method(method), Convention::kFullMonth};
}
Event event(std::string_view on, Happening what) {
  return {.asset = "server", .on = date(on), .effective = date(on), .what = std::move(what)};
}
Course course(const Terms& terms, std::vector<Event> events) {
  auto made = Course::of(terms, events);
  if (!made) throw std::runtime_error(made.error().message());
  return *std::move(made);
}
std::vector<std::string> years(const Course& course) {
  std::vector<std::string> charges;
  const Schedule schedule = *course.schedule(PeriodLength::kYear);
  for (const Charge& charge : schedule.charges) {
    charges.push_back(format(charge.amount));
  }
  return charges;
}
using Years = std::vector<std::string>;

TEST(Course, OfAChangedEstimate_SpreadsWhatIsLeftOverWhatIsLeft) {
  const Course changed = course(
      terms(), {event("2026-01-01", Estimate{.life = *parse_life("5y"), .salvage = usd(1'500)})});
  EXPECT_EQ(years(changed), (Years{"USD 8,250.00", "USD 8,250.00", "USD 6,000.00", "USD 6,000.00",
                                   "USD 6,000.00"}));
}

TEST(Course, OfAnImprovement_AddsItToTheRemainingBase) {
  const Course improved = course(terms(), {event("2026-01-01", Improvement{usd(6'000)})});
  EXPECT_EQ(years(improved),
            (Years{"USD 8,250.00", "USD 8,250.00", "USD 11,250.00", "USD 11,250.00"}));
  EXPECT_EQ(improved.cost(date("2025-12-31")), usd(36'000));
  EXPECT_EQ(improved.cost(date("2026-01-01")), usd(42'000));
  EXPECT_EQ(*improved.book_value(date("2028-01-01")), usd(3'000));
}

// 36,000 at 50%: 18,000, 9,000. 6,000 on 1 July 2025 add 6,000 x 50% x half a year = 1,500; what is
// left, 36,000 + 6,000 - 18,000 - 10,500 = 13,500, goes on by halves: 6,750, and the rest to 3,000.
TEST(Course, OfDecliningBalance_GoesOnFromTheOpeningAmountOfTheYear) {
  const Course improved =
      course(terms("declining-balance:2"), {event("2025-07-01", Improvement{usd(6'000)})});
  EXPECT_EQ(years(improved),
            (Years{"USD 18,000.00", "USD 10,500.00", "USD 6,750.00", "USD 3,750.00"}));
}

TEST(Course, OfSumOfYears_TakesTheRemainingDigitsOfTheNewLife) {
  // 13,200 + 9,900 are charged; 12,900 - 3,000 = 9,900 by the digits 3, 2, 1.
  const Course changed =
      course(terms("sum-of-years"), {event("2026-01-01", Estimate{.life = *parse_life("5y")})});
  EXPECT_EQ(years(changed), (Years{"USD 13,200.00", "USD 9,900.00", "USD 4,950.00", "USD 3,300.00",
                                   "USD 1,650.00"}));
}

TEST(Course, OfAnEventInsideAMonth_ChargesItInTwoParts) {
  Terms daily = terms();
  daily.convention = Convention::kDaily;
  // June 2026 has 30 days: 15 of 33,000 / 1461 a day; from the 16th on 6,000 more over 564 days.
  const Course improved = course(daily, {event("2026-06-16", Improvement{usd(6'000)})});
  const auto charge = [&](const Course& one, std::string_view from, std::string_view to) {
    return one.accumulated(date(to))->minor() - one.accumulated(date(from))->minor();
  };
  const Course plain = course(daily, {});
  EXPECT_EQ(charge(improved, "2026-01-01", "2026-06-16"),
            charge(plain, "2026-01-01", "2026-06-16"));
  EXPECT_EQ(charge(improved, "2026-06-16", "2026-07-01"),
            charge(plain, "2026-06-16", "2026-07-01") + 159'57);  // 6,000 x 15 / 564
}

// 4,800 over 48 months are 100 a month: 550 by 16 June. 425 more leave 4,675 for 42.5 months, 110 a
// month. Disposed of on the 21st, the month is whole: 50 and 55, however its days are counted.
TEST(Course, DisposedOfInTheMonthOfAnotherEvent_ChargesWhatTheConventionSays) {
  Terms fifteenth = terms();
  fifteenth.cost = usd(4'800);
  fifteenth.salvage = usd(0);
  fifteenth.in_service = date("2026-01-01");
  fifteenth.convention = Convention::kFifteenth;
  const Course sold = course(fifteenth, {event("2026-06-16", Improvement{usd(425)}),
                                         event("2026-06-21", Disposal{usd(0)})});
  EXPECT_EQ(format(*sold.accumulated(date("2026-06-01"))), "USD 500.00");
  EXPECT_EQ(format(*sold.accumulated(date("2026-06-16"))), "USD 550.00");
  EXPECT_EQ(format(*sold.accumulated(date("2026-06-21"))), "USD 605.00");
  EXPECT_EQ(format(*sold.accumulated(date("2026-07-01"))), "USD 605.00");
  // Under full months, that of disposal has no charge: what was charged of it is taken back.
  fifteenth.convention = Convention::kFullMonth;
  const Course whole = course(fifteenth, {event("2026-06-16", Improvement{usd(425)}),
                                          event("2026-06-21", Disposal{usd(0)})});
  EXPECT_EQ(format(*whole.accumulated(date("2026-06-16"))), "USD 550.00");
  EXPECT_EQ(format(*whole.accumulated(date("2026-07-01"))), "USD 500.00");
}

TEST(Course, OfMacrs_TreatsAnImprovementAsPropertyOfItsOwn) {
  Terms macrs = terms("macrs:5:half-year");
  macrs.convention = Convention::kHalfYear;
  const Course improved = course(macrs, {event("2025-03-01", Improvement{usd(10'000)})});
  // 36,000 by 20, 32, 19.2 ...; 10,000 by the same a year later.
  EXPECT_EQ(years(improved), (Years{"USD 7,200.00", "USD 13,520.00", "USD 10,112.00",
                                    "USD 6,067.20", "USD 5,299.20", "USD 3,225.60", "USD 576.00"}));
}

TEST(Course, OfMacrsSoldInTheThirdYear_DeductsHalfOfThatYear) {
  Terms macrs = terms("macrs:5:half-year");
  macrs.convention = Convention::kHalfYear;
  const Course sold = course(macrs, {event("2026-10-05", Disposal{usd(0)})});
  EXPECT_EQ(years(sold), (Years{"USD 7,200.00", "USD 11,520.00", "USD 3,456.00"}));
  // The months before were charged as if it stayed: 6,912 / 12 each.
  EXPECT_EQ(format(*sold.accumulated(date("2026-10-01"))), "USD 23,904.00");
  EXPECT_EQ(format(*sold.accumulated(date("2026-11-01"))), "USD 22,176.00");
  EXPECT_EQ(*sold.book_value(date("2026-10-05")), usd(0));
}

std::string refusal(const Terms& terms, const std::vector<Event>& events) {
  const auto made = Course::of(terms, events);
  return made ? std::string("taken") : made.error().message();
}

TEST(Course, RefusesWhatCannotHappen) {
  EXPECT_NE(
      refusal(terms(), {event("2023-12-31", Disposal{usd(0)})}).find("before it was in service"),
      std::string::npos);
  EXPECT_NE(refusal(terms(), {event("2025-01-01", Disposal{usd(0)}),
                              event("2025-01-02", Improvement{usd(1)})})
                .find("disposed of on 2025-01-01"),
            std::string::npos);
  EXPECT_NE(refusal(terms(), {event("2028-01-01", Improvement{usd(1)})}).find("life is over"),
            std::string::npos);
  EXPECT_NE(refusal(terms(), {event("2026-01-01", Estimate{.life = *parse_life("2y")})})
                .find("would be over"),
            std::string::npos);
  EXPECT_NE(
      refusal(terms("macrs:5"), {event("2026-01-01", Estimate{.salvage = usd(1)})}).find("not"),
      std::string::npos);
}

TEST(Course, OfATableWhosePercentsAreOver_LeavesNothingThatNeverWearsOff) {
  const Terms over = [] {
    Terms terms_of_table = terms("straight-line");
    terms_of_table.life = *parse_life("3y");
    terms_of_table.method = *parse_method("table:50/50/0");
    return terms_of_table;
  }();
  const std::string third_year = format(add_months(over.in_service, 25));
  EXPECT_NE(refusal(over, {event(third_year, Improvement{.cost = usd(500)})}).find("is over"),
            std::string::npos);
  EXPECT_NE(refusal(over, {event(third_year, Estimate{.salvage = usd(0)})}).find("percents"),
            std::string::npos);
  Terms late = over;
  late.method = *parse_method("table:50/0/50");
  EXPECT_NE(refusal(late, {event(third_year, Estimate{.method = *parse_method("table:50/50/0")})})
                .find("percents"),
            std::string::npos);
}

// --- laws ----------------------------------------------------------------------------------------

// --- impairment and revaluation ------------------------------------------------------------------

Event numbered(std::int64_t id, std::string_view on, Happening what) {
  Event numbered = event(on, std::move(what));
  numbered.id = id;
  return numbered;
}

TEST(Course, OfAnImpairment_SpreadsWhatItWillStillBringOverWhatIsLeft) {
  const Course impaired = course(terms(), {numbered(1, "2026-01-01", Impairment{usd(14'000)})});
  EXPECT_EQ(years(impaired),
            (Years{"USD 8,250.00", "USD 8,250.00", "USD 5,500.00", "USD 5,500.00"}));
  EXPECT_EQ(impaired.measured(1)->to_profit, -5'500'00);
  EXPECT_EQ(impaired.balances(date("2026-01-01")).impaired, 5'500'00);
  EXPECT_EQ(*impaired.book_value(date("2026-01-01")), usd(14'000));
  EXPECT_EQ(impaired.cost(date("2026-01-01")), usd(36'000));
}

// The reference sheet: after one more year it would be carried at 11,250 had it not been impaired.
TEST(Course, OfAReversal_StopsWhereItWouldBeHadItNeverBeenImpaired) {
  const Course back = course(terms(), {numbered(1, "2026-01-01", Impairment{usd(14'000)}),
                                       numbered(2, "2027-01-01", Impairment{usd(20'000)})});
  EXPECT_EQ(back.measured(2)->carried_before, 8'500'00);
  EXPECT_EQ(back.measured(2)->carried_after, 11'250'00);
  EXPECT_EQ(back.measured(2)->to_profit, 2'750'00);
  EXPECT_EQ(back.measured(2)->to_surplus, 0);
  EXPECT_EQ(years(back), (Years{"USD 8,250.00", "USD 8,250.00", "USD 5,500.00", "USD 8,250.00"}));
}

TEST(Course, OfARevaluation_CountsDownFromTheFairValue) {
  const Course up = course(terms(), {numbered(1, "2026-01-01", Revaluation{usd(24'000)})});
  EXPECT_EQ(years(up), (Years{"USD 8,250.00", "USD 8,250.00", "USD 10,500.00", "USD 10,500.00"}));
  EXPECT_EQ(up.measured(1)->to_surplus, 4'500'00);
  EXPECT_EQ(up.measured(1)->to_profit, 0);
  EXPECT_EQ(up.cost(date("2026-01-01")), usd(24'000));
  EXPECT_EQ(*up.book_value(date("2026-01-01")), usd(24'000));
  EXPECT_EQ(*up.book_value(date("2028-01-01")), usd(3'000));
}

// 24,000 with 4,500 of surplus; a year later 13,500 become 8,000: the surplus goes first, 1,000 are
// a loss. Half of what is left to charge later, half of that loss has worn off: of 1,500 gained 500
// make it good.
TEST(Course, OfARevaluationDown_TakesTheSurplusFirst_AndUpMakesTheLossGoodFirst) {
  const Course course_of = course(terms(), {numbered(1, "2026-01-01", Revaluation{usd(24'000)}),
                                            numbered(2, "2027-01-01", Revaluation{usd(8'000)}),
                                            numbered(3, "2027-07-01", Revaluation{usd(7'000)})});
  EXPECT_EQ(course_of.measured(2)->carried_before, 13'500'00);
  EXPECT_EQ(course_of.measured(2)->to_surplus, -4'500'00);
  EXPECT_EQ(course_of.measured(2)->to_profit, -1'000'00);
  EXPECT_EQ(course_of.measured(3)->carried_before, 5'500'00);
  EXPECT_EQ(course_of.measured(3)->to_profit, 500'00);
  EXPECT_EQ(course_of.measured(3)->to_surplus, 1'000'00);
  EXPECT_EQ(course_of.balances(date("2027-07-01")).surplus, 1'000'00);
  EXPECT_EQ(years(course_of),
            (Years{"USD 8,250.00", "USD 8,250.00", "USD 10,500.00", "USD 6,500.00"}));
}

TEST(Course, OfARevaluedAssetImpaired_TakesTheSurplusFirst) {
  const Course low = course(terms(), {numbered(1, "2026-01-01", Revaluation{usd(24'000)}),
                                      numbered(2, "2027-01-01", Impairment{usd(8'000)})});
  EXPECT_EQ(low.measured(2)->to_surplus, -4'500'00);
  EXPECT_EQ(low.measured(2)->to_profit, -1'000'00);
  EXPECT_EQ(low.balances(date("2027-01-01")).impaired, 5'500'00);
  EXPECT_EQ(low.cost(date("2027-01-01")), usd(24'000));
}

// 36,000 at 50%: 18,000; 4,500 in half a year; 13,500 become 6,750, so the opening amount of the
// year counts as half of itself: 9,000 x 50% x 1/2 = 2,250; then 4,500 go down to 3,000.
TEST(Course, OfDecliningBalanceImpaired_GoesOnInProportion) {
  const Course low =
      course(terms("declining-balance:2"), {numbered(1, "2025-07-01", Impairment{usd(6'750)})});
  EXPECT_EQ(years(low), (Years{"USD 18,000.00", "USD 6,750.00", "USD 1,500.00", "USD 0.00"}));
}

TEST(Course, BelowItsSalvage_NothingWearsOff) {
  const Course low = course(terms(), {numbered(1, "2026-01-01", Impairment{usd(1'000)})});
  EXPECT_EQ(years(low), (Years{"USD 8,250.00", "USD 8,250.00", "USD 0.00", "USD 0.00"}));
  EXPECT_EQ(*low.book_value(date("2029-01-01")), usd(1'000));
}

TEST(Course, RefusesMeasuresThatMoveNothing_OrThatNothingCouldWearOff) {
  const auto refusal = [](const std::vector<Event>& events) {
    const auto made = Course::of(terms(), events);
    return made ? std::string("none") : made.error().message();
  };
  EXPECT_NE(refusal({event("2026-01-01", Impairment{usd(19'500)})}).find("nothing is lost"),
            std::string::npos);
  EXPECT_NE(refusal({event("2026-01-01", Impairment{usd(19'501)})}).find("was never impaired"),
            std::string::npos);
  EXPECT_NE(refusal({event("2028-01-01", Revaluation{usd(5'000)})}).find("its life is over"),
            std::string::npos);
  EXPECT_EQ(refusal({event("2028-01-01", Revaluation{usd(1'000)})}), "none");
}

struct Drawn {
  Terms terms;
  Date on;
};
Drawn draw() {
  static const std::vector<std::string> methods{"straight-line",
                                                "sum-of-years",
                                                "declining-balance:2",
                                                "declining-balance:1.5:switch",
                                                "declining-balance:2:switch:per-period",
                                                "table"};
  static const std::vector<Convention> conventions{
      Convention::kDaily,          Convention::kFullMonth, Convention::kHalfMonth,
      Convention::kFollowingMonth, Convention::kHalfYear,  Convention::kMidQuarter};
  const std::string method = *rc::gen::elementOf(methods);
  Terms drawn = terms(method == "table" ? "straight-line" : method);
  drawn.convention = *rc::gen::elementOf(conventions);
  drawn.cost = Money(*rc::gen::inRange<std::int64_t>(1, 100'000'000), money::usd());
  drawn.salvage = Money(*rc::gen::inRange<std::int64_t>(0, drawn.cost.minor()), money::usd());
  drawn.life = {*rc::gen::inRange(3, 80), Life::Unit::kMonths};
  if (method == "table") {
    YearsTable table{
        std::vector<std::int32_t>(static_cast<std::size_t>((drawn.life.count + 11) / 12))};
    std::int32_t left = 10'000;
    for (std::int32_t& points : table.basis_points) {
      points = left * 4 / 10;
      left -= points;
    }
    table.basis_points.back() += left;
    drawn.method = table;
  }
  drawn.in_service += std::chrono::days{*rc::gen::inRange(0, 400)};
  const auto days = charged_days(drawn);
  const Date on = days.start + std::chrono::days{*rc::gen::inRange<std::int64_t>(0, days.days())};
  return {drawn, std::max(on, drawn.in_service)};
}

RC_GTEST_PROP(CourseLaws, AnEstimateThatChangesNothing_ChangesNoChargeByMoreThanACent, ()) {
  const Drawn drawn = draw();
  const Course plain = course(drawn.terms, {});
  const Course same = course(drawn.terms, {{.asset = "x",
                                            .on = drawn.on,
                                            .effective = drawn.on,
                                            .what = Estimate{.salvage = drawn.terms.salvage}}});
  for (int month = 0; month < 90; ++month) {
    const Date day = add_months(drawn.terms.in_service, month);
    const std::int64_t off = same.accumulated(day)->minor() - plain.accumulated(day)->minor();
    RC_ASSERT(off >= -1 && off <= 1);
    if (day <= drawn.on) RC_ASSERT(off == 0);
  }
}

RC_GTEST_PROP(CourseLaws, WhateverHappens_AllThatWasCapitalisedLessSalvageIsCharged, ()) {
  const Drawn drawn = draw();
  const Money more(*rc::gen::inRange<std::int64_t>(1, 10'000'000), money::usd());
  const Money salvage(*rc::gen::inRange<std::int64_t>(0, drawn.terms.salvage.minor() + 1),
                      money::usd());
  const Life life{drawn.terms.life.count + *rc::gen::inRange(0, 40), Life::Unit::kMonths};
  const std::vector<Event> events{
      {.asset = "x",
       .on = drawn.on,
       .effective = drawn.on,
       .what = Estimate{.life = life, .salvage = salvage}},
      {.asset = "x", .on = drawn.on, .effective = drawn.on, .what = Improvement{more}}};
  const auto made = Course::of(drawn.terms, events);
  if (!made) RC_DISCARD("the life is over");
  const Date late = add_months(drawn.terms.in_service, 160);
  RC_ASSERT(made->accumulated(late)->minor() ==
            drawn.terms.cost.minor() + more.minor() - salvage.minor());
  std::int64_t before = 0;
  for (Date day = drawn.terms.in_service; day < late; day += std::chrono::days{17}) {
    const std::int64_t now = made->accumulated(day)->minor();
    RC_ASSERT(now >= before);
    if (day <= drawn.on) RC_ASSERT(now == accumulated(drawn.terms, day)->minor());
    before = now;
  }
}

Event measured_to(std::int64_t id, Date on, std::int64_t minor, bool impaired) {
  const Money amount(minor, money::usd());
  return {.id = id,
          .asset = "x",
          .on = on,
          .effective = on,
          .what = impaired ? Happening(Impairment{amount}) : Happening(Revaluation{amount})};
}

RC_GTEST_PROP(CourseLaws, MeasuredAnew_ThePastStays_AndAllThatIsCarriedAboveSalvageWearsOff, ()) {
  const Drawn drawn = draw();
  const auto to = *rc::gen::inRange<std::int64_t>(0, 2 * drawn.terms.cost.minor());
  const Event anew = measured_to(1, drawn.on, to, *rc::gen::arbitrary<bool>());
  const auto made = Course::of(drawn.terms, std::vector<Event>{anew});
  if (!made) RC_DISCARD("refused");
  RC_ASSERT(made->book_value(drawn.on)->minor() == to);
  const Measured& moved = *made->measured(1);
  RC_ASSERT(moved.carried_after - moved.carried_before == moved.to_profit + moved.to_surplus);
  const Date late = add_months(drawn.terms.in_service, 160);
  RC_ASSERT(made->book_value(late)->minor() == std::min(to, drawn.terms.salvage.minor()));
  std::int64_t before = 0;
  for (Date day = drawn.terms.in_service; day < late; day += std::chrono::days{17}) {
    const std::int64_t now = made->accumulated(day)->minor();
    RC_ASSERT(now >= before);
    if (day <= drawn.on) RC_ASSERT(now == accumulated(drawn.terms, day)->minor());
    before = now;
  }
}

RC_GTEST_PROP(CourseLaws, RevaluedToWhatItIsCarriedAt_ChangesNoChargeByMoreThanACent, ()) {
  const Drawn drawn = draw();
  const Course plain = course(drawn.terms, {});
  const Course same =
      course(drawn.terms, {measured_to(1, drawn.on, plain.book_value(drawn.on)->minor(), false)});
  for (int month = 0; month < 90; ++month) {
    const Date day = add_months(drawn.terms.in_service, month);
    const std::int64_t off = same.accumulated(day)->minor() - plain.accumulated(day)->minor();
    RC_ASSERT(off >= -1 && off <= 1);
  }
}

RC_GTEST_PROP(CourseLaws, AnImpairmentTakenBack_LeavesNoMoreThanIfItHadNeverBeen, ()) {
  const Drawn drawn = draw();
  const Course plain = course(drawn.terms, {});
  const std::int64_t carried = plain.book_value(drawn.on)->minor();
  const auto to = *rc::gen::inRange<std::int64_t>(0, carried + 1);
  const Date later = drawn.on + std::chrono::days{*rc::gen::inRange(1, 400)};
  const auto back =
      Course::of(drawn.terms, std::vector<Event>{measured_to(1, drawn.on, to, true),
                                                 measured_to(2, later, 3 * carried, true)});
  if (!back) RC_DISCARD("nothing to take back");
  const std::int64_t unimpaired = plain.book_value(later)->minor();
  RC_ASSERT(back->book_value(later)->minor() <= unimpaired);
  const bool linear = std::holds_alternative<StraightLine>(drawn.terms.method) ||
                      std::holds_alternative<SumOfYears>(drawn.terms.method);
  if (linear) RC_ASSERT(back->book_value(later)->minor() == unimpaired);
  RC_ASSERT(back->measured(2)->to_surplus == 0);
  RC_ASSERT(back->balances(later).impaired >= 0);
}

}  // namespace
}  // namespace purser::books
