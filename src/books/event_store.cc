#include <fmt/format.h>

#include "books/among.h"
#include "books/books_store.h"
#include "books/columns.h"
#include "books/event_kinds.h"

namespace purser::books {
namespace {

using money::Currency;
using money::Money;
using store::Row;

std::optional<Watts> watts_from(const Row& row, int column) {
  return row.is_null(column) ? std::nullopt : std::optional(Watts{row.integer(column)});
}

// The first of them are stored by their place among the kinds of event: it must stay.
static_assert(std::is_same_v<std::variant_alternative_t<0, Happening>, Disposal> &&
              std::is_same_v<std::variant_alternative_t<1, Happening>, Improvement> &&
              std::is_same_v<std::variant_alternative_t<2, Happening>, Repair> &&
              std::is_same_v<std::variant_alternative_t<3, Happening>, Estimate> &&
              std::is_same_v<std::variant_alternative_t<4, Happening>, Impairment> &&
              std::is_same_v<std::variant_alternative_t<5, Happening>, Revaluation> &&
              std::is_same_v<std::variant_alternative_t<6, Happening>, Move> &&
              std::is_same_v<std::variant_alternative_t<7, Happening>, Measurement> &&
              std::is_same_v<std::variant_alternative_t<8, Happening>, Pause> &&
              std::is_same_v<std::variant_alternative_t<9, Happening>, Resume>);
std::int64_t kind_of(const Disposal& what) {
  if (what.with_split) return what.trade_in ? kTradeInWithSplitKind : kDisposalWithSplitKind;
  return what.trade_in ? kTradeInKind : kDisposalKind;
}

std::int64_t kind_of(const Happening& what) {
  if (const auto* disposal = std::get_if<Disposal>(&what)) return kind_of(*disposal);
  if (std::holds_alternative<Opening>(what)) return kOpeningKind;
  if (std::holds_alternative<Split>(what)) return kSplitKind;
  if (std::holds_alternative<Merge>(what)) return kMergeKind;
  if (std::holds_alternative<Reinstatement>(what)) return kReinstatementKind;
  return static_cast<std::int64_t>(what.index());
}

// Of an event that two assets share: `other` is the name of the one that it is not read for.
Happening shared_from(std::int64_t kind, bool is_other_side, std::string other) {
  if (kind == kSplitKind && is_other_side) return Opening{{}, std::move(other)};
  if (kind == kSplitKind) return Split{std::move(other), {}};
  if (is_other_side) return Merged{std::move(other), {}};
  return Merge{std::move(other), {}};
}

// What it is called, for the asset on that side of it; empty where it posts nothing.
std::string_view name_of_kind(std::int64_t kind, bool is_other_side) {
  const Money nothing = Money::zero(money::usd());
  if (kind == kSplitKind || kind == kMergeKind) return name(shared_from(kind, is_other_side, {}));
  switch (kind) {
    case kDisposalKind:
    case kTradeInKind:
    case kDisposalWithSplitKind:
    case kTradeInWithSplitKind:
      return name(Disposal{nothing});
    case kOpeningKind:
      return name(Opening{});
    case kReinstatementKind:
      return name(Reinstatement{});
    case 1:
      return name(Improvement{nothing});
    case 2:
      return name(Repair{nothing});
    case 4:
      return name(Impairment{nothing});
    case 5:
      return name(Revaluation{nothing});
    default:
      return {};
  }
}

constexpr int kSerial = 10;  // from the first column of a happening on
constexpr int kPaid = 11;

// Columns: kind, amount, salvage, life, method, site, cost_centre, node, idle and load milliwatts,
// serial number, and what was paid in a foreign currency.
Result<Happening> happening_from(const Row& row, int first, Currency currency) {
  PURSER_ASSIGN(const auto paid, foreign_from(row, first + kPaid));
  const Money amount = money_from(row, first + 1, currency).value_or(Money::zero(currency));
  switch (row.integer(first)) {
    case kDisposalKind:
      return Disposal{amount, false, false, paid};
    case kTradeInKind:
      return Disposal{amount, true, false, paid};
    case kDisposalWithSplitKind:
      return Disposal{amount, false, true, paid};
    case kTradeInWithSplitKind:
      return Disposal{amount, true, true, paid};
    case kOpeningKind:
      return Opening{};
    case kReinstatementKind:
      return Reinstatement{};
    case 1:
      return Improvement{amount, paid};
    case 2:
      return Repair{amount, paid};
    case 3:
      break;
    case 4:
      return Impairment{amount};
    case 5:
      return Revaluation{amount};
    case 6:
      return Move{text_from(row, first + 5), text_from(row, first + 6), text_from(row, first + 7),
                  text_from(row, first + kSerial)};
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

}  // namespace

std::string_view name_of_stored_event(std::int64_t kind) {
  switch (kind) {
    case 3:
      return name(Estimate{});
    case 6:
      return name(Move{});
    case 7:
      return name(Measurement{});
    case 8:
      return name(Pause{});
    case 9:
      return name(Resume{});
    default:
      return name_of_kind(kind, false);
  }
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
  const ForeignColumns paid = stored(paid_of(event.what));
  const auto book = event.book ? std::optional(static_cast<int>(*event.book)) : std::nullopt;
  PURSER_ASSIGN(auto insert,
                database_.prepare("INSERT INTO event (asset, book, kind, happened, effective, "
                                  "amount, salvage, life, method, recorded, who, site, "
                                  "cost_centre, node, idle_milliwatts, load_milliwatts, other, "
                                  "paid_currency, paid_minor, rate, serial, document) "
                                  "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
                                  "(SELECT id FROM site WHERE name = ?), ?, ?, ?, ?, ?, ?, ?, ?, "
                                  "?, ?) "
                                  "RETURNING id"));
  PURSER_TRY(insert.each({asset_id,
                          book,
                          kind_of(event.what),
                          stored(event.on),
                          stored(event.effective),
                          amount,
                          salvage,
                          life,
                          method,
                          stored(event.recorded),
                          stored_who(event.who),
                          move.site,
                          move.cost_centre,
                          move.node,
                          milliwatts(&Measurement::idle_watts),
                          milliwatts(&Measurement::load_watts),
                          other,
                          paid.currency,
                          paid.minor,
                          paid.rate,
                          move.serial,
                          stored_said(event.document)},
                         [&](const Row& row) -> Status {
                           event.id = row.integer(0);
                           return {};
                         }));
  const auto* const portions = portions_of(event.what);
  return portions == nullptr ? Status() : insert_portions(event.id, *portions);
}

Status BooksStore::insert_portions(std::int64_t event, std::span<const Portion> portions) {
  for (const Portion& portion : portions) {
    PURSER_TRY(database_.run(
        "INSERT INTO portion (event, book, layer, in_service, cost, salvage, deducted, bonus, "
        "accumulated, impaired, surplus, lost, revalued, unimpaired, year_base, given, ahead, "
        "goes_on) "
        "VALUES (?1, ?2, (SELECT count(*) FROM portion WHERE event = ?1 AND book = ?2), ?3, ?4, "
        "?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)",
        {event, static_cast<int>(portion.book), stored(portion.in_service), portion.cost,
         portion.salvage, portion.deducted, portion.bonus, portion.accumulated, portion.impaired,
         portion.surplus, portion.lost, portion.revalued, portion.unimpaired, portion.year_base,
         portion.given, portion.ahead, portion.goes_on}));
  }
  return {};
}

Status BooksStore::insert_portions_undone(std::int64_t event, Book book) {
  return database_.run(
      "INSERT INTO portion_undone (event, book, layer) SELECT event, book, layer FROM portion "
      "WHERE event = ?1 AND book = ?2 AND layer NOT IN (SELECT portion_undone.layer "
      "FROM portion_undone WHERE portion_undone.event = ?1 AND portion_undone.book = ?2)",
      {event, static_cast<int>(book)});
}

Status BooksStore::insert_withdrawn(std::int64_t asset_id, std::string_view name, Instant recorded,
                                    std::string_view who) {
  PURSER_TRY(database_.run("INSERT INTO withdrawn (asset, name, recorded, who) VALUES (?, ?, ?, ?)",
                           {asset_id, name, stored(recorded), stored_who(who)}));
  // No name that anybody can give.
  return database_.run("UPDATE asset SET name = ? WHERE id = ?",
                       {fmt::format("#{}", asset_id), asset_id});
}

Status BooksStore::read_portions(Event& event) {
  auto* const portions = portions_of(event.what);
  if (portions == nullptr) return {};
  PURSER_ASSIGN(auto select,
                database_.prepare(
                    "SELECT book, in_service, cost, salvage, deducted, accumulated, "
                    "impaired, surplus, lost, revalued, unimpaired, year_base, given, "
                    "bonus, ahead, goes_on FROM portion WHERE event = ? AND NOT EXISTS (SELECT 1 "
                    "FROM portion_undone WHERE portion_undone.event = portion.event "
                    "AND portion_undone.book = portion.book "
                    "AND portion_undone.layer = portion.layer) "
                    "ORDER BY book, layer"));
  return select.each({event.id}, [&](const Row& row) -> Status {
    portions->push_back({.book = row.enumerator<Book>(0, Book::kManagement),
                         .in_service = date_from(row.integer(1)),
                         .cost = row.integer(2),
                         .salvage = row.integer(3),
                         .deducted = row.integer(4),
                         .bonus = row.integer(13),
                         .accumulated = row.integer(5),
                         .impaired = row.integer(6),
                         .surplus = row.integer(7),
                         .lost = row.integer(8),
                         .revalued = row.integer(9) != 0,
                         .unimpaired = row.integer(10),
                         .year_base = std::string(row.text(11)),
                         .given = count_from(row, 12),
                         .ahead = count_from(row, 14),
                         .goes_on = row.integer(15) != 0});
    return {};
  });
}

Status BooksStore::insert_undone(std::int64_t event, Instant recorded, std::string_view who) {
  return database_.run("INSERT INTO undone (event, recorded, who) VALUES (?, ?, ?)",
                       {event, stored(recorded), stored_who(who)});
}

// An event that two assets share is read for both. The rest of the columns are as in event_from().
constexpr std::string_view kEventsOf =
    "SELECT event.id AS event_id, book, happened, effective, kind, amount, salvage, life, "
    "method, site.name, cost_centre, node, event.idle_milliwatts, event.load_milliwatts, "
    "event.serial, paid_currency, paid_minor, rate, "
    "recorded, who, event.asset AS owner, 0, asset.name, document FROM event "
    "LEFT JOIN site ON site.id = event.site LEFT JOIN asset ON asset.id = event.other "
    "WHERE event.asset BETWEEN ?1 AND ?2 {1} AND event.id {0} (SELECT event FROM undone) "
    "UNION ALL SELECT event.id, book, happened, effective, kind, amount, salvage, life, "
    "method, NULL, cost_centre, node, event.idle_milliwatts, event.load_milliwatts, "
    "event.serial, paid_currency, paid_minor, rate, recorded, who, event.other, 1, asset.name, "
    "document FROM event "
    "JOIN asset ON asset.id = event.asset "
    "WHERE event.other BETWEEN ?1 AND ?2 {2} AND event.id {0} (SELECT event FROM undone) "
    "ORDER BY owner, effective, event_id";

// Without its portions.
static Result<Event> event_from(const Row& row, std::string_view asset, Currency currency) {
  const std::int64_t kind = row.integer(4);
  const bool is_shared = kind == kSplitKind || kind == kMergeKind;
  PURSER_ASSIGN(Happening what,
                is_shared ? shared_from(kind, row.integer(21) != 0, std::string(row.text(22)))
                          : happening_from(row, 4, currency));
  return Event{.id = row.integer(0),
               .asset = std::string(asset),
               .book = row.is_null(1) ? std::nullopt
                                      : std::optional(row.enumerator<Book>(1, Book::kManagement)),
               .on = date_from(row.integer(2)),
               .effective = date_from(row.integer(3)),
               .what = std::move(what),
               .recorded = Instant(Nanoseconds{row.integer(18)}),
               .who = who_from(row, 19),
               .document = said_from(row, 23)};
}

Status BooksStore::read_events(std::vector<StoredAsset>& assets) {
  PURSER_ASSIGN(auto select,
                database_.prepare(fmt::format(kEventsOf, "NOT IN", among("event.asset", assets),
                                              among("event.other", assets))));
  PURSER_TRY(select.each({assets.front().id, assets.back().id}, [&](const Row& row) -> Status {
    StoredAsset* const owner = asset_of(assets, row.integer(20));
    if (owner == nullptr) return {};
    Asset& asset = owner->asset;
    PURSER_ASSIGN(Event event, event_from(row, asset.name, asset.currency()));
    asset.events.push_back(std::move(event));
    return {};
  }));
  for (StoredAsset& stored_asset : assets) PURSER_TRY(read_lives(stored_asset.asset));
  return {};
}

Result<std::vector<BooksStore::UndoneEvent>> BooksStore::undone_events(std::int64_t asset_id,
                                                                       std::string_view name,
                                                                       Currency currency) {
  PURSER_ASSIGN(auto select, database_.prepare(fmt::format(kEventsOf, "IN", "", "")));
  std::vector<UndoneEvent> all;
  PURSER_TRY(select.each({asset_id, asset_id}, [&](const Row& row) -> Status {
    PURSER_ASSIGN(Event event, event_from(row, name, currency));
    all.push_back({std::move(event), {}, {}});
    return {};
  }));
  PURSER_ASSIGN(auto how, database_.prepare("SELECT undone.recorded, undone.who, withdrawn.name "
                                            "FROM undone JOIN event ON event.id = undone.event "
                                            "LEFT JOIN withdrawn ON withdrawn.asset = event.other "
                                            "WHERE undone.event = ?"));
  for (UndoneEvent& one : all) {
    PURSER_TRY(read_portions(one.event));
    PURSER_TRY(how.each({one.event.id}, [&](const Row& row) -> Status {
      one.recorded = Instant(Nanoseconds{row.integer(0)});
      one.who = who_from(row, 1);
      // The part that it made is withdrawn with it.
      if (auto* split = std::get_if<Split>(&one.event.what); split && !row.is_null(2)) {
        split->part = row.text(2);
      }
      return {};
    }));
  }
  return all;
}

Result<std::optional<BooksStore::Fact>> BooksStore::event_fact(std::int64_t id,
                                                               std::int64_t asset) {
  PURSER_ASSIGN(auto select, database_.prepare("SELECT kind, asset, other, effective, amount "
                                               "FROM event WHERE id = ?"));
  std::optional<Fact> fact;
  PURSER_TRY(select.each({id}, [&](const Row& row) -> Status {
    const bool is_other_side = row.integer(1) != asset && count_from(row, 2) == asset;
    const std::int64_t kind = row.integer(0);
    const bool is_cost = kind == 1 || kind == 2;  // an improvement or a repair
    fact = Fact{is_other_side ? asset : row.integer(1), name_of_kind(kind, is_other_side),
                row.integer(3), is_cost ? count_from(row, 4) : std::nullopt};
    const bool is_credit = kind == 1 && fact->amount.value_or(0) < 0;
    if (is_credit) fact->kind = name(Improvement{Money(std::int64_t{-1}, money::usd())});
    return {};
  }));
  return fact;
}

// What came or went with events, and since when it is here or gone.
Status BooksStore::read_lives(Asset& asset) {
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
      asset.entered.reset();
    }
  }
  const auto gone = gone_since(asset.events, asset.terms.disposed);
  asset.terms.disposed = gone;
  for (MemoTerms& memo : asset.memo) memo.terms.disposed = gone;
  return {};
}

}  // namespace purser::books
