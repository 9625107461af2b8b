// The door: it chooses the engine by the address, and hands on.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "store/connection.h"
#include "store/postgres_connection.h"
#include "store/sqlite_connection.h"

namespace purser::store {

// --- addresses -----------------------------------------------------------------------------------

namespace {

// "mysql" of "mysql://localhost/books" or "mysql:books"; empty where the words before a colon are
// no name of an engine, such as those of a file "2026.db:old" or "./a:b".
std::string_view scheme_of(std::string_view address) {
  const std::size_t colon = std::min(address.find(':'), address.size());
  const std::string_view scheme = address.substr(0, colon);
  const bool is_name = std::all_of(scheme.begin(), scheme.end(), [](char one) {
    return (one >= 'a' && one <= 'z') || (one >= 'A' && one <= 'Z') || (one >= '0' && one <= '9') ||
           one == '+' || one == '-';
  });
  return colon < address.size() && is_name ? scheme : std::string_view();
}

}  // namespace

Result<std::string> database_file(std::string_view address) {
  if (is_server(address)) {
    return fail(ErrorCode::kUnsupported, fmt::format("'{}' is the address of a server; name a file",
                                                     public_address(address)));
  }
  const std::string_view scheme = scheme_of(address);
  if (scheme == "sqlite") {
    address.remove_prefix(scheme.size() + 1);
  } else if (!scheme.empty()) {
    // No more of it is told: behind the scheme there may be a password.
    return fail(ErrorCode::kUnsupported,
                fmt::format("'{}': books are kept in SQLite or PostgreSQL; write sqlite:FILE or "
                            "postgresql://HOST/DATABASE",
                            scheme));
  }
  if (address.empty()) {
    return fail(ErrorCode::kInvalidInput, "the address of the books is empty; write sqlite:FILE");
  }
  return std::string(address);
}

bool is_server(std::string_view address) {
  return address.starts_with("postgresql://") || address.starts_with("postgres://");
}

// postgresql://[user[:password]@][host][/database][?name=value&…], as libpq reads it. A password
// may also stand among the values; no word that holds one is told.
std::string public_address(std::string_view address) {
  const std::size_t after_scheme = address.find("://") + 3;
  std::string shown(address.substr(0, after_scheme));
  // A user ends at the first '@' that comes before any '/', whatever else the password holds.
  std::size_t host = after_scheme;
  if (const std::size_t at = address.find_first_of("@/", after_scheme);
      at != std::string_view::npos && address[at] == '@') {
    const std::string_view user = address.substr(after_scheme, at - after_scheme);
    shown += user.substr(0, user.find(':'));
    const std::size_t end = std::min(address.find_first_of("/?", at), address.size());
    host = address.substr(0, end).rfind('@');
  }
  const std::size_t query = std::min(address.find('?', host), address.size());
  shown += address.substr(host, query - host);
  std::string_view values = query < address.size() ? address.substr(query + 1) : "";
  char mark = '?';
  while (!values.empty()) {
    const std::size_t end = std::min(values.find('&'), values.size());
    const std::string_view value = values.substr(0, end);
    if (value.find("password") == std::string_view::npos) {
      shown += mark;
      shown += value;
      mark = '&';
    }
    values.remove_prefix(std::min(end + 1, values.size()));
  }
  return shown;
}

// --- Row -----------------------------------------------------------------------------------------

std::int64_t Row::integer(int column) const {
  if (cells_.kind(column) == Cells::Kind::kInteger) return cells_.integer(column);
  mismatched_column_ = column;
  return 0;
}

std::int64_t Row::integer_up_to(int column, std::int64_t last) const {
  const std::int64_t value = integer(column);
  if (value >= 0 && value <= last) return value;
  mismatched_column_ = column;
  return 0;
}

std::string_view Row::text(int column) const {
  if (cells_.kind(column) == Cells::Kind::kText) return cells_.text(column);
  mismatched_column_ = column;
  return {};
}

std::string_view Row::blob(int column) const {
  if (cells_.kind(column) == Cells::Kind::kBlob) return cells_.blob(column);
  mismatched_column_ = column;
  return {};
}

bool Row::is_null(int column) const { return cells_.kind(column) == Cells::Kind::kNull; }

// --- Statement -----------------------------------------------------------------------------------

Statement::Statement(std::unique_ptr<Compiled> compiled) : compiled_(std::move(compiled)) {}
Statement::Statement(Statement&&) noexcept = default;
Statement& Statement::operator=(Statement&& other) noexcept {
  std::swap(compiled_, other.compiled_);  // and the other gives back what this one held
  return *this;
}
Statement::~Statement() {
  if (compiled_ == nullptr) return;
  Connection& connection = compiled_->connection();
  connection.keep(std::move(compiled_));
}

Status Statement::run(std::initializer_list<Parameter> parameters) {
  return each(parameters, [](const Row&) -> Status { return {}; });
}

Result<bool> Statement::first(std::initializer_list<Parameter> parameters,
                              const std::function<Status(const Row&)>& take) {
  bool found = false;
  auto done = compiled_->visit({parameters.begin(), parameters.size()},
                               [&](const Row& row) -> Result<bool> {
                                 found = true;
                                 PURSER_TRY(take(row));
                                 return false;
                               });
  PURSER_TRY(std::move(done));
  return found;
}

Status Statement::each(std::initializer_list<Parameter> parameters,
                       const std::function<Status(const Row&)>& take) {
  return compiled_->visit({parameters.begin(), parameters.size()},
                          [&](const Row& row) -> Result<bool> {
                            PURSER_TRY(take(row));
                            return true;
                          });
}

// --- Transaction ---------------------------------------------------------------------------------

Transaction::Transaction(Transaction&& other) noexcept
    : connection_(std::exchange(other.connection_, nullptr)) {}

Transaction::~Transaction() {
  if (connection_ != nullptr) connection_->roll_back();
}

Status Transaction::commit() {
  if (connection_ == nullptr) return {};  // that of the transaction around it
  PURSER_TRY(connection_->commit());
  connection_ = nullptr;
  return {};
}

// --- Database ------------------------------------------------------------------------------------

Database::Database(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;
Database::~Database() = default;

const std::string& Database::path() const { return connection_->path(); }

void Database::watch(std::function<void(std::string_view sql)> told) {
  connection_->watch(std::move(told));
}

Result<Database> Database::open(std::string_view url, std::span<const Migration> migrations,
                                IfMissing if_missing) {
  if (is_server(url)) {
    PURSER_ASSIGN(auto connection, open_postgres(url, migrations, if_missing));
    return Database(std::move(connection));
  }
  PURSER_ASSIGN(const std::string path, database_file(url));
  PURSER_ASSIGN(auto connection, open_sqlite(path, migrations, if_missing));
  return Database(std::move(connection));
}

Result<Statement> Database::prepare(std::string_view sql) {
  PURSER_ASSIGN(auto compiled, connection_->take(sql));
  return Statement(std::move(compiled));
}

Status Database::run(std::string_view sql, std::initializer_list<Parameter> parameters) {
  PURSER_ASSIGN(auto statement, prepare(sql));
  return statement.run(parameters);
}

Result<Transaction> Database::begin() {
  PURSER_TRY(connection_->begin(Access::kWrite));
  return Transaction(*connection_);
}

Result<Transaction> Database::begin_snapshot() {
  Transaction snapshot(*connection_);
  if (connection_->is_in_transaction()) {
    snapshot.connection_ = nullptr;  // that around it is left as it is
    return snapshot;
  }
  const Status begun = connection_->begin(Access::kSnapshot);
  if (begun) return snapshot;
  snapshot.connection_ = nullptr;
  return fail(begun.error());
}

}  // namespace purser::store
