// The register and the roll-forward: what they say is what stands in the journal.
#include "books/registers.h"

#include <map>

#include <gtest/gtest.h>

#include "books/testing.h"

namespace purser::books {
namespace {

using money::Money;

Month month(std::string_view text) { return *parse_month(text); }
Money usd(std::int64_t minor) { return {minor, *money::Currency::parse("USD")}; }

class RegistersTest : public BooksFixture {
 protected:
  void add(const std::string& name, const std::string& asset_class) {
    Asset asset = plain_asset(name);
    asset.asset_class = asset_class;
    ASSERT_TRUE(books().add_asset(asset));
  }
  void post(std::string_view first, std::string_view last) {
    for (Month at = month(first); at <= month(last); at += std::chrono::months{1}) {
      ASSERT_TRUE(books().post(at));
    }
  }
  std::vector<std::string> register_of(std::string_view through, Book book = Book::kFinancial) {
    std::vector<std::string> lines;
    EXPECT_TRUE(books().each_standing(
        book, month(through), [&](const Asset& asset, const Standing& standing) -> Status {
          lines.push_back(asset.asset_class + "/" + asset.name + " " + format(standing.cost) + " " +
                          format(standing.accumulated) + " " + format(standing.carrying));
          return {};
        }));
    return lines;
  }
  // Of the two accounts, added up entry by entry.
  std::map<std::string, std::int64_t> balances(std::string_view through) {
    std::map<std::string, std::int64_t> sums;
    for (const Entry& entry : journal()) {
      if (entry.period > month(through) || entry.book != "financial") continue;
      for (const Line& line : entry.lines) sums[line.account] += line.amount.minor();
    }
    return sums;
  }
};

TEST_F(RegistersTest, TheRegisterShowsEachAssetAsPosted_ByClassAndName) {
  add("zebra", "gpus");
  add("apple", "racks");
  add("ant", "gpus");
  post("2026-02", "2026-03");
  EXPECT_EQ(register_of("2026-03"),
            (std::vector<std::string>{"gpus/ant USD 12,000.00 USD 323.41 USD 11,676.59",
                                      "gpus/zebra USD 12,000.00 USD 323.41 USD 11,676.59",
                                      "racks/apple USD 12,000.00 USD 323.41 USD 11,676.59"}));
  // What was not posted is not in it.
  EXPECT_EQ(register_of("2026-10"), register_of("2026-03"));
  EXPECT_TRUE(register_of("2026-01").empty());
  EXPECT_TRUE(register_of("2026-10", Book::kTax).empty());
}

TEST_F(RegistersTest, WhatWasDisposedOfLeavesTheRegister_FromThatMonthOn) {
  add("ant", "gpus");
  Event sale{.asset = "ant", .on = *parse_date("2026-06-30"), .what = Disposal{usd(9'000'00)}};
  ASSERT_TRUE(books().apply(sale));
  EXPECT_EQ(register_of("2026-05").size(), 1U);
  EXPECT_TRUE(register_of("2026-06").empty());
}

TEST_F(RegistersTest, ARollForwardJoinsOpeningAndClosing_AndIsTheJournals) {
  add("ant", "gpus");
  add("bee", "gpus");
  add("cow", "racks");
  post("2026-02", "2026-05");
  ASSERT_TRUE(books().apply(
      {.asset = "ant", .on = *parse_date("2026-06-10"), .what = Improvement{usd(500'00)}}));
  ASSERT_TRUE(books().apply(
      {.asset = "bee", .on = *parse_date("2026-06-30"), .what = Disposal{usd(9'000'00)}}));
  post("2026-06", "2026-06");
  const auto classes = *books().roll_forward(Book::kFinancial, month("2026-06"), month("2026-06"));
  ASSERT_EQ(classes.size(), 2U);
  const ClassMovements& gpus = classes[0];
  EXPECT_EQ(gpus.asset_class, "gpus");
  EXPECT_EQ(format(gpus.cost.opening), "USD 24,000.00");
  EXPECT_EQ(format(gpus.cost.added), "USD 500.00");
  EXPECT_EQ(format(gpus.cost.disposed), "USD -12,000.00");
  EXPECT_TRUE(gpus.cost.other.is_zero());
  EXPECT_EQ(format(gpus.cost.closing), "USD 12,500.00");
  EXPECT_TRUE(gpus.accumulated.disposed.is_negative());
  std::int64_t cost = 0;
  std::int64_t accumulated = 0;
  for (const ClassMovements& one : classes) {
    for (const Movements& side : {one.cost, one.accumulated}) {
      std::int64_t sum = 0;
      for (const Movement& moved : kMovements) sum += (side.*moved.amount).minor();
      EXPECT_EQ(sum, 2 * side.closing.minor());
    }
    cost += one.cost.closing.minor();
    accumulated += one.accumulated.closing.minor();
  }
  const auto stands = balances("2026-06");
  EXPECT_EQ(cost, stands.at("Assets:Equipment"));
  EXPECT_EQ(accumulated, -stands.at("Assets:Accumulated-Depreciation"));
  // One month opens where the one before it closed.
  const auto before = *books().roll_forward(Book::kFinancial, month("2026-01"), month("2026-05"));
  EXPECT_EQ(before[0].cost.closing, gpus.cost.opening);
  EXPECT_EQ(before[0].accumulated.closing, gpus.accumulated.opening);
}

TEST_F(RegistersTest, AReversedChargeIsNoOtherMovement) {
  add("ant", "gpus");
  post("2026-02", "2026-02");
  ASSERT_TRUE(books().reverse(2));
  const auto classes = *books().roll_forward(Book::kFinancial, month("2026-02"), month("2026-02"));
  ASSERT_EQ(classes.size(), 1U);
  EXPECT_TRUE(classes[0].accumulated.added.is_zero());
  EXPECT_TRUE(classes[0].accumulated.closing.is_zero());
}

TEST_F(RegistersTest, AClassHasAPlainName) {
  Asset asset = plain_asset("ant");
  asset.asset_class = "GPU servers";
  EXPECT_FALSE(books().add_asset(asset));
  EXPECT_EQ(books().asset("ant").has_value(), false);
}

// It left in March and came back in June: April and May never had it.
TEST_F(RegistersTest, WhatIsBack_IsInNoRegisterOfTheMonthsInWhichItWasGone) {
  add("zebra", "gpus");
  post("2026-02", "2026-02");
  ASSERT_TRUE(
      books().apply({.asset = "zebra", .on = *parse_date("2026-03-10"), .what = Disposal{usd(0)}}));
  for (const std::string_view closed : {"2026-02", "2026-03", "2026-04", "2026-05"}) {
    ASSERT_TRUE(books().close(month(closed), {}));
  }
  ASSERT_TRUE(register_of("2026-04").empty());
  ASSERT_TRUE(
      books().apply({.asset = "zebra", .on = *parse_date("2026-06-20"), .what = Reinstatement{}}));
  EXPECT_EQ(register_of("2026-02").size(), 1U);
  EXPECT_EQ(register_of("2026-03"), std::vector<std::string>());
  EXPECT_EQ(register_of("2026-05"), std::vector<std::string>());
  EXPECT_EQ(register_of("2026-06").size(), 1U);
}

}  // namespace
}  // namespace purser::books
