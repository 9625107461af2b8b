#include "store/file_copy.h"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include <gtest/gtest.h>

#include "base/files.h"
#include "store/store.h"

namespace purser::store {
namespace {

const std::vector<Migration> kSchema{
    {"shelf", 1, "CREATE TABLE item (id INTEGER PRIMARY KEY, data BLOB) STRICT"}};

Status no_bar(std::int64_t, std::int64_t) { return {}; }

class FileCopy : public testing::Test {
 public:
  FileCopy() {
    std::string pattern = (fs::temp_directory_path() / "purser-copy-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    from_ = (folder_ / "a file?of #1%.db").string();  // a URI would stumble over it
    to_ = (folder_ / "to.db").string();
  }
  ~FileCopy() override { fs::remove_all(folder_); }

 protected:
  static Database open(const std::string& file) {
    auto database = Database::open(file, kSchema, IfMissing::kCreate);
    if (!database) throw std::runtime_error(database.error().message());
    return *std::move(database);
  }
  // Rows in pairs, each as large as a page.
  static Status add_pairs(Database& database, int pairs) {
    PURSER_ASSIGN(auto transaction, database.begin());
    for (int i = 0; i < 2 * pairs; ++i) {
      PURSER_TRY(
          database.run("INSERT INTO item (data) VALUES (?)", {Blob{std::string(4000, 'x')}}));
    }
    return transaction.commit();
  }
  static std::int64_t count(Database& database) {
    std::int64_t rows = -1;
    auto statement = database.prepare("SELECT count(*) FROM item");
    EXPECT_TRUE(statement->each({}, [&](const Row& row) -> Status {
      rows = row.integer(0);
      return {};
    }));
    return rows;
  }

  fs::path folder_;
  std::string from_;
  std::string to_;
};

TEST_F(FileCopy, IsOneStateOfTheSource_WhoeverWritesMeanwhile) {
  Database source = open(from_);
  ASSERT_TRUE(add_pairs(source, 1000));
  Database writer = open(from_);
  std::int64_t steps = 0;
  const Status copied = copy_file(from_, to_, [&](std::int64_t, std::int64_t) {
    ++steps;
    return add_pairs(writer, 1);
  });
  ASSERT_TRUE(copied) << copied.error().message();
  EXPECT_GT(steps, 3);
  Database copy = open(to_);
  EXPECT_EQ(count(copy), 2000);
  EXPECT_EQ(count(source), 2000 + 2 * steps);
  EXPECT_TRUE(check_pages(to_));
}

TEST_F(FileCopy, ThoseWhoHaveTheTargetOpen_SeeAllOfItOrNothing) {
  {
    Database source = open(from_);
    ASSERT_TRUE(add_pairs(source, 1000));
  }
  Database reader = open(to_);
  ASSERT_TRUE(add_pairs(reader, 1));
  const Status copied = copy_file(from_, to_, [&](std::int64_t, std::int64_t) -> Status {
    EXPECT_EQ(count(reader), 2);
    return {};
  });
  ASSERT_TRUE(copied) << copied.error().message();
  EXPECT_EQ(count(reader), 2000);
  ASSERT_TRUE(add_pairs(reader, 1));
  EXPECT_EQ(count(reader), 2002);
}

TEST_F(FileCopy, NobodyWritesIntoTheTarget_OnceItIsLocked) {
  {
    Database source = open(from_);
    ASSERT_TRUE(add_pairs(source, 1));
  }
  Database other = open(to_);
  ASSERT_TRUE(other.run("PRAGMA busy_timeout = 1"));
  bool asked = false;
  const Status copied = copy_file(from_, to_, no_bar, [&]() -> Status {
    asked = true;
    EXPECT_EQ(other.begin().error().code(), ErrorCode::kBusy);
    EXPECT_EQ(count(other), 0) << "what stood can still be read";
    return fail(ErrorCode::kRefused, "better not");
  });
  EXPECT_TRUE(asked);
  ASSERT_FALSE(copied);
  EXPECT_EQ(copied.error().message(), "better not");
  EXPECT_TRUE(other.begin());
  EXPECT_EQ(count(other), 0);
}

TEST_F(FileCopy, KilledInTheMiddle_LeavesTheTarget) {
  {
    Database source = open(from_);
    ASSERT_TRUE(add_pairs(source, 2000));
    Database target = open(to_);
    ASSERT_TRUE(add_pairs(target, 1));
  }
  for (int steps = 0; steps < 5; ++steps) {
    const pid_t child = fork();
    if (child == 0) {
      int left = steps;
      (void)copy_file(from_, to_, [&](std::int64_t, std::int64_t) -> Status {
        if (left-- == 0) ::kill(::getpid(), SIGKILL);
        return {};
      });
      _exit(1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status));
    Database target = open(to_);
    EXPECT_EQ(count(target), 2);
  }
  EXPECT_TRUE(check_pages(to_));
}

TEST_F(FileCopy, WhatIsNoDatabase_IsNotCopied) {
  { Database target = open(to_); }
  const std::string before = *read_file(to_);
  EXPECT_EQ(copy_file(from_, to_, no_bar).error().code(), ErrorCode::kNotFound);
  ASSERT_TRUE(write_file_atomically(from_, ""));
  EXPECT_EQ(copy_file(from_, to_, no_bar).error().code(), ErrorCode::kCorrupt);
  ASSERT_TRUE(write_file_atomically(from_, std::string(5000, 'x')));
  EXPECT_EQ(copy_file(from_, to_, no_bar).error().code(), ErrorCode::kCorrupt);
  EXPECT_EQ(check_is_ours(from_).error().code(), ErrorCode::kCorrupt);
  EXPECT_EQ(*read_file(to_), before);
  EXPECT_TRUE(check_is_ours(to_));
}

TEST_F(FileCopy, ADamagedPage_IsFound) {
  {
    Database source = open(from_);
    ASSERT_TRUE(add_pairs(source, 100));
  }
  ASSERT_TRUE(check_pages(from_));
  std::string bytes = *read_file(from_);
  bytes.replace(8192, 64, std::string(64, '\xAA'));
  ASSERT_TRUE(write_file_atomically(from_, bytes));
  const Status found = check_pages(from_);
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code(), ErrorCode::kCorrupt);
}

}  // namespace
}  // namespace purser::store
