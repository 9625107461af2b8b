// The tax and management books of an asset.
#include <gtest/gtest.h>

#include "books/testing.h"

namespace purser::books {
namespace {

using money::Money;
using money::parse_money;

MemoTerms tax(const Asset& asset) {
  MemoTerms memo{Book::kTax, asset.terms};
  Macrs macrs{.years = 5, .convention = Convention::kHalfYear};
  macrs.section_179 = *parse_money("USD 2000.00");
  macrs.bonus_basis_points = 4000;
  memo.terms.method = macrs;
  memo.terms.convention = Convention::kHalfYear;
  memo.terms.salvage = Money::zero(money::usd());
  memo.terms.life = *parse_life("5y");
  return memo;
}

class MemoBooksTest : public BooksFixture {
 protected:
  // Debits less credits of an account in a book.
  std::int64_t balance(std::string_view book, std::string_view account) {
    std::int64_t sum = 0;
    for (const Entry& entry : journal()) {
      if (entry.book != book) continue;
      for (const Line& line : entry.lines) {
        if (line.account.starts_with(account)) sum += line.amount.minor();
      }
    }
    return sum;
  }
};

TEST_F(MemoBooksTest, KeepTheirOwnTerms_DownToSection179AndBonus) {
  const Asset server = plain_asset("server");
  ASSERT_TRUE(books().add_asset(server));
  ASSERT_EQ(*books().add_to_book("server", tax(server)), 3);
  reopen();
  const Asset kept = *books().asset("server");
  EXPECT_EQ(kept.terms.method, Method(StraightLine{}));
  ASSERT_NE(kept.terms_in(Book::kTax), nullptr);
  EXPECT_EQ(kept.terms_in(Book::kTax)->method, tax(server).terms.method);
  EXPECT_EQ(kept.terms_in(Book::kTax)->salvage, Money::zero(money::usd()));
  EXPECT_EQ(kept.terms_in(Book::kManagement), nullptr);
}

// USD 12,000 less 2,000 less 40% of 10,000 leave 6,000: 20% in 2026, 32% in 2027 (table A-1).
TEST_F(MemoBooksTest, ArePostedBesideTheLedger_AndNeverIntoIt) {
  const Asset server = plain_asset("server");
  ASSERT_TRUE(books().add_asset(server));
  ASSERT_TRUE(books().add_to_book("server", tax(server)));
  clock_.set(*parse_instant("2028-01-15T00:00:00Z"));
  for (Month m = *parse_month("2026-02"); m <= *parse_month("2027-12");
       m += std::chrono::months{1}) {
    ASSERT_TRUE(books().close(m, {}));
  }
  EXPECT_EQ(balance("tax", "Assets:Accumulated"), -(2'000'00 + 4'000'00 + 1'200'00 + 1'920'00));
  EXPECT_EQ(balance("tax", "Assets:Equipment"), 12'000'00);
  // USD 10,500 x 685 / 1461 days, and nothing of the tax book.
  EXPECT_EQ(balance("financial", "Assets:Accumulated"), -4'923'00);
  EXPECT_EQ(balance("financial", "Expenses"), 4'923'00);
  EXPECT_EQ(verification(), "sound");
}

TEST_F(MemoBooksTest, CanBePostedOneByOne) {
  const Asset server = plain_asset("server");
  ASSERT_TRUE(books().add_asset(server));
  ASSERT_TRUE(books().add_to_book("server", tax(server)));
  const Month march = *parse_month("2026-03");
  EXPECT_EQ(*books().post(march, Effect::kWrite, {}, Book::kTax), 1);
  EXPECT_FALSE(books().posted("server", march)->posted);
  EXPECT_EQ(*books().post(march), 1);
  EXPECT_TRUE(books().posted("server", march)->posted);
  EXPECT_EQ(*books().post(march), 0);
}

TEST_F(MemoBooksTest, ThatComeLate_CatchUpInTheFirstOpenMonth) {
  const Asset server = plain_asset("server");
  ASSERT_TRUE(books().add_asset(server));
  for (const char* m : {"2026-02", "2026-03"}) ASSERT_TRUE(books().close(*parse_month(m), {}));
  MemoTerms memo{Book::kManagement, server.terms};
  memo.terms.life = *parse_life("21mo");
  memo.terms.convention = Convention::kFullMonth;
  ASSERT_EQ(*books().add_to_book("server", memo), 2);
  EXPECT_EQ(format(journal().back().date), "2026-04-01");
  EXPECT_EQ(balance("management", "Assets:Accumulated"), -1'000'00);  // two of 21 months
  ASSERT_TRUE(books().close(*parse_month("2026-04"), {}));
  EXPECT_EQ(balance("management", "Assets:Accumulated"), -1'500'00);
  EXPECT_EQ(verification(), "sound");
}

TEST_F(MemoBooksTest, RefuseWhatDoesNotFit_AndAPurchaseIsNotReversed) {
  const Asset server = plain_asset("server");
  ASSERT_TRUE(books().add_asset(server));
  MemoTerms memo = tax(server);
  memo.terms.cost = *parse_money("USD 9000.00");
  EXPECT_EQ(books().add_to_book("server", memo).error().code(), ErrorCode::kInvalidInput);
  memo = tax(server);
  memo.book = Book::kFinancial;
  EXPECT_EQ(books().add_to_book("server", memo).error().code(), ErrorCode::kAlreadyExists);
  ASSERT_TRUE(books().add_to_book("server", tax(server), Effect::kDryRun));
  EXPECT_EQ(journal().size(), 1U);
  ASSERT_TRUE(books().add_to_book("server", tax(server)));
  EXPECT_EQ(books().add_to_book("server", tax(server)).error().code(), ErrorCode::kAlreadyExists);
  for (const std::int64_t number : {2, 3, 4}) {
    EXPECT_EQ(books().reverse(number).error().code(), ErrorCode::kRefused) << number;
  }
  Asset deducted = plain_asset("deducted");
  deducted.terms = tax(server).terms;
  EXPECT_EQ(books().add_asset(deducted).error().code(), ErrorCode::kInvalidInput);
}

TEST_F(MemoBooksTest, ReversedEntriesArePostedAgainInTheirOwnBook) {
  const Asset server = plain_asset("server");
  ASSERT_TRUE(books().add_asset(server));
  ASSERT_TRUE(books().add_to_book("server", tax(server)));
  const Month march = *parse_month("2026-03");
  ASSERT_TRUE(books().post(march));
  ASSERT_EQ(journal().back().book, "tax");
  ASSERT_EQ(*books().reverse(journal().back().number), 1);
  EXPECT_EQ(journal().back().book, "tax");
  EXPECT_EQ(*books().post(march), 1);
  EXPECT_EQ(journal().back().book, "tax");
  EXPECT_EQ(verification(), "sound");
}

}  // namespace
}  // namespace purser::books
