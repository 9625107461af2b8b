#include "books/purchase_store.h"

#include <fmt/format.h>

#include "books/books_store.h"
#include "books/columns.h"

namespace purser::books {
namespace {

using money::Currency;
using money::Money;
using store::Row;

constexpr std::string_view kStands =
    "purchase.id NOT IN (SELECT purchase_undone.purchase FROM purchase_undone)";

Result<StoredPurchase> purchase_from(const Row& row) {
  PURSER_ASSIGN(const Currency currency, Currency::parse(row.text(3)));
  return StoredPurchase{row.integer(0),
                        {.asset = std::string(row.text(1)),
                         .asset_class = std::string(row.text(2)),
                         .currency = currency}};
}

Result<PurchaseCost> cost_from(const Row& row, int first) {
  PURSER_ASSIGN(const Currency currency, Currency::parse(row.text(first + 1)));
  PURSER_ASSIGN(const auto paid, foreign_from(row, first + 3));
  return PurchaseCost{.kind = row.enumerator<CostKind>(first, CostKind::kInstallation),
                      .amount = Money(row.integer(first + 2), currency),
                      .paid = paid};
}

}  // namespace

Result<std::int64_t> PurchaseStore::insert_asset(std::string_view name,
                                                 std::string_view asset_class, Currency currency,
                                                 Date on) {
  PURSER_ASSIGN(auto insert,
                database_.prepare("INSERT INTO asset (name, currency, cost, in_service, "
                                  "idle_milliwatts, load_milliwatts, class) "
                                  "VALUES (?, ?, 0, ?, 0, 0, ?) RETURNING id"));
  std::int64_t id = 0;
  PURSER_TRY(
      insert.each({name, currency.code(), stored(on), asset_class}, [&](const Row& row) -> Status {
        id = row.integer(0);
        return {};
      }));
  return id;
}

Status PurchaseStore::set_class_and_currency(std::int64_t asset, std::string_view asset_class,
                                             Currency currency) {
  return database_.run("UPDATE asset SET class = ?, currency = ? WHERE id = ?",
                       {asset_class, currency.code(), asset});
}

Status PurchaseStore::place(std::int64_t id, const Asset& asset) {
  PURSER_TRY(database_.run(
      "UPDATE asset SET site = (SELECT id FROM site WHERE name = ?), cost = ?, in_service = ?, "
      "idle_milliwatts = ?, load_milliwatts = ?, maintenance_per_year = ?, space_per_month = ?, "
      "begins = ?, serial = ? WHERE id = ?",
      {asset.site, asset.terms.cost.minor(), stored(asset.terms.in_service), asset.idle_watts.milli,
       asset.load_watts.milli, stored(asset.maintenance_per_year), stored(asset.space_per_month),
       asset.entered ? std::optional(stored(*asset.entered)) : std::nullopt,
       stored_said(asset.serial), id}));
  BooksStore store(database_);
  PURSER_TRY(store.insert_terms(id, Book::kFinancial, asset.terms));
  const auto* units = std::get_if<UnitsOfProduction>(&asset.terms.method);
  return units != nullptr && units->used ? store.insert_units(id, *units->used) : Status();
}

Status PurchaseStore::unplace(std::int64_t id) {
  PURSER_TRY(database_.run("DELETE FROM units_used WHERE asset = ?", {id}));
  PURSER_TRY(database_.run("DELETE FROM book_terms WHERE asset = ?", {id}));
  return database_.run(
      "UPDATE asset SET site = NULL, cost = 0, idle_milliwatts = 0, load_milliwatts = 0, "
      "maintenance_per_year = NULL, space_per_month = NULL, begins = NULL, serial = NULL "
      "WHERE id = ?",
      {id});
}

Status PurchaseStore::insert(std::int64_t asset, PurchaseStep& step) {
  PURSER_ASSIGN(auto insert,
                database_.prepare("INSERT INTO purchase (asset, kind, happened, effective, "
                                  "expected, vendor, ordered_class, recorded, who, serial, "
                                  "document) "
                                  "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id"));
  PURSER_TRY(insert.each(
      {asset, static_cast<int>(step.kind), stored(step.on), stored(step.effective),
       step.expected ? std::optional(stored(*step.expected)) : std::nullopt, step.vendor,
       step.asset_class.empty() ? std::nullopt : std::optional(step.asset_class),
       stored(step.recorded), stored_who(step.who), stored_said(step.serial),
       stored_said(step.document)},
      [&](const Row& row) -> Status {
        step.id = row.integer(0);
        return {};
      }));
  for (const PurchaseCost& cost : step.costs) {
    const ForeignColumns paid = stored(cost.paid);
    PURSER_TRY(database_.run(
        "INSERT INTO purchase_cost (purchase, kind, currency, minor, paid_currency, paid_minor, "
        "rate) VALUES (?, ?, ?, ?, ?, ?, ?)",
        {step.id, static_cast<int>(cost.kind), cost.amount.currency().code(), cost.amount.minor(),
         paid.currency, paid.minor, paid.rate}));
  }
  return {};
}

Status PurchaseStore::insert_undone(std::int64_t step, Instant recorded, std::string_view who) {
  return database_.run("INSERT INTO purchase_undone (purchase, recorded, who) VALUES (?, ?, ?)",
                       {step, stored(recorded), stored_who(who)});
}

Status PurchaseStore::read_steps(StoredPurchase& stored) {
  PURSER_ASSIGN(auto select, database_.prepare(fmt::format(
                                 "SELECT id, purchase.kind, happened, effective, expected, vendor, "
                                 "recorded, who, purchase_cost.kind, currency, minor, "
                                 "paid_currency, paid_minor, rate, ordered_class, serial, "
                                 "document FROM purchase "
                                 "LEFT JOIN purchase_cost ON purchase_cost.purchase = purchase.id "
                                 "WHERE asset = ? AND {} ORDER BY id, purchase_cost.kind",
                                 kStands)));
  std::vector<PurchaseStep>& steps = stored.purchase.steps;
  return select.each({stored.id}, [&](const Row& row) -> Status {
    if (steps.empty() || steps.back().id != row.integer(0)) {
      const auto expected = count_from(row, 4);
      steps.push_back({.id = row.integer(0),
                       .kind = row.enumerator<StepKind>(1, StepKind::kAddition),
                       .on = date_from(row.integer(2)),
                       .effective = date_from(row.integer(3)),
                       .expected = expected ? std::optional(date_from(*expected)) : std::nullopt,
                       .vendor = std::string(row.text(5)),
                       .asset_class = said_from(row, 14),
                       .recorded = Instant(Nanoseconds{row.integer(6)}),
                       .who = who_from(row, 7),
                       .serial = said_from(row, 15),
                       .document = said_from(row, 16)});
    }
    if (row.is_null(8)) return {};
    PURSER_ASSIGN(const PurchaseCost cost, cost_from(row, 8));
    steps.back().costs.push_back(cost);
    return {};
  });
}

Result<std::optional<StoredPurchase>> PurchaseStore::named(std::string_view name) {
  PURSER_ASSIGN(auto select,
                database_.prepare("SELECT id, name, class, currency FROM asset WHERE name = ?"));
  std::optional<StoredPurchase> found;
  PURSER_TRY(select.each({name}, [&](const Row& row) -> Status {
    PURSER_ASSIGN(found, purchase_from(row));
    return {};
  }));
  if (!found) return found;
  PURSER_TRY(read_steps(*found));
  if (found->purchase.steps.empty()) found.reset();
  return found;
}

Result<bool> PurchaseStore::any_in(money::Currency currency) {
  PURSER_ASSIGN(auto select,
                database_.prepare("SELECT 1 FROM asset WHERE currency = ? AND id NOT IN "
                                  "(SELECT asset FROM withdrawn) LIMIT 1"));
  bool any = false;
  PURSER_TRY(select.each({currency.code()}, [&](const Row&) -> Status {
    any = true;
    return {};
  }));
  return any;
}

Result<BoughtAtOnce> PurchaseStore::bought_at_once() {
  PURSER_ASSIGN(
      auto select,
      database_.prepare(fmt::format(
          "SELECT asset.name, paid_currency, paid_minor, rate, document FROM purchase_cost "
          "JOIN purchase ON purchase.id = purchase_cost.purchase "
          "JOIN asset ON asset.id = purchase.asset "
          "WHERE purchase.kind = ? AND {} "
          "AND asset.id NOT IN (SELECT asset FROM withdrawn)",
          kStands)));
  BoughtAtOnce all;
  PURSER_TRY(select.each({static_cast<int>(StepKind::kAddition)}, [&](const Row& row) -> Status {
    PURSER_ASSIGN(const auto paid, foreign_from(row, 1));
    all.emplace(row.text(0), AtOnce{paid, said_from(row, 4)});
    return {};
  }));
  return all;
}

Result<std::vector<StoredPurchase>> PurchaseStore::pending() {
  PURSER_ASSIGN(auto select, database_.prepare("SELECT id, name, class, currency FROM asset "
                                               "WHERE id IN (SELECT asset FROM purchase) "
                                               "AND id NOT IN (SELECT asset FROM withdrawn) "
                                               "AND NOT EXISTS (SELECT 1 FROM book_terms "
                                               "WHERE book_terms.asset = asset.id) ORDER BY name"));
  std::vector<StoredPurchase> all;
  PURSER_TRY(select.each({}, [&](const Row& row) -> Status {
    PURSER_ASSIGN(StoredPurchase one, purchase_from(row));
    all.push_back(std::move(one));
    return {};
  }));
  for (StoredPurchase& one : all) PURSER_TRY(read_steps(one));
  return all;
}

Result<std::vector<InProgress>> PurchaseStore::in_progress(Date end) {
  PURSER_ASSIGN(auto select,
                database_.prepare(fmt::format(
                    "SELECT asset.name, class, purchase_cost.currency, sum(minor) "
                    "FROM purchase_cost JOIN purchase ON purchase.id = purchase_cost.purchase "
                    "JOIN asset ON asset.id = purchase.asset "
                    "WHERE purchase.kind = ?1 AND effective < ?3 AND {0} "
                    "AND asset.id NOT IN (SELECT asset FROM withdrawn) "
                    "AND asset.id NOT IN (SELECT asset FROM purchase WHERE kind = ?2 "
                    "AND effective < ?3 AND {0}) "
                    "GROUP BY asset.name, class, purchase_cost.currency ORDER BY class, "
                    "asset.name",
                    kStands)));
  std::vector<InProgress> all;
  PURSER_TRY(select.each(
      {static_cast<int>(StepKind::kCosts), static_cast<int>(StepKind::kPlacing), stored(end)},
      [&](const Row& row) -> Status {
        PURSER_ASSIGN(const Currency currency, Currency::parse(row.text(2)));
        all.push_back(
            {std::string(row.text(0)), std::string(row.text(1)), Money(row.integer(3), currency)});
        return {};
      }));
  return all;
}

Status PurchaseStore::each_expected(
    const std::function<void(std::string_view asset, const PurchaseStep&)>& take) {
  PURSER_ASSIGN(const std::vector<StoredPurchase> all, pending());
  for (const StoredPurchase& one : all) {
    const PurchaseStep* const order = one.purchase.step(StepKind::kOrder);
    const bool is_here = one.purchase.step(StepKind::kCosts) != nullptr;
    if (order != nullptr && order->expected && !is_here) take(one.purchase.asset, *order);
  }
  return {};
}

}  // namespace purser::books
