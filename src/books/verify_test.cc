// Books that somebody changed past their rules, with a SQL prompt and patience: verify() names what
// no longer agrees. (books_test.cc has the first things that one would try.)
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "books/journal.h"
#include "books/testing.h"

namespace purser::books {
namespace {

using money::parse_money;
using testing::HasSubstr;

class VerifyTest : public LifeFixture {
 protected:
  void close_through(std::string_view last) {
    for (Month month = *parse_month("2026-02"); month <= *parse_month(last);
         month += std::chrono::months{1}) {
      const auto closed = books().close(month, {});
      ASSERT_TRUE(closed) << closed.error().message();
    }
    ASSERT_EQ(verification(), "sound");
  }
  // Appends `entry` with the hash that it would have there, as a row like that of entry 2.
  void forge(Entry entry) {
    entry.number = static_cast<std::int64_t>(journal().size()) + 1;
    const std::string hash = hash_of(entry, journal().back().hash);
    tamper(fmt::format(
        "INSERT INTO entry SELECT {}, period, asset, book, event, {}, date, rule, who, reverses, "
        "recorded, account, against, currency, {}, digest_bytes('{}') FROM entry WHERE number = 2",
        entry.number, entry.revision, entry.lines.front().amount.minor(), hash));
  }
};

TEST_F(VerifyTest, FindsAnEntryThatWasAddedToAMonthBehindItsClosing_ThoughItsHashIsRight) {
  close_through("2026-03");
  Entry added = journal()[1];
  added.revision = 1;
  for (Line& line : added.lines) line.amount = money::Money::zero(money::usd());  // no sum moves
  forge(added);
  EXPECT_THAT(verification(), HasSubstr("entry 4 (2026-02, depreciation of 'server') was added "
                                        "after 2026-03 was closed"));
}

TEST_F(VerifyTest, FindsAnEntryBeforeTheFirst) {
  close_through("2026-03");
  tamper(
      "INSERT INTO entry SELECT 0, period, asset, book, event, 7, date, rule, who, reverses, "
      "recorded, account, against, currency, minor, hash FROM entry WHERE number = 2");
  EXPECT_THAT(verification(), HasSubstr("entry 0 (2026-02, depreciation of 'server') was added "
                                        "before the first one"));
}

TEST_F(VerifyTest, FindsAClosingThatNamesAnotherHead) {
  close_through("2026-04");
  tamper("UPDATE closing SET head = 0, hash = '' WHERE period = 24313");
  EXPECT_THAT(verification(), HasSubstr("entry 1 (2026-02, acquisition of 'server') was added "
                                        "after 2026-02 was closed"));
  tamper("UPDATE closing SET head = 1 WHERE period = 24313");
  EXPECT_THAT(verification(), HasSubstr("is not what it was when 2026-02 was closed"));
}

TEST_F(VerifyTest, FindsClosingsOutOfOrder) {
  close_through("2026-04");
  tamper("UPDATE closing SET head = 2 WHERE period = 24315");
  EXPECT_THAT(verification(), HasSubstr("the closing of 2026-04 was altered: its head is entry 2"));
}

// Its lines and hash are what they were; the sums of a month read another amount.
TEST_F(VerifyTest, FindsAFirstLineThatWasPutElsewhere) {
  close_through("2026-03");
  tamper(
      "INSERT INTO posting SELECT number, 0, account, currency, minor FROM entry WHERE number = 2");
  tamper(
      "INSERT INTO posting SELECT number, 1, against, currency, -minor FROM entry WHERE number = "
      "2");
  tamper("UPDATE entry SET account = NULL, against = NULL, minor = 1 WHERE number = 2");
  EXPECT_THAT(verification(), HasSubstr("entry 2: its first line is missing"));
}

TEST_F(VerifyTest, FindsAnEntryThatPassedToAnAssetOfTheSameNameThatWasWithdrawn) {
  ASSERT_TRUE(books().undo("server"));
  ASSERT_TRUE(books().add_asset(plain_asset("server")));
  ASSERT_TRUE(books().post(*parse_month("2026-02")));
  ASSERT_EQ(verification(), "sound");
  ASSERT_EQ(journal().size(), 4U);
  tamper("UPDATE entry SET asset = 1 WHERE number = 4");
  EXPECT_THAT(verification(), HasSubstr("an asset 'server' was taken out of the books, and entries "
                                        "of it and of another asset of that name were exchanged"));
  tamper("UPDATE entry SET asset = 2 WHERE number = 4");
  EXPECT_EQ(verification(), "sound");
}

TEST_F(VerifyTest, FindsAnAssetThatWasWithdrawnWithoutItsEntries) {
  ASSERT_TRUE(books().post(*parse_month("2026-02")));
  tamper("INSERT INTO withdrawn VALUES (1, 'server', 0, NULL)");
  EXPECT_THAT(verification(),
              HasSubstr("an asset 'server' was taken out of the books, and what was "
                        "posted of it does not come to nothing"));
}

TEST_F(VerifyTest, FindsEntriesOfNoAsset_AtTheEndTooWhereNoneIsMissing) {
  ASSERT_TRUE(books().add_asset(plain_asset("spare")));
  ASSERT_EQ(verification(), "sound");
  tamper("DELETE FROM book_terms WHERE asset = 2");
  tamper("DELETE FROM asset WHERE id = 2");
  EXPECT_THAT(verification(), HasSubstr("entry 2 is of an asset that is not in the books"));
}

TEST_F(VerifyTest, FindsEventsThatWereExchangedOrAltered) {
  ASSERT_TRUE(happens("2026-03-05", Repair{*parse_money("USD 9.00")}));
  ASSERT_TRUE(happens("2026-03-06", Improvement{*parse_money("USD 9.00")}));
  ASSERT_EQ(verification(), "sound");
  const auto found = [&](const std::string& change, const std::string& back) {
    tamper(change);
    std::string said = verification();
    tamper(back);
    EXPECT_EQ(verification(), "sound") << back;
    return said;
  };
  const auto swap = [&](int one, int other) {
    tamper(fmt::format("UPDATE event SET id = 77 WHERE id = {}", one));
    tamper(fmt::format("UPDATE event SET id = {} WHERE id = {}", one, other));
    tamper(fmt::format("UPDATE event SET id = {} WHERE id = 77", other));
  };
  constexpr std::string_view kSaid = "is of an event that the books know otherwise";
  swap(1, 2);
  EXPECT_THAT(verification(), HasSubstr(kSaid));
  swap(1, 2);
  for (const std::string_view column : {"amount", "effective", "kind"}) {
    EXPECT_THAT(found(fmt::format("UPDATE event SET {0} = {0} + 1 WHERE id = 1", column),
                      fmt::format("UPDATE event SET {0} = {0} - 1 WHERE id = 1", column)),
                HasSubstr(kSaid))
        << column;
  }
  EXPECT_THAT(found("UPDATE event SET id = 8 WHERE id = 2", "UPDATE event SET id = 2 WHERE id = 8"),
              HasSubstr(kSaid));
}

TEST_F(VerifyTest, FindsACostThatIsNotWhatWasPaid) {
  close_through("2026-03");
  for (const std::string_view column : {"cost", "in_service"}) {
    tamper(fmt::format("UPDATE asset SET {0} = {0} + 1", column));
    EXPECT_THAT(verification(),
                HasSubstr("entry 1 is a purchase before the service, or for another "
                          "cost, than that of its asset"));
    tamper(fmt::format("UPDATE asset SET {0} = {0} - 1", column));
  }
  EXPECT_EQ(verification(), "sound");
}

// --- what the tables refuse by themselves --------------------------------------------------------

// Whoever asks: SQLite's REPLACE deletes without a word to triggers on DELETE, and TRUNCATE of
// PostgreSQL asks no row.
TEST_F(VerifyTest, WhatIsOnlyAddedTo_IsNotReplaced_NorEmptied) {
  ASSERT_TRUE(happens("2026-03-05", Repair{*parse_money("USD 9.00")}));
  close_through("2026-03");
  const bool on_server = !store::test_server().empty();
  std::vector<std::string> tables;
  const std::string ending = "_stays";
  auto select = database().prepare(
      on_server
          ? "SELECT CAST(tgname AS TEXT) FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
            "WHERE relnamespace = CAST(current_schema() AS regnamespace)"
          : "SELECT name FROM sqlite_schema WHERE type = 'trigger'");
  ASSERT_TRUE(select->each({}, [&](const store::Row& row) -> Status {
    const std::string trigger(row.text(0));
    if (trigger.ends_with(ending)) {
      tables.push_back(trigger.substr(0, trigger.size() - ending.size()));
    }
    return {};
  }));
  EXPECT_GE(tables.size(), 20U);
  const std::int64_t entries = books().verify()->entries;
  for (const std::string& table : tables) {
    const std::string again =
        on_server ? fmt::format("TRUNCATE {} CASCADE", table)
                  : fmt::format("INSERT OR REPLACE INTO {0} SELECT * FROM {0}", table);
    const Status refused = database().run(again);
    if (refused) {
      std::int64_t rows = 0;
      auto count = database().prepare("SELECT count(*) FROM " + table);
      ASSERT_TRUE(count->each({}, [&](const store::Row& row) -> Status {
        rows = row.integer(0);
        return {};
      }));
      EXPECT_TRUE(!on_server && rows == 0) << table << " was replaced or emptied";
      continue;
    }
    EXPECT_EQ(refused.error().code(), ErrorCode::kRefused) << refused.error().message();
    EXPECT_THAT(refused.error().message(), HasSubstr("what is kept in " + table));
  }
  EXPECT_EQ(books().verify()->entries, entries);
}

TEST_F(VerifyTest, AnEntryIsAddedBehindAllOthers_AndInTheMonthOfNoOther) {
  close_through("2026-03");
  const auto add = [&](int number, std::string_view how) {
    return database().run(fmt::format(
        "INSERT {} INTO entry SELECT {}, 24330, asset, book, event, 0, date, rule, who, reverses, "
        "recorded, account, against, currency, minor, hash FROM entry WHERE number = 2",
        how, number));
  };
  for (const int number : {0, -1, 2, 3}) {
    const Status refused = add(number, "");
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message(), HasSubstr("an entry is added behind all others"));
  }
  ASSERT_TRUE(add(4, ""));
  // The key of an entry that stands, under a number of its own.
  const bool may_replace = store::test_server().empty() && add(5, "OR REPLACE").has_value();
  EXPECT_FALSE(may_replace);
  EXPECT_EQ(journal().size(), 4U);
}

}  // namespace
}  // namespace purser::books
