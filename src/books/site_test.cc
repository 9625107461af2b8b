// Sites: what their power costs, from which day on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "books/testing.h"

namespace purser::books {
namespace {

using testing::HasSubstr;

constexpr Joules kKilowattHour{3'600'000'000'000};

money::Rate per_kwh(std::string_view cost) {
  return money::Rate::per_energy(*money::parse_cost(cost), kKilowattHour);
}

class SiteTest : public BooksFixture {
 protected:
  SiteTest() { EXPECT_TRUE(books().add_site({"oslo", per_kwh("USD 0.12"), 1250})); }

  Result<ChangedSite> change(std::string_view from, std::optional<money::Rate> tariff,
                             std::optional<std::int64_t> pue = std::nullopt,
                             Effect effect = Effect::kWrite) {
    return books().change_site(
        "oslo", {.from = *parse_date(from), .tariff = tariff, .pue_thousandths = pue}, effect);
  }
  // "USD 0.12 x 1250"
  std::string power_on(std::string_view day) {
    const Power power = books().site("oslo")->power(*parse_date(day));
    return format(power.tariff * kKilowattHour) + " x " + std::to_string(power.pue_thousandths);
  }
};

TEST_F(SiteTest, ThatChanges_CostsWhatItDidUntilThatDay_AndTheOtherFromItOn) {
  ASSERT_TRUE(change("2026-11-10", per_kwh("USD 0.15")));
  EXPECT_EQ(power_on("2026-11-09"), "USD 0.12 x 1250");
  EXPECT_EQ(power_on("2026-11-10"), "USD 0.15 x 1250");
  EXPECT_EQ(power_on("2030-01-01"), "USD 0.15 x 1250");
  EXPECT_EQ(books().sites()->at(0).changes.size(), 1U);
  EXPECT_EQ(books().site("oslo")->changes[0].id, 1);
}

TEST_F(SiteTest, WhoseTariffAndPueChangeApart_HasBothInWhicheverOrderTheyAreTold) {
  ASSERT_TRUE(change("2026-11-20", per_kwh("USD 0.15")));
  ASSERT_TRUE(change("2026-11-10", std::nullopt, 1100));
  EXPECT_EQ(power_on("2026-11-09"), "USD 0.12 x 1250");
  EXPECT_EQ(power_on("2026-11-10"), "USD 0.12 x 1100");
  EXPECT_EQ(power_on("2026-11-20"), "USD 0.15 x 1100");
}

TEST_F(SiteTest, ChangedAgainFromTheSameDay_GoesByWhatWasRecordedLast) {
  ASSERT_TRUE(change("2026-11-10", per_kwh("USD 1.5")));
  ASSERT_TRUE(change("2026-11-10", per_kwh("USD 0.15")));
  EXPECT_EQ(power_on("2026-11-10"), "USD 0.15 x 1250");
}

TEST_F(SiteTest, ChangedInAClosedMonth_CostsTheOtherFromTheFirstOpenDayOn) {
  ASSERT_TRUE(books().add_asset(plain_asset("server")));
  for (const char* month : {"2026-02", "2026-03", "2026-04", "2026-05", "2026-06", "2026-07",
                            "2026-08", "2026-09", "2026-10"}) {
    ASSERT_TRUE(books().close(*parse_month(month), {}));
  }
  const auto changed = change("2026-09-15", per_kwh("USD 0.15"));
  ASSERT_TRUE(changed);
  EXPECT_EQ(format(changed->change.effective), "2026-11-01");
  EXPECT_EQ(power_on("2026-10-31"), "USD 0.12 x 1250");
  EXPECT_EQ(power_on("2026-11-01"), "USD 0.15 x 1250");
}

TEST_F(SiteTest, ThatWouldChange_SaysHow_AndStays) {
  const auto would = change("2026-11-10", per_kwh("USD 0.15"), std::nullopt, Effect::kDryRun);
  ASSERT_TRUE(would);
  EXPECT_EQ(would->after.changes.size(), 1U);
  EXPECT_TRUE(would->before.changes.empty());
  EXPECT_EQ(power_on("2026-11-10"), "USD 0.12 x 1250");
}

TEST_F(SiteTest, ChangesThatCannotBe_AreRefused_AndLeaveNothing) {
  EXPECT_THAT(change("2026-11-10", std::nullopt).error().message(),
              HasSubstr("nothing is changed"));
  EXPECT_THAT(change("2026-11-10", per_kwh("EUR 0.1")).error().message(),
              HasSubstr("pays its power in USD and not in EUR"));
  EXPECT_THAT(change("2026-11-10", std::nullopt, 900).error().message(), HasSubstr("PUE of 0.900"));
  EXPECT_FALSE(books().change_site(
      "olso", {.from = *parse_date("2026-11-10"), .tariff = per_kwh("USD 0.1")}));
  // Each would do alone; on the days that have both it is too much.
  ASSERT_TRUE(change("2026-11-20", per_kwh("USD 700000")));
  EXPECT_THAT(change("2026-11-10", std::nullopt, 1500).error().message(),
              HasSubstr("more than books price power at"));
  EXPECT_EQ(power_on("2026-11-15"), "USD 0.12 x 1250");
}

TEST_F(SiteTest, ChangedWhileAMonthIsBeingClosed_SendsTheCloseBack) {
  ASSERT_TRUE(books().add_asset(plain_asset("server")));
  const Month month = *parse_month("2026-02");
  const Metered before{.prices_mark = *books().prices_mark(month)};
  ASSERT_TRUE(change("2026-02-20", per_kwh("USD 0.15")));
  const auto closed = books().close(month, before);
  ASSERT_FALSE(closed);
  EXPECT_EQ(closed.error().code(), ErrorCode::kBusy);
  EXPECT_TRUE(books().close(month, {.prices_mark = *books().prices_mark(month)}));
}

TEST_F(SiteTest, WhatMovesNoPriceOfTheMonthThatIsClosed_LetsTheCloseGoOn) {
  ASSERT_TRUE(books().add_asset(plain_asset("server")));
  const Month month = *parse_month("2026-02");
  const Metered before{.prices_mark = *books().prices_mark(month)};
  ASSERT_TRUE(change("2026-03-01", per_kwh("USD 0.15")));
  for (const Happening& what :
       {Happening{Improvement{*money::parse_money("USD 5.00")}}, Happening{Pause{}}}) {
    const bool costs = std::holds_alternative<Improvement>(what);
    ASSERT_TRUE(books().apply({.id = 0,
                               .asset = "server",
                               .on = *parse_date(costs ? "2026-02-20" : "2026-03-01"),
                               .what = what,
                               .recorded = {}}));
  }
  EXPECT_TRUE(books().close(month, before));
}

TEST_F(SiteTest, WhatPowerCost_IsNeverRewritten) {
  ASSERT_TRUE(change("2026-11-10", per_kwh("USD 0.15")));
  EXPECT_FALSE(database().run("UPDATE site_change SET effective = effective + 1"));
  EXPECT_FALSE(database().run("DELETE FROM site_change"));
}

}  // namespace
}  // namespace purser::books
