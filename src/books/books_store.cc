#include "books/books_store.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"
#include "books/among.h"
#include "books/columns.h"

namespace purser::books {
namespace {

using money::Currency;
using money::Money;
using store::Row;

constexpr std::string_view kTermsColumns =
    "salvage, life, method, convention, fiscal_year_start, section_179, bonus_basis_points, bonus";

// The columns above, from `first` on, of an asset that cost `cost`.
Result<Terms> terms_from(const Row& row, int first, Money cost, Date in_service,
                         std::optional<Date> disposed) {
  PURSER_ASSIGN(const Life life, parse_life(row.text(first + 1)));
  PURSER_ASSIGN(Method method, parse_method(row.text(first + 2)));
  PURSER_ASSIGN(const Convention convention, parse_convention(row.text(first + 3)));
  PURSER_ASSIGN(const FiscalYearStart fiscal_year, parse_fiscal_year_start(row.text(first + 4)));
  if (auto* macrs = std::get_if<Macrs>(&method)) {
    macrs->section_179 = money_from(row, first + 5, cost.currency());
    macrs->bonus_basis_points = static_cast<std::int32_t>(row.integer(first + 6));
    macrs->bonus = money_from(row, first + 7, cost.currency());
  }
  return Terms{cost,     Money(row.integer(first), cost.currency()),
               life,     in_service,
               method,   convention,
               disposed, fiscal_year};
}

constexpr std::string_view kAssetColumns =
    "SELECT asset.id, asset.name, site.name, asset.currency, cost, in_service, disposed, "
    "idle_milliwatts, load_milliwatts, maintenance_per_year, space_per_month, class, begins, "
    "serial, {} FROM asset LEFT JOIN site ON site.id = asset.site "
    "JOIN book_terms ON book_terms.asset = asset.id AND book = 'financial' "
    "AND asset.id NOT IN (SELECT asset FROM withdrawn) {}";

Result<StoredAsset> asset_from(const Row& row) {
  PURSER_ASSIGN(const Currency currency, Currency::parse(row.text(3)));
  PURSER_ASSIGN(
      const Terms terms,
      terms_from(row, 14, Money(row.integer(4), currency), date_from(row.integer(5)),
                 row.is_null(6) ? std::nullopt : std::optional(date_from(row.integer(6)))));
  StoredAsset found{row.integer(0), Asset{std::string(row.text(1)),
                                          row.is_null(2) ? std::string() : std::string(row.text(2)),
                                          terms,
                                          Watts{row.integer(7)},
                                          Watts{row.integer(8)},
                                          money_from(row, 9, currency),
                                          money_from(row, 10, currency),
                                          {},
                                          {},
                                          std::string(row.text(11))}};
  // Of what was taken over it is the day of that: see read_lives().
  if (!row.is_null(12)) found.asset.entered = date_from(row.integer(12));
  found.asset.serial = said_from(row, 13);
  return found;
}

constexpr std::size_t kAssetsAhead = 1000;

// A part has of each book what that held: a credit note may have been of one alone.
void take_costs_of_part(Asset& part) {
  for (const Event& event : part.events) {
    const auto* const opening = std::get_if<Opening>(&event.what);
    if (opening == nullptr || opening->part_of.empty()) continue;
    for (MemoTerms& memo : part.memo) {
      const auto its = std::ranges::find(opening->portions, memo.book, &Portion::book);
      if (its != opening->portions.end()) {
        memo.terms.cost = Money(its->cost, part.currency());
      }
    }
  }
}

}  // namespace

Status check_storable(const Method& method) {
  const auto* declining = std::get_if<DecliningBalance>(&method);
  if (declining == nullptr ||
      declining->per_period.value_or(PeriodLength::kMonth) == PeriodLength::kMonth) {
    return {};
  }
  return fail(ErrorCode::kUnsupported, "books post months; per-period can only mean a month");
}

StoredAsset* asset_of(std::vector<StoredAsset>& assets, std::int64_t id) {
  const auto found = std::lower_bound(
      assets.begin(), assets.end(), id,
      [](const StoredAsset& asset, std::int64_t wanted) { return asset.id < wanted; });
  return found != assets.end() && found->id == id ? &*found : nullptr;
}

std::string among(std::string_view column, const std::vector<StoredAsset>& assets) {
  constexpr std::int64_t kOthersAtMost = 16;  // for each of them
  const auto count = static_cast<std::int64_t>(assets.size());
  if (assets.back().id - assets.front().id <= kOthersAtMost * count) return {};
  std::vector<std::int64_t> ids;
  for (const StoredAsset& asset : assets) ids.push_back(asset.id);
  return fmt::format("AND {} IN ({})", column, fmt::join(ids, ","));
}

Result<std::int64_t> BooksStore::insert_asset(const Asset& asset) {
  const Terms& terms = asset.terms;
  PURSER_ASSIGN(
      auto insert,
      database_.prepare("INSERT INTO asset (name, site, currency, cost, in_service, disposed, "
                        "idle_milliwatts, load_milliwatts, maintenance_per_year, "
                        "space_per_month, class, begins, serial) VALUES (?, (SELECT id FROM site "
                        "WHERE name = ?), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
                        "RETURNING id"));
  std::int64_t id = 0;
  const auto disposed =
      terms.disposed ? std::optional(stored(*terms.disposed)) : std::optional<std::int64_t>();
  PURSER_TRY(insert.each(
      {asset.name, asset.site, asset.currency().code(), terms.cost.minor(),
       stored(terms.in_service), disposed, asset.idle_watts.milli, asset.load_watts.milli,
       stored(asset.maintenance_per_year), stored(asset.space_per_month), asset.asset_class,
       asset.begins() != terms.in_service ? std::optional(stored(asset.begins())) : std::nullopt,
       stored_said(asset.serial)},
      [&](const Row& row) -> Status {
        id = row.integer(0);
        return {};
      }));
  PURSER_TRY(insert_terms(id, Book::kFinancial, terms));
  if (const auto* units = std::get_if<UnitsOfProduction>(&terms.method); units && units->used) {
    PURSER_TRY(insert_units(id, *units->used));
  }
  return id;
}

Status BooksStore::insert_terms(std::int64_t asset_id, Book book, const Terms& terms) {
  PURSER_TRY(check_storable(terms.method));
  const auto* macrs = std::get_if<Macrs>(&terms.method);
  return database_.run(
      fmt::format("INSERT INTO book_terms (asset, book, {}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                  kTermsColumns),
      {asset_id, books::name(book), terms.salvage.minor(), format(terms.life),
       books::name(terms.method), books::name(terms.convention), format(terms.fiscal_year),
       macrs != nullptr ? stored(macrs->section_179) : std::nullopt,
       macrs != nullptr ? macrs->bonus_basis_points : 0,
       macrs != nullptr ? stored(macrs->bonus) : std::nullopt});
}

Status BooksStore::delete_terms(std::int64_t asset_id, Book book) {
  return database_.run("DELETE FROM book_terms WHERE asset = ? AND book = ?",
                       {asset_id, books::name(book)});
}

// Rows of what belongs to them are read from the lowest of their ids to the highest.
Status BooksStore::read_rest(std::vector<StoredAsset>& assets) {
  if (assets.empty()) return {};
  std::vector<std::int64_t> order;
  for (const StoredAsset& asset : assets) order.push_back(asset.id);
  std::ranges::sort(assets, {}, &StoredAsset::id);
  PURSER_TRY(read_memo(assets));
  PURSER_TRY(read_events(assets));
  for (StoredAsset& stored_asset : assets) take_costs_of_part(stored_asset.asset);
  PURSER_TRY(read_units(assets));
  PURSER_TRY(read_rulings(assets));
  if (std::ranges::is_sorted(order)) return {};
  std::vector<StoredAsset> as_asked;
  for (const std::int64_t id : order) as_asked.push_back(std::move(*asset_of(assets, id)));
  assets = std::move(as_asked);
  return {};
}

Status BooksStore::assets_where(std::string_view where,
                                std::initializer_list<store::Parameter> parameters,
                                std::size_t ahead, const TakeAsset& take) {
  std::vector<StoredAsset> assets;
  const auto give = [&]() -> Status {
    PURSER_TRY(read_rest(assets));
    for (const StoredAsset& asset : assets) PURSER_TRY(take(asset));
    assets.clear();
    return {};
  };
  PURSER_ASSIGN(auto select, database_.prepare(fmt::format(kAssetColumns, kTermsColumns, where)));
  auto read = select.each(parameters, [&](const Row& row) -> Status {
    PURSER_ASSIGN(StoredAsset stored_asset, asset_from(row));
    assets.push_back(std::move(stored_asset));
    return assets.size() < ahead ? Status() : give();
  });
  PURSER_TRY(std::move(read));
  return give();
}

Status BooksStore::insert_units(std::int64_t asset_id, std::span<const UnitsUsed> units) {
  PURSER_ASSIGN(auto insert,
                database_.prepare("INSERT INTO units_used (asset, start, until, millionths) "
                                  "VALUES (?, ?, ?, ?)"));
  for (const UnitsUsed& used : units) {
    PURSER_TRY(insert.run({asset_id, stored(used.period.start), stored(used.period.end),
                           money::to_string(used.millionths)}));
  }
  return {};
}

Result<std::vector<UnitsUsed>> BooksStore::units_of(std::int64_t asset_id) {
  PURSER_ASSIGN(auto select, database_.prepare("SELECT start, until, millionths FROM units_used "
                                               "WHERE asset = ? ORDER BY start"));
  std::vector<UnitsUsed> used;
  PURSER_TRY(select.each({asset_id}, [&](const Row& row) -> Status {
    PURSER_ASSIGN(const money::Int128 millionths, money::parse_int128(row.text(2)));
    used.push_back({{date_from(row.integer(0)), date_from(row.integer(1))}, millionths});
    return {};
  }));
  return used;
}

Status BooksStore::replace_units(std::int64_t asset_id, const UnitsUsed& before,
                                 const UnitsUsed& now, Instant recorded, std::string_view who) {
  PURSER_TRY(
      database_.run("INSERT INTO units_replaced (asset, start, until, millionths, recorded, who) "
                    "VALUES (?, ?, ?, ?, ?, ?)",
                    {asset_id, stored(before.period.start), stored(before.period.end),
                     money::to_string(before.millionths), stored(recorded), stored_who(who)}));
  return database_.run("UPDATE units_used SET millionths = ? WHERE asset = ? AND start = ?",
                       {money::to_string(now.millionths), asset_id, stored(before.period.start)});
}

Result<std::vector<UnitsUsed>> BooksStore::replaced_units(std::int64_t asset_id) {
  PURSER_ASSIGN(auto select, database_.prepare("SELECT start, until, millionths FROM "
                                               "units_replaced WHERE asset = ? ORDER BY id"));
  std::vector<UnitsUsed> replaced;
  PURSER_TRY(select.each({asset_id}, [&](const Row& row) -> Status {
    PURSER_ASSIGN(const money::Int128 millionths, money::parse_int128(row.text(2)));
    replaced.push_back({{date_from(row.integer(0)), date_from(row.integer(1))}, millionths});
    return {};
  }));
  return replaced;
}

Status BooksStore::read_memo(std::vector<StoredAsset>& assets) {
  PURSER_ASSIGN(auto select, database_.prepare(fmt::format(
                                 "SELECT book, {}, asset FROM book_terms WHERE asset BETWEEN ? "
                                 "AND ? {} AND book <> 'financial' ORDER BY asset, book",
                                 kTermsColumns, among("asset", assets))));
  return select.each({assets.front().id, assets.back().id}, [&](const Row& row) -> Status {
    StoredAsset* const owner = asset_of(assets, row.integer(9));
    if (owner == nullptr) return {};
    Asset& asset = owner->asset;
    PURSER_ASSIGN(const Book book, parse_book(row.text(0)));
    PURSER_ASSIGN(Terms terms, terms_from(row, 1, asset.terms.cost, asset.terms.in_service,
                                          asset.terms.disposed));
    asset.memo.push_back({book, std::move(terms)});
    return {};
  });
}

Status BooksStore::read_units(std::vector<StoredAsset>& assets) {
  PURSER_ASSIGN(auto select, database_.prepare("SELECT start, until, millionths FROM units_used "
                                               "WHERE asset = ? ORDER BY start"));
  for (StoredAsset& stored_asset : assets) {
    std::vector<UnitsOfProduction*> methods;
    const auto take = [&](Method& method) {
      if (auto* units = std::get_if<UnitsOfProduction>(&method)) methods.push_back(units);
    };
    take(stored_asset.asset.terms.method);
    for (MemoTerms& memo : stored_asset.asset.memo) take(memo.terms.method);
    for (Event& event : stored_asset.asset.events) {
      auto* const estimate = std::get_if<Estimate>(&event.what);
      if (estimate != nullptr && estimate->method) take(*estimate->method);
    }
    if (methods.empty()) continue;
    std::vector<UnitsUsed> used;
    PURSER_TRY(select.each({stored_asset.id}, [&](const Row& row) -> Status {
      PURSER_ASSIGN(const money::Int128 millionths, money::parse_int128(row.text(2)));
      used.push_back({{date_from(row.integer(0)), date_from(row.integer(1))}, millionths});
      return {};
    }));
    const auto shared = std::make_shared<const std::vector<UnitsUsed>>(std::move(used));
    for (UnitsOfProduction* const method : methods) method->used = shared;
  }
  return {};
}

Result<std::int64_t> BooksStore::asset_id(std::string_view name) {
  PURSER_ASSIGN(auto select, database_.prepare("SELECT id FROM asset WHERE name = ?"));
  std::int64_t id = 0;
  PURSER_ASSIGN(const bool found, select.first({name}, [&](const Row& row) -> Status {
    id = row.integer(0);
    return {};
  }));
  if (found) return id;
  return fail(ErrorCode::kNotFound, fmt::format("no asset '{}' in these books", name));
}

Status BooksStore::asset_named(std::string_view name, const TakeAsset& take) {
  return assets_where("WHERE asset.name = ?", {name}, 1, take);
}

Status BooksStore::each_asset(std::optional<Date> end, const TakeAsset& take) {
  if (!end) return assets_where("ORDER BY asset.name", {}, kAssetsAhead, take);
  return assets_where("WHERE coalesce(begins, in_service) < ? ORDER BY asset.id", {stored(*end)},
                      kAssetsAhead, take);
}

Result<bool> BooksStore::any_terms(Book book) {
  PURSER_ASSIGN(auto select,
                database_.prepare("SELECT asset FROM book_terms WHERE book = ? LIMIT 1"));
  return select.first({books::name(book)}, [](const Row&) -> Status { return {}; });
}

Status BooksStore::each_asset_by_use(const TakeAsset& take) {
  return assets_where(
      "WHERE asset.id IN (SELECT asset FROM book_terms WHERE method LIKE 'units:%' "
      "UNION SELECT asset FROM event WHERE method LIKE 'units:%') ORDER BY asset.name",
      {}, kAssetsAhead, take);
}

Status BooksStore::each_asset_name(const std::function<void(std::string_view)>& take) {
  PURSER_ASSIGN(auto select, database_.prepare("SELECT name FROM asset WHERE id NOT IN "
                                               "(SELECT asset FROM withdrawn) ORDER BY name"));
  return select.each({}, [&](const Row& row) -> Status {
    take(row.text(0));
    return {};
  });
}

Result<std::optional<std::string>> BooksStore::alike(Named kind, std::string_view name) {
  constexpr std::array<std::string_view, 5> kNames{
      "SELECT name FROM asset WHERE id NOT IN (SELECT asset FROM withdrawn)",
      "SELECT name FROM site",
      "SELECT class AS name FROM asset WHERE id NOT IN (SELECT asset FROM withdrawn) "
      "UNION SELECT class FROM account_name",
      "SELECT cost_centre AS name FROM event WHERE id NOT IN (SELECT event FROM undone)",
      "SELECT node AS name FROM event WHERE id NOT IN (SELECT event FROM undone)"};
  PURSER_ASSIGN(auto select, database_.prepare(
                                 fmt::format("SELECT name FROM ({}) AS names WHERE lower(name) = ? "
                                             "AND name <> ? ORDER BY name LIMIT 1",
                                             kNames[static_cast<std::size_t>(kind)])));
  std::optional<std::string> found;
  PURSER_TRY(select.each({lower_case(name), name}, [&](const Row& row) -> Status {
    found = row.text(0);
    return {};
  }));
  return found;
}

Status BooksStore::each_asset_by_class(const TakeAsset& take) {
  return assets_where("ORDER BY class, asset.name", {}, kAssetsAhead, take);
}

Result<std::optional<Month>> BooksStore::first_open() {
  PURSER_ASSIGN(const auto closed, closed_through());
  if (closed) return *closed + std::chrono::months{1};
  PURSER_ASSIGN(const auto first, first_begin());
  return first ? std::optional(month_of(*first)) : std::nullopt;
}

Result<std::optional<Date>> BooksStore::first_begin() {
  PURSER_ASSIGN(
      auto select,
      database_.prepare("SELECT min(first) FROM (SELECT min(coalesce(begins, in_service)) AS first "
                        "FROM asset WHERE id NOT IN (SELECT asset FROM withdrawn) "
                        "AND EXISTS (SELECT 1 FROM book_terms WHERE book_terms.asset = asset.id) "
                        "UNION ALL SELECT min(effective) FROM purchase WHERE kind = 1 "
                        "AND id NOT IN (SELECT purchase FROM purchase_undone)) AS firsts"));
  std::optional<Date> first;
  PURSER_TRY(select.each({}, [&](const Row& row) -> Status {
    if (!row.is_null(0)) first = date_from(row.integer(0));
    return {};
  }));
  return first;
}

}  // namespace purser::books
