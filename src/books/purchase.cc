#include "books/purchase.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/one_line.h"
#include "books/addition_checks.h"
#include "books/chart.h"
#include "books/checks.h"
#include "books/division.h"
#include "books/find.h"
#include "books/macrs_years.h"
#include "books/opening_entries.h"
#include "books/purchase_steps.h"
#include "books/purchase_store.h"
#include "books/roles.h"

namespace purser::books {
namespace {

using money::Money;

tl::unexpected<Error> wrong(std::string message) {
  return fail(ErrorCode::kInvalidInput, std::move(message));
}

// By what is recorded of its purchase.
tl::unexpected<Error> refused(std::string message) {
  return fail(ErrorCode::kRefused, std::move(message));
}

Status check_day(Date on, Date today) {
  if (on <= today) return {};
  return wrong(
      fmt::format("{} is still to come; what will be bought is an order with the day on "
                  "which it is expected: purser asset order NAME --expected {}",
                  format(on), format(on)));
}

Status check_vendor(std::string_view vendor) {
  constexpr std::size_t kMost = 100;
  if (is_one_line(vendor, kMost, Joiners::kTaken)) return {};
  return wrong(fmt::format("who sells it is one line of at most {} bytes of UTF-8{}", kMost,
                           about_unseen(vendor, Joiners::kTaken)));
}

Status check_references(std::string_view serial, std::string_view document) {
  PURSER_TRY(check_reference("a serial number", serial));
  return check_reference("the number of a document", document);
}

Status check_positive(std::string_view what, Money amount) {
  if (amount.minor() > 0 && amount.minor() <= kAmountMinorMax) return {};
  return wrong(fmt::format("a {} of {} is not possible; write an amount above zero, up to {}", what,
                           format(amount), format(Money(kAmountMinorMax, amount.currency()))));
}

Status check_costs(const std::vector<PurchaseCost>& costs) {
  if (costs.empty()) {
    return wrong("nothing was paid; give its price, freight or installation");
  }
  for (const PurchaseCost& cost : costs) {
    PURSER_TRY(check_positive(name(cost.kind), cost.amount));
    if (cost.amount.currency() == costs.front().amount.currency()) continue;
    return wrong(
        fmt::format("{} and {} are two currencies; convert what was paid in the foreign "
                    "one at the rate of that day: --rate AMOUNT",
                    format(costs.front().amount), format(cost.amount)));
  }
  return {};
}

// --- an order ------------------------------------------------------------------------------------

Status check_order(const Order& order, Date today) {
  PURSER_TRY(check_name("an asset", order.asset));
  PURSER_TRY(check_name("a class of assets", order.asset_class));
  PURSER_TRY(check_positive("price", order.cost));
  PURSER_TRY(check_vendor(order.vendor));
  PURSER_TRY(check_references(order.serial, order.document));
  if (order.on > today) {
    return wrong(fmt::format("{} is still to come; record the order on its day", format(order.on)));
  }
  if (!order.expected || *order.expected >= order.on) return {};
  return wrong(fmt::format("it is ordered on {} and cannot be delivered before, on {}",
                           format(order.on), format(*order.expected)));
}

// --- what it cost --------------------------------------------------------------------------------

Date in_service_of(const Purchase& purchase) {
  const PurchaseStep* const placed = purchase.step(StepKind::kPlacing);
  return placed != nullptr ? placed->on : purchase.steps.back().on;
}

tl::unexpected<Error> refused_in_service(std::string_view asset, Date from) {
  return refused(
      fmt::format("'{0}' is in service from {1} on; what makes it last longer or do "
                  "more is added to its cost by purser asset improve {0}",
                  asset, format(from)));
}

bool was_placed(const Purchase& purchase) {
  return purchase.step(StepKind::kPlacing) != nullptr ||
         purchase.step(StepKind::kAddition) != nullptr;
}

// What is acquired now belongs to what was ordered and acquired before.
Status check_goes_on(const Purchase& purchase, const Acquisition& acquisition) {
  if (was_placed(purchase)) return refused_in_service(purchase.asset, in_service_of(purchase));
  const PurchaseStep* const order = purchase.step(StepKind::kOrder);
  if (order != nullptr && acquisition.on < order->on) {
    return refused(fmt::format("'{}' was ordered on {} and cannot be acquired before, on {}",
                               purchase.asset, format(order->on), format(acquisition.on)));
  }
  if (purchase.step(StepKind::kCosts) == nullptr) return {};
  const auto& asset_class = acquisition.asset_class;
  if (asset_class && *asset_class != purchase.asset_class) {
    return refused(
        fmt::format("the cost of '{}' stands in the class '{}' already; leave --class "
                    "out",
                    purchase.asset, purchase.asset_class));
  }
  const PurchaseCost& cost = acquisition.costs.front();
  if (cost.amount.currency() == purchase.currency) return {};
  return fail(
      in_another_currency("a cost of", cost.amount, cost.paid, purchase.currency,
                          fmt::format("the currency of what '{}' cost until now", purchase.asset)));
}

// "price USD 10,842.00 (EUR 10,000.00 at USD 1.0842), freight USD 300.00, from ACME, document 7"
std::string rule_of(const PurchaseStep& step) {
  std::vector<std::string> parts;
  for (const PurchaseCost& cost : step.costs) {
    parts.push_back(fmt::format("{} {}", name(cost.kind), format(cost.amount)));
    if (cost.paid) parts.back() += fmt::format(" ({})", format(*cost.paid));
  }
  if (!step.vendor.empty()) parts.push_back("from " + step.vendor);
  if (!step.document.empty()) parts.push_back(document_text(step.document));
  std::string rule = fmt::format("{}", fmt::join(parts, ", "));
  if (step.on == step.effective) return rule;
  return fmt::format("{} on {}, when the month was closed already", rule, format(step.on));
}

Status post_costs(JournalWriter& writer, std::string_view asset, std::int64_t id,
                  const PurchaseStep& step) {
  Money sum = Money::zero(step.costs.front().amount.currency());
  for (const PurchaseCost& cost : step.costs) {
    PURSER_ASSIGN(sum, money::add(sum, cost.amount));
  }
  Entry entry;
  entry.date = step.effective;
  entry.period = month_of(step.effective);
  entry.book = books::name(Book::kFinancial);
  entry.asset = asset;
  entry.event = key_of(step);
  entry.rule = rule_of(step);
  entry.lines = {{std::string(account::kInProgress), sum}, {std::string(account::kPayable), -sum}};
  return writer.append(std::move(entry), id);
}

// Ordered, in progress, or new.
Result<StoredPurchase> begun(BooksStore& store, PurchaseStore& purchases,
                             const Acquisition& acquisition) {
  PURSER_ASSIGN(auto known, purchases.named(acquisition.asset));
  const money::Currency currency = acquisition.costs.front().amount.currency();
  if (known) {
    PURSER_TRY(check_goes_on(known->purchase, acquisition));
    if (known->purchase.step(StepKind::kCosts) != nullptr) return *std::move(known);
    known->purchase.currency = currency;
    known->purchase.asset_class = acquisition.asset_class.value_or(known->purchase.asset_class);
    PURSER_TRY(check_name("a class of assets", known->purchase.asset_class));
    PURSER_TRY(refuse_alike(store, Named::kClass, known->purchase.asset_class));
    PURSER_TRY(purchases.set_class_and_currency(known->id, known->purchase.asset_class, currency));
    return *std::move(known);
  }
  const std::string asset_class(acquisition.asset_class.value_or(std::string(kDefaultClass)));
  PURSER_TRY(check_name("an asset", acquisition.asset));
  PURSER_TRY(check_name("a class of assets", asset_class));
  PURSER_TRY(store.asset_named(acquisition.asset, [&](const StoredAsset& there) -> Status {
    return refused_in_service(acquisition.asset, there.asset.terms.in_service);
  }));
  PURSER_TRY(refuse_alike(store, Named::kAsset, acquisition.asset));
  PURSER_TRY(refuse_alike(store, Named::kClass, asset_class));
  PURSER_ASSIGN(const std::int64_t id,
                purchases.insert_asset(acquisition.asset, asset_class, currency, acquisition.on));
  return StoredPurchase{
      id, {.asset = acquisition.asset, .asset_class = asset_class, .currency = currency}};
}

// --- placed in service ---------------------------------------------------------------------------

Result<StoredPurchase> to_place(BooksStore& store, PurchaseStore& purchases,
                                std::string_view name) {
  PURSER_ASSIGN(auto known, purchases.named(name));
  if (known && was_placed(known->purchase)) {
    return refused_in_service(name, in_service_of(known->purchase));
  }
  if (known && known->purchase.step(StepKind::kCosts) != nullptr) return *std::move(known);
  if (known) {
    return refused(
        fmt::format("'{0}' was ordered on {1} and not acquired; say what it cost: "
                    "purser asset acquire {0} --on DATE --cost AMOUNT",
                    name, format(known->purchase.steps.back().on)));
  }
  PURSER_TRY(store.asset_named(name, [&](const StoredAsset& there) -> Status {
    return refused_in_service(name, there.asset.terms.in_service);
  }));
  return fail(ErrorCode::kNotFound,
              fmt::format("nothing was ordered or acquired as '{0}'; say what it cost with purser "
                          "asset acquire {0}, or add it at once with purser asset add {0}",
                          name));
}

Status check_placing(BooksStore& store, const Purchase& purchase, const Asset& asset) {
  PURSER_TRY(check_addition(store, asset,
                            "take its costs back (purser asset undo) and acquire it at the rate of "
                            "that day: --rate '{} AMOUNT'"));
  if (asset.terms.cost != purchase.cost()) {
    return refused(fmt::format("'{}' cost {}, not {}", asset.name, format(purchase.cost()),
                               format(asset.terms.cost)));
  }
  for (const PurchaseStep& step : purchase.steps) {
    if (step.kind != StepKind::kCosts) continue;
    const bool came_later = step.on > asset.terms.in_service;
    if (!came_later && step.effective <= asset.begins()) continue;
    return refused(fmt::format(
        "'{0}' had a cost on {1}, behind its day of service {2}: what comes after that "
        "day is an improvement or an expense; place it from {1} on, or take that cost "
        "back (purser asset undo {0}) and say when it was delivered",
        asset.name, format(came_later ? step.on : step.effective), format(asset.terms.in_service)));
  }
  return {};
}

// From what is in progress to what is in service; with what it lost in months that are closed.
Status post_placing(BooksStore& store, JournalWriter& writer, const StoredAsset& stored,
                    std::string_view document) {
  const Asset& asset = stored.asset;
  PURSER_ASSIGN(OpeningDay opening, opening_of(store, asset));
  OpeningEntries entries(store, writer, asset.name, stored.id, Book::kFinancial,
                         std::move(opening));
  PURSER_TRY(entries.add(name(StepKind::kPlacing), with_document("placed in service", document),
                         account::kEquipment, account::kInProgress, asset.terms.cost));
  PURSER_ASSIGN(const Course course, asset.course(Book::kFinancial));
  return entries.catch_up(course);
}

}  // namespace

std::string key_of(const PurchaseStep& step) { return fmt::format("{}{}", kPurchaseKey, step.id); }

// What its coming, or going, does to the tax years of its property.
Result<std::vector<RuledYear>> settle_years(BooksStore& store, JournalWriter& writer,
                                            const Asset& asset) {
  std::set<TaxYear> years;
  PURSER_TRY(add_tax_years(asset, years));
  return settle_tax_years(store, writer, years, month_of(date_of(writer.now())));
}

std::string_view name(CostKind kind) {
  switch (kind) {
    case CostKind::kPrice:
      return "price";
    case CostKind::kFreight:
      return "freight";
    case CostKind::kInstallation:
      break;
  }
  return "installation";
}

std::string_view name(StepKind kind) {
  switch (kind) {
    case StepKind::kOrder:
      return "order";
    case StepKind::kCosts:
      return "purchase";
    case StepKind::kPlacing:
      return "placing";
    case StepKind::kAddition:
      break;
  }
  return "addition";
}

const PurchaseStep* Purchase::step(StepKind kind) const {
  const auto found = std::find_if(steps.rbegin(), steps.rend(),
                                  [&](const PurchaseStep& one) { return one.kind == kind; });
  return found == steps.rend() ? nullptr : &*found;
}

Money Purchase::cost() const {
  std::int64_t minor = 0;  // acquire() and add_asset() keep it within kAmountMinorMax
  for (const PurchaseStep& step : steps) {
    if (step.kind == StepKind::kOrder) continue;
    for (const PurchaseCost& cost : step.costs) minor += cost.amount.minor();
  }
  return {minor, currency};
}

std::string_view Purchase::serial() const {
  const auto said = std::find_if(steps.rbegin(), steps.rend(),
                                 [](const PurchaseStep& one) { return !one.serial.empty(); });
  return said == steps.rend() ? std::string_view() : std::string_view(said->serial);
}

Result<PurchaseStep> Purchases::order(const Order& order, Effect effect) {
  PURSER_TRY(check_order(order, date_of(clock_.now())));
  BooksStore store(database_);
  PurchaseStore purchases(database_);
  PURSER_ASSIGN(auto transaction, begin_as(database_, who_));
  PURSER_TRY(refuse_taken(store, order.asset));
  PURSER_TRY(refuse_alike(store, Named::kAsset, order.asset));
  PURSER_TRY(refuse_alike(store, Named::kClass, order.asset_class));
  PURSER_ASSIGN(const std::int64_t id, purchases.insert_asset(order.asset, order.asset_class,
                                                              order.cost.currency(), order.on));
  PurchaseStep step{.kind = StepKind::kOrder,
                    .on = order.on,
                    .effective = order.on,
                    .expected = order.expected,
                    .vendor = order.vendor,
                    .costs = {{CostKind::kPrice, order.cost}},
                    .asset_class = order.asset_class,
                    .recorded = clock_.now(),
                    .who = who_,
                    .serial = order.serial,
                    .document = order.document};
  PURSER_TRY(purchases.insert(id, step));
  if (effect == Effect::kWrite) PURSER_TRY(transaction.commit());
  return step;
}

Result<PurchaseAnswer> Purchases::acquire(const Acquisition& acquisition, Effect effect,
                                          const Observer& tell) {
  PURSER_TRY(check_day(acquisition.on, date_of(clock_.now())));
  PURSER_TRY(check_vendor(acquisition.vendor));
  PURSER_TRY(check_references(acquisition.serial, acquisition.document));
  PURSER_TRY(check_costs(acquisition.costs));
  BooksStore store(database_);
  PurchaseStore purchases(database_);
  PURSER_ASSIGN(auto transaction, begin_as(database_, who_));
  PURSER_ASSIGN(StoredPurchase known, begun(store, purchases, acquisition));
  PurchaseStep step{.kind = StepKind::kCosts,
                    .on = acquisition.on,
                    .vendor = acquisition.vendor,
                    .costs = acquisition.costs,
                    .recorded = clock_.now(),
                    .who = who_,
                    .serial = acquisition.serial,
                    .document = acquisition.document};
  PURSER_ASSIGN(step.effective, effective_day(store, acquisition.on));
  PURSER_TRY(purchases.insert(known.id, step));
  known.purchase.steps.push_back(step);
  PURSER_TRY(check_positive("cost", known.purchase.cost()));
  PURSER_ASSIGN(auto writer, JournalWriter::at_end(store, clock_, who_, tell));
  PURSER_TRY(post_costs(writer, acquisition.asset, known.id, step));
  if (effect == Effect::kWrite) PURSER_TRY(transaction.commit());
  return PurchaseAnswer{.step = std::move(step), .purchase = std::move(known.purchase)};
}

Result<Placed> Purchases::place(const Asset& given, Effect effect, const Observer& tell,
                                std::string_view document) {
  PURSER_TRY(check_reference("the number of a document", document));
  BooksStore store(database_);
  PurchaseStore purchases(database_);
  PURSER_ASSIGN(auto transaction, begin_as(database_, who_));
  PURSER_ASSIGN(const StoredPurchase known, to_place(store, purchases, given.name));
  Asset asset = given;
  asset.asset_class = known.purchase.asset_class;
  if (asset.serial.empty()) asset.serial = known.purchase.serial();
  PURSER_ASSIGN(asset.entered, entered_on(store, asset));
  PURSER_TRY(check_placing(store, known.purchase, asset));
  PURSER_TRY(purchases.place(known.id, asset));
  PurchaseStep step{.kind = StepKind::kPlacing,
                    .on = asset.terms.in_service,
                    .effective = asset.begins(),
                    .recorded = clock_.now(),
                    .who = who_,
                    .serial = given.serial,
                    .document = std::string(document)};
  PURSER_TRY(purchases.insert(known.id, step));
  PURSER_ASSIGN(StoredAsset placed, find_asset(store, asset.name));
  PURSER_ASSIGN(auto writer, JournalWriter::at_end(store, clock_, who_, tell));
  PURSER_TRY(post_placing(store, writer, placed, document));
  Placed answer{.asset = asset, .purchase = known.purchase};
  answer.purchase.steps.push_back(std::move(step));
  PURSER_ASSIGN(answer.ruled, settle_years(store, writer, placed.asset));
  answer.again = writer.posted_again();
  PURSER_ASSIGN(placed, find_asset(store, asset.name));
  answer.asset = std::move(placed.asset);
  if (effect == Effect::kWrite) PURSER_TRY(transaction.commit());
  return answer;
}

Result<std::optional<Purchase>> Purchases::purchase(std::string_view asset) const {
  PURSER_ASSIGN(const auto snapshot, database_.begin_snapshot());
  PURSER_ASSIGN(auto known, PurchaseStore(database_).named(asset));
  if (!known) return std::nullopt;
  return std::move(known->purchase);
}

Result<BoughtAtOnce> Purchases::bought_at_once() const {
  return PurchaseStore(database_).bought_at_once();
}

Result<std::vector<Purchase>> Purchases::pending() const {
  PURSER_ASSIGN(const auto snapshot, database_.begin_snapshot());
  PURSER_ASSIGN(auto stored, PurchaseStore(database_).pending());
  std::vector<Purchase> all;
  for (StoredPurchase& one : stored) all.push_back(std::move(one.purchase));
  return all;
}

Result<std::vector<InProgress>> Purchases::in_progress(Month through) const {
  return PurchaseStore(database_).in_progress(period_of(through).end);
}

}  // namespace purser::books
