// The SQLite objects behind Database and Statement.
#pragma once

#include <sqlite3.h>

#include <string>

#include "store/store.h"

namespace purser::store {

struct Database::Connection {
  sqlite3* handle = nullptr;
  std::string path;

  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();
};

struct Statement::Handle {
  sqlite3_stmt* statement;
  std::string_view path;  // owned by the Connection, for messages

  Handle(sqlite3_stmt* prepared, std::string_view database_path)
      : statement(prepared), path(database_path) {}
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle();
};

}  // namespace purser::store
