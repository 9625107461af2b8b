#include "books/schedule.h"

#include <gtest/gtest.h>

namespace purser::books {
namespace {

using money::parse_money;

Terms terms_of(std::string_view cost, std::string_view salvage, std::string_view life,
               std::string_view in_service, Convention convention) {
  return {*parse_money(cost),      *parse_money(salvage), *parse_life(life),
          *parse_date(in_service), StraightLine{},        convention};
}
// The asset of the worked examples: shared/reference of the trade, IAS 16 straight line.
Terms worked(Convention convention) {
  return terms_of("USD 36000.00", "USD 3000.00", "4y", "2026-03-17", convention);
}

std::vector<std::string> amounts(const Schedule& schedule) {
  std::vector<std::string> texts;
  texts.reserve(schedule.charges.size());
  for (const Charge& charge : schedule.charges) texts.push_back(format_amount(charge.amount));
  return texts;
}
std::string total_of(const Schedule& schedule) {
  std::int64_t minor = 0;
  for (const Charge& charge : schedule.charges) minor += charge.amount.minor();
  EXPECT_EQ(minor, schedule.total.minor());
  return format(schedule.total);
}

TEST(StraightLineDaily, ChargesTheInServiceDay_ButNotTheDayItEnds) {
  const Schedule by_month = *schedule(worked(Convention::kDaily), PeriodLength::kMonth);
  const auto lines = amounts(by_month);
  ASSERT_EQ(lines.size(), 49U);
  EXPECT_EQ(lines[0], "338.81");  // 33,000 x 15 / 1461
  EXPECT_EQ(lines[1], "677.62");
  EXPECT_EQ(lines[2], "700.20");
  EXPECT_EQ(lines[47], "632.44");  // February 2030
  EXPECT_EQ(lines[48], "361.40");  // 16 days; rounding each line alone would leave 361.25
  EXPECT_EQ(total_of(by_month), "USD 33,000.00");
  EXPECT_EQ(format(by_month.charges[0].period.start), "2026-03-01");
  EXPECT_EQ(format(by_month.charges[48].period.end), "2030-04-01");
}

TEST(StraightLineDaily, FollowsTheCalendarYear_LeapYearsIncluded) {
  const Schedule by_year = *schedule(worked(Convention::kDaily), PeriodLength::kYear);
  EXPECT_EQ(amounts(by_year),
            (std::vector<std::string>{"6550.31", "8244.35", "8266.94", "8244.35", "1694.05"}));
}

TEST(StraightLineFullMonth, ChargesTheMonthOfServiceWhole) {
  const auto lines = amounts(*schedule(worked(Convention::kFullMonth), PeriodLength::kMonth));
  EXPECT_EQ(lines, std::vector<std::string>(48, "687.50"));
}

TEST(StraightLineHalfMonth, ChargesHalfAMonthFirstAndLast) {
  const auto lines = amounts(*schedule(worked(Convention::kHalfMonth), PeriodLength::kMonth));
  ASSERT_EQ(lines.size(), 49U);
  EXPECT_EQ(lines.front(), "343.75");
  EXPECT_EQ(lines[1], "687.50");
  EXPECT_EQ(lines.back(), "343.75");
}

TEST(StraightLineFollowingMonth, ChargesNothingInTheMonthOfService) {
  const Schedule by_month = *schedule(worked(Convention::kFollowingMonth), PeriodLength::kMonth);
  EXPECT_EQ(amounts(by_month), std::vector<std::string>(48, "687.50"));
  EXPECT_EQ(format(by_month.charges[0].period.start), "2026-04-01");
}

TEST(StraightLine, ByFiscalYear_CutsWhereTheFiscalYearBegins) {
  Terms terms = worked(Convention::kFullMonth);
  terms.fiscal_year = *parse_fiscal_year_start("07-01");
  const Schedule by_year = *schedule(terms, PeriodLength::kYear);
  // Four months of the year that ends in June 2026, then whole years, then eight months.
  EXPECT_EQ(amounts(by_year),
            (std::vector<std::string>{"2750.00", "8250.00", "8250.00", "8250.00", "5500.00"}));
  EXPECT_EQ(format(by_year.charges[0].period.start), "2025-07-01");
  const Schedule by_quarter = *schedule(terms, PeriodLength::kQuarter);
  EXPECT_EQ(by_quarter.charges.size(), 17U);
  EXPECT_EQ(amounts(by_quarter)[0], "687.50");
}

TEST(Disposal, StopsTheChargesAsTheConventionSays) {
  const struct {
    Convention convention;
    const char* last;
    const char* total;
  } cases[] = {
      {Convention::kDaily, "203.28", "USD 16,353.18"},      // 724 of 1461 days, 9 of them in March
      {Convention::kFullMonth, "687.50", "USD 16,500.00"},  // none for March
      {Convention::kHalfMonth, "343.75", "USD 16,500.00"},  // half a month
      {Convention::kFollowingMonth, "687.50", "USD 16,500.00"}  // the whole of March
  };
  for (const auto& expected : cases) {
    Terms terms = worked(expected.convention);
    terms.disposed = *parse_date("2028-03-10");
    const Schedule by_month = *schedule(terms, PeriodLength::kMonth);
    EXPECT_EQ(amounts(by_month).back(), expected.last) << name(expected.convention);
    EXPECT_EQ(total_of(by_month), expected.total) << name(expected.convention);
  }
}

TEST(Disposal, OnTheDayOfService_ChargesOnlyWhatTheConventionInsistsOn) {
  for (const auto convention :
       {Convention::kDaily, Convention::kFullMonth, Convention::kFollowingMonth}) {
    Terms terms = worked(convention);
    terms.disposed = terms.in_service;
    EXPECT_TRUE(schedule(terms, PeriodLength::kMonth)->charges.empty()) << name(convention);
  }
  Terms terms = worked(Convention::kHalfMonth);
  terms.disposed = terms.in_service;
  EXPECT_EQ(amounts(*schedule(terms, PeriodLength::kMonth)), std::vector<std::string>{"343.75"});
}

TEST(Schedule, RefusesTermsThatMeanNothing) {
  const auto message = [](const Terms& terms) {
    const auto result = schedule(terms, PeriodLength::kMonth);
    EXPECT_FALSE(result);
    return result ? std::string() : result.error().message();
  };
  EXPECT_NE(message(terms_of("USD 10.00", "USD 10.01", "4y", "2026-01-01", Convention::kDaily))
                .find("more than cost"),
            std::string::npos);
  EXPECT_NE(message(terms_of("USD 10.00", "EUR 1.00", "4y", "2026-01-01", Convention::kDaily))
                .find("is not in USD"),
            std::string::npos);
  EXPECT_NE(message(terms_of("USD 10.00", "USD 1.00", "90d", "2026-01-01", Convention::kFullMonth))
                .find("choose daily"),
            std::string::npos);
  Terms disposed_early = worked(Convention::kDaily);
  disposed_early.disposed = *parse_date("2026-03-16");
  EXPECT_NE(message(disposed_early).find("before it was in service"), std::string::npos);
}

TEST(ParseLife, AcceptsYearsMonthsAndDays_AndNothingElse) {
  EXPECT_EQ(*parse_life("4y"), (Life{4, Life::Unit::kYears}));
  EXPECT_EQ(parse_life("48mo")->months(), 48);
  EXPECT_EQ(parse_life("1461d")->months(), std::nullopt);
  for (const char* bad : {"", "4", "y", "0y", "-1y", "101y", "4.5y", "4 y", "4Y", "99999999999d"}) {
    EXPECT_FALSE(parse_life(bad)) << bad;
  }
}

TEST(ParseNames, OfConventionsMethodsAndPeriods_SuggestTheNearest) {
  EXPECT_EQ(*parse_convention("half-month"), Convention::kHalfMonth);
  EXPECT_NE(parse_convention("half-moth").error().message().find("'half-month'"),
            std::string::npos);
  EXPECT_NE(parse_method("straight-lime").error().message().find("'straight-line'"),
            std::string::npos);
  EXPECT_FALSE(parse_period_length("week"));
  for (const char* bad : {"7-1", "02-29", "13-01", "01-29", "2026-07-01", ""}) {
    EXPECT_FALSE(parse_fiscal_year_start(bad)) << bad;
  }
}

}  // namespace
}  // namespace purser::books
