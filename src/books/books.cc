#include "books/books.h"

#include <algorithm>
#include <string_view>
#include <unordered_set>

#include <fmt/format.h>

#include "books/books_store.h"
#include "books/checks.h"
#include "books/find.h"
#include "books/journal.h"
#include "books/late_energy.h"
#include "books/memo_books.h"
#include "books/posting.h"
#include "books/roles.h"

namespace purser::books {
namespace {

using money::Money;

Status refuse_unbegun(const Clock& clock, Month month) {
  if (midnight(first_day(month)) <= clock.now()) return {};
  return fail(ErrorCode::kRefused, fmt::format("{} has not begun; post it from {} on",
                                               format(month), format(first_day(month))));
}

// None: every book.
Status post_month(BooksStore& store, JournalWriter& writer, Month month, std::optional<Book> book) {
  PostedMonth posted(store, month);
  return store.each_asset(period_of(month).end, [&](const StoredAsset& asset) {
    return post_asset(store, writer, asset, posted, book);
  });
}

Status accrue_one(BooksStore& store, JournalWriter& writer, const Accrual& accrual, Month month,
                  JournalWriter::Zero zero) {
  if (accrual.kind != Kind::kEnergy) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("{} follows from the terms of an asset and is not accrued by hand",
                            books::name(accrual.kind)));
  }
  PURSER_ASSIGN(const StoredAsset asset, find_asset(store, accrual.asset));
  PURSER_TRY(check_amount("energy of", accrual.amount, asset.asset.currency()));
  PURSER_ASSIGN(const PostedByEvent posted, store.posted(month, asset.id, Book::kFinancial));
  return writer.bring_to(Book::kFinancial, accrual.kind, accrual.amount, posted, month, asset,
                         "accrual of the energy used", zero);
}

// Every asset whose energy the books know how to price must have had it accrued.
Status check_accrued(BooksStore& store, std::span<const Accrual> accruals, Month month) {
  const Period period = period_of(month);
  std::unordered_set<std::string_view> accrued;
  for (const Accrual& accrual : accruals) {
    if (accrual.kind == Kind::kEnergy) accrued.insert(accrual.asset);
  }
  return store.each_asset(period.end, [&](const StoredAsset& stored) -> Status {
    const Asset& asset = stored.asset;
    const bool gone = asset.service_in(period).days() <= 0;
    if (gone || !draws_priced_energy(asset, period)) return {};
    if (accrued.contains(asset.name)) return {};
    PURSER_ASSIGN(const PostedByEvent posted, store.posted(month, stored.id, Book::kFinancial));
    const auto energy = posted.find(books::name(Kind::kEnergy));
    if (energy != posted.end() && energy->second.standing > 0) return {};
    return fail(ErrorCode::kRefused,
                fmt::format("the energy of '{}' in {} was not accrued; accrue it, zero if it was "
                            "off, and close again",
                            asset.name, format(month)));
  });
}

// A price that changed between the computing of the energy and its posting: the closed month would
// be priced by terms that never were those of any of its days.
Status refuse_stale(BooksStore& store, const Metered& metered, Month month) {
  if (!metered.prices_mark) return {};
  PURSER_ASSIGN(const std::int64_t mark, store.prices_mark(month));
  if (mark == *metered.prices_mark) return {};
  return fail(ErrorCode::kBusy,
              "what power costs was changed while its energy was computed; close again");
}

// What the journal holds for an asset and month in the financial book.
struct InJournal {
  PostedByEvent sums;
  bool closed;
};
Result<InJournal> in_journal(BooksStore& store, std::int64_t asset_id, Month month) {
  PURSER_ASSIGN(PostedByEvent sums, store.posted(month, asset_id, Book::kFinancial));
  PURSER_ASSIGN(const auto last, store.closed_through());
  return InJournal{std::move(sums), last && month <= *last};
}

std::vector<LateEnergy> late_energy_of(const PostedByEvent& sums, money::Currency currency) {
  std::vector<LateEnergy> late;
  for (const auto& posted : sums) {
    const auto of = late_energy_month(posted.first);
    if (of) late.push_back({*of, Money(posted.second.minor, currency)});
  }
  return late;
}

PeriodParts as_posted(const PeriodParts& forecast, const InJournal& standing, Month month) {
  PeriodParts parts = forecast;
  parts.posted = standing.closed;
  const money::Currency currency = forecast.depreciation.amount.currency();
  for (const Kind kind : kKinds) {
    Part& part = parts.part(kind);
    const auto found = standing.sums.find(books::name(kind));
    const bool stands = found != standing.sums.end();
    const Money amount(stands ? found->second.minor : 0, currency);
    if (stands && kind != Kind::kEnergy) parts.posted = true;
    if (amount != part.amount) {
      part = {amount,
              fmt::format("{} stands in the journal for {}", format(amount), format(month))};
    }
  }
  parts.late_energy = late_energy_of(standing.sums, currency);
  if (const auto late = standing.sums.find(kCatchUp); late != standing.sums.end()) {
    parts.caught_up = Money(late->second.minor, currency);
  }
  return parts;
}

}  // namespace

// --- assets -------------------------------------------------------------------------------------

Result<Asset> Books::asset(std::string_view name) const {
  BooksStore store(database_);
  PURSER_ASSIGN(StoredAsset found, find_asset(store, name));
  return std::move(found.asset);
}

Result<std::vector<Asset>> Books::assets() const {
  std::vector<Asset> assets;
  BooksStore store(database_);
  PURSER_TRY(store.each_asset(std::nullopt, [&](const StoredAsset& stored) -> Status {
    assets.push_back(stored.asset);
    return {};
  }));
  return assets;
}

Status Books::each_asset(const std::function<Status(const Asset&)>& take) const {
  BooksStore store(database_);
  return store.each_asset(std::nullopt,
                          [&](const StoredAsset& stored) { return take(stored.asset); });
}

// --- posting and closing -------------------------------------------------------------------------

Result<std::int64_t> Books::post(Month month, Effect effect, const Observer& tell,
                                 std::optional<Book> book) {
  PURSER_TRY(refuse_unbegun(clock_, month));
  BooksStore store(database_);
  PURSER_ASSIGN(auto transaction, begin_as(database_, who_));
  PURSER_ASSIGN(const auto closed, store.closed_through());
  if (closed && month <= *closed) return 0;
  PURSER_ASSIGN(auto writer, JournalWriter::at_end(store, clock_, who_, tell));
  PURSER_TRY(post_month(store, writer, month, book));
  if (effect == Effect::kWrite) PURSER_TRY(transaction.commit());
  return writer.written();
}

Result<std::int64_t> Books::accrue(const Accrual& accrual, Month month, Effect effect,
                                   const Observer& tell) {
  PURSER_TRY(refuse_unbegun(clock_, month));
  BooksStore store(database_);
  PURSER_ASSIGN(auto transaction, begin_as(database_, who_));
  PURSER_TRY(refuse_closed(store, month));
  PURSER_ASSIGN(auto writer, JournalWriter::at_end(store, clock_, who_, tell));
  PURSER_TRY(accrue_one(store, writer, accrual, month, JournalWriter::Zero::kSaid));
  if (effect == Effect::kWrite) PURSER_TRY(transaction.commit());
  return writer.written();
}

namespace {

Status refuse_unfinished(const Clock& clock, Month month) {
  const Date end = period_of(month).end;
  if (clock.now() >= midnight(end)) return {};
  return fail(ErrorCode::kRefused,
              fmt::format("{} is not over; close it from {} on", format(month), format(end)));
}

tl::unexpected<Error> nothing_to_close(Month month) {
  return fail(
      ErrorCode::kRefused,
      fmt::format("there is nothing to close in {}: no asset was in service yet", format(month)));
}

// The first open month, within a transaction.
Status close_month(BooksStore& store, JournalWriter& writer, Month month, const Metered& metered) {
  PURSER_TRY(refuse_stale(store, metered, month));
  PURSER_TRY(check_accrued(store, metered.energy, month));
  for (const Accrual& accrual : metered.energy) {
    PURSER_TRY(accrue_one(store, writer, accrual, month, JournalWriter::Zero::kUnsaid));
  }
  for (const LateAccrual& late : metered.late) {
    PURSER_TRY(post_late_energy(store, writer, late, month));
  }
  PURSER_TRY(post_month(store, writer, month, std::nullopt));
  PURSER_TRY(store.keep_sums(month));
  return store.insert_closing({month, writer.head(), metered.mark}, writer.now(), writer.who());
}

}  // namespace

Result<std::int64_t> Books::close(Month month, const Metered& metered, Effect effect,
                                  const Observer& tell) {
  PURSER_TRY(refuse_unfinished(clock_, month));
  BooksStore store(database_);
  PURSER_ASSIGN(auto transaction, begin_as(database_, who_, Role::kClose));
  PURSER_ASSIGN(const auto closed, store.closed_through());
  if (closed && month <= *closed) return 0;
  PURSER_ASSIGN(const auto open, first_open());
  if (!open || month < *open) return nothing_to_close(month);
  if (month > *open) {
    return fail(ErrorCode::kRefused, fmt::format("{} is still open and months close in order; "
                                                 "close {} first",
                                                 format(*open), format(*open)));
  }
  PURSER_ASSIGN(auto writer, JournalWriter::at_end(store, clock_, who_, tell));
  PURSER_TRY(close_month(store, writer, month, metered));
  if (effect == Effect::kWrite) PURSER_TRY(transaction.commit());
  return writer.written();
}

Result<std::int64_t> Books::rehearse_close(Month last, const MeterMonth& meter,
                                           const Observer& tell) {
  PURSER_TRY(refuse_unfinished(clock_, last));
  BooksStore store(database_);
  PURSER_ASSIGN(const auto transaction, begin_as(database_, who_, Role::kClose));
  PURSER_ASSIGN(const auto open, first_open());
  if (!open || last < *open) return nothing_to_close(last);
  PURSER_ASSIGN(auto writer, JournalWriter::at_end(store, clock_, who_, tell));
  for (Month month = *open; month <= last; month += std::chrono::months{1}) {
    PURSER_ASSIGN(const Metered metered, meter(month));
    auto closed = close_month(store, writer, month, metered);
    if (!closed) return fail(std::move(closed).error().in(format(month)));
  }
  return writer.written();
}

// --- asking --------------------------------------------------------------------------------------

Result<store::Transaction> Books::begin_snapshot() const { return database_.begin_snapshot(); }

Result<std::optional<Month>> Books::closed_through() const {
  return BooksStore(database_).closed_through();
}

Result<bool> Books::is_closed(Month month) const {
  PURSER_ASSIGN(const auto closed, closed_through());
  return closed && month <= *closed;
}

Result<std::optional<Month>> Books::first_open() const {
  PURSER_ASSIGN(const auto snapshot, database_.begin_snapshot());
  return BooksStore(database_).first_open();
}

Result<std::int64_t> Books::prices_mark(Month month) const {
  return BooksStore(database_).prices_mark(month);
}

Result<std::int64_t> Books::usage_seen() const { return BooksStore(database_).usage_seen(); }

Result<Money> Books::energy_paid(std::string_view name, Month month) const {
  PURSER_ASSIGN(const auto snapshot, database_.begin_snapshot());
  BooksStore store(database_);
  PURSER_ASSIGN(const StoredAsset stored, find_asset(store, name));
  PURSER_ASSIGN(const auto closed, store.closed_through());
  PURSER_ASSIGN(const std::int64_t minor,
                standing_energy(store, stored.id, month, closed.value_or(month)));
  return Money(minor, stored.asset.currency());
}

Result<PeriodParts> Books::posted(std::string_view name, Month month) const {
  PURSER_ASSIGN(const auto snapshot, database_.begin_snapshot());
  BooksStore store(database_);
  PURSER_ASSIGN(const StoredAsset stored, find_asset(store, name));
  PURSER_ASSIGN(const InJournal standing, in_journal(store, stored.id, month));
  PURSER_ASSIGN(const PeriodParts forecast, books::parts_of(stored.asset, month));
  return as_posted(forecast, standing, month);
}

Result<PeriodParts> Books::parts_of(std::string_view name, Month month) const {
  PURSER_ASSIGN(const auto snapshot, database_.begin_snapshot());
  BooksStore store(database_);
  PURSER_ASSIGN(const StoredAsset stored, find_asset(store, name));
  return parts_of(stored.asset, month);
}

Result<PeriodParts> Books::parts_of(const Asset& asset, Month month) const {
  PURSER_ASSIGN(const auto snapshot, database_.begin_snapshot());
  BooksStore store(database_);
  PURSER_ASSIGN(const std::int64_t id, store.asset_id(asset.name));
  PURSER_ASSIGN(const InJournal standing, in_journal(store, id, month));
  PURSER_ASSIGN(PeriodParts forecast, books::parts_of(asset, month));
  PeriodParts parts = as_posted(forecast, standing, month);
  if (!parts.posted) {
    forecast.energy = std::move(parts.energy);
    return forecast;
  }
  if (standing.closed) return parts;
  // What was reversed in an open month is posted again at its close: until then its hour costs what
  // it will cost, not nothing.
  for (const Kind kind : kKinds) {
    const auto found = standing.sums.find(books::name(kind));
    const bool reversed = found != standing.sums.end() &&
                          found->second.standing < found->second.entries &&
                          parts.part(kind).amount != forecast.part(kind).amount;
    if (!reversed || kind == Kind::kEnergy) continue;
    parts.part(kind) = forecast.part(kind);
    parts.part(kind).reversed = true;
  }
  return parts;
}

Status Books::each_entry(std::optional<Month> month,
                         const std::function<Status(const Entry&)>& take) const {
  return BooksStore(database_).each_entry(month, take);
}

}  // namespace purser::books
