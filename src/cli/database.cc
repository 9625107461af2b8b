#include "cli/database.h"

#include <vector>

#include "books/books.h"
#include "budget/budget.h"
#include "meter/records.h"

namespace purser::cli {

Result<store::Database> open_database(const Workspace& workspace, store::IfMissing elsewhere) {
  std::vector<store::Migration> migrations;
  for (const auto& of_room :
       {books::Books::migrations(), meter::Records::migrations(), budget::Budgets::migrations()}) {
    migrations.insert(migrations.end(), of_room.begin(), of_room.end());
  }
  const bool own = workspace.database() == "sqlite:" + (workspace.state() / "books.db").string();
  return store::Database::open(workspace.database(), migrations,
                               own ? store::IfMissing::kCreate : elsewhere);
}

}  // namespace purser::cli
