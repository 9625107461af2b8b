// What was recorded by mistake is taken back: the books are what they would be without it, and say
// that it was there.
#include <algorithm>
#include <charconv>
#include <set>

#include <fmt/format.h>

#include "books/books_store.h"
#include "books/chart.h"
#include "books/division.h"
#include "books/find.h"
#include "books/in_the_way.h"
#include "books/macrs_years.h"
#include "books/mirror.h"
#include "books/opening_entries.h"
#include "books/posting.h"
#include "books/purchase_store.h"
#include "books/roles.h"
#include "books/upkeep_store.h"
#include "books/way_out.h"

namespace purser::books {
namespace {

// Whether an event was chosen because it was the last, or by itself.
enum class Chosen : std::uint8_t { kAsLast, kByItself };

bool is_addition(const Event& event) {
  const auto* const opening = std::get_if<Opening>(&event.what);
  return opening != nullptr && opening->part_of.empty();
}

// Null: that it was added.
const Event* last_event(const Asset& asset) {
  const auto last = std::ranges::max_element(asset.events, {}, &Event::id);
  return last == asset.events.end() || is_addition(*last) ? nullptr : &*last;
}

const Event* event_numbered(const Asset& asset, std::int64_t id) {
  const auto found = std::ranges::find(asset.events, id, &Event::id);
  return found == asset.events.end() ? nullptr : &*found;
}

// By its name, and what it is a part of by now, and so on.
Status add_known(BooksStore& store, std::string_view name, Known& known) {
  for (std::string next(name); !next.empty() && !known.contains(next);) {
    std::string into;
    PURSER_TRY(store.asset_named(next, [&](const StoredAsset& there) -> Status {
      const Event* const gone = last_leaving(there.asset);
      if (gone != nullptr) into = partner_of(gone->what);
      known.emplace(next, there.asset);
      return {};
    }));
    next = into;
  }
  return {};
}

// `asset`: that of the event.
Status refuse_closed_event(BooksStore& store, const Asset& asset, const Event& event,
                           Chosen chosen) {
  PURSER_ASSIGN(const auto closed, store.closed_through());
  const Month month = month_of(event.effective);
  if (!closed || month > *closed) return {};
  Known others;
  PURSER_TRY(add_known(store, asset.name, others));
  PURSER_TRY(add_known(store, partner_of(event.what), others));
  const std::string way = way_out(event, asset, others, period_of(*closed).end);
  return fail(ErrorCode::kRefused,
              chosen == Chosen::kAsLast
                  ? fmt::format("the {} on {} was recorded last and counts in {}, which is closed "
                                "and never moves; {}",
                                name(event.what), format(event.on), format(month), way)
                  : fmt::format("the {} on {} counts in {}, which is closed and never moves; {}",
                                name(event.what), format(event.on), format(month), way));
}

}  // namespace

Status mirror_entries(BooksStore& store, JournalWriter& writer, std::int64_t asset_id, Month month,
                      std::string_view key) {
  PURSER_ASSIGN(const std::vector<Entry> entries, standing_entries(store, month, asset_id, key));
  return mirror(store, writer, entries, asset_id);
}

namespace {

// What follows for tax years from what is gone.
Result<std::vector<RuledYear>> settle_gone(BooksStore& store, JournalWriter& writer,
                                           const Asset& gone, Month now) {
  std::set<TaxYear> years;
  PURSER_TRY(add_tax_years(gone, years));
  return settle_tax_years(store, writer, years, now);
}

// That it was added at all.
Result<Applied> undo_addition(BooksStore& store, JournalWriter& writer, const StoredAsset& before,
                              Month now) {
  PURSER_ASSIGN(std::vector<UnitsUsed> readings, store.units_of(before.id));
  PURSER_TRY(withdraw(store, writer, before, now));
  PURSER_ASSIGN(std::vector<RuledYear> ruled, settle_gone(store, writer, before.asset, now));
  return Applied{.event = addition_of(before.asset),
                 .before = before.asset,
                 .after = before.asset,
                 .entries = writer.written(),
                 .ruled = std::move(ruled),
                 .again = writer.posted_again(),
                 .readings = std::move(readings)};
}

// That it was added to that further book.
Result<Applied> undo_joining(BooksStore& store, UpkeepStore& upkeep, JournalWriter& writer,
                             const StoredAsset& before, const UpkeepStore::LastRecord& joined,
                             Book book, Month now) {
  PURSER_TRY(take_out_of_book(store, writer, before, book, now));
  PURSER_TRY(upkeep.insert_undone(joined.number, writer.now(), writer.who()));
  PURSER_ASSIGN(std::vector<RuledYear> ruled, settle_gone(store, writer, before.asset, now));
  PURSER_ASSIGN(const StoredAsset after, find_asset(store, before.asset.name));
  Event addition = addition_of(before.asset);
  addition.book = book;
  addition.recorded = joined.record.recorded;
  addition.who = joined.record.who;
  return Applied{.event = std::move(addition),
                 .before = before.asset,
                 .after = after.asset,
                 .entries = writer.written(),
                 .ruled = std::move(ruled),
                 .again = writer.posted_again()};
}

// The same, whatever was recorded since.
Result<Applied> undo_joining_of(store::Database& database, BooksStore& store, JournalWriter& writer,
                                const StoredAsset& before, Book book, Month now) {
  if (before.asset.terms_in(book) == nullptr || book == Book::kFinancial) {
    return fail(ErrorCode::kNotFound,
                fmt::format("'{}' was added to no {} book", before.asset.name, name(book)));
  }
  UpkeepStore upkeep(database);
  PURSER_ASSIGN(const auto joined, upkeep.joining(before.id, before.asset.name, book));
  if (joined) return undo_joining(store, upkeep, writer, before, *joined, book, now);
  return fail(ErrorCode::kRefused,
              fmt::format("'{0}' came into the {1} book with what it is a part of, or before such "
                          "steps were kept; purser asset undo {0} takes it out of every book, once "
                          "nothing else stands of it",
                          before.asset.name, name(book)));
}

// What another asset has of an event goes with it.
Status undo_other_side(BooksStore& store, JournalWriter& writer, const Event& event,
                       const StoredAsset& other, Month now) {
  if (std::holds_alternative<Split>(event.what)) return withdraw(store, writer, other, now);
  PURSER_TRY(mirror_entries(store, writer, other.id, month_of(event.effective),
                            posting_key(other_side(event))));
  PURSER_ASSIGN(const StoredAsset back, find_asset(store, other.asset.name));
  return post_open_months(store, writer, back, std::nullopt, now);
}

Result<bool> is_placed(store::Database& database, std::string_view name) {
  PURSER_ASSIGN(const auto bought, PurchaseStore(database).named(name));
  return bought && bought->purchase.step(StepKind::kPlacing) != nullptr;
}

// Where an event is recorded that another asset shares, or the split that a disposal came with.
struct Place {
  std::string asset;
  std::int64_t event;
};
Place place_of(const Asset& asset, const Event& event) {
  const Event* its = &event;
  if (is_with_split(event)) {
    for (const Event& one : asset.events) {
      if (std::holds_alternative<Opening>(one.what) && !partner_of(one.what).empty()) its = &one;
    }
  }
  const bool is_other_side =
      std::holds_alternative<Opening>(its->what) || std::holds_alternative<Merged>(its->what);
  const std::string_view partner = partner_of(its->what);
  if (is_other_side && !partner.empty()) return {std::string(partner), its->id};
  return {asset.name, event.id};
}

// Of the part that it made: it was disposed of with it. Null: it was not.
const Event* disposal_with(const Event& event, const std::optional<StoredAsset>& part) {
  if (!part || !std::holds_alternative<Split>(event.what)) return nullptr;
  const auto found = std::ranges::find_if(part->asset.events, is_with_split);
  return found == part->asset.events.end() ? nullptr : &*found;
}

// Records of upkeep would be of nothing once the part is gone.
Status refuse_kept(store::Database& database, const Event& event,
                   const std::optional<StoredAsset>& part) {
  if (!part || !std::holds_alternative<Split>(event.what)) return {};
  PURSER_ASSIGN(const auto record, UpkeepStore(database).last_record(part->id, part->asset));
  if (!record) return {};
  return fail(
      ErrorCode::kRefused,
      fmt::format("'{0}' {1} since; undo that first: purser asset undo {0}", part->asset.name,
                  record->book ? fmt::format("was added to the {} book", name(*record->book))
                               : fmt::format("has had its {}", record->record.what)));
}

Result<Applied> undo_known(store::Database& database, BooksStore& store, JournalWriter& writer,
                           const StoredAsset& before, const Event& event, Chosen chosen,
                           Month now) {
  PURSER_TRY(refuse_closed_event(store, before.asset, event, chosen));
  const bool changes_what_passed = !std::holds_alternative<Repair>(event.what) &&
                                   !std::holds_alternative<Measurement>(event.what);
  if (changes_what_passed) {
    PURSER_TRY(refuse_before_division(before.asset, event.effective, event.id));
  }
  PURSER_ASSIGN(const auto other, other_of(store, event));
  PURSER_TRY(refuse_kept(database, event, other));
  const Event* const disposal = disposal_with(event, other);
  PURSER_TRY(store.insert_undone(event.id, writer.now(), writer.who()));
  if (disposal != nullptr) {
    PURSER_TRY(store.insert_undone(disposal->id, writer.now(), writer.who()));
  }
  PURSER_ASSIGN(std::vector<RuledYear> ruled, settle(store, writer, before.asset, event, now));
  PURSER_ASSIGN(const StoredAsset after, find_asset(store, before.asset.name));
  PURSER_TRY(
      mirror_entries(store, writer, before.id, month_of(event.effective), posting_key(event)));
  PURSER_TRY(follow(store, writer, before.asset, after, event, std::nullopt, now));
  if (other) PURSER_TRY(undo_other_side(store, writer, event, *other, now));
  if (disposal != nullptr) {
    PURSER_ASSIGN(ruled, settle_tax_years_of(store, writer, before.asset, after.asset, now));
  }
  return Applied{.event = event,
                 .before = before.asset,
                 .after = after.asset,
                 .entries = writer.written(),
                 .other = other ? std::optional(other->asset) : std::nullopt,
                 .ruled = std::move(ruled),
                 .with = disposal != nullptr ? std::optional(*disposal) : std::nullopt,
                 .again = writer.posted_again()};
}

Result<Applied> undo_chosen(store::Database& database, BooksStore& store, JournalWriter& writer,
                            const StoredAsset& chosen_of, std::int64_t id, Chosen chosen,
                            Month now) {
  const Event* event = event_numbered(chosen_of.asset, id);
  if (event == nullptr) {
    return fail(
        ErrorCode::kNotFound,
        fmt::format("no event {} of '{}' stands; purser asset history {} shows those that do", id,
                    chosen_of.asset.name, chosen_of.asset.name));
  }
  if (is_addition(*event)) {
    return fail(
        ErrorCode::kRefused,
        fmt::format("with that takeover '{0}' came into the books; once nothing else stands "
                    "of it, it is taken back by purser asset undo {0}",
                    chosen_of.asset.name));
  }
  const Place place = place_of(chosen_of.asset, *event);
  PURSER_ASSIGN(const StoredAsset before, find_asset(store, place.asset));
  event = event_numbered(before.asset, place.event);
  if (event == nullptr) {
    return fail(ErrorCode::kCorrupt, fmt::format("event {} of '{}' is not known to '{}'",
                                                 place.event, chosen_of.asset.name, place.asset));
  }
  return undo_known(database, store, writer, before, *event, chosen, now);
}

Result<Applied> undo_last(store::Database& database, BooksStore& store, JournalWriter& writer,
                          std::string_view name, Month now) {
  PURSER_ASSIGN(const StoredAsset before, find_asset(store, name));
  UpkeepStore upkeep(database);
  PURSER_ASSIGN(const auto joined, upkeep.last_record(before.id, before.asset));
  if (joined && joined->book) {
    return undo_joining(store, upkeep, writer, before, *joined, *joined->book, now);
  }
  if (const Event* const last = last_event(before.asset)) {
    return undo_chosen(database, store, writer, before, last->id, Chosen::kAsLast, now);
  }
  // Callers ask Purchases::undo() first: between the two somebody placed it.
  PURSER_ASSIGN(const bool placed, is_placed(database, name));
  if (placed) {
    return fail(ErrorCode::kBusy,
                fmt::format("'{0}' was placed in service meanwhile; look at it (purser asset show "
                            "{0}) and try again",
                            name));
  }
  return undo_addition(store, writer, before, now);
}

}  // namespace

Result<Applied> Books::undo(std::string_view name, Effect effect, const Observer& tell) {
  BooksStore store(database_);
  PURSER_ASSIGN(auto transaction, begin_as(database_, who_));
  PURSER_ASSIGN(auto writer, JournalWriter::at_end(store, clock_, who_, tell));
  PURSER_ASSIGN(Applied applied,
                undo_last(database_, store, writer, name, month_of(date_of(clock_.now()))));
  if (effect == Effect::kWrite) PURSER_TRY(transaction.commit());
  return applied;
}

Result<Applied> Books::undo_event(std::string_view name, std::int64_t event, Effect effect,
                                  const Observer& tell) {
  BooksStore store(database_);
  PURSER_ASSIGN(auto transaction, begin_as(database_, who_));
  PURSER_ASSIGN(auto writer, JournalWriter::at_end(store, clock_, who_, tell));
  PURSER_ASSIGN(const StoredAsset asset, find_asset(store, name));
  PURSER_ASSIGN(Applied applied, undo_chosen(database_, store, writer, asset, event,
                                             Chosen::kByItself, month_of(date_of(clock_.now()))));
  if (effect == Effect::kWrite) PURSER_TRY(transaction.commit());
  return applied;
}

Result<Applied> Books::undo_joining(std::string_view name, Book book, Effect effect,
                                    const Observer& tell) {
  BooksStore store(database_);
  PURSER_ASSIGN(auto transaction, begin_as(database_, who_));
  PURSER_ASSIGN(auto writer, JournalWriter::at_end(store, clock_, who_, tell));
  PURSER_ASSIGN(const StoredAsset asset, find_asset(store, name));
  PURSER_ASSIGN(Applied applied, undo_joining_of(database_, store, writer, asset, book,
                                                 month_of(date_of(clock_.now()))));
  if (effect == Effect::kWrite) PURSER_TRY(transaction.commit());
  return applied;
}

// --- by an entry ---------------------------------------------------------------------------------

namespace {

// What its addition wrote first, in every book.
bool is_of_addition(std::string_view event) {
  return event == "acquisition" || event == kSection179 || event == kBonus;
}

// The number of the event that its entries are named by: 3 of "improvement:3".
std::optional<std::int64_t> event_of(std::string_view key) {
  const std::size_t colon = key.find(':');
  if (colon == std::string_view::npos || key.starts_with(kPurchaseKey)) return std::nullopt;
  std::int64_t id = 0;
  const auto [end, error] = std::from_chars(key.data() + colon + 1, key.data() + key.size(), id);
  if (error != std::errc() || end != key.data() + key.size()) return std::nullopt;
  return id;
}

// Whether its month has such a charge, once it is posted: not in a book that the asset has left.
Result<bool> is_posted_again(BooksStore& store, const Entry& entry) {
  const auto named = [](Kind kind) { return name(kind); };
  if (std::ranges::find(kKinds, entry.event, named) == kKinds.end()) return false;
  PURSER_ASSIGN(const Book book, parse_book(entry.book));
  bool has_terms = false;
  PURSER_TRY(store.asset_named(entry.asset, [&](const StoredAsset& stored) -> Status {
    has_terms = stored.asset.terms_in(book) != nullptr;
    return {};
  }));
  return has_terms;
}

// It stands: kRefused where it does not.
Status check_stands(BooksStore& store, const Entry& entry) {
  PURSER_ASSIGN(const bool withdrawn, store.is_of_withdrawn(entry.number));
  if (withdrawn) {
    return fail(ErrorCode::kRefused,
                fmt::format("entry {} is of '{}', which was taken out of the books again; all that "
                            "was posted of it is undone already",
                            entry.number, entry.asset));
  }
  PURSER_ASSIGN(const bool reversed, store.is_reversed(entry.number));
  if (!reversed && !entry.reverses) return {};
  PURSER_ASSIGN(const bool posts_again, is_posted_again(store, entry));
  return fail(ErrorCode::kRefused,
              fmt::format("entry {} {}", entry.number,
                          reversed      ? "was reversed already"
                          : posts_again ? "is itself a reversal; post the month again"
                                        : "is the mirror image of what was taken back; if that was "
                                          "right after all, record it again"));
}

bool wears_by_use(const Asset& asset) {
  const auto by_use = [](const Method& method) {
    return std::holds_alternative<UnitsOfProduction>(method);
  };
  return by_use(asset.terms.method) ||
         std::ranges::any_of(asset.memo,
                             [&](const MemoTerms& memo) { return by_use(memo.terms.method); }) ||
         std::ranges::any_of(asset.events, [&](const Event& event) {
           const auto* const estimate = std::get_if<Estimate>(&event.what);
           return estimate != nullptr && estimate->method && by_use(*estimate->method);
         });
}

// Why a charge is not what the entry says, and what helps.
Status refuse_fact(const Asset& asset, const Entry& entry) {
  if (entry.event == kCatchUp && wears_by_use(asset)) {
    return fail(ErrorCode::kRefused,
                fmt::format("entry {0} makes good what readings of '{1}' said of closed months; "
                            "give those days again with what is right: purser asset units {1} FILE",
                            entry.number, entry.asset));
  }
  return fail(ErrorCode::kRefused,
              fmt::format("entry {0} stands on a step of the purchase of '{1}' that is not the "
                          "last; purser asset undo {1} takes back what was recorded since, newest "
                          "first",
                          entry.number, entry.asset));
}

// That it was added, unless something came since; or that it was added to the book of the entry.
Result<Applied> undo_addition_of(store::Database& database, BooksStore& store,
                                 JournalWriter& writer, const Entry& entry, Month now) {
  PURSER_ASSIGN(const StoredAsset asset, find_asset(store, entry.asset));
  PURSER_ASSIGN(const auto record, UpkeepStore(database).last_record(asset.id, asset.asset));
  PURSER_ASSIGN(const bool placed, is_placed(database, entry.asset));
  if (entry.book != name(Book::kFinancial)) {
    PURSER_ASSIGN(const Book book, parse_book(entry.book));
    return undo_joining_of(database, store, writer, asset, book, now);
  }
  const Event* const last = last_event(asset.asset);
  std::string since;
  if (record) {
    since = record->book ? fmt::format("was added to the {} book", name(*record->book))
                         : fmt::format("has had its {}", record->record.what);
  } else if (last != nullptr) {
    since = fmt::format("has had its {} on {}", name(last->what), format(last->on));
  } else if (placed) {
    since = "was bought and placed in service by steps";
  }
  if (since.empty()) return undo_last(database, store, writer, entry.asset, now);
  return fail(
      ErrorCode::kRefused,
      fmt::format("entry {0} says that '{1}' came into the books, and it {2} since; take that back "
                  "first: purser asset undo {1}",
                  entry.number, entry.asset, since));
}

}  // namespace

Result<std::optional<Applied>> Books::undo_entry(std::int64_t number, Effect effect,
                                                 const Observer& tell) {
  BooksStore store(database_);
  PURSER_ASSIGN(auto transaction, begin_as(database_, who_));
  PURSER_ASSIGN(const Entry entry, entry_numbered(store, number));
  const auto event = event_of(entry.event);
  const bool may_add = is_of_addition(entry.event) || entry.event == kCatchUp;
  if (!event && !may_add) return std::optional<Applied>();
  PURSER_TRY(check_stands(store, entry));
  PURSER_ASSIGN(const StoredAsset asset, find_asset(store, entry.asset));
  if (entry.event == kCatchUp && wears_by_use(asset.asset)) return std::optional<Applied>();
  PURSER_ASSIGN(auto writer, JournalWriter::at_end(store, clock_, who_, tell));
  const Month now = month_of(date_of(clock_.now()));
  const Event* const its = event ? event_numbered(asset.asset, *event) : nullptr;
  const bool added = !event || (its != nullptr && is_addition(*its));
  if (added) PURSER_TRY(refuse_closed(store, entry.period));
  PURSER_ASSIGN(std::optional<Applied> applied,
                added
                    ? undo_addition_of(database_, store, writer, entry, now)
                    : undo_chosen(database_, store, writer, asset, *event, Chosen::kByItself, now));
  if (effect == Effect::kWrite) PURSER_TRY(transaction.commit());
  return applied;
}

Result<std::int64_t> Books::reverse(std::int64_t number, Effect effect, const Observer& tell) {
  BooksStore store(database_);
  PURSER_ASSIGN(auto transaction, begin_as(database_, who_));
  PURSER_ASSIGN(const Entry entry, entry_numbered(store, number));
  PURSER_TRY(check_stands(store, entry));
  PURSER_TRY(refuse_closed(store, entry.period));
  PURSER_ASSIGN(const StoredAsset asset, find_asset(store, entry.asset));
  const bool stands_on_facts = entry.event.find(':') != std::string::npos ||
                               is_of_addition(entry.event) || entry.event == "placing" ||
                               entry.event == kCatchUp;
  if (stands_on_facts) return tl::unexpected(refuse_fact(asset.asset, entry).error());
  PURSER_ASSIGN(std::vector<Entry> standing,
                standing_entries(store, entry.period, asset.id, entry.event));
  std::erase_if(standing, [&](const Entry& one) { return one.book != entry.book; });
  std::int64_t sum = 0;
  for (const Entry& one : standing) sum += one.lines.front().amount.minor();
  if (sum == 0) {
    return fail(ErrorCode::kRefused,
                fmt::format("entry {} and what corrected it come to nothing already", number));
  }
  PURSER_ASSIGN(auto writer, JournalWriter::at_end(store, clock_, who_, tell));
  PURSER_TRY(mirror(store, writer, standing, asset.id));
  if (effect == Effect::kWrite) PURSER_TRY(transaction.commit());
  return writer.written();
}

}  // namespace purser::books
