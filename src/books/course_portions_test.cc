// Laws of what passes between assets and books: nothing is lost, and nothing is charged twice.
#include <cstdlib>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "books/course.h"
#include "books/portions.h"
#include "books/schedule.h"
#include "books/takeover.h"
#include "books/terms_gen.h"

namespace purser::books {
namespace {

using money::Money;
using money::parse_money;

// Amounts that a company may own, and methods that books post.
Terms lasting_terms() {
  Terms terms = *any_terms(std::nullopt);
  terms.disposed.reset();
  terms.cost = Money(terms.cost.minor() % 1'000'000'000'000, terms.cost.currency());
  terms.salvage = Money(std::min(terms.salvage.minor(), terms.cost.minor() / 2), money::usd());
  return terms;
}

Date day_within(const Terms& terms) {
  const Period life = charged_days(terms);
  return life.start + std::chrono::days{*rc::gen::inRange<std::int64_t>(
                          0, std::max<std::int64_t>(life.days(), 1))};
}

Event event_on(Date day, Happening what) {
  return {
      .id = 1, .asset = "it", .on = day, .effective = day, .what = std::move(what), .recorded = {}};
}

Course course_of(const Terms& terms, std::vector<Event> events) {
  for (std::size_t i = 0; i < events.size(); ++i) events[i].id = static_cast<std::int64_t>(i) + 1;
  return *Course::of(terms, events);
}

// Charged by the end of its life, whatever came with it.
std::int64_t charged(const Course& course, Date date) { return course.accumulated(date)->minor(); }

constexpr std::chrono::days kDay{1};

// What is written off may differ by a cent of use alone: its readings of before are other books'.
std::int64_t cents_off(const Terms& terms) {
  return std::holds_alternative<UnitsOfProduction>(terms.method) ? 1 : 0;
}

// Taken over at what its terms charge by that day; what happens then happens to both.
struct TakenOver {
  Course whole;
  Course course;
  std::int64_t before;
};
TakenOver taken_over(const Terms& terms, Date on, const std::vector<Event>& then) {
  const Money before = *course_of(terms, {}).accumulated(on);
  const auto portion = portion_of(terms, Book::kFinancial, Takeover{on, before});
  RC_PRE(portion.has_value());  // else its life is over
  std::vector<Event> all{event_on(on, Opening{{*portion}})};
  all.insert(all.end(), then.begin(), then.end());
  for (std::size_t i = 0; i < all.size(); ++i) all[i].id = static_cast<std::int64_t>(i) + 1;
  auto course = Course::of(terms, all);
  auto whole = Course::of(terms, std::span(all).subspan(1));
  RC_PRE(course.has_value() && whole.has_value());  // else it cannot happen
  return {*std::move(whole), *std::move(course), before.minor()};
}

RC_GTEST_PROP(Takeover, GoesOnAsIfItHadBeenHereAllAlong, ()) {
  const Terms terms = lasting_terms();
  const Date on = day_within(terms);
  RC_PRE(!std::holds_alternative<Macrs>(terms.method) || on > terms.in_service);
  std::vector<Event> then;
  if (*rc::gen::arbitrary<bool>()) {
    const Date day = on + std::chrono::days{*rc::gen::inRange(1, 900)};
    const Money amount(*rc::gen::inRange<std::int64_t>(1, 1'000'000), terms.cost.currency());
    const int what = *rc::gen::inRange(0, 3);
    then.push_back(event_on(day, what == 0   ? Happening(Improvement{amount})
                                 : what == 1 ? Happening(Impairment{amount})
                                             : Happening(Revaluation{amount})));
  }
  const TakenOver both = taken_over(terms, on, then);
  RC_ASSERT(charged(both.course, on) == 0);
  const Period life = charged_days(terms);
  for (int i = 0; i < 20; ++i) {
    const Date day = on + std::chrono::days{*rc::gen::inRange<std::int64_t>(
                              0, std::max<std::int64_t>((life.end - on).count() + 40, 1))};
    const std::int64_t off = both.before + charged(both.course, day) - charged(both.whole, day);
    RC_ASSERT(std::abs(off) <= cents_off(terms));
  }
  const Date end = life.end + kDay;
  RC_ASSERT(both.before + charged(both.course, end) == charged(both.whole, end));
}

// Conventions take back what they do not grant to what goes: in a first period all of it.
RC_GTEST_PROP(Takeover, LeavesAsIfItHadBeenHereAllAlong, ()) {
  const Terms terms = lasting_terms();
  const Date on = day_within(terms);
  RC_PRE(!std::holds_alternative<Macrs>(terms.method) || on > terms.in_service);
  const Date gone = on + std::chrono::days{*rc::gen::inRange(0, 500)};
  const TakenOver both =
      taken_over(terms, on, {event_on(gone, Disposal{Money::zero(terms.cost.currency())})});
  const Date end = period_of(month_of(gone)).end;
  const std::int64_t off = both.before + charged(both.course, end) - charged(both.whole, end);
  RC_ASSERT(std::abs(off) <= cents_off(terms));
}

TEST(Takeover, InTheFirstYear_OfWhatGoesInIt_IsNotCharged) {
  Terms terms{*parse_money("USD 36000"), *parse_money("USD 0"), *parse_life("4y"),
              *parse_date("2026-02-10"), StraightLine{},        Convention::kFullYear};
  const Date on = *parse_date("2026-06-01");
  const auto after = [&](Money given, std::string_view gone) {
    const Portion portion = *portion_of(terms, Book::kFinancial, Takeover{on, given});
    const Date day = *parse_date(gone);
    const Course course =
        course_of(terms, {event_on(on, Opening{{portion}}), event_on(day, Disposal{given})});
    return given.minor() + charged(course, period_of(month_of(day)).end);
  };
  const Money by_terms = *course_of(terms, {}).accumulated(on);
  ASSERT_GT(by_terms.minor(), 0);
  EXPECT_EQ(after(by_terms, "2026-09-20"), 0);
  EXPECT_EQ(after(*parse_money("USD 1000"), "2026-09-20"), 0);  // another amount than its terms
  EXPECT_EQ(after(by_terms, "2027-09-20"), 9'000'00);           // all of its first year
}

// A line of a register has the columns of a takeover, and its words are those of the terms.
RC_GTEST_PROP(Takeover, HoldsAllThatAPortionHolds, ()) {
  const Terms terms = lasting_terms();
  RC_PRE(!std::holds_alternative<Macrs>(terms.method));
  const money::Currency currency = terms.cost.currency();
  std::vector<Event> events;
  Date day = terms.in_service;
  for (int i = 0; i < 3; ++i) {
    day += std::chrono::days{*rc::gen::inRange(0, 500)};
    const Money amount(*rc::gen::inRange<std::int64_t>(1, terms.cost.minor() + 2), currency);
    const int what = *rc::gen::inRange(0, 3);
    events.push_back(event_on(day, what == 0   ? Happening(Improvement{amount})
                                   : what == 1 ? Happening(Impairment{amount})
                                               : Happening(Revaluation{amount})));
    events.back().id = i + 1;
  }
  const Date on = day + std::chrono::days{*rc::gen::inRange(0, 500)};
  const auto course = Course::of(terms, events);
  RC_PRE(course.has_value());
  Portion held = course->holdings(on)->front();
  held.ahead.reset();  // what is taken back if it goes in that month or year: no line says it
  Terms its = course->terms(on);
  its.cost = Money(held.cost, currency);
  RC_PRE(its.salvage.minor() <= held.cost);
  Takeover takeover{on, Money(held.accumulated, currency)};
  if (held.impaired != 0) takeover.impaired = Money(held.impaired, currency);
  if (held.impaired != 0) takeover.unimpaired = Money(held.unimpaired, currency);
  if (held.revalued) takeover.surplus = Money(held.surplus, currency);
  takeover.lost = Money(held.lost, currency);
  if (!held.year_base.empty()) {
    const auto opening = parse_year_opening(format(YearOpening{currency, held.year_base}));
    RC_ASSERT(opening.has_value());
    takeover.year_opening = *opening;
  }
  const auto portion = portion_of(its, Book::kFinancial, takeover);
  // By then nothing wears off any more, and the books refuse to begin with it.
  if (!portion) {
    RC_PRE(portion.error().message().find("its life is over") == std::string::npos);
    RC_FAIL(portion.error().message());
  }
  Portion its_own = *portion;
  its_own.ahead.reset();
  its_own.goes_on = false;  // what was measured goes by what it is carried at
  RC_ASSERT(its_own == held);
}

RC_GTEST_PROP(Split, LosesNothing_OnAnyDay, ()) {
  const Terms terms = lasting_terms();
  const Date on = day_within(terms);
  const Course whole = course_of(terms, {});
  const std::int64_t parts = *rc::gen::inRange(2, 9);
  const std::int64_t share = *rc::gen::inRange<std::int64_t>(1, parts);
  const std::vector<Portion> all = *whole.holdings(on);
  const std::vector<Portion> shares = share_of(all, share, parts);
  Terms of_part = terms;
  of_part.cost = Money(shares.front().cost, terms.cost.currency());
  of_part.salvage = Money(shares.front().salvage, terms.cost.currency());
  RC_PRE(of_part.salvage.minor() <= of_part.cost.minor());
  const Course rest = course_of(terms, {event_on(on, Split{"part", shares})});
  const Course part = course_of(of_part, {event_on(on, Opening{shares, "it"})});
  const Period life = charged_days(terms);
  for (int i = 0; i < 20; ++i) {
    const Date day = on + std::chrono::days{*rc::gen::inRange<std::int64_t>(
                              0, std::max<std::int64_t>((life.end - on).count() + 40, 1))};
    const std::int64_t off = charged(rest, day) + charged(part, day) - charged(whole, day);
    RC_ASSERT(off >= -2);
    RC_ASSERT(off <= 2);
    RC_ASSERT(rest.cost(day).minor() + part.cost(day).minor() == whole.cost(day).minor());
  }
  const Date end = life.end + kDay;
  RC_ASSERT(charged(rest, end) + charged(part, end) == charged(whole, end));
}

RC_GTEST_PROP(Merge, AfterASplit_IsTheAssetThatWas, ()) {
  const Terms terms = lasting_terms();
  const Date on = day_within(terms);
  const Date back = on + std::chrono::days{*rc::gen::inRange(0, 400)};
  const Course whole = course_of(terms, {});
  const Period life = charged_days(terms);
  RC_PRE(back < life.end);
  const std::vector<Portion> shares = share_of(*whole.holdings(on), 1, *rc::gen::inRange(2, 9));
  Terms of_part = terms;
  of_part.cost = Money(shares.front().cost, terms.cost.currency());
  of_part.salvage = Money(shares.front().salvage, terms.cost.currency());
  RC_PRE(of_part.salvage.minor() <= of_part.cost.minor());
  const Event came = event_on(on, Opening{shares, "it"});
  const std::vector<Portion> held = *course_of(of_part, {came}).holdings(back);
  const Course part = course_of(of_part, {came, event_on(back, Merged{"it", held})});
  const Course both =
      course_of(terms, {event_on(on, Split{"part", shares}), event_on(back, Merge{"part", held})});
  const Date end = life.end + kDay;
  RC_ASSERT(charged(both, end) + charged(part, end) == charged(whole, end));
  RC_ASSERT(both.cost(end) == whole.cost(end));
  RC_ASSERT(*part.book_value(end) == Money::zero(terms.cost.currency()));
  for (int i = 0; i < 10; ++i) {
    const Date day =
        back + std::chrono::days{*rc::gen::inRange<std::int64_t>(0, (life.end - back).count() + 1)};
    const std::int64_t off = charged(both, day) + charged(part, day) - charged(whole, day);
    RC_ASSERT(off >= -3);
    RC_ASSERT(off <= 3);
  }
}

// 36,000 over 4 years with 3,000 salvage, two of them gone.
Terms worked() {
  return {*parse_money("USD 36000"), *parse_money("USD 3000"), *parse_life("48mo"),
          *parse_date("2024-01-01"), StraightLine{},           Convention::kFullMonth};
}

TEST(Split, OneOfEightGpus_HasAnEighthOfEverything) {
  const Date on = *parse_date("2026-01-01");
  const auto shares = share_of(*course_of(worked(), {}).holdings(on), 1, 8);
  ASSERT_EQ(shares.size(), 1);
  EXPECT_EQ(shares[0].cost, 4'500'00);
  EXPECT_EQ(shares[0].accumulated, 2'062'50);
  EXPECT_EQ(shares[0].unimpaired, 2'437'50);
}

TEST(Split, OfWhatIsImpaired_TheCapOfEachIsItsShare) {
  const Date on = *parse_date("2026-01-01");
  const Date later = *parse_date("2027-01-01");
  const std::vector<Event> impaired{event_on(on, Impairment{*parse_money("USD 14000")})};
  const auto all = *course_of(worked(), impaired).holdings(later);
  EXPECT_EQ(all[0].impaired, 5'500'00);
  EXPECT_EQ(all[0].unimpaired, 11'250'00);
  const auto shares = share_of(all, 1, 2);
  Terms half = worked();
  half.cost = *parse_money("USD 18000");
  half.salvage = *parse_money("USD 1500");
  const Course part = course_of(half, {event_on(later, Opening{shares, "it"}),
                                       event_on(later, Impairment{*parse_money("USD 9000")})});
  EXPECT_EQ(part.book_value(later)->minor(), 11'250'00 / 2);
  const Course rest = course_of(worked(), {impaired[0], event_on(later, Split{"part", shares}),
                                           event_on(later, Impairment{*parse_money("USD 9000")})});
  EXPECT_EQ(rest.book_value(later)->minor(), 11'250'00 / 2);
}

TEST(Split, OfAlmostNothing_LeavesNeitherSideBelowNothing) {
  for (std::int64_t cost = 1; cost <= 12; ++cost) {
    for (std::int64_t off = 0; off <= cost; ++off) {
      for (std::int64_t deducted = 0; deducted + off <= cost; ++deducted) {
        const Portion all{.cost = cost, .deducted = deducted, .accumulated = off};
        const Portion part = share_of(std::span(&all, 1), 1, 2)[0];
        for (const std::int64_t side :
             {part.cost - part.accumulated - part.deducted,
              cost - part.cost - (off - part.accumulated) - (deducted - part.deducted)}) {
          EXPECT_GE(side, 0) << cost << " " << off << " " << deducted;
        }
        EXPECT_GE(part.accumulated, 0);
        EXPECT_LE(part.accumulated, off);
      }
    }
  }
}

TEST(Takeover, WithAnotherAmountThanItsTerms_SpreadsTheRestOverTheRestOfItsLife) {
  // In service 2024-07-01, taken over 2026-01-01 with 12,000 (its terms say 12,375): 700 a month.
  Terms terms = worked();
  terms.in_service = *parse_date("2024-07-01");
  const Date on = *parse_date("2026-01-01");
  const Course course = course_of(terms, {event_on(on, Opening{{{.in_service = terms.in_service,
                                                                 .cost = 36'000'00,
                                                                 .salvage = 3'000'00,
                                                                 .accumulated = 12'000'00,
                                                                 .unimpaired = 24'000'00}}})});
  const Period january = period_of(month_of(on));
  EXPECT_EQ(course.charge(january)->minor(), 700'00);
  EXPECT_EQ(course.book_value(on)->minor(), 24'000'00);
  const Schedule schedule = *course.schedule(PeriodLength::kMonth);
  EXPECT_EQ(schedule.charges.size(), 30);
  EXPECT_EQ(schedule.opening.minor(), 24'000'00);
  EXPECT_EQ(schedule.accumulated_before->minor(), 12'000'00);
  EXPECT_EQ(schedule.total.minor(), 21'000'00);
}

TEST(Reinstatement, GoesOnWhereItStopped_OverWhatIsLeftOfItsLife) {
  const Date gone = *parse_date("2026-01-01");
  const Date back = *parse_date("2026-07-01");
  const Course course = course_of(
      worked(), {event_on(gone, Disposal{*parse_money("USD 1")}), event_on(back, Reinstatement{})});
  EXPECT_EQ(course.book_value(*parse_date("2026-03-01"))->minor(), 0);
  EXPECT_EQ(course.charge(period_of(*parse_month("2026-03")))->minor(), 0);
  EXPECT_EQ(course.book_value(back)->minor(), 19'500'00);
  // 16,500 over the 18 months that are left.
  EXPECT_EQ(course.charge(period_of(*parse_month("2026-07")))->minor(), 916'67);
  EXPECT_EQ(charged(course, *parse_date("2028-01-01")), 33'000'00);
}

TEST(Reinstatement, OfWhatIsNotGone_IsRefused_AndSoIsOneWhoseLifeIsOver) {
  EXPECT_FALSE(
      Course::of(worked(), std::vector{event_on(*parse_date("2026-07-01"), Reinstatement{})}));
  const std::vector<Event> late{
      event_on(*parse_date("2026-01-01"), Disposal{*parse_money("USD 1")}),
      event_on(*parse_date("2028-02-01"), Reinstatement{})};
  EXPECT_FALSE(Course::of(worked(), late));
}

}  // namespace
}  // namespace purser::books
