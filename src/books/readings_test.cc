// Readings that come in after the asset did.
#include <gtest/gtest.h>

#include "books/testing.h"

namespace purser::books {
namespace {

UnitsUsed reading(std::string_view start, std::string_view end, std::string_view units) {
  return {{*parse_date(start), *parse_date(end)}, *parse_units(units)};
}

class ReadingsTest : public BooksFixture {
 public:
  ReadingsTest() {
    Asset asset = plain_asset("press");
    asset.terms.method = *parse_method("units:1000");
    EXPECT_TRUE(books().add_asset(asset));
  }

 protected:
  Result<Readings> add(std::vector<UnitsUsed> readings, Effect effect = Effect::kWrite) {
    return books().add_units("press", readings, effect);
  }
  std::string charge(std::string_view month) {
    return format(books().parts_of("press", *parse_month(month))->depreciation.amount);
  }
  std::int64_t total_depreciation() {
    std::int64_t sum = 0;
    for (const Entry& entry : journal()) {
      for (const Line& line : entry.lines) {
        if (line.account == "Expenses:Depreciation") sum += line.amount.minor();
      }
    }
    return sum;
  }
};

TEST_F(ReadingsTest, WearOffWhatWasPosted_ByACorrectionOfTheOpenMonth) {
  ASSERT_TRUE(add({reading("2026-02-15", "2026-02-20", "10")}));
  ASSERT_TRUE(books().post(*parse_month("2026-02")));
  EXPECT_EQ(charge("2026-02"), "USD 105.00");
  const Readings added = *add({reading("2026-02-20", "2026-03-01", "90")});
  EXPECT_EQ(added.added, 1);
  EXPECT_EQ(added.entries, 1);
  EXPECT_EQ(format_units(added.millionths), "100");
  EXPECT_EQ(journal().back().event, "depreciation");
  EXPECT_EQ(journal().back().revision, 1);
  EXPECT_EQ(charge("2026-02"), "USD 1,050.00");
  EXPECT_EQ(*books().post(*parse_month("2026-02")), 0);
}

// 100 of 1,000 units are a tenth of USD 10,500.00.
TEST_F(ReadingsTest, OfClosedMonths_AreCaughtUpInTheFirstOpenOne) {
  ASSERT_TRUE(add({reading("2026-02-15", "2026-03-01", "100")}));
  for (const std::string_view closed : {"2026-02", "2026-03", "2026-04"}) {
    ASSERT_TRUE(books().close(*parse_month(closed), {}));
  }
  const Readings late = *add({reading("2026-03-01", "2026-04-01", "50")});
  ASSERT_EQ(late.caught_up.size(), 1U);
  EXPECT_EQ(format(late.caught_up[0].second), "USD 525.00");
  const Entry caught_up = journal().back();
  EXPECT_EQ(caught_up.event, "catch-up");
  EXPECT_EQ(caught_up.date, *parse_date("2026-05-01"));
  EXPECT_EQ(caught_up.lines[0].account, "Expenses:Depreciation");
  EXPECT_EQ(caught_up.rule, "use of closed months, read late");
  // Across the border: what falls on May is charged to May.
  const Readings across = *add({reading("2026-04-21", "2026-05-11", "20")});
  EXPECT_EQ(format(across.caught_up[0].second), "USD 105.00");
  ASSERT_TRUE(books().post(*parse_month("2026-05")));
  EXPECT_EQ(charge("2026-03"), "USD 0.00");
  EXPECT_EQ(charge("2026-05"), "USD 105.00");
  EXPECT_EQ(format(*books()
                        .asset("press")
                        ->course(Book::kFinancial)
                        ->accumulated(*parse_date("2026-06-01"))),
            "USD 1,785.00");
  EXPECT_EQ(total_depreciation(), 1'785'00);
  EXPECT_EQ(verification(), "sound");
}

TEST_F(ReadingsTest, OfTheSameDays_ReplaceTheOneBefore_AndWhatWasPostedOfIt) {
  ASSERT_TRUE(add({reading("2026-02-15", "2026-03-01", "100")}));
  ASSERT_TRUE(add({reading("2026-03-01", "2026-04-01", "510")}));  // a slip: 51 was meant
  ASSERT_TRUE(books().close(*parse_month("2026-02"), {}));
  ASSERT_TRUE(books().post(*parse_month("2026-03")));
  EXPECT_EQ(charge("2026-03"), "USD 5,355.00");
  const Readings mended = *add({reading("2026-03-01", "2026-04-01", "51")});
  EXPECT_EQ(mended.replaced, 1);
  EXPECT_EQ(mended.added, 0);
  EXPECT_TRUE(mended.caught_up.empty());
  EXPECT_EQ(format_units(mended.millionths), "151");
  EXPECT_EQ(charge("2026-03"), "USD 535.50");
  EXPECT_EQ(format(journal().back().lines[0].amount), "USD -4,819.50");
  // Of a closed month too, in the first open one.
  const Readings closed = *add({reading("2026-02-15", "2026-03-01", "90")});
  EXPECT_EQ(format(closed.caught_up.at(0).second), "USD -105.00");
  EXPECT_EQ(charge("2026-02"), "USD 1,050.00");
  EXPECT_EQ(total_depreciation(), 1'050'00 - 105'00 + 535'50);
  EXPECT_EQ(add({reading("2026-02-15", "2026-03-01", "90")})->known, 1);
  // What was read before is not lost, and cannot be taken out.
  std::int64_t replaced = 0;
  auto select = *database().prepare("SELECT count(*) FROM units_replaced");
  ASSERT_TRUE(select.each({}, [&](const store::Row& row) -> Status {
    replaced = row.integer(0);
    return {};
  }));
  EXPECT_EQ(replaced, 2);
  EXPECT_FALSE(database().run("DELETE FROM units_replaced"));
  EXPECT_EQ(verification(), "sound");
}

TEST_F(ReadingsTest, OfTheSameDaysTwiceInOneFile_AreRefused) {
  ASSERT_TRUE(add({reading("2026-03-01", "2026-04-01", "50")}));
  const auto refused =
      add({reading("2026-03-01", "2026-04-01", "50"), reading("2026-03-01", "2026-04-01", "51")});
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message().find("have two readings, 50 and 51 units"),
            std::string::npos);
}

// What was sold, or measured anew, in a closed month went by what was charged until then.
TEST_F(ReadingsTest, BeforeASaleThatIsClosed_AreRefused_AndOfOneThatIsOpenItFollows) {
  ASSERT_TRUE(books().apply({.asset = "press",
                             .on = *parse_date("2026-03-20"),
                             .what = Disposal{*money::parse_money("USD 12000.00")}}));
  ASSERT_TRUE(books().close(*parse_month("2026-02"), {}));
  ASSERT_TRUE(add({reading("2026-02-15", "2026-03-01", "100")}));
  std::int64_t gain = 0;
  for (const Entry& entry : journal()) {
    for (const Line& line : entry.lines) {
      if (line.account == "Income:Disposal-Gain") gain -= line.amount.minor();
    }
  }
  EXPECT_EQ(gain, 1'050'00);
  ASSERT_TRUE(books().close(*parse_month("2026-03"), {}));
  const auto late = add({reading("2026-03-01", "2026-03-15", "10")});
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code(), ErrorCode::kRefused);
  EXPECT_NE(late.error().message().find("the disposal of 'press' on 2026-03-20"),
            std::string::npos);
}

TEST_F(ReadingsTest, OfAnAssetThatGoesByUseFromADayOn_CountFromThatDayOn) {
  Asset asset = plain_asset("lathe");
  asset.terms.convention = Convention::kFullMonth;
  ASSERT_TRUE(books().add_asset(asset));
  ASSERT_TRUE(books().apply({.asset = "lathe",
                             .on = *parse_date("2026-08-01"),
                             .what = Estimate{.method = *parse_method("units:600")}}));
  const auto add_to_lathe = [&](const UnitsUsed& one) {
    return books().add_units("lathe", std::vector{one});
  };
  const auto early = add_to_lathe(reading("2026-07-25", "2026-08-05", "10"));
  ASSERT_FALSE(early);
  EXPECT_NE(early.error().message().find("on 2026-07-25 'lathe' wears off by straight-line"),
            std::string::npos);
  ASSERT_TRUE(add_to_lathe(reading("2026-08-01", "2026-09-01", "60")));
  // 6 x 218.75 by then; 9,187.50 are left, and a tenth of that is August's.
  EXPECT_EQ(format(books().parts_of("lathe", *parse_month("2026-07"))->depreciation.amount),
            "USD 218.75");
  EXPECT_EQ(format(books().parts_of("lathe", *parse_month("2026-08"))->depreciation.amount),
            "USD 918.75");
}

TEST_F(ReadingsTest, OfAnAssetThatNoLongerGoesByUse_AreRefused_ButForTheDaysBefore) {
  ASSERT_TRUE(books().apply({.asset = "press",
                             .on = *parse_date("2026-08-01"),
                             .what = Estimate{.method = *parse_method("straight-line")}}));
  ASSERT_TRUE(add({reading("2026-07-01", "2026-08-01", "100")}));
  EXPECT_EQ(charge("2026-07"), "USD 1,050.00");
  const auto late = add({reading("2026-08-01", "2026-09-01", "100")});
  ASSERT_FALSE(late);
  EXPECT_NE(late.error().message().find("on 2026-08-01 'press' wears off by straight-line"),
            std::string::npos);
}

TEST_F(ReadingsTest, DaysWithoutAny_AreTold_ButOfRest) {
  ASSERT_TRUE(add({reading("2026-03-01", "2026-03-11", "50")}));
  ASSERT_TRUE(books().apply({.asset = "press", .on = *parse_date("2026-03-20"), .what = Pause{}}));
  ASSERT_TRUE(books().apply({.asset = "press", .on = *parse_date("2026-03-25"), .what = Resume{}}));
  const std::vector<Unread> unread = *books().unread(period_of(*parse_month("2026-03")));
  ASSERT_EQ(unread.size(), 2U);
  EXPECT_EQ(unread[0].asset, "press");
  EXPECT_EQ(unread[0].days, (Period{*parse_date("2026-03-11"), *parse_date("2026-03-20")}));
  EXPECT_EQ(unread[1].days, (Period{*parse_date("2026-03-25"), *parse_date("2026-04-01")}));
  EXPECT_EQ(
      books().parts_of("press", *parse_month("2026-03"))->depreciation.formula.find("no reading"),
      std::string::npos);
  EXPECT_NE(
      books()
          .parts_of("press", *parse_month("2026-04"))
          ->depreciation.formula.find("no reading of its use from 2026-04-01 until 2026-05-01"),
      std::string::npos);
}

TEST_F(ReadingsTest, KnownAlready_ArePassedOver_EvenInClosedMonths) {
  const UnitsUsed february = reading("2026-02-15", "2026-03-01", "100");
  ASSERT_TRUE(add({february}));
  ASSERT_TRUE(books().close(*parse_month("2026-02"), {}));
  const Readings again = *add({february, reading("2026-03-01", "2026-04-01", "50.5")});
  EXPECT_EQ(again.added, 1);
  EXPECT_EQ(again.known, 1);
  EXPECT_EQ(format_units(again.millionths), "150.5");
}

TEST_F(ReadingsTest, CountedTwiceOrEarly_AreRefused_AndNothingOfThemIsKept) {
  ASSERT_TRUE(add({reading("2026-03-01", "2026-04-01", "50")}));
  const UnitsUsed fine = reading("2026-05-01", "2026-06-01", "1");
  const auto refusal = [&](const UnitsUsed& bad) {
    const auto refused = add({fine, bad});
    return refused ? "taken" : refused.error().message();
  };
  EXPECT_NE(refusal(reading("2026-03-31", "2026-04-02", "50")).find("counted twice"),
            std::string::npos);
  EXPECT_NE(refusal(reading("2026-02-14", "2026-02-16", "1")).find("before"), std::string::npos);
  EXPECT_EQ(charge("2026-05"), "USD 0.00") << "a part of a refused file was kept";
  EXPECT_EQ(charge("2026-03"), "USD 525.00");
}

TEST_F(ReadingsTest, TriedDry_ChangeNothing) {
  EXPECT_EQ(add({reading("2026-03-01", "2026-04-01", "50")}, Effect::kDryRun)->added, 1);
  EXPECT_EQ(charge("2026-03"), "USD 0.00");
}

TEST_F(ReadingsTest, BelongToUseOnly) {
  ASSERT_TRUE(books().add_asset(plain_asset("server")));
  const auto refused = books().add_units("server", {}, Effect::kWrite);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message().find("straight-line"), std::string::npos);
}

}  // namespace
}  // namespace purser::books
