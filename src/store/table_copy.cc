#include "store/table_copy.h"

#include <deque>
#include <memory>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/files.h"
#include "store/connection.h"
#include "store/postgres_connection.h"
#include "store/sqlite_connection.h"

namespace purser::store {
namespace {

// Rows of one INSERT: on a server each statement is a round trip. The product with the columns of
// the widest table stays far below the 32,766 parameters that SQLite takes.
constexpr std::int64_t kRowsAtOnce = 200;

struct Column {
  enum class Type : std::uint8_t { kInteger, kText, kBlob };
  std::string name;
  Type type;
};
struct Table {
  std::string name;
  std::vector<Column> columns;
};

using Opened = std::unique_ptr<Connection>;

Result<Opened> open(std::string_view address, std::span<const Migration> migrations,
                    IfMissing if_missing) {
  if (is_server(address)) return open_postgres(address, migrations, if_missing);
  PURSER_ASSIGN(const std::string file, database_file(address));
  std::error_code ignored;
  const bool is_empty = fs::is_regular_file(file, ignored) && fs::file_size(file, ignored) == 0;
  if (is_empty && if_missing == IfMissing::kCreate) return fill_sqlite(file, migrations);
  return open_sqlite(file, migrations, if_missing);
}

// Every column of every table but the versions, as the tables were made: what refers to another
// table comes after it.
constexpr std::string_view kSqliteColumns =
    "SELECT tables.name, columns.name, columns.type FROM sqlite_schema AS tables "
    "JOIN pragma_table_info(tables.name) AS columns WHERE tables.type = 'table' "
    "AND tables.name <> 'schema_version' AND tables.name NOT LIKE 'sqlite_%' "
    "ORDER BY tables.rowid, columns.cid";
constexpr std::string_view kPostgresColumns =
    "SELECT CAST(relname AS text), CAST(attname AS text), "
    "CASE atttypid WHEN 20 THEN 'INTEGER' WHEN 25 THEN 'TEXT' ELSE 'BLOB' END "
    "FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid "
    "WHERE relnamespace = CAST(quote_ident(current_schema()) AS regnamespace) AND relkind = 'r' "
    "AND relname <> 'schema_version' AND attnum > 0 AND NOT attisdropped "
    "ORDER BY pg_class.oid, attnum";

Result<std::vector<Table>> tables_of(Connection& connection) {
  std::vector<Table> tables;
  const auto sql = is_server(connection.path()) ? kPostgresColumns : kSqliteColumns;
  PURSER_TRY(connection.run(sql, {}, [&](const Row& row) -> Result<bool> {
    if (tables.empty() || tables.back().name != row.text(0)) {
      tables.push_back({std::string(row.text(0)), {}});
    }
    const auto type = row.text(2) == "INTEGER" ? Column::Type::kInteger
                      : row.text(2) == "TEXT"  ? Column::Type::kText
                                               : Column::Type::kBlob;
    tables.back().columns.push_back({std::string(row.text(1)), type});
    return true;
  }));
  return tables;
}

Result<std::int64_t> count(Connection& connection, const Table& table) {
  std::int64_t rows = 0;
  PURSER_TRY(connection.run(fmt::format("SELECT count(*) FROM \"{}\"", table.name), {},
                            [&](const Row& row) -> Result<bool> {
                              rows = row.integer(0);
                              return true;
                            }));
  return rows;
}

std::string names_of(const Table& table) {
  std::vector<std::string> names;
  for (const Column& column : table.columns) names.push_back('"' + column.name + '"');
  return fmt::format("{}", fmt::join(names, ", "));
}

// Gathers rows and inserts many by one statement.
class Inserts {
 public:
  Inserts(Connection& to, const Table& table) : to_(to), table_(table) {}

  Status add(const Row& row) {
    for (int i = 0; i < static_cast<int>(table_.columns.size()); ++i)
      values_.push_back(value(row, i));
    return ++rows_ < kRowsAtOnce ? Status() : flush();
  }
  Status flush() {
    if (rows_ == 0) return {};
    if (compiled_ == nullptr || compiled_rows_ != rows_) {
      const std::string row =
          '(' + repeated("?", static_cast<std::int64_t>(table_.columns.size())) + ')';
      PURSER_ASSIGN(compiled_,
                    to_.compile(fmt::format("INSERT INTO \"{}\" ({}) VALUES {}", table_.name,
                                            names_of(table_), repeated(row, rows_))));
      compiled_rows_ = rows_;
    }
    PURSER_TRY(compiled_->visit(values_, [](const Row&) -> Result<bool> { return true; }));
    compiled_->forget_parameters();
    values_.clear();
    texts_.clear();
    rows_ = 0;
    return {};
  }

 private:
  static std::string repeated(const std::string& text, std::int64_t times) {
    return fmt::format(
        "{}", fmt::join(std::vector<std::string>(static_cast<std::size_t>(times), text), ", "));
  }
  Parameter value(const Row& row, int column) {
    if (row.is_null(column)) return std::nullopt;
    switch (table_.columns[static_cast<std::size_t>(column)].type) {
      case Column::Type::kInteger:
        return row.integer(column);
      case Column::Type::kText:
        return std::string_view(texts_.emplace_back(row.text(column)));
      default:
        return Blob{texts_.emplace_back(row.blob(column))};
    }
  }

  Connection& to_;
  const Table& table_;
  std::vector<Parameter> values_;
  std::deque<std::string> texts_;  // that values_ lends
  std::int64_t rows_ = 0;
  std::unique_ptr<Compiled> compiled_;
  std::int64_t compiled_rows_ = 0;
};

// Within a snapshot of `from` and a transaction of `to`.
Result<Copied> copy_all(Connection& from, Connection& to, const RowProgress& progress) {
  PURSER_ASSIGN(const std::vector<Table> tables, tables_of(to));
  std::int64_t all = 0;
  for (const Table& table : tables) {
    PURSER_ASSIGN(const std::int64_t there, count(to, table));
    if (there > 0) {
      return fail(ErrorCode::kAlreadyExists,
                  fmt::format("{}: there are books already; name an empty database", to.path()));
    }
    PURSER_ASSIGN(const std::int64_t rows, count(from, table));
    all += rows;
  }
  Copied copied;
  for (const Table& table : tables) {
    Inserts inserts(to, table);
    std::int64_t rows = 0;
    const auto take = [&](const Row& row) -> Result<bool> {
      PURSER_TRY(inserts.add(row));
      if (++rows % kRowsAtOnce == 0) PURSER_TRY(progress(copied.rows + rows, all));
      return true;
    };
    // The first column leads the key: what refers to a row of its own table comes after that.
    auto read = from.run(
        fmt::format("SELECT {} FROM \"{}\" ORDER BY 1", names_of(table), table.name), {}, take);
    PURSER_TRY(std::move(read));
    PURSER_TRY(inserts.flush());
    PURSER_ASSIGN(const std::int64_t arrived, count(to, table));
    if (arrived != rows) {
      return fail(ErrorCode::kCorrupt,
                  fmt::format("{}: of {} rows of '{}' {} arrived; run it again", to.path(), rows,
                              table.name, arrived));
    }
    copied.rows += rows;
    ++copied.tables;
  }
  PURSER_TRY(to.commit());
  return copied;
}

}  // namespace

Result<Copied> copy_tables(std::string_view from, std::string_view to,
                           std::span<const Migration> migrations, const RowProgress& progress) {
  PURSER_ASSIGN(const Opened source, open(from, migrations, IfMissing::kFail));
  PURSER_ASSIGN(const Opened target, open(to, migrations, IfMissing::kCreate));
  PURSER_TRY(source->begin(Access::kSnapshot));
  auto copied = [&]() -> Result<Copied> {
    PURSER_TRY(target->begin(Access::kWrite));
    return copy_all(*source, *target, progress);
  }();
  if (!copied) target->roll_back();
  source->roll_back();
  return copied;
}

Result<Copied> count_tables(std::string_view address, std::span<const Migration> migrations) {
  PURSER_ASSIGN(const Opened opened, open(address, migrations, IfMissing::kFail));
  PURSER_ASSIGN(const std::vector<Table> tables, tables_of(*opened));
  Copied counted;
  for (const Table& table : tables) {
    PURSER_ASSIGN(const std::int64_t rows, count(*opened, table));
    counted.rows += rows;
    ++counted.tables;
  }
  return counted;
}

Status empty_tables(std::string_view address, std::span<const Migration> migrations) {
  PURSER_ASSIGN(const Opened opened, open_postgres(address, migrations, IfMissing::kFail));
  PURSER_ASSIGN(const std::vector<Table> tables, tables_of(*opened));
  std::vector<std::string> names;
  for (const Table& table : tables) names.push_back('"' + table.name + '"');
  const auto run = [&](const std::string& sql) {
    return opened->run(sql, {}, [](const Row&) -> Result<bool> { return true; });
  };
  const auto set_triggers = [&](std::string_view how) -> Status {
    for (const std::string& name : names) {
      PURSER_TRY(run(fmt::format("ALTER TABLE {} {} TRIGGER USER", name, how)));
    }
    return {};
  };
  // Rooms may refuse to have their tables emptied; these are a copy that proved to be none.
  PURSER_TRY(opened->begin(Access::kWrite));
  auto emptied = [&]() -> Status {
    PURSER_TRY(set_triggers("DISABLE"));
    PURSER_TRY(run(fmt::format("TRUNCATE {}", fmt::join(names, ", "))));
    PURSER_TRY(set_triggers("ENABLE"));
    return opened->commit();
  }();
  if (!emptied) opened->roll_back();
  return emptied;
}

}  // namespace purser::store
