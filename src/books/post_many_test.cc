// A month of more assets than are read at once, against each asset by itself.
#include <map>
#include <utility>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "books/additions.h"
#include "books/posting.h"
#include "books/testing.h"

namespace purser::books {
namespace {

using money::parse_money;

constexpr int kAssets = 2345;

class PostManyTest : public BooksFixture {
 protected:
  static std::string name_of(int i) { return fmt::format("a{}", i); }

  // Every tenth is charged by use, every seventh has contracts, every ninth a tax book; one in
  // eight is not in service yet in July.
  static Asset asset_of(int i) {
    Asset asset = plain_asset(name_of(i));
    asset.terms.cost = money::Money(1'200'000 + std::int64_t{i} * 37, money::usd());
    if (i % 8 == 5) asset.terms.in_service = *parse_date("2026-10-03");
    if (i % 3 == 0) {
      asset.terms.method = *parse_method("declining-balance:2:switch");
      asset.terms.convention = Convention::kFullMonth;
    }
    if (i % 10 == 0) {
      asset.terms.method = UnitsOfProduction{.total_millionths = money::Int128{1'000'000'000}};
      asset.terms.convention = Convention::kDaily;
    }
    if (i % 7 == 0) {
      asset.maintenance_per_year = *parse_money("USD 365.00");
      asset.space_per_month = *parse_money("USD 31.07");
    }
    return asset;
  }

  void add_all() {
    auto additions = books().begin_additions();
    ASSERT_TRUE(additions);
    for (int i = 0; i < kAssets; ++i) {
      const Asset asset = asset_of(i);
      ASSERT_TRUE(additions->add_asset(asset));
      if (i % 9 != 0) continue;
      MemoTerms tax{Book::kTax, plain_asset("").terms};
      tax.terms.cost = asset.terms.cost;
      tax.terms.in_service = asset.terms.in_service;
      ASSERT_TRUE(additions->add_to_book(asset.name, tax));
    }
    ASSERT_TRUE(additions->commit());
    for (int i = 10; i < kAssets; i += 10) {
      if (i % 8 == 5) continue;
      const std::vector<UnitsUsed> used{
          {{*parse_date("2026-07-01"), *parse_date("2026-07-15")}, money::Int128{i} * 100'000}};
      ASSERT_TRUE(books().add_units(name_of(i), used));
    }
    for (int i = 1003; i < kAssets; i += 400) {
      ASSERT_TRUE(books().apply({.asset = name_of(i),
                                 .on = *parse_date("2026-07-11"),
                                 .what = Improvement{*parse_money("USD 500.00")}}));
    }
  }

  // What July comes to for one asset and book, reckoned by itself.
  static money::Money loss_in_july(const Asset& asset, Book book) {
    const Course course = *asset.course(book);
    return *money::subtract(*course.accumulated(*parse_date("2026-08-01")),
                            *course.accumulated(*parse_date("2026-07-01")));
  }

  // Sums of the expenses in the journal, by asset, book and event.
  std::map<std::string, std::int64_t> posted_in(Month month) {
    std::map<std::string, std::int64_t> sums;
    EXPECT_TRUE(books().each_entry(month, [&](const Entry& entry) -> Status {
      sums[entry.asset + ' ' + entry.book + ' ' + entry.event] +=
          entry.lines.front().amount.minor();
      return {};
    }));
    return sums;
  }
};

TEST_F(PostManyTest, WritesWhatEachAssetComesToByItself_AndThenNothing) {
  add_all();
  const Month july = *parse_month("2026-07");
  const auto written = books().post(july);
  ASSERT_TRUE(written) << written.error().message();
  const auto sums = posted_in(july);
  std::size_t expected = 0;
  const std::vector<Asset> assets = *books().assets();
  for (const Asset& asset : assets) {
    const auto compare = [&](std::string_view book, Kind kind, money::Money amount) {
      const auto found = sums.find(fmt::format("{} {} {}", asset.name, book, name(kind)));
      EXPECT_EQ(found == sums.end() ? 0 : found->second, amount.minor())
          << asset.name << ' ' << book << ' ' << name(kind);
      if (!amount.is_zero()) ++expected;
    };
    const PeriodParts parts = *books::parts_of(asset, july);
    compare("financial", Kind::kDepreciation, parts.depreciation.amount);
    compare("financial", Kind::kMaintenance, parts.maintenance.amount);
    compare("financial", Kind::kSpace, parts.space.amount);
    if (asset.terms_in(Book::kTax) != nullptr) {
      compare("tax", Kind::kDepreciation, loss_in_july(asset, Book::kTax));
    }
    expected += asset.events.size() * (1 + asset.memo.size());  // each in every book
  }
  EXPECT_EQ(sums.size(), expected) << "and nothing else stands there";
  EXPECT_GT(expected, 2U * kAssets / 2);
  EXPECT_EQ(*books().post(july), 0);
  EXPECT_EQ(verification(), "sound");
}

TEST_F(PostManyTest, MakesGoodWhatWasReversed_AndNothingElse) {
  add_all();
  const Month july = *parse_month("2026-07");
  ASSERT_TRUE(books().post(july));
  const auto before = posted_in(july);
  std::vector<std::int64_t> reversed;
  for (const Entry& entry : journal()) {
    if (entry.period == july && entry.event == "depreciation" && entry.number % 500 == 3) {
      reversed.push_back(entry.number);
    }
  }
  ASSERT_GE(reversed.size(), 3U);
  for (const std::int64_t number : reversed) ASSERT_TRUE(books().reverse(number));
  EXPECT_NE(posted_in(july), before);
  EXPECT_EQ(*books().post(july), static_cast<std::int64_t>(reversed.size()));
  EXPECT_EQ(posted_in(july), before);
}

TEST_F(PostManyTest, AnAssetBehindThoseThatWereRead_IsRefused_NotPostedTwice) {
  add_all();
  const Month july = *parse_month("2026-07");
  ASSERT_TRUE(books().post(july));
  BooksStore store(database());
  PostedMonth posted(store, july, 10);
  EXPECT_FALSE((*posted.of(50, Book::kFinancial))->empty());
  EXPECT_TRUE((*posted.of(53, Book::kTax))->empty()) << "it stands in no memo book";
  EXPECT_FALSE((*posted.of(53, Book::kFinancial))->empty()) << "all that was read can be asked for";
  const auto behind = posted.of(49, Book::kFinancial);
  ASSERT_FALSE(behind);
  EXPECT_EQ(behind.error().code(), ErrorCode::kEngine);
}

// Between them lie thousands of others.
TEST_F(PostManyTest, ReadsAFewOfThemWithAllThatIsTheirs_AndNothingOfTheOthers) {
  add_all();
  for (const char* name : {"a9", "a2340"}) {
    ASSERT_TRUE(books().apply({.asset = name,
                               .on = *parse_date("2026-08-11"),
                               .what = Improvement{*parse_money("USD 500.00")}}));
  }
  std::vector<std::string> read;
  const Period days{*parse_date("2026-08-01"), *parse_date("2026-09-01")};
  ASSERT_TRUE(BooksStore(database()).each_asset_placed_in(days, [&](const StoredAsset& one) {
    read.push_back(one.asset.name);
    EXPECT_EQ(one.asset.events.size(), 1U);
    EXPECT_EQ(one.asset.memo.size(), 1U);
    EXPECT_NE(one.asset.terms_in(Book::kTax), nullptr);
    return Status();
  }));
  EXPECT_EQ(read, (std::vector<std::string>{"a9", "a2340"}));
}

TEST_F(PostManyTest, ListsAllByName) {
  add_all();
  const auto assets = *books().assets();
  ASSERT_EQ(assets.size(), std::size_t{kAssets});
  for (std::size_t i = 1; i < assets.size(); ++i) EXPECT_LT(assets[i - 1].name, assets[i].name);
}

}  // namespace
}  // namespace purser::books
