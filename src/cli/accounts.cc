#include "cli/accounts.h"

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/database.h"
#include "report/table.h"

namespace purser::cli {
namespace {

void tell(const meter::Collected& collected) {
  // Names and paths in these are what some program wrote into the spool.
  const auto say = [](const std::string& sentence) {
    fmt::print(stderr, "purser: {}\n", report::printable(sentence));
  };
  for (const std::string& problem : collected.problems) say(problem);
  // Nothing is wrong with these: no exit status says so.
  for (const auto& [books, runs] : collected.for_other_books) {
    say(
        fmt::format("{} run{} in the spool {} charged to other books, '{}', and not counted here; "
                    "bring {} in with: purser meter collect --books {}",
                    runs, runs == 1 ? "" : "s", runs == 1 ? "is" : "are", books,
                    runs == 1 ? "it" : "them", shell_word(books)));
  }
  for (const auto& [books, runs] : collected.taken_over) {
    say(
        fmt::format("run{} '{}' in the spool {} charged to books that cannot be found, '{}', and "
                    "counted here instead",
                    runs.size() == 1 ? "" : "s", fmt::join(runs, "', '"),
                    runs.size() == 1 ? "is" : "are", books));
  }
}

}  // namespace

Result<Accounts> Accounts::open(const Context& context, Spool spool) {
  PURSER_ASSIGN(Workspace workspace, context.workspace());
  PURSER_ASSIGN(store::Database database, open_database(workspace));
  Accounts accounts(std::make_unique<State>(std::move(workspace), std::move(database),
                                            context.clock(), context.who()));
  if (spool == Spool::kCollect) PURSER_TRY(accounts.collect());
  if (spool == Spool::kLook) {
    State& state = *accounts.state_;
    const meter::Destination ours = accounts.destination();
    PURSER_ASSIGN(state.collected, meter::look(state.workspace.spool(), state.records, &ours));
    tell(state.collected);
  }
  return accounts;
}

meter::Destination Accounts::destination() const {
  const Workspace& workspace = state_->workspace;
  const std::string settled = workspace.settled_books();
  return {workspace.root(), state_->database.path(),
          store::is_server(settled) ? store::public_address(settled) : settled};
}

Status Accounts::collect() {
  const meter::Destination ours = destination();
  PURSER_ASSIGN(state_->collected,
                meter::collect(state_->workspace.spool(), state_->records, &ours));
  tell(state_->collected);
  return state_->budgets.settle_ended(state_->records);
}

Status Accounts::check_not_at_work(const meter::Run& run, meter::Elsewhere elsewhere) const {
  const meter::Destination ours = destination();
  return meter::check_not_at_work(state_->workspace.spool(), state_->records, run, &ours,
                                  elsewhere);
}

Status Accounts::end(const meter::Run& run, meter::Elsewhere elsewhere) {
  const meter::Destination ours = destination();
  PURSER_TRY(meter::end_run(state_->workspace.spool(), state_->records, run, &ours, elsewhere));
  return state_->budgets.settle(run.id);
}

Result<books::Asset> Accounts::asset(std::string_view name) const {
  if (!name.empty()) return state_->books.asset(name);
  PURSER_ASSIGN(std::vector<books::Asset> assets, state_->books.assets());
  // One that rests is meant only if it is named, or is all there is.
  const auto in_use = std::stable_partition(
      assets.begin(), assets.end(),
      [&](const books::Asset& asset) { return !books::placement_on(asset, state_->today).paused; });
  if (in_use != assets.begin()) assets.erase(in_use, assets.end());
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
