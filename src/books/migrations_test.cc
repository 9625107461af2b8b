// Books that earlier versions wrote: opened, brought up to date, and still true.
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "books/audit.h"
#include "books/chart.h"
#include "books/purchase.h"
#include "books/roles.h"
#include "books/testing.h"
#include "books/upkeep.h"
#include "store/table_copy.h"

namespace purser::books {
namespace {

class MigrationsTest : public BooksFixture {
 protected:
  // Puts books of that version of the schema in the place of empty ones.
  // `tampering`: what somebody did to them before that, past their triggers.
  void open_version(int version, const std::string& kind = "", std::string_view tampering = "") {
    books_.reset();
    database_.reset();
    file_ = (folder_ / fmt::format("of-version-{}-{}.db", version, ++opened_)).string();
    std::string sql = dump_of(version, kind);
    if (!tampering.empty()) {
      sql = sql.substr(0, sql.find("CREATE TRIGGER"));
      sql += std::string(tampering) + ";\n";
    }
    std::vector<store::Migration> old;  // all that they are is written by the last one
    for (int before = 1; before < version; ++before) old.push_back({"books", before, ""});
    old.push_back({"books", version, sql});
    {
      const auto made = store::Database::open(file_, old, store::IfMissing::kCreate);
      ASSERT_TRUE(made) << made.error().message();
    }
    if (!store::test_server().empty()) move_to_server(version);
    reopen();
  }

  // Tables and rules of a version of which several books are kept are in files of their own.
  static std::string dump_of(int version, const std::string& kind) {
    const auto file = [&](std::string_view which) {
      return fs::path(PURSER_SCHEMA_FIXTURES) / fmt::format("books_v{}{}.sql", version, which);
    };
    const std::string rows = *read_file(file(kind));
    if (!fs::exists(file("_tables"))) return rows;
    return *read_file(file("_tables")) + rows + *read_file(file("_rules"));
  }

  // The same rows in the schema of that version as it was made there.
  void move_to_server(int version) {
    const std::vector<store::Migration> then(Books::migrations().begin(),
                                             Books::migrations().begin() + version);
    const auto copied = store::copy_tables(file_, address(), then,
                                           [](std::int64_t, std::int64_t) -> Status { return {}; });
    ASSERT_TRUE(copied) << copied.error().message();
    ASSERT_GT(copied->rows, 20);
  }

  // Before version 9 no books were on a server.
  static bool was_never_on_this_engine(int version) {
    return !store::test_server().empty() && version < 9;
  }

 private:
  int opened_ = 0;
};

TEST_F(MigrationsTest, OfVersion1_KeepWhatWasClosed_AndGoOn) {
  if (was_never_on_this_engine(1)) GTEST_SKIP() << "no books were on a server then";
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
  if (was_never_on_this_engine(2)) GTEST_SKIP() << "no books were on a server then";
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
  if (was_never_on_this_engine(4)) GTEST_SKIP() << "no books were on a server then";
  open_version(4);
  EXPECT_EQ(verification(), "sound");
  EXPECT_EQ(*books().closed_through(), std::optional(*parse_month("2026-10")));
  EXPECT_EQ(*books().usage_seen(), 0);
  const PeriodParts october = *books().posted("server", *parse_month("2026-10"));
  EXPECT_EQ(format(october.energy.amount), "USD 10.10");
  EXPECT_TRUE(october.late_energy.empty());
}

TEST_F(MigrationsTest, OfVersion5_KeepWhatWasPaidLate_AndHowMuchUsageWasSeen) {
  if (was_never_on_this_engine(5)) GTEST_SKIP() << "no books were on a server then";
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
  if (was_never_on_this_engine(4)) GTEST_SKIP() << "no books were on a server then";
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

// Who closed a month and who named an account, it did not keep.
TEST_F(MigrationsTest, BooksOfVersion8_TellWhoDidWhat) {
  if (was_never_on_this_engine(8)) GTEST_SKIP() << "no books were on a server then";
  open_version(8);
  std::vector<std::string> acts;
  ASSERT_TRUE(each_act(database(), {}, [&](const Act& act) -> Status {
    acts.push_back(fmt::format("{} {}: {}{} {}", format(date_of(act.recorded)), act.who, act.what,
                               act.undoing ? " back" : "", act.about));
    return {};
  }));
  EXPECT_THAT(acts,
              testing::ElementsAre(
                  "2026-08-01 ann: entries 1", "2026-10-02 ann: entries 2 to 5",
                  "2026-10-02 : closing 2026-08", "2026-10-02 : closing 2026-09",
                  "2026-10-05 ann: improvement server", "2026-10-05 ann: entries 6 to 7",
                  "2026-10-06 bob: improvement back server", "2026-10-06 bob: reversal entry 7",
                  "2026-10-06 bob: entries 9", "2026-10-07 ann: impairment server",
                  "2026-10-07 ann: entries 10 to 11", "2026-11-21 : account name Expenses:Energy"));
}

TEST_F(MigrationsTest, OfVersion8_KeepWhatWasUndone_AndSitesMayChange) {
  if (was_never_on_this_engine(8)) GTEST_SKIP() << "no books were on a server then";
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

TEST_F(MigrationsTest, OfVersion11_KeepPartsAndUpkeep_AndPersonsMayBeNamed) {
  open_version(11);
  EXPECT_EQ(books().verify()->head,
            "c298a545f180d12b567dd3b2445d64ae9796d2b9260787d7f3eb51c4c50f137a");
  EXPECT_EQ(*books().closed_through(), std::optional(*parse_month("2026-09")));
  const Asset server = *books().asset("server");
  ASSERT_EQ(server.events.size(), 3U);  // split, repair, merge
  const auto on = [](std::string_view day) { return *parse_date(day); };
  EXPECT_EQ(format(*server.course(Book::kFinancial)->accumulated(on("2026-10-01"))), "USD 298.42");
  EXPECT_EQ(books().asset("old")->begins(), on("2026-08-01"));
  EXPECT_FALSE(books().asset("stray"));
  const Upkeep upkeep(database(), clock_);
  ASSERT_EQ(upkeep.services("server")->size(), 1U);
  EXPECT_EQ(upkeep.services("server")->front().note, "new fans");
  EXPECT_EQ(upkeep.conditions("server")->front().hours, 520);
  EXPECT_EQ(upkeep.due(on("2029-12-31"))->size(), 3U);
  EXPECT_TRUE(Roles(database(), clock_).all()->empty());
  ASSERT_TRUE(Roles(database(), clock_, "ann").grant("ann", Role::kClose));
  EXPECT_FALSE(books().post(*parse_month("2026-10")));
  ASSERT_TRUE(Books(database(), clock_, "ann").post(*parse_month("2026-10")));
  EXPECT_EQ(verification(), "sound");
}

TEST_F(MigrationsTest, OfVersion11_KeepEveryEntry_InSmallerRows) {
  open_version(11, "_lines");
  EXPECT_EQ(books().verify()->entries, 29);
  EXPECT_EQ(books().verify()->head,
            "f79a5bf63a753b10e646296d36cf63e78e86afc50dd81f8ea49b140a2b37d894");
  std::string exported;
  for (const Book book : {Book::kFinancial, Book::kTax}) {
    ASSERT_TRUE(books().export_journal(
        ExportFormat::kCsv, std::nullopt,
        [&](std::string_view piece) -> Status {
          exported += piece;
          return {};
        },
        book));
  }
  EXPECT_EQ(exported, *read_file(fs::path(PURSER_SCHEMA_FIXTURES) / "books_v11_lines.csv"))
      << "as version 11 exported it";
  const std::vector<Entry> entries = journal();
  std::size_t lines_elsewhere = 0;
  for (const Entry& entry : entries) {
    if (entry.lines.size() > 2) lines_elsewhere += entry.lines.size() - 1;
  }
  EXPECT_GE(lines_elsewhere, 10U);
  std::int64_t rows = 0;
  auto select = database().prepare("SELECT count(*) FROM posting");
  ASSERT_TRUE(select->each({}, [&](const store::Row& row) -> Status {
    rows = row.integer(0);
    return {};
  }));
  EXPECT_EQ(rows, static_cast<std::int64_t>(lines_elsewhere));
  EXPECT_EQ(entries.front().who, "ann");
  EXPECT_EQ(entries.back().who, "bob");
  EXPECT_TRUE(entries.back().reverses);
  // What bob undid; and, of the month in which the rack was revalued and sold, which versions until
  // then charged too much for months, the charge and what it was sold at a loss of.
  EXPECT_EQ(*Books(database(), clock_, "ann").post(*parse_month("2026-07")), 3);
  EXPECT_EQ(format(books().posted("rack", *parse_month("2026-07"))->depreciation.amount),
            "USD 0.00");
  EXPECT_EQ(verification(), "sound");
}

TEST_F(MigrationsTest, OfVersion11_SomebodyAltered_AreOpened_AndFoundOut) {
  const auto found = [&](std::string_view tampering) {
    open_version(11, "_lines", tampering);
    return verification();
  };
  EXPECT_EQ(found(""), "sound");
  EXPECT_NE(found("UPDATE posting SET minor = minor + 1 WHERE entry = 20 AND line = 2")
                .find("entry 20 (2026-07, disposal:3 of 'rack') does not balance"),
            std::string::npos);
  EXPECT_NE(found("UPDATE posting SET minor = 2 * minor WHERE entry = 7")
                .find("entry 7 (2026-06, depreciation of 'server') was altered"),
            std::string::npos);
  EXPECT_NE(found("DELETE FROM posting WHERE entry = 7").find("entry 7"), std::string::npos);
  EXPECT_NE(found("UPDATE posting SET line = line + 1 WHERE entry = 7 AND line = 1; "
                  "INSERT INTO posting VALUES (7, 1, 'Assets:X', 'USD', 0)")
                .find("entry 7"),
            std::string::npos);
  EXPECT_NE(found("UPDATE entry SET hash = upper(hash) WHERE number = 7").find("entry 7"),
            std::string::npos);
  EXPECT_NE(found("UPDATE entry SET book = 'x' WHERE number = 7").find("entry 7"),
            std::string::npos);
}

TEST_F(MigrationsTest, OfVersion11_KeepWhatAPartHadDeducted_AndTheConventionThatWasWritten) {
  open_version(11, "_rack");
  EXPECT_EQ(books().verify()->head,
            "1ae69227e2647e3184c7ee980456999167e7079982f8ca8dfe9bf5055185918e");
  Books anns(database(), clock_, "ann");
  const Asset blade = *anns.asset("blade");
  const Course course = *blade.course(Book::kTax);
  EXPECT_EQ(format(course.deducted(*parse_date("2026-09-01"))), "USD 4,500.00");
  // A version that knew no tax years wrote half-year: it stays, whatever is bought.
  EXPECT_EQ(std::get<Macrs>(blade.terms_in(Book::kTax)->method).convention, Convention::kHalfYear);
  ASSERT_TRUE(anns.add_to_book("old", {Book::kTax, [&] {
                                         Terms terms = anns.asset("old")->terms;
                                         terms.method = Macrs{5};
                                         terms.convention = Convention::kHalfYear;
                                         return terms;
                                       }()}));
  const std::vector<MacrsYear> years = *anns.macrs_years(2026);
  ASSERT_EQ(years.size(), 1U);
  EXPECT_EQ(years[0].test.all(), 3'000'000);  // USD 36,000.00 less section 179
  EXPECT_EQ(years[0].test.unnamed, 0);
  EXPECT_EQ(verification(), "sound");
}

TEST_F(MigrationsTest, OfVersion11_BuyStepByStep_AndInForeignCurrencies_WhoeverMay) {
  open_version(11, "_mended");
  EXPECT_EQ(books().verify()->head,
            "5b0fe47d8c45eb701acedab404d6e265aa54fea6ab3f434143e33d53f7e03af7");
  Roles roles(database(), clock_, "ann");
  ASSERT_TRUE(roles.grant("ann", Role::kClose));
  ASSERT_TRUE(roles.grant("bob", Role::kOperate));
  EXPECT_EQ(format(books().asset("old")->takeover->accumulated), "USD 1,200.00");
  const Asset server = *books().asset("server");
  ASSERT_EQ(server.events.size(), 2U);
  EXPECT_FALSE(paid_of(server.events[1].what));  // an improvement of before anybody asked
  const money::Foreign paid{*money::parse_money("EUR 100.00"),
                            *money::ExchangeRate::parse("USD 1.0842")};
  Books bobs(database(), clock_, "bob");
  ASSERT_TRUE(bobs.apply({.asset = "server",
                          .on = *parse_date("2026-10-01"),
                          .what = Repair{*money::parse_money("USD 108.42"), paid}}));
  EXPECT_EQ(*paid_of(bobs.asset("server")->events.back().what), paid);
  EXPECT_EQ(journal().back().rule, "repair, EUR 100.00 at USD 1.0842");
  Purchases purchases(database(), clock_, "bob");
  EXPECT_TRUE(purchases.pending()->empty());
  ASSERT_TRUE(
      purchases.order({"gpu", *parse_date("2026-10-01"), *money::parse_money("EUR 100.00")}));
  EXPECT_FALSE(Purchases(database(), clock_, "eve").undo("gpu"));
  EXPECT_EQ(purchases.pending()->size(), 1U);
  EXPECT_EQ(verification(), "sound");
}

TEST_F(MigrationsTest, OfVersion13_SayNoSerialNumbers_AndTakeThem) {
  open_version(13);
  EXPECT_EQ(books().verify()->head,
            "eccda13181633191e00024ef9691d6de9b428fcdf06b3310ac6267b780c7d550");
  EXPECT_EQ(*books().closed_through(), std::optional(*parse_month("2026-08")));
  const Asset node = *books().asset("node");
  EXPECT_EQ(node.serial, "");
  ASSERT_EQ(node.events.size(), 2U);  // moved, improved
  EXPECT_EQ(node.events[1].document, "");
  Purchases purchases(database(), clock_, "bob");
  EXPECT_EQ(purchases.purchase("node")->value().steps[1].document, "");
  EXPECT_EQ(purchases.bought_at_once()->at("abroad").paid->amount, *money::parse_money("EUR 900"));
  EXPECT_EQ(Upkeep(database(), clock_).services("server")->front().note, "new fans");
  EXPECT_EQ(books().asset("blade")->terms.cost, *money::parse_money("USD 3,000.00"));

  const Date day = *parse_date("2026-09-08");
  Books bobs(database(), clock_, "bob");
  ASSERT_TRUE(bobs.apply({.asset = "node",
                          .on = day,
                          .what = Repair{*money::parse_money("USD 5")},
                          .document = "INV-9"}));
  EXPECT_EQ(journal().back().rule, "repair, document INV-9");
  ASSERT_TRUE(bobs.apply({.asset = "node", .on = day, .what = Move{.serial = "SN-1"}}));
  EXPECT_EQ(placement_on(*books().asset("node"), day).serial, "SN-1");
  ASSERT_TRUE(purchases.acquire({.asset = "later",
                                 .on = day,
                                 .costs = {{CostKind::kPrice, *money::parse_money("USD 480")}},
                                 .serial = "SN-2",
                                 .document = "INV-10"}));
  EXPECT_EQ(purchases.purchase("later")->value().serial(), "SN-2");
  EXPECT_EQ(verification(), "sound");
}

TEST_F(MigrationsTest, OfVersion4_KeepWhatHappened_VerifyAsBefore_AndNameWhoGoesOn) {
  if (was_never_on_this_engine(4)) GTEST_SKIP() << "no books were on a server then";
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
