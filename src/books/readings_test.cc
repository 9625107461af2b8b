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
};

TEST_F(ReadingsTest, WearOffWhatWasPosted_ByACorrectionOfTheOpenMonth) {
  ASSERT_TRUE(books().post(*parse_month("2026-02")));
  EXPECT_EQ(charge("2026-02"), "USD 0.00");
  const Readings added = *add({reading("2026-02-15", "2026-03-01", "100")});
  EXPECT_EQ(added.added, 1);
  EXPECT_EQ(format_units(added.millionths), "100");
  ASSERT_EQ(*books().post(*parse_month("2026-02")), 1);
  EXPECT_EQ(charge("2026-02"), "USD 1,050.00");
  EXPECT_EQ(*books().post(*parse_month("2026-02")), 0);
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

TEST_F(ReadingsTest, CountedTwice_EarlyOrClosed_AreRefused_AndNothingOfThemIsKept) {
  ASSERT_TRUE(add({reading("2026-03-01", "2026-04-01", "50")}));
  const UnitsUsed fine = reading("2026-05-01", "2026-06-01", "1");
  const auto refusal = [&](const UnitsUsed& bad) {
    const auto refused = add({fine, bad});
    return refused ? "taken" : refused.error().message();
  };
  EXPECT_NE(refusal(reading("2026-03-31", "2026-04-02", "50")).find("counted twice"),
            std::string::npos);
  EXPECT_NE(refusal(reading("2026-03-01", "2026-04-01", "51")).find("counted twice"),
            std::string::npos);
  EXPECT_NE(refusal(reading("2026-02-14", "2026-02-16", "1")).find("before"), std::string::npos);
  ASSERT_TRUE(books().close(*parse_month("2026-02"), {}));
  EXPECT_NE(refusal(reading("2026-02-20", "2026-03-01", "1")).find("2026-02, which is closed"),
            std::string::npos);
  EXPECT_NE(refusal(reading("2026-02-20", "2026-03-01", "1")).find("first open day is 2026-03-01"),
            std::string::npos);
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
