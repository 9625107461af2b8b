// Who did what when. Acts are told as "who: what about".
#include "books/audit.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "books/chart.h"
#include "books/roles.h"
#include "books/testing.h"
#include "books/upkeep.h"

namespace purser::books {
namespace {

using testing::ElementsAre;

class AuditTest : public BooksFixture {
 protected:
  Books as(std::string who) { return Books(database(), clock_, std::move(who)); }
  void later() { clock_.advance(std::chrono::minutes{1}); }
  std::vector<std::string> acts(const ActsAsked& asked = {}) {
    std::vector<std::string> all;
    EXPECT_TRUE(each_act(database(), asked, [&](const Act& act) -> Status {
      all.push_back(
          fmt::format("{}: {}{} {}", act.who, act.what, act.undoing ? " back" : "", act.about));
      return {};
    }));
    return all;
  }
  const Month february_{*parse_month("2026-02")};
};

TEST_F(AuditTest, BooksWithoutActs_HaveNone) { EXPECT_THAT(acts(), ElementsAre()); }

TEST_F(AuditTest, AClosingAndANameOfAnAccount_SayWho) {
  ASSERT_TRUE(as("ann").name_account({"Expenses:Energy", "Expenses:Power", "", ""}));
  later();
  ASSERT_TRUE(as("bob").add_asset(plain_asset("server")));
  later();
  ASSERT_TRUE(as("eve").close(february_, {}));
  EXPECT_THAT(acts(), ElementsAre("ann: account name Expenses:Energy", "bob: entries 1",
                                  "eve: entries 2", "eve: closing 2026-02"));
}

TEST_F(AuditTest, WhatWasWrittenTogether_IsOneAct_AndReversalsAreTheirOwn) {
  ASSERT_TRUE(as("ann").add_asset(plain_asset("server")));
  later();
  ASSERT_TRUE(as("ann").add_asset(plain_asset("other")));
  ASSERT_TRUE(as("bob").post(february_));  // at that instant, but by somebody else
  later();
  ASSERT_TRUE(as("bob").post(*parse_month("2026-03")));
  later();
  ASSERT_TRUE(as("ann").reverse(3));
  EXPECT_THAT(acts(), ElementsAre("ann: entries 1", "ann: entries 2", "bob: entries 3 to 4",
                                  "bob: entries 5 to 6", "ann: reversal entry 3"));
}

TEST_F(AuditTest, AClockThatGoesOn_LeavesAVerbOneInstant) {
  struct Ticking : Clock {
    mutable Instant at = *parse_instant("2026-11-15T12:00:00Z");
    Instant now() const override { return at += std::chrono::microseconds{1}; }
  } ticking;
  Books books(database(), ticking, "ann");
  ASSERT_TRUE(books.add_asset(plain_asset("server")));
  ASSERT_TRUE(books.add_asset(plain_asset("other")));
  ASSERT_TRUE(books.post(february_));
  EXPECT_EQ(acts({.who = "ann"}).back(), "ann: entries 3 to 4");
}

TEST_F(AuditTest, WhatWasTakenBack_IsAnActBesideTheOneItTakesBack) {
  ASSERT_TRUE(as("ann").add_asset(plain_asset("server")));
  later();
  ASSERT_TRUE(as("ann").apply(
      {.asset = "server", .on = *parse_date("2026-11-02"), .what = Move{.node = "rack-7"}}));
  later();
  ASSERT_TRUE(Upkeep(database(), clock_, "eve")
                  .record(Cover{"server", CoverKind::kWarranty, *parse_date("2027-01-01"), ""}));
  later();
  ASSERT_TRUE(Upkeep(database(), clock_, "bob").undo("server"));
  later();
  ASSERT_TRUE(as("bob").undo("server"));
  EXPECT_THAT(acts(), ElementsAre("ann: entries 1", "ann: move server", "eve: warranty server",
                                  "bob: warranty back server", "bob: move back server"));
}

TEST_F(AuditTest, AServiceThatCost_IsToldOnce) {
  ASSERT_TRUE(as("ann").add_asset(plain_asset("server")));
  later();
  ASSERT_TRUE(Upkeep(database(), clock_, "bob")
                  .record(Service{.asset = "server",
                                  .on = *parse_date("2026-11-02"),
                                  .cost = *money::parse_money("USD 80.00")}));
  later();
  ASSERT_TRUE(as("ann").undo("server"));
  const auto all = acts({.since = *parse_instant("2026-11-15T12:01:00Z")});
  EXPECT_EQ(std::ranges::count(all, "bob: service server"), 1);
  EXPECT_EQ(std::ranges::count(all, "ann: service back server"), 1);
  for (const std::string& act : all) EXPECT_EQ(act.find("repair"), std::string::npos) << act;
}

TEST_F(AuditTest, ARole_IsTold_GivenAndTakenBack) {
  ASSERT_TRUE(Roles(database(), clock_, "ann").grant("ann", Role::kClose));
  ASSERT_TRUE(Roles(database(), clock_, "ann").grant("bob", Role::kOperate));
  later();
  ASSERT_TRUE(Roles(database(), clock_, "ann").grant("bob", std::nullopt));
  EXPECT_THAT(acts(), ElementsAre("ann: role ann", "ann: role bob", "ann: role back bob"));
}

TEST_F(AuditTest, AsksFromADayOn_AndForAPerson) {
  ASSERT_TRUE(as("ann").add_asset(plain_asset("server")));
  clock_.advance(std::chrono::days{1});
  ASSERT_TRUE(as("bob").add_asset(plain_asset("other")));
  ASSERT_TRUE(as("ann").add_asset(plain_asset("third")));
  EXPECT_THAT(acts({.who = "bob"}), ElementsAre("bob: entries 2"));
  EXPECT_THAT(acts({.since = midnight(*parse_date("2026-11-16")), .who = "ann"}),
              ElementsAre("ann: entries 3"));
  EXPECT_THAT(acts({.who = "nobody"}), ElementsAre());
}

TEST_F(AuditTest, WhatNobodySaid_IsNobodys) {
  ASSERT_TRUE(books().add_asset(plain_asset("server")));
  ASSERT_TRUE(books().close(february_, {}));
  EXPECT_EQ(acts().back(), ": closing 2026-02");
}

}  // namespace
}  // namespace purser::books
