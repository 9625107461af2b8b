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
    happened = !placed.asset.events.empty() || record.has_value();
    return {};
  }));
  return !happened;
}

// The step to take back: the last one; of costs the last of an open month, for one that was
// recorded late and is closed since does not keep those before it.
Result<std::size_t> step_to_undo(BooksStore& store, const std::vector<PurchaseStep>& steps) {
  const std::size_t last = steps.size() - 1;
  if (steps[last].kind != StepKind::kCosts) return last;
  PURSER_ASSIGN(const auto closed, store.closed_through());
  for (std::size_t at = steps.size(); at > 0 && steps[at - 1].kind == StepKind::kCosts; --at) {
    if (!closed || month_of(steps[at - 1].effective) > *closed) return at - 1;
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

Result<PurchaseAnswer> take_back(BooksStore& store, PurchaseStore& purchases, JournalWriter& writer,
                                 StoredPurchase known, std::size_t at) {
  std::vector<PurchaseStep>& steps = known.purchase.steps;
  PurchaseStep step = std::move(steps[at]);
  steps.erase(steps.begin() + static_cast<std::ptrdiff_t>(at));
  const std::string& name = known.purchase.asset;
  std::vector<RuledYear> ruled;
  std::optional<Asset> stood;
  std::vector<UnitsUsed> readings;
  if (step.kind == StepKind::kPlacing) {
    PURSER_ASSIGN(const StoredAsset placed, find_asset(store, name));
    PURSER_ASSIGN(readings, store.units_of(placed.id));
    PURSER_TRY(take_out_of_service(store, writer, placed, month_of(date_of(writer.now()))));
    PURSER_TRY(purchases.unplace(known.id));
    PURSER_ASSIGN(ruled, settle_years(store, writer, placed.asset));
    stood = placed.asset;
  } else if (step.kind == StepKind::kCosts) {
    PURSER_TRY(mirror_entries(store, writer, known.id, month_of(step.effective), key_of(step)));
    PURSER_TRY(forget_costs(purchases, known));
  }
  PURSER_TRY(purchases.insert_undone(step.id, writer.now(), writer.who()));
  const bool forgotten = steps.empty();
  if (forgotten) PURSER_TRY(store.insert_withdrawn(known.id, name, writer.now(), writer.who()));
  return PurchaseAnswer{std::move(step),      std::move(known.purchase), forgotten,
                        std::move(ruled),     std::move(stood),          std::move(readings),
                        writer.posted_again()};
}

// Which step the entry was posted for; none that can be taken back by itself.
std::optional<std::size_t> step_of(const Entry& entry, const std::vector<PurchaseStep>& steps,
                                   bool last_of_all) {
  const bool placed = steps.back().kind == StepKind::kPlacing;
  if (entry.event == "placing") {
    return placed && last_of_all ? std::optional(steps.size() - 1) : std::nullopt;
  }
  for (std::size_t at = 0; at < steps.size() && !placed; ++at) {
    if (steps[at].kind == StepKind::kCosts && key_of(steps[at]) == entry.event) return at;
  }
  return std::nullopt;
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
  PURSER_ASSIGN(const std::size_t at, step_to_undo(store, known->purchase.steps));
  PURSER_ASSIGN(auto writer, JournalWriter::at_end(store, clock_, who_, tell));
  PURSER_ASSIGN(PurchaseAnswer answer, take_back(store, purchases, writer, *std::move(known), at));
  if (effect == Effect::kWrite) PURSER_TRY(transaction.commit());
  return answer;
}

Result<std::optional<PurchaseAnswer>> Purchases::undo_entry(std::int64_t number, Effect effect,
                                                            const Observer& tell) {
  BooksStore store(database_);
  PurchaseStore purchases(database_);
  UpkeepStore upkeep(database_);
  PURSER_ASSIGN(auto transaction, begin_as(database_, who_));
  PURSER_ASSIGN(const Entry entry, entry_numbered(store, number));
  PURSER_ASSIGN(const bool reversed, store.is_reversed(number));
  PURSER_ASSIGN(const auto closed, store.closed_through());
  if (reversed || entry.reverses || (closed && entry.period <= *closed)) return std::nullopt;
  PURSER_ASSIGN(auto known, purchases.named(entry.asset));
  if (!known || known->purchase.steps.empty()) return std::nullopt;
  PURSER_ASSIGN(const bool last_of_all, is_last(store, upkeep, *known));
  const auto at = step_of(entry, known->purchase.steps, last_of_all);
  if (!at) return std::nullopt;
  PURSER_ASSIGN(auto writer, JournalWriter::at_end(store, clock_, who_, tell));
  PURSER_ASSIGN(PurchaseAnswer answer, take_back(store, purchases, writer, *std::move(known), *at));
  if (effect == Effect::kWrite) PURSER_TRY(transaction.commit());
  return answer;
}

}  // namespace purser::books
