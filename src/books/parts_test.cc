#include <memory>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "books/books.h"

namespace purser::books {
namespace {

using money::Money;
using money::parse_money;

// The server of the README.
Asset server() {
  return {"server",
          "",
          {*parse_money("USD 12000.00"), *parse_money("USD 1500.00"), *parse_life("48mo"),
           *parse_date("2026-02-15"), StraightLine{}, Convention::kDaily},
          Watts{60'000},
          Watts{180'000},
          parse_money("USD 600.00").value(),
          parse_money("USD 40.00").value()};
}

TEST(PartsOf, AWholeMonth_SpreadsTheYearsAndMonthsByTheirDays) {
  const PeriodParts parts = *parts_of(server(), *parse_month("2026-10"));
  // By hand: 10,500 x 259 / 1461 = 1,861.396 and 10,500 x 228 / 1461 = 1,638.604, each rounded, so
  // that the month takes a cent more than 31 days alone; 600 x 31 / 365 = 50.959.
  EXPECT_EQ(format(parts.depreciation.amount), "USD 222.80");
  EXPECT_EQ(format(parts.maintenance.amount), "USD 50.96");
  EXPECT_EQ(format(parts.space.amount), "USD 40.00");
  EXPECT_TRUE(parts.energy.amount.is_zero());
  EXPECT_EQ(format(parts.total()), "USD 313.76");
  EXPECT_FALSE(parts.posted);
  EXPECT_EQ(parts.in_service, interval_of(period_of(*parse_month("2026-10"))));
  EXPECT_EQ(parts.depreciation.formula,
            "straight-line, daily: (USD 12,000.00 - USD 1,500.00) x 259 / 1461 days = USD 1,861.40 "
            "by 2026-11-01, less USD 1,638.60 by 2026-10-01");
  EXPECT_EQ(parts.maintenance.formula, "USD 600.00 a year x 31 / 365 days = USD 50.96");
}

TEST(PartsOf, TheMonthOfService_CountsFromTheInServiceDay) {
  const PeriodParts parts = *parts_of(server(), *parse_month("2026-02"));
  EXPECT_EQ(parts.in_service,
            (Interval{midnight(*parse_date("2026-02-15")), midnight(*parse_date("2026-03-01"))}));
  EXPECT_EQ(format(parts.depreciation.amount), "USD 100.62");  // 10,500 x 14 / 1461
  EXPECT_EQ(format(parts.maintenance.amount), "USD 23.01");    // 600 x 14 / 365
  EXPECT_EQ(format(parts.space.amount), "USD 20.00");          // 40 x 14 / 28
}

TEST(PartsOf, BeforeServiceAndAfterDisposal_NothingIsCharged) {
  Asset asset = server();
  asset.terms.disposed = *parse_date("2026-08-01");
  for (const char* month : {"2026-01", "2026-08", "2031-01"}) {
    const PeriodParts parts = *parts_of(asset, *parse_month(month));
    EXPECT_TRUE(parts.total().is_zero()) << month;
    EXPECT_EQ(parts.in_service.length(), Nanoseconds{0}) << month;
  }
}

TEST(PartsOf, AfterItsLife_AnAssetStillCostsItsContracts) {
  const PeriodParts parts = *parts_of(server(), *parse_month("2031-01"));
  EXPECT_TRUE(parts.depreciation.amount.is_zero());
  EXPECT_EQ(parts.depreciation.formula, "fully charged since 2030-02-15");
  EXPECT_EQ(format(parts.maintenance.amount), "USD 50.96");
}

TEST(PartsOf, ConventionsOfMonths_SayTheirShareInMonths) {
  Asset asset = server();
  asset.terms.convention = Convention::kHalfMonth;
  const PeriodParts parts = *parts_of(asset, *parse_month("2026-02"));
  EXPECT_EQ(format(parts.depreciation.amount), "USD 109.38");  // 218.75 / 2, half away from zero
  EXPECT_NE(parts.depreciation.formula.find("x 0.5 / 48 months"), std::string::npos);
}

// Full months from 2026-01-01 on, and what its formula says of a month.
std::string formula(Asset asset, std::string_view month) {
  asset.terms.in_service = *parse_date("2026-01-01");
  asset.terms.convention = Convention::kFullMonth;
  return parts_of(asset, *parse_month(month))->depreciation.formula;
}

TEST(Formula, DecliningBalance_IsItsRateOnWhatIsLeftAtTheStartOfTheYear) {
  Asset asset = server();
  asset.terms.method = *parse_method("declining-balance:2");  // 2/4 a year
  EXPECT_EQ(formula(asset, "2026-03"),
            "declining-balance:2, full-month: USD 12,000.00 x 1/2 x 1/4 of the year = USD 1,500.00 "
            "by 2026-04-01, less USD 1,000.00 by 2026-03-01");
  EXPECT_EQ(formula(asset, "2028-02"),
            "declining-balance:2, full-month: USD 9,000.00 before its year + USD 3,000.00 x 1/2 x "
            "1/6 of the year = USD 9,250.00 by 2028-03-01, less USD 9,125.00 by 2028-02-01");
  // 12,000 -> 6,000 -> 3,000 -> 1,500, which is its salvage.
  EXPECT_NE(formula(asset, "2028-12")
                .find("USD 12,000.00 - USD 1,500.00 left after its year = USD 10,500.00"),
            std::string::npos);
  // In the second year a third of 7,500 is more than a quarter of 9,000.
  asset.terms.method = *parse_method("declining-balance:1:switch");  // 1/4 a year
  EXPECT_NE(formula(asset, "2027-01")
                .find("(USD 9,000.00 - USD 1,500.00) x 1/3 in a straight line x 1/12 of the year"),
            std::string::npos);
}

TEST(Formula, YearsOfWeights_SayWhichPartOfTheWhole) {
  Asset asset = server();
  asset.terms.method = *parse_method("sum-of-years");  // 4/10 and a quarter of 3/10
  EXPECT_EQ(formula(asset, "2027-03"),
            "sum-of-years, full-month: (USD 12,000.00 - USD 1,500.00) x 19/40 by the digits of its "
            "years = USD 4,987.50 by 2027-04-01, less USD 4,725.00 by 2027-03-01");
}

TEST(Formula, OfYearsOfWeights_AfterAnImprovement_SaysWhichPartOfWhatIsLeft) {
  Asset asset = server();
  asset.terms.method = *parse_method("sum-of-years");
  asset.events = {Event{.id = 1,
                        .asset = "server",
                        .on = *parse_date("2027-01-01"),
                        .effective = *parse_date("2027-01-01"),
                        .what = Improvement{*parse_money("USD 800.00")},
                        .recorded = {}}};
  // 4/10 are charged, and a quarter of 3/10 is an eighth of the rest.
  EXPECT_EQ(formula(asset, "2027-03"),
            "sum-of-years, full-month: USD 4,200.00 by 2027-01-01 + (USD 8,600.00 - USD 1,500.00) "
            "x 1/8 of what its digits leave = USD 5,087.50 by 2027-04-01, less USD 4,791.67 by "
            "2027-03-01");
}

TEST(Formula, OfUse_WithinAReading_IsThatOfItsDays) {
  Asset asset = server();
  const UnitsUsed reading{{*parse_date("2026-01-01"), *parse_date("2026-04-01")},
                          *parse_units("100")};  // in 90 days
  const auto used = std::make_shared<const std::vector<UnitsUsed>>(std::vector{reading});
  asset.terms.method = UnitsOfProduction{*parse_units("1000"), used};
  EXPECT_NE(formula(asset, "2026-01").find("about 34.444444 / 1000 units = USD 361.67"),
            std::string::npos)
      << formula(asset, "2026-01");
  EXPECT_NE(formula(asset, "2026-03").find(" x 100 / 1000 units = USD 1,050.00"), std::string::npos)
      << formula(asset, "2026-03");
}

TEST(Formula, OfWhatWasImproved_IsTheRestOverTheRestOfItsLife) {
  Asset asset = server();
  asset.events = {Event{.id = 1,
                        .asset = "server",
                        .on = *parse_date("2026-07-01"),
                        .effective = *parse_date("2026-07-01"),
                        .what = Improvement{*parse_money("USD 800.00")},
                        .recorded = {}}};
  // 10,500 / 48 x 6 = 1,312.50; 9,987.50 / 42 = 237.797.
  EXPECT_EQ(
      formula(asset, "2026-07"),
      "straight-line, full-month: USD 1,312.50 by 2026-07-01 + (USD 11,487.50 - USD 1,500.00) "
      "x 1 / 42 months = USD 1,550.30 by 2026-08-01, less USD 1,312.50 by 2026-07-01");
}

TEST(Formula, OfWhatIsGone_SaysSinceWhen) {
  Asset asset = server();
  asset.terms.disposed = *parse_date("2026-05-10");
  EXPECT_EQ(formula(asset, "2026-06"), "gone since 2026-05-10");
}

RC_GTEST_PROP(PartsOf, ContractsAddUpToTheYear_HoweverTheCentsFall, ()) {
  Asset asset = server();
  const std::int64_t a_year = *rc::gen::inRange<std::int64_t>(0, 10'000'000);
  const std::int64_t a_month = *rc::gen::inRange<std::int64_t>(0, 10'000'000);
  asset.maintenance_per_year = Money(a_year, money::usd());
  asset.space_per_month = Money(a_month, money::usd());
  asset.terms.in_service = *parse_date("2023-12-31") + std::chrono::days{*rc::gen::inRange(0, 40)};
  for (const int year : {2025, 2028}) {  // a common and a leap year
    std::int64_t maintenance = 0;
    for (unsigned month = 1; month <= 12; ++month) {
      const auto parts = parts_of(asset, std::chrono::year{year} / std::chrono::month{month});
      maintenance += parts->maintenance.amount.minor();
      RC_ASSERT(std::abs(parts->space.amount.minor() - a_month) <= 1);
    }
    RC_ASSERT(maintenance == a_year);
  }
}

}  // namespace
}  // namespace purser::books
