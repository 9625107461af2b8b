// The database of a workspace, with the tables of every room that keeps facts.
#pragma once

#include "base/result.h"
#include "cli/workspace.h"
#include "store/store.h"

namespace purser::cli {

// Opens it, and brings it up to date. The workspace's own file is made at first use; books that
// `--books` or purser.toml put elsewhere are made only if `elsewhere` says so, lest a slip of the
// finger start new ones.
Result<store::Database> open_database(const Workspace& workspace,
                                      store::IfMissing elsewhere = store::IfMissing::kFail);

}  // namespace purser::cli
