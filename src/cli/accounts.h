// The three things of a workspace that know figures, opened together: books, meter and budgets.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "books/books.h"
#include "books/purchase.h"
#include "books/upkeep.h"
#include "budget/budget.h"
#include "cli/context.h"
#include "cli/workspace.h"
#include "meter/collect.h"
#include "meter/destination.h"
#include "meter/records.h"
#include "store/store.h"

namespace purser::cli {

// Whether usage that still lies in the spool is brought in first. What shows prices alone needs
// none of it and starts faster; a dry run of collecting looks only.
enum class Spool : std::uint8_t { kCollect, kLook, kLeave };

// Used by one thread at a time.
class Accounts {
 public:
  // With kCollect, reservations of runs that ended without a word are settled too, and what of the
  // spool was damaged, or is for other books, is named on stderr.
  static Result<Accounts> open(const Context& context, Spool spool);

  const Workspace& workspace() const { return state_->workspace; }
  // Until it ends, all that is read of these is one state.
  Result<store::Transaction> begin_snapshot() { return state_->database.begin_snapshot(); }
  store::Database& database() { return state_->database; }
  books::Books& books() { return state_->books; }
  books::Purchases& purchases() { return state_->purchases; }
  books::Upkeep& upkeep() { return state_->upkeep; }
  meter::Records& records() { return state_->records; }
  budget::Budgets& budgets() { return state_->budgets; }
  const meter::Collected& collected() const { return state_->collected; }

  // Where runs that start now are charged to, and whose usage is brought in.
  meter::Destination destination() const;

  // Brings in what is new in the spool, of runs that are charged to these books.
  Status collect();

  // Ends a run that cannot be asked whether it is at work, and settles what it reserved. Fails as
  // meter::end_run() does, the first only says so.
  Status check_not_at_work(const meter::Run& run, meter::Elsewhere elsewhere) const;
  Status end(const meter::Run& run, meter::Elsewhere elsewhere);

  // The asset of that name; without a name, the only one that is not paused. Fails with the names
  // to choose from.
  Result<books::Asset> asset(std::string_view name) const;

 private:
  // Books, records and budgets refer to the database: they move together or not at all.
  struct State {
    State(Workspace place, store::Database opened, const Clock& clock, std::string who)
        : workspace(std::move(place)),
          database(std::move(opened)),
          today(date_of(clock.now())),
          books(database, clock, who),
          purchases(database, clock, who),
          upkeep(database, clock, who),
          records(database),
          budgets(database, std::move(who)) {}
    Workspace workspace;
    store::Database database;
    Date today;
    books::Books books;
    books::Purchases purchases;
    books::Upkeep upkeep;
    meter::Records records;
    budget::Budgets budgets;
    meter::Collected collected;
  };
  explicit Accounts(std::unique_ptr<State> state) : state_(std::move(state)) {}

  std::unique_ptr<State> state_;
};

}  // namespace purser::cli
