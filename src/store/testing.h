// Where a test keeps its database: SQLite, or, while PURSER_TEST_POSTGRES names a server, a schema
// of its own there. tests/postgres runs the same tests so.
#pragma once

#include <unistd.h>

#include <cstdlib>
#include <functional>
#include <string>

#include <fmt/format.h>

#include "store/store.h"

namespace purser::store {

// "postgresql://…", or empty.
inline std::string test_server() {
  const char* const server = std::getenv("PURSER_TEST_POSTGRES");
  return server != nullptr ? server : "";
}

// That file, or the schema that stands for it: the same for the same file.
inline std::string test_address(const std::string& file) {
  const std::string server = test_server();
  if (server.empty()) return file;
  return fmt::format("{}{}options=-csearch_path%3Dt_{:x}", server,
                     server.find('?') == std::string::npos ? '?' : '&',
                     std::hash<std::string>{}(file));
}

// For a test in which nobody would end the wait for another writer.
inline Status wait_briefly(Database& database) {
  return database.run(test_server().empty() ? "PRAGMA busy_timeout = 1" : "SET lock_timeout = 1");
}

// A new database each time; what is in it goes with the process, or with the server.
inline std::string test_address() {
  if (test_server().empty()) return "sqlite::memory:";
  static int number = 0;
  return test_address(fmt::format("memory-{}-{}", ::getpid(), ++number));
}

}  // namespace purser::store
