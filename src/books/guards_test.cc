// What is only ever added to is not replaced either, whatever program writes.
#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "books/chart.h"
#include "books/macrs_testing.h"
#include "books/purchase.h"
#include "books/roles.h"
#include "books/upkeep.h"

namespace purser::books {
namespace {

constexpr std::array<std::string_view, 24> kKept{
    "word",          "entry",           "posting",     "closing",        "month_sum",
    "event",         "undone",          "portion",     "portion_undone", "withdrawn",
    "site_change",   "account_name",    "role_grant",  "ruling",         "purchase",
    "purchase_cost", "purchase_undone", "service",     "cover",          "condition",
    "upkeep",        "upkeep_undone",   "book_joined", "units_replaced"};

money::Rate per_kwh() {
  return money::Rate::per_energy(*money::parse_cost("USD 0.12"), Joules{3'600'000'000'000});
}

// Books in each of whose tables something is kept.
class GuardsTest : public MacrsFixture {
 protected:
  GuardsTest() {
    EXPECT_TRUE(Roles(database(), clock_, "ann").grant("ann", Role::kClose));
    EXPECT_TRUE(as_ann().name_account({"Expenses:Energy", "Expenses:Power", "", ""}));
    EXPECT_TRUE(as_ann().add_site({"oslo", per_kwh(), 1250}));
    EXPECT_TRUE(
        as_ann().change_site("oslo", {.from = *parse_date("2026-03-01"), .pue_thousandths = 1300}));
    buy();
    look_after();
    divide();
    read();
    take_over();
    EXPECT_TRUE(as_ann().close(*parse_month("2026-01"), {}));
    EXPECT_TRUE(as_ann().post(*parse_month("2026-02")));
  }

  Books as_ann() { return Books(database(), clock_, "ann"); }

  // In steps, one of which is taken back; most of its tax year comes in the last quarter; and by
  // mistake.
  void buy() {
    Purchases purchases(database(), clock_, "ann");
    EXPECT_TRUE(purchases.acquire({"rack",
                                   *parse_date("2026-10-01"),
                                   {{CostKind::kPrice, *money::parse_money("USD 5.00")}}}));
    EXPECT_TRUE(purchases.undo("rack"));
    for (const auto& [name, day] : {std::pair("server", "2026-01-05"), {"late", "2026-10-26"}}) {
      Asset asset = plain_asset(name);
      asset.terms.in_service = *parse_date(day);
      EXPECT_TRUE(as_ann().add_asset(asset));
      EXPECT_TRUE(as_ann().add_to_book(name, tax(asset, "macrs:5")));
    }
    EXPECT_TRUE(as_ann().add_asset(plain_asset("mistake")));
    EXPECT_TRUE(as_ann().undo("mistake"));
  }

  // It was added to a further book by mistake.
  void take_over() {
    Asset asset = plain_asset("old");
    asset.takeover = Takeover{*parse_date("2026-03-01"), *money::parse_money("USD 90.00")};
    EXPECT_TRUE(as_ann().add_asset(asset));
    EXPECT_TRUE(as_ann().add_to_book("old", {Book::kManagement, asset.terms}));
    EXPECT_TRUE(as_ann().undo("old"));
  }

  void look_after() {
    Upkeep upkeep(database(), clock_, "ann");
    EXPECT_TRUE(upkeep.record(Service{.asset = "server", .on = *parse_date("2026-02-02")}));
    EXPECT_TRUE(
        upkeep.record(Condition{.asset = "server", .on = *parse_date("2026-02-02"), .hours = 5}));
    EXPECT_TRUE(upkeep.record(Cover{"server", CoverKind::kWarranty, *parse_date("2027-01-01")}));
    EXPECT_TRUE(upkeep.undo("server"));
  }

  void divide() {
    const auto split = [&](std::string part) {
      return as_ann().split({"server", std::move(part), *parse_date("2026-03-01"), 1, 8});
    };
    EXPECT_TRUE(split("mistaken"));
    EXPECT_TRUE(as_ann().undo("server"));
    EXPECT_TRUE(split("gpu"));
    EXPECT_TRUE(as_ann().apply({.asset = "gpu",
                                .on = *parse_date("2026-04-01"),
                                .what = Disposal{*money::parse_money("USD 8")}}));
  }

  void read() {
    Asset asset = plain_asset("printer");
    asset.terms.method = *parse_method("units:1000");
    EXPECT_TRUE(as_ann().add_asset(asset));
    for (const std::string_view units : {"10", "20"}) {
      const UnitsUsed reading{{*parse_date("2026-02-15"), *parse_date("2026-03-01")},
                              *parse_units(units)};
      EXPECT_TRUE(as_ann().add_units("printer", {&reading, 1}));
    }
  }

  // An entry that would take the place of another with the same key is told apart from one that
  // is only out of turn.
  static std::string replacement(std::string_view table) {
    if (table != "entry") return fmt::format("INSERT OR REPLACE INTO {0} SELECT * FROM {0}", table);
    return "INSERT OR REPLACE INTO entry SELECT number + 1000, period, asset, book, event, "
           "revision, date, rule, who, reverses, recorded, account, against, currency, minor, hash "
           "FROM entry WHERE period > (SELECT max(period) FROM closing)";
  }
};

TEST_F(GuardsTest, WhatIsKept_IsNotReplaced_AndNoTableIsEmptied) {
  const bool on_server = !store::test_server().empty();
  for (const std::string_view table : kKept) {
    SCOPED_TRACE(table);
    const Status done =
        database().run(on_server ? fmt::format("TRUNCATE {} CASCADE", table) : replacement(table));
    ASSERT_FALSE(done);
    const std::string& said = done.error().message();
    EXPECT_NE(said.find("what is kept in"), said.npos) << said;
  }
  EXPECT_EQ(verification(), "sound");
}

TEST_F(GuardsTest, WhatRefusesToBeDeleted_IsAmongThem) {
  if (!store::test_server().empty()) GTEST_SKIP() << "the same tables as in a file";
  auto select = database().prepare(
      "SELECT tbl_name FROM sqlite_schema WHERE type = 'trigger' AND name LIKE '%\\_stays' ESCAPE "
      "'\\'");
  ASSERT_TRUE(select);
  ASSERT_TRUE(select->each({}, [&](const store::Row& row) -> Status {
    EXPECT_NE(std::ranges::find(kKept, row.text(0)), kKept.end()) << row.text(0);
    return {};
  }));
}

}  // namespace
}  // namespace purser::books
