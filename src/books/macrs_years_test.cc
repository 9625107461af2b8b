// The convention of a tax year, decided by all that was placed in service in it.
// Sources: 26 USC 168(d)(3), 26 CFR 1.168(d)-1, IRS Publication 946.
#include <algorithm>
#include <map>
#include <random>
#include <sstream>

#include <gtest/gtest.h>

#include "books/additions.h"
#include "books/chart.h"
#include "books/macrs_testing.h"

namespace purser::books {
namespace {

using money::Money;
using money::parse_money;

class TaxYearTest : public MacrsFixture {
 protected:
  Status buy(const std::string& name, std::string_view cost, std::string_view in_service,
             std::string_view method, std::string_view section_179 = "", int bonus = 0) {
    return bought(name, cost, in_service, method, section_179, bonus);
  }
  Result<Applied> happens(const std::string& name, std::string_view on, Happening what) {
    return books().apply({.asset = name, .on = *parse_date(on), .what = std::move(what)});
  }
  std::string charge(const std::string& name, std::string_view from, std::string_view to) {
    const Asset asset = *books().asset(name);
    return format(*asset.course(Book::kTax)->charge({*parse_date(from), *parse_date(to)}));
  }
  std::string year(const std::string& name, int calendar_year) {
    const auto first = [](int of) { return std::to_string(of) + "-01-01"; };
    return charge(name, first(calendar_year), first(calendar_year + 1));
  }
  std::string convention(int of = 2026) {
    const std::vector<MacrsYear> years = *books().macrs_years(of);
    if (years.empty() || years[0].rulings.empty()) return "half-year";
    return std::string(name(years[0].rulings.back().convention));
  }
  // What stands in the tax book on that account.
  std::int64_t standing(const std::string& asset, std::string_view account) {
    std::int64_t sum = 0;
    for (const Entry& entry : journal()) {
      if (entry.book != "tax" || entry.asset != asset) continue;
      for (const Line& line : entry.lines) {
        if (line.account == account) sum += line.amount.minor();
      }
    }
    return sum;
  }
};

// Pub. 946, chapter 4, figuring the deduction with tables: three purchases, of which the last is
// half of all, and what each deducts in its first two years.
TEST_F(TaxYearTest, OfPublication946_IsMidQuarter_AndDeductsItsFigures) {
  ASSERT_TRUE(buy("machine", "USD 4000", "2026-01-15", "macrs:7"));
  ASSERT_TRUE(buy("furniture", "USD 1000", "2026-09-10", "macrs:7"));
  EXPECT_EQ(convention(), "half-year");
  EXPECT_EQ(year("machine", 2026), "USD 571.60");  // 14.29%
  ASSERT_TRUE(buy("computer", "USD 5000", "2026-10-26", "macrs:5"));
  EXPECT_EQ(convention(), "mid-quarter");
  EXPECT_EQ(year("machine", 2026), "USD 1,000.00");
  EXPECT_EQ(year("machine", 2027), "USD 857.20");
  EXPECT_EQ(year("furniture", 2026), "USD 107.10");
  EXPECT_EQ(year("furniture", 2027), "USD 255.10");
  EXPECT_EQ(year("computer", 2026), "USD 250.00");
  EXPECT_EQ(year("computer", 2027), "USD 1,900.00");
}

TEST_F(TaxYearTest, OfExactlyFortyPercent_IsHalfYear_AndOfACentMoreIsNot) {
  ASSERT_TRUE(buy("first", "USD 6000", "2026-03-01", "macrs:5"));
  ASSERT_TRUE(buy("second", "USD 4000", "2026-10-01", "macrs:5"));
  EXPECT_EQ(convention(), "half-year");
  EXPECT_EQ((*books().macrs_years())[0].test.share_basis_points(), 4000);
  ASSERT_TRUE(buy("third", "USD 0.01", "2026-12-31", "macrs:3"));
  EXPECT_EQ(convention(), "mid-quarter");
  EXPECT_EQ((*books().macrs_years())[0].test.share_basis_points(), 4000);
}

// Reg. 1.168(d)-1(b)(4): section 179 is taken off, bonus is not.
TEST_F(TaxYearTest, CountsBasesLessSection179_AndNotLessBonus) {
  ASSERT_TRUE(buy("first", "USD 6000", "2026-03-01", "macrs:5", "", 4000));
  ASSERT_TRUE(buy("second", "USD 5000", "2026-10-01", "macrs:5", "USD 1000"));
  EXPECT_EQ(convention(), "half-year");
  const MacrsTest test = (*books().macrs_years())[0].test;
  EXPECT_EQ(test.all(), 1'000'000);
  EXPECT_EQ(test.last_quarter(), 400'000);
}

// A merge carries over what was charged until then, so that a ruling made while it stands counts
// from its day; undone, the next one counts from the first of January again, and in its place.
TEST_F(TaxYearTest, RulesAnewForTheWholeYear_WhereTheMergeIsUndoneFromWhichTheLastRulingCounts) {
  ASSERT_TRUE(buy("first", "USD 3000", "2026-01-15", "macrs:5"));
  ASSERT_TRUE(buy("second", "USD 3000", "2026-01-15", "macrs:5"));
  ASSERT_TRUE(books().merge("second", "first", *parse_date("2026-06-10")));
  ASSERT_TRUE(buy("late", "USD 6000", "2026-10-01", "macrs:5"));
  EXPECT_EQ(convention(), "mid-quarter");
  EXPECT_EQ((*books().macrs_years(2026))[0].rulings.back().effective, *parse_date("2026-06-10"));
  ASSERT_TRUE(books().undo("first"));
  const auto undone = books().undo("late");
  ASSERT_TRUE(undone) << undone.error().message();
  ASSERT_EQ(undone->ruled.size(), 1U);
  EXPECT_EQ(undone->ruled[0].ruling.effective, *parse_date("2026-01-01"));
  EXPECT_EQ(convention(), "half-year");
  EXPECT_EQ(year("first", 2026), "USD 600.00");  // 20.00%
  EXPECT_EQ(year("first", 2027), "USD 960.00");  // 32.00%
  EXPECT_EQ(year("second", 2026), "USD 600.00");
  // What is asked again has its answer: nothing is ruled a second time.
  ASSERT_TRUE(buy("small", "USD 10", "2026-02-01", "macrs:5"));
  EXPECT_EQ((*books().macrs_years(2026))[0].rulings.size(), 2U);
}

// Reg. 1.168(d)-1(b)(3)(i).
TEST_F(TaxYearTest, LeavesOutWhatLeftInTheYear_AndUndoneCountsItAgain) {
  ASSERT_TRUE(buy("first", "USD 6000", "2026-03-01", "macrs:5"));
  ASSERT_TRUE(buy("second", "USD 5000", "2026-10-01", "macrs:5"));
  EXPECT_EQ(convention(), "mid-quarter");
  const auto sold = happens("second", "2026-11-10", Disposal{*parse_money("USD 4900")});
  ASSERT_TRUE(sold) << sold.error().message();
  ASSERT_EQ(sold->ruled.size(), 1U);
  EXPECT_EQ(sold->ruled[0].ruling.convention, Convention::kHalfYear);
  ASSERT_EQ(sold->ruled[0].assets.size(), 1U);
  EXPECT_EQ(sold->ruled[0].assets[0].asset, "first");
  EXPECT_EQ(format(sold->ruled[0].assets[0].before), "USD 2,100.00");
  EXPECT_EQ(format(sold->ruled[0].assets[0].after), "USD 1,200.00");
  EXPECT_EQ(convention(), "half-year");
  EXPECT_EQ(books().undo("second")->ruled.size(), 1U);
  EXPECT_EQ(convention(), "mid-quarter");
  EXPECT_EQ(books().undo("second")->ruled.size(), 1U);  // that it was added
  EXPECT_EQ(convention(), "half-year");
  EXPECT_EQ(year("first", 2026), "USD 1,200.00");
  // Sold in a later year, it has been placed in service in this one all the same.
  ASSERT_TRUE(buy("third", "USD 5000", "2026-10-01", "macrs:5"));
  ASSERT_TRUE(happens("third", "2027-02-01", Disposal{*parse_money("USD 4900")}));
  EXPECT_EQ(convention(), "mid-quarter");
}

TEST_F(TaxYearTest, AnImprovementIsPropertyOfTheYearInWhichItIsMade) {
  ASSERT_TRUE(buy("old", "USD 6000", "2025-03-01", "macrs:5"));
  ASSERT_TRUE(buy("new", "USD 1000", "2026-03-01", "macrs:5"));
  const auto improved = happens("old", "2026-11-02", Improvement{*parse_money("USD 2000")});
  ASSERT_TRUE(improved);
  ASSERT_EQ(improved->ruled.size(), 1U);
  EXPECT_EQ(convention(2026), "mid-quarter");
  EXPECT_EQ(convention(2025), "half-year");
  EXPECT_EQ(year("new", 2026), "USD 350.00");
  EXPECT_EQ(year("old", 2026), "USD 2,020.00");  // 32% of the one, 5% of the other
}

TEST_F(TaxYearTest, AConventionThatIsNamedStays_AndCounts) {
  ASSERT_TRUE(buy("named", "USD 4000", "2026-03-01", "macrs:5:half-year"));
  ASSERT_TRUE(buy("other", "USD 1000", "2026-05-01", "macrs:5"));
  ASSERT_TRUE(buy("last", "USD 4000", "2026-11-01", "macrs:5:half-year"));
  EXPECT_EQ(convention(), "mid-quarter");
  EXPECT_EQ(year("named", 2026), "USD 800.00");
  EXPECT_EQ(year("other", 2026), "USD 250.00");
  EXPECT_EQ(year("last", 2026), "USD 800.00");
}

TEST_F(TaxYearTest, OfItsOwnFiscalYear_EndsWithThat) {
  fiscal_year_ = *parse_fiscal_year_start("07-01");
  ASSERT_TRUE(buy("spring", "USD 4000", "2026-05-01", "macrs:5"));  // the last quarter of 2025/26
  ASSERT_TRUE(buy("autumn", "USD 4000", "2026-10-01", "macrs:5"));  // the second of 2026/27
  const std::vector<MacrsYear> years = *books().macrs_years();
  ASSERT_EQ(years.size(), 2U);
  EXPECT_EQ(years[0].test.convention(), Convention::kMidQuarter);
  EXPECT_EQ(years[1].test.convention(), Convention::kHalfYear);
  EXPECT_EQ(years[1].test.quarters[1], 400'000);
}

TEST_F(TaxYearTest, TippedLate_LeavesClosedMonths_CorrectsPostedOnes_AndEndsAsTheLawSays) {
  ASSERT_TRUE(buy("first", "USD 6000", "2026-03-01", "macrs:5"));
  close_through("2026-08");
  ASSERT_TRUE(books().post(*parse_month("2026-09")));
  ASSERT_TRUE(books().post(*parse_month("2026-10")));
  const std::int64_t before = standing("first", account::kDepreciation);
  EXPECT_EQ(before, 96'000);  // 8 of 10 months of USD 1,200
  ASSERT_TRUE(buy("second", "USD 5000", "2026-10-05", "macrs:5"));
  EXPECT_EQ(charge("first", "2026-03-01", "2026-09-01"), "USD 720.00");
  // 35% over ten months: seven of them by September.
  EXPECT_EQ(charge("first", "2026-03-01", "2026-10-01"), "USD 1,470.00");
  EXPECT_EQ(standing("first", account::kDepreciation), 168'000);
  EXPECT_EQ(*books().post(*parse_month("2026-09")), 0);
  EXPECT_EQ(verification(), "sound");
  clock_.set(*parse_instant("2027-02-01T12:00:00Z"));
  close_through("2026-12");
  EXPECT_EQ(standing("first", account::kDepreciation), 210'000);
  EXPECT_EQ(standing("second", account::kDepreciation), 25'000);
}

TEST_F(TaxYearTest, OfAYearThatIsClosed_StandsAsTheLawHasItFromTheFirstOpenDayOn) {
  ASSERT_TRUE(buy("first", "USD 6000", "2026-03-01", "macrs:5"));
  Asset late = plain_asset("late");
  late.terms.in_service = *parse_date("2026-11-01");
  ASSERT_TRUE(books().add_asset(late));
  clock_.set(*parse_instant("2027-01-15T12:00:00Z"));
  close_through("2026-12");
  Additions additions = *books().begin_additions();
  ASSERT_TRUE(additions.add_to_book("late", tax(late, "macrs:5")));
  const std::vector<RuledYear> ruled = *additions.settle();
  ASSERT_TRUE(additions.commit());
  ASSERT_EQ(ruled.size(), 1U);
  EXPECT_TRUE(ruled[0].is_closed);
  EXPECT_EQ(format(ruled[0].ruling.effective), "2027-01-01");
  EXPECT_EQ(year("first", 2026), "USD 1,200.00");  // as its return said
  const Asset first = *books().asset("first");
  EXPECT_EQ(format(*first.course(Book::kTax)->accumulated(*parse_date("2028-01-01"))),
            "USD 3,660.00");  // 35% and 26%
}

TEST_F(TaxYearTest, ARestAndItsPartCountOnce_AndTheShareThatIsSoldLeavesTheTest) {
  ASSERT_TRUE(buy("rack", "USD 8000", "2026-11-01", "macrs:5", "USD 1000", 4000));
  ASSERT_TRUE(buy("desk", "USD 9000", "2026-02-01", "macrs:7"));
  EXPECT_EQ((*books().macrs_years())[0].test.all(), 1'600'000);
  EXPECT_EQ(convention(), "mid-quarter");
  ASSERT_TRUE(books().split({"rack", "blade", *parse_date("2026-11-10"), 1, 4}));
  EXPECT_EQ((*books().macrs_years())[0].test.all(), 1'600'000);
  const Schedule part = *books().asset("blade")->course(Book::kTax)->schedule(PeriodLength::kYear);
  EXPECT_EQ(part.section_179, std::optional(*parse_money("USD 250.00")));
  EXPECT_EQ(part.bonus, std::optional(*parse_money("USD 700.00")));
  const Schedule rest = *books().asset("rack")->course(Book::kTax)->schedule(PeriodLength::kYear);
  EXPECT_EQ(rest.section_179, std::optional(*parse_money("USD 750.00")));
  EXPECT_EQ(rest.bonus, std::optional(*parse_money("USD 2,100.00")));
  // 5,250 of 14,250 are 36.8%.
  const auto sold = happens("blade", "2026-11-12", Disposal{*parse_money("USD 1900")});
  ASSERT_TRUE(sold) << sold.error().message();
  EXPECT_EQ(sold->ruled.size(), 1U);
  EXPECT_EQ(convention(), "half-year");
}

// What passed with the merge stays passed, and the whole makes good what the year lacks.
TEST_F(TaxYearTest, RuledAfterAMerge_LeavesNothingWhereNothingIs) {
  clock_.set(*parse_instant("2026-12-20T12:00:00Z"));
  const auto add = [&](const std::string& name, std::string_view cost, std::string_view on) {
    Asset asset = plain_asset(name);
    asset.terms.cost = *parse_money(cost);
    asset.terms.in_service = *parse_date(on);
    asset.terms = tax(asset, "macrs:5").terms;
    const auto added = books().add_asset(asset);
    ASSERT_TRUE(added) << added.error().message();
  };
  add("rack", "USD 10000", "2026-02-01");
  add("blade", "USD 6000", "2026-11-01");
  const auto merged = books().merge("blade", "rack", *parse_date("2026-12-10"));
  ASSERT_TRUE(merged) << merged.error().message();
  ASSERT_TRUE(books().post(*parse_month("2026-12")));
  add("desk", "USD 2000", "2026-12-15");
  ASSERT_TRUE(books().post(*parse_month("2026-12")));
  std::map<std::string, std::int64_t> accumulated;
  for (const Entry& entry : journal()) {
    for (const Line& line : entry.lines) {
      if (line.account == account::kAccumulated) accumulated[entry.asset] -= line.amount.minor();
    }
  }
  // Mid-quarter: 35% of 10,000, and 5% of 6,000 and of 2,000.
  EXPECT_EQ(accumulated["blade"], 0);
  EXPECT_EQ(accumulated["rack"], 380'000);
  EXPECT_EQ(accumulated["desk"], 10'000);
}

// 10,000 of the last quarter of 2025: 5% of it then, 38% in 2026, of which a sale in the first
// quarter leaves an eighth: 500 and 475. What was closed by the half-year's table is made good.
TEST_F(TaxYearTest, RuledLateAndSoldInThatMonth_IsChargedByTheNewTable) {
  clock_.set(*parse_instant("2026-03-25T12:00:00Z"));
  ASSERT_TRUE(buy("late", "USD 10000", "2025-11-05", "macrs:5"));
  ASSERT_TRUE(buy("early", "USD 20000", "2025-03-05", "macrs:5"));
  Asset last = plain_asset("last");
  last.terms.cost = *parse_money("USD 90000");
  last.terms.salvage = Money::zero(money::usd());
  last.terms.in_service = *parse_date("2025-12-05");
  ASSERT_TRUE(books().add_asset(last));
  close_through("2026-02");
  ASSERT_TRUE(books().add_to_book("last", tax(last, "macrs:5")));
  EXPECT_EQ(convention(2025), "mid-quarter");
  ASSERT_TRUE(happens("late", "2026-03-20", Disposal{Money::zero(money::usd())}));
  const Course sold = *books().asset("late")->course(Book::kTax);
  EXPECT_EQ(format(*sold.accumulated(*parse_date("2026-04-01"))), "USD 975.00");
}

TEST_F(TaxYearTest, ThatWasOverWhenItWasTakenOver_IsNoMatterOfTheseBooks) {
  Asset old = plain_asset("old");
  old.terms.in_service = *parse_date("2025-11-01");
  old.takeover = Takeover{*parse_date("2026-03-01"), *parse_money("USD 800")};
  ASSERT_TRUE(books().add_asset(old));
  ASSERT_TRUE(books().add_to_book("old", tax(old, "macrs:5")));
  EXPECT_EQ(convention(2025), "half-year");
  EXPECT_EQ(std::get<Macrs>(books().asset("old")->terms_in(Book::kTax)->method).convention,
            Convention::kHalfYear);
  const MacrsTest test = (*books().macrs_years(2025))[0].test;
  EXPECT_EQ(test.last_quarter(), 1'200'000);
  EXPECT_EQ(test.unnamed, 0);
}

TEST_F(TaxYearTest, OfManyAtOnce_IsDecidedByAllOfThem) {
  Additions additions = *books().begin_additions();
  for (const auto& [name, day] : {std::pair{"a", "2026-12-01"}, std::pair{"b", "2026-02-01"}}) {
    Asset asset = plain_asset(name);
    asset.terms.in_service = *parse_date(day);
    ASSERT_TRUE(additions.add_asset(asset));
    ASSERT_TRUE(additions.add_to_book(name, tax(asset, "macrs:5")));
  }
  const std::vector<RuledYear> ruled = *additions.settle();
  ASSERT_EQ(ruled.size(), 1U);
  EXPECT_EQ(ruled[0].assets.size(), 2U);
  EXPECT_TRUE(additions.settle()->empty());
  ASSERT_TRUE(additions.commit());
  EXPECT_EQ(convention(), "mid-quarter");
}

// --- any year ------------------------------------------------------------------------------------

// The first percentages of the published tables (tests/golden/macrs.csv names them), by class:
// half-year, then by quarter.
const std::map<int, std::vector<std::int64_t>> kFirstYear{{3, {3333, 5833, 4167, 2500, 833}},
                                                          {5, {2000, 3500, 2500, 1500, 500}},
                                                          {7, {1429, 2500, 1785, 1071, 357}}};

// What an accountant has on paper.
struct Paper {
  int years = 5;
  std::int64_t cost = 0;  // cents
  std::int64_t section_179 = 0;
  bool takes_bonus = false;  // of 40%
  int month = 0;             // of the fiscal year
  std::string named = {};
  bool is_sold = false;

  std::int64_t tested() const { return is_sold ? 0 : cost - section_179; }
  std::int64_t deducted(bool year_is_tipped) const {
    const std::int64_t rest = cost - section_179;
    const std::int64_t basis = takes_bonus ? rest - (rest * 2 + 2) / 5 : rest;
    const bool by_quarter = named.empty() ? year_is_tipped : named == ":mid-quarter";
    const std::int64_t points =
        kFirstYear.at(years).at(by_quarter ? 1U + static_cast<std::size_t>(month) / 3 : 0U);
    return (basis * points * 2 + 10'000) / 20'000;
  }
};

// A year of purchases and sales in any order, posted and closed now and then: when it is over, each
// asset has been charged what the law says, whatever was closed before.
TEST_F(TaxYearTest, OfAnyPurchases_EndsAsTheLawSays) {
  for (unsigned seed = 1; seed <= 24; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937_64 random(seed);
    const auto any = [&](int below) {
      return static_cast<int>(random() % static_cast<std::uint64_t>(below));
    };
    file_ = (folder_ / ("books" + std::to_string(seed) + ".db")).string();
    reopen();
    const int start = any(2) == 0 ? 1 : 7;
    fiscal_year_ = *parse_fiscal_year_start(start == 1 ? "01-01" : "07-01");
    const Date first_day(std::chrono::year{2025} / start / 1);
    std::map<std::string, Paper> papers;
    int open = 0;  // the first open month
    for (int month = 0; month < 12; ++month) {
      clock_.set(midnight(add_months(first_day, month + 1)) - std::chrono::hours{12});
      for (int bought = any(3); bought > 0; --bought) {
        Paper paper{.years = std::vector{3, 5, 7}[static_cast<std::size_t>(any(3))],
                    .cost = 10'000 + any(1'000'000),
                    .month = open + any(month - open + 1)};
        if (any(3) == 0) paper.section_179 = any(10'000);
        paper.takes_bonus = any(3) == 0;
        if (any(5) == 0) paper.named = any(2) == 0 ? ":half-year" : ":mid-quarter";
        const std::string name = "asset-" + std::to_string(papers.size());
        const Date day = add_months(first_day, paper.month) + std::chrono::days{any(28)};
        ASSERT_TRUE(buy(name, format(Money(paper.cost, money::usd())), format(day),
                        "macrs:" + std::to_string(paper.years) + paper.named,
                        format(Money(paper.section_179, money::usd())),
                        paper.takes_bonus ? 4000 : 0));
        if (any(6) == 0) {
          ASSERT_TRUE(books().undo(name));  // by mistake, taken back: out of the tax book
          ASSERT_TRUE(books().undo(name));  // and out of the books
        } else {
          papers[name] = paper;
        }
      }
      for (auto& [name, paper] : papers) {
        if (paper.is_sold || any(12) != 0) continue;
        const Date day = add_months(first_day, month) + std::chrono::days{27};
        ASSERT_TRUE(happens(name, format(day), Disposal{*parse_money("USD 12.34")}));
        paper.is_sold = any(3) != 0;
        if (!paper.is_sold) {
          ASSERT_TRUE(books().undo(name));
        }
      }
      if (papers.empty()) {
        open = month + 1;
        continue;
      }
      if (any(2) == 0) {
        ASSERT_TRUE(books().post(month_of(add_months(first_day, month))));
      }
      if (any(4) != 0) continue;
      clock_.set(midnight(add_months(first_day, month + 1)));
      close_through(format(month_of(add_months(first_day, month))));
      open = month + 1;
    }
    clock_.set(midnight(add_months(first_day, 13)));
    if (!papers.empty()) close_through(format(month_of(add_months(first_day, 11))));
    std::int64_t all = 0;
    std::int64_t last = 0;
    for (const auto& [name, paper] : papers) {
      all += paper.tested();
      if (paper.month >= 9) last += paper.tested();
    }
    for (const auto& [name, paper] : papers) {
      EXPECT_EQ(standing(name, account::kDepreciation),
                paper.is_sold ? 0 : paper.deducted(last * 10 > all * 4))
          << name << " of " << paper.cost << paper.named;
    }
    EXPECT_EQ(verification(), "sound");
  }
}

}  // namespace
}  // namespace purser::books
