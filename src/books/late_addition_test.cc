// What was bought, placed or capitalised in a month that was closed before anybody said so: it
// stands from the first open day on, and what it lost until then is caught up there.
#include <gtest/gtest.h>

#include "books/purchase.h"
#include "books/testing.h"

namespace purser::books {
namespace {

using money::Money;
using money::parse_money;

Month month(std::string_view text) { return *parse_month(text); }

// The server of February 2026 is charged USD 218.75 a month; February to April are closed.
class LateAdditionTest : public LifeFixture {
 public:
  LateAdditionTest() {
    for (const std::string_view closed : {"2026-02", "2026-03", "2026-04"}) {
      EXPECT_TRUE(books().close(month(closed), {}));
    }
  }

 protected:
  // USD 9,600.00 over 48 months, 200.00 a month, in service on 2026-03-10.
  static Asset forgotten(std::string name = "spare") {
    Asset asset = plain_asset(std::move(name));
    asset.terms.cost = *parse_money("USD 9600.00");
    asset.terms.salvage = *parse_money("USD 0.00");
    asset.terms.in_service = *parse_date("2026-03-10");
    asset.terms.convention = Convention::kFullMonth;
    return asset;
  }
  // "2026-05-01 acquisition Assets:Equipment 960000", by what stands in the journal of the asset.
  std::vector<std::string> entries_of(std::string_view asset, std::string_view book = "financial") {
    std::vector<std::string> all;
    for (const Entry& entry : journal()) {
      if (entry.asset != asset || entry.book != book) continue;
      all.push_back(format(entry.date) + " " + entry.event + " " + entry.lines[0].account + " " +
                    format(entry.lines[0].amount));
    }
    return all;
  }
  Purchases purchases() { return Purchases(database(), clock_, "ann"); }
};

TEST_F(LateAdditionTest, IsOwedFromTheFirstOpenDayOn_AndCatchesUpWhatClosedMonthsWereNotCharged) {
  EXPECT_EQ(*books().add_asset(forgotten()), 2);
  const Asset spare = *books().asset("spare");
  EXPECT_EQ(spare.entered, *parse_date("2026-05-01"));
  EXPECT_EQ(spare.begins(), *parse_date("2026-05-01"));
  ASSERT_TRUE(books().post(month("2026-05")));
  EXPECT_EQ(entries_of("spare"),
            (std::vector<std::string>{"2026-05-01 acquisition Assets:Equipment USD 9,600.00",
                                      "2026-05-01 catch-up Expenses:Depreciation USD 400.00",
                                      "2026-05-31 depreciation Expenses:Depreciation USD 200.00"}));
  for (const Entry& entry : journal()) {
    if (entry.asset != "spare") continue;
    EXPECT_EQ(entry.period, month("2026-05"));
    if (entry.event == "acquisition") {
      EXPECT_EQ(entry.rule,
                "purchase, in service on 2026-03-10, when the month was closed already");
    }
  }
  EXPECT_EQ(verification(), "sound");
}

TEST_F(LateAdditionTest, TheFirstChargeOfItsSchedule_HasWhatWasCaughtUp) {
  ASSERT_TRUE(books().add_asset(forgotten()));
  const Asset spare = *books().asset("spare");
  const Course course = *spare.course(Book::kFinancial);
  const Schedule schedule = *course.schedule(PeriodLength::kMonth, spare.entered);
  EXPECT_EQ(schedule.charges.front().period.start, *parse_date("2026-05-01"));
  EXPECT_EQ(format(schedule.charges.front().amount), "USD 600.00");
  EXPECT_EQ(format(schedule.charges.at(1).amount), "USD 200.00");
  EXPECT_EQ(format(schedule.total), "USD 9,600.00");
}

TEST_F(LateAdditionTest, TheRollForwardHasItAsAdded_AndTheRegistersOfClosedMonthsNever) {
  ASSERT_TRUE(books().add_asset(forgotten()));
  ASSERT_TRUE(books().post(month("2026-05")));
  const auto rolled = *books().roll_forward(Book::kFinancial, month("2026-05"), month("2026-05"));
  ASSERT_EQ(rolled.size(), 1U);
  EXPECT_EQ(format(rolled[0].cost.added), "USD 9,600.00");
  EXPECT_EQ(format(rolled[0].accumulated.charged), "USD 818.75");  // 218.75 + 400.00 + 200.00
  const auto listed = [&](std::string_view through) {
    std::vector<std::string> lines;
    EXPECT_TRUE(books().each_standing(
        Book::kFinancial, month(through), [&](const Asset& asset, const Standing& standing) {
          lines.push_back(asset.name + " " + format(standing.carrying));
          return Status();
        }));
    return lines;
  };
  EXPECT_EQ(listed("2026-04"), std::vector<std::string>{"server USD 11,343.75"});
  EXPECT_EQ(listed("2026-05"),
            (std::vector<std::string>{"server USD 11,125.00", "spare USD 9,000.00"}));
}

// What closed months were not charged belongs to no hour of the month in which it is told.
TEST_F(LateAdditionTest, ThePriceOfItsHoursIsThatOfItsMonth_AndTheRestALineOfItsOwn) {
  ASSERT_TRUE(books().add_asset(forgotten()));
  ASSERT_TRUE(books().post(month("2026-05")));
  const PeriodParts may = *books().parts_of("spare", month("2026-05"));
  EXPECT_EQ(format(may.depreciation.amount), "USD 200.00");
  EXPECT_EQ(format(may.caught_up.value()), "USD 400.00");
  EXPECT_EQ(format(may.total()), "USD 600.00");
  const PeriodParts april = *books().parts_of("spare", month("2026-04"));
  EXPECT_EQ(april.in_service.length(), Nanoseconds{0});
  EXPECT_TRUE(april.total().is_zero());
}

TEST_F(LateAdditionTest, ItsContractsCountFromTheDayOnWhichTheBooksHaveIt) {
  Asset asset = forgotten();
  asset.space_per_month = *parse_money("USD 31.00");
  ASSERT_TRUE(books().add_asset(asset));
  EXPECT_EQ(format(books().parts_of("spare", month("2026-05"))->space.amount), "USD 31.00");
  EXPECT_TRUE(books().parts_of("spare", month("2026-04"))->space.amount.is_zero());
}

TEST_F(LateAdditionTest, Undone_LeavesNothing_AndItsNameIsFree) {
  const auto owed = balance("Liabilities:Payable");
  ASSERT_TRUE(books().add_asset(forgotten()));
  ASSERT_TRUE(books().post(month("2026-05")));
  ASSERT_TRUE(books().undo("spare"));
  EXPECT_EQ(balance("Liabilities:Payable"), owed);
  EXPECT_EQ(balance("Assets:Equipment"), 12'000'00);
  EXPECT_FALSE(books().asset("spare"));
  ASSERT_TRUE(books().add_asset(forgotten()));
  EXPECT_EQ(verification(), "sound");
}

TEST_F(LateAdditionTest, TriedDry_ShowsTheEntries_AndWritesNone) {
  std::vector<std::string> shown;
  ASSERT_TRUE(books().add_asset(forgotten(), Effect::kDryRun,
                                [&](const Entry& entry) { shown.push_back(entry.event); }));
  EXPECT_EQ(shown, (std::vector<std::string>{"acquisition", "catch-up"}));
  EXPECT_FALSE(books().asset("spare"));
}

TEST_F(LateAdditionTest, WhatHappenedToItInClosedMonths_IsToldAfterIt) {
  ASSERT_TRUE(books().add_asset(forgotten()));
  const Applied improved = *books().apply({.asset = "spare",
                                           .on = *parse_date("2026-04-02"),
                                           .what = Improvement{*parse_money("USD 460.00")}});
  EXPECT_EQ(improved.event.effective, *parse_date("2026-05-01"));
  // 9,200.00 and 460.00 over the 46 months that are left.
  EXPECT_EQ(format(books().parts_of("spare", month("2026-05"))->depreciation.amount), "USD 210.00");
  EXPECT_FALSE(books().apply({.asset = "spare",
                              .on = *parse_date("2026-03-09"),
                              .what = Repair{*parse_money("USD 1.00")}}));
}

// Another book of it opens with it, and catches up by its own terms: 20% of 9,600.00 over the ten
// months of the year from March on is 192.00 a month.
TEST_F(LateAdditionTest, InAMemoBook_CatchesUpByItsTerms) {
  ASSERT_TRUE(books().add_asset(forgotten()));
  Terms tax = forgotten().terms;
  tax.method = *parse_method("macrs:5:half-year");
  tax.convention = Convention::kHalfYear;
  ASSERT_TRUE(books().add_to_book("spare", {Book::kTax, tax}));
  EXPECT_EQ(entries_of("spare", "tax"),
            (std::vector<std::string>{"2026-05-01 acquisition Assets:Equipment USD 9,600.00",
                                      "2026-05-01 catch-up Expenses:Depreciation USD 384.00"}));
}

TEST_F(LateAdditionTest, Disposed_LeavesWithAllThatItWasChargedAndCaughtUp) {
  ASSERT_TRUE(books().add_asset(forgotten()));
  ASSERT_TRUE(books().apply({.asset = "spare",
                             .on = *parse_date("2026-06-15"),
                             .what = Disposal{*parse_money("USD 9000.00")}}));
  EXPECT_EQ(balance("Income:Disposal-Gain"), 0);  // 9,600.00 less 3 x 200.00
  EXPECT_EQ(balance("Expenses:Disposal-Loss"), 0);
  EXPECT_EQ(balance("Assets:Equipment"), 12'000'00);
}

TEST_F(LateAdditionTest, PlacedInAClosedMonth_LeavesWhatIsInProgressInTheFirstOpenOne) {
  const Acquisition bought{.asset = "rack",
                           .on = *parse_date("2026-03-05"),
                           .costs = {{CostKind::kPrice, *parse_money("USD 9600.00")}}};
  ASSERT_TRUE(purchases().acquire(bought));
  const auto place = [&] { return purchases().place(forgotten("rack")); };
  const auto placed = place();
  ASSERT_TRUE(placed) << placed.error().message();
  EXPECT_EQ(placed->purchase.steps.back().on, *parse_date("2026-03-10"));
  EXPECT_EQ(placed->purchase.steps.back().effective, *parse_date("2026-05-01"));
  EXPECT_EQ(entries_of("rack"),
            (std::vector<std::string>{"2026-05-01 purchase:1 Assets:In-Progress USD 9,600.00",
                                      "2026-05-01 placing Assets:Equipment USD 9,600.00",
                                      "2026-05-01 catch-up Expenses:Depreciation USD 400.00"}));
  ASSERT_TRUE(purchases().undo("rack"));
  EXPECT_EQ(balance("Assets:In-Progress"), 9'600'00);
  EXPECT_EQ(balance("Expenses:Depreciation"), 3 * 218'75);
  ASSERT_TRUE(place());
  EXPECT_EQ(balance("Assets:In-Progress"), 0);
  EXPECT_EQ(balance("Expenses:Depreciation"), 3 * 218'75 + 400'00);
  // What came after its day of service is no cost of its purchase, whenever that is told.
  const Acquisition later{.asset = "desk",
                          .on = *parse_date("2026-04-20"),
                          .costs = {{CostKind::kPrice, *parse_money("USD 9600.00")}}};
  ASSERT_TRUE(purchases().acquire(later));
  EXPECT_FALSE(purchases().place(forgotten("desk")));
  EXPECT_EQ(verification(), "sound");
}

}  // namespace
}  // namespace purser::books
