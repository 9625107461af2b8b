// What moves, is measured anew, or rests for a while.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "books/chart.h"
#include "books/testing.h"

namespace purser::books {
namespace {

using testing::HasSubstr;

// A server at home; the company names what it spends by site.
class MoveTest : public BooksFixture {
 protected:
  MoveTest() {
    add_site("home", "USD 0.12");
    add_site("oslo", "USD 0.20");
    add_site("paris", "EUR 0.20");
    name("Expenses:Space", "Expenses:Space:Oslo", "oslo");
    name("Expenses:Energy", "Expenses:Energy:Home", "home");
    Asset asset = plain_asset("server");
    asset.site = "home";
    asset.idle_watts = Watts{60'000};
    asset.load_watts = Watts{180'000};
    asset.space_per_month = *money::parse_money("USD 30.00");
    EXPECT_TRUE(books().add_asset(asset));
  }

  void add_site(const std::string& name, std::string_view cost) {
    EXPECT_TRUE(books().add_site(
        {name, money::Rate::per_energy(*money::parse_cost(cost), Joules{3'600'000'000'000})}));
  }
  void name(const std::string& account, const std::string& name, const std::string& site) {
    EXPECT_TRUE(books().name_account({account, name, "", site}));
  }
  Result<Applied> happens(std::string_view on, Happening what) {
    return books().apply({.asset = "server", .on = *parse_date(on), .what = std::move(what)});
  }
  std::string refusal(std::string_view on, Happening what) {
    const auto applied = happens(on, std::move(what));
    return applied ? "nothing" : applied.error().message();
  }
  Placement placed(std::string_view day) {
    return placement_on(*books().asset("server"), *parse_date(day));
  }
  // Of the entries of one month.
  std::int64_t balance(std::string_view account, std::string_view month) {
    std::int64_t sum = 0;
    for (const Entry& entry : journal()) {
      for (const Line& line : entry.lines) {
        if (line.account == account && entry.period == *parse_month(month)) {
          sum += line.amount.minor();
        }
      }
    }
    return sum;
  }
  void close_until(std::string_view last) {
    for (Month month = *parse_month("2026-02"); month <= *parse_month(last);
         month += std::chrono::months{1}) {
      const Metered metered{.energy = {{"server", Kind::kEnergy, *money::parse_money("USD 5.00")}}};
      const auto closed = books().close(month, metered);
      ASSERT_TRUE(closed) << closed.error().message();
    }
  }
};

TEST_F(MoveTest, ThatMoves_StandsElsewhereFromThatDayOn_AndKeepsItsOtherLabels) {
  ASSERT_TRUE(happens("2026-11-03", Move{.cost_centre = "vision", .node = "rack-1"}));
  ASSERT_TRUE(happens("2026-11-10", Move{.site = "oslo", .node = "rack-7"}));
  EXPECT_EQ(placed("2026-11-09"),
            (Placement{"home", "vision", "rack-1", Watts{60'000}, Watts{180'000}}));
  EXPECT_EQ(placed("2026-11-10"),
            (Placement{"oslo", "vision", "rack-7", Watts{60'000}, Watts{180'000}}));
  reopen();
  EXPECT_EQ(placed("2026-11-10").site, "oslo");
  EXPECT_EQ(books().asset("server")->site, "home");
  ASSERT_TRUE(books().undo("server"));
  EXPECT_EQ(placed("2026-11-10").site, "home");
  EXPECT_EQ(placed("2026-11-10").node, "rack-1");
}

TEST_F(MoveTest, ToldOfAClosedMonth_CountsFromTheFirstOpenDay_AndIsNotUndoneOnceThatIsClosed) {
  close_until("2026-09");
  const auto moved = happens("2026-09-10", Move{.site = "oslo"});
  ASSERT_TRUE(moved);
  EXPECT_EQ(format(moved->event.effective), "2026-10-01");
  EXPECT_EQ(placed("2026-09-30").site, "home");
  close_until("2026-10");
  const auto undone = books().undo("server");
  ASSERT_FALSE(undone);
  EXPECT_THAT(undone.error().message(), HasSubstr("move it back from an open day on"));
}

TEST_F(MoveTest, ThatCannotBe_IsRefused_AndLeavesNothing) {
  EXPECT_THAT(refusal("2026-11-03", Move{.site = "home"}), HasSubstr("moved to where it stands"));
  EXPECT_THAT(refusal("2026-11-03", Move{.site = "olso"}), HasSubstr("did you mean 'oslo'?"));
  EXPECT_THAT(refusal("2026-11-03", Move{.site = "paris"}), HasSubstr("pays its power in EUR"));
  EXPECT_THAT(refusal("2026-11-03", Move{.node = "Rack 1"}), HasSubstr("cannot name a node"));
  EXPECT_THAT(refusal("2026-11-03", Measurement{.idle_watts = Watts{200'000}}),
              HasSubstr("more when idle than under load"));
  EXPECT_THAT(refusal("2026-11-03", Resume{}), HasSubstr("resumed while it is in use"));
  ASSERT_TRUE(happens("2026-11-05", Pause{}));
  EXPECT_THAT(refusal("2026-11-07", Pause{}), HasSubstr("paused while it is"));
  EXPECT_THAT(refusal("2026-11-03", Pause{}), HasSubstr("paused while it is"));
  ASSERT_TRUE(happens("2026-11-09", Disposal{*money::parse_money("USD 1.00")}));
  EXPECT_THAT(refusal("2026-11-10", Move{.site = "oslo"}), HasSubstr("disposed of"));
  EXPECT_EQ(books().asset("server")->events.size(), 2U);
}

TEST_F(MoveTest, MeasuredAnew_DrawsOtherwiseFromThatDayOn) {
  ASSERT_TRUE(happens("2026-11-03", Measurement{.idle_watts = Watts{40'000}}));
  ASSERT_TRUE(happens("2026-11-05", Measurement{.load_watts = Watts{200'000}}));
  EXPECT_EQ(placed("2026-11-02").idle_watts, Watts{60'000});
  EXPECT_EQ(placed("2026-11-03").idle_watts, Watts{40'000});
  EXPECT_EQ(placed("2026-11-04").load_watts, Watts{180'000});
  EXPECT_EQ(placed("2026-11-05").load_watts, Watts{200'000});
}

TEST_F(MoveTest, ThatRests_IsChargedAllTheSame) {
  const auto charge = [&] { return books().parts_of("server", *parse_month("2026-11"))->total(); };
  const money::Money before = charge();
  const auto paused = happens("2026-11-03", Pause{});
  ASSERT_TRUE(paused);
  EXPECT_EQ(paused->entries, 0);
  ASSERT_TRUE(happens("2026-11-20", Resume{}));
  EXPECT_EQ(charge(), before);
  EXPECT_FALSE(placed("2026-11-02").paused);
  EXPECT_TRUE(placed("2026-11-19").paused);
  EXPECT_FALSE(placed("2026-11-20").paused);
  EXPECT_EQ(books()
                .parts_of("server", *parse_month("2026-11"))
                ->depreciation.formula.find("all that happened"),
            std::string::npos);
}

TEST_F(MoveTest, PostsWhatOpenMonthsHold_UnderTheNamesOfTheSiteAtTheirEnd_AndUndoneBack) {
  close_until("2026-09");
  ASSERT_TRUE(books().post(*parse_month("2026-10")));
  ASSERT_TRUE(books().accrue({"server", Kind::kEnergy, *money::parse_money("USD 7.00")},
                             *parse_month("2026-10")));
  ASSERT_TRUE(books().post(*parse_month("2026-11")));
  EXPECT_EQ(balance("Expenses:Energy:Home", "2026-10"), 700);
  const std::size_t before = journal().size();

  const auto moved = happens("2026-10-31", Move{.site = "oslo"});
  ASSERT_TRUE(moved) << moved.error().message();
  // Space and energy of October, space of November: each reversed and posted again.
  EXPECT_EQ(moved->entries, 6);
  EXPECT_EQ(balance("Expenses:Space", "2026-10"), 0);
  EXPECT_EQ(balance("Expenses:Space:Oslo", "2026-10"), 3000);
  EXPECT_EQ(balance("Expenses:Energy:Home", "2026-10"), 0);
  EXPECT_EQ(balance("Expenses:Energy", "2026-10"), 700);
  EXPECT_EQ(balance("Expenses:Space:Oslo", "2026-11"), 3000);
  EXPECT_EQ(balance("Expenses:Space", "2026-09"), 3000);
  EXPECT_EQ(format(books().posted("server", *parse_month("2026-10"))->energy.amount), "USD 7.00");
  EXPECT_FALSE(books().parts_of("server", *parse_month("2026-10"))->space.reversed);
  EXPECT_EQ(*books().post(*parse_month("2026-10")), 0);

  ASSERT_TRUE(books().undo("server"));
  EXPECT_EQ(journal().size(), before + 12);
  EXPECT_EQ(balance("Expenses:Space", "2026-11"), 3000);
  EXPECT_EQ(balance("Expenses:Space:Oslo", "2026-11"), 0);
  EXPECT_EQ(balance("Expenses:Energy:Home", "2026-10"), 700);
  EXPECT_EQ(verification(), "sound");
}

TEST_F(MoveTest, PostsItsMonth_UnderTheNamesOfTheSiteOnTheDayOfTheEntry) {
  ASSERT_TRUE(happens("2026-10-15", Move{.site = "oslo"}));
  ASSERT_TRUE(books().post(*parse_month("2026-09")));
  ASSERT_TRUE(books().post(*parse_month("2026-10")));
  EXPECT_EQ(balance("Expenses:Space", "2026-09"), 3000);
  EXPECT_EQ(balance("Expenses:Space:Oslo", "2026-10"), 3000);
}

TEST_F(MoveTest, WritesNothing_WhereTheNamesAreTheSame_OrWereChangedSince) {
  close_until("2026-09");
  ASSERT_TRUE(books().post(*parse_month("2026-10")));
  name("Expenses:Depreciation", "Expenses:Wear", "");  // what was posted before stays
  EXPECT_EQ(happens("2026-11-01", Move{.site = "oslo"})->entries, 0);
  ASSERT_TRUE(books().undo("server"));
  ASSERT_TRUE(books().reverse(journal().back().number));  // the space of October
  EXPECT_EQ(happens("2026-10-01", Measurement{.idle_watts = Watts{1}})->entries, 0);
  EXPECT_EQ(happens("2026-10-01", Move{.site = "oslo"})->entries, 0);
}

TEST_F(MoveTest, ToASiteWithinAMonth_OwesEnergyOfThatMonth) {
  Asset spare = plain_asset("spare");
  spare.load_watts = Watts{1'000};
  ASSERT_TRUE(books().add_asset(spare));
  ASSERT_TRUE(
      books().apply({.asset = "spare", .on = *parse_date("2026-02-20"), .what = Move{"home"}}));
  const auto closed =
      books().close(*parse_month("2026-02"),
                    {.energy = {{"server", Kind::kEnergy, *money::parse_money("USD 5.00")}}});
  ASSERT_FALSE(closed);
  EXPECT_THAT(closed.error().message(), HasSubstr("energy of 'spare' in 2026-02"));
}

}  // namespace
}  // namespace purser::books
