// The database of a workspace, with the tables of every room that keeps facts.
#pragma once

#include <filesystem>

#include "base/result.h"
#include "cli/workspace.h"
#include "store/store.h"

namespace purser::cli {

// Makes the books of a new workspace.
Status make_database(const Workspace& workspace);

// Opens it, and brings it up to date. The workspace's own file was made by purser init: without it
// all that was booked is lost, and nothing may go on as if nothing were. Books that `--books` or
// purser.toml put elsewhere are made only if `elsewhere` says so, lest a slip of the finger start
// new ones.
Result<store::Database> open_database(const Workspace& workspace,
                                      store::IfMissing elsewhere = store::IfMissing::kFail);

// Opens a file of books that is no workspace's, and brings it up to date.
Result<store::Database> open_file(const std::filesystem::path& file);

}  // namespace purser::cli
