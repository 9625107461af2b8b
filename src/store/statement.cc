#include <sqlite3.h>

#include <fmt/format.h>

#include "store/connection.h"
#include "store/sqlite_error.h"

namespace purser::store {
namespace {

sqlite3_stmt* statement_of(void* handle) { return static_cast<sqlite3_stmt*>(handle); }

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

}  // namespace

Statement::Handle::~Handle() { sqlite3_finalize(statement); }

Statement::Statement(std::unique_ptr<Handle> handle) : handle_(std::move(handle)) {}
Statement::Statement(Statement&&) noexcept = default;
Statement& Statement::operator=(Statement&& other) noexcept {
  std::swap(handle_, other.handle_);  // and the other gives back what this one held
  return *this;
}
Statement::~Statement() {
  if (handle_ == nullptr) return;
  Database::Connection& connection = handle_->connection;
  connection.keep_idle(std::move(handle_));
}

std::int64_t Row::integer(int column) const {
  if (sqlite3_column_type(statement_of(handle_), column) != SQLITE_INTEGER) {
    mismatched_column_ = column;
    return 0;
  }
  return sqlite3_column_int64(statement_of(handle_), column);
}

std::int64_t Row::integer_up_to(int column, std::int64_t last) const {
  const std::int64_t value = integer(column);
  if (value >= 0 && value <= last) return value;
  mismatched_column_ = column;
  return 0;
}

std::string_view Row::text(int column) const {
  if (sqlite3_column_type(statement_of(handle_), column) != SQLITE_TEXT) {
    mismatched_column_ = column;
    return {};
  }
  return view(sqlite3_column_text(statement_of(handle_), column), column);
}

std::string_view Row::blob(int column) const {
  if (sqlite3_column_type(statement_of(handle_), column) != SQLITE_BLOB) {
    mismatched_column_ = column;
    return {};
  }
  return view(sqlite3_column_blob(statement_of(handle_), column), column);
}

// SQLite gives a null pointer for an empty blob. The length is asked for after the bytes, which may
// have had to be converted first.
std::string_view Row::view(const void* bytes, int column) const {
  const int length = sqlite3_column_bytes(statement_of(handle_), column);
  if (bytes == nullptr || length == 0) return "";
  return {static_cast<const char*>(bytes), static_cast<std::size_t>(length)};
}

bool Row::is_null(int column) const {
  return sqlite3_column_type(statement_of(handle_), column) == SQLITE_NULL;
}

Status Statement::run(std::initializer_list<Parameter> parameters) {
  return each(parameters, [](const Row&) -> Status { return {}; });
}

Result<bool> Statement::first(std::initializer_list<Parameter> parameters,
                              const std::function<Status(const Row&)>& take) {
  bool found = false;
  auto done = visit(parameters, [&](const Row& row) -> Result<bool> {
    found = true;
    PURSER_TRY(take(row));
    return false;
  });
  PURSER_TRY(std::move(done));
  return found;
}

Status Statement::each(std::initializer_list<Parameter> parameters,
                       const std::function<Status(const Row&)>& take) {
  return visit(parameters, [&](const Row& row) -> Result<bool> {
    PURSER_TRY(take(row));
    return true;
  });
}

Status Statement::visit(std::initializer_list<Parameter> parameters,
                        const std::function<Result<bool>(const Row&)>& take) {
  sqlite3_stmt* const statement = handle_->statement;
  sqlite3* const connection = sqlite3_db_handle(statement);
  const std::string& path = handle_->connection.path;
  if (sqlite3_stmt_busy(statement) != 0) {
    return fail(ErrorCode::kEngine, fmt::format("internal error: '{}' is run from its own callback",
                                                sqlite3_sql(statement)));
  }
  // Whatever happens below, the statement must not keep its read transaction open.
  const auto reset = [](sqlite3_stmt* s) { sqlite3_reset(s); };
  const std::unique_ptr<sqlite3_stmt, decltype(reset)> reset_at_end(statement, reset);

  if (sqlite3_bind_parameter_count(statement) != static_cast<int>(parameters.size())) {
    return fail(
        ErrorCode::kEngine,
        fmt::format("internal error: '{}' takes {} parameters, not {}", sqlite3_sql(statement),
                    sqlite3_bind_parameter_count(statement), parameters.size()));
  }
  int index = 1;
  for (const Parameter& parameter : parameters) {
    PURSER_TRY(checked(connection, path, std::visit(Binder{statement, index++}, parameter.value_)));
  }
  for (;;) {
    const int code = sqlite3_step(statement);
    if (code == SQLITE_DONE) return {};
    if (code != SQLITE_ROW) return fail(sqlite_error(connection, path, code));
    const Row row(statement);
    PURSER_ASSIGN(const bool more, take(row));
    if (row.mismatched_column_ >= 0) {
      return fail(
          ErrorCode::kCorrupt,
          fmt::format("{}: the database is damaged ('{}' holds a value that makes no sense); "
                      "restore it from a backup",
                      path, sqlite3_column_name(statement, row.mismatched_column_)));
    }
    if (!more) return {};
  }
}

}  // namespace purser::store
