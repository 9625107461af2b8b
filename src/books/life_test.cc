// Events in the books: what they post, when, and that the past stays.
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include <gtest/gtest.h>

#include "books/testing.h"

namespace purser::books {
namespace {

using money::Money;
using money::parse_money;

using LifeTest = LifeFixture;

TEST_F(LifeTest, ASale_ChargesItsMonths_ThenTakesTheAssetOutWithItsGain) {
  const Applied sold = *happens("2026-10-20", Disposal{*parse_money("USD 11000.00")});
  EXPECT_EQ(sold.entries, 9);  // February to September, none in October, and the disposal
  EXPECT_EQ(balance("Assets:Equipment"), 0);
  EXPECT_EQ(balance("Assets:Accumulated-Depreciation"), 0);
  EXPECT_EQ(balance("Expenses:Depreciation"), 8 * 218'75);
  EXPECT_EQ(balance("Income:Disposal-Gain"), -(11'000'00 - (12'000'00 - 8 * 218'75)));
  EXPECT_EQ(charge("2026-10"), "USD 0.00");
  EXPECT_EQ(charge("2026-11"), "USD 0.00");
  EXPECT_EQ(books().parts_of("server", *parse_month("2026-11"))->in_service.length(),
            Nanoseconds{0});
  EXPECT_EQ(*books().post(*parse_month("2026-10")), 0);
  EXPECT_EQ(verification(), "sound");
}

TEST_F(LifeTest, WhatIsScrapped_IsALoss) {
  ASSERT_TRUE(happens("2026-03-01", Disposal{Money::zero(money::usd())}));
  EXPECT_EQ(balance("Expenses:Disposal-Loss"), 12'000'00 - 218'75);
  EXPECT_EQ(balance("Assets:Equipment"), 0);
  EXPECT_FALSE(happens("2026-04-01", Repair{*parse_money("USD 1.00")}));
}

TEST_F(LifeTest, InAClosedMonth_ItCountsFromTheFirstOpenDay_AndSaysBoth) {
  for (Month m = *parse_month("2026-02"); m <= *parse_month("2026-09");
       m += std::chrono::months{1}) {
    ASSERT_TRUE(books().close(m, {}));
  }
  const Applied late = *happens("2026-06-15", Improvement{*parse_money("USD 4000.00")});
  EXPECT_EQ(format(late.event.effective), "2026-10-01");
  EXPECT_NE(journal().back().rule.find("2026-06-15"), std::string::npos);
  EXPECT_EQ(charge("2026-09"), "USD 218.75");
  EXPECT_EQ(charge("2026-10"), "USD 318.75");  // 4,000 over the 40 months that remain
  EXPECT_EQ(verification(), "sound");
}

TEST_F(LifeTest, MonthsPostedBehindAnEvent_AreCorrected) {
  ASSERT_TRUE(books().post(*parse_month("2026-11")));
  ASSERT_TRUE(happens("2026-10-01", Improvement{*parse_money("USD 4000.00")}));
  EXPECT_TRUE(books().posted("server", *parse_month("2026-11"))->posted);
  EXPECT_EQ(charge("2026-11"), "USD 318.75");
}

TEST_F(LifeTest, ACredit_IsTakenOffItsCost_AndTheRestOfItsLifeChargesLess) {
  ASSERT_TRUE(happens("2026-10-01", Improvement{*parse_money("USD -400.00")}));
  EXPECT_EQ(charge("2026-09"), "USD 218.75");
  EXPECT_EQ(charge("2026-10"), "USD 208.75");  // 12,000 - 400 - 1,750 - 1,500, over 40 months
  EXPECT_EQ(balance("Assets:Equipment"), 11'600'00);
  EXPECT_EQ(balance("Liabilities:Payable"), -11'600'00);
  // 10,041.25 are left by November.
  EXPECT_EQ(happens("2026-11-01", Improvement{*parse_money("USD -9641.26")}).error().code(),
            ErrorCode::kRefused);
  ASSERT_TRUE(happens("2026-11-01", Improvement{*parse_money("USD -9641.25")}));
  EXPECT_EQ(charge("2026-11"), "USD 0.00");
  EXPECT_EQ(verification(), "sound");
}

TEST_F(LifeTest, ACredit_HasNoPlaceInATableOfMacrs) {
  Terms terms = books().asset("server")->terms;
  terms.method = Macrs{5, Convention::kHalfYear};
  terms.convention = Convention::kHalfYear;
  ASSERT_TRUE(books().add_to_book("server", {Book::kTax, terms}));
  const Improvement credit{*parse_money("USD -400.00")};
  EXPECT_FALSE(happens("2026-10-01", credit));
  ASSERT_TRUE(books().apply({.asset = "server",
                             .book = Book::kFinancial,
                             .on = *parse_date("2026-10-01"),
                             .what = credit}));
  EXPECT_EQ(charge("2026-10"), "USD 208.75");
  EXPECT_EQ(verification(), "sound");
}

TEST_F(LifeTest, ARepair_IsAnExpense_AndChangesNoCharge) {
  ASSERT_TRUE(happens("2026-10-05", Repair{*parse_money("USD 99.00")}));
  EXPECT_EQ(balance("Expenses:Repairs"), 99'00);
  EXPECT_EQ(charge("2026-12"), "USD 218.75");
  EXPECT_EQ(books().reverse(journal().back().number).error().code(), ErrorCode::kRefused);
}

TEST_F(LifeTest, WhatIsStillToCome_IsKnownToForecasts_AndPostedWithItsMonth) {
  EXPECT_EQ(happens("2027-02-01", Improvement{*parse_money("USD 3600.00")})->event.id, 1);
  EXPECT_EQ(balance("Assets:Equipment"), 12'000'00);
  EXPECT_EQ(charge("2027-02"), "USD 318.75");  // 3,600 over 36 months
  clock_.set(*parse_instant("2027-02-02T00:00:00Z"));
  ASSERT_TRUE(books().post(*parse_month("2027-02")));
  EXPECT_EQ(balance("Assets:Equipment"), 15'600'00);
  EXPECT_EQ(*books().post(*parse_month("2027-02")), 0);
}

TEST_F(LifeTest, TriedDry_ItTellsTheSameEntries_AndKeepsNothing) {
  const Disposal sale{*parse_money("USD 11000.00")};
  EXPECT_EQ(happens("2026-10-20", sale, Effect::kDryRun)->entries, 9);
  EXPECT_EQ(journal().size(), 1U);
  EXPECT_TRUE(books().asset("server")->events.empty());
  EXPECT_EQ(happens("2026-10-20", sale)->entries, 9);
}

TEST_F(LifeTest, AnImpairment_IsALossInItsMonth_AndLeavesWithTheAsset) {
  ASSERT_TRUE(books().apply({.asset = "server",
                             .book = Book::kFinancial,
                             .on = *parse_date("2026-06-01"),
                             .what = Impairment{*parse_money("USD 6000.00")}}));
  const std::int64_t loss = 12'000'00 - 4 * 218'75 - 6'000'00;
  EXPECT_EQ(balance("Expenses:Impairment-Loss"), loss);
  EXPECT_EQ(balance("Assets:Accumulated-Impairment"), -loss);
  EXPECT_EQ(charge("2026-07"), "USD 102.28");  // 4,500 over 44 months, the second of them
  ASSERT_TRUE(happens("2026-10-01", Disposal{*parse_money("USD 6000.00")}));
  for (const std::string_view account :
       {"Assets:Equipment", "Assets:Accumulated-Depreciation", "Assets:Accumulated-Impairment"}) {
    EXPECT_EQ(balance(account), 0) << account;
  }
  EXPECT_EQ(balance("Income:Disposal-Gain"), -409'09);
  EXPECT_EQ(verification(), "sound");
}

TEST_F(LifeTest, ARevaluation_EliminatesWhatWasCharged_AndItsSurplusGoesToRetainedEarnings) {
  ASSERT_TRUE(books().apply({.asset = "server",
                             .book = Book::kFinancial,
                             .on = *parse_date("2026-06-01"),
                             .what = Revaluation{*parse_money("USD 14700.00")}}));
  EXPECT_EQ(balance("Assets:Equipment"), 14'700'00);
  EXPECT_EQ(balance("Equity:Revaluation-Surplus"), -(14'700'00 - 12'000'00 + 4 * 218'75));
  EXPECT_EQ(charge("2026-07"), "USD 300.00");  // 13,200 over 44 months
  ASSERT_TRUE(happens("2026-10-01", Disposal{*parse_money("USD 13500.00")}));
  for (const std::string_view account :
       {"Assets:Equipment", "Assets:Accumulated-Depreciation", "Equity:Revaluation-Surplus",
        "Income:Disposal-Gain", "Expenses:Disposal-Loss"}) {
    EXPECT_EQ(balance(account), 0) << account;
  }
  EXPECT_EQ(balance("Equity:Retained-Earnings"), -(14'700'00 - 12'000'00 + 4 * 218'75));
  EXPECT_EQ(verification(), "sound");
}

TEST_F(LifeTest, WhatIsFoundOutLate_MovesTheLoss_NotTheAmountItWasWrittenDownTo) {
  ASSERT_TRUE(books().apply({.asset = "server",
                             .book = Book::kFinancial,
                             .on = *parse_date("2026-06-01"),
                             .what = Impairment{*parse_money("USD 6000.00")}}));
  ASSERT_TRUE(happens("2026-03-01", Improvement{*parse_money("USD 470.00")}));  // 10 a month
  EXPECT_EQ(balance("Expenses:Impairment-Loss"), 12'470'00 - 4 * 218'75 - 3 * 10'00 - 6'000'00);
  EXPECT_EQ(charge("2026-07"), "USD 102.28");
  EXPECT_EQ(verification(), "sound");
}

TEST_F(LifeTest, ADisposal_EndsEveryBook) {
  MemoTerms memo{Book::kTax, books().asset("server")->terms};
  memo.terms.method = Macrs{.years = 5, .convention = Convention::kHalfYear};
  std::get<Macrs>(memo.terms.method).bonus_basis_points = 4000;
  memo.terms.convention = Convention::kHalfYear;
  ASSERT_TRUE(books().add_to_book("server", memo));
  ASSERT_TRUE(happens("2026-10-20", Disposal{*parse_money("USD 5000.00")}));
  std::map<std::string, std::int64_t> tax;
  for (const Entry& entry : journal()) {
    for (const Line& line : entry.lines) {
      if (entry.book == "tax") tax[line.account] += line.amount.minor();
    }
  }
  EXPECT_EQ(tax["Assets:Equipment"], 0);
  EXPECT_EQ(tax["Assets:Accumulated-Depreciation"], 0);
  // In service and disposed of in one year: no deduction, nor bonus.
  EXPECT_EQ(tax["Expenses:Depreciation"], 0);
  EXPECT_EQ(tax["Expenses:Depreciation:Bonus"], 0);
  EXPECT_EQ(tax["Expenses:Disposal-Loss"], 12'000'00 - 5'000'00);
}

TEST_F(LifeTest, ALossBehindAnEventToldLate_IsCorrected_ThoughNothingElseIsPostedOfItsMonth) {
  // Carried below its salvage it wears off no more: October holds the loss alone.
  const auto impaired = happens("2026-10-01", Impairment{*money::parse_money("USD 1000.00")});
  ASSERT_TRUE(impaired) << impaired.error().message();
  const std::int64_t before = balance("Assets:Accumulated-Impairment");
  ASSERT_EQ(charge("2026-10"), "USD 0.00");
  ASSERT_TRUE(happens("2026-09-01", Improvement{*money::parse_money("USD 500.00")}));
  const Course course = *books().asset("server")->course(Book::kFinancial);
  const std::int64_t impaired_by = course.balances(*parse_date("2026-11-01")).impaired;
  EXPECT_GT(impaired_by, -before);
  EXPECT_EQ(balance("Assets:Accumulated-Impairment"), -impaired_by);
}

TEST_F(LifeTest, Kill9_LeavesAllOfAnEventOrNothing) {
  for (int round = 0; round < 12; ++round) {
    const std::size_t events = books().asset("server")->events.size();
    const pid_t child = fork();
    if (child == 0) {
      auto own = store::Database::open(address(), Books::migrations());
      Books theirs(*own, clock_);
      for (int i = 0; i < 50; ++i) {
        const Event event{.asset = "server",
                          .on = *parse_date("2026-10-05"),
                          .what = Improvement{*parse_money("USD 10.00")}};
        if (!theirs.apply(event)) _exit(1);
      }
      pause();
    }
    usleep(static_cast<useconds_t>(2'000 + round * 1'300));
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status));
    EXPECT_GE(books().asset("server")->events.size(), events);
    EXPECT_EQ(verification(), "sound");
    const auto now = static_cast<std::int64_t>(books().asset("server")->events.size());
    EXPECT_EQ(balance("Assets:Equipment"), 12'000'00 + 10'00 * now) << "an event without its entry";
  }
}

}  // namespace
}  // namespace purser::books
