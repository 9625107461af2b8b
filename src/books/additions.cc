#include "books/additions.h"

#include <utility>

#include <fmt/format.h>

#include "books/addition_checks.h"
#include "books/books_store.h"
#include "books/chart.h"
#include "books/checks.h"
#include "books/division.h"
#include "books/find.h"
#include "books/in_the_way.h"
#include "books/journal.h"
#include "books/macrs_years.h"
#include "books/memo_books.h"
#include "books/opening_entries.h"
#include "books/purchase_store.h"
#include "books/roles.h"
#include "books/takeover.h"
#include "books/upkeep_store.h"

namespace purser::books {
namespace {

constexpr std::string_view kGiveTheRate =
    "convert it at the rate of the day on which it was bought: --rate '{} AMOUNT'";

constexpr std::string_view kMendTheRate =
    "write its --rate in {0}, or leave it out of what was paid in {0}";

// What was paid in a foreign currency stays known, and by which document.
Status note_purchase(PurchaseStore store, const JournalWriter& writer, const Asset& asset,
                     const AtOnce& bought, std::int64_t id) {
  if (!bought.paid && bought.document.empty()) return {};
  PurchaseStep step{.kind = StepKind::kAddition,
                    .on = asset.terms.in_service,
                    .effective = asset.begins(),
                    .costs = {{CostKind::kPrice, asset.terms.cost, bought.paid}},
                    .recorded = writer.now(),
                    .who = writer.who(),
                    .serial = {},
                    .document = bought.document};
  return store.insert(id, step);
}

// Into the month of service or, where that is closed, into the first open one.
Status write_purchase(BooksStore& store, JournalWriter& writer, const Asset& asset,
                      const AtOnce& bought, std::int64_t id) {
  OpeningDay opening{asset.terms.in_service, {}};
  if (asset.entered) {
    PURSER_ASSIGN(opening, opening_of(store, asset));
  }
  OpeningEntries entries(store, writer, asset.name, id, Book::kFinancial, std::move(opening));
  const std::string rule =
      bought.paid ? fmt::format("purchase, {}", format(*bought.paid)) : std::string("purchase");
  PURSER_TRY(entries.add("acquisition", with_document(rule, bought.document), account::kEquipment,
                         account::kPayable, asset.terms.cost));
  if (!asset.entered) return {};
  PURSER_ASSIGN(const StoredAsset added, find_asset(store, asset.name));
  PURSER_ASSIGN(const Course course, added.asset.course(Book::kFinancial));
  return entries.catch_up(course);
}

Status add(BooksStore& store, PurchaseStore purchases, JournalWriter& writer, NamesTaken& names,
           const Asset& given, const AtOnce& bought) {
  PURSER_TRY(check_reference("the number of a document", bought.document));
  PURSER_TRY(check_addition(store, given, bought.paid ? kMendTheRate : kGiveTheRate));
  PURSER_TRY(refuse_taken(store, given.name));
  PURSER_TRY(names.add(given));
  Asset asset = given;
  PURSER_ASSIGN(asset.entered, entered_on(store, given));
  PURSER_ASSIGN(const std::int64_t id, store.insert_asset(asset));
  PURSER_TRY(note_purchase(purchases, writer, asset, bought, id));
  if (asset.takeover) return take_over(store, writer, asset, *asset.takeover, id);
  return write_purchase(store, writer, asset, bought, id);
}

// Of what was recorded of it, only that it came: taken over, if it was.
Status refuse_changed(const Asset& asset) {
  for (const Event& event : asset.events) {
    const auto* const opening = std::get_if<Opening>(&event.what);
    if (opening != nullptr && opening->part_of.empty()) continue;
    return fail(ErrorCode::kRefused, fmt::format("'{}' has had its {} since; undo that first: {}",
                                                 asset.name, name(event.what), undoing_of(event)));
  }
  return {};
}

// `joined`: what was recorded last and is no event. It may be that it came into `book`, a memo one.
Status refuse_recorded(const Asset& asset, const std::optional<UpkeepStore::LastRecord>& joined,
                       Book book) {
  if (!joined || joined->book == book) return {};
  const std::string since =
      joined->book ? fmt::format("was added to the {} book", books::name(*joined->book))
                   : fmt::format("has had a {}", joined->record.what);
  return fail(
      ErrorCode::kRefused,
      fmt::format("'{0}' {1} since; undo that first: purser asset undo {0}", asset.name, since));
}

Status refuse_placed(PurchaseStore& purchases, std::string_view name) {
  PURSER_ASSIGN(const auto bought, purchases.named(name));
  if (!bought || bought->purchase.step(StepKind::kPlacing) == nullptr) return {};
  return fail(ErrorCode::kRefused,
              fmt::format("'{0}' was bought and placed in service step by step, and not added; "
                          "purser asset undo {0} takes that back",
                          name));
}

}  // namespace

struct Additions::State {
  State(store::Database& database, store::Transaction begun, std::string author,
        const Observer& observer)
      : store(database),
        purchases(database),
        upkeep(database),
        names(store),
        transaction(std::move(begun)),
        who(std::move(author)),
        tell(observer) {}

  Status note(Status done) {
    if (!done) refused = true;
    return done;
  }
  // In which order it was done, so that it can be undone.
  Status note_joined(std::string_view name, Book book) {
    PURSER_ASSIGN(const std::int64_t id, store.asset_id(name));
    return upkeep.insert(id, book, writer->now(), who);
  }
  // The tax years of what was added are to be settled.
  Status note_years(std::string_view name, const Method& method) {
    if (!std::holds_alternative<Macrs>(method)) return {};
    PURSER_ASSIGN(const StoredAsset added, find_asset(store, name));
    return add_tax_years(added.asset, years);
  }

  Status take_back(std::string_view name, Book book);

  BooksStore store;
  PurchaseStore purchases;
  UpkeepStore upkeep;
  NamesTaken names;
  store::Transaction transaction;
  std::string who;
  Observer tell;
  std::unique_ptr<JournalWriter> writer;  // stands on store, who and tell
  std::set<TaxYear> years;                // not settled yet
  bool refused = false;
};

Result<Additions> Books::begin_additions(const Observer& tell) {
  PURSER_ASSIGN(auto transaction, begin_as(database_, who_));
  auto state = std::make_unique<Additions::State>(database_, std::move(transaction), who_, tell);
  PURSER_ASSIGN(auto writer, JournalWriter::at_end(state->store, clock_, state->who, state->tell));
  state->writer = std::make_unique<JournalWriter>(std::move(writer));
  return Additions(std::move(state));
}

Additions::Additions(std::unique_ptr<State> state) : state_(std::move(state)) {}
Additions::Additions(Additions&&) noexcept = default;
Additions::~Additions() = default;

Status Additions::add_asset(const Asset& asset, const std::optional<money::Foreign>& paid,
                            std::string_view document) {
  Asset its = asset;
  if (its.takeover) keep_convention(its.terms, its.takeover->on);
  const AtOnce bought{paid, std::string(document)};
  PURSER_TRY(state_->note(
      add(state_->store, state_->purchases, *state_->writer, state_->names, its, bought)));
  return state_->note(state_->note_years(its.name, its.terms.method));
}

Status Additions::add_to_book(std::string_view asset, const MemoTerms& memo) {
  PURSER_TRY(state_->note(add_memo(state_->store, *state_->writer, asset, memo)));
  PURSER_TRY(state_->note(state_->note_joined(asset, memo.book)));
  return state_->note(state_->note_years(asset, memo.terms.method));
}

Status Additions::State::take_back(std::string_view name, Book book) {
  PURSER_ASSIGN(const StoredAsset asset, find_asset(store, name));
  PURSER_TRY(refuse_changed(asset.asset));
  PURSER_ASSIGN(const auto joined, upkeep.last_record(asset.id, asset.asset));
  PURSER_TRY(refuse_recorded(asset.asset, joined, book));
  const Month now = month_of(date_of(writer->now()));
  PURSER_TRY(add_tax_years(asset.asset, years));
  if (book == Book::kFinancial) {
    PURSER_TRY(refuse_placed(purchases, name));
    return withdraw(store, *writer, asset, now);
  }
  if (!joined) {
    return fail(ErrorCode::kRefused,
                fmt::format("when '{0}' was added to the {1} book is not known, as it stands there "
                            "since before that was kept; it leaves it with the others",
                            name, books::name(book)));
  }
  PURSER_TRY(take_out_of_book(store, *writer, asset, book, now));
  return upkeep.insert_undone(joined->number, writer->now(), writer->who());
}

Status Additions::take_back(std::string_view asset, Book book) {
  return state_->note(state_->take_back(asset, book));
}

Result<std::vector<RuledYear>> Additions::settle() {
  std::set<TaxYear> years;
  years.swap(state_->years);
  return settle_tax_years(state_->store, *state_->writer, years,
                          month_of(date_of(state_->writer->now())));
}

Result<Asset> Additions::asset(std::string_view name) const {
  PURSER_ASSIGN(StoredAsset found, find_asset(state_->store, name));
  return std::move(found.asset);
}

Result<std::optional<Asset>> Additions::find(std::string_view name) const {
  std::optional<Asset> found;
  PURSER_TRY(state_->store.asset_named(name, [&](const StoredAsset& stored) -> Status {
    found = stored.asset;
    return {};
  }));
  return found;
}

Result<AtOnce> Additions::bought(std::string_view asset) const {
  PURSER_ASSIGN(const auto known, state_->purchases.named(asset));
  if (!known) return AtOnce();
  const PurchaseStep* const addition = known->purchase.step(StepKind::kAddition);
  if (addition == nullptr || addition->costs.empty()) return AtOnce();
  return AtOnce{addition->costs.front().paid, addition->document};
}

Result<std::vector<UnitsUsed>> Additions::readings(std::string_view asset) const {
  PURSER_ASSIGN(const std::int64_t id, state_->store.asset_id(asset));
  return state_->store.units_of(id);
}

Result<std::vector<UnitsUsed>> Additions::replaced_readings(std::string_view asset) const {
  PURSER_ASSIGN(const std::int64_t id, state_->store.asset_id(asset));
  return state_->store.replaced_units(id);
}

Result<std::optional<FiscalYearStart>> Additions::macrs_year_start(Book book,
                                                                   money::Currency currency) const {
  return state_->store.macrs_year_start(book, currency);
}

Result<bool> Additions::knows(money::Currency currency) const {
  return state_->purchases.any_in(currency);
}

const std::vector<PostedAgain>& Additions::posted_again() const {
  return state_->writer->posted_again();
}

std::int64_t Additions::written() const { return state_->writer->written(); }

Status Additions::commit() {
  if (state_->refused) {
    return fail(ErrorCode::kRefused, "one of the assets was refused; none was added");
  }
  PURSER_TRY(settle());
  return state_->transaction.commit();
}

// --- one at a time -------------------------------------------------------------------------------

Result<std::int64_t> Books::add_asset(const Asset& asset, Effect effect, const Observer& tell) {
  PURSER_ASSIGN(Additions additions, begin_additions(tell));
  PURSER_TRY(additions.add_asset(asset));
  PURSER_TRY(additions.settle());
  if (effect == Effect::kWrite) PURSER_TRY(additions.commit());
  return additions.written();
}

Result<std::int64_t> Books::add_to_book(std::string_view asset, const MemoTerms& memo,
                                        Effect effect, const Observer& tell) {
  PURSER_ASSIGN(Additions additions, begin_additions(tell));
  PURSER_TRY(additions.add_to_book(asset, memo));
  PURSER_TRY(additions.settle());
  if (effect == Effect::kWrite) PURSER_TRY(additions.commit());
  return additions.written();
}

}  // namespace purser::books
