// What is PostgreSQL's own. These run where PURSER_TEST_POSTGRES names a server (tests/postgres).
#include <thread>

#include <gtest/gtest.h>

#include "store/later.h"
#include "store/store.h"
#include "store/testing.h"

namespace purser::store {
namespace {

const std::vector<Migration> kSchema{
    {"shelf", 1,
     "CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT UNIQUE, data BLOB) STRICT;"
     "CREATE TRIGGER item_stays BEFORE DELETE ON item WHEN OLD.id < 100"
     "  BEGIN SELECT RAISE(ABORT, 'it stays; 100% of it'); END"}};

std::vector<std::string> servers() {
  return test_server().empty() ? std::vector<std::string>() : std::vector{test_server()};
}

class Postgres : public testing::TestWithParam<std::string> {
 protected:
  const std::string address_ = test_address();
  Database create() const {
    auto database = Database::open(address_, kSchema, IfMissing::kCreate);
    if (!database) throw std::runtime_error(database.error().message());
    return *std::move(database);
  }
  static std::int64_t number(Database& database, std::string_view sql) {
    std::int64_t value = -1;
    auto select = *database.prepare(sql);
    EXPECT_TRUE(select.each({}, [&](const Row& row) -> Status {
      value = row.integer(0);
      return {};
    }));
    return value;
  }
  // Ends the server's side of that connection, as a restart would.
  void cut_off(Database& database) const {
    const std::int64_t process = number(database, "SELECT pg_backend_pid()");
    Database other = create();
    EXPECT_TRUE(other.run("SELECT pg_terminate_backend(CAST(? AS INTEGER))", {process}));
  }
};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Postgres);
INSTANTIATE_TEST_SUITE_P(Server, Postgres, testing::ValuesIn(servers()),
                         [](const auto&) { return "own"; });

TEST_P(Postgres, WithoutTables_HoldsNoBooks) {
  const auto opened = Database::open(address_, kSchema);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code(), ErrorCode::kNotFound);
  create();
  EXPECT_TRUE(Database::open(address_, kSchema));
}

const std::string kInsertLater = std::string(kLater) + "INSERT INTO item (id, name) VALUES (?, ?)";

TEST_P(Postgres, WhatIsSentIsThereForWhoeverAsksNext_AndForTheCommit) {
  Database database = create();
  {
    auto transaction = *database.begin();
    auto insert = *database.prepare(kInsertLater);
    for (int i = 1; i <= 1000; ++i) {
      ASSERT_TRUE(insert.run({i, std::to_string(i)}));
      if (i != 317) continue;
      EXPECT_EQ(number(database, "SELECT count(*) FROM item"), 317);
    }
    ASSERT_TRUE(transaction.commit());
  }
  EXPECT_EQ(number(database, "SELECT sum(id) FROM item"), 500'500);
}

TEST_P(Postgres, AnErrorOfWhatWasSentIsSaidByTheNextCall_AndNothingStays) {
  Database database = create();
  ASSERT_TRUE(database.run("INSERT INTO item (id, name) VALUES (7, 'seven')"));
  const auto send_one_twice = [](Statement& insert) {
    return insert.run({1, "one"}) && insert.run({2, "seven"}) && insert.run({3, "three"});
  };
  {
    auto transaction = *database.begin();
    auto insert = *database.prepare(kInsertLater);
    ASSERT_TRUE(send_one_twice(insert));
    const Status done = transaction.commit();
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code(), ErrorCode::kAlreadyExists);
  }
  {
    auto transaction = *database.begin();
    {
      auto insert = *database.prepare(kInsertLater);
      ASSERT_TRUE(send_one_twice(insert));
    }
    // So many that the statement is dropped: its error is not.
    for (int i = 0; i < 100; ++i) {
      const auto other = database.prepare("SELECT " + std::to_string(i));
      if (other) continue;
      EXPECT_EQ(other.error().code(), ErrorCode::kAlreadyExists);
      break;
    }
    EXPECT_FALSE(transaction.commit());
  }
  EXPECT_EQ(number(database, "SELECT count(*) FROM item"), 1);
  EXPECT_EQ(number(database, "SELECT id FROM item"), 7);
}

TEST_P(Postgres, SaysWhatIsWrongWithAnAddress) {
  const auto told = [](const std::string& address) {
    const auto opened = Database::open(address, kSchema);
    return opened ? "opened" : opened.error().message();
  };
  const std::string none = told("postgresql:///books?host=/nowhere");
  EXPECT_NE(none.find("see that the server runs"), std::string::npos) << none;
  std::string other = GetParam();
  other.replace(other.find("/postgres?"), 10, "/missing?");
  EXPECT_NE(told(other).find("make it with createdb"), std::string::npos) << told(other);
  other = GetParam();
  for (const std::string_view torn :
       {"postgresql://ann:100%secret@host/books", "postgresql://ann:secret@[::1/books"}) {
    EXPECT_EQ(told(std::string(torn)).find("secret"), std::string::npos) << told(std::string(torn));
  }
  other.replace(other.find("purser@"), 7, "nobody:secret@");
  EXPECT_NE(told(other).find("with a user of that server"), std::string::npos) << told(other);
  EXPECT_EQ(told(other).find("secret"), std::string::npos) << told(other);
  const std::string port = told("postgresql://host:many/books");
  EXPECT_NE(port.find("write postgresql://USER@HOST:PORT/DATABASE"), std::string::npos) << port;
}

TEST_P(Postgres, SortsByBytes_WhateverTheServerSortsBy) {
  Database database = create();
  for (const char* name : {"b", "B", "_", "ä", "a"}) {
    ASSERT_TRUE(database.run("INSERT INTO item (name) VALUES (?)", {name}));
  }
  std::string sorted;
  auto select = *database.prepare("SELECT name FROM item ORDER BY name");
  ASSERT_TRUE(select.each({}, [&](const Row& row) -> Status {
    sorted += row.text(0);
    return {};
  }));
  EXPECT_EQ(sorted, "B_abä");
}

TEST_P(Postgres, NumbersRowsWithoutGaps_WhateverWasRolledBack) {
  Database database = create();
  for (int i = 0; i < 3; ++i) {
    {
      const auto transaction = *database.begin();
      ASSERT_TRUE(database.run("INSERT INTO item (name) VALUES ('dry')"));
    }
    ASSERT_TRUE(database.run("INSERT INTO item (name) VALUES (?)", {std::to_string(i)}));
  }
  EXPECT_EQ(number(database, "SELECT max(id) FROM item"), 3);
}

TEST_P(Postgres, GivesManyRowsBitByBit_AndIsFreeMeanwhile) {
  Database database = create();
  ASSERT_TRUE(
      database.run("INSERT INTO item (id, name) SELECT n, n FROM "
                   "generate_series(1, 5000) AS g (n)"));
  auto select = *database.prepare("SELECT id FROM item ORDER BY id");
  for (const bool in_transaction : {false, true}) {
    const auto snapshot =
        in_transaction ? database.begin_snapshot() : Result<Transaction>(fail(ErrorCode::kIo, ""));
    std::int64_t sum = 0;
    const Status read = select.each({}, [&](const Row& row) -> Status {
      sum += row.integer(0);
      if (row.integer(0) % 1000 == 7) {
        EXPECT_EQ(number(database, "SELECT count(*) FROM item"), 5000);
        if (!in_transaction) return database.run("UPDATE item SET data = NULL WHERE id = 1");
      }
      return {};
    });
    ASSERT_TRUE(read) << read.error().message();
    EXPECT_EQ(sum, 5000 * 5001 / 2);
    EXPECT_EQ(number(database, "SELECT count(*) FROM pg_cursors WHERE name LIKE 'purser%'"), 0)
        << "none is left open";
  }
}

TEST_P(Postgres, LosesNoRow_WhereOneMoreThanComesAtOnce) {
  Database database = create();
  ASSERT_TRUE(
      database.run("INSERT INTO item (id, name) SELECT n, n FROM "
                   "generate_series(1, 5000) AS g (n)"));
  for (const std::int64_t rows : {0, 1, 999, 1000, 1001, 2000, 2001}) {
    // A text of its own each time: one remembers that it had many.
    auto select =
        *database.prepare(fmt::format("SELECT id, {} FROM item WHERE id <= ? ORDER BY id", rows));
    for (int time = 0; time < 2; ++time) {
      std::int64_t next = 1;
      ASSERT_TRUE(select.each({rows}, [&](const Row& row) -> Status {
        EXPECT_EQ(row.integer(0), next++);
        return {};
      }));
      EXPECT_EQ(next, rows + 1);
    }
  }
}

// A snapshot from before the wait would not see what the other wrote.
TEST_P(Postgres, WhoWaitedSeesWhatWasWritten_WhateverTheServersIsolation) {
  Database first = create();
  auto opened = Database::open(address_ + "%20-cdefault_transaction_isolation%3Dserializable",
                               kSchema, IfMissing::kFail);
  ASSERT_TRUE(opened) << opened.error().message();
  const std::int64_t other = number(*opened, "SELECT pg_backend_pid()");
  auto writing = first.begin();
  ASSERT_TRUE(first.run("INSERT INTO item (name) VALUES ('rope')"));
  std::thread waits([&] {
    const auto transaction = opened->begin();
    ASSERT_TRUE(transaction) << transaction.error().message();
    EXPECT_EQ(number(*opened, "SELECT count(*) FROM item"), 1);
  });
  Database onlooker = create();
  const std::string waiting = fmt::format(
      "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND pid = {}",
      other);
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{4};
  while (number(onlooker, waiting) == 0 && std::chrono::steady_clock::now() < until) {
    std::this_thread::yield();
  }
  EXPECT_EQ(number(onlooker, waiting), 1) << "nobody waited";
  EXPECT_TRUE(writing->commit());
  waits.join();
}

// It is a name, and no part of a statement.
TEST_P(Postgres, ASchemaMayHaveAnyName) {
  const std::string path = "options=-csearch_path%3D";
  const std::string server = address_.substr(0, address_.find(path) + path.size());
  for (const std::string name : {"acme-co", "a;CREATE/**/SCHEMA/**/b", "%22Mixed%22", "Folded"}) {
    auto opened = Database::open(server + name, kSchema, IfMissing::kCreate);
    ASSERT_TRUE(opened) << name << ": " << opened.error().message();
    EXPECT_TRUE(opened->run("INSERT INTO item (name) VALUES ('rope')"));
    EXPECT_EQ(number(*opened, "SELECT count(*) FROM item"), 1);
    EXPECT_EQ(number(*opened, "SELECT count(*) FROM pg_namespace WHERE nspname = 'b'"), 0);
    EXPECT_TRUE(Database::open(server + name, kSchema, IfMissing::kFail)) << name;
  }
}

TEST_P(Postgres, AConnectionThatIsLost_LosesTheTransactionAndSaysSo) {
  Database database = create();
  {
    auto transaction = *database.begin();
    ASSERT_TRUE(database.run("INSERT INTO item (name) VALUES ('rope')"));
    cut_off(database);
    const Status done = database.run("INSERT INTO item (name) VALUES ('sail')");
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code(), ErrorCode::kNetwork);
    EXPECT_NE(done.error().message().find("nothing of what was begun is kept"), std::string::npos)
        << done.error().message();
    EXPECT_FALSE(transaction.commit());
  }
  Database again = create();
  EXPECT_EQ(number(again, "SELECT count(*) FROM item"), 0);
}

TEST_P(Postgres, AStatementThatFailed_FailsItsTransaction) {
  Database database = create();
  auto transaction = *database.begin();
  ASSERT_TRUE(database.run("INSERT INTO item (name) VALUES ('rope')"));
  EXPECT_EQ(database.run("INSERT INTO item (name) VALUES ('rope')").error().code(),
            ErrorCode::kAlreadyExists);
  EXPECT_FALSE(transaction.commit());
  Database again = create();
  EXPECT_EQ(number(again, "SELECT count(*) FROM item"), 0);
}

TEST_P(Postgres, ARuleOfTheSchema_IsARefusalInItsOwnWords) {
  Database database = create();
  ASSERT_TRUE(database.run("INSERT INTO item (id) VALUES (7), (100)"));
  const Status refused = database.run("DELETE FROM item WHERE id = 7");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::kRefused);
  EXPECT_TRUE(refused.error().message().ends_with("it stays; 100% of it"));
  EXPECT_TRUE(database.run("DELETE FROM item WHERE id = 100"));
}

TEST_P(Postgres, AServerThatTakesNoChanges_SaysSo) {
  Database database = create();
  ASSERT_TRUE(database.run("SET default_transaction_read_only = on"));
  const Status refused = database.run("INSERT INTO item (name) VALUES ('rope')");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::kIo);
}

TEST_P(Postgres, CommitsAreDurable) {
  const std::string lax = address_ + "%20-csynchronous_commit%3Doff";
  auto database = *Database::open(lax, kSchema, IfMissing::kCreate);
  EXPECT_EQ(number(database, "SELECT CAST(current_setting('synchronous_commit') = 'on' AS INT)"),
            1);
}

TEST_P(Postgres, TextThatItCannotHold_IsRefused) {
  Database database = create();
  for (const std::string_view text : {std::string_view("a\0b", 3), std::string_view("\xFF")}) {
    const Status refused = database.run("INSERT INTO item (name) VALUES (?)", {text});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), ErrorCode::kInvalidInput) << refused.error().message();
  }
}

TEST(PublicAddress, TellsNoPassword) {
  EXPECT_EQ(public_address("postgresql://ann:se%40cret@host:5433/books"),
            "postgresql://ann@host:5433/books");
  EXPECT_EQ(public_address("postgres://:secret@/books?host=/tmp&password=secret&port=1"),
            "postgres://@/books?host=/tmp&port=1");
  EXPECT_EQ(public_address("postgresql://host?sslpassword=secret"), "postgresql://host");
  EXPECT_EQ(public_address("postgresql:///books"), "postgresql:///books");
  EXPECT_EQ(public_address("postgresql://ann:se?cret@host/books"), "postgresql://ann@host/books");
  EXPECT_EQ(public_address("postgresql://ann:se@cret@host/books"), "postgresql://ann@host/books");
  EXPECT_EQ(public_address("postgresql://host/books?user=a@b"), "postgresql://host/books?user=a@b");
}

TEST(PublicAddress, AServerIsNoFile) {
  EXPECT_TRUE(is_server("postgres://host/books"));
  EXPECT_FALSE(is_server("sqlite:postgres"));
  EXPECT_EQ(database_file("postgresql://a:secret@host/books").error().message(),
            "'postgresql://a@host/books' is the address of a server; name a file");
}

}  // namespace
}  // namespace purser::store
