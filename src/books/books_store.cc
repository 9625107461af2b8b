#include "books/books_store.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "books/chart.h"

namespace purser::books {
namespace {

using money::Currency;
using money::Money;
using store::Row;

std::int64_t stored(Date date) { return date.time_since_epoch().count(); }
Date date_from(std::int64_t days) { return Date(std::chrono::days{days}); }

constexpr std::int64_t kMonthsPerYear = 12;
std::int64_t stored(Month month) {
  return std::int64_t{static_cast<int>(month.year())} * kMonthsPerYear +
         static_cast<unsigned>(month.month()) - 1;
}
Month month_from(std::int64_t months) {
  return std::chrono::year{static_cast<int>(months / kMonthsPerYear)} /
         std::chrono::month{static_cast<unsigned>(months % kMonthsPerYear) + 1};
}

std::optional<std::int64_t> stored(const std::optional<Money>& money) {
  return money ? std::optional(money->minor()) : std::nullopt;
}
std::optional<Money> money_from(const Row& row, int column, Currency currency) {
  if (row.is_null(column)) return std::nullopt;
  return Money(row.integer(column), currency);
}

// Two columns: billionths, and for how many microjoules.
Result<money::Rate> tariff_from(const Row& row, int column, Currency currency) {
  PURSER_ASSIGN(const money::Int128 billionths, money::parse_int128(row.text(column)));
  return money::Rate::per_energy(money::Cost(billionths, currency),
                                 Joules{row.integer(column + 1)});
}

Result<Site> site_from(const Row& row) {
  PURSER_ASSIGN(const Currency currency, Currency::parse(row.text(1)));
  PURSER_ASSIGN(const money::Rate tariff, tariff_from(row, 2, currency));
  return Site{std::string(row.text(0)), tariff, row.integer(4), std::string(row.text(5))};
}

// What the columns of book_terms do not hold is refused, not lost.
Status check_storable(const Method& method) {
  const auto* declining = std::get_if<DecliningBalance>(&method);
  if (declining == nullptr ||
      declining->per_period.value_or(PeriodLength::kMonth) == PeriodLength::kMonth) {
    return {};
  }
  return fail(ErrorCode::kUnsupported, "books post months; per-period can only mean a month");
}

// The account of the defaults that a line stands on, whatever it was called.
constexpr std::string_view kAccount =
    "coalesce((SELECT account_name.account FROM account_name "
    "WHERE account_name.name = posting.account LIMIT 1), posting.account)";

constexpr std::string_view kTermsColumns =
    "salvage, life, method, convention, fiscal_year_start, section_179, bonus_basis_points";

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
  }
  return Terms{cost,     Money(row.integer(first), cost.currency()),
               life,     in_service,
               method,   convention,
               disposed, fiscal_year};
}

constexpr std::string_view kAssetColumns =
    "SELECT asset.id, asset.name, site.name, asset.currency, cost, in_service, disposed, "
    "idle_milliwatts, load_milliwatts, maintenance_per_year, space_per_month, class, {} "
    "FROM asset LEFT JOIN site ON site.id = asset.site "
    "JOIN book_terms ON book_terms.asset = asset.id AND book = 'financial' "
    "AND asset.id NOT IN (SELECT asset FROM withdrawn) {}";

Result<StoredAsset> asset_from(const Row& row) {
  PURSER_ASSIGN(const Currency currency, Currency::parse(row.text(3)));
  PURSER_ASSIGN(
      const Terms terms,
      terms_from(row, 12, Money(row.integer(4), currency), date_from(row.integer(5)),
                 row.is_null(6) ? std::nullopt : std::optional(date_from(row.integer(6)))));
  return StoredAsset{row.integer(0),
                     Asset{std::string(row.text(1)),
                           row.is_null(2) ? std::string() : std::string(row.text(2)),
                           terms,
                           Watts{row.integer(7)},
                           Watts{row.integer(8)},
                           money_from(row, 9, currency),
                           money_from(row, 10, currency),
                           {},
                           {},
                           std::string(row.text(11))}};
}

constexpr std::size_t kAssetsAhead = 1000;

// None: one between them that was not asked for.
StoredAsset* find(std::vector<StoredAsset>& assets, std::int64_t id) {
  const auto found = std::lower_bound(
      assets.begin(), assets.end(), id,
      [](const StoredAsset& asset, std::int64_t wanted) { return asset.id < wanted; });
  return found != assets.end() && found->id == id ? &*found : nullptr;
}

std::optional<std::string> text_from(const Row& row, int column) {
  return row.is_null(column) ? std::nullopt : std::optional(std::string(row.text(column)));
}
std::optional<Watts> watts_from(const Row& row, int column) {
  return row.is_null(column) ? std::nullopt : std::optional(Watts{row.integer(column)});
}

constexpr std::int64_t kOpening = 20;
constexpr std::int64_t kSplit = 21;
constexpr std::int64_t kMerge = 22;
constexpr std::int64_t kReinstatement = 23;
constexpr std::int64_t kTradeIn = 24;

std::int64_t kind_of(const Happening& what) {
  if (const auto* disposal = std::get_if<Disposal>(&what)) return disposal->trade_in ? kTradeIn : 0;
  if (std::holds_alternative<Opening>(what)) return kOpening;
  if (std::holds_alternative<Split>(what)) return kSplit;
  if (std::holds_alternative<Merge>(what)) return kMerge;
  if (std::holds_alternative<Reinstatement>(what)) return kReinstatement;
  return static_cast<std::int64_t>(what.index());
}

// Of an event that two assets share: `other` is the name of the one that it is not read for.
Happening shared_from(std::int64_t kind, bool is_other_side, std::string other) {
  if (kind == kSplit && is_other_side) return Opening{{}, std::move(other)};
  if (kind == kSplit) return Split{std::move(other), {}};
  if (is_other_side) return Merged{std::move(other), {}};
  return Merge{std::move(other), {}};
}

// Columns: kind, amount, salvage, life, method, site, cost_centre, node, idle and load milliwatts.
Result<Happening> happening_from(const Row& row, int first, Currency currency) {
  const Money amount = money_from(row, first + 1, currency).value_or(Money::zero(currency));
  switch (row.integer(first)) {
    case 0:
      return Disposal{amount};
    case kTradeIn:
      return Disposal{amount, true};
    case kOpening:
      return Opening{};
    case kReinstatement:
      return Reinstatement{};
    case 1:
      return Improvement{amount};
    case 2:
      return Repair{amount};
    case 3:
      break;
    case 4:
      return Impairment{amount};
    case 5:
      return Revaluation{amount};
    case 6:
      return Move{text_from(row, first + 5), text_from(row, first + 6), text_from(row, first + 7)};
    case 7:
      return Measurement{watts_from(row, first + 8), watts_from(row, first + 9)};
    case 8:
      return Pause{};
    case 9:
      return Resume{};
    default:
      return fail(ErrorCode::kCorrupt, "an event is of a kind that these books do not know");
  }
  Estimate estimate{.salvage = money_from(row, first + 2, currency)};
  if (!row.is_null(first + 3)) {
    PURSER_ASSIGN(estimate.life, parse_life(row.text(first + 3)));
  }
  if (!row.is_null(first + 4)) {
    PURSER_ASSIGN(estimate.method, parse_method(row.text(first + 4)));
  }
  return estimate;
}

// Null: nobody said.
std::optional<std::string_view> stored_who(std::string_view who) {
  return who.empty() ? std::nullopt : std::optional(who);
}
std::string who_from(const Row& row, int column) {
  return row.is_null(column) ? std::string() : std::string(row.text(column));
}

Entry entry_from(const Row& row) {
  Entry entry;
  entry.number = row.integer(0);
  entry.period = month_from(row.integer(1));
  entry.book = row.text(2);
  entry.asset = row.text(3);
  entry.event = row.text(4);
  entry.revision = static_cast<int>(row.integer(5));
  entry.date = date_from(row.integer(6));
  entry.rule = row.text(7);
  if (!row.is_null(8)) entry.reverses = row.integer(8);
  entry.recorded = Instant(Nanoseconds{row.integer(9)});
  entry.hash = row.text(10);
  entry.who = who_from(row, 11);
  return entry;
}

}  // namespace

// --- sites and assets ----------------------------------------------------------------------------

Status BooksStore::insert_site(const Site& site) {
  return database_.run(
      "INSERT INTO site (name, currency, tariff_billionths, tariff_microjoules, pue_thousandths, "
      "zone) VALUES (?, ?, ?, ?, ?, ?)",
      {site.name, site.tariff.currency().code(), money::to_string(site.tariff.numerator()),
       static_cast<std::int64_t>(site.tariff.denominator()), site.pue_thousandths, site.zone});
}

Result<std::vector<Site>> BooksStore::sites(std::optional<std::string_view> name) {
  // Two texts: one that means both reads all sites for one.
  PURSER_ASSIGN(auto select, database_.prepare(name ? "SELECT name, currency, tariff_billionths, "
                                                      "tariff_microjoules, pue_thousandths, zone "
                                                      "FROM site WHERE name = ?"
                                                    : "SELECT name, currency, tariff_billionths, "
                                                      "tariff_microjoules, pue_thousandths, zone "
                                                      "FROM site ORDER BY name"));
  std::vector<Site> sites;
  const auto take = [&](const Row& row) -> Status {
    PURSER_ASSIGN(Site site, site_from(row));
    sites.push_back(std::move(site));
    return {};
  };
  auto done = name ? select.each({*name}, take) : select.each({}, take);
  PURSER_TRY(std::move(done));
  PURSER_TRY(read_site_changes(sites));
  return sites;
}

Status BooksStore::read_site_changes(std::vector<Site>& sites) {
  PURSER_ASSIGN(auto select,
                database_.prepare(
                    "SELECT site_change.id, since, effective, site_change.tariff_billionths, "
                    "site_change.tariff_microjoules, site_change.pue_thousandths, recorded, who "
                    "FROM site_change JOIN site ON site.id = site_change.site "
                    "WHERE site.name = ? ORDER BY effective, site_change.id"));
  for (Site& site : sites) {
    PURSER_TRY(select.each({site.name}, [&](const Row& row) -> Status {
      SiteChange change{.id = row.integer(0),
                        .from = date_from(row.integer(1)),
                        .effective = date_from(row.integer(2)),
                        .recorded = Instant(Nanoseconds{row.integer(6)}),
                        .who = who_from(row, 7)};
      if (!row.is_null(3)) {
        PURSER_ASSIGN(change.tariff, tariff_from(row, 3, site.tariff.currency()));
      }
      if (!row.is_null(5)) change.pue_thousandths = row.integer(5);
      site.changes.push_back(std::move(change));
      return {};
    }));
  }
  return {};
}

Status BooksStore::insert_site_change(std::string_view site, SiteChange& change) {
  PURSER_ASSIGN(auto insert,
                database_.prepare("INSERT INTO site_change (site, since, effective, "
                                  "tariff_billionths, tariff_microjoules, pue_thousandths, "
                                  "recorded, who) VALUES ((SELECT id FROM site WHERE name = ?), "
                                  "?, ?, ?, ?, ?, ?, ?) RETURNING id"));
  std::optional<std::string> billionths;
  std::optional<std::int64_t> microjoules;
  if (change.tariff) {
    billionths = money::to_string(change.tariff->numerator());
    microjoules = static_cast<std::int64_t>(change.tariff->denominator());
  }
  return insert.each(
      {site, stored(change.from), stored(change.effective), billionths, microjoules,
       change.pue_thousandths, change.recorded.time_since_epoch().count(), stored_who(change.who)},
      [&](const Row& row) -> Status {
        change.id = row.integer(0);
        return {};
      });
}

Result<std::int64_t> BooksStore::prices_mark() {
  PURSER_ASSIGN(auto select, database_.prepare("SELECT (SELECT count(*) FROM site_change) + "
                                               "(SELECT count(*) FROM event) + "
                                               "(SELECT count(*) FROM undone)"));
  std::int64_t mark = 0;
  PURSER_TRY(select.each({}, [&](const Row& row) -> Status {
    mark = row.integer(0);
    return {};
  }));
  return mark;
}

Result<std::int64_t> BooksStore::insert_asset(const Asset& asset) {
  const Terms& terms = asset.terms;
  PURSER_ASSIGN(
      auto insert,
      database_.prepare("INSERT INTO asset (name, site, currency, cost, in_service, disposed, "
                        "idle_milliwatts, load_milliwatts, maintenance_per_year, "
                        "space_per_month, class, begins) VALUES (?, (SELECT id FROM site WHERE "
                        "name = ?), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
                        "RETURNING id"));
  std::int64_t id = 0;
  const auto disposed =
      terms.disposed ? std::optional(stored(*terms.disposed)) : std::optional<std::int64_t>();
  PURSER_TRY(insert.each(
      {asset.name, asset.site, asset.currency().code(), terms.cost.minor(),
       stored(terms.in_service), disposed, asset.idle_watts.milli, asset.load_watts.milli,
       stored(asset.maintenance_per_year), stored(asset.space_per_month), asset.asset_class,
       asset.takeover ? std::optional(stored(asset.takeover->on)) : std::nullopt},
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
      fmt::format("INSERT INTO book_terms (asset, book, {}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                  kTermsColumns),
      {asset_id, books::name(book), terms.salvage.minor(), format(terms.life),
       books::name(terms.method), books::name(terms.convention), format(terms.fiscal_year),
       macrs != nullptr ? stored(macrs->section_179) : std::nullopt,
       macrs != nullptr ? macrs->bonus_basis_points : 0});
}

Status BooksStore::assets_where(std::string_view where,
                                std::initializer_list<store::Parameter> parameters,
                                std::size_t ahead, const TakeAsset& take) {
  std::vector<StoredAsset> assets;
  const auto give = [&]() -> Status {
    if (assets.empty()) return {};
    PURSER_TRY(read_memo(assets));
    PURSER_TRY(read_units(assets));
    PURSER_TRY(read_events(assets));
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

Status BooksStore::read_memo(std::vector<StoredAsset>& assets) {
  PURSER_ASSIGN(auto select, database_.prepare(fmt::format(
                                 "SELECT book, {}, asset FROM book_terms WHERE asset BETWEEN ? "
                                 "AND ? AND book <> 'financial' ORDER BY asset, book",
                                 kTermsColumns)));
  return select.each({assets.front().id, assets.back().id}, [&](const Row& row) -> Status {
    StoredAsset* const owner = find(assets, row.integer(8));
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
    const auto take = [&](Terms& terms) {
      if (auto* units = std::get_if<UnitsOfProduction>(&terms.method)) methods.push_back(units);
    };
    take(stored_asset.asset.terms);
    for (MemoTerms& memo : stored_asset.asset.memo) take(memo.terms);
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

Status BooksStore::insert_event(std::int64_t asset_id, Event& event,
                                std::optional<std::int64_t> other) {
  std::optional<std::int64_t> amount;
  std::optional<std::int64_t> salvage;
  std::optional<std::string> life;
  std::optional<std::string> method;
  if (const auto* disposal = std::get_if<Disposal>(&event.what))
    amount = disposal->proceeds.minor();
  if (const auto* improvement = std::get_if<Improvement>(&event.what)) {
    amount = improvement->cost.minor();
  }
  if (const auto* repair = std::get_if<Repair>(&event.what)) amount = repair->cost.minor();
  if (const auto* impairment = std::get_if<Impairment>(&event.what)) {
    amount = impairment->recoverable.minor();
  }
  if (const auto* revaluation = std::get_if<Revaluation>(&event.what)) {
    amount = revaluation->fair_value.minor();
  }
  if (const auto* estimate = std::get_if<Estimate>(&event.what)) {
    salvage = stored(estimate->salvage);
    if (estimate->life) life = format(*estimate->life);
    if (estimate->method) {
      PURSER_TRY(check_storable(*estimate->method));
      method = books::name(*estimate->method);
    }
  }
  const auto* moved = std::get_if<Move>(&event.what);
  const Move move = moved != nullptr ? *moved : Move{};
  const auto* measured = std::get_if<Measurement>(&event.what);
  const auto milliwatts = [&](std::optional<Watts> Measurement::*watts) {
    return measured != nullptr && (measured->*watts) ? std::optional((measured->*watts)->milli)
                                                     : std::nullopt;
  };
  const auto book = event.book ? std::optional(static_cast<int>(*event.book)) : std::nullopt;
  PURSER_ASSIGN(auto insert,
                database_.prepare("INSERT INTO event (asset, book, kind, happened, effective, "
                                  "amount, salvage, life, method, recorded, who, site, "
                                  "cost_centre, node, idle_milliwatts, load_milliwatts, other) "
                                  "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
                                  "(SELECT id FROM site WHERE name = ?), ?, ?, ?, ?, ?) "
                                  "RETURNING id"));
  PURSER_TRY(insert.each(
      {asset_id, book, kind_of(event.what), stored(event.on), stored(event.effective), amount,
       salvage, life, method, event.recorded.time_since_epoch().count(), stored_who(event.who),
       move.site, move.cost_centre, move.node, milliwatts(&Measurement::idle_watts),
       milliwatts(&Measurement::load_watts), other},
      [&](const Row& row) -> Status {
        event.id = row.integer(0);
        return {};
      }));
  const auto* const portions = portions_of(event.what);
  return portions == nullptr ? Status() : insert_portions(event.id, *portions);
}

Status BooksStore::insert_portions(std::int64_t event, std::span<const Portion> portions) {
  std::array<int, kBooks.size()> layers{};
  for (const Portion& portion : portions) {
    const auto book = static_cast<std::size_t>(portion.book);
    PURSER_TRY(database_.run(
        "INSERT INTO portion (event, book, layer, in_service, cost, salvage, deducted, "
        "accumulated, impaired, surplus, lost, revalued, unimpaired, year_base, given) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        {event, static_cast<int>(book), layers.at(book)++, stored(portion.in_service), portion.cost,
         portion.salvage, portion.deducted, portion.accumulated, portion.impaired, portion.surplus,
         portion.lost, portion.revalued, portion.unimpaired, portion.year_base, portion.given}));
  }
  return {};
}

Status BooksStore::insert_withdrawn(std::int64_t asset_id, std::string_view name, Instant recorded,
                                    std::string_view who) {
  PURSER_TRY(database_.run("INSERT INTO withdrawn (asset, name, recorded, who) VALUES (?, ?, ?, ?)",
                           {asset_id, name, recorded.time_since_epoch().count(), stored_who(who)}));
  // No name that anybody can give.
  return database_.run("UPDATE asset SET name = ? WHERE id = ?",
                       {fmt::format("#{}", asset_id), asset_id});
}

Status BooksStore::read_portions(Event& event) {
  auto* const portions = portions_of(event.what);
  if (portions == nullptr) return {};
  PURSER_ASSIGN(auto select,
                database_.prepare("SELECT book, in_service, cost, salvage, deducted, accumulated, "
                                  "impaired, surplus, lost, revalued, unimpaired, year_base, given "
                                  "FROM portion WHERE event = ? ORDER BY book, layer"));
  return select.each({event.id}, [&](const Row& row) -> Status {
    portions->push_back({.book = row.enumerator<Book>(0, Book::kManagement),
                         .in_service = date_from(row.integer(1)),
                         .cost = row.integer(2),
                         .salvage = row.integer(3),
                         .deducted = row.integer(4),
                         .accumulated = row.integer(5),
                         .impaired = row.integer(6),
                         .surplus = row.integer(7),
                         .lost = row.integer(8),
                         .revalued = row.integer(9) != 0,
                         .unimpaired = row.integer(10),
                         .year_base = std::string(row.text(11)),
                         .given = row.is_null(12) ? std::nullopt : std::optional(row.integer(12))});
    return {};
  });
}

Status BooksStore::insert_undone(std::int64_t event, Instant recorded, std::string_view who) {
  return database_.run("INSERT INTO undone (event, recorded, who) VALUES (?, ?, ?)",
                       {event, recorded.time_since_epoch().count(), stored_who(who)});
}

Status BooksStore::read_events(std::vector<StoredAsset>& assets) {
  // An event that two assets share is read for both.
  PURSER_ASSIGN(
      auto select,
      database_.prepare(
          "SELECT event.id AS event_id, book, happened, effective, kind, amount, salvage, life, "
          "method, site.name, cost_centre, node, event.idle_milliwatts, event.load_milliwatts, "
          "recorded, who, event.asset AS owner, 0, asset.name FROM event "
          "LEFT JOIN site ON site.id = event.site LEFT JOIN asset ON asset.id = event.other "
          "WHERE event.asset BETWEEN ?1 AND ?2 AND event.id NOT IN (SELECT event FROM undone) "
          "UNION ALL SELECT event.id, book, happened, effective, kind, amount, salvage, life, "
          "method, NULL, cost_centre, node, event.idle_milliwatts, event.load_milliwatts, "
          "recorded, who, event.other, 1, asset.name FROM event "
          "JOIN asset ON asset.id = event.asset "
          "WHERE event.other BETWEEN ?1 AND ?2 AND event.id NOT IN (SELECT event FROM undone) "
          "ORDER BY owner, effective, event_id"));
  PURSER_TRY(select.each({assets.front().id, assets.back().id}, [&](const Row& row) -> Status {
    StoredAsset* const owner = find(assets, row.integer(16));
    if (owner == nullptr) return {};
    Asset& asset = owner->asset;
    const std::int64_t kind = row.integer(4);
    const bool is_shared = kind == kSplit || kind == kMerge;
    PURSER_ASSIGN(Happening what,
                  is_shared ? shared_from(kind, row.integer(17) != 0, std::string(row.text(18)))
                            : happening_from(row, 4, asset.currency()));
    asset.events.push_back({.id = row.integer(0),
                            .asset = asset.name,
                            .book = row.is_null(1)
                                        ? std::nullopt
                                        : std::optional(row.enumerator<Book>(1, Book::kManagement)),
                            .on = date_from(row.integer(2)),
                            .effective = date_from(row.integer(3)),
                            .what = std::move(what),
                            .recorded = Instant(Nanoseconds{row.integer(14)}),
                            .who = who_from(row, 15)});
    return {};
  }));
  for (StoredAsset& stored_asset : assets) PURSER_TRY(read_lives(stored_asset.asset));
  return {};
}

// What came or went with events, and since when it is here or gone.
Status BooksStore::read_lives(Asset& asset) {
  std::optional<Date> gone = asset.terms.disposed;
  for (Event& event : asset.events) {
    PURSER_TRY(read_portions(event));
    if (const auto* opening = std::get_if<Opening>(&event.what); opening && !asset.takeover) {
      Money accumulated = Money::zero(asset.currency());
      for (const Portion& portion : opening->portions) {
        if (portion.book != Book::kFinancial) continue;
        accumulated = Money(accumulated.minor() + portion.given.value_or(portion.accumulated),
                            asset.currency());
      }
      asset.takeover = {event.effective, accumulated};
    }
    const bool leaves =
        std::holds_alternative<Disposal>(event.what) || std::holds_alternative<Merged>(event.what);
    if (leaves) gone = event.effective;
    if (std::holds_alternative<Reinstatement>(event.what)) gone.reset();
  }
  asset.terms.disposed = gone;
  for (MemoTerms& memo : asset.memo) memo.terms.disposed = gone;
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
  const auto before = end ? std::optional(stored(*end)) : std::nullopt;
  return assets_where(
      "WHERE CAST(?1 AS BIGINT) IS NULL OR coalesce(begins, in_service) < ?1 ORDER BY asset.id",
      {before}, kAssetsAhead, take);
}

Status BooksStore::each_asset_name(const std::function<void(std::string_view)>& take) {
  PURSER_ASSIGN(auto select, database_.prepare("SELECT name FROM asset WHERE id NOT IN "
                                               "(SELECT asset FROM withdrawn) ORDER BY name"));
  return select.each({}, [&](const Row& row) -> Status {
    take(row.text(0));
    return {};
  });
}

Status BooksStore::each_asset_by_class(const TakeAsset& take) {
  return assets_where("ORDER BY class, asset.name", {}, 1, take);
}

Result<std::optional<Date>> BooksStore::first_begin() {
  PURSER_ASSIGN(auto select,
                database_.prepare("SELECT min(coalesce(begins, in_service)) FROM asset "
                                  "WHERE id NOT IN (SELECT asset FROM withdrawn)"));
  std::optional<Date> first;
  PURSER_TRY(select.each({}, [&](const Row& row) -> Status {
    if (!row.is_null(0)) first = date_from(row.integer(0));
    return {};
  }));
  return first;
}

// --- the chart of accounts -----------------------------------------------------------------------

Status BooksStore::insert_account_name(const AccountName& name, Instant recorded) {
  return database_.run(
      "INSERT INTO account_name (account, name, class, site, recorded) "
      "VALUES (?, ?, ?, (SELECT id FROM site WHERE name = ?), ?)",
      {name.account, name.name, name.asset_class, name.site, recorded.time_since_epoch().count()});
}

Result<Chart> BooksStore::chart() {
  PURSER_ASSIGN(auto select,
                database_.prepare("SELECT account, account_name.name, class, site.name "
                                  "FROM account_name LEFT JOIN site "
                                  "ON site.id = account_name.site ORDER BY account_name.id"));
  std::vector<AccountName> names;
  PURSER_TRY(select.each({}, [&](const Row& row) -> Status {
    names.push_back({std::string(row.text(0)), std::string(row.text(1)), std::string(row.text(2)),
                     row.is_null(3) ? std::string() : std::string(row.text(3))});
    return {};
  }));
  return Chart(std::move(names));
}

Result<BooksStore::Place> BooksStore::place_of(std::int64_t asset_id, Date date) {
  PURSER_ASSIGN(auto select,
                database_.prepare("SELECT class, site.name FROM asset LEFT JOIN site "
                                  "ON site.id = coalesce((SELECT event.site FROM event "
                                  "WHERE event.asset = ?1 AND effective <= ?2 "
                                  "AND event.site IS NOT NULL "
                                  "AND event.id NOT IN (SELECT event FROM undone) "
                                  "ORDER BY effective DESC, event.id DESC LIMIT 1), asset.site) "
                                  "WHERE asset.id = ?1"));
  Place place;
  PURSER_TRY(select.each({asset_id, stored(date)}, [&](const Row& row) -> Status {
    place.asset_class = row.text(0);
    if (!row.is_null(1)) place.site = row.text(1);
    return {};
  }));
  return place;
}

Result<std::optional<std::string>> BooksStore::first_posted_of_class(std::string_view asset_class) {
  PURSER_ASSIGN(auto select,
                database_.prepare("SELECT name FROM asset WHERE ?1 IN ('', class) AND EXISTS "
                                  "(SELECT 1 FROM entry WHERE entry.asset = asset.id) "
                                  "ORDER BY id LIMIT 1"));
  std::optional<std::string> name;
  PURSER_TRY(select.each({asset_class}, [&](const Row& row) -> Status {
    name = row.text(0);
    return {};
  }));
  return name;
}

// --- the journal ---------------------------------------------------------------------------------

Result<Head> BooksStore::head() {
  PURSER_ASSIGN(auto select,
                database_.prepare("SELECT number, hash FROM entry ORDER BY number DESC LIMIT 1"));
  Head head;
  PURSER_TRY(select.each({}, [&](const Row& row) -> Status {
    head = {row.integer(0), std::string(row.text(1))};
    return {};
  }));
  return head;
}

Status BooksStore::insert_entry(const Entry& entry, std::int64_t asset_id) {
  PURSER_ASSIGN(auto insert,
                database_.prepare(
                    "INSERT INTO entry (number, period, book, asset, event, revision, date, rule, "
                    "reverses, recorded, hash, who) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
  PURSER_TRY(
      insert.run({entry.number, stored(entry.period), entry.book, asset_id, entry.event,
                  entry.revision, stored(entry.date), entry.rule, entry.reverses,
                  entry.recorded.time_since_epoch().count(), entry.hash, stored_who(entry.who)}));
  PURSER_ASSIGN(auto insert_line,
                database_.prepare("INSERT INTO posting (entry, line, account, currency, minor) "
                                  "VALUES (?, ?, ?, ?, ?)"));
  std::int64_t number = 0;
  for (const Line& line : entry.lines) {
    PURSER_TRY(insert_line.run({entry.number, number++, line.account, line.amount.currency().code(),
                                line.amount.minor()}));
  }
  return {};
}

Result<PostedByEvent> BooksStore::posted(Month month, std::int64_t asset_id, Book book) {
  // Line 0 of an entry is the account of the expense; its mirror image subtracts.
  PURSER_ASSIGN(
      auto select,
      database_.prepare("SELECT event, sum(minor), count(*), sum(iif(reverses IS NULL, 1, -1)) "
                        "FROM entry JOIN posting "
                        "ON posting.entry = entry.number AND line = 0 "
                        "WHERE period = ? AND book = ? AND asset = ? GROUP BY event"));
  PostedByEvent sums;
  PURSER_TRY(
      select.each({stored(month), books::name(book), asset_id}, [&](const Row& row) -> Status {
        sums[std::string(row.text(0))] = {row.integer(1), static_cast<int>(row.integer(2)),
                                          static_cast<int>(row.integer(3))};
        return {};
      }));
  return sums;
}

Status BooksStore::posted_of_many(Month month, Book book, std::int64_t first, std::int64_t last,
                                  const TakePosted& take) {
  PURSER_ASSIGN(auto select,
                database_.prepare("SELECT asset, event, sum(minor), count(*), "
                                  "sum(iif(reverses IS NULL, 1, -1)) FROM entry JOIN posting "
                                  "ON posting.entry = entry.number AND line = 0 WHERE period = ? "
                                  "AND book = ? AND asset BETWEEN ? AND ? GROUP BY asset, event"));
  return select.each(
      {stored(month), books::name(book), first, last}, [&](const Row& row) -> Status {
        take(row.integer(0), row.text(1),
             {row.integer(2), static_cast<int>(row.integer(3)), static_cast<int>(row.integer(4))});
        return {};
      });
}

Result<PostedLines> BooksStore::posted_lines(Month month, std::int64_t asset_id, Book book,
                                             std::string_view event) {
  PURSER_ASSIGN(auto select, database_.prepare(fmt::format(
                                 "SELECT {}, sum(minor), max(revision) + 1 FROM entry "
                                 "JOIN posting ON posting.entry = entry.number WHERE period = ? "
                                 "AND book = ? AND asset = ? AND event = ? GROUP BY 1",
                                 kAccount)));
  PostedLines lines;
  PURSER_TRY(select.each(
      {stored(month), books::name(book), asset_id, event}, [&](const Row& row) -> Status {
        lines.minor[std::string(row.text(0))] = row.integer(1);
        lines.entries = std::max(lines.entries, static_cast<int>(row.integer(2)));
        return {};
      }));
  return lines;
}

Result<bool> BooksStore::is_reversed(std::int64_t number) {
  PURSER_ASSIGN(auto select, database_.prepare("SELECT number FROM entry WHERE reverses = ?"));
  return select.first({number}, [](const Row&) -> Status { return {}; });
}

Result<bool> BooksStore::is_of_withdrawn(std::int64_t number) {
  PURSER_ASSIGN(auto select, database_.prepare("SELECT number FROM entry WHERE number = ? "
                                               "AND asset IN (SELECT asset FROM withdrawn)"));
  return select.first({number}, [](const Row&) -> Status { return {}; });
}

Status BooksStore::entries_where(std::string_view where,
                                 std::initializer_list<store::Parameter> parameters,
                                 const TakeEntry& take) {
  PURSER_ASSIGN(
      auto entries,
      database_.prepare(fmt::format(
          "SELECT number, period, book, coalesce(withdrawn.name, asset.name), event, revision, "
          "date, rule, reverses, entry.recorded, hash, entry.who FROM entry "
          "JOIN asset ON asset.id = entry.asset "
          "LEFT JOIN withdrawn ON withdrawn.asset = entry.asset {}",
          where)));
  PURSER_ASSIGN(auto lines, database_.prepare("SELECT account, currency, minor FROM posting "
                                              "WHERE entry = ? ORDER BY line"));
  return entries.each(parameters, [&](const Row& row) -> Status {
    Entry entry = entry_from(row);
    auto read = lines.each({entry.number}, [&](const Row& line) -> Status {
      PURSER_ASSIGN(const Currency currency, Currency::parse(line.text(1)));
      entry.lines.push_back({std::string(line.text(0)), Money(line.integer(2), currency)});
      return {};
    });
    PURSER_TRY(std::move(read));
    return take(entry);
  });
}

Status BooksStore::each_entry(std::optional<Month> month, const TakeEntry& take) {
  if (month) return entries_where("WHERE period = ? ORDER BY number", {stored(*month)}, take);
  return entries_where("ORDER BY number", {}, take);
}

Status BooksStore::each_entry_by_date(Book book, std::optional<Month> month,
                                      const TakeEntry& take) {
  if (month) {
    return entries_where("WHERE period = ? AND book = ? ORDER BY date, number",
                         {stored(*month), books::name(book)}, take);
  }
  return entries_where("WHERE book = ? ORDER BY date, number", {books::name(book)}, take);
}

Result<Declarations> BooksStore::declarations(Book book, std::optional<Month> month) {
  const auto firsts_by = [&](std::string_view column,
                             const std::function<Status(const Row&)>& take) -> Status {
    PURSER_ASSIGN(auto select,
                  database_.prepare(fmt::format("SELECT {0}, min(date) FROM posting JOIN entry "
                                                "ON posting.entry = entry.number WHERE book = ?1 "
                                                "AND (CAST(?2 AS BIGINT) IS NULL OR period = ?2) "
                                                "GROUP BY {0} ORDER BY {0}",
                                                column)));
    return select.each({books::name(book), month ? std::optional(stored(*month)) : std::nullopt},
                       take);
  };
  Declarations declarations;
  PURSER_TRY(firsts_by("account", [&](const Row& row) -> Status {
    declarations.accounts.push_back({std::string(row.text(0)), date_from(row.integer(1))});
    return {};
  }));
  PURSER_TRY(firsts_by("currency", [&](const Row& row) -> Status {
    PURSER_ASSIGN(const Currency currency, Currency::parse(row.text(0)));
    declarations.commodities.push_back({currency, date_from(row.integer(1))});
    return {};
  }));
  return declarations;
}

Status BooksStore::each_sum(Book book, Month through,
                            const std::function<Status(const StoredSum&)>& take) {
  PURSER_ASSIGN(auto select, database_.prepare(fmt::format(
                                 "SELECT asset, sum(iif(stands = ?3, minor, 0)), "
                                 "sum(iif(stands = ?3, 0, minor)) "
                                 "FROM (SELECT asset, minor, {} AS stands FROM entry "
                                 "JOIN posting ON posting.entry = entry.number "
                                 "WHERE book = ?1 AND period <= ?2) AS lines "
                                 "WHERE stands IN (?3, ?4, ?5) GROUP BY asset ORDER BY asset",
                                 kAccount)));
  return select.each({books::name(book), stored(through), account::kEquipment,
                      account::kAccumulated, account::kAccumulatedImpairment},
                     [&](const Row& row) -> Status {
                       return take({row.integer(0), row.integer(1), row.integer(2)});
                     });
}

Status BooksStore::each_movement(Book book, Month first, Month last,
                                 const std::function<Status(const StoredMovement&)>& take) {
  PURSER_ASSIGN(auto select,
                database_.prepare(fmt::format(
                    "SELECT class, posting.currency, {}, "
                    "substr(event, 1, instr(event || ':', ':') - 1) AS kind, "
                    "period < ?2 AS before, sum(minor) FROM entry "
                    "JOIN posting ON posting.entry = entry.number "
                    "JOIN asset ON asset.id = entry.asset WHERE book = ?1 AND period <= ?3 "
                    "GROUP BY 1, 2, 3, 4, 5",
                    kAccount)));
  return select.each(
      {books::name(book), stored(first), stored(last)}, [&](const Row& row) -> Status {
        return take({std::string(row.text(0)), std::string(row.text(1)), std::string(row.text(2)),
                     std::string(row.text(3)), row.integer(4) != 0, row.integer(5)});
      });
}

Status BooksStore::each_entry_numbered(std::int64_t number, const TakeEntry& take) {
  return entries_where("WHERE number = ?", {number}, take);
}

Status BooksStore::each_entry_of(Month month, std::int64_t asset_id, std::string_view event,
                                 const TakeEntry& take) {
  return entries_where("WHERE period = ? AND entry.asset = ? AND event = ? ORDER BY number",
                       {stored(month), asset_id, event}, take);
}

Result<std::int64_t> BooksStore::stray_lines() {
  PURSER_ASSIGN(auto select,
                database_.prepare("SELECT count(*) FROM posting WHERE NOT EXISTS "
                                  "(SELECT 1 FROM entry WHERE number = posting.entry)"));
  std::int64_t lines = 0;
  PURSER_TRY(select.each({}, [&](const Row& row) -> Status {
    lines = row.integer(0);
    return {};
  }));
  return lines;
}

// --- closed months -------------------------------------------------------------------------------

Status BooksStore::insert_closing(const Closing& closing, Instant recorded) {
  return database_.run(
      "INSERT INTO closing (period, head, hash, recorded, usage_seen) VALUES (?, ?, ?, ?, ?)",
      {stored(closing.month), closing.head.number, closing.head.hash,
       recorded.time_since_epoch().count(), closing.usage_seen});
}

Result<std::optional<Month>> BooksStore::closed_through() {
  PURSER_ASSIGN(auto select, database_.prepare("SELECT max(period) FROM closing"));
  std::optional<Month> last;
  PURSER_TRY(select.each({}, [&](const Row& row) -> Status {
    if (!row.is_null(0)) last = month_from(row.integer(0));
    return {};
  }));
  return last;
}

Result<std::vector<Closing>> BooksStore::closings() {
  PURSER_ASSIGN(auto select, database_.prepare("SELECT period, head, hash, usage_seen FROM closing "
                                               "ORDER BY period"));
  std::vector<Closing> closings;
  PURSER_TRY(select.each({}, [&](const Row& row) -> Status {
    closings.push_back(
        {month_from(row.integer(0)), {row.integer(1), std::string(row.text(2))}, row.integer(3)});
    return {};
  }));
  return closings;
}

Result<std::int64_t> BooksStore::usage_seen() {
  PURSER_ASSIGN(auto select, database_.prepare("SELECT usage_seen FROM closing "
                                               "ORDER BY period DESC LIMIT 1"));
  std::int64_t seen = 0;
  PURSER_TRY(select.each({}, [&](const Row& row) -> Status {
    seen = row.integer(0);
    return {};
  }));
  return seen;
}

}  // namespace purser::books
