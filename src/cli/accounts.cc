#include "cli/accounts.h"

#include <cstdio>

#include <fmt/format.h>

#include "cli/database.h"

namespace purser::cli {
namespace {

void tell(const std::vector<std::string>& problems) {
  for (const std::string& problem : problems) fmt::print(stderr, "purser: {}\n", problem);
}

}  // namespace

Result<Accounts> Accounts::open(const Context& context, Spool spool) {
  PURSER_ASSIGN(Workspace workspace, context.workspace());
  PURSER_ASSIGN(store::Database database, open_database(workspace));
  Accounts accounts(
      std::make_unique<State>(std::move(workspace), std::move(database), context.clock()));
  if (spool == Spool::kCollect) PURSER_TRY(accounts.collect());
  if (spool == Spool::kLook) {
    State& state = *accounts.state_;
    PURSER_ASSIGN(state.collected, meter::look(state.workspace.spool(), state.records));
    tell(state.collected.problems);
  }
  return accounts;
}

Status Accounts::collect() {
  PURSER_ASSIGN(state_->collected, meter::collect(state_->workspace.spool(), state_->records));
  tell(state_->collected.problems);
  return state_->budgets.settle_ended(state_->records);
}

Result<books::Asset> Accounts::asset(std::string_view name) const {
  if (!name.empty()) return state_->books.asset(name);
  PURSER_ASSIGN(const std::vector<books::Asset> assets, state_->books.assets());
  if (assets.size() == 1) return assets.front();
  if (assets.empty()) {
    return fail(ErrorCode::kNotFound,
                "the books hold no asset yet; add the machine that does the work: purser asset add "
                "--help");
  }
  std::string names;
  for (const books::Asset& asset : assets) names += (names.empty() ? "" : ", ") + asset.name;
  return fail(ErrorCode::kInvalidInput,
              fmt::format("the books hold several assets; name the one that is meant: {}", names));
}

}  // namespace purser::cli
