// Assets that divide, become one, come out of other books or were added by mistake: what the
// journal says of it.
#include <gtest/gtest.h>

#include "books/testing.h"

namespace purser::books {
namespace {

using money::Money;
using money::parse_money;

class DivisionTest : public LifeFixture {
 protected:
  Result<Applied> split(std::string_view on, std::int64_t share, std::int64_t whole,
                        std::string part = "gpu") {
    return books().split({"server", std::move(part), *parse_date(on), share, whole});
  }
  // Of one asset; debits are positive.
  std::int64_t balance_of(std::string_view asset, std::string_view account,
                          std::string_view book = "financial") {
    std::int64_t sum = 0;
    for (const Entry& entry : journal()) {
      if (entry.asset != asset || entry.book != book) continue;
      for (const Line& line : entry.lines) {
        if (line.account == account) sum += line.amount.minor();
      }
    }
    return sum;
  }
  void close_through(std::string_view last) {
    for (Month m = *books().first_open().value(); m <= *parse_month(last);
         m += std::chrono::months{1}) {
      ASSERT_TRUE(books().close(m, {}));
    }
  }
};

TEST_F(DivisionTest, APartTakesItsShareOfCostAndDepreciation_AndTheTransfersStandAtZero) {
  const Applied divided = *split("2026-10-01", 1, 8);
  EXPECT_EQ(divided.other->name, "gpu");
  EXPECT_EQ(balance_of("gpu", "Assets:Equipment"), 1'500'00);
  EXPECT_EQ(balance_of("server", "Assets:Equipment"), 10'500'00);
  // 8 months of 218.75 until then, and October of both.
  EXPECT_EQ(balance_of("gpu", "Assets:Accumulated-Depreciation"), -(218'75 + 27'34));
  EXPECT_EQ(balance("Assets:Accumulated-Depreciation"), -9 * 218'75);
  EXPECT_EQ(balance("Assets:Transfers"), 0);
  EXPECT_EQ(charge("2026-10"), "USD 191.41");
  EXPECT_EQ(format(books().parts_of("gpu", *parse_month("2026-10"))->depreciation.amount),
            "USD 27.34");
  EXPECT_EQ(*books().post(*parse_month("2026-10")), 0);
  EXPECT_EQ(verification(), "sound");
}

TEST_F(DivisionTest, InTheMiddleOfAMonth_EachIsChargedForItsDays) {
  ASSERT_TRUE(split("2026-10-16", 1, 2));
  const auto whole = balance_of("server", "Expenses:Depreciation");
  const auto part = balance_of("gpu", "Expenses:Depreciation");
  EXPECT_EQ(whole + part, 9 * 218'75);
  const PeriodParts october = *books().parts_of("gpu", *parse_month("2026-10"));
  EXPECT_EQ(date_of(october.in_service.start), *parse_date("2026-10-16"));
  EXPECT_EQ(books().parts_of("gpu", *parse_month("2026-09"))->depreciation.amount.minor(), 0);
}

TEST_F(DivisionTest, InEveryBook_TheShareOfWhatThatBookHolds) {
  Terms tax = books().asset("server")->terms;
  tax.method = Macrs{5, Convention::kHalfYear, *parse_money("USD 2000"), 4000};
  tax.convention = Convention::kHalfYear;
  ASSERT_TRUE(books().add_to_book("server", {Book::kTax, tax}));
  ASSERT_TRUE(split("2026-10-01", 1, 4));
  EXPECT_EQ(balance_of("gpu", "Assets:Equipment", "tax"), 3'000'00);
  // Section 179 and 40% of the rest, 6,000 in all, and half a year's 20% of 6,000 by ten months...
  const Asset part = *books().asset("gpu");
  ASSERT_NE(part.terms_in(Book::kTax), nullptr);
  EXPECT_EQ(deducted_at_once(*part.terms_in(Book::kTax)).minor(), 1'500'00);
  const Date end = *parse_date("2035-01-01");
  EXPECT_EQ(part.course(Book::kTax)->book_value(end)->minor(), 0);
  EXPECT_EQ(books().asset("server")->course(Book::kTax)->book_value(end)->minor(), 0);
  std::int64_t transfers = 0;
  for (const Entry& entry : journal()) {
    for (const Line& line : entry.lines) {
      if (entry.book == "tax" && line.account == "Assets:Transfers") {
        transfers += line.amount.minor();
      }
    }
  }
  EXPECT_EQ(transfers, 0);
  EXPECT_EQ(verification(), "sound");
}

// A credit note is of one book where a table stands in another.
TEST_F(DivisionTest, OfWhatWasCreditedInOneBook_EachBookHasItsOwnCost) {
  Terms tax = books().asset("server")->terms;
  tax.method = Macrs{5, Convention::kHalfYear, *parse_money("USD 9000")};
  tax.convention = Convention::kHalfYear;
  ASSERT_TRUE(books().add_to_book("server", {Book::kTax, tax}));
  ASSERT_TRUE(books().apply({.asset = "server",
                             .book = Book::kFinancial,
                             .on = *parse_date("2026-10-01"),
                             .what = Improvement{*parse_money("USD -8000.00")}}));
  ASSERT_TRUE(split("2026-10-02", 1, 4));
  EXPECT_EQ(balance_of("gpu", "Assets:Equipment"), 1'000'00);
  EXPECT_EQ(balance_of("gpu", "Assets:Equipment", "tax"), 3'000'00);
  const Asset part = *books().asset("gpu");
  EXPECT_EQ(format(part.terms_in(Book::kTax)->cost), "USD 3,000.00");
  EXPECT_EQ(deducted_at_once(*part.terms_in(Book::kTax)).minor(), 2'250'00);
  EXPECT_EQ(part.course(Book::kTax)->book_value(*parse_date("2035-01-01"))->minor(), 0);
  EXPECT_EQ(verification(), "sound");
}

TEST_F(DivisionTest, APartThatIsSold_HasAGainOfItsOwn) {
  const Applied sold = *books().dispose_part({"server", "gpu", *parse_date("2026-10-01"), 1, 8},
                                             {*parse_money("USD 1400")});
  EXPECT_EQ(sold.other->name, "server");
  // Carried at 1,500.00 less an eighth of eight months.
  EXPECT_EQ(balance("Income:Disposal-Gain"), -(1'400'00 - (1'500'00 - 218'75)));
  EXPECT_EQ(balance_of("gpu", "Assets:Equipment"), 0);
  EXPECT_EQ(balance_of("server", "Assets:Equipment"), 10'500'00);
  ASSERT_TRUE(books().undo("server"));  // both: it was one command
  EXPECT_EQ(balance_of("server", "Assets:Equipment"), 12'000'00);
  EXPECT_EQ(balance("Income:Disposal-Gain"), 0);
  EXPECT_EQ(verification(), "sound");
}

TEST_F(DivisionTest, Merged_TheTwoAreOneAgain) {
  ASSERT_TRUE(split("2026-09-01", 1, 3));
  const Applied merged = *books().merge("gpu", "server", *parse_date("2026-11-01"));
  EXPECT_EQ(merged.event.asset, "server");
  EXPECT_EQ(balance_of("server", "Assets:Equipment"), 12'000'00);
  EXPECT_EQ(balance_of("gpu", "Assets:Equipment"), 0);
  EXPECT_EQ(balance_of("gpu", "Assets:Accumulated-Depreciation"), 0);
  EXPECT_EQ(balance("Assets:Transfers"), 0);
  EXPECT_EQ(charge("2026-12"), "USD 218.75");
  EXPECT_FALSE(books().apply(
      {.asset = "gpu", .on = *parse_date("2026-11-02"), .what = Repair{*parse_money("USD 1")}}));
  EXPECT_EQ(books().undo("gpu")->event.asset, "server") << "where it was recorded";
  EXPECT_EQ(balance_of("gpu", "Assets:Equipment"), 4'000'00);
  EXPECT_EQ(balance("Assets:Transfers"), 0);
  EXPECT_EQ(verification(), "sound");
}

TEST_F(DivisionTest, OnlyWhatWearsOffAlike_BecomesOne) {
  Asset other = plain_asset("other");
  ASSERT_TRUE(books().add_asset(other));
  EXPECT_FALSE(books().merge("other", "server", *parse_date("2026-11-01")));
  EXPECT_FALSE(books().merge("server", "server", *parse_date("2026-11-01")));
}

TEST_F(DivisionTest, Undone_ThePartWasNever_AndItsNameIsFree) {
  ASSERT_TRUE(split("2026-10-01", 1, 8));
  ASSERT_TRUE(books().post(*parse_month("2026-11")));
  const Applied undone = *books().undo("server");
  EXPECT_EQ(undone.other->name, "gpu");
  EXPECT_FALSE(books().asset("gpu"));
  EXPECT_EQ(balance_of("gpu", "Assets:Equipment"), 0);
  EXPECT_EQ(balance_of("gpu", "Expenses:Depreciation"), 0);
  EXPECT_EQ(charge("2026-11"), "USD 218.75");
  EXPECT_EQ(verification(), "sound");
  ASSERT_TRUE(split("2026-10-01", 1, 4));
  // What was posted of the part that never was is not that of the one that has its name.
  for (const Entry& entry : journal()) {
    if (entry.asset != "gpu" || entry.event != "depreciation" ||
        entry.number > undone.entries + 9) {
      continue;
    }
    EXPECT_EQ(books().reverse(entry.number).error().code(), ErrorCode::kRefused) << entry.number;
    break;
  }
  EXPECT_EQ(books().assets()->size(), 2);
  EXPECT_EQ(verification(), "sound");
}

TEST_F(DivisionTest, WhatHappenedBeforeADivision_IsRecordedBeforeIt) {
  ASSERT_TRUE(split("2026-10-10", 1, 8));
  EXPECT_EQ(happens("2026-10-05", Improvement{*parse_money("USD 8")}).error().code(),
            ErrorCode::kRefused);
  EXPECT_TRUE(happens("2026-10-10", Improvement{*parse_money("USD 8")}));
}

TEST_F(DivisionTest, ARepairBeforeIt_ChangesNothingThatWasShared_AndIsRecorded) {
  ASSERT_TRUE(split("2026-10-10", 1, 8));
  const std::int64_t part = balance_of("gpu", "Assets:Accumulated-Depreciation");
  EXPECT_TRUE(happens("2026-10-05", Repair{*parse_money("USD 8")}));
  EXPECT_EQ(balance("Expenses:Repairs"), 8'00);
  EXPECT_EQ(balance_of("gpu", "Assets:Accumulated-Depreciation"), part);
}

TEST_F(DivisionTest, ToldAhead_BothSidesArePostedTogether_WhateverPostsTheFirst) {
  ASSERT_TRUE(split("2026-12-10", 1, 3));
  ASSERT_TRUE(books().split({"gpu", "chip", *parse_date("2026-12-12"), 1, 2}));
  EXPECT_EQ(balance_of("gpu", "Assets:Equipment"), 0);
  clock_.set(*parse_instant("2026-12-20T12:00:00Z"));
  ASSERT_TRUE(happens("2026-12-11", Repair{*parse_money("USD 8")}));
  EXPECT_EQ(balance("Assets:Transfers"), 0);
  EXPECT_EQ(balance("Assets:Equipment"), 12'000'00);
  EXPECT_EQ(balance_of("gpu", "Assets:Equipment"), 2'000'00);
  EXPECT_EQ(balance_of("chip", "Assets:Equipment"), 2'000'00);
  EXPECT_EQ(*books().post(*parse_month("2026-12")), 0);
  EXPECT_EQ(verification(), "sound");
}

TEST_F(DivisionTest, SharesOfNothingAndOfAll_AreRefused) {
  EXPECT_FALSE(split("2026-10-01", 0, 8));
  EXPECT_FALSE(split("2026-10-01", 8, 8));
  EXPECT_FALSE(split("2026-10-01", 1, 10'000'000));  // no cent
  EXPECT_FALSE(split("2026-10-01", 1, 2, "server"));
  EXPECT_FALSE(split("2026-01-01", 1, 2));  // before service
  EXPECT_EQ(books().assets()->size(), 1);
}

// --- takeover and withdrawal ---------------------------------------------------------------------

Asset taken_over(std::string_view on, std::string_view accumulated, bool catches_up = false) {
  Asset asset = plain_asset("old");
  asset.terms = {*parse_money("USD 36000"), *parse_money("USD 3000"), *parse_life("48mo"),
                 *parse_date("2025-05-01"), StraightLine{},           Convention::kFullMonth};
  asset.takeover = Takeover{*parse_date(on), *parse_money(accumulated), catches_up};
  return asset;
}

TEST_F(DivisionTest, TakenOver_ItBringsItsDepreciation_AndNoPastIsPosted) {
  close_through("2026-10");
  ASSERT_TRUE(books().add_asset(taken_over("2026-11-01", "USD 12000")));
  EXPECT_EQ(balance_of("old", "Assets:Equipment"), 36'000'00);
  EXPECT_EQ(balance_of("old", "Assets:Accumulated-Depreciation"), -12'000'00);
  EXPECT_EQ(balance("Equity:Opening-Balances"), -24'000'00);
  EXPECT_EQ(format(books().parts_of("old", *parse_month("2026-11"))->depreciation.amount),
            "USD 700.00");
  reopen();
  EXPECT_EQ(books().asset("old")->takeover->accumulated.minor(), 12'000'00);
  EXPECT_EQ(verification(), "sound");
}

TEST_F(DivisionTest, CaughtUp_TheDifferenceIsAnExpenseOfTheDay) {
  ASSERT_TRUE(books().add_asset(taken_over("2026-11-01", "USD 12000", true)));
  EXPECT_EQ(balance_of("old", "Assets:Accumulated-Depreciation"), -12'375'00);
  EXPECT_EQ(balance_of("old", "Expenses:Depreciation"), 375'00);
  EXPECT_EQ(balance("Equity:Opening-Balances"), -24'000'00);
  EXPECT_EQ(format(books().parts_of("old", *parse_month("2026-11"))->depreciation.amount),
            "USD 687.50");
}

TEST_F(DivisionTest, AMemoBookOfWhatWasTakenOver_OpensByItsTerms_OrByWhatIsGiven) {
  ASSERT_TRUE(books().add_asset(taken_over("2026-11-01", "USD 12000")));
  Terms terms = books().asset("old")->terms;
  terms.life = *parse_life("96mo");
  ASSERT_TRUE(books().add_to_book("old", {Book::kManagement, terms}));
  EXPECT_EQ(balance_of("old", "Assets:Accumulated-Depreciation", "management"), -6'187'50);
  terms.method = Macrs{5, Convention::kHalfYear};
  terms.convention = Convention::kHalfYear;
  MemoTerms tax{Book::kTax, terms};
  tax.takeover = Takeover{{}, *parse_money("USD 1.00")};
  EXPECT_FALSE(books().add_to_book("old", tax));  // not what the table says
  tax.takeover.reset();
  ASSERT_TRUE(books().add_to_book("old", tax));
  EXPECT_EQ(
      books().asset("old")->course(Book::kTax)->book_value(*parse_date("2035-01-01"))->minor(), 0);
  EXPECT_EQ(verification(), "sound");
}

TEST_F(DivisionTest, ATakeoverThatMakesNoSense_IsRefused) {
  EXPECT_FALSE(books().add_asset(taken_over("2025-04-01", "USD 0")));
  EXPECT_FALSE(books().add_asset(taken_over("2026-11-01", "USD 36000.01")));
  EXPECT_FALSE(books().add_asset(taken_over("2026-11-01", "EUR 12000")));
  EXPECT_FALSE(books().add_asset(taken_over("2030-11-01", "USD 12000")));  // its life is over
  close_through("2026-10");
  EXPECT_FALSE(books().add_asset(taken_over("2026-10-31", "USD 12000")));
}

TEST_F(DivisionTest, AddedByMistake_ItIsTakenBack_AndItsNameIsFree) {
  ASSERT_TRUE(books().add_asset(taken_over("2026-10-01", "USD 12000")));
  ASSERT_TRUE(books().post(*parse_month("2026-10")));
  ASSERT_TRUE(books().undo("old"));
  EXPECT_FALSE(books().asset("old"));
  EXPECT_EQ(balance_of("old", "Assets:Equipment"), 0);
  EXPECT_EQ(balance_of("old", "Expenses:Depreciation"), 0);
  EXPECT_EQ(balance("Equity:Opening-Balances"), 0);
  ASSERT_TRUE(books().add_asset(taken_over("2026-11-01", "USD 12000")));
  EXPECT_EQ(verification(), "sound");
  close_through("2026-10");
  EXPECT_EQ(books().undo("server").error().code(), ErrorCode::kRefused);  // its purchase is closed
}

// --- reinstatement and trade-in ------------------------------------------------------------------

TEST_F(DivisionTest, WhatWasSoldInAClosedMonth_ComesBackLater_WithWhatStoodForIt) {
  ASSERT_TRUE(happens("2026-08-20", Disposal{*parse_money("USD 11000")}));
  EXPECT_EQ(happens("2026-11-05", Reinstatement{}).error().code(), ErrorCode::kRefused);  // undo it
  close_through("2026-10");
  ASSERT_TRUE(happens("2026-11-01", Reinstatement{}));
  EXPECT_EQ(balance("Assets:Equipment"), 12'000'00);
  EXPECT_EQ(balance("Income:Disposal-Gain"), 0);
  EXPECT_EQ(balance("Assets:Receivable"), 0);
  // 10,500 less six months, over the 39 that are left.
  EXPECT_EQ(charge("2026-11"), "USD 235.58");
  EXPECT_EQ(books().parts_of("server", *parse_month("2026-10"))->in_service.length(),
            Nanoseconds{0});
  EXPECT_GT(books().parts_of("server", *parse_month("2026-11"))->in_service.length(),
            Nanoseconds{0});
  ASSERT_TRUE(happens("2026-11-10", Disposal{*parse_money("USD 9000")}));
  EXPECT_EQ(balance("Assets:Equipment"), 0);
  EXPECT_EQ(verification(), "sound");
}

TEST_F(DivisionTest, BackOnTheFirstOpenDay_ItIsWhatWasPosted_WhateverHappensOnThatDay) {
  Terms tax = books().asset("server")->terms;
  tax.method = Macrs{5, Convention::kHalfYear};
  tax.convention = Convention::kHalfYear;
  ASSERT_TRUE(books().add_to_book("server", {Book::kTax, tax}));
  ASSERT_TRUE(happens("2026-10-20", Disposal{*parse_money("USD 11000")}));
  const std::int64_t gain = balance("Income:Disposal-Gain");
  const std::int64_t written_off = balance_of("server", "Assets:Equipment", "tax");
  EXPECT_EQ(written_off, 0);
  close_through("2026-10");
  EXPECT_EQ(happens("2026-10-10", Reinstatement{}).error().code(), ErrorCode::kRefused);
  ASSERT_TRUE(happens("2026-11-01", Reinstatement{}));
  ASSERT_TRUE(happens("2026-11-01", Improvement{*parse_money("USD 1000")}));
  EXPECT_NE(gain, 0);
  EXPECT_EQ(balance("Income:Disposal-Gain") + balance("Expenses:Disposal-Loss"), 0);
  EXPECT_EQ(balance_of("server", "Assets:Equipment"), 13'000'00);
  EXPECT_EQ(balance_of("server", "Assets:Equipment", "tax"), 13'000'00);
  ASSERT_TRUE(books().post(*parse_month("2026-11")));
  const Course course = *books().asset("server")->course(Book::kTax);
  EXPECT_EQ(-balance_of("server", "Assets:Accumulated-Depreciation", "tax"),
            course.accumulated(*parse_date("2026-12-01"))->minor());
  EXPECT_EQ(verification(), "sound");
}

TEST_F(DivisionTest, NothingMergesIntoWhatLeavesLater_AndAFirstDaysEventIsInTheSchedule) {
  ASSERT_TRUE(split("2026-11-02", 1, 2));
  ASSERT_TRUE(books().apply({.asset = "gpu",
                             .on = *parse_date("2026-11-03"),
                             .what = Disposal{Money::zero(money::usd())}}));
  EXPECT_EQ(books().merge("server", "gpu", *parse_date("2026-11-02")).error().code(),
            ErrorCode::kRefused);
  ASSERT_TRUE(books().add_asset(plain_asset("new")));
  ASSERT_TRUE(books().apply({.asset = "new",
                             .on = *parse_date("2026-02-15"),
                             .what = Improvement{*parse_money("USD 100")}}));
  const Course course = *books().asset("new")->course(Book::kFinancial);
  const Schedule schedule = *course.schedule(PeriodLength::kYear);
  std::int64_t left = schedule.opening.minor() - schedule.total.minor();
  for (const Addition& addition : schedule.additions) left += addition.amount.minor();
  EXPECT_EQ(left, 1'500'00);
}

TEST_F(DivisionTest, ABookThatDidNotKnowWhatPassed_IsRefused) {
  ASSERT_TRUE(split("2026-10-01", 1, 2));
  Terms terms = books().asset("server")->terms;
  EXPECT_EQ(books().add_to_book("server", {Book::kTax, terms}).error().code(), ErrorCode::kRefused);
  terms = books().asset("gpu")->terms;
  EXPECT_EQ(books().add_to_book("gpu", {Book::kTax, terms}).error().code(), ErrorCode::kRefused);
}

TEST_F(DivisionTest, ATradeIn_IsTakenOffWhatIsOwed) {
  const auto owed = balance("Liabilities:Payable");
  ASSERT_TRUE(happens("2026-10-20", Disposal{*parse_money("USD 9000"), true}));
  EXPECT_EQ(balance("Assets:Receivable"), 0);
  EXPECT_EQ(balance("Liabilities:Payable"), owed + 9'000'00);
  EXPECT_TRUE(std::get<Disposal>(books().asset("server")->events.back().what).trade_in);
}

// Given for nothing, in service by MACRS, and improved by 1,000.00: that is what there is to share.
TEST_F(DivisionTest, OfWhatCostNothing_AndWasImproved_TheImprovementIsShared) {
  Asset gift = plain_asset("gift");
  gift.terms.cost = gift.terms.salvage = *parse_money("USD 0.00");
  gift.terms.method = *parse_method("macrs:5:half-year");
  gift.terms.convention = Convention::kHalfYear;
  ASSERT_TRUE(books().add_asset(gift));
  EXPECT_FALSE(books().split({"gift", "early", *parse_date("2026-03-01"), 1, 4}));
  ASSERT_TRUE(books().apply({.asset = "gift",
                             .on = *parse_date("2026-04-10"),
                             .what = Improvement{*parse_money("USD 1000.00")}}));
  ASSERT_TRUE(books().split({"gift", "ribbon", *parse_date("2026-06-01"), 1, 4}));
  EXPECT_EQ(balance_of("ribbon", "Assets:Equipment"), 250'00);
  EXPECT_EQ(balance_of("gift", "Assets:Equipment"), 750'00);
  EXPECT_EQ(balance("Assets:Transfers"), 0);
  const Course ribbon = *books().asset("ribbon")->course(Book::kFinancial);
  EXPECT_EQ(ribbon.book_value(*parse_date("2033-01-01"))->minor(), 0);
  EXPECT_EQ(verification(), "sound");
}

}  // namespace
}  // namespace purser::books
