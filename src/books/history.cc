#include "books/history.h"

#include <algorithm>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "books/books_store.h"
#include "books/columns.h"
#include "books/find.h"
#include "books/posting.h"
#include "books/upkeep_store.h"

namespace purser::books {
namespace {

using money::Currency;
using money::Money;
using store::Row;

// A row of the table, whether it stands in a book or not.
struct Known {
  std::int64_t id = 0;
  std::string name;  // while it had one
  Money cost;
  Date begins{};
  bool in_a_book = false;
  std::optional<Undone> withdrawn = std::nullopt;
};

std::optional<Undone> undone_from(const Row& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return Undone{Instant(Nanoseconds{row.integer(column)}), who_from(row, column + 1)};
}

// None of a record that versions before the numbers left without one.
std::string key_from(const Row& row, int column, std::string_view what) {
  const auto number = count_from(row, column);
  return number ? record_key(what, *number) : std::string();
}

// Of records that `table` holds, which `upkeep` numbers under that kind: whether one was undone.
std::string upkeep_of(std::string_view table, int kind) {
  return fmt::format(
      "LEFT JOIN upkeep ON upkeep.kind = {} AND upkeep.record = {}.id "
      "LEFT JOIN upkeep_undone ON upkeep_undone.number = upkeep.number ",
      kind, table);
}

Result<std::vector<Known>> all_of_that_name(store::Database& database, std::string_view name) {
  PURSER_ASSIGN(
      auto select,
      database.prepare("SELECT asset.id, currency, cost, coalesce(begins, in_service), "
                       "EXISTS (SELECT 1 FROM book_terms WHERE book_terms.asset = asset.id), "
                       "withdrawn.recorded, withdrawn.who FROM asset "
                       "LEFT JOIN withdrawn ON withdrawn.asset = asset.id "
                       "WHERE asset.name = ?1 "
                       "OR asset.id IN (SELECT asset FROM withdrawn WHERE name = ?1) "
                       "ORDER BY asset.id"));
  std::vector<Known> all;
  PURSER_TRY(select.each({name}, [&](const Row& row) -> Status {
    PURSER_ASSIGN(const Currency currency, Currency::parse(row.text(1)));
    all.push_back({.id = row.integer(0),
                   .name = std::string(name),
                   .cost = Money(row.integer(2), currency),
                   .begins = date_from(row.integer(3)),
                   .in_a_book = row.integer(4) != 0,
                   .withdrawn = undone_from(row, 5)});
    return {};
  }));
  return all;
}

// Reads of one asset what each table has of it.
class Teller {
 public:
  Teller(store::Database& database, BooksStore& store, const Known& known,
         std::vector<Happened>& happened)
      : database_(database), store_(store), known_(known), happened_(happened) {}

  // `stands`: null if it stands in no book any more, or not yet.
  Status tell(const Asset* stands) {
    PURSER_TRY(tell_steps());
    PURSER_TRY(tell_services());
    PURSER_TRY(tell_covers());
    PURSER_TRY(tell_conditions());
    PURSER_TRY(tell_events(stands));
    PURSER_TRY(tell_undone_joinings());
    return tell_additions(stands);
  }

 private:
  Currency currency() const { return known_.cost.currency(); }

  Status tell_steps() {
    PURSER_ASSIGN(
        auto select,
        database_.prepare(
            "SELECT id, kind, happened, effective, expected, vendor, "
            "purchase.recorded, purchase.who, purchase_undone.recorded, "
            "purchase_undone.who, serial, document FROM purchase LEFT JOIN purchase_undone "
            "ON purchase_undone.purchase = id WHERE asset = ? ORDER BY id"));
    return select.each({known_.id}, [&](const Row& row) -> Status {
      const auto expected = count_from(row, 4);
      PurchaseStep step{.id = row.integer(0),
                        .kind = row.enumerator<StepKind>(1, StepKind::kAddition),
                        .on = date_from(row.integer(2)),
                        .effective = date_from(row.integer(3)),
                        .expected = expected ? std::optional(date_from(*expected)) : std::nullopt,
                        .vendor = std::string(row.text(5)),
                        .recorded = Instant(Nanoseconds{row.integer(6)}),
                        .who = who_from(row, 7),
                        .serial = said_from(row, 10),
                        .document = said_from(row, 11)};
      PURSER_TRY(read_costs(step));
      const auto undone = undone_from(row, 8);
      came_by_steps_ |= step.kind == StepKind::kPlacing || step.kind == StepKind::kAddition;
      happened_.push_back({.on = step.on,
                           .effective = step.effective,
                           .what = step,
                           .recorded = step.recorded,
                           .who = step.who,
                           .undone = undone ? undone : known_.withdrawn});
      return {};
    });
  }

  Status read_costs(PurchaseStep& step) {
    PURSER_ASSIGN(auto select,
                  database_.prepare("SELECT kind, currency, minor, paid_currency, paid_minor, rate "
                                    "FROM purchase_cost WHERE purchase = ? ORDER BY kind"));
    return select.each({step.id}, [&](const Row& row) -> Status {
      PURSER_ASSIGN(const Currency its, Currency::parse(row.text(1)));
      PURSER_ASSIGN(const auto paid, foreign_from(row, 3));
      step.costs.push_back({.kind = row.enumerator<CostKind>(0, CostKind::kInstallation),
                            .amount = Money(row.integer(2), its),
                            .paid = paid});
      return {};
    });
  }

  Status tell_services() {
    PURSER_ASSIGN(auto select, database_.prepare(fmt::format(
                                   "SELECT service.happened, cost, downtime, note, next_due, "
                                   "service.recorded, service.who, service.event, event.effective, "
                                   "paid_currency, paid_minor, rate, "
                                   "coalesce(undone.recorded, upkeep_undone.recorded), "
                                   "coalesce(undone.who, upkeep_undone.who), service.document, "
                                   "upkeep.number "
                                   "FROM service LEFT JOIN event ON event.id = service.event "
                                   "LEFT JOIN undone ON undone.event = service.event "
                                   "{}WHERE service.asset = ? ORDER BY service.id",
                                   upkeep_of("service", 0))));
    return select.each({known_.id}, [&](const Row& row) -> Status {
      const auto next = count_from(row, 4);
      const Date on = date_from(row.integer(0));
      PURSER_ASSIGN(const auto paid, foreign_from(row, 9));
      const Service service{.asset = known_.name,
                            .on = on,
                            .cost = money_from(row, 1, currency()),
                            .paid = paid,
                            .downtime = Nanoseconds{row.integer(2)},
                            .note = std::string(row.text(3)),
                            .next_due = next ? std::optional(date_from(*next)) : std::nullopt,
                            .document = said_from(row, 14)};
      const auto repair = count_from(row, 7);
      if (repair) services_.push_back(*repair);
      happened_.push_back(
          {.on = on,
           .effective = row.is_null(8) ? on : date_from(row.integer(8)),
           .what = service,
           .recorded = Instant(Nanoseconds{row.integer(5)}),
           .who = who_from(row, 6),
           .undone = undone_from(row, 12),
           .key = repair ? fmt::format("repair:{}", *repair) : key_from(row, 15, "service")});
      if (happened_.back().undone) happened_.back().key.clear();
      return {};
    });
  }

  Status tell_covers() {
    PURSER_ASSIGN(auto select, database_.prepare(fmt::format(
                                   "SELECT cover.kind, until, note, cover.recorded, cover.who, "
                                   "upkeep_undone.recorded, upkeep_undone.who, upkeep.number "
                                   "FROM cover {}"
                                   "WHERE cover.asset = ? ORDER BY cover.id",
                                   upkeep_of("cover", 1))));
    return select.each({known_.id}, [&](const Row& row) -> Status {
      const Instant recorded{Nanoseconds{row.integer(3)}};
      const Cover cover{.asset = known_.name,
                        .kind = row.enumerator<CoverKind>(0, CoverKind::kContract),
                        .until = date_from(row.integer(1)),
                        .note = std::string(row.text(2))};
      happened_.push_back({.on = date_of(recorded),
                           .effective = date_of(recorded),
                           .what = cover,
                           .recorded = recorded,
                           .who = who_from(row, 4),
                           .undone = undone_from(row, 5),
                           .key = key_from(row, 7, name(cover.kind))});
      if (happened_.back().undone) happened_.back().key.clear();
      return {};
    });
  }

  Status tell_conditions() {
    PURSER_ASSIGN(auto select,
                  database_.prepare(fmt::format(
                      "SELECT happened, hours, celsius, ecc_errors, xid_errors, work_permille, "
                      "condition.recorded, condition.who, upkeep_undone.recorded, "
                      "upkeep_undone.who, upkeep.number FROM condition {}"
                      "WHERE condition.asset = ? ORDER BY condition.id",
                      upkeep_of("condition", 2))));
    return select.each({known_.id}, [&](const Row& row) -> Status {
      const Condition condition{.asset = known_.name,
                                .on = date_from(row.integer(0)),
                                .hours = count_from(row, 1),
                                .celsius = count_from(row, 2),
                                .ecc_errors = count_from(row, 3),
                                .xid_errors = count_from(row, 4),
                                .work_permille = count_from(row, 5)};
      happened_.push_back({.on = condition.on,
                           .effective = condition.on,
                           .what = condition,
                           .recorded = Instant(Nanoseconds{row.integer(6)}),
                           .who = who_from(row, 7),
                           .undone = undone_from(row, 8),
                           .key = key_from(row, 10, "condition")});
      if (happened_.back().undone) happened_.back().key.clear();
      return {};
    });
  }

  void tell_event(const Event& event, std::optional<Undone> undone) {
    if (std::find(services_.begin(), services_.end(), event.id) != services_.end()) return;
    Happened one{.on = event.on,
                 .effective = event.effective,
                 .what = event,
                 .recorded = event.recorded,
                 .who = event.who,
                 .undone = std::move(undone)};
    const auto* const opening = std::get_if<Opening>(&event.what);
    const bool taken_over = opening != nullptr && opening->part_of.empty();
    if (!one.undone && !taken_over) one.key = posting_key(event);
    happened_.push_back(std::move(one));
  }

  Status tell_events(const Asset* stands) {
    PURSER_ASSIGN(const auto undone, store_.undone_events(known_.id, known_.name, currency()));
    for (const auto& one : undone) tell_event(one.event, Undone{one.recorded, one.who});
    if (stands == nullptr) return {};
    for (const Event& event : stands->events) {
      tell_event(event, std::nullopt);
      if (std::holds_alternative<Disposal>(event.what)) PURSER_TRY(tell_gone(*stands, event));
    }
    return {};
  }

  Status tell_gone(const Asset& asset, const Event& event) {
    for (const Book book : kBooks) {
      if (asset.terms_in(book) == nullptr) continue;
      PURSER_ASSIGN(const auto posted, posted_disposal(store_, known_.id, asset, book, event));
      if (posted) {
        happened_.back().gone.emplace_back(book, *posted);
        continue;
      }
      PURSER_ASSIGN(const DisposalFigures ahead, disposal_figures(asset, book, event));
      happened_.back().gone.emplace_back(book, ahead);
    }
    return {};
  }

  Status tell_additions(const Asset* stands) {
    if (!known_.in_a_book) return {};
    if (stands == nullptr) {
      return came_by_steps_ ? Status() : tell_addition(Book::kFinancial, known_.begins, {});
    }
    bool is_part = false;
    bool opened = came_by_steps_;
    for (const Event& event : stands->events) {
      const auto* const opening = std::get_if<Opening>(&event.what);
      if (opening == nullptr) continue;
      opened = true;
      is_part |= !opening->part_of.empty();
    }
    const Date on = stands->entered ? stands->terms.in_service : known_.begins;
    if (!opened) PURSER_TRY(tell_addition(Book::kFinancial, on, stands->terms));
    UpkeepStore upkeep(database_);
    for (const MemoTerms& memo : stands->memo) {
      PURSER_ASSIGN(const auto joined, upkeep.joining(known_.id, known_.name, memo.book));
      if (is_part && !joined) continue;  // it came with its whole
      PURSER_TRY(tell_addition(memo.book, on, memo.terms));
      if (joined) happened_.back().key = joining_key(memo.book);
    }
    return {};
  }

  // That it was added to a further book, and taken out of it again.
  Status tell_undone_joinings() {
    PURSER_ASSIGN(auto select,
                  database_.prepare("SELECT book, book_joined.recorded, book_joined.who, "
                                    "upkeep_undone.recorded, upkeep_undone.who FROM book_joined "
                                    "JOIN upkeep ON upkeep.kind = 3 "
                                    "AND upkeep.record = book_joined.id "
                                    "JOIN upkeep_undone ON upkeep_undone.number = upkeep.number "
                                    "WHERE book_joined.asset = ? ORDER BY book_joined.id"));
    return select.each({known_.id}, [&](const Row& row) -> Status {
      const Book book = row.enumerator<Book>(0, Book::kManagement);
      happened_.push_back({.on = known_.begins,
                           .effective = known_.begins,
                           .what = IntoBook{book, known_.cost, std::nullopt},
                           .recorded = Instant(Nanoseconds{row.integer(1)}),
                           .who = who_from(row, 2),
                           .undone = undone_from(row, 3)});
      taken_out_.insert(book);
      return {};
    });
  }

  // The first entry in that book says when it came into it, and who wrote that; where it was taken
  // out of it once, the first that is no part of that.
  Status tell_addition(Book book, Date on, const std::optional<Terms>& terms) {
    Happened one{.on = on,
                 .effective = known_.begins,
                 .what = IntoBook{book, known_.cost, terms},
                 .undone = known_.withdrawn};
    PURSER_ASSIGN(
        auto select,
        database_.prepare("SELECT entry.recorded, people.spelling, date FROM entry "
                          "LEFT JOIN word AS people ON people.id = entry.who "
                          "WHERE period = ? AND asset = ? AND book = "
                          "(SELECT id FROM word WHERE spelling = ?) "
                          "AND (reverses IS NULL AND number NOT IN (SELECT images.reverses "
                          "FROM entry AS images WHERE images.period = entry.period "
                          "AND images.asset = entry.asset "
                          "AND images.reverses IS NOT NULL) OR ? = 0) "
                          "ORDER BY number LIMIT 1"));
    PURSER_ASSIGN(const auto closed, store_.closed_through());
    const Month first = month_of(known_.begins);
    const Month last =
        book == Book::kFinancial || !closed ? first : std::max(first, *closed + kOneMonth);
    bool found = false;
    for (Month month = first; month <= last && !found; month += kOneMonth) {
      const auto take = [&](const Row& row) -> Status {
        one.recorded = Instant(Nanoseconds{row.integer(0)});
        one.who = who_from(row, 1);
        one.effective = date_from(row.integer(2));
        return {};
      };
      PURSER_ASSIGN(found, select.first({stored(month), known_.id, books::name(book),
                                         taken_out_.contains(book) ? 1 : 0},
                                        take));
    }
    happened_.push_back(std::move(one));
    return {};
  }

  static constexpr std::chrono::months kOneMonth{1};

  store::Database& database_;
  BooksStore& store_;
  const Known& known_;
  std::vector<Happened>& happened_;
  std::vector<std::int64_t> services_;  // the events of repairs that were services
  std::set<Book> taken_out_;            // of which it was taken out once
  bool came_by_steps_ = false;
};

}  // namespace

Result<History> history_of(store::Database& database, std::string_view asset) {
  PURSER_ASSIGN(const auto snapshot, database.begin_snapshot());
  BooksStore store(database);
  PURSER_ASSIGN(const auto all, all_of_that_name(database, asset));
  if (all.empty()) PURSER_TRY(find_asset(store, asset));  // kNotFound
  History history{.asset = std::string(asset)};
  PURSER_TRY(store.asset_named(asset, [&](const StoredAsset& found) -> Status {
    history.stands = found.asset;
    return {};
  }));
  for (const Known& known : all) {
    const std::optional<Asset>& stands = history.stands;
    const Asset* const as_it_is = stands && !known.withdrawn ? &*stands : nullptr;
    PURSER_TRY(Teller(database, store, known, history.happened).tell(as_it_is));
  }
  std::stable_sort(history.happened.begin(), history.happened.end(),
                   [](const Happened& a, const Happened& b) {
                     return std::tie(a.on, a.recorded) < std::tie(b.on, b.recorded);
                   });
  return history;
}

Result<std::vector<LoggedService>> service_log(store::Database& database, Period days) {
  PURSER_ASSIGN(
      auto select,
      database.prepare("SELECT coalesce(withdrawn.name, asset.name), asset.currency, happened, "
                       "service.cost, downtime, note, next_due, service.recorded, service.who, "
                       "service.document FROM service JOIN asset ON asset.id = service.asset "
                       "LEFT JOIN withdrawn ON withdrawn.asset = asset.id "
                       "WHERE happened >= ? AND happened < ? AND (event IS NULL OR event NOT IN "
                       "(SELECT undone.event FROM undone)) "
                       "AND service.id NOT IN (SELECT record FROM upkeep JOIN upkeep_undone "
                       "ON upkeep_undone.number = upkeep.number WHERE kind = 0) "
                       "ORDER BY happened, asset.name, service.id"));
  std::vector<LoggedService> all;
  PURSER_TRY(select.each({stored(days.start), stored(days.end)}, [&](const Row& row) -> Status {
    PURSER_ASSIGN(const Currency currency, Currency::parse(row.text(1)));
    const auto next = count_from(row, 6);
    all.push_back({.service = {.asset = std::string(row.text(0)),
                               .on = date_from(row.integer(2)),
                               .cost = money_from(row, 3, currency),
                               .downtime = Nanoseconds{row.integer(4)},
                               .note = std::string(row.text(5)),
                               .next_due = next ? std::optional(date_from(*next)) : std::nullopt,
                               .document = said_from(row, 9)},
                   .recorded = Instant(Nanoseconds{row.integer(7)}),
                   .who = who_from(row, 8)});
    return {};
  }));
  return all;
}

}  // namespace purser::books
