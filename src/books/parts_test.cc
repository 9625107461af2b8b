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
