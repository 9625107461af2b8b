#include "cli/database.h"

#include <filesystem>
#include <vector>

#include <fmt/format.h>

#include "base/files.h"
#include "books/books.h"
#include "budget/budget.h"
#include "meter/records.h"

namespace purser::cli {

namespace {

Result<store::Database> open(const Workspace& workspace, store::IfMissing if_missing) {
  PURSER_TRY(check_durable(workspace.database()));
  return store::Database::open(workspace.database(), all_migrations(), if_missing);
}

}  // namespace

Status check_durable(std::string_view address) {
  if (store::is_server(address)) return {};
  const auto named = store::database_file(address);
  if (!named) return fail(named.error());
  const fs::path file = *named;
  std::error_code error;
  const bool on_a_disk =
      !fs::exists(file, error) || fs::is_regular_file(file, error) || fs::is_directory(file, error);
  if (file != ":memory:" && on_a_disk) return {};
  return fail(ErrorCode::kInvalidInput,
              fmt::format("'{}': books that are no file on a disk would lose what is booked; name "
                          "a file: sqlite:FILE",
                          address));
}

std::vector<store::Migration> all_migrations() {
  std::vector<store::Migration> all;
  for (const auto& of_room :
       {books::Books::migrations(), meter::Records::migrations(), budget::Budgets::migrations()}) {
    all.insert(all.end(), of_room.begin(), of_room.end());
  }
  return all;
}

Status make_database(const Workspace& workspace) {
  const auto made = open(workspace, store::IfMissing::kCreate);
  return made ? Status() : fail(made.error());
}

Result<store::Database> open_database(const Workspace& workspace, store::IfMissing elsewhere) {
  const fs::path own = workspace.own_books();
  if (workspace.database() != own.string()) return open(workspace, elsewhere);
  std::error_code ignored;
  // Where its log is left, that is what is told.
  if (!fs::exists(own, ignored) && !fs::exists(own.string() + "-wal", ignored)) {
    return fail(ErrorCode::kNotFound,
                fmt::format("the books of this workspace are gone: there is no '{}'; put them back "
                            "from a backup, or, to begin new ones, remove '{}' and run purser init",
                            own.string(), (workspace.root() / "purser.toml").string()));
  }
  return open(workspace, store::IfMissing::kCreate);
}

std::string as_setting(std::string_view address) {
  if (store::is_server(address)) return store::public_address(address);
  const auto file = store::database_file(address);
  return file ? "sqlite:" + fs::absolute(*file).lexically_normal().string() : std::string(address);
}

Result<store::Database> open_file(const fs::path& file) {
  return open_address("sqlite:" + file.string());
}

Result<store::Database> open_address(std::string_view address) {
  return store::Database::open(address, all_migrations());
}

}  // namespace purser::cli
