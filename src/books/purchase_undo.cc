// A step of a purchase is taken back: what was ordered, acquired or placed in service by mistake.
#include <algorithm>

#include <fmt/format.h>

#include "books/division.h"
#include "books/find.h"
#include "books/purchase_steps.h"
#include "books/purchase_store.h"
#include "books/roles.h"
#include "books/upkeep_store.h"

namespace purser::books {
namespace {

// Whether its last step is what was recorded last of it: nothing happened since, and it was added
// to no further book.
Result<bool> is_last(BooksStore& store, UpkeepStore& upkeep, const StoredPurchase& known) {
  const PurchaseStep& last = known.purchase.steps.back();
  if (last.kind == StepKind::kAddition) return false;
  bool happened = false;
  PURSER_TRY(store.asset_named(known.purchase.asset, [&](const StoredAsset& placed) -> Status {
    PURSER_ASSIGN(const auto record, upkeep.last_record(placed.id, placed.asset));
    happened = !placed.asset.events.empty() || (record && record->book);
    return {};
  }));
  return !happened;
}

// The step to take back: the last one; of costs the last of an open month, for one that was
// recorded late and is closed since does not keep those before it.
Result<std::size_t> step_to_undo(BooksStore& store, const std::vector<PurchaseStep>& steps) {
  const std::size_t last = steps.size() - 1;
  if (steps[last].kind != StepKind::kCosts) return last;
  for (std::size_t at = steps.size(); at > 0 && steps[at - 1].kind == StepKind::kCosts; --at) {
    if (refuse_closed(store, month_of(steps[at - 1].effective))) return at - 1;
  }
  return fail(ErrorCode::kRefused,
              fmt::format("what was acquired on {} was recorded last, and {} is closed and never "
                          "moves; place it in service, and dispose of it from an open day on: "
                          "purser asset dispose",
                          format(steps[last].on), format(month_of(steps[last].effective))));
}

// Without costs it is in the currency and the class of its order, as it was before they came.
Status forget_costs(PurchaseStore& purchases, StoredPurchase& known) {
  Purchase& purchase = known.purchase;
  const PurchaseStep* const order = purchase.step(StepKind::kOrder);
  if (order == nullptr || purchase.step(StepKind::kCosts) != nullptr) return {};
  purchase.currency = order->costs.front().amount.currency();
  if (!order->asset_class.empty()) purchase.asset_class = order->asset_class;
  return purchases.set_class_and_currency(known.id, purchase.asset_class, purchase.currency);
}

}  // namespace

Result<std::optional<PurchaseAnswer>> Purchases::undo(std::string_view name, Effect effect,
                                                      const Observer& tell) {
  BooksStore store(database_);
  PurchaseStore purchases(database_);
  UpkeepStore upkeep(database_);
  PURSER_ASSIGN(auto transaction, begin_as(database_, who_));
  PURSER_ASSIGN(auto known, purchases.named(name));
  if (!known) return std::nullopt;
  PURSER_ASSIGN(const bool last_of_all, is_last(store, upkeep, *known));
  if (!last_of_all) return std::nullopt;
  std::vector<PurchaseStep>& steps = known->purchase.steps;
  PURSER_ASSIGN(const std::size_t at, step_to_undo(store, steps));
  PurchaseStep step = std::move(steps[at]);
  steps.erase(steps.begin() + static_cast<std::ptrdiff_t>(at));
  PURSER_ASSIGN(auto writer, JournalWriter::at_end(store, clock_, who_, tell));
  std::vector<RuledYear> ruled;
  if (step.kind == StepKind::kPlacing) {
    PURSER_ASSIGN(const StoredAsset placed, find_asset(store, name));
    PURSER_TRY(take_out_of_service(store, writer, placed, month_of(date_of(clock_.now()))));
    PURSER_TRY(purchases.unplace(known->id));
    PURSER_ASSIGN(ruled, settle_years(store, writer, placed.asset));
  } else if (step.kind == StepKind::kCosts) {
    PURSER_TRY(mirror_entries(store, writer, known->id, month_of(step.effective), key_of(step)));
    PURSER_TRY(forget_costs(purchases, *known));
  }
  PURSER_TRY(purchases.insert_undone(step.id, writer.now(), who_));
  const bool forgotten = steps.empty();
  if (forgotten) PURSER_TRY(store.insert_withdrawn(known->id, name, writer.now(), who_));
  if (effect == Effect::kWrite) PURSER_TRY(transaction.commit());
  return PurchaseAnswer{std::move(step), std::move(known->purchase), forgotten, std::move(ruled)};
}

}  // namespace purser::books
