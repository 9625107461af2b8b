// What the company works through: the rooms on its database, and its runs at work. Between the
// files of Company alone.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/files.h"
#include "budget/budget.h"
#include "meter/recorder.h"
#include "meter/records.h"
#include "sim/company.h"
#include "store/store.h"

namespace purser::sim {

// A promise that was not kept.
inline Error broken(std::string what) { return {ErrorCode::kCorrupt, std::move(what)}; }

struct Company::Doors {
  store::Database database;
  books::Books books;
  meter::Records records;
  budget::Budgets budgets;

  Doors(store::Database opened, const Clock& clock)
      : database(std::move(opened)), books(database, clock), records(database), budgets(database) {}

  static Result<std::unique_ptr<Doors>> open(const fs::path& folder, const Clock& clock) {
    std::vector<store::Migration> migrations;
    for (const auto& of_room : {books::Books::migrations(), meter::Records::migrations(),
                                budget::Budgets::migrations()}) {
      migrations.insert(migrations.end(), of_room.begin(), of_room.end());
    }
    PURSER_ASSIGN(auto database, store::Database::open((folder / "books.db").string(), migrations,
                                                       store::IfMissing::kCreate));
    return std::make_unique<Doors>(std::move(database), clock);
  }
};

struct Company::Worker {
  meter::Recorder recorder;
  Instant last_end;
  std::int64_t carried_ns = 0;  // device time told that did not fit into the beats so far
};

}  // namespace purser::sim
