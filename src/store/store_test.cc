#include "store/store.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/files.h"
#include "store/testing.h"

namespace purser::store {
namespace {

constexpr Migration kFirst{"shelf", 1,
                           "CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT UNIQUE, data BLOB)"
                           " STRICT; CREATE INDEX item_data ON item (data)"};
constexpr Migration kSecond{"shelf", 2, "ALTER TABLE item ADD COLUMN weight INTEGER"};
const std::vector<Migration> kV1{kFirst};
const std::vector<Migration> kV2{kFirst, kSecond};

class Store : public testing::Test {
 public:
  Store() {
    std::string pattern = (fs::temp_directory_path() / "purser-store-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    file_ = (folder_ / "books.db").string();
  }
  ~Store() override { fs::remove_all(folder_); }

 protected:
  Database create(const std::vector<Migration>& migrations = kV1) const {
    auto database = Database::open(address(), migrations, IfMissing::kCreate);
    if (!database) throw std::runtime_error(database.error().message());
    return *std::move(database);
  }
  std::string address() const { return test_address(file_); }
  static std::int64_t count(Database& database) {
    std::int64_t rows = -1;
    auto statement = database.prepare("SELECT count(*) FROM item");
    EXPECT_TRUE(statement->first({}, [&](const Row& row) -> Status {
      rows = row.integer(0);
      return {};
    }));
    return rows;
  }

  fs::path folder_;
  std::string file_;
};

// What is about the file, or about SQLite's own words.
class StoreFile : public Store {};

TEST_F(Store, GivesBackWhatWasPutIn) {
  Database database = create();
  auto insert = *database.prepare("INSERT INTO item VALUES (?, ?, ?)");
  ASSERT_TRUE(insert.run({INT64_MIN, "", Blob{std::string_view("\0\xFF", 2)}}));
  ASSERT_TRUE(insert.run({INT64_MAX, std::nullopt, Blob{}}));
  auto select = *database.prepare("SELECT id, name, data FROM item ORDER BY id");
  int rows = 0;
  ASSERT_TRUE(select.each({}, [&](const Row& row) -> Status {
    EXPECT_EQ(row.integer(0), rows == 0 ? INT64_MIN : INT64_MAX);
    EXPECT_EQ(row.is_null(1), rows == 1);
    if (rows == 0) {
      EXPECT_EQ(row.text(1), "");
    }
    EXPECT_EQ(row.blob(2), rows == 0 ? std::string_view("\0\xFF", 2) : std::string_view());
    ++rows;
    return {};
  }));
  EXPECT_EQ(rows, 2);
}

TEST_F(Store, ATransactionThatEndsWithoutCommit_LeavesNothing) {
  Database database = create();
  {
    auto transaction = *database.begin();
    ASSERT_TRUE(database.run("INSERT INTO item (name) VALUES (?)", {"rope"}));
    EXPECT_EQ(count(database), 1);
  }
  EXPECT_EQ(count(database), 0);
  auto transaction = *database.begin();
  ASSERT_TRUE(database.run("INSERT INTO item (name) VALUES (?)", {"rope"}));
  ASSERT_TRUE(transaction.commit());
  EXPECT_EQ(count(database), 1);
}

TEST_F(Store, WhatWasCommitted_SurvivesKill9_AndNothingElseDoes) {
  create();
  int pipe_ends[2];
  ASSERT_EQ(pipe(pipe_ends), 0);
  const pid_t child = fork();
  if (child == 0) {
    Database database = create();
    for (int i = 0;; ++i) {
      auto transaction = database.begin();
      for (int half = 0; half < 2; ++half) {
        if (!database.run("INSERT INTO item (name) VALUES (?)", {std::to_string(2 * i + half)})) {
          _exit(1);
        }
      }
      if (!transaction->commit()) _exit(1);
      if (write(pipe_ends[1], &i, sizeof i) != sizeof i) _exit(1);
    }
  }
  int acknowledged = 0;
  while (acknowledged < 20) {
    ASSERT_EQ(read(pipe_ends[0], &acknowledged, sizeof acknowledged), sizeof acknowledged);
  }
  kill(child, SIGKILL);
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status));
  close(pipe_ends[1]);
  for (int i = 0; read(pipe_ends[0], &i, sizeof i) == sizeof i;) acknowledged = i;
  close(pipe_ends[0]);

  Database database = create();
  EXPECT_GE(count(database), 2 * (acknowledged + 1));
  EXPECT_EQ(count(database) % 2, 0) << "half a transaction was kept";
}

TEST_F(Store, MigratesForward_AndKeepsWhatWasThere) {
  {
    Database database = create(kV1);
    ASSERT_TRUE(database.run("INSERT INTO item (name) VALUES (?)", {"rope"}));
  }
  Database database = create(kV2);
  EXPECT_EQ(count(database), 1);
  EXPECT_TRUE(database.run("UPDATE item SET weight = ?", {7}));
}

TEST_F(StoreFile, RefusesAFileOfANewerVersion_AndChangesNothing) {
  create(kV2);
  const std::string before = *read_file(file_);
  const auto opened = Database::open(file_, kV1);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code(), ErrorCode::kUnsupported);
  EXPECT_NE(opened.error().message().find("written by a newer version of purser"),
            std::string::npos);
  EXPECT_EQ(*read_file(file_), before);
}

TEST_F(Store, AMigrationThatFails_LeavesTheOldSchema) {
  create(kV1);
  const std::vector<Migration> broken{
      kFirst, {"shelf", 2, "ALTER TABLE item ADD COLUMN weight INTEGER; CREATE TABLE oops ("}};
  EXPECT_FALSE(Database::open(address(), broken));
  Database database = create(kV1);
  EXPECT_FALSE(database.run("UPDATE item SET weight = 1"));
}

TEST_F(Store, LeavesRoomsThatItWasNotToldOfAlone) {
  create(kV2);
  const std::vector<Migration> other{{"loft", 1, "CREATE TABLE box (id INTEGER) STRICT"}};
  Database database = create(other);
  EXPECT_TRUE(database.run("INSERT INTO box VALUES (1)"));
  EXPECT_EQ(count(database), 0);
}

TEST_F(StoreFile, RefusesWhatIsNotItsOwn) {
  EXPECT_EQ(Database::open(file_, kV1).error().code(), ErrorCode::kNotFound);
  EXPECT_FALSE(fs::exists(file_));
  ASSERT_TRUE(write_file_atomically(file_, std::string(4096, 'x')));
  EXPECT_EQ(Database::open(file_, kV1).error().code(), ErrorCode::kCorrupt);
  EXPECT_EQ(*read_file(file_), std::string(4096, 'x'));
  EXPECT_EQ(Database::open("mysql://localhost/books", kV1).error().code(), ErrorCode::kUnsupported);
  for (const char* address : {"foo:bar", "postgresql:books", "mysql:ann:secret@host"}) {
    const auto opened = Database::open(address, kV1, IfMissing::kCreate);
    ASSERT_FALSE(opened) << address;
    EXPECT_EQ(opened.error().code(), ErrorCode::kUnsupported);
    EXPECT_EQ(opened.error().message().find("secret"), std::string::npos);
    EXPECT_FALSE(fs::exists(address));
  }
  EXPECT_EQ(*database_file("sqlite:foo:bar"), "foo:bar");
  EXPECT_EQ(*database_file("./foo:bar"), "./foo:bar");
  EXPECT_EQ(*database_file("2026.db:old"), "2026.db:old");
  EXPECT_EQ(*database_file(":memory:"), ":memory:");
  EXPECT_EQ(Database::open((folder_ / "no/such/books.db").string(), kV1, IfMissing::kCreate)
                .error()
                .code(),
            ErrorCode::kIo);
}

TEST_F(StoreFile, RefusesTheDatabaseOfAnotherProgram) {
  {
    Database database = create({});
    ASSERT_TRUE(database.run("CREATE TABLE theirs (id INTEGER)"));
  }
  const auto opened = Database::open(file_, kV1);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code(), ErrorCode::kCorrupt);
  EXPECT_NE(opened.error().message().find("another program"), std::string::npos);
}

TEST_F(StoreFile, AFileCutShort_IsReportedAsDamaged) {
  {
    Database database = create();
    auto transaction = *database.begin();
    for (int i = 0; i < 2000; ++i) {
      ASSERT_TRUE(database.run("INSERT INTO item (name) VALUES (?)", {std::to_string(i)}));
    }
    ASSERT_TRUE(transaction.commit());
  }
  fs::resize_file(file_, fs::file_size(file_) / 2);
  auto opened = Database::open(file_, kV1);
  Status status;
  if (opened) {
    auto statement = opened->prepare("SELECT name FROM item");
    status = statement ? statement->each({}, [](const Row&) -> Status { return {}; })
                       : Status(fail(statement.error()));
  } else {
    status = fail(opened.error());
  }
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code(), ErrorCode::kCorrupt);
}

TEST_F(StoreFile, AnEmptyFile_IsNoNewOne) {
  create();
  fs::resize_file(file_, 0);
  for (const IfMissing if_missing : {IfMissing::kFail, IfMissing::kCreate}) {
    const auto opened = Database::open(file_, kV1, if_missing);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code(), ErrorCode::kCorrupt);
    EXPECT_NE(opened.error().message().find("the file is empty"), std::string::npos);
  }
  EXPECT_EQ(fs::file_size(file_), 0U);
}

// SQLite would play the changes of the lost file into the new one.
TEST_F(StoreFile, AFileThatIsGone_WhileItsLastChangesAreThere_IsNotMadeAnew) {
  ASSERT_TRUE(write_file_atomically(file_ + "-wal", "changes"));
  const auto opened = Database::open(file_, kV1, IfMissing::kCreate);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code(), ErrorCode::kCorrupt);
  EXPECT_FALSE(fs::exists(file_));
  EXPECT_EQ(*read_file(file_ + "-wal"), "changes");
}

TEST_F(StoreFile, ANewFile_AppearsWithItsSchemaOrNotAtAll) {
  const std::vector<Migration> broken{kFirst, {"shelf", 2, "CREATE TABLE oops ("}};
  EXPECT_FALSE(Database::open(file_, broken, IfMissing::kCreate));
  EXPECT_TRUE(fs::is_empty(folder_));
}

// Each is in the other's way at another point of making the file.
TEST_F(Store, ManyProcessesThatBeginAtOnce_AllFindTheSameNewFile) {
  for (int round = 0; round < 20; ++round) {
    file_ = (folder_ / std::to_string(round)).string();
    std::vector<pid_t> children;
    for (int i = 0; i < 8; ++i) {
      children.push_back(fork());
      if (children.back() == 0) {
        auto database = Database::open(address(), kV2, IfMissing::kCreate);
        const bool written =
            database && database->run("INSERT INTO item (name) VALUES (?)", {std::to_string(i)});
        _exit(written ? 0 : 1);
      }
    }
    for (const pid_t child : children) {
      int status = 1;
      waitpid(child, &status, 0);
      EXPECT_EQ(status, 0);
    }
    Database database = create(kV2);
    EXPECT_EQ(count(database), 8);
  }
}

TEST_F(StoreFile, AFolder_IsNoDatabase) {
  fs::create_directory(file_);
  EXPECT_EQ(Database::open(file_, kV1).error().code(), ErrorCode::kInvalidInput);
}

TEST_F(StoreFile, ALimitOnTheSizeOfFiles_IsToldAsAFullDisk) {
  const pid_t child = fork();
  if (child == 0) {
    std::signal(SIGXFSZ, SIG_IGN);
    Database database = create();
    const rlimit limit{1 << 16, 1 << 16};
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0) _exit(2);
    const Status status =
        database.run("INSERT INTO item (data) VALUES (?)", {Blob{std::string(1 << 20, 'x')}});
    const bool told = !status && status.error().code() == ErrorCode::kIo &&
                      status.error().message().find("the disk is full") != std::string::npos;
    _exit(told && count(database) == 0 ? 0 : 1);
  }
  int status = 1;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
}

TEST_F(Store, ANumberThatIsNoneOfAnEnum_IsAnErrorNotACrash) {
  enum class Size : std::uint8_t { kSmall, kLarge };
  Database database = create();
  for (const int id : {1, 2, -1}) {
    ASSERT_TRUE(database.run("DELETE FROM item") &&
                database.run("INSERT INTO item (id) VALUES (?)", {id}));
    auto select = *database.prepare("SELECT id FROM item");
    const Status status = select.each({}, [&](const Row& row) -> Status {
      EXPECT_EQ(row.enumerator(0, Size::kLarge), id == 1 ? Size::kLarge : Size::kSmall);
      return {};
    });
    EXPECT_EQ(status.has_value(), id == 1);
  }
}

TEST_F(StoreFile, AFullDisk_IsNamed_AndTheTransactionLeavesNothing) {
  Database database = create();
  ASSERT_TRUE(database.run("INSERT INTO item (name) VALUES (?)", {"kept"}));
  ASSERT_TRUE(database.run("PRAGMA max_page_count = 12"));  // as if the disk ended there
  Status status;
  {
    auto transaction = *database.begin();
    for (int i = 0; status && i < 1000; ++i) {
      status = database.run("INSERT INTO item (data) VALUES (?)", {Blob{std::string(1000, 'x')}});
    }
  }
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code(), ErrorCode::kIo);
  EXPECT_NE(status.error().message().find("the disk is full"), std::string::npos);
  EXPECT_EQ(count(database), 1);
}

TEST_F(Store, ASecondWriter_WaitsAndIsThenToldWhoIsInTheWay) {
  Database first = create();
  Database second = create();
  ASSERT_TRUE(wait_briefly(second));
  auto transaction = *first.begin();
  const auto refused = second.begin();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::kBusy);
  EXPECT_EQ(count(second), 0) << "readers do not wait";
  ASSERT_TRUE(transaction.commit());
  EXPECT_TRUE(second.begin());
}

TEST_F(Store, AKeyThatIsTaken_AlreadyExists) {
  Database database = create();
  ASSERT_TRUE(database.run("INSERT INTO item (name) VALUES ('rope')"));
  EXPECT_EQ(database.run("INSERT INTO item (name) VALUES ('rope')").error().code(),
            ErrorCode::kAlreadyExists);
}

TEST_F(Store, AColumnReadAsAnotherType_IsAnErrorNotAZero) {
  Database database = create();
  ASSERT_TRUE(database.run("INSERT INTO item (name) VALUES ('12')"));
  auto select = *database.prepare("SELECT name FROM item");
  const auto status = select.each({}, [](const Row& row) -> Status {
    EXPECT_EQ(row.integer(0), 0);
    return {};
  });
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code(), ErrorCode::kCorrupt);
}

TEST_F(Store, OneStatementAtATime_AndItsParametersAreCounted) {
  Database database = create();
  EXPECT_FALSE(database.prepare("DELETE FROM item; DELETE FROM item"));
  EXPECT_FALSE(database.prepare(""));
  EXPECT_FALSE(database.run("INSERT INTO item (name) VALUES (?)"));
}

std::vector<std::int64_t> ids(Database& database) {
  std::vector<std::int64_t> found;
  auto select = *database.prepare("SELECT id FROM item ORDER BY id");
  EXPECT_TRUE(select.each({}, [&](const Row& row) -> Status {
    found.push_back(row.integer(0));
    return {};
  }));
  return found;
}

TEST_F(Store, ATextThatWasPrepared_IsUsedAgain_AndKnowsNothingOfItsLastRun) {
  Database database = create();
  constexpr std::string_view kInsert = "INSERT INTO item VALUES (?, ?, ?)";
  for (std::int64_t id = 0; id < 3; ++id) {
    ASSERT_TRUE(database.run(kInsert, {id, std::to_string(id), std::nullopt}));
  }
  EXPECT_FALSE(database.run(kInsert, {2, "taken", std::nullopt})) << "and fails";
  EXPECT_FALSE(database.run(kInsert, {4})) << "and is told too little";
  ASSERT_TRUE(database.run(kInsert, {3, std::nullopt, std::nullopt}));
  EXPECT_EQ(ids(database), (std::vector<std::int64_t>{0, 1, 2, 3}));
}

TEST_F(StoreFile, AStatementThatWasLeftInTheMiddle_BeginsAnew_AndHoldsNoLock) {
  Database database = create();
  for (int id = 0; id < 3; ++id) {
    ASSERT_TRUE(database.run("INSERT INTO item (id) VALUES (?)", {id}));
  }
  {
    auto select = *database.prepare("SELECT id FROM item ORDER BY id");
    EXPECT_EQ(select.each({}, [](const Row&) -> Status { return fail(ErrorCode::kIo, "enough"); })
                  .error()
                  .message(),
              "enough");
  }
  EXPECT_EQ(ids(database).size(), 3U);
  Database second = create();
  ASSERT_TRUE(second.run("DELETE FROM item WHERE id = 0"));
  EXPECT_EQ(ids(database).size(), 2U) << "no old snapshot is read";
  EXPECT_TRUE(database.run("PRAGMA wal_checkpoint(TRUNCATE)"));
}

TEST_F(Store, ACallbackMayPrepareTheTextItIsCalledFrom_ButNotRunThatStatement) {
  Database database = create();
  for (int id = 0; id < 3; ++id) {
    ASSERT_TRUE(database.run("INSERT INTO item (id) VALUES (?)", {id}));
  }
  auto select = *database.prepare("SELECT id FROM item ORDER BY id");
  std::vector<std::int64_t> outer;
  ASSERT_TRUE(select.each({}, [&](const Row& row) -> Status {
    EXPECT_EQ(ids(database).size(), 3U);
    const Status again = select.each({}, [](const Row&) -> Status { return {}; });
    EXPECT_FALSE(again);
    outer.push_back(row.integer(0));
    return {};
  }));
  EXPECT_EQ(outer, (std::vector<std::int64_t>{0, 1, 2}));
}

TEST_F(Store, AStatementKeptSinceBefore_SeesTheNewSchema) {
  Database database = create();
  constexpr std::string_view kAll = "SELECT * FROM item";
  ASSERT_TRUE(database.run("INSERT INTO item (id) VALUES (1)") && database.run(kAll));
  create(kV2);  // another process brings the file up to date
  auto select = *database.prepare(kAll);
  ASSERT_TRUE(select.each({}, [](const Row& row) -> Status {
    EXPECT_TRUE(row.is_null(3));
    return {};
  }));
  ASSERT_TRUE(database.run("DROP TABLE item"));
  EXPECT_FALSE(database.run(kAll));
}

TEST_F(StoreFile, HoldsAtMostSoManyStatements) {
  Database database = create();
  for (int i = 0; i < 1000; ++i) {
    ASSERT_TRUE(database.run("SELECT " + std::to_string(i)));
  }
  // Each takes some kilobytes.
  auto used = *database.prepare("SELECT count(*) FROM sqlite_stmt");
  std::int64_t compiled = 0;
  const auto counted = used.first({}, [&](const Row& row) -> Status {
    compiled = row.integer(0);
    return {};
  });
  ASSERT_TRUE(counted) << counted.error().message();
  EXPECT_LE(compiled, 65);
}

RC_GTEST_PROP(StoreFileText, RoundTripsAnyBytes, (const std::string& text, std::int64_t number)) {
  auto database = *Database::open("sqlite::memory:", kV1);
  RC_ASSERT(database.run("INSERT INTO item VALUES (?, ?, ?)", {number, text, Blob{text}}));
  auto select = *database.prepare("SELECT id, name, data FROM item WHERE name = ?");
  const auto found = select.first({text}, [&](const Row& row) -> Status {
    RC_ASSERT(row.integer(0) == number);
    RC_ASSERT(row.text(1) == text);
    RC_ASSERT(row.blob(2) == text);
    return {};
  });
  RC_ASSERT(found && *found);
}

TEST_F(Store, ASnapshotWithinOneIsAPartOfIt) {
  Database ours = create();
  Database theirs = create();
  ASSERT_TRUE(ours.run("INSERT INTO item (name) VALUES ('a')"));
  {
    const auto outer = ours.begin_snapshot();
    ASSERT_TRUE(outer);
    EXPECT_EQ(count(ours), 1);
    ASSERT_TRUE(theirs.run("INSERT INTO item (name) VALUES ('b')"));
    {
      auto inner = ours.begin_snapshot();
      ASSERT_TRUE(inner) << inner.error().message();
      EXPECT_EQ(count(ours), 1);
      EXPECT_TRUE(inner->commit());
    }
    EXPECT_EQ(count(ours), 1) << "what is within ends nothing";
  }
  EXPECT_EQ(count(ours), 2);
  auto writing = ours.begin();
  ASSERT_TRUE(writing);
  ASSERT_TRUE(ours.run("INSERT INTO item (name) VALUES ('c')"));
  { EXPECT_TRUE(ours.begin_snapshot()); }
  EXPECT_EQ(count(ours), 3);
  EXPECT_TRUE(writing->commit());
  EXPECT_EQ(count(theirs), 3);
}

}  // namespace
}  // namespace purser::store
