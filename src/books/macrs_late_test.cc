// What happened to property of MACRS and was told only after its month was closed, or in the tax
// year in which it was placed in service. Sources: 26 USC 168(d)(3), (i)(6)(B); 26
// CFR 1.168(d)-1(b)(3), 1.168(k)-2(g)(1); IRS Publication 946, Appendix A.
#include <map>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "books/chart.h"
#include "books/macrs_testing.h"

namespace purser::books {
namespace {

using money::Money;
using money::parse_money;

Date day(std::string_view text) { return *parse_date(text); }

class ToldLateTest : public MacrsFixture {
 protected:
  void buy(const std::string& name, std::string_view cost, std::string_view in_service,
           std::string_view method, std::string_view section_179 = "", int bonus = 0) {
    const Status done = bought(name, cost, in_service, method, section_179, bonus);
    ASSERT_TRUE(done) << done.error().message();
  }
  void today(std::string_view text) { clock_.set(midnight(day(text)) + std::chrono::hours{12}); }
  Applied happens(const std::string& name, std::string_view on, Happening what) {
    auto applied = books().apply({.asset = name, .on = day(on), .what = std::move(what)});
    if (!applied) throw std::runtime_error(applied.error().message());
    return *std::move(applied);
  }
  void sell(const std::string& name, std::string_view on, std::string_view proceeds) {
    happens(name, on, Disposal{*parse_money(proceeds)});
  }
  Course course(const std::string& name) { return *books().asset(name)->course(Book::kTax); }
  std::string accumulated(const std::string& name, std::string_view on) {
    return format(*course(name).accumulated(day(on)));
  }
  MacrsYear tax_year(int of) {
    const std::vector<MacrsYear> years = *books().macrs_years(of);
    return years.empty() ? MacrsYear{{.year = {.currency = money::usd()}}, {}} : years[0];
  }
  // What stands in the tax book on each account.
  std::map<std::string, std::int64_t> standing(const std::string& asset) {
    std::map<std::string, std::int64_t> sums;
    for (const Entry& entry : journal()) {
      if (entry.book != "tax" || entry.asset != asset) continue;
      for (const Line& line : entry.lines) sums[line.account] += line.amount.minor();
    }
    std::erase_if(sums, [](const auto& sum) { return sum.second == 0; });
    return sums;
  }
  std::int64_t standing(const std::string& asset, std::string_view account) {
    return standing(asset)[std::string(account)];
  }
};

// 20% of 110,000. Counted in October it would have been 45.45% of the year, and mid-quarter.
TEST_F(ToldLateTest, AnImprovementCountsInItsOwnQuarter_AndTheFirstOpenMonthMakesItGood) {
  today("2026-10-02");
  buy("m", "USD 60000", "2026-02-01", "macrs:5");
  close_through("2026-09");
  const std::int64_t closed = standing("m", account::kDepreciation);
  today("2026-10-03");
  const Applied told = happens("m", "2026-09-20", Improvement{*parse_money("USD 50000")});
  EXPECT_TRUE(told.ruled.empty());
  const MacrsTest test = tax_year(2026).test;
  EXPECT_EQ(test.quarters[2], 5'000'000);
  EXPECT_EQ(test.last_quarter(), 0);
  EXPECT_EQ(course("m").accumulated(day("2026-10-01"))->minor(), closed);
  // A quarter of September's fourth of the half year is made good in October.
  EXPECT_EQ(accumulated("m", "2027-01-01"), "USD 22,000.00");
  EXPECT_EQ(accumulated("m", "2032-01-01"), "USD 110,000.00");
  for (const Entry& entry : journal()) {
    if (!entry.event.starts_with("improvement")) continue;
    EXPECT_EQ(format(entry.date), "2026-10-01");
  }
  today("2027-01-05");
  close_through("2026-12");
  EXPECT_EQ(standing("m", account::kDepreciation), 2'200'000);
  EXPECT_EQ(verification(), "sound");
}

// 5% and 38% of 50,000, 35% and 26% of 60,000.
TEST_F(ToldLateTest, AnImprovementOfAYearThatIsClosedBelongsToThatYear) {
  today("2027-01-12");
  buy("m", "USD 60000", "2026-02-01", "macrs:5");
  close_through("2026-12");
  const Applied told = happens("m", "2026-12-20", Improvement{*parse_money("USD 50000")});
  ASSERT_EQ(told.ruled.size(), 1U);
  EXPECT_TRUE(told.ruled[0].is_closed);
  EXPECT_EQ(tax_year(2026).test.last_quarter(), 5'000'000);
  EXPECT_EQ(tax_year(2026).test.share_basis_points(), 4545);
  EXPECT_EQ(tax_year(2027).test.properties, 0);
  EXPECT_EQ(accumulated("m", "2027-01-01"), "USD 12,000.00");
  EXPECT_EQ(accumulated("m", "2028-01-01"), "USD 58,100.00");
  ASSERT_EQ(books().undo("m")->ruled.size(), 1U);
  EXPECT_EQ(accumulated("m", "2028-01-01"), "USD 31,200.00");
}

// 35% of 10,000, and seven eighths of 26%; by then all of them were charged.
TEST_F(ToldLateTest, ASaleEndsInTheQuarterInWhichItWas) {
  today("2027-01-12");
  buy("m", "USD 10000", "2025-03-01", "macrs:5:mid-quarter");
  close_through("2026-12");
  EXPECT_EQ(standing("m", account::kDepreciation), 610'000);
  const auto before = standing("m");
  sell("m", "2026-12-20", "USD 3000");
  ASSERT_TRUE(books().post(*parse_month("2027-01")));
  EXPECT_EQ(accumulated("m", "2027-01-01"), "USD 6,100.00");
  EXPECT_EQ(accumulated("m", "2027-02-01"), "USD 5,775.00");
  EXPECT_EQ(standing("m", account::kDepreciation), 577'500);
  EXPECT_EQ(standing("m", account::kDisposalLoss), 122'500);
  EXPECT_EQ(standing("m", account::kAccumulated), 0);
  EXPECT_EQ(standing("m", account::kEquipment), 0);
  const Schedule schedule = *course("m").schedule(PeriodLength::kYear);
  ASSERT_EQ(schedule.charges.size(), 3U);
  EXPECT_EQ(format(schedule.charges[2].amount), "USD -325.00");
  ASSERT_TRUE(books().undo("m"));
  EXPECT_EQ(standing("m", account::kDisposalLoss), 0);
  EXPECT_EQ(accumulated("m", "2027-01-01"), "USD 6,100.00");
  EXPECT_EQ(standing("m", account::kEquipment), before.at(std::string(account::kEquipment)));
  EXPECT_EQ(verification(), "sound");
}

// Reg. 1.168(d)-1(b)(3): neither depreciated nor tested.
TEST_F(ToldLateTest, OfASaleInItsFirstYear_GivesBackWhatWasChargedAndLeavesTheTest) {
  fiscal_year_ = *parse_fiscal_year_start("07-01");
  today("2027-08-10");
  buy("kept", "USD 10000", "2026-09-01", "macrs:5");
  buy("sold", "USD 19500", "2027-05-20", "macrs:5");
  close_through("2027-07");
  EXPECT_EQ(tax_year(2026).test.convention(), Convention::kMidQuarter);
  EXPECT_GT(standing("sold", account::kDepreciation), 0);
  sell("sold", "2027-06-25", "USD 19000");
  ASSERT_TRUE(books().post(*parse_month("2027-08")));
  EXPECT_EQ(tax_year(2026).test.convention(), Convention::kHalfYear);
  EXPECT_EQ(tax_year(2026).test.all(), 1'000'000);
  EXPECT_EQ(standing("sold", account::kDepreciation), 0);
  EXPECT_EQ(standing("sold", account::kDisposalLoss), 50'000);
  EXPECT_EQ(accumulated("kept", "2028-07-01"), "USD 5,200.00");
}

TEST_F(ToldLateTest, AShareThatWasSoldGoesOnTheDayOnWhichItDid) {
  today("2027-01-12");
  buy("m", "USD 10000", "2025-03-01", "macrs:5:mid-quarter");
  close_through("2026-12");
  const auto sold = books().dispose_part({"m", "part", day("2026-12-20"), 1, 4},
                                         Disposal{*parse_money("USD 750")});
  ASSERT_TRUE(sold) << sold.error().message();
  ASSERT_TRUE(books().post(*parse_month("2027-01")));
  // A quarter of 5,775; what the closed months charged too much is given back.
  EXPECT_EQ(standing("part", account::kDepreciation), 144'375 - 152'500);
  EXPECT_EQ(standing("part", account::kDisposalLoss), 250'000 - 144'375 - 75'000);
  EXPECT_EQ(standing("part", account::kEquipment), 0);
  EXPECT_EQ(accumulated("m", "2031-01-01"), "USD 9,025.00");  // 2,500 less 1,525 were the part's
}

// Books of other methods keep to the first open day.
TEST_F(ToldLateTest, InABookThatIsNotMacrs_CountsFromTheFirstOpenDayOn) {
  today("2026-10-03");
  buy("m", "USD 48000", "2026-01-01", "macrs:5");
  close_through("2026-09");
  happens("m", "2026-08-01", Improvement{*parse_money("USD 3900")});
  const Course financial = *books().asset("m")->course(Book::kFinancial);
  EXPECT_EQ(format(financial.terms(day("2026-10-02")).in_service), "2026-01-01");
  const Money sixty = *financial.charge({day("2026-08-01"), day("2026-10-01")});
  EXPECT_EQ(format(sixty), "USD 2,004.11");
  sell("m", "2026-09-01", "USD 1");
  const Course sold = *books().asset("m")->course(Book::kFinancial);
  EXPECT_EQ(*sold.charge({day("2026-08-01"), day("2026-10-01")}), sixty);
  EXPECT_TRUE(sold.charge({day("2026-10-01"), day("2026-11-01")})->is_zero());
}

// Whenever it is told, it ends alike: what was charged, what is deducted, what the test counts.
TEST(ToldLate, OfAnyLife_EndsAsIfItHadBeenToldInTime) {
  for (unsigned seed = 1; seed <= 400; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937_64 random(seed);
    const auto any = [&](int below) {
      return static_cast<int>(random() % static_cast<std::uint64_t>(below));
    };
    Terms terms = plain_asset("m").terms;
    const auto pick = [&](const std::vector<std::string>& from) {
      return from[static_cast<std::size_t>(any(static_cast<int>(from.size())))];
    };
    terms.method = *parse_method(fmt::format("macrs:{}{}", pick({"3", "5", "7", "10", "15"}),
                                             pick({"", ":half-year", ":mid-quarter"})));
    terms.convention = *settle_convention(terms.method, std::nullopt);
    terms.fiscal_year = *parse_fiscal_year_start(any(2) == 0 ? "01-01" : "07-01");
    if (any(2) == 0) std::get<Macrs>(terms.method).bonus_basis_points = 4'000;
    const Date bought = day("2025-01-01") + std::chrono::days{any(365)};
    terms.in_service = bought;
    const Date improved = bought + std::chrono::days{any(500)};
    const Date sold = improved + std::chrono::days{any(900)};
    const Date told = period_of(month_of(sold) + std::chrono::months{any(8)}).end;
    const auto course = [&](Date improvement_counts, Date sale_counts) {
      const std::vector<Event> events{{.id = 1,
                                       .asset = "m",
                                       .on = improved,
                                       .effective = improvement_counts,
                                       .what = Improvement{*parse_money("USD 3333.33")},
                                       .recorded = {}},
                                      {.id = 2,
                                       .asset = "m",
                                       .on = sold,
                                       .effective = sale_counts,
                                       .what = Disposal{*parse_money("USD 1")},
                                       .recorded = {}}};
      return *Course::of(terms, events);
    };
    const Course in_time = course(improved, sold);
    const Date open =
        std::min(told, period_of(month_of(improved) + std::chrono::months{any(4)}).end);
    const Course late = course(open, told);
    const Date end = period_of(month_of(told)).end;
    EXPECT_EQ(*late.accumulated(end), *in_time.accumulated(end));
    EXPECT_EQ(late.deducted(end), in_time.deducted(end));
    EXPECT_EQ(late.bonus_denied(), in_time.bonus_denied());
    ASSERT_EQ(late.properties().size(), 2U);
    for (std::size_t i = 0; i < 2; ++i) {
      EXPECT_EQ(late.properties()[i].in_service, in_time.properties()[i].in_service);
      EXPECT_EQ(late.properties()[i].is_excluded, in_time.properties()[i].is_excluded);
    }
    // Closed months were charged as if nothing had happened, and the schedule has all of it.
    const Course unknown = *Course::of(terms, {});
    EXPECT_EQ(*late.accumulated(open), *unknown.accumulated(open));
    std::int64_t sum = 0;
    const Schedule schedule = *late.schedule(PeriodLength::kMonth);
    for (const Charge& charge : schedule.charges) sum += charge.amount.minor();
    EXPECT_EQ(sum, late.accumulated(end)->minor());
  }
}

// A book that comes when the improvement's month is closed has what it cost too.
TEST_F(ToldLateTest, InABookThatIsAddedLater_AnImprovementStandsAtItsCost) {
  today("2026-10-03");
  Asset asset = plain_asset("m");
  asset.terms.salvage = Money::zero(money::usd());
  ASSERT_TRUE(books().add_asset(asset));
  happens("m", "2026-05-02", Improvement{*parse_money("USD 10000")});
  close_through("2026-09");
  MemoTerms memo{Book::kTax, asset.terms};
  memo.terms.method = *parse_method("macrs:5");
  memo.terms.convention = *settle_convention(memo.terms.method, std::nullopt);
  ASSERT_TRUE(books().add_to_book("m", memo));
  EXPECT_EQ(standing("m", account::kEquipment), 2'200'000);
  ASSERT_TRUE(books().post(*parse_month("2026-10")));
  sell("m", "2026-10-03", "USD 20000");
  EXPECT_EQ(standing("m", account::kEquipment), 0);
  EXPECT_EQ(standing("m", account::kAccumulated), 0);
}

// --- bonus of what leaves in its first year ------------------------------------------------------

// Reg. 1.168(k)-2(g)(1)(i): the whole loss is the sale's.
TEST_F(ToldLateTest, SoldInItsFirstYear_HasNoBonus) {
  buy("m", "USD 10000", "2026-03-01", "macrs:5", "", 4'000);
  ASSERT_TRUE(books().post(*parse_month("2026-06")));
  EXPECT_EQ(standing("m", account::kBonus), 400'000);
  sell("m", "2026-06-10", "USD 9000");
  EXPECT_EQ(standing("m", account::kBonus), 0);
  EXPECT_EQ(standing("m", account::kDisposalLoss), 100'000);
  EXPECT_EQ(standing("m", account::kAccumulated), standing("m", account::kDepreciation) * -1);
  ASSERT_TRUE(books().post(*parse_month("2026-03")));
  const Schedule schedule = *course("m").schedule(PeriodLength::kYear);
  EXPECT_FALSE(schedule.bonus);
  EXPECT_EQ(format(schedule.opening), "USD 6,000.00");
  ASSERT_EQ(schedule.additions.size(), 1U);  // the disposal takes it back
  EXPECT_EQ(format(schedule.additions[0].amount), "USD 4,000.00");
  EXPECT_EQ(format(schedule.additions[0].accumulated), "USD -4,000.00");
  EXPECT_EQ(course("m").deducted(day("2026-06-09")).minor(), 400'000);
  ASSERT_TRUE(books().undo("m"));
  EXPECT_EQ(standing("m", account::kBonus), 400'000);
  EXPECT_EQ(standing("m", account::kDisposalLoss), 0);
  // In a later year it has had its bonus.
  sell("m", "2027-01-10", "USD 9000");
  EXPECT_EQ(course("m").deducted(day("2027-02-01")).minor(), 400'000);
  EXPECT_TRUE(course("m").bonus_denied().is_zero());
}

// Reg. 1.179-1(c): section 179 does not go by how long it was in service.
TEST_F(ToldLateTest, SoldInItsFirstYear_KeepsSection179) {
  buy("m", "USD 10000", "2026-03-01", "macrs:5", "USD 2000", 4'000);
  sell("m", "2026-06-10", "USD 9000");
  ASSERT_TRUE(books().post(*parse_month("2026-06")));
  EXPECT_EQ(standing("m", account::kSection179), 200'000);
  EXPECT_EQ(standing("m", account::kBonus), 0);
  EXPECT_EQ(standing("m", account::kDisposalGain), -100'000);
  EXPECT_EQ(standing("m", account::kEquipment), 0);
}

TEST_F(ToldLateTest, ReinstatedLater_HasItsBonusAgain) {
  today("2026-08-10");
  buy("m", "USD 10000", "2026-03-01", "macrs:5", "", 4'000);
  sell("m", "2026-06-10", "USD 9000");
  close_through("2026-07");
  EXPECT_EQ(standing("m", account::kBonus), 0);
  EXPECT_TRUE(standing("m").size() < 4);
  happens("m", "2026-08-05", Reinstatement{});
  EXPECT_EQ(standing("m", account::kBonus), 400'000);
  EXPECT_EQ(standing("m", account::kEquipment), 1'000'000);
  EXPECT_EQ(course("m").deducted(day("2026-08-06")).minor(), 400'000);
}

// What the part had and gave back is no part of what the rest deducts.
TEST_F(ToldLateTest, ARestWhosePartWasSoldInItsFirstYear_DeductsOfItselfAlone) {
  buy("m", "USD 10000", "2026-02-01", "macrs:5");
  ASSERT_TRUE(books().post(*parse_month("2026-09")));
  ASSERT_TRUE(books().dispose_part({"m", "part", day("2026-09-10"), 1, 4},
                                   Disposal{*parse_money("USD 2000")}));
  EXPECT_EQ(tax_year(2026).test.all(), 750'000);
  EXPECT_EQ(tax_year(2026).test.properties, 1);
  today("2026-11-20");
  buy("last", "USD 8000", "2026-11-10", "macrs:5");
  EXPECT_EQ(tax_year(2026).test.convention(), Convention::kMidQuarter);
  EXPECT_EQ(format(*course("m").deduction({day("2026-01-01"), day("2027-01-01")})),
            "USD 2,625.00");  // 35% of 7,500
}

}  // namespace
}  // namespace purser::books
