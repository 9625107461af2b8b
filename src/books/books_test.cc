#include "books/books.h"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/files.h"
#include "books/journal.h"
#include "books/testing.h"

namespace purser::books {
namespace {

using money::Money;
using money::parse_money;
using store::Database;
using testing::HasSubstr;

constexpr Joules kKilowattHour{3'600'000'000'000};

Site oslo() {
  return {"oslo", money::Rate::per_energy(*money::parse_cost("USD 0.123456789"), kKilowattHour),
          1250, "UTC"};
}
Asset server(std::string name = "server") {
  Asset asset = plain_asset(std::move(name));
  asset.idle_watts = Watts{60'000};
  asset.load_watts = Watts{180'000};
  asset.maintenance_per_year = parse_money("USD 600.00").value();
  return asset;
}
Month month(std::string_view text) { return *parse_month(text); }

class BooksTest : public BooksFixture {
 protected:
  static std::string on_server(const std::string& text) {
    return store::test_server().empty() ? "" : text;
  }
};

TEST_F(BooksTest, KeepSitesAndAssetsExactly) {
  ASSERT_TRUE(books().add_site(oslo()));
  Asset asset = server();
  asset.site = "oslo";
  asset.space_per_month = *parse_money("USD 40.00");
  ASSERT_TRUE(books().add_asset(asset));
  reopen();
  const Site site = *books().site("oslo");
  EXPECT_EQ(site.tariff, oslo().tariff);
  EXPECT_EQ(site.pue_thousandths, 1250);
  const Asset kept = *books().asset("server");
  EXPECT_EQ(kept.site, "oslo");
  EXPECT_EQ(kept.terms.cost, asset.terms.cost);
  EXPECT_EQ(kept.terms.salvage, asset.terms.salvage);
  EXPECT_EQ(kept.terms.life, asset.terms.life);
  EXPECT_EQ(kept.terms.in_service, asset.terms.in_service);
  EXPECT_EQ(kept.terms.convention, asset.terms.convention);
  EXPECT_EQ(kept.load_watts, asset.load_watts);
  EXPECT_EQ(kept.maintenance_per_year, asset.maintenance_per_year);
  EXPECT_EQ(kept.space_per_month, asset.space_per_month);
}

TEST_F(BooksTest, RefuseWhatCannotBeTrue_AndKeepNothingOfIt) {
  ASSERT_TRUE(books().add_site(oslo()));
  Asset nowhere = server();
  nowhere.site = "olso";
  const auto no_site = books().add_asset(nowhere);
  ASSERT_FALSE(no_site);
  EXPECT_NE(no_site.error().message().find("did you mean 'oslo'?"), std::string::npos);

  Asset mixed = server();
  mixed.maintenance_per_year = *parse_money("EUR 600.00");
  EXPECT_EQ(books().add_asset(mixed).error().code(), ErrorCode::kInvalidInput);
  Asset badly_named = server("GPU 7");
  EXPECT_EQ(books().add_asset(badly_named).error().code(), ErrorCode::kInvalidInput);
  Asset inverted = server();
  std::swap(inverted.idle_watts, inverted.load_watts);
  EXPECT_EQ(books().add_asset(inverted).error().code(), ErrorCode::kInvalidInput);
  EXPECT_TRUE(books().assets()->empty());
  EXPECT_TRUE(journal().empty());

  ASSERT_TRUE(books().add_asset(server()));
  EXPECT_EQ(books().add_asset(server()).error().code(), ErrorCode::kAlreadyExists);
  EXPECT_EQ(books().add_site(oslo()).error().code(), ErrorCode::kAlreadyExists);
  const auto unknown = books().asset("serber");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code(), ErrorCode::kNotFound);
  EXPECT_NE(unknown.error().message().find("did you mean 'server'?"), std::string::npos);
}

TEST_F(BooksTest, ASiteMustMakeSense) {
  Site site = oslo();
  site.pue_thousandths = 999;
  EXPECT_FALSE(books().add_site(site));
  site = oslo();
  site.zone = "Europe/Olso";
  EXPECT_FALSE(books().add_site(site));
  site.zone = "../../etc/passwd";
  EXPECT_FALSE(books().add_site(site));
}

TEST_F(BooksTest, ThePurchaseIsTheFirstEntry) {
  ASSERT_EQ(*books().add_asset(server()), 1);
  const auto entries = journal();
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_EQ(entries[0].event, "acquisition");
  EXPECT_EQ(format(entries[0].date), "2026-02-15");
  EXPECT_EQ(entries[0].lines[0].account, "Assets:Equipment");
  EXPECT_EQ(format(entries[0].lines[0].amount), "USD 12,000.00");
  EXPECT_EQ(format(entries[0].lines[1].amount), "USD -12,000.00");
}

TEST_F(BooksTest, PostingAgain_ChangesNothing) {
  ASSERT_TRUE(books().add_asset(server()));
  EXPECT_EQ(*books().post(month("2026-10")), 2);  // depreciation and maintenance
  EXPECT_EQ(*books().post(month("2026-10")), 0);
  reopen();
  EXPECT_EQ(*books().post(month("2026-10")), 0);
  const PeriodParts posted = *books().posted("server", month("2026-10"));
  EXPECT_TRUE(posted.posted);
  EXPECT_EQ(format(posted.depreciation.amount), "USD 222.80");
  EXPECT_EQ(format(posted.maintenance.amount), "USD 50.96");
  EXPECT_FALSE(books().posted("server", month("2026-09"))->posted);
}

TEST_F(BooksTest, ADryRun_TellsWhatItWouldWrite_AndWritesNothing) {
  ASSERT_TRUE(books().add_asset(server()));
  int told = 0;
  EXPECT_EQ(*books().post(month("2026-10"), Effect::kDryRun, [&](const Entry&) { ++told; }), 2);
  EXPECT_EQ(told, 2);
  EXPECT_EQ(journal().size(), 1U);
  EXPECT_EQ(*books().add_asset(server("other"), Effect::kDryRun), 1);
  EXPECT_EQ(books().assets()->size(), 1U);
}

TEST_F(BooksTest, WhatIsPostedMonthByMonth_SumsToCostLessSalvage) {
  Asset asset = server();
  asset.maintenance_per_year.reset();
  ASSERT_TRUE(books().add_asset(asset));
  clock_.set(*parse_instant("2031-01-01T00:00:00Z"));
  std::int64_t sum = 0;
  for (Month m = month("2026-01"); m <= month("2030-12"); m += std::chrono::months{1}) {
    ASSERT_TRUE(books().post(m));
    sum += books().posted("server", m)->depreciation.amount.minor();
  }
  EXPECT_EQ(sum, 10'500'00);
  EXPECT_EQ(verification(), "sound");
}

TEST_F(BooksTest, MonthsCloseInOrder_WhenTheyAreOver_AndThenNeverMove) {
  ASSERT_TRUE(books().add_asset(server()));
  EXPECT_EQ(books().close(month("2026-11"), {}).error().code(), ErrorCode::kRefused);  // not over
  const auto early = books().close(month("2026-03"), {});
  ASSERT_FALSE(early);
  EXPECT_NE(early.error().message().find("2026-02 is still open"), std::string::npos);
  EXPECT_FALSE(books().close(month("2026-01"), {})) << "nothing was in service";

  EXPECT_EQ(*books().close(month("2026-02"), {}), 2);
  EXPECT_EQ(*books().close(month("2026-02"), {}), 0);
  EXPECT_EQ(*books().post(month("2026-02")), 0);
  EXPECT_TRUE(*books().is_closed(month("2026-02")));
  EXPECT_EQ(*books().first_open(), month("2026-03"));
  const Accrual late{"server", Kind::kEnergy, *parse_money("USD 1.00")};
  EXPECT_EQ(books().accrue(late, month("2026-02")).error().code(), ErrorCode::kRefused);
  EXPECT_EQ(books().reverse(2).error().code(), ErrorCode::kRefused);
  Asset taken = server("late");
  taken.takeover = Takeover{*parse_date("2026-02-20"), *parse_money("USD 1.00")};
  const auto backdated = books().add_asset(taken);
  ASSERT_FALSE(backdated);
  EXPECT_EQ(backdated.error().code(), ErrorCode::kRefused);
  EXPECT_NE(backdated.error().message().find("2026-02 is closed"), std::string::npos);
}

TEST_F(BooksTest, EvenPlainSql_CannotWriteIntoAClosedMonth) {
  ASSERT_TRUE(books().add_asset(server()));
  ASSERT_TRUE(books().close(month("2026-02"), {}));
  ASSERT_TRUE(books().apply({.asset = "server",
                             .on = *parse_date("2026-03-09"),
                             .what = Disposal{*parse_money("USD 9000.00")}}));
  EXPECT_FALSE(database().run("UPDATE entry SET minor = 0"));
  EXPECT_FALSE(database().run("DELETE FROM entry"));
  EXPECT_FALSE(database().run("UPDATE posting SET minor = 0")) << "lines of the disposal";
  EXPECT_FALSE(database().run("DELETE FROM posting"));
  EXPECT_FALSE(database().run("UPDATE word SET spelling = 'x'"));
  EXPECT_FALSE(database().run("DELETE FROM word"));
  EXPECT_FALSE(database().run("DELETE FROM closing"));
  const auto inserted = database().run(
      "INSERT INTO entry SELECT 99, period, asset, book, event, 7, date, rule, who, NULL, "
      "recorded, account, against, currency, minor, hash FROM entry WHERE number = 1");
  ASSERT_FALSE(inserted);
  EXPECT_NE(inserted.error().message().find("closed"), std::string::npos);
}

TEST_F(BooksTest, EnergyIsAccruedAtClose_AndMustNotBeForgotten) {
  ASSERT_TRUE(books().add_site(oslo()));
  Asset asset = server();
  asset.site = "oslo";
  ASSERT_TRUE(books().add_asset(asset));
  const auto forgotten = books().close(month("2026-02"), {});
  ASSERT_FALSE(forgotten);
  EXPECT_NE(forgotten.error().message().find("energy of 'server'"), std::string::npos);
  EXPECT_FALSE(*books().is_closed(month("2026-02")));

  const std::vector<Accrual> accruals{{"server", Kind::kEnergy, *parse_money("USD 7.31")}};
  EXPECT_EQ(*books().close(month("2026-02"), {.energy = accruals}), 3);
  const PeriodParts posted = *books().posted("server", month("2026-02"));
  EXPECT_EQ(format(posted.energy.amount), "USD 7.31");
  EXPECT_EQ(format(posted.total()), "USD 130.94");  // 100.62 + 23.01 + 7.31
}

TEST_F(BooksTest, AnAccrual_IsTheAmountOfTheMonth_NotADifference) {
  ASSERT_TRUE(books().add_asset(server()));
  const auto accrue = [&](std::string_view amount) {
    return *books().accrue({"server", Kind::kEnergy, *parse_money(amount)}, month("2026-10"));
  };
  EXPECT_EQ(accrue("USD 5.00"), 1);
  EXPECT_EQ(accrue("USD 5.00"), 0);
  EXPECT_EQ(accrue("USD 4.25"), 1);  // a correction of -0.75
  EXPECT_EQ(format(books().posted("server", month("2026-10"))->energy.amount), "USD 4.25");
  EXPECT_EQ(journal().back().revision, 1);
  EXPECT_FALSE(
      books().accrue({"server", Kind::kDepreciation, *parse_money("USD 1.00")}, month("2026-10")));
  EXPECT_FALSE(
      books().accrue({"server", Kind::kEnergy, *parse_money("EUR 1.00")}, month("2026-10")));
  EXPECT_FALSE(books().posted("server", month("2026-10"))->posted) << "only energy was accrued";
  EXPECT_EQ(format(books().parts_of("server", month("2026-10"))->total()), "USD 278.01");
}

TEST_F(BooksTest, ZeroEnergy_IsSaid_AndAReversedAccrualSaysNothing) {
  ASSERT_TRUE(books().add_site(oslo()));
  Asset asset = server();
  asset.site = "oslo";
  ASSERT_TRUE(books().add_asset(asset));
  const auto accrue = [&](std::string_view amount) {
    return *books().accrue({"server", Kind::kEnergy, *parse_money(amount)}, month("2026-02"));
  };
  EXPECT_EQ(accrue("USD 5.00"), 1);
  ASSERT_EQ(*books().reverse(2), 1);
  EXPECT_EQ(books().close(month("2026-02"), {}).error().code(), ErrorCode::kRefused);
  EXPECT_EQ(accrue("USD 0.00"), 1);
  EXPECT_EQ(accrue("USD 0.00"), 0);
  EXPECT_TRUE(books().close(month("2026-02"), {}));
  EXPECT_EQ(verification(), "sound");
}

TEST_F(BooksTest, AReversal_IsAMirrorImage_AndPostingWritesItAgain) {
  ASSERT_TRUE(books().add_asset(server()));
  ASSERT_TRUE(books().post(month("2026-10")));
  ASSERT_EQ(*books().reverse(2), 1);
  const Entry mirror = journal().back();
  EXPECT_EQ(mirror.reverses, 2);
  EXPECT_EQ(format(mirror.lines[0].amount), "USD -222.80");
  EXPECT_TRUE(books().posted("server", month("2026-10"))->depreciation.amount.is_zero());
  EXPECT_EQ(books().reverse(2).error().code(), ErrorCode::kRefused);  // once only
  EXPECT_EQ(books().reverse(4).error().code(), ErrorCode::kRefused);  // not the reversal
  EXPECT_EQ(books().reverse(99).error().code(), ErrorCode::kNotFound);
  EXPECT_EQ(*books().post(month("2026-10")), 1);
  EXPECT_EQ(format(books().posted("server", month("2026-10"))->depreciation.amount), "USD 222.80");
  EXPECT_EQ(verification(), "sound");
}

TEST_F(BooksTest, AReversedCharge_LeavesThePriceOfItsMonth) {
  ASSERT_TRUE(books().add_asset(server()));
  ASSERT_TRUE(books().post(month("2026-10")));
  const auto price = [&] { return books().parts_of("server", month("2026-10"))->total(); };
  const Money before = price();
  ASSERT_FALSE(before.is_zero());
  ASSERT_EQ(*books().reverse(2), 1);
  EXPECT_EQ(price(), before) << "the month will be posted again; it is not free";
  ASSERT_EQ(*books().post(month("2026-10")), 1);
  EXPECT_EQ(price(), before);
}

TEST_F(BooksTest, ATariffPastAllReason_IsRefused_WithOrWithoutItsPue) {
  Site site = oslo();
  const auto refusal = [&](std::string_view per_kwh, std::int64_t pue) -> std::string {
    site.tariff = money::Rate::per_energy(*money::parse_cost(per_kwh), kKilowattHour);
    site.pue_thousandths = pue;
    const auto added = books().add_site(site, Effect::kDryRun);
    return added ? "none" : added.error().message();
  };
  EXPECT_EQ(refusal("USD 1000000.00", 1000), "none");
  EXPECT_THAT(refusal("USD 1000000.01", 1000), HasSubstr("look at its zeros"));
  EXPECT_EQ(refusal("USD 500000.00", 2000), "none");
  EXPECT_THAT(refusal("USD 500000.00", 2001), HasSubstr("at a PUE of 2.001"));
  EXPECT_THAT(refusal("USD 90000000000000000.00", 10'000), HasSubstr("look at its zeros"));
}

TEST_F(BooksTest, AMonthThatHasNotBegun_IsNotPosted) {
  ASSERT_TRUE(books().add_asset(server()));
  EXPECT_TRUE(books().post(month("2026-11")));
  EXPECT_EQ(books().post(month("2026-12")).error().code(), ErrorCode::kRefused);
}

TEST_F(BooksTest, Verify_FindsTheFirstEntryThatWasAltered) {
  ASSERT_TRUE(books().add_asset(server()));
  for (const char* m : {"2026-02", "2026-03", "2026-04"}) ASSERT_TRUE(books().close(month(m), {}));
  ASSERT_EQ(verification(), "sound");
  const Verified verified = *books().verify();
  EXPECT_EQ(verified.entries, 7);
  EXPECT_TRUE(books().verify(journal()[3].hash)) << "an earlier head is a witness too";

  tamper("UPDATE entry SET minor = minor + 1 WHERE number >= 4");
  EXPECT_NE(verification().find("entry 4 (2026-03, depreciation of 'server') was altered"),
            std::string::npos)
      << verification();
}

// The text that is hashed has room for no more than a month, a day and a revision.
TEST_F(BooksTest, Verify_FindsNumbersOfWhichOnlyAPartFits) {
  ASSERT_TRUE(books().add_asset(server()));
  ASSERT_TRUE(books().post(month("2026-02")));
  ASSERT_EQ(verification(), "sound");
  for (const std::string_view column : {"period", "date", "revision"}) {
    SCOPED_TRACE(column);
    const std::string change = fmt::format("UPDATE entry SET {0} = {0} {{}} {1} WHERE number = 2",
                                           column, column == "period" ? 786'432 : 4'294'967'296);
    tamper(fmt::format(fmt::runtime(change), '+'));
    EXPECT_THAT(verification(), HasSubstr("entry 2"));
    tamper(fmt::format(fmt::runtime(change), '-'));
  }
  EXPECT_EQ(verification(), "sound");
}

TEST_F(BooksTest, Verify_FindsAnEntryThatWasRewrittenWithItsHash_AtTheOneBehindIt) {
  ASSERT_TRUE(books().add_asset(server()));
  for (const char* m : {"2026-02", "2026-03"}) ASSERT_TRUE(books().close(month(m), {}));
  Entry forged = journal()[1];
  for (Line& line : forged.lines) line.amount = Money(line.amount.minor() * 2, money::usd());
  forged.hash = hash_of(forged, journal()[0].hash);
  tamper("UPDATE entry SET minor = minor * 2 WHERE number = 2");
  tamper("UPDATE entry SET hash = digest_bytes('" + forged.hash + "') WHERE number = 2");
  EXPECT_NE(verification().find("entry 3 (2026-02, maintenance of 'server') was altered"),
            std::string::npos)
      << verification();
}

TEST_F(BooksTest, Verify_FindsWhatIsMissingOrDoesNotBalance) {
  ASSERT_TRUE(books().add_asset(server()));
  for (const char* m : {"2026-02", "2026-03"}) ASSERT_TRUE(books().close(month(m), {}));
  const std::string head = books().verify()->head;
  tamper("DELETE FROM entry WHERE number = 5");
  EXPECT_NE(verification().find("entry 5 is missing"), std::string::npos) << verification();
  tamper("DELETE FROM closing");  // somebody thorough
  EXPECT_NE(verification().find("the closing of 2026-02 is missing"), std::string::npos);
  tamper("DELETE FROM month_sum");
  EXPECT_EQ(verification(), "sound");
  EXPECT_EQ(books().verify(head).error().code(), ErrorCode::kCorrupt);
  tamper("UPDATE entry SET against = NULL WHERE number = 2");
  EXPECT_NE(verification().find("entry 2"), std::string::npos) << verification();
  EXPECT_NE(verification().find("does not balance"), std::string::npos) << verification();
}

TEST_F(BooksTest, Verify_FindsLinesAndTextsThatAreNotThoseOfTheEntry) {
  ASSERT_TRUE(books().add_asset(server()));
  for (const char* m : {"2026-02", "2026-03"}) ASSERT_TRUE(books().close(month(m), {}));
  ASSERT_EQ(verification(), "sound");
  tamper("INSERT INTO posting SELECT 3, 1, account, currency, 0 FROM entry WHERE number = 3");
  EXPECT_NE(verification().find("1 lines were added that belong to no entry of the journal, the "
                                "first under entry 3"),
            std::string::npos)
      << verification();
  tamper("DELETE FROM posting");
  ASSERT_EQ(verification(), "sound");
  tamper("UPDATE entry SET account = 999 WHERE number = 4");
  EXPECT_NE(verification().find("word 999 of the journal is missing"), std::string::npos)
      << verification();
  tamper(
      "UPDATE entry SET account = (SELECT account FROM entry WHERE number = 2) WHERE number = 4");
  ASSERT_EQ(verification(), "sound");
  tamper("DROP TRIGGER IF EXISTS word_stands" + on_server(" ON word"));
  tamper("UPDATE word SET spelling = 'Expenses:Wear' WHERE spelling = 'Expenses:Depreciation'");
  EXPECT_NE(verification().find("entry 2 (2026-02, depreciation of 'server') was altered"),
            std::string::npos)
      << verification();
}

TEST_F(BooksTest, Kill9WhilePosting_LeavesWholeMonths_AndPostingGoesOn) {
  for (int i = 0; i < 40; ++i) ASSERT_TRUE(books().add_asset(server("node" + std::to_string(i))));
  const auto month_number = [](int i) { return month("2026-02") + std::chrono::months{i}; };
  for (int round = 0; round < 5; ++round) {
    int pipe_ends[2];
    ASSERT_EQ(pipe(pipe_ends), 0);
    const pid_t child = fork();
    if (child == 0) {
      auto own = Database::open(address(), Books::migrations());
      Books theirs(*own, clock_);
      for (int i = 2 * round; i < 10; ++i) {
        if (!theirs.post(month_number(i))) _exit(1);
        if (write(pipe_ends[1], "x", 1) != 1) _exit(1);
      }
      pause();
    }
    char acknowledged = 0;
    ASSERT_EQ(read(pipe_ends[0], &acknowledged, 1), 1);
    usleep(static_cast<useconds_t>(round) * 700);  // anywhere inside the next months
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status));
    close(pipe_ends[0]);
    close(pipe_ends[1]);
    EXPECT_EQ(verification(), "sound");
    for (int i = 0; i < 10; ++i) {
      int entries = 0;
      ASSERT_TRUE(books().each_entry(month_number(i), [&](const Entry& entry) -> Status {
        entries += entry.event == "acquisition" ? 0 : 1;
        return {};
      }));
      EXPECT_TRUE(entries == 0 || entries == 80) << "part of a month: " << entries;
      EXPECT_TRUE(i != 2 * round || entries == 80) << "an acknowledged month is lost";
    }
  }
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(books().post(month_number(i)));
  EXPECT_EQ(journal().size(), 40U + 10U * 80U);
  EXPECT_EQ(verification(), "sound");
}

TEST_F(BooksTest, TwoProcessesThatPostTheSameMonth_PostItOnce) {
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(books().add_asset(server("node" + std::to_string(i))));
  std::vector<pid_t> children;
  for (int i = 0; i < 4; ++i) {
    const pid_t child = fork();
    if (child == 0) {
      auto own = Database::open(address(), Books::migrations());
      Books theirs(*own, clock_);
      for (int m = 0; m < 9; ++m) {
        if (!theirs.post(month("2026-02") + std::chrono::months{m})) _exit(1);
      }
      _exit(0);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
  }
  EXPECT_EQ(journal().size(), 20U + 9U * 40U);
  EXPECT_EQ(verification(), "sound");
}

// What is about the file.
class BooksFileTest : public BooksTest {};

TEST_F(BooksFileTest, AFullDisk_LeavesTheBooksAsTheyWere) {
  for (int i = 0; i < 300; ++i) {
    ASSERT_TRUE(books().add_asset(server("node" + std::to_string(i))));
  }
  const std::string head = books().verify()->head;
  ASSERT_TRUE(database().run("PRAGMA max_page_count = 1"));  // no larger than it is by now
  const auto posted = books().post(month("2026-10"));
  ASSERT_FALSE(posted);
  EXPECT_EQ(posted.error().code(), ErrorCode::kIo);
  EXPECT_NE(posted.error().message().find("the disk is full"), std::string::npos);
  EXPECT_EQ(books().verify()->head, head);
  reopen();
  EXPECT_EQ(*books().post(month("2026-10")), 600);
}

TEST_F(BooksFileTest, OfANewerVersion_AreNotTouched) {
  ASSERT_TRUE(books().add_asset(server()));
  ASSERT_TRUE(database().run("UPDATE schema_version SET version = 1000 WHERE room = 'books'"));
  books_.reset();
  database_.reset();
  const std::string before = *read_file(file_);
  const auto opened = Database::open(address(), Books::migrations());
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code(), ErrorCode::kUnsupported);
  EXPECT_EQ(*read_file(file_), before);
}

}  // namespace
}  // namespace purser::books
