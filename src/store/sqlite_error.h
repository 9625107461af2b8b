// What SQLite's result codes mean to a person. Behind the door.
#pragma once

#include <sqlite3.h>

#include <string>
#include <string_view>

#include "base/result.h"

namespace purser::store {

// The Error for a failed call on `connection`, whose file is `path`.
Error sqlite_error(sqlite3* connection, std::string_view path, int code);

// Done for SQLITE_OK, else the Error of `code`.
inline Status checked(sqlite3* connection, std::string_view path, int code) {
  if (code == SQLITE_OK) return {};
  return fail(sqlite_error(connection, path, code));
}

}  // namespace purser::store
