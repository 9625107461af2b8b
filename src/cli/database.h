// The database of a workspace, with the tables of every room that keeps facts.
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/workspace.h"
#include "store/store.h"

namespace purser::cli {

// The tables of every room that keeps facts.
std::vector<store::Migration> all_migrations();

// Makes the books of a new workspace.
Status make_database(const Workspace& workspace);

// Usage leaves the spool once the books hold it: books that end with the process would lose it.
// kInvalidInput: no file on a disk, and no server.
Status check_durable(std::string_view address);

// Opens it, and brings it up to date. The workspace's own file was made by purser init: without it
// all that was booked is lost, and nothing may go on as if nothing were. Books that `--books` or
// purser.toml put elsewhere are made only if `elsewhere` says so, lest a slip of the finger start
// new ones.
Result<store::Database> open_database(const Workspace& workspace,
                                      store::IfMissing elsewhere = store::IfMissing::kFail);

// The address of books as purser.toml says it, wherever one stands, and without a password.
std::string as_setting(std::string_view address);

// Opens books that are no workspace's, and brings them up to date.
Result<store::Database> open_file(const std::filesystem::path& file);
Result<store::Database> open_address(std::string_view address);

}  // namespace purser::cli
