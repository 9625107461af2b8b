// What leaves with a share of an asset: what that share of the whole would leave with, had the
// whole gone on that day, whatever its method, its convention and its past.
#include <cstdlib>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "books/course.h"
#include "books/portions.h"
#include "books/terms_gen.h"
#include "books/testing.h"

namespace purser::books {
namespace {

using money::Money;
using money::parse_money;

Event event_on(Date day, Happening what) {
  return {
      .id = 1, .asset = "it", .on = day, .effective = day, .what = std::move(what), .recorded = {}};
}
Event gone_on(Date day) { return event_on(day, Disposal{Money::zero(money::usd())}); }

Course course_of(const Terms& terms, std::vector<Event> events) {
  for (std::size_t i = 0; i < events.size(); ++i) events[i].id = static_cast<std::int64_t>(i) + 1;
  auto course = Course::of(terms, events);
  if (!course) throw std::runtime_error(course.error().message());
  return *std::move(course);
}

// Depreciation that leaves the books with what is disposed of on that day, with what was deducted
// at once.
std::int64_t written_off(const Course& course, Date day) {
  const Date end = period_of(month_of(day)).end;
  return course.accumulated(end)->minor() - course.balances(end).eliminated +
         course.deducted(end).minor();
}

Terms terms_of_part(const Terms& whole, const Portion& portion) {
  return with_amounts(whole, {.cost = portion.cost}, portion.salvage, deducted_of(portion));
}

struct Parting {
  Date divided;
  Date gone;
  std::int64_t part;
  std::int64_t whole;
};

// What leaves with the whole, with the part and with the rest, if each goes on that day.
struct Left {
  std::int64_t whole;
  std::int64_t part;
  std::int64_t rest;
};
Left left_by(const Terms& terms, const std::vector<Event>& past, const Parting& parting) {
  const auto then = [&](std::vector<Event> more) {
    std::vector<Event> all = past;
    all.insert(all.end(), more.begin(), more.end());
    return course_of(terms, all);
  };
  const std::vector<Portion> held = *then({}).holdings(parting.divided);
  const std::vector<Portion> shares = share_of(held, parting.part, parting.whole);
  const Course part =
      course_of(terms_of_part(terms, shares.front()),
                {event_on(parting.divided, Opening{shares, "whole"}), gone_on(parting.gone)});
  return {
      written_off(then({gone_on(parting.gone)}), parting.gone), written_off(part, parting.gone),
      written_off(then({event_on(parting.divided, Split{"part", shares}), gone_on(parting.gone)}),
                  parting.gone)};
}

// Each amount of a part is rounded by itself, and so is what it charges after that.
constexpr std::int64_t kRoundings = 2;

testing::AssertionResult leave_in_proportion(const Left& left, const Parting& parting) {
  const money::Int128 off =
      money::Int128{left.part} * parting.whole - money::Int128{left.whole} * parting.part;
  const std::int64_t apart = left.part + left.rest - left.whole;
  const bool in_proportion =
      off <= kRoundings * parting.whole && -off <= kRoundings * parting.whole;
  if (in_proportion && std::abs(apart) <= kRoundings) return testing::AssertionSuccess();
  return testing::AssertionFailure()
         << "of " << left.whole << " that the whole would leave with, " << parting.part << "/"
         << parting.whole << " divided on " << format(parting.divided) << " and gone on "
         << format(parting.gone) << " leaves with " << left.part << " and the rest with "
         << left.rest;
}

// USD 12,000.00 over 4 years from March 2026 on.
Terms terms_by(std::string_view method, Convention convention) {
  Terms terms{*parse_money("USD 12000.00"), *parse_money("USD 0.00"), *parse_life("4y"),
              *parse_date("2026-03-12"),    *parse_method(method),    convention};
  return terms;
}
constexpr std::array<std::string_view, 6> kMethods{
    "straight-line",         "sum-of-years",      "declining-balance:2:switch",
    "declining-balance:1.5", "table:40/30/20/10", "declining-balance:2:per-period"};

TEST(PartDisposal, LeavesWithItsShareOfTheWhole_ByEveryMethodAndConvention_OnAnyDay) {
  for (const std::string_view method : kMethods) {
    for (const Convention convention : kAllConventions) {
      const Terms terms = terms_by(method, convention);
      for (Date day = *parse_date("2026-03-13"); day < *parse_date("2030-02-01");
           day += std::chrono::days{17}) {
        const Parting parting{day, day, 1, 3};
        EXPECT_TRUE(leave_in_proportion(left_by(terms, {}, parting), parting))
            << method << ", " << name(convention);
      }
    }
  }
}

TEST(PartDisposal, LaterInTheYearOfTheDivision_TakesBackWhatWasChargedBeforeIt) {
  for (const std::string_view method : kMethods) {
    for (const Convention convention : kAllConventions) {
      const Terms terms = terms_by(method, convention);
      for (const int days : {1, 9, 33, 80, 200, 400}) {
        for (Date day = *parse_date("2027-01-05"); day < *parse_date("2028-03-01");
             day += std::chrono::days{23}) {
          const Parting parting{day, day + std::chrono::days{days}, 3, 8};
          EXPECT_TRUE(leave_in_proportion(left_by(terms, {}, parting), parting))
              << method << ", " << name(convention);
        }
      }
    }
  }
}

// 12,000.00 over 4 years are 3,000.00 a year; the year of disposal has none. The improvement of
// February 2027 wears off with the rest, and what of it was charged in 2027 is taken back too.
TEST(PartDisposal, OfWhatWasImprovedInThatYear_TakesBackWhatEitherWasCharged) {
  Terms terms = terms_by("straight-line", Convention::kFullYear);
  const std::vector<Event> past{
      event_on(*parse_date("2027-02-01"), Improvement{*parse_money("USD 1200.00")})};
  const Date day = *parse_date("2027-05-20");
  const Left left = left_by(terms, past, {day, day, 1, 2});
  EXPECT_EQ(left.whole, 3'000'00);
  EXPECT_EQ(left.part, 1'500'00);
  EXPECT_EQ(left.rest, 1'500'00);
}

TEST(PartDisposal, OfAPartOfAPart_TakesBackWhatItsWholeWasChargedInThatYear) {
  const Terms terms = terms_by("straight-line", Convention::kFullYear);
  const Date first = *parse_date("2027-04-15");
  const Date second = *parse_date("2027-08-20");
  const std::vector<Portion> half = share_of(*course_of(terms, {}).holdings(first), 1, 2);
  const Terms of_half = terms_of_part(terms, half.front());
  const Event opened = event_on(first, Opening{half, "whole"});
  const std::vector<Portion> quarter =
      share_of(*course_of(of_half, {opened}).holdings(second), 1, 2);
  const Course gone = course_of(terms_of_part(of_half, quarter.front()),
                                {event_on(second, Opening{quarter, "half"}), gone_on(second)});
  EXPECT_EQ(written_off(gone, second), 750'00);
}

// What a part took with it comes back with it.
TEST(PartDisposal, MergedAgainInThatYear_TheWholeLeavesAsIfItHadNeverBeenDivided) {
  for (const std::string_view method : kMethods) {
    for (const Convention convention : kAllConventions) {
      const Terms terms = terms_by(method, convention);
      const Date divided = *parse_date("2027-04-15");
      const Date merged = *parse_date("2027-07-01");
      const Date gone = *parse_date("2027-11-20");
      const std::vector<Portion> shares = share_of(*course_of(terms, {}).holdings(divided), 2, 7);
      const Course part = course_of(terms_of_part(terms, shares.front()),
                                    {event_on(divided, Opening{shares, "whole"})});
      const Course both = course_of(
          terms, {event_on(divided, Split{"part", shares}),
                  event_on(merged, Merge{"part", *part.holdings(merged)}), gone_on(gone)});
      const Course never = course_of(terms, {gone_on(gone)});
      EXPECT_LE(std::abs(written_off(both, gone) - written_off(never, gone)), kRoundings)
          << method << ", " << name(convention);
    }
  }
}

// Amounts that a company may own.
Terms lasting_terms() {
  Terms terms = *any_terms(std::nullopt);
  terms.disposed.reset();
  terms.cost = Money(terms.cost.minor() % 1'000'000'000'000 + 100, money::usd());
  terms.salvage = Money(std::min(terms.salvage.minor(), terms.cost.minor() / 2), money::usd());
  return terms;
}

RC_GTEST_PROP(PartDisposal, OfAnyTerms_LeavesWithItsShareOfTheWhole, ()) {
  const Terms terms = lasting_terms();
  const std::int64_t life = std::max<std::int64_t>(charged_days(terms).days(), 2);
  const Date divided =
      terms.in_service + std::chrono::days{*rc::gen::inRange<std::int64_t>(1, life)};
  const Date gone = divided + std::chrono::days{*rc::gen::element(0, 0, 1, 20, 100, 300, 1000)};
  const std::int64_t whole = *rc::gen::inRange<std::int64_t>(2, 10);
  const Parting parting{divided, gone, *rc::gen::inRange<std::int64_t>(1, whole), whole};
  const auto left = leave_in_proportion(left_by(terms, {}, parting), parting);
  if (!left) RC_FAIL(left.message());
}

// --- in the books --------------------------------------------------------------------------------

class PartDisposalBooks : public BooksFixture {
 protected:
  // The sum of each account, of the whole and the part; and the months in which it moved.
  std::map<std::string, std::int64_t> sums(std::string_view whole) {
    std::map<std::string, std::int64_t> all;
    for (const Entry& entry : journal()) {
      if (!entry.asset.starts_with(whole)) continue;
      const std::string of = entry.asset.substr(whole.size()) + " " + format(entry.period) + " ";
      for (const Line& line : entry.lines) all[of + line.account] += line.amount.minor();
    }
    std::erase_if(all, [](const auto& sum) { return sum.second == 0; });
    return all;
  }
  void add(const std::string& name, std::string_view method, Convention convention) {
    Asset asset = plain_asset(name);
    asset.terms = terms_by(method, convention);
    asset.terms.in_service = *parse_date("2025-03-12");
    ASSERT_TRUE(books().add_asset(asset));
  }
};

TEST_F(PartDisposalBooks, AtOnce_OrSplitAndThenDisposedOf_PostsTheSame) {
  int count = 0;
  for (const std::string_view method : kMethods) {
    for (const Convention convention : kAllConventions) {
      const std::string at_once = "a" + std::to_string(++count) + ".";
      const std::string two_steps = "b" + std::to_string(count) + ".";
      const Date day = *parse_date("2026-05-20") + std::chrono::days{7 * (count % 9)};
      const Disposal sold{*parse_money("USD 900.00")};
      add(at_once, method, convention);
      add(two_steps, method, convention);
      ASSERT_TRUE(books().dispose_part({at_once, at_once + "part", day, 2, 5}, sold));
      ASSERT_TRUE(books().split({two_steps, two_steps + "part", day, 2, 5}));
      ASSERT_TRUE(books().apply({.asset = two_steps + "part", .on = day, .what = sold}));
      EXPECT_EQ(sums(at_once), sums(two_steps)) << method << ", " << name(convention);
    }
  }
  EXPECT_EQ(verification(), "sound");
}

}  // namespace
}  // namespace purser::books
