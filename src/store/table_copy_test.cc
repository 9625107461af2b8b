#include "store/table_copy.h"

#include <unistd.h>

#include <filesystem>

#include <gtest/gtest.h>

#include "base/files.h"
#include "store/testing.h"

namespace purser::store {
namespace {

const std::vector<Migration> kSchema{
    {"shelf", 1,
     "CREATE TABLE shelf (id INTEGER PRIMARY KEY, name TEXT UNIQUE) STRICT;"
     "CREATE TABLE item (id INTEGER PRIMARY KEY, shelf INTEGER REFERENCES shelf (id), name TEXT,"
     "  data BLOB, twin INTEGER REFERENCES item (id)) STRICT;"
     "CREATE TRIGGER item_stays BEFORE DELETE ON item BEGIN SELECT RAISE(ABORT, 'no'); END;"}};

// From a file to wherever test_address() is, and back.
class TableCopy : public testing::Test {
 public:
  TableCopy() {
    std::string pattern = (fs::temp_directory_path() / "purser-rows-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    from_ = (folder_ / "from.db").string();
    to_ = test_address((folder_ / "to.db").string());
    Database database = *Database::open(from_, kSchema, IfMissing::kCreate);
    auto transaction = *database.begin();
    EXPECT_TRUE(database.run("INSERT INTO shelf VALUES (7, 'left'), (9, NULL)"));
    for (std::int64_t id = 1; id <= kItems; ++id) {
      EXPECT_TRUE(database.run(
          "INSERT INTO item VALUES (?, ?, ?, ?, ?)",
          {id, id % 2 == 0 ? 7 : 9, "it's " + std::to_string(id), Blob{std::string("\0\xFF", 2)},
           id > 1 ? std::optional(id - 1) : std::nullopt}));
    }
    EXPECT_TRUE(transaction.commit());
  }
  ~TableCopy() override { fs::remove_all(folder_); }

 protected:
  static constexpr std::int64_t kItems = 1234;
  static Status no_bar(std::int64_t, std::int64_t) { return {}; }
  // All that is there, as one text.
  static std::string contents(const std::string& address) {
    Database database = *Database::open(address, kSchema);
    std::string text;
    auto shelves = *database.prepare("SELECT id, name FROM shelf ORDER BY id");
    EXPECT_TRUE(shelves.each({}, [&](const Row& row) -> Status {
      text += fmt::format("{} {}\n", row.integer(0), row.is_null(1) ? "-" : row.text(1));
      return {};
    }));
    auto items = *database.prepare("SELECT id, shelf, name, data, twin FROM item ORDER BY id");
    EXPECT_TRUE(items.each({}, [&](const Row& row) -> Status {
      text += fmt::format("{} {} {} {} {}\n", row.integer(0), row.integer(1), row.text(2),
                          row.blob(3), row.is_null(4) ? -1 : row.integer(4));
      return {};
    }));
    return text;
  }

  fs::path folder_;
  std::string from_;
  std::string to_;
};

TEST_F(TableCopy, ThereAndBackAgain_IsTheSame) {
  const auto copied = copy_tables(from_, to_, kSchema, no_bar);
  ASSERT_TRUE(copied) << copied.error().message();
  EXPECT_EQ(copied->tables, 2);
  EXPECT_EQ(copied->rows, kItems + 2);
  EXPECT_EQ(count_tables(to_, kSchema)->rows, kItems + 2);
  const std::string back = (folder_ / "back.db").string();
  ASSERT_TRUE(copy_tables(to_, back, kSchema, no_bar));
  EXPECT_EQ(contents(to_), contents(from_));
  EXPECT_EQ(contents(back), contents(from_));
  Database database = *Database::open(to_, kSchema);
  ASSERT_TRUE(database.run("INSERT INTO item (shelf, name, data) VALUES (7, 'next', ?)", {Blob{}}));
  EXPECT_NE(contents(to_).find(fmt::format("\n{} 7 next", kItems + 1)), std::string::npos);
}

TEST_F(TableCopy, IsOneState_WhoeverWritesMeanwhile) {
  const std::string before = contents(from_);
  Database writer = *Database::open(from_, kSchema);
  int steps = 0;
  ASSERT_TRUE(copy_tables(from_, to_, kSchema, [&](std::int64_t, std::int64_t) {
    ++steps;
    return writer.run("INSERT INTO item (shelf, name) VALUES (7, 'late')");
  }));
  EXPECT_GT(steps, 3);
  EXPECT_EQ(contents(to_), before);
}

TEST_F(TableCopy, ThatWasStopped_LeavesNoRow_AndCanBeginAnew) {
  int left = 3;
  const auto stopped = copy_tables(from_, to_, kSchema, [&](std::int64_t, std::int64_t) -> Status {
    return left-- > 0 ? Status() : fail(ErrorCode::kCancelled, "enough");
  });
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().message(), "enough");
  EXPECT_EQ(count_tables(to_, kSchema)->rows, 0);
  ASSERT_TRUE(copy_tables(from_, to_, kSchema, no_bar));
  EXPECT_EQ(contents(to_), contents(from_));
}

TEST_F(TableCopy, GoesIntoNothingButAnEmptyDatabase) {
  {
    Database database = *Database::open(to_, kSchema, IfMissing::kCreate);
    ASSERT_TRUE(database.run("INSERT INTO shelf (name) VALUES ('mine')"));
  }
  const auto refused = copy_tables(from_, to_, kSchema, no_bar);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::kAlreadyExists);
  EXPECT_EQ(count_tables(to_, kSchema)->rows, 1);
}

}  // namespace
}  // namespace purser::store
