// One asset becomes two, two become one. Nothing is gained or lost: what stands for one passes to
// the other, in every book, on the same day.
#include "books/division.h"

#include <fmt/format.h>

#include "books/addition_checks.h"
#include "books/checks.h"
#include "books/find.h"
#include "books/in_the_way.h"
#include "books/placement.h"
#include "books/portions.h"
#include "books/roles.h"

namespace purser::books {
namespace {

using money::Money;

tl::unexpected<Error> refused(std::string message) {
  return fail(ErrorCode::kRefused, std::move(message));
}

// Its life in a book until that day, whatever is known to come.
Result<Course> course_until(const Asset& asset, Book book, Date on) {
  Asset known = asset;
  known.terms.disposed.reset();
  for (MemoTerms& memo : known.memo) memo.terms.disposed.reset();
  std::erase_if(known.events, [&](const Event& event) { return event.effective > on; });
  std::erase_if(known.rulings, [&](const MacrsRuling& ruling) { return ruling.effective > on; });
  return known.course(book);
}

// All that stands for it, in every book.
Result<std::vector<Portion>> holdings(const Asset& asset, Date on) {
  std::vector<Portion> all;
  for (const Book book : kBooks) {
    if (asset.terms_in(book) == nullptr) continue;
    PURSER_ASSIGN(const Course course, course_until(asset, book, on));
    PURSER_ASSIGN(const std::vector<Portion> held, course.holdings(on));
    for (Portion portion : held) {
      portion.book = book;
      all.push_back(std::move(portion));
    }
  }
  return all;
}

Status refuse_by_use(const Asset& asset, Date on) {
  for (const Book book : kBooks) {
    if (asset.terms_in(book) == nullptr) continue;
    PURSER_ASSIGN(const Course course, course_until(asset, book, on));
    if (!std::holds_alternative<UnitsOfProduction>(course.terms(on).method)) continue;
    return refused(
        fmt::format("'{0}' wears off by use in the {1} book, and what of its use is that of a part "
                    "is not known; estimate another method first: purser asset estimate {0} "
                    "--method",
                    asset.name, name(book)));
  }
  return {};
}

Status refuse_gone(const Asset& asset, Date on) {
  const Period day{on, on + std::chrono::days{1}};
  if (asset.service_in(day).days() > 0) return {};
  return refused(fmt::format("'{}' is not in service on {}", asset.name, format(on)));
}

const Portion* first_of(std::span<const Portion> portions, Book book) {
  for (const Portion& portion : portions) {
    if (portion.book == book) return &portion;
  }
  return nullptr;
}

// In force on that day, with the amounts of the part.
Result<Terms> terms_of_part(const Asset& asset, Book book, Date on,
                            std::span<const Portion> portions) {
  PURSER_ASSIGN(const Course course, course_until(asset, book, on));
  const Portion& portion = *first_of(portions, book);
  Terms terms =
      with_amounts(course.terms(on), {.cost = portion.cost}, portion.salvage, deducted_of(portion));
  terms.in_service = asset.terms.in_service;
  terms.disposed.reset();
  return terms;
}

Result<Asset> part_of(const Asset& asset, const Division& division, Date on,
                      std::span<const Portion> portions) {
  PURSER_ASSIGN(const Terms terms, terms_of_part(asset, Book::kFinancial, on, portions));
  const Portion& whole = *first_of(portions, Book::kFinancial);
  Asset part{.name = division.part,
             .site = placement_on(asset, on).site,
             .terms = terms,
             .idle_watts = {},
             .load_watts = {},
             .maintenance_per_year = std::nullopt,
             .space_per_month = std::nullopt,
             .memo = {},
             .events = {},
             .asset_class = asset.asset_class,
             .takeover = Takeover{on, Money(whole.accumulated, asset.currency())}};
  for (const MemoTerms& memo : asset.memo) {
    PURSER_ASSIGN(Terms its, terms_of_part(asset, memo.book, on, portions));
    part.memo.push_back({memo.book, std::move(its)});
  }
  return part;
}

Status check_division(BooksStore& store, const Division& division) {
  PURSER_TRY(check_name("an asset", division.part));
  PURSER_TRY(check_reference("the number of a document", division.document));
  if (division.share <= 0 || division.share >= division.whole) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("a share of {}/{} is no part of '{}'; give one between nothing and "
                            "all of it, such as 1/8",
                            division.share, division.whole, division.asset));
  }
  PURSER_TRY(refuse_taken(store, division.part));
  return refuse_alike(store, Named::kAsset, division.part);
}

// Of all its properties: what was bought for nothing may have been improved.
std::int64_t cost_of(std::span<const Portion> portions, Book book) {
  std::int64_t cost = 0;
  for (const Portion& portion : portions) cost += portion.book == book ? portion.cost : 0;
  return cost;
}

Status check_shares(const Asset& asset, std::span<const Portion> all,
                    std::span<const Portion> parts) {
  const std::int64_t cost = cost_of(all, Book::kFinancial);
  const std::int64_t share = cost_of(parts, Book::kFinancial);
  if (share > 0 && share < cost) return {};
  return refused(fmt::format("that share of the cost of '{}', {}, is {}; nothing would be {}",
                             asset.name, format(Money(cost, asset.currency())),
                             format(Money(share, asset.currency())),
                             share == 0 ? "split off" : "left"));
}

// Both assets as they are then, posted up to the month of the event.
Status post_both(BooksStore& store, JournalWriter& writer, const Event& event,
                 std::string_view other, Month now) {
  for (const std::string_view name : {std::string_view(event.asset), other}) {
    PURSER_ASSIGN(const StoredAsset after, find_asset(store, name));
    PURSER_TRY(check_change(after.asset, event));
    PURSER_TRY(post_open_months(store, writer, after, month_of(event.effective), now));
  }
  return {};
}

Result<Event> divide(BooksStore& store, JournalWriter& writer, const Division& division) {
  PURSER_TRY(check_division(store, division));
  PURSER_ASSIGN(const StoredAsset whole, find_asset(store, division.asset));
  PURSER_ASSIGN(const Date on, effective_day(store, division.on));
  PURSER_TRY(refuse_by_use(whole.asset, on));
  PURSER_TRY(refuse_gone(whole.asset, on));
  PURSER_TRY(refuse_before_division(whole.asset, on));
  PURSER_ASSIGN(const std::vector<Portion> all, holdings(whole.asset, on));
  std::vector<Portion> parts = share_of(all, division.share, division.whole);
  PURSER_TRY(check_shares(whole.asset, all, parts));
  PURSER_ASSIGN(const Asset part, part_of(whole.asset, division, on, parts));
  PURSER_TRY(check(part.terms));
  PURSER_ASSIGN(const std::int64_t part_id, store.insert_asset(part));
  for (const MemoTerms& memo : part.memo) {
    PURSER_TRY(store.insert_terms(part_id, memo.book, memo.terms));
  }
  Event event{.id = 0,
              .asset = division.asset,
              .book = std::nullopt,
              .on = division.on,
              .effective = on,
              .what = Split{division.part, std::move(parts)},
              .recorded = writer.now(),
              .who = writer.who(),
              .document = division.document};
  PURSER_TRY(store.insert_event(whole.id, event, part_id));
  PURSER_TRY(post_both(store, writer, event, division.part, month_of(date_of(writer.now()))));
  return event;
}

// --- merge ---------------------------------------------------------------------------------------

// What the rest of both wears off by must be the same, or no single curve could carry it on.
Status check_alike(const Asset& asset, const Asset& into, Date on) {
  if (asset.currency() != into.currency()) {
    return refused(fmt::format("'{}' is kept in {} and '{}' in {}", asset.name,
                               asset.currency().code(), into.name, into.currency().code()));
  }
  for (const Book book : kBooks) {
    const bool stands = asset.terms_in(book) != nullptr;
    if (stands != (into.terms_in(book) != nullptr)) {
      return refused(fmt::format("'{}' stands in the {} book and '{}' does not; add it there first",
                                 stands ? asset.name : into.name, name(book),
                                 stands ? into.name : asset.name));
    }
    if (!stands) continue;
    PURSER_ASSIGN(const Course its, course_until(asset, book, on));
    PURSER_ASSIGN(const Course other, course_until(into, book, on));
    const Terms& a = its.terms(on);
    const Terms& b = other.terms(on);
    const bool same_method = name(a.method) == name(b.method) && a.fiscal_year == b.fiscal_year;
    // Each property of MACRS keeps its own table; the name says its convention, unless the law
    // does.
    const bool by_table = std::holds_alternative<Macrs>(a.method);
    const bool same_life =
        a.life == b.life && a.in_service == b.in_service && a.convention == b.convention;
    if (same_method && (by_table || same_life)) continue;
    return refused(
        fmt::format("in the {} book '{}' wears off over {} from {} ({}, {}) and '{}' over {} from "
                    "{} ({}, {}); only what wears off alike becomes one",
                    name(book), asset.name, format(a.life), format(a.in_service), name(a.method),
                    name(a.convention), into.name, format(b.life), format(b.in_service),
                    name(b.method), name(b.convention)));
  }
  return {};
}

// What the two cost together must be an amount of one asset.
Status check_sum(const Asset& into, Date on, std::span<const Portion> portions) {
  for (const Book book : kBooks) {
    if (into.terms_in(book) == nullptr) continue;
    PURSER_ASSIGN(const Course course, course_until(into, book, on));
    std::int64_t sum = course.cost(on).minor();
    for (const Portion& portion : portions) {
      if (portion.book == book) sum += portion.cost;
    }
    if (sum <= kAmountMinorMax) continue;
    return refused(fmt::format("together they would cost more than books hold of one asset, {}",
                               format(Money(kAmountMinorMax, into.currency()))));
  }
  return {};
}

}  // namespace

bool is_with_split(const Event& event) {
  const auto* const disposal = std::get_if<Disposal>(&event.what);
  return disposal != nullptr && disposal->with_split;
}

Event other_side(const Event& event) {
  Event other = event;
  if (const auto* split = std::get_if<Split>(&event.what)) {
    other.asset = split->part;
    other.what = Opening{split->portions, event.asset};
  }
  if (const auto* merge = std::get_if<Merge>(&event.what)) {
    other.asset = merge->merged;
    other.what = Merged{event.asset, merge->portions};
  }
  return other;
}

Result<std::optional<StoredAsset>> other_of(BooksStore& store, const Event& event) {
  const Event other = other_side(event);
  if (other.asset == event.asset) return std::nullopt;
  PURSER_ASSIGN(StoredAsset stored, find_asset(store, other.asset));
  for (const Event& since : stored.asset.events) {
    if (since.id <= event.id || is_with_split(since)) continue;
    return fail(ErrorCode::kRefused, fmt::format("'{}' has had its {} since; undo that first: {}",
                                                 other.asset, name(since.what), undoing_of(since)));
  }
  return stored;
}

Result<Applied> Books::split(const Division& division, Effect effect, const Observer& tell) {
  BooksStore store(database_);
  PURSER_ASSIGN(auto transaction, begin_as(database_, who_));
  PURSER_ASSIGN(const StoredAsset before, find_asset(store, division.asset));
  PURSER_ASSIGN(auto writer, JournalWriter::at_end(store, clock_, who_, tell));
  PURSER_ASSIGN(const Event event, divide(store, writer, division));
  PURSER_ASSIGN(const StoredAsset after, find_asset(store, division.asset));
  PURSER_ASSIGN(const StoredAsset part, find_asset(store, division.part));
  if (effect == Effect::kWrite) PURSER_TRY(transaction.commit());
  return Applied{.event = event,
                 .before = before.asset,
                 .after = after.asset,
                 .entries = writer.written(),
                 .other = part.asset,
                 .again = writer.posted_again()};
}

Result<Applied> Books::dispose_part(const Division& division, const Disposal& disposal,
                                    Effect effect, const Observer& tell) {
  BooksStore store(database_);
  PURSER_ASSIGN(auto transaction, begin_as(database_, who_));
  PURSER_ASSIGN(auto writer, JournalWriter::at_end(store, clock_, who_, tell));
  PURSER_TRY(divide(store, writer, division));
  PURSER_ASSIGN(const StoredAsset part, find_asset(store, division.part));
  Event event{.id = 0,
              .asset = division.part,
              .on = division.on,
              .what = disposal,
              .recorded = {},
              .document = division.document};
  std::get<Disposal>(event.what).with_split = true;
  PURSER_ASSIGN(std::vector<RuledYear> ruled, record(store, writer, event, clock_));
  PURSER_ASSIGN(const StoredAsset gone, find_asset(store, division.part));
  PURSER_ASSIGN(const StoredAsset rest, find_asset(store, division.asset));
  if (effect == Effect::kWrite) PURSER_TRY(transaction.commit());
  return Applied{.event = event,
                 .before = part.asset,
                 .after = gone.asset,
                 .entries = writer.written(),
                 .other = rest.asset,
                 .ruled = std::move(ruled),
                 .again = writer.posted_again()};
}

Result<Applied> Books::merge(std::string_view asset, std::string_view into, Date on, Effect effect,
                             const Observer& tell, std::string_view document) {
  PURSER_TRY(check_reference("the number of a document", document));
  BooksStore store(database_);
  PURSER_ASSIGN(auto transaction, begin_as(database_, who_));
  if (asset == into) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("'{}' cannot become a part of itself", asset));
  }
  PURSER_ASSIGN(const StoredAsset merged, find_asset(store, asset));
  PURSER_ASSIGN(const StoredAsset before, find_asset(store, into));
  PURSER_ASSIGN(const Date effective, effective_day(store, on));
  for (const Asset* const one : {&merged.asset, &before.asset}) {
    PURSER_TRY(refuse_by_use(*one, effective));
    PURSER_TRY(refuse_gone(*one, effective));
    PURSER_TRY(refuse_before_division(*one, effective));
  }
  if (const auto& gone = before.asset.terms.disposed) {
    return fail(
        ErrorCode::kRefused,
        fmt::format("'{0}' leaves the books on {1}, and '{2}' would leave with it; undo that "
                    "first: purser asset undo {0}",
                    into, format(*gone), asset));
  }
  PURSER_TRY(check_alike(merged.asset, before.asset, effective));
  PURSER_ASSIGN(std::vector<Portion> all, holdings(merged.asset, effective));
  PURSER_TRY(check_sum(before.asset, effective, all));
  PURSER_ASSIGN(auto writer, JournalWriter::at_end(store, clock_, who_, tell));
  Event event{.id = 0,
              .asset = before.asset.name,
              .book = std::nullopt,
              .on = on,
              .effective = effective,
              .what = Merge{merged.asset.name, std::move(all)},
              .recorded = writer.now(),
              .who = who_,
              .document = std::string(document)};
  PURSER_TRY(store.insert_event(before.id, event, merged.id));
  PURSER_TRY(post_both(store, writer, event, asset, month_of(date_of(clock_.now()))));
  PURSER_ASSIGN(const StoredAsset after, find_asset(store, into));
  if (effect == Effect::kWrite) PURSER_TRY(transaction.commit());
  return Applied{.event = event,
                 .before = before.asset,
                 .after = after.asset,
                 .entries = writer.written(),
                 .other = merged.asset,
                 .again = writer.posted_again()};
}

}  // namespace purser::books
