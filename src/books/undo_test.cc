// What was recorded last is taken back: the books are what they were, and say so.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "books/chart.h"
#include "books/testing.h"
#include "books/upkeep.h"

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
  MemoTerms in_tax_book() {
    MemoTerms memo{Book::kTax, books().asset("server")->terms};
    memo.terms.life = *parse_life("36mo");
    return memo;
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

// What was posted is taken back where it stands: an account that was named since then never held
// it.
TEST_F(UndoTest, OfAnAddition_MirrorsItsEntries_WhateverAccountsAreCalledSince) {
  ASSERT_TRUE(books().post(*parse_month("2026-02")));
  ASSERT_TRUE(books().name_account({"Liabilities:Payable", "Liabilities:Suppliers", "", ""}));
  ASSERT_TRUE(books().name_account({"Expenses:Depreciation", "Expenses:Wear", "", ""}));
  ASSERT_TRUE(books().post(*parse_month("2026-03")));
  EXPECT_EQ(balance("Expenses:Depreciation"), 218'75);
  EXPECT_EQ(balance("Expenses:Wear"), 218'75) << "of March alone";
  ASSERT_TRUE(books().undo("server"));
  EXPECT_TRUE(balances().empty());
  std::map<std::int64_t, Entry> stand;
  for (const Entry& entry : journal()) {
    if (!entry.reverses) {
      stand.emplace(entry.number, entry);
      continue;
    }
    const Entry& its = stand.at(*entry.reverses);
    EXPECT_EQ(entry.date, its.date);
    ASSERT_EQ(entry.lines.size(), its.lines.size());
    for (std::size_t i = 0; i < its.lines.size(); ++i) {
      EXPECT_EQ(entry.lines[i].account, its.lines[i].account);
      EXPECT_EQ(entry.lines[i].amount, -its.lines[i].amount);
    }
    stand.erase(its.number);
  }
  EXPECT_TRUE(stand.empty());
  EXPECT_EQ(verification(), "sound");
}

// A reader of one name finds there what stands, and of the mistake nothing.
TEST_F(UndoTest, WhatIsCorrected_KeepsTheNameUnderWhichItStands) {
  ASSERT_TRUE(books().post(*parse_month("2026-03")));
  ASSERT_TRUE(happens("2026-03-05", Disposal{*parse_money("USD 9000.00")}));
  const auto before = balances();
  ASSERT_TRUE(happens("2026-03-01", Improvement{*parse_money("USD 4000.00")}));
  ASSERT_TRUE(books().name_account({"Expenses:Depreciation", "Expenses:Wear", "", ""}));
  ASSERT_TRUE(books().name_account({"Expenses:Disposal-Loss", "Expenses:Lost", "", ""}));
  ASSERT_TRUE(books().undo("server"));
  EXPECT_EQ(balances(), before);
  EXPECT_EQ(balance("Expenses:Wear"), 0);
  // What is posted for the first time has the new name.
  ASSERT_TRUE(books().undo("server"));
  ASSERT_TRUE(books().post(*parse_month("2026-04")));
  EXPECT_EQ(balance("Expenses:Wear"), 218'75) << "of April alone";
  EXPECT_EQ(verification(), "sound");
}

TEST_F(UndoTest, OfADisposalLater_AReinstatementTakesBackTheLinesThatWerePosted) {
  ASSERT_TRUE(happens("2026-02-20", Disposal{*parse_money("USD 12500.00")}));
  ASSERT_TRUE(books().close(*parse_month("2026-02"), {}));
  EXPECT_EQ(balance("Assets:Receivable"), 12'500'00);
  ASSERT_TRUE(books().name_account({"Assets:Receivable", "Assets:Debtors", "", ""}));
  ASSERT_TRUE(books().name_account({"Income:Disposal-Gain", "Income:Sales", "", ""}));
  ASSERT_TRUE(happens("2026-03-10", Reinstatement{}));
  for (const char* account : {"Assets:Receivable", "Assets:Debtors", "Income:Disposal-Gain",
                              "Income:Sales", "Expenses:Disposal-Loss"}) {
    EXPECT_EQ(balance(account), 0) << account;
  }
  EXPECT_EQ(*books().post(*parse_month("2026-03")), 0) << "it stands as it should";
}

// --- a further book ------------------------------------------------------------------------------

TEST_F(UndoTest, OfAFurtherBook_LeavesThatBookAlone_AndThenTheAssetGoes) {
  const auto before = balances();
  const MemoTerms memo = in_tax_book();
  ASSERT_TRUE(books().add_to_book("server", memo));
  ASSERT_TRUE(books().post(*parse_month("2026-02")));
  const auto tried = books().undo("server", Effect::kDryRun);
  ASSERT_TRUE(tried) << tried.error().message();
  EXPECT_EQ(tried->event.book, Book::kTax);
  const auto undone = books().undo("server");
  ASSERT_TRUE(undone) << undone.error().message();
  EXPECT_EQ(undone->entries, tried->entries);
  EXPECT_TRUE(std::holds_alternative<Opening>(undone->event.what));
  EXPECT_EQ(undone->event.book, Book::kTax);
  EXPECT_EQ(undone->before.memo.size(), 1U);
  EXPECT_TRUE(undone->after.memo.empty());
  const auto after = balances();
  EXPECT_EQ(after.count("taxAssets:Equipment"), 0U);
  EXPECT_EQ(after.at("financialAssets:Equipment"), before.at("financialAssets:Equipment"));
  EXPECT_EQ(charge("2026-02"), "USD 218.75");
  // It may come into that book again, and what stands there then is what it would have been.
  ASSERT_TRUE(books().add_to_book("server", memo));
  ASSERT_TRUE(books().post(*parse_month("2026-02")));
  EXPECT_EQ(balances().at("taxAssets:Equipment"), 12'000'00);
  EXPECT_EQ(books().undo("server")->event.book, Book::kTax);
  EXPECT_EQ(books().undo("server")->event.book, std::nullopt);
  EXPECT_EQ(books().undo("server").error().code(), ErrorCode::kNotFound);
  EXPECT_TRUE(balances().empty());
  EXPECT_EQ(verification(), "sound");
}

TEST_F(UndoTest, GoesBackInTheOrderInWhichItWasTold_ThroughEventsRecordsAndBooks) {
  Upkeep upkeep(database(), clock_);
  ASSERT_TRUE(happens("2026-10-05", Repair{*parse_money("USD 9.00")}));
  ASSERT_TRUE(books().add_to_book("server", in_tax_book()));
  const Condition seen{.asset = "server", .on = *parse_date("2026-11-01"), .hours = 100};
  ASSERT_TRUE(upkeep.record(seen));
  ASSERT_TRUE(happens("2026-03-01", Improvement{*parse_money("USD 10.00")}));
  // An event that counts before another one was told after the record all the same.
  EXPECT_FALSE(*upkeep.undo("server"));
  EXPECT_EQ(name(books().undo("server")->event.what), "improvement");
  EXPECT_EQ((*upkeep.undo("server"))->what, "condition");
  EXPECT_FALSE(*upkeep.undo("server"));
  EXPECT_EQ(books().undo("server")->event.book, Book::kTax);
  EXPECT_EQ(name(books().undo("server")->event.what), "repair");
  EXPECT_EQ(verification(), "sound");
}

TEST_F(UndoTest, OfABookInWhichAClosedMonthHoldsIt_IsRefused) {
  ASSERT_TRUE(books().add_to_book("server", in_tax_book()));
  ASSERT_TRUE(books().close(*parse_month("2026-02"), {}));
  const auto undone = books().undo("server");
  ASSERT_FALSE(undone);
  EXPECT_EQ(undone.error().code(), ErrorCode::kRefused);
  EXPECT_NE(undone.error().message().find("was added to the tax book stays: 2026-02"),
            std::string::npos)
      << undone.error().message();
}

TEST_F(UndoTest, OfABook_ThoughSomethingWasRecordedSince_LeavesTheBooksThatNeverHadIt) {
  const auto happens_all = [&] {
    ASSERT_TRUE(happens("2026-03-01", Improvement{*parse_money("USD 400.00")}));
    ASSERT_TRUE(happens("2026-04-10", Disposal{*parse_money("USD 9000.00")}));
    ASSERT_TRUE(books().post(*parse_month("2026-05")));
  };
  happens_all();
  const auto without = balances();
  ASSERT_TRUE(books().undo("server"));
  ASSERT_TRUE(books().undo("server"));
  ASSERT_TRUE(books().add_to_book("server", in_tax_book()));
  happens_all();
  EXPECT_NE(balances(), without);
  const auto undone = books().undo_joining("server", Book::kTax);
  ASSERT_TRUE(undone) << undone.error().message();
  EXPECT_EQ(undone->event.book, Book::kTax);
  EXPECT_EQ(balances(), without);
  EXPECT_EQ(books().asset("server")->events.size(), 2U);
  EXPECT_EQ(books().undo_joining("server", Book::kTax).error().code(), ErrorCode::kNotFound);
  EXPECT_EQ(verification(), "sound");
}

// What happened there alone would be of nothing.
TEST_F(UndoTest, OfABookInWhichSomethingHappened_IsRefused_WithTheLastOfIt) {
  ASSERT_TRUE(books().add_to_book("server", in_tax_book()));
  ASSERT_TRUE(books().apply({.asset = "server",
                             .book = Book::kTax,
                             .on = *parse_date("2026-03-05"),
                             .what = Estimate{.life = *parse_life("48mo")}}));
  ASSERT_TRUE(books().split({"server", "gpu", *parse_date("2026-03-10"), 1, 4}));
  const auto said = [&] { return books().undo_joining("server", Book::kTax).error().message(); };
  EXPECT_NE(said().find("the split of 'server' on 2026-03-10 shared"), std::string::npos) << said();
  EXPECT_NE(said().find("purser asset undo server --event split:2"), std::string::npos) << said();
  ASSERT_TRUE(books().undo_event("server", 2));
  EXPECT_NE(said().find("purser asset undo server --event estimate:1"), std::string::npos);
  ASSERT_TRUE(books().undo_event("server", 1));
  EXPECT_TRUE(books().undo_joining("server", Book::kTax));
}

// What it had in that book when it was taken over is not what it has when it joins again.
TEST_F(UndoTest, OfABookOfWhatWasTakenOver_ForgetsWhatItBroughtThere) {
  Asset old = plain_asset("old");
  old.takeover = Takeover{*parse_date("2026-08-15"), *parse_money("USD 1312.50")};
  ASSERT_TRUE(books().add_asset(old));
  MemoTerms memo{Book::kManagement, old.terms};
  memo.takeover = Takeover{*parse_date("2026-08-15"), *parse_money("USD 2000.00")};
  ASSERT_TRUE(books().add_to_book("old", memo));
  const auto written_off = [&] {
    return balances().at("managementAssets:Accumulated-Depreciation");
  };
  EXPECT_EQ(written_off(), -2'000'00);
  ASSERT_TRUE(books().undo("old"));
  memo.takeover->accumulated = *parse_money("USD 3000.00");
  ASSERT_TRUE(books().add_to_book("old", memo));
  EXPECT_EQ(written_off(), -3'000'00);
  ASSERT_EQ(books().undo("old")->event.book, Book::kManagement);
  EXPECT_EQ(books().asset("old")->takeover->accumulated, *parse_money("USD 1312.50"));
  EXPECT_EQ(balances().count("managementAssets:Equipment"), 0U);
  EXPECT_EQ(verification(), "sound");
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
