// The SQLite objects behind Database and Statement.
#pragma once

#include <sqlite3.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "store/store.h"

namespace purser::store {

struct Database::Connection {
  sqlite3* handle = nullptr;
  std::string path;

  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  // Compiling a statement takes tens of times as long as running it. So those that nobody uses are
  // kept for whoever prepares the same text again; SQLite compiles one anew by itself when the
  // schema has changed. One that is taken has a single user: preparing its text meanwhile compiles
  // a second, so that a callback may run what it is called from.
  std::unique_ptr<Statement::Handle> take_idle(std::string_view sql);  // none: nullptr
  void keep_idle(std::unique_ptr<Statement::Handle> statement);

 private:
  std::vector<std::unique_ptr<Statement::Handle>> idle_;  // the last one used is the last
};

struct Statement::Handle {
  sqlite3_stmt* statement;
  std::string sql;  // as it was prepared
  Database::Connection& connection;

  Handle(sqlite3_stmt* prepared, std::string_view text, Database::Connection& its)
      : statement(prepared), sql(text), connection(its) {}
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle();
};

}  // namespace purser::store
