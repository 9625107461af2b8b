#include "books/additions.h"

#include <utility>

#include <fmt/format.h>

#include "books/books_store.h"
#include "books/chart.h"
#include "books/checks.h"
#include "books/find.h"
#include "books/journal.h"
#include "books/memo_books.h"
#include "books/moving.h"
#include "books/takeover.h"

namespace purser::books {
namespace {

Status refuse_tax_deductions(const Terms& terms) {
  const auto* macrs = std::get_if<Macrs>(&terms.method);
  if (macrs == nullptr || (!macrs->section_179 && macrs->bonus_basis_points == 0)) return {};
  return fail(ErrorCode::kInvalidInput,
              "section 179 and bonus are deductions from tax and belong to that book alone; add "
              "the asset without them, and then to --book tax");
}

Status check_terms(const Asset& asset) {
  PURSER_TRY(check_name("an asset", asset.name));
  PURSER_TRY(check_name("a class of assets", asset.asset_class));
  PURSER_TRY(check(asset.terms));
  PURSER_TRY(check_amount("a cost of", asset.terms.cost, asset.currency()));
  PURSER_TRY(check_amount("maintenance of", asset.maintenance_per_year, asset.currency()));
  PURSER_TRY(check_amount("space of", asset.space_per_month, asset.currency()));
  if (asset.terms.disposed) {
    return fail(ErrorCode::kUnsupported,
                fmt::format("'{}' was disposed of on {}; only assets in service can be added",
                            asset.name, format(*asset.terms.disposed)));
  }
  PURSER_TRY(refuse_tax_deductions(asset.terms));
  if (asset.idle_watts > asset.load_watts) {
    return fail(
        ErrorCode::kInvalidInput,
        fmt::format("'{}' would draw more when idle than under load; swap the two", asset.name));
  }
  return {};
}

Status refuse_taken(BooksStore& store, std::string_view name) {
  return store.asset_named(name, [&](const StoredAsset&) -> Status {
    return fail(ErrorCode::kAlreadyExists,
                fmt::format("there is an asset '{}' already; choose another name", name));
  });
}

Status add(BooksStore& store, JournalWriter& writer, const Asset& asset) {
  const Terms& terms = asset.terms;
  PURSER_TRY(check_terms(asset));
  PURSER_TRY(refuse_taken(store, asset.name));
  if (!asset.site.empty()) PURSER_TRY(check_site(store, asset, asset.site));
  const Month month = month_of(asset.begins());
  if (const auto open = refuse_closed(store, month); !open) {
    return fail(
        ErrorCode::kInvalidInput,
        asset.takeover
            ? fmt::format("taken over on {}: {}", format(asset.begins()), open.error().message())
            : fmt::format("in service on {}: {}; what was charged elsewhere until then is "
                          "taken over: --taken-over DATE --accumulated AMOUNT",
                          format(asset.begins()), open.error().message()));
  }
  PURSER_ASSIGN(const std::int64_t id, store.insert_asset(asset));
  if (asset.takeover) return take_over(store, writer, asset, *asset.takeover, id);
  if (terms.cost.is_zero()) return {};
  Entry entry;
  entry.date = terms.in_service;
  entry.period = month;
  entry.book = books::name(Book::kFinancial);
  entry.asset = asset.name;
  entry.event = "acquisition";
  entry.rule = "purchase";
  entry.lines = {{std::string(account::kEquipment), terms.cost},
                 {std::string(account::kPayable), -terms.cost}};
  return writer.append(std::move(entry), id);
}

}  // namespace

struct Additions::State {
  State(store::Database& database, store::Transaction begun, std::string author,
        const Observer& observer)
      : store(database), transaction(std::move(begun)), who(std::move(author)), tell(observer) {}

  Status note(Status done) {
    if (!done) refused = true;
    return done;
  }

  BooksStore store;
  store::Transaction transaction;
  std::string who;
  Observer tell;
  std::unique_ptr<JournalWriter> writer;  // stands on store, who and tell
  bool refused = false;
};

Result<Additions> Books::begin_additions(const Observer& tell) {
  PURSER_ASSIGN(auto transaction, database_.begin());
  auto state = std::make_unique<Additions::State>(database_, std::move(transaction), who_, tell);
  PURSER_ASSIGN(auto writer, JournalWriter::at_end(state->store, clock_, state->who, state->tell));
  state->writer = std::make_unique<JournalWriter>(std::move(writer));
  return Additions(std::move(state));
}

Additions::Additions(std::unique_ptr<State> state) : state_(std::move(state)) {}
Additions::Additions(Additions&&) noexcept = default;
Additions::~Additions() = default;

Status Additions::add_asset(const Asset& asset) {
  return state_->note(add(state_->store, *state_->writer, asset));
}

Status Additions::add_to_book(std::string_view asset, const MemoTerms& memo) {
  return state_->note(add_memo(state_->store, *state_->writer, asset, memo));
}

Result<Asset> Additions::asset(std::string_view name) const {
  PURSER_ASSIGN(StoredAsset found, find_asset(state_->store, name));
  return std::move(found.asset);
}

std::int64_t Additions::written() const { return state_->writer->written(); }

Status Additions::commit() {
  if (state_->refused) {
    return fail(ErrorCode::kRefused, "one of the assets was refused; none was added");
  }
  return state_->transaction.commit();
}

// --- one at a time -------------------------------------------------------------------------------

Result<std::int64_t> Books::add_asset(const Asset& asset, Effect effect, const Observer& tell) {
  PURSER_ASSIGN(Additions additions, begin_additions(tell));
  PURSER_TRY(additions.add_asset(asset));
  if (effect == Effect::kWrite) PURSER_TRY(additions.commit());
  return additions.written();
}

Result<std::int64_t> Books::add_to_book(std::string_view asset, const MemoTerms& memo,
                                        Effect effect, const Observer& tell) {
  PURSER_ASSIGN(Additions additions, begin_additions(tell));
  PURSER_TRY(additions.add_to_book(asset, memo));
  if (effect == Effect::kWrite) PURSER_TRY(additions.commit());
  return additions.written();
}

}  // namespace purser::books
