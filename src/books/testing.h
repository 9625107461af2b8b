// Books in a file of their own, for tests.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/files.h"
#include "books/books.h"
#include "store/testing.h"

namespace purser::books {

// USD 10,500.00 wear off over 48 months from 2026-02-15, by days. It stands nowhere and nothing is
// agreed about it.
inline Asset plain_asset(std::string name) {
  return {std::move(name),
          "",
          {*money::parse_money("USD 12000.00"), *money::parse_money("USD 1500.00"),
           *parse_life("48mo"), *parse_date("2026-02-15"), StraightLine{}, Convention::kDaily},
          Watts{},
          Watts{},
          std::nullopt,
          std::nullopt};
}

// It is 2026-11-15, noon.
class BooksFixture : public testing::Test {
 public:
  BooksFixture() {
    std::string pattern = (fs::temp_directory_path() / "purser-books-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    file_ = (folder_ / "books.db").string();
    reopen();
  }
  ~BooksFixture() override {
    books_.reset();
    database_.reset();
    fs::remove_all(folder_);
  }

 protected:
  void reopen() {
    books_.reset();
    database_.reset();
    auto opened = store::Database::open(address(), Books::migrations(), store::IfMissing::kCreate);
    if (!opened) throw std::runtime_error(opened.error().message());
    database_ = std::make_unique<store::Database>(*std::move(opened));
    books_ = std::make_unique<Books>(*database_, clock_);
  }
  std::string address() const { return store::test_address(file_); }
  Books& books() { return *books_; }
  store::Database& database() { return *database_; }

  std::vector<Entry> journal() {
    std::vector<Entry> entries;
    EXPECT_TRUE(books().each_entry(std::nullopt, [&](const Entry& entry) -> Status {
      entries.push_back(entry);
      return {};
    }));
    return entries;
  }
  std::string verification() {
    const auto verified = books().verify();
    return verified ? "sound" : verified.error().message();
  }

  // From here on nothing refuses what the books themselves would never do.
  void lift_triggers() {
    if (!store::test_server().empty()) {
      ASSERT_TRUE(database().run("SET session_replication_role = replica"));
      return;
    }
    std::vector<std::string> triggers;
    auto select = database().prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'");
    ASSERT_TRUE(select->each({}, [&](const store::Row& row) -> Status {
      triggers.emplace_back(row.text(0));
      return {};
    }));
    for (const std::string& trigger : triggers) {
      ASSERT_TRUE(database().run("DROP TRIGGER " + trigger));
    }
    ASSERT_TRUE(database().run("PRAGMA foreign_keys = OFF"));
  }
  // Writes into the file past all rules, as somebody with a SQL prompt could.
  void tamper(std::string_view sql) {
    lift_triggers();
    ASSERT_TRUE(database().run(sql)) << sql;
  }

  fs::path folder_;
  std::string file_;
  ManualClock clock_{*parse_instant("2026-11-15T12:00:00Z")};
  std::unique_ptr<store::Database> database_;
  std::unique_ptr<Books> books_;
};

// A server from February 2026 on, USD 218.75 a month, to which things happen.
class LifeFixture : public BooksFixture {
 public:
  LifeFixture() {
    Asset asset = plain_asset("server");
    asset.terms.convention = Convention::kFullMonth;
    EXPECT_TRUE(books().add_asset(asset));
  }

 protected:
  Result<Applied> happens(std::string_view on, Happening what, Effect effect = Effect::kWrite) {
    return books().apply({.asset = "server", .on = *parse_date(on), .what = std::move(what)},
                         effect);
  }
  std::int64_t balance(std::string_view account) {
    std::int64_t sum = 0;
    for (const Entry& entry : journal()) {
      for (const Line& line : entry.lines) {
        if (line.account == account) sum += line.amount.minor();
      }
    }
    return sum;
  }
  std::string charge(std::string_view month) {
    return format(books().parts_of("server", *parse_month(month))->depreciation.amount);
  }
};

}  // namespace purser::books
