// What was recorded last is taken back: the books are what they were, and say so.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "books/testing.h"

namespace purser::books {
namespace {

using money::parse_money;

class UndoTest : public LifeFixture {
 protected:
  // What stands on each account of each book.
  std::map<std::string, std::int64_t> balances() {
    std::map<std::string, std::int64_t> sums;
    for (const Entry& entry : journal()) {
      for (const Line& line : entry.lines) sums[entry.book + line.account] += line.amount.minor();
    }
    std::erase_if(sums, [](const auto& sum) { return sum.second == 0; });
    return sums;
  }
  std::vector<std::string> forecast() {
    std::vector<std::string> charges;
    const Course course = *books().asset("server")->course(Book::kFinancial);
    const Schedule schedule = *course.schedule(PeriodLength::kMonth);
    for (const Charge& charge : schedule.charges) charges.push_back(format(charge.amount));
    return charges;
  }
};

TEST_F(UndoTest, ReversesTheEntriesOfTheEvent_AndCorrectsTheMonthsBehindIt) {
  ASSERT_TRUE(books().post(*parse_month("2026-11")));
  ASSERT_TRUE(happens("2026-10-01", Improvement{*parse_money("USD 4000.00")}));
  const Entry improvement = journal().back();
  EXPECT_EQ(charge("2026-11"), "USD 318.75");
  const Applied undone = *books().undo("server");
  EXPECT_EQ(name(undone.event.what), "improvement");
  EXPECT_TRUE(undone.after.events.empty());
  EXPECT_EQ(charge("2026-11"), "USD 218.75");
  EXPECT_EQ(balance("Assets:Equipment"), 12'000'00);
  bool mirrored = false;
  for (const Entry& entry : journal()) {
    mirrored = mirrored || (entry.reverses && entry.event == "improvement:1");
  }
  EXPECT_TRUE(mirrored);
  EXPECT_EQ(*books().post(*parse_month("2026-11")), 0);
  EXPECT_EQ(verification(), "sound");
}

TEST_F(UndoTest, OfADisposal_BringsItBack_WithTheChargesItMissed) {
  ASSERT_TRUE(books().post(*parse_month("2026-11")));
  ASSERT_TRUE(happens("2026-10-20", Disposal{*parse_money("USD 11000.00")}));
  EXPECT_EQ(charge("2026-11"), "USD 0.00");
  ASSERT_TRUE(books().undo("server"));
  EXPECT_EQ(charge("2026-11"), "USD 218.75");
  EXPECT_EQ(balance("Assets:Equipment"), 12'000'00);
  EXPECT_EQ(balance("Assets:Receivable"), 0);
  EXPECT_FALSE(books().asset("server")->terms.disposed);
  EXPECT_TRUE(happens("2026-10-21", Repair{*parse_money("USD 1.00")}));
}

TEST_F(UndoTest, AgainAndAgain_TakesBackWhatWasBeforeThat) {
  ASSERT_TRUE(happens("2026-10-05", Repair{*parse_money("USD 99.00")}));
  ASSERT_TRUE(happens("2026-03-01", Improvement{*parse_money("USD 10.00")}));  // recorded last
  EXPECT_EQ(books().undo("server")->event.id, 2);
  EXPECT_EQ(books().undo("server")->event.id, 1);
  EXPECT_EQ(balance("Expenses:Repairs"), 0);
  ASSERT_TRUE(books().undo("server"));  // that it was bought
  EXPECT_EQ(balance("Assets:Equipment"), 0);
  EXPECT_EQ(books().undo("server").error().code(), ErrorCode::kNotFound);
}

TEST_F(UndoTest, InAClosedMonth_IsRefused_WithTheWayOut) {
  ASSERT_TRUE(books().close(*parse_month("2026-02"), {}));
  ASSERT_TRUE(happens("2026-03-05", Estimate{.life = parse_life("60mo").value()}));
  ASSERT_TRUE(books().close(*parse_month("2026-03"), {}));
  const auto undone = books().undo("server");
  EXPECT_EQ(undone.error().code(), ErrorCode::kRefused);
  EXPECT_NE(undone.error().message().find("purser asset estimate"), std::string::npos);
}

TEST_F(UndoTest, TriedDry_TellsTheSameEntries_AndKeepsNothing) {
  ASSERT_TRUE(happens("2026-10-20", Disposal{*parse_money("USD 11000.00")}));
  const auto before = journal().size();
  const auto tried = books().undo("server", Effect::kDryRun)->entries;
  EXPECT_EQ(journal().size(), before);
  EXPECT_EQ(books().undo("server")->entries, tried);
}

TEST_F(UndoTest, WhoDidIt_IsKept_AndCannotBeAltered) {
  Books anns(database(), clock_, "ann");
  ASSERT_TRUE(anns.apply({.asset = "server",
                          .on = *parse_date("2026-10-05"),
                          .what = Repair{*parse_money("USD 9.00")}}));
  EXPECT_EQ(books().asset("server")->events.back().who, "ann");
  EXPECT_EQ(journal().back().who, "ann");
  ASSERT_EQ(verification(), "sound");
  ASSERT_TRUE(database().run(store::test_server().empty() ? "DROP TRIGGER entry_stands"
                                                          : "DROP TRIGGER entry_stands ON entry"));
  ASSERT_TRUE(database().run("INSERT INTO word (spelling) VALUES ('bob')"));
  ASSERT_TRUE(database().run("INSERT INTO word (spelling) VALUES ('')"));
  for (const std::string_view altered : {"(SELECT id FROM word WHERE spelling = 'bob')", "NULL",
                                         "(SELECT id FROM word WHERE spelling = '')"}) {
    ASSERT_TRUE(database().run("UPDATE entry SET who = " + std::string(altered) +
                               " WHERE number = " + std::to_string(journal().size())));
    EXPECT_NE(verification().find("was altered"), std::string::npos) << altered;
  }
  EXPECT_FALSE(database().run("DELETE FROM event"));
}

TEST_F(UndoTest, AnUndoing_CannotBeTakenOutOfTheTable) {
  ASSERT_TRUE(happens("2026-10-05", Repair{*parse_money("USD 9.00")}));
  ASSERT_TRUE(books().undo("server"));
  EXPECT_FALSE(database().run("DELETE FROM undone"));
  EXPECT_FALSE(database().run("UPDATE undone SET recorded = 0"));
}

// Any life in which things happen and are undone in the order of their recording, last first, is
// the life in which they never happened: to the cent, in every month and on every account.
RC_GTEST_FIXTURE_PROP(UndoTest, AllThatHappened_Undone_NeverHappened, ()) {
  const auto any_day = [] {
    return *parse_date("2026-02-15") + std::chrono::days{*rc::gen::inRange(0, 270)};
  };
  for (Month month = *parse_month("2026-02"); month <= *parse_month("2026-11");
       month += std::chrono::months{1}) {
    RC_ASSERT(books().post(month).has_value());
  }
  const auto before = balances();
  const auto before_charges = forecast();
  int happened = 0;
  for (int i = *rc::gen::inRange(1, 5); i > 0; --i) {
    const auto amount = money::Money(*rc::gen::inRange<std::int64_t>(1, 1'000'000), money::usd());
    Happening what = Repair{amount};
    switch (*rc::gen::inRange(0, 6)) {
      case 0:
        what = Improvement{amount};
        break;
      case 1:
        what = Estimate{.life = Life{*rc::gen::inRange(12, 90), Life::Unit::kMonths}};
        break;
      case 2:
        what = Disposal{amount};
        break;
      case 3:
        what = Impairment{amount};
        break;
      case 4:
        what = Revaluation{amount};
        break;
      default:
        break;
    }
    const Event event{.asset = "server", .on = any_day(), .what = std::move(what)};
    if (books().apply(event)) ++happened;  // what is not possible leaves no trace
  }
  for (; happened > 0; --happened) RC_ASSERT(books().undo("server").has_value());
  RC_ASSERT(balances() == before);
  RC_ASSERT(forecast() == before_charges);
  RC_ASSERT(books().undo("server").has_value());  // that it was bought
  RC_ASSERT(balances().empty());
  RC_ASSERT(verification() == "sound");
}

}  // namespace
}  // namespace purser::books
