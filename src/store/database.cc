#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "base/files.h"
#include "store/application.h"
#include "store/connection.h"
#include "store/sqlite_error.h"

namespace purser::store {
namespace {

constexpr int kBusyTimeoutMs = 5000;
constexpr std::size_t kIdleStatementsMax = 64;

Status execute(sqlite3* connection, std::string_view path, const std::string& sql) {
  return checked(connection, path,
                 sqlite3_exec(connection, sql.c_str(), nullptr, nullptr, nullptr));
}

Result<std::int64_t> single_integer(Database& database, std::string_view sql) {
  PURSER_ASSIGN(auto statement, database.prepare(sql));
  std::int64_t value = 0;
  PURSER_TRY(statement.first({}, [&](const Row& row) -> Status {
    value = row.integer(0);
    return {};
  }));
  return value;
}

using Versions = std::map<std::string, int, std::less<>>;

// Which version of each room's schema the file has. Empty for a new file; refuses files that are
// not Purser's.
Result<Versions> versions_in(Database& database) {
  Versions versions;
  PURSER_ASSIGN(const std::int64_t owner, single_integer(database, "PRAGMA application_id"));
  if (owner != kApplicationId) {
    PURSER_ASSIGN(const std::int64_t tables,
                  single_integer(database, "SELECT count(*) FROM sqlite_schema"));
    if (tables == 0 && owner == 0) return versions;
    return fail(ErrorCode::kCorrupt,
                fmt::format("{}: this is a database of another program; name the file of the books",
                            database.path()));
  }
  PURSER_ASSIGN(auto statement, database.prepare("SELECT room, version FROM schema_version"));
  PURSER_TRY(statement.each({}, [&](const Row& row) -> Status {
    versions[std::string(row.text(0))] = static_cast<int>(row.integer(1));
    return {};
  }));
  return versions;
}

// The newest version of each room that this program knows.
Result<Versions> versions_known(std::span<const Migration> migrations) {
  Versions versions;
  for (const Migration& migration : migrations) {
    int& version = versions[std::string(migration.room)];
    if (migration.version != ++version) {
      return fail(ErrorCode::kEngine, fmt::format("internal error: migration {} of '{}' is not {}",
                                                  migration.version, migration.room, version));
    }
  }
  return versions;
}

int version_of(const Versions& versions, std::string_view room) {
  const auto found = versions.find(room);
  return found == versions.end() ? 0 : found->second;
}

Status refuse_newer(const std::string& path, const Versions& in_file, const Versions& known) {
  for (const auto& [room, version] : known) {
    if (const int theirs = version_of(in_file, room); theirs > version) {
      return fail(ErrorCode::kUnsupported,
                  fmt::format("{}: written by a newer version of purser ({} schema {}, this one "
                              "knows {}); install the newer version, nothing was changed",
                              path, room, theirs, version));
    }
  }
  return {};
}

// Runs every migration that the file lacks, in one transaction.
Status migrate(Database& database, sqlite3* connection, std::span<const Migration> migrations,
               const Versions& known) {
  PURSER_TRY(execute(connection, database.path(), "PRAGMA journal_mode = WAL"));  // persistent
  PURSER_ASSIGN(auto transaction, database.begin());
  // Another process may have migrated between our first look and the lock.
  PURSER_ASSIGN(Versions in_file, versions_in(database));
  PURSER_TRY(refuse_newer(database.path(), in_file, known));
  PURSER_TRY(execute(connection, database.path(),
                     fmt::format("PRAGMA application_id = {};"
                                 "CREATE TABLE IF NOT EXISTS schema_version ("
                                 "  room TEXT PRIMARY KEY, version INTEGER NOT NULL"
                                 ") STRICT, WITHOUT ROWID",
                                 kApplicationId)));
  PURSER_ASSIGN(auto remember,
                database.prepare("INSERT INTO schema_version (room, version) VALUES (?, ?) "
                                 "ON CONFLICT (room) DO UPDATE SET version = excluded.version"));
  for (const Migration& migration : migrations) {
    if (migration.version <= version_of(in_file, migration.room)) continue;
    PURSER_TRY(execute(connection, database.path(), std::string(migration.sql)));
    PURSER_TRY(remember.run({migration.room, migration.version}));
  }
  return transaction.commit();
}

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

}  // namespace

Result<std::string> database_file(std::string_view address) {
  if (address.starts_with("sqlite:")) address.remove_prefix(std::string_view("sqlite:").size());
  if (const auto scheme = address.find("://"); scheme != std::string_view::npos) {
    return fail(ErrorCode::kUnsupported,
                fmt::format("'{}': this build keeps books in SQLite files only; write sqlite:FILE",
                            address.substr(0, scheme)));
  }
  if (address.empty()) {
    return fail(ErrorCode::kInvalidInput, "the address of the books is empty; write sqlite:FILE");
  }
  return std::string(address);
}

Database::Connection::~Connection() {
  idle_.clear();
  sqlite3_close_v2(handle);
}

std::unique_ptr<Statement::Handle> Database::Connection::take_idle(std::string_view sql) {
  const auto found =
      std::find_if(idle_.rbegin(), idle_.rend(), [&](const auto& one) { return one->sql == sql; });
  if (found == idle_.rend()) return nullptr;
  auto statement = std::move(*found);
  idle_.erase(std::next(found).base());
  return statement;
}

void Database::Connection::keep_idle(std::unique_ptr<Statement::Handle> statement) {
  sqlite3_clear_bindings(statement->statement);  // texts that it was lent may be gone
  if (idle_.size() == kIdleStatementsMax) idle_.erase(idle_.begin());
  idle_.push_back(std::move(statement));
}

Database::Database(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;
Database::~Database() = default;

const std::string& Database::path() const { return connection_->path; }

Result<Database> Database::open(std::string_view url, std::span<const Migration> migrations,
                                IfMissing if_missing) {
  PURSER_ASSIGN(const std::string path, database_file(url));
  std::error_code ignored;
  if (url.ends_with(":memory:")) return connect(path, path, migrations);
  if (fs::exists(path, ignored)) {
    PURSER_TRY(check_file(path));
  } else if (if_missing == IfMissing::kCreate) {
    PURSER_TRY(make_file(path, migrations));
  } else {
    return fail(ErrorCode::kNotFound,
                fmt::format("{}: no such file; purser init makes new books", path));
  }
  return connect(path, path, migrations);
}

// A file that was begun and not finished could not be told from one that lost all it held. Nor do
// two processes that begin at once get in each other's way: the file of the first stands.
Status Database::make_file(const std::string& path, std::span<const Migration> migrations) {
  std::error_code ignored;
  // A log without its file would be taken for changes to the new one. (Looked at in this order: the
  // log of a process that begins at the same time has its file.)
  if (fs::exists(path + "-wal", ignored) && !fs::exists(path, ignored)) {
    return fail(ErrorCode::kCorrupt,
                fmt::format("{}: the database is gone, but its last changes are in '{}-wal'; "
                            "restore it from a backup, or remove that too to begin with nothing",
                            path, path));
  }
  const std::string begun = fmt::format("{}.new.{}", path, ::getpid());
  const auto made = [&]() -> Status {
    PURSER_ASSIGN(Database database, connect(begun, path, migrations));
    // Closing moves the log into the file too, but would not say that the disk was full.
    return execute(database.connection_->handle, path, "PRAGMA wal_checkpoint(TRUNCATE)");
  }();
  const int linked = made ? ::link(begun.c_str(), path.c_str()) : 0;
  const int error_number = errno;
  for (const char* part : {"", "-wal", "-shm"}) fs::remove(begun + part, ignored);
  PURSER_TRY(made);
  if (linked != 0 && error_number != EEXIST) {
    return fail(ErrorCode::kIo, fmt::format("{}: cannot make it: {}; check the folder", path,
                                            errno_words(error_number)));
  }
  return {};  // SQLite syncs the folder with the first commit, when it makes the write-ahead log
}

// Opens `file`, called `path` in messages; makes it if it is not there.
Result<Database> Database::connect(const std::string& file, const std::string& path,
                                   std::span<const Migration> migrations) {
  auto connection = std::make_unique<Connection>();
  connection->path = path;
  const int flags =
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_CREATE;
  const int opened = sqlite3_open_v2(file.c_str(), &connection->handle, flags, nullptr);
  PURSER_TRY(checked(connection->handle, path, opened));
  sqlite3* const handle = connection->handle;
  sqlite3_busy_timeout(handle, kBusyTimeoutMs);

  Database database(std::move(connection));
  PURSER_ASSIGN(const Versions known, versions_known(migrations));
  PURSER_ASSIGN(const Versions in_file, versions_in(database));
  PURSER_TRY(refuse_newer(database.path(), in_file, known));
  PURSER_TRY(
      execute(handle, database.path(), "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON"));
  for (const auto& [room, version] : known) {
    if (version_of(in_file, room) < version) {
      PURSER_TRY(migrate(database, handle, migrations, known));
      break;
    }
  }
  return database;
}

Result<Statement> Database::prepare(std::string_view sql) {
  if (auto idle = connection_->take_idle(sql)) return Statement(std::move(idle));
  sqlite3_stmt* statement = nullptr;
  const char* tail = nullptr;
  PURSER_TRY(
      checked(connection_->handle, connection_->path,
              sqlite3_prepare_v3(connection_->handle, sql.data(), static_cast<int>(sql.size()),
                                 SQLITE_PREPARE_PERSISTENT, &statement, &tail)));
  auto handle = std::make_unique<Statement::Handle>(statement, sql, *connection_);
  const std::string_view rest = sql.substr(static_cast<std::size_t>(tail - sql.data()));
  if (statement == nullptr || rest.find_first_not_of(" \n;") != std::string_view::npos) {
    return fail(ErrorCode::kEngine, fmt::format("internal error: not one statement: {}", sql));
  }
  return Statement(std::move(handle));
}

Status Database::run(std::string_view sql, std::initializer_list<Parameter> parameters) {
  PURSER_ASSIGN(auto statement, prepare(sql));
  return statement.run(parameters);
}

Result<Transaction> Database::begin() { return begin("BEGIN IMMEDIATE"); }
Result<Transaction> Database::begin_snapshot() { return begin("BEGIN DEFERRED"); }

Result<Transaction> Database::begin(const char* sql) {
  PURSER_TRY(execute(connection_->handle, connection_->path, sql));
  return Transaction(connection_->handle, connection_->path);
}

Transaction::Transaction(Transaction&& other) noexcept
    : connection_(std::exchange(other.connection_, nullptr)), path_(other.path_) {}

Transaction::~Transaction() {
  if (connection_ == nullptr) return;
  // SQLite may have rolled back by itself already (disk full); then there is nothing to undo.
  auto* const connection = static_cast<sqlite3*>(connection_);
  if (sqlite3_get_autocommit(connection) == 0) {
    sqlite3_exec(connection, "ROLLBACK", nullptr, nullptr, nullptr);
  }
}

Status Transaction::commit() {
  PURSER_TRY(execute(static_cast<sqlite3*>(connection_), path_, "COMMIT"));
  connection_ = nullptr;
  return {};
}

}  // namespace purser::store
