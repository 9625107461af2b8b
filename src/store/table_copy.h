// All rows of one database in another, of whichever engine, while others use the first.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "store/store.h"

namespace purser::store {

// Is told how many of all rows are done, often; an Error ends the copy and leaves no row.
using RowProgress = std::function<Status(std::int64_t done, std::int64_t all)>;

struct Copied {
  std::int64_t tables = 0;
  std::int64_t rows = 0;
};

// Copies the rows of every table that `migrations` make from the database at `from`, as they stand
// at one instant, into the one at `to`, in one transaction: all of them or none. Both are brought
// up to date first, and `to` is made if it is not there, or an empty file. kAlreadyExists if
// it holds any row; kCorrupt if the counts of the two differ in the end. Memory does not grow with
// the rows.
Result<Copied> copy_tables(std::string_view from, std::string_view to,
                           std::span<const Migration> migrations, const RowProgress& progress);

// How many rows the tables there hold.
Result<Copied> count_tables(std::string_view address, std::span<const Migration> migrations);

// Takes all rows away that a copy which proved to be wrong has left on a server, past the rules
// that keep them.
Status empty_tables(std::string_view address, std::span<const Migration> migrations);

}  // namespace purser::store
