// PostgreSQL behind Database and Statement.
//
// One writer at a time, as with SQLite: begin() takes an advisory lock of the schema, and what
// writes outside a transaction gets one of its own. So entries of the journal have no gaps and one
// chain of hashes, and what was read stays true until the commit. Up to a thousand
// rows of a query come at once; where there are more they are fetched from a cursor, some at a
// time: memory does not grow with them, and between two fetches the connection is free for whatever
// a callback does.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "store/connection.h"

namespace purser::store {

Result<std::unique_ptr<Connection>> open_postgres(std::string_view address,
                                                  std::span<const Migration> migrations,
                                                  IfMissing if_missing);

}  // namespace purser::store
