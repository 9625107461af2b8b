#include "store/sqlite_connection.h"

#include <sqlite3.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <filesystem>

#include <fmt/format.h>

#include "base/files.h"
#include "base/passing_file.h"
#include "store/application.h"
#include "store/sqlite_error.h"

namespace purser::store {
namespace {

constexpr int kBusyTimeoutMs = 5000;

// --- statements ----------------------------------------------------------------------------------

// A null pointer would bind NULL in place of an empty text.
const char* data_of(std::string_view bytes) { return bytes.data() != nullptr ? bytes.data() : ""; }

struct Binder {
  sqlite3_stmt* statement;
  int index;

  int operator()(std::monostate) const { return sqlite3_bind_null(statement, index); }
  int operator()(std::int64_t value) const { return sqlite3_bind_int64(statement, index, value); }
  int operator()(std::string_view text) const {
    return sqlite3_bind_text64(statement, index, data_of(text), text.size(), SQLITE_STATIC,
                               SQLITE_UTF8);
  }
  int operator()(Blob blob) const {
    return sqlite3_bind_blob64(statement, index, data_of(blob.bytes), blob.bytes.size(),
                               SQLITE_STATIC);
  }
};

class SqliteCells final : public Cells {
 public:
  explicit SqliteCells(sqlite3_stmt* statement) : statement_(statement) {}

  Kind kind(int column) const override {
    switch (sqlite3_column_type(statement_, column)) {
      case SQLITE_NULL:
        return Kind::kNull;
      case SQLITE_INTEGER:
        return Kind::kInteger;
      case SQLITE_TEXT:
        return Kind::kText;
      case SQLITE_BLOB:
        return Kind::kBlob;
      default:
        return Kind::kOther;
    }
  }
  std::int64_t integer(int column) const override {
    return sqlite3_column_int64(statement_, column);
  }
  std::string_view text(int column) const override {
    return view(sqlite3_column_text(statement_, column), column);
  }
  std::string_view blob(int column) const override {
    return view(sqlite3_column_blob(statement_, column), column);
  }
  std::string name(int column) const override { return sqlite3_column_name(statement_, column); }

 private:
  // SQLite gives a null pointer for an empty blob. The length is asked for after the bytes, which
  // may have had to be converted first.
  std::string_view view(const void* bytes, int column) const {
    const int length = sqlite3_column_bytes(statement_, column);
    if (bytes == nullptr || length == 0) return "";
    return {static_cast<const char*>(bytes), static_cast<std::size_t>(length)};
  }
  sqlite3_stmt* statement_;
};

// SQLite compiles one anew by itself when the schema has changed.
class SqliteStatement final : public Compiled {
 public:
  SqliteStatement(sqlite3_stmt* statement, std::string_view sql, Connection& connection)
      : Compiled(sql, connection), statement_(statement) {}
  ~SqliteStatement() override { sqlite3_finalize(statement_); }

  void forget_parameters() override { sqlite3_clear_bindings(statement_); }

 private:
  int parameter_count() const override { return sqlite3_bind_parameter_count(statement_); }

  Status run(std::span<const Parameter> parameters, const TakeRow& take) override {
    sqlite3* const handle = sqlite3_db_handle(statement_);
    const std::string& path = connection().path();
    // Whatever happens below, the statement must not keep its read transaction open.
    const auto reset = [](sqlite3_stmt* s) { sqlite3_reset(s); };
    const std::unique_ptr<sqlite3_stmt, decltype(reset)> reset_at_end(statement_, reset);
    int index = 1;
    for (const Parameter& parameter : parameters) {
      PURSER_TRY(checked(handle, path, std::visit(Binder{statement_, index++}, parameter.value())));
    }
    const SqliteCells cells(statement_);
    for (;;) {
      const int code = sqlite3_step(statement_);
      if (code == SQLITE_DONE) return {};
      if (code != SQLITE_ROW) return fail(sqlite_error(handle, path, code));
      PURSER_ASSIGN(const bool more, show(cells, take));
      if (!more) return {};
    }
  }

  sqlite3_stmt* statement_;
};

// --- functions -----------------------------------------------------------------------------------

// digest_bytes(text): 64 hexadecimal digits as their 32 bytes, any other text as it is.
void digest_bytes(sqlite3_context* context, int, sqlite3_value** values) {
  constexpr int kDigits = 64;
  const auto* const text = reinterpret_cast<const char*>(sqlite3_value_text(values[0]));
  const int length = sqlite3_value_bytes(values[0]);
  std::array<char, kDigits / 2> bytes{};
  bool is_digest = text != nullptr && length == kDigits;
  for (std::size_t i = 0; is_digest && i < bytes.size(); ++i) {
    unsigned byte = 0;
    const auto read = std::from_chars(text + 2 * i, text + 2 * i + 2, byte, 16);
    const std::string_view pair(text + 2 * i, 2);
    is_digest = read.ptr == text + 2 * i + 2 && pair.find_first_of("ABCDEF-") == pair.npos;
    bytes[i] = static_cast<char>(byte);
  }
  if (is_digest) {
    sqlite3_result_blob(context, bytes.data(), static_cast<int>(bytes.size()), SQLITE_TRANSIENT);
  } else {
    sqlite3_result_blob(context, text, length, SQLITE_TRANSIENT);
  }
}

// --- the connection ------------------------------------------------------------------------------

class SqliteConnection final : public Connection {
 public:
  // Opens `file`, called `path` in messages; makes it if it is not there.
  static Result<std::unique_ptr<SqliteConnection>> open(const std::string& file,
                                                        const std::string& path) {
    auto connection = std::make_unique<SqliteConnection>(path);
    const int flags =
        SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_CREATE;
    const int opened = sqlite3_open_v2(file.c_str(), &connection->handle_, flags, nullptr);
    PURSER_TRY(checked(connection->handle_, path, opened));
    sqlite3_busy_timeout(connection->handle_, kBusyTimeoutMs);
    PURSER_TRY(checked(connection->handle_, path,
                       sqlite3_create_function_v2(connection->handle_, "digest_bytes", 1,
                                                  SQLITE_UTF8 | SQLITE_DETERMINISTIC, nullptr,
                                                  digest_bytes, nullptr, nullptr, nullptr)));
    return connection;
  }
  using Connection::Connection;
  ~SqliteConnection() override {
    drop_idle();
    sqlite3_close_v2(handle_);
  }

  Status execute(const std::string& sql) {
    return checked(handle_, path(), sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr));
  }

  Result<std::unique_ptr<Compiled>> compile(std::string_view sql) override {
    sqlite3_stmt* statement = nullptr;
    const char* tail = nullptr;
    PURSER_TRY(checked(handle_, path(),
                       sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()),
                                          SQLITE_PREPARE_PERSISTENT, &statement, &tail)));
    auto compiled = std::make_unique<SqliteStatement>(statement, sql, *this);
    const std::string_view rest = sql.substr(static_cast<std::size_t>(tail - sql.data()));
    if (statement == nullptr || rest.find_first_not_of(" \n;") != std::string_view::npos) {
      return fail(ErrorCode::kEngine, fmt::format("internal error: not one statement: {}", sql));
    }
    return compiled;
  }

  Status begin(Access access) override {
    return execute(access == Access::kWrite ? "BEGIN IMMEDIATE" : "BEGIN DEFERRED");
  }
  bool is_in_transaction() const override { return sqlite3_get_autocommit(handle_) == 0; }
  Status commit() override { return execute("COMMIT"); }
  void roll_back() override {
    // SQLite may have rolled back by itself already (disk full); then there is nothing to undo.
    if (sqlite3_get_autocommit(handle_) == 0) {
      sqlite3_exec(handle_, "ROLLBACK", nullptr, nullptr, nullptr);
    }
  }

  Result<Versions> versions() override {
    Versions versions;
    PURSER_ASSIGN(const std::int64_t owner, single_integer("PRAGMA application_id"));
    if (owner != kApplicationId) {
      PURSER_ASSIGN(const std::int64_t tables,
                    single_integer("SELECT count(*) FROM sqlite_schema"));
      if (tables == 0 && owner == 0) return versions;
      return fail(ErrorCode::kCorrupt,
                  fmt::format("{}: this is a database of another program; name the file of the "
                              "books",
                              path()));
    }
    PURSER_TRY(
        run("SELECT room, version FROM schema_version", {}, [&](const Row& row) -> Result<bool> {
          versions[std::string(row.text(0))] = static_cast<int>(row.integer(1));
          return true;
        }));
    return versions;
  }
  Status before_migrations() override { return execute("PRAGMA journal_mode = WAL"); }  // lasts
  Status claim() override {
    return execute(
        fmt::format("PRAGMA application_id = {};"
                    "CREATE TABLE IF NOT EXISTS schema_version ("
                    "  room TEXT PRIMARY KEY, version INTEGER NOT NULL"
                    ") STRICT, WITHOUT ROWID",
                    kApplicationId));
  }
  Status migrate(const Migration& migration) override {
    return execute(std::string(migration.sql));
  }

 private:
  Result<std::int64_t> single_integer(std::string_view sql) {
    std::int64_t value = 0;
    PURSER_TRY(run(sql, {}, [&](const Row& row) -> Result<bool> {
      value = row.integer(0);
      return true;
    }));
    return value;
  }

  sqlite3* handle_ = nullptr;
};

Result<std::unique_ptr<SqliteConnection>> connect(const std::string& file, const std::string& path,
                                                  std::span<const Migration> migrations) {
  PURSER_ASSIGN(auto connection, SqliteConnection::open(file, path));
  PURSER_TRY(connection->execute("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON"));
  PURSER_TRY(bring_up_to_date(*connection, migrations));
  return connection;
}

// --- the file ------------------------------------------------------------------------------------

// What stands where the file should be, and is none that could be opened.
Status check_file(const std::string& path) {
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("{}: this is a folder; name the file of the books", path));
  }
  if (fs::is_regular_file(path, ignored) && fs::file_size(path, ignored) == 0) {
    return fail(ErrorCode::kCorrupt,
                fmt::format("{}: the database is damaged (the file is empty); restore it from a "
                            "backup, or remove it to begin with nothing",
                            path));
  }
  return {};
}

// A file that was begun and not finished could not be told from one that lost all it held. Nor do
// two processes that begin at once get in each other's way: the file of the first stands.
Status make_file(const std::string& path, std::span<const Migration> migrations) {
  std::error_code ignored;
  // A log without its file would be taken for changes to the new one. (Looked at in this order: the
  // log of a process that begins at the same time has its file.)
  if (fs::exists(path + "-wal", ignored) && !fs::exists(path, ignored)) {
    return fail(ErrorCode::kCorrupt,
                fmt::format("{}: the database is gone, but its last changes are in '{}-wal'; "
                            "restore it from a backup, or remove that too to begin with nothing",
                            path, path));
  }
  const auto cannot_make = [&](std::string_view why) {
    return fail(ErrorCode::kIo, fmt::format("{}: cannot make it: {}; check the folder", path, why));
  };
  const auto begun = PassingFile::make(path, 0644);
  if (!begun) return cannot_make(begun.error().message());
  {
    PURSER_ASSIGN(const auto connection, connect(begun->path().string(), path, migrations));
    // Closing moves the log into the file too, but would not say that the disk was full.
    PURSER_TRY(connection->execute("PRAGMA wal_checkpoint(TRUNCATE)"));
  }
  const auto named = begun->take_name(path);  // or another process was faster
  if (!named) return cannot_make(named.error().message());
  return {};  // SQLite syncs the folder with the first commit, when it makes the write-ahead log
}

}  // namespace

Result<std::unique_ptr<Connection>> open_sqlite(const std::string& path,
                                                std::span<const Migration> migrations,
                                                IfMissing if_missing) {
  std::error_code ignored;
  if (path == ":memory:") {
    // Nothing to look for.
  } else if (fs::exists(path, ignored)) {
    PURSER_TRY(check_file(path));
  } else if (if_missing == IfMissing::kCreate) {
    PURSER_TRY(make_file(path, migrations));
  } else {
    return fail(ErrorCode::kNotFound,
                fmt::format("{}: no such file; purser init makes new books", path));
  }
  PURSER_ASSIGN(auto connection, connect(path, path, migrations));
  return connection;
}

Result<std::unique_ptr<Connection>> fill_sqlite(const std::string& path,
                                                std::span<const Migration> migrations) {
  PURSER_ASSIGN(auto connection, connect(path, path, migrations));
  return connection;
}

}  // namespace purser::store
