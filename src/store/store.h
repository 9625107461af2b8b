// Where facts are kept: one relational database, SQLite in a file of the workspace by default, or
// PostgreSQL, by address.
//
// A room that keeps facts owns its tables: it offers its migrations (`books::migrations()`) and
// keeps its SQL in one file. The composition root opens the database once with the migrations of
// all rooms and lends it to each.
//
//   PURSER_ASSIGN(auto database, store::Database::open("sqlite:.purser/books.db", migrations,
//                                                      store::IfMissing::kCreate));
//   PURSER_ASSIGN(auto transaction, database.begin());
//   PURSER_ASSIGN(auto insert, database.prepare("INSERT INTO site (name, pue) VALUES (?, ?)"));
//   PURSER_TRY(insert.run({"oslo", 1250}));
//   PURSER_TRY(transaction.commit());
//
// What is committed survives kill -9 and power loss (WAL, synchronous=FULL). Any number of
// processes may have the database open: readers never wait, writers wait for each other up to five
// seconds and then fail with kBusy.
//
// Tables are STRICT; columns are INTEGER (64 bits), TEXT or BLOB; parameters are `?`. There is no
// 128-bit column: write money::to_string(x) as TEXT. Instants are INTEGER nanoseconds, dates
// INTEGER days, both since 1970-01-01. SQL is written once, in what both engines understand;
// docs/store.md tells what that is, and what becomes of a schema in PostgreSQL.
//
// A Database, with its statements and transactions, is used by one thread at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

#include "base/result.h"

namespace purser::store {

// One step of a room's schema. Versions count 1, 2, 3 … within a room, in order; a step that was
// released never changes. `sql` may hold several statements.
struct Migration {
  std::string_view room;
  int version;
  std::string_view sql;
  // Instead of `sql` in PostgreSQL, in its own words, where a step cannot be translated.
  std::string_view postgres = {};
};

// What the engines have in common; connection.h.
class Cells;
class Compiled;
class Connection;

struct Blob {
  std::string_view bytes;
};

// A value for a `?`. Text and blobs are borrowed until the call that takes them returns.
class Parameter {
 public:
  template <class T>
    requires(std::is_integral_v<T> && sizeof(T) <= 8)
  Parameter(T value) : value_(static_cast<std::int64_t>(value)) {}        // NOLINT: `run({1, "a"})`
  Parameter(std::string_view text) : value_(text) {}                      // NOLINT
  Parameter(const std::string& text) : value_(std::string_view(text)) {}  // NOLINT
  Parameter(const char* text) : value_(std::string_view(text)) {}         // NOLINT
  Parameter(Blob blob) : value_(blob) {}                                  // NOLINT
  Parameter(std::nullopt_t) {}                                            // NOLINT
  template <class T>
  Parameter(const std::optional<T>& value) {  // NOLINT
    if (value) *this = Parameter(*value);
  }
  Parameter(double) = delete;  // nothing that is kept here is a floating-point number

  using Value = std::variant<std::monostate, std::int64_t, std::string_view, Blob>;
  const Value& value() const { return value_; }

 private:
  Value value_;
};

// The current row of a Statement; valid inside the callback only, and so are its views. Columns
// count from 0. A value of another type than the one asked for reads as 0 or empty and makes
// the statement fail with kCorrupt after the callback.
class Row {
 public:
  std::int64_t integer(int column) const;
  std::string_view text(int column) const;
  std::string_view blob(int column) const;
  bool is_null(int column) const;
  // For enums that count from zero without holes up to `last`; any other number is an error too.
  template <class Enum>
  Enum enumerator(int column, Enum last) const {
    return static_cast<Enum>(integer_up_to(column, static_cast<std::int64_t>(last)));
  }

 private:
  friend class Compiled;
  std::int64_t integer_up_to(int column, std::int64_t last) const;
  explicit Row(const Cells& cells) : cells_(cells) {}
  const Cells& cells_;
  mutable int mismatched_column_ = -1;
};

// A compiled statement, to be run many times. Must not outlive its Database. Its callbacks may use
// the Database, but not this Statement: it runs once at a time.
class Statement {
 public:
  Statement(Statement&&) noexcept;
  Statement& operator=(Statement&&) noexcept;
  ~Statement();

  // Runs to the end; rows, if any, are dropped. A broken UNIQUE is kAlreadyExists.
  Status run(std::initializer_list<Parameter> parameters);
  // Calls `take` for every row; stops at its first error and returns it. The statement is free
  // again when this returns: no reading transaction is left open.
  Status each(std::initializer_list<Parameter> parameters,
              const std::function<Status(const Row&)>& take);
  // Calls `take` for the first row only; false if there was none.
  Result<bool> first(std::initializer_list<Parameter> parameters,
                     const std::function<Status(const Row&)>& take);

 private:
  friend class Database;
  explicit Statement(std::unique_ptr<Compiled> compiled);
  std::unique_ptr<Compiled> compiled_;
};

// Rolls back when it ends without commit(). Must not outlive its Database; only snapshots nest.
// After an error that no callback gave, end it: what follows in it may fail too.
class Transaction {
 public:
  Transaction(Transaction&& other) noexcept;
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();

  // Everything since begin() is durable when this returns done; after an error nothing of it is.
  Status commit();

 private:
  friend class Database;
  explicit Transaction(Connection& connection) : connection_(&connection) {}
  Connection* connection_;
};

enum class IfMissing : std::uint8_t { kFail, kCreate };

// The file in an address of books: "sqlite:FILE", or FILE alone where it does not begin like the
// address of an engine ("foo:bar"); ":memory:" is none on a disk. kUnsupported: the address of a
// server, or of an engine that there is not. kInvalidInput: an empty one.
Result<std::string> database_file(std::string_view address);

// Is it the address of a PostgreSQL server: "postgresql://…" or "postgres://…"?
bool is_server(std::string_view address);
// The address of a server without its password: for messages, and to tell databases apart.
std::string public_address(std::string_view address);

class Database {
 public:
  // `url`: as database_file() reads it, or a server's; "sqlite::memory:" for tests. Brings the
  // schema of the rooms in `migrations` up to date in one transaction; rooms not named are left
  // alone. A new file appears under its name with its schema or not at all; in a database of a
  // server the tables appear in the first schema of its search_path, which is made if it lacks.
  // Errors, each of which changes nothing: kNotFound (no file; no tables), kUnsupported (written by
  // a newer version; a scheme that there is not; no libpq), kCorrupt (no database, another
  // program's, or an empty file), kInvalidInput (no such database or user on the server), kBusy,
  // kIo, kNetwork.
  static Result<Database> open(std::string_view url, std::span<const Migration> migrations,
                               IfMissing if_missing = IfMissing::kFail);
  Database(Database&&) noexcept;
  Database& operator=(Database&&) noexcept;
  ~Database();

  // Cheap for a text that was prepared before: its compiled statement is used again.
  Result<Statement> prepare(std::string_view sql);
  // Prepares and runs once.
  Status run(std::string_view sql, std::initializer_list<Parameter> parameters = {});

  // For whoever will write: takes the writer's lock at once, so that what was read stays true
  // until commit.
  Result<Transaction> begin();
  // For several reads that must see one state; within a transaction they see that of it.
  Result<Transaction> begin_snapshot();

  // Tells the text of each statement just before it runs; empty: nobody. What is told may use other
  // databases, but not this one: for tests in which another writes between two reads.
  void watch(std::function<void(std::string_view sql)> told);

  // The file, or the public address of the server.
  const std::string& path() const;

 private:
  explicit Database(std::unique_ptr<Connection> connection);
  std::unique_ptr<Connection> connection_;
};

}  // namespace purser::store
