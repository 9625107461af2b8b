// The same SQL for PostgreSQL: placeholders of statements, and the schema of migrations. Rooms
// write SQL once; docs/store.md says which. Behind the door.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace purser::store {

struct PostgresText {
  std::string sql;          // with $1, $2 … for `?` and `?1`
  int parameters = 0;       // how many there are
  bool only_reads = false;  // a query, of which rows can be read bit by bit
  bool has_limit = false;   // and of which whoever wrote it said how many there are at most
};
PostgresText postgres_text(std::string_view sql);

// A script of CREATE TABLE … STRICT, ALTER TABLE … ADD COLUMN, CREATE INDEX, and triggers that
// refuse with RAISE(ABORT, …). kEngine: a trigger that does anything else.
Result<std::string> postgres_script(std::string_view script);

// Functions that SQLite has and PostgreSQL lacks, to be made beside the tables once: iif, instr,
// min and max of two, digest_bytes, and the number of the next row of a table.
std::string_view postgres_functions();

}  // namespace purser::store
