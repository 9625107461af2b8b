// From bills to what was spent of a budget.
#include "cost/load.h"

#include <algorithm>
#include <map>
#include <set>

#include "budget/budget.h"

namespace purser::budget {

Result<std::vector<Spend>> load_spends(const books::Books& books, const meter::Records& records,
                                       const Budget& budget, Instant now) {
  PURSER_ASSIGN(const auto snapshot, books.begin_snapshot());
  const money::Currency currency = budget.amount.currency();
  const Month this_month = month_of(date_of(now));
  Month first = this_month;
  if (budget.span == Span::kTotal) {
    PURSER_ASSIGN(const auto span, records.span(budget.name));
    if (span) first = std::min(first, month_of(date_of(span->start)));
  }
  std::set<std::string> resources;
  std::set<std::string> run_ids;
  PURSER_ASSIGN(const std::vector<meter::RunSummary> runs, records.runs());
  for (const meter::RunSummary& summary : runs) {
    if (summary.run.budget != budget.name) continue;
    resources.insert(summary.run.resource);
    run_ids.insert(summary.run.id);
  }
  std::map<std::string, money::Cost> by_run;
  for (const std::string& resource : resources) {
    for (Month month = first; month <= this_month; month += std::chrono::months{1}) {
      auto bill = cost::load_resource_bill(books, records, resource, month, now);
      // A resource that no asset is has no price; the bill says so (Unpriced).
      if (!bill && bill.error().code() == ErrorCode::kNotFound) break;
      if (!bill) return fail(std::move(bill).error());
      // Runs under this name on a machine of another currency cannot be its spending.
      if (bill->total().total().currency() != currency) break;
      for (const cost::Line& line : bill->lines) {
        if (!run_ids.contains(line.run_id)) continue;
        by_run.try_emplace(line.run_id, money::Cost::zero(currency)).first->second +=
            line.cost.total();
      }
    }
  }
  std::vector<Spend> spends;
  for (const auto& [run_id, cost] : by_run) spends.push_back({.run_id = run_id, .cost = cost});
  return spends;
}

Result<Standing> load_standing(const books::Books& books, const meter::Records& records,
                               const Budgets& budgets, std::string_view name, Instant now) {
  PURSER_ASSIGN(const auto snapshot, books.begin_snapshot());
  PURSER_ASSIGN(const Budget budget, budgets.budget(name));
  PURSER_ASSIGN(const std::vector<Spend> spends, load_spends(books, records, budget, now));
  PURSER_ASSIGN(const std::vector<Reservation> open, budgets.open_reservations(name));
  return standing(budget, spends, open);
}

}  // namespace purser::budget
