// Books that earlier versions wrote: opened, brought up to date, and still true.
#include <vector>

#include <gtest/gtest.h>

#include "books/chart.h"
#include "books/testing.h"

namespace purser::books {
namespace {

class MigrationsTest : public BooksFixture {
 protected:
  // Puts books of that version of the schema in the place of empty ones.
  void open_version(int version, const std::string& kind = "") {
    books_.reset();
    database_.reset();
    fs::remove(file_);
    const std::string sql = *read_file(fs::path(PURSER_SCHEMA_FIXTURES) /
                                       ("books_v" + std::to_string(version) + kind + ".sql"));
    std::vector<store::Migration> old;  // all that they are is written by the last one
    for (int before = 1; before < version; ++before) old.push_back({"books", before, ""});
    old.push_back({"books", version, sql});
    const auto made = store::Database::open(file_, old, store::IfMissing::kCreate);
    ASSERT_TRUE(made) << made.error().message();
    reopen();
  }
};

TEST_F(MigrationsTest, OfVersion1_KeepWhatWasClosed_AndGoOn) {
  open_version(1);
  EXPECT_EQ(verification(), "sound");
  EXPECT_EQ(*books().closed_through(), std::optional(*parse_month("2026-09")));
  const Asset server = *books().asset("server");
  EXPECT_EQ(server.terms.fiscal_year, FiscalYearStart{});
  EXPECT_EQ(format(books().posted("server", *parse_month("2026-09"))->depreciation.amount),
            "USD 107.80");
  ASSERT_TRUE(books().post(*parse_month("2026-10")));
  EXPECT_EQ(format(books().posted("server", *parse_month("2026-10"))->depreciation.amount),
            "USD 222.80");
  EXPECT_EQ(verification(), "sound");
}

TEST_F(MigrationsTest, OfVersion2_KeepReadingsAndFiscalYears_AndTakeASecondBook) {
  open_version(2);
  EXPECT_EQ(books().verify()->head,
            "315d370bae999faa13ee04c8974a3d6fdc401ea69134f55429b90892c07a5082");
  const Asset press = *books().asset("press");
  ASSERT_EQ(std::get<UnitsOfProduction>(press.terms.method).used->size(), 1U);
  const Asset rack = *books().asset("rack");
  EXPECT_EQ(format(rack.terms.fiscal_year), "07-01");
  EXPECT_FALSE(std::get<Macrs>(rack.terms.method).section_179);
  MemoTerms memo{Book::kTax, rack.terms};
  std::get<Macrs>(memo.terms.method).bonus_basis_points = 10'000;
  ASSERT_TRUE(books().add_to_book("rack", memo));
  EXPECT_EQ(verification(), "sound");
}

TEST_F(MigrationsTest, OfVersion4_HaveSeenNoUsageOfWhatIsClosed) {
  open_version(4);
  EXPECT_EQ(verification(), "sound");
  EXPECT_EQ(*books().closed_through(), std::optional(*parse_month("2026-10")));
  EXPECT_EQ(*books().usage_seen(), 0);
  const PeriodParts october = *books().posted("server", *parse_month("2026-10"));
  EXPECT_EQ(format(october.energy.amount), "USD 10.10");
  EXPECT_TRUE(october.late_energy.empty());
}

TEST_F(MigrationsTest, OfVersion5_KeepWhatWasPaidLate_AndHowMuchUsageWasSeen) {
  open_version(5);
  EXPECT_EQ(books().verify()->head,
            "fed68be56de3922da3da609eef5b8383e1fc740ec5a29300a329040c5c4c23f9");
  EXPECT_EQ(*books().usage_seen(), 6);
  const PeriodParts november = *books().posted("server", *parse_month("2026-11"));
  ASSERT_EQ(november.late_energy.size(), 1U);
  EXPECT_EQ(format(november.late_energy[0].of), "2026-10");
  EXPECT_EQ(format(november.late_energy[0].amount), "USD 1.35");
}

TEST_F(MigrationsTest, OfVersion4_KeepWhatHappened_AndAreOneClassOfAssets) {
  open_version(4, "_events");
  EXPECT_EQ(books().verify()->head,
            "35617b769eb6571a0e4ca4cd7ec05cb82191e74d95bb13c585f609f198fec886");
  const Asset server = *books().asset("server");
  EXPECT_EQ(server.asset_class, "equipment");
  ASSERT_EQ(server.events.size(), 1U);
  EXPECT_EQ(books().asset("rack")->events.size(), 2U);
  const auto classes =
      *books().roll_forward(Book::kFinancial, *parse_month("2026-11"), *parse_month("2026-11"));
  ASSERT_EQ(classes.size(), 1U);
  EXPECT_EQ(format(classes[0].cost.opening), "USD 17,800.00");
  EXPECT_EQ(format(classes[0].cost.closing), "USD 12,800.00");
  ASSERT_TRUE(books().post(*parse_month("2026-11")));
  EXPECT_EQ(verification(), "sound");
}

TEST_F(MigrationsTest, OfVersion8_KeepWhatWasUndone_AndSitesMayChange) {
  open_version(8);
  EXPECT_EQ(books().verify()->head,
            "c71873c4a2fde910e093da3b9c514cc3cd1d47d1b7a6cf5b83001e1caf5ec52f");
  const Asset server = *books().asset("server");
  ASSERT_EQ(server.events.size(), 1U);  // and an improvement that was undone
  EXPECT_EQ(name(server.events[0].what), "impairment");
  EXPECT_EQ(server.events[0].who, "ann");
  EXPECT_EQ(books().chart()->name_of("Expenses:Energy", "gpus", "home"), "Expenses:Power");
  EXPECT_TRUE(books().site("home")->changes.empty());
  const auto changed =
      books().change_site("home", {.from = *parse_date("2026-09-01"), .pue_thousandths = 1100});
  ASSERT_TRUE(changed);
  EXPECT_EQ(format(changed->change.effective), "2026-10-01");
  EXPECT_EQ(books().site("home")->power(*parse_date("2026-10-01")).pue_thousandths, 1100);
  EXPECT_EQ(server.begins(), *parse_date("2026-08-01"));
  ASSERT_TRUE(books().split({"server", "gpu", *parse_date("2026-11-01"), 1, 8}));
  EXPECT_EQ(books().asset("gpu")->begins(), *parse_date("2026-11-01"));
  EXPECT_EQ(verification(), "sound");
}

TEST_F(MigrationsTest, OfVersion9_KeepWhereMachinesStood_AndWhatPowerCost) {
  open_version(9);
  EXPECT_EQ(books().verify()->head,
            "fd139f3270fea2c1d0a663fd74017ea3ff9b0966132bf8e8839295848cbe0a39");
  const Asset server = *books().asset("server");
  ASSERT_EQ(server.events.size(), 4U);  // and a move back that was undone
  const auto on = [&](std::string_view day) { return placement_on(server, *parse_date(day)); };
  EXPECT_EQ(on("2026-08-19"), (Placement{"home", "", "", Watts{90'000}, Watts{250'000}}));
  EXPECT_EQ(on("2026-08-24"), (Placement{"oslo", "", "rack-7", Watts{60'000}, Watts{250'000}}));
  EXPECT_TRUE(on("2026-08-25").paused);
  EXPECT_FALSE(on("2026-08-28").paused);
  EXPECT_EQ(on("2026-09-05").site, "oslo");
  const Site home = *books().site("home");
  EXPECT_EQ(home.power(*parse_date("2026-09-09")).pue_thousandths, 1250);
  EXPECT_EQ(home.power(*parse_date("2026-09-10")).pue_thousandths, 1100);
  EXPECT_NE(home.power(*parse_date("2026-08-14")).tariff,
            home.power(*parse_date("2026-08-15")).tariff);
  EXPECT_EQ(verification(), "sound");
}

TEST_F(MigrationsTest, OfVersion4_KeepWhatHappened_VerifyAsBefore_AndNameWhoGoesOn) {
  open_version(4, "_estimated");
  EXPECT_EQ(books().verify()->head,
            "952b60e9c03d5881d115658afada1ae81ab6f91827fa054b0baa53d5691acc72");
  const Asset server = *books().asset("server");
  ASSERT_EQ(server.events.size(), 3U);
  EXPECT_EQ(name(server.events.back().what), "estimate");
  EXPECT_EQ(server.events.back().who, "");
  clock_.set(*parse_instant("2026-12-01T00:00:00Z"));
  Books anns(database(), clock_, "ann");
  EXPECT_EQ(*anns.post(*parse_month("2026-11")), 0);
  // Its month is open: what an earlier version recorded can be undone.
  EXPECT_EQ(anns.undo("server")->event.id, 3);
  EXPECT_EQ(format(books().parts_of("server", *parse_month("2026-11"))->depreciation.amount),
            "USD 235.82");
  EXPECT_EQ(journal().back().who, "ann");
  EXPECT_EQ(journal().front().who, "");
  EXPECT_EQ(verification(), "sound");
}

}  // namespace
}  // namespace purser::books
