// SQLite behind Database and Statement.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "store/connection.h"

namespace purser::store {

// Opens the file, with its schema up to date; ":memory:" is one of its own.
Result<std::unique_ptr<Connection>> open_sqlite(const std::string& path,
                                                std::span<const Migration> migrations,
                                                IfMissing if_missing);

// A new database in an empty file, of a name that is taken until it is whole.
Result<std::unique_ptr<Connection>> fill_sqlite(const std::string& path,
                                                std::span<const Migration> migrations);

}  // namespace purser::store
