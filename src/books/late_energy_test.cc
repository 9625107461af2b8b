// Energy that was metered after its month was closed: into which month, how much, and how often.
#include "books/late_energy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "books/testing.h"

namespace purser::books {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class LateEnergyTest : public BooksFixture {
 protected:
  LateEnergyTest() {
    EXPECT_TRUE(books().add_site(
        {"home", money::Rate::per_energy(*money::parse_cost("USD 0.12"), Joules{3'600'000'000'000}),
         1000, "UTC"}));
    for (const char* name : {"server", "rack"}) {
      Asset asset = plain_asset(name);
      asset.site = "home";
      asset.load_watts = Watts{250'000};
      EXPECT_TRUE(books().add_asset(asset));
    }
  }

  static money::Money usd(std::string_view amount) {
    return *money::parse_money("USD " + std::string(amount));
  }
  // Closes with USD 5.00 of energy for each machine; `late` of the server.
  Result<std::int64_t> close(std::string_view month,
                             const std::vector<std::pair<std::string, std::string>>& late = {},
                             std::int64_t mark = 0, Effect effect = Effect::kWrite) {
    Metered metered{.mark = mark};
    for (const char* name : {"server", "rack"}) {
      metered.energy.push_back({name, Kind::kEnergy, usd("5.00")});
    }
    for (const auto& [of, amount] : late) {
      metered.late.push_back({"server", *parse_month(of), usd(amount)});
    }
    return books().close(*parse_month(month), metered, effect);
  }
  // "2026-03: late-energy:2026-02 USD 1.50", of every late entry.
  std::vector<std::string> late_entries() {
    std::vector<std::string> found;
    for (const Entry& entry : journal()) {
      if (!late_energy_month(entry.event)) continue;
      EXPECT_EQ(entry.asset, "server");
      EXPECT_EQ(entry.book, "financial");
      EXPECT_EQ(entry.date, period_of(entry.period).end - std::chrono::days{1});
      EXPECT_EQ(entry.lines.at(0).account, "Expenses:Energy");
      EXPECT_EQ(entry.lines.at(1).account, "Liabilities:Accrued:Energy");
      found.push_back(format(entry.period) + ": " + entry.event + ' ' +
                      format(entry.lines.at(0).amount));
    }
    return found;
  }
  PeriodParts posted(std::string_view month, std::string_view asset = "server") {
    return *books().posted(asset, *parse_month(month));
  }
};

TEST_F(LateEnergyTest, WhatIsMissing_IsPostedIntoTheMonthThatClosesNext) {
  ASSERT_TRUE(close("2026-02"));
  const PeriodParts before = posted("2026-02");
  ASSERT_TRUE(close("2026-03", {{"2026-02", "6.50"}}));
  EXPECT_THAT(late_entries(), ElementsAre("2026-03: late-energy:2026-02 USD 1.50"));
  EXPECT_EQ(posted("2026-02").total(), before.total()) << "what is closed never moves";
  EXPECT_EQ(verification(), "sound");

  const PeriodParts march = posted("2026-03");
  ASSERT_EQ(march.late_energy.size(), 1U);
  EXPECT_EQ(format(march.late_energy[0].of), "2026-02");
  EXPECT_EQ(format(march.late_energy[0].amount), "USD 1.50");
  EXPECT_EQ(format(march.energy.amount), "USD 5.00") << "it belongs to no hour of March";
  EXPECT_EQ(march.total(), *money::add(posted("2026-03", "rack").total(), usd("1.50")));
}

TEST_F(LateEnergyTest, WhatWasPostedLate_IsNotPostedAgain_AndMoreIsTheDifference) {
  ASSERT_TRUE(close("2026-02"));
  ASSERT_TRUE(close("2026-03", {{"2026-02", "6.50"}}));
  ASSERT_TRUE(close("2026-04", {{"2026-02", "6.50"}, {"2026-03", "5.00"}}));
  ASSERT_TRUE(close("2026-05", {{"2026-02", "6.51"}, {"2026-03", "4.00"}}));
  ASSERT_TRUE(close("2026-06", {{"2026-02", "3.00"}}));
  EXPECT_THAT(late_entries(), ElementsAre("2026-03: late-energy:2026-02 USD 1.50",
                                          "2026-05: late-energy:2026-02 USD 0.01",
                                          "2026-05: late-energy:2026-03 USD -1.00",
                                          "2026-06: late-energy:2026-02 USD -3.51"));
  EXPECT_EQ(posted("2026-05").late_energy.size(), 2U);
  EXPECT_EQ(*money::add(posted("2026-05").total(), usd("0.99")), posted("2026-05", "rack").total());
  EXPECT_EQ(verification(), "sound");
}

TEST_F(LateEnergyTest, ClosingAgain_OrWithoutEffect_WritesNothing) {
  ASSERT_TRUE(close("2026-02"));
  EXPECT_EQ(*close("2026-03", {{"2026-02", "6.50"}}, 7, Effect::kDryRun), 5);
  EXPECT_THAT(late_entries(), IsEmpty());
  EXPECT_EQ(*close("2026-03", {{"2026-02", "6.50"}}, 7), 5);
  EXPECT_EQ(*close("2026-03", {{"2026-02", "9.50"}}, 8), 0);
  EXPECT_THAT(late_entries(), ElementsAre("2026-03: late-energy:2026-02 USD 1.50"));
  EXPECT_EQ(*books().usage_seen(), 7);
}

TEST_F(LateEnergyTest, TheMarkIsThatOfTheLastClose) {
  EXPECT_EQ(*books().usage_seen(), 0);
  ASSERT_TRUE(close("2026-02", {}, 7));
  EXPECT_EQ(*books().usage_seen(), 7);
  ASSERT_TRUE(close("2026-03", {}, 9));
  EXPECT_EQ(*books().usage_seen(), 9);
  // Computed before another process closed March: what came in between is looked at once more.
  ASSERT_TRUE(close("2026-04", {}, 8));
  EXPECT_EQ(*books().usage_seen(), 8);
}

TEST_F(LateEnergyTest, OfAMonthThatIsOpen_OrInAnotherCurrency_IsRefused_AndNothingIsClosed) {
  ASSERT_TRUE(close("2026-02"));
  const auto open = close("2026-03", {{"2026-03", "6.50"}});
  ASSERT_FALSE(open);
  EXPECT_THAT(open.error().message(), HasSubstr("2026-03 is open"));
  Metered metered{.late = {{"server", *parse_month("2026-02"), *money::parse_money("EUR 1.00")}}};
  for (const char* name : {"server", "rack"}) {
    metered.energy.push_back({name, Kind::kEnergy, usd("5.00")});
  }
  EXPECT_EQ(books().close(*parse_month("2026-03"), metered).error().code(),
            ErrorCode::kInvalidInput);
  EXPECT_EQ(*books().closed_through(), std::optional(*parse_month("2026-02")));
}

TEST(LateEnergyEvent, SaysWhichMonth) {
  EXPECT_EQ(late_energy_event(*parse_month("2026-03")), "late-energy:2026-03");
  EXPECT_EQ(late_energy_month("late-energy:2026-03"), parse_month("2026-03").value());
  for (const char* other : {"energy", "late-energy", "late-energy:", "disposal:3"}) {
    EXPECT_FALSE(late_energy_month(other)) << other;
  }
}

}  // namespace
}  // namespace purser::books
