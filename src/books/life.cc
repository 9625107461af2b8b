// What happens to assets, recorded and posted in one transaction.
#include <algorithm>

#include <fmt/format.h>

#include "books/books_store.h"
#include "books/find.h"
#include "books/posting.h"

namespace purser::books {
namespace {

using money::Money;

Status check_amount(const Asset& asset, std::string_view what, Money amount, bool may_be_zero) {
  if (amount.currency() != asset.currency()) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("{} {} is not in {}, the currency of '{}'; convert it first", what,
                            format(amount), asset.currency().code(), asset.name));
  }
  if (amount.minor() < (may_be_zero ? 0 : 1) || amount.minor() > kAmountMinorMax) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("{} {} is not possible; write an amount {} and {}", what,
                            format(amount), may_be_zero ? "from zero" : "above zero",
                            format(Money(kAmountMinorMax, asset.currency()))));
  }
  return {};
}

Status check_amounts(const Asset& asset, const Happening& what) {
  if (const auto* disposal = std::get_if<Disposal>(&what)) {
    return check_amount(asset, "proceeds of", disposal->proceeds, true);
  }
  if (const auto* improvement = std::get_if<Improvement>(&what)) {
    PURSER_TRY(check_amount(asset, "a cost of", improvement->cost, false));
    PURSER_ASSIGN(const Course course, asset.course(Book::kFinancial));
    PURSER_ASSIGN(const Money all, money::add(course.cost(Date(std::chrono::year{2160} / 12 / 31)),
                                              improvement->cost));
    return check_amount(asset, "a cost of", all, false);
  }
  if (const auto* repair = std::get_if<Repair>(&what)) {
    return check_amount(asset, "a cost of", repair->cost, false);
  }
  const auto& salvage = std::get<Estimate>(what).salvage;
  return salvage ? check_amount(asset, "salvage of", *salvage, true) : Status();
}

// Every book must be able to live with what happened.
Status check_courses(const Asset& asset) {
  for (const Book book : kBooks) {
    if (asset.terms_in(book) == nullptr) continue;
    if (const auto course = asset.course(book); !course) {
      return fail(course.error().in(fmt::format("'{}' in the {} book", asset.name, name(book))));
    }
  }
  return {};
}

// Months up to that of the event; and those behind it that were posted and are to be corrected.
Status post_open_months(BooksStore& store, JournalWriter& writer, const StoredAsset& asset,
                        Date effective, Month now) {
  PURSER_ASSIGN(const auto closed, store.closed_through());
  Month month = month_of(asset.asset.terms.in_service);
  if (closed) month = std::max(month, *closed + std::chrono::months{1});
  for (; month <= now; month += std::chrono::months{1}) {
    bool due = month <= month_of(effective);
    for (const Book book : kBooks) {
      if (due) break;
      PURSER_ASSIGN(const PostedByEvent posted, store.posted(month, asset.id, book));
      due = posted.contains(name(Kind::kDepreciation));
    }
    if (due) PURSER_TRY(post_asset(store, writer, asset, month, std::nullopt));
  }
  return {};
}

}  // namespace

Result<Applied> Books::apply(Event event, Effect effect, const Observer& tell) {
  BooksStore store(database_);
  PURSER_ASSIGN(auto transaction, database_.begin());
  PURSER_ASSIGN(const StoredAsset before, find_asset(store, event.asset));
  PURSER_TRY(check_amounts(before.asset, event.what));
  if (event.book && before.asset.terms_in(*event.book) == nullptr) {
    return fail(ErrorCode::kNotFound,
                fmt::format("'{}' does not stand in the {} book", event.asset, name(*event.book)));
  }
  if (event.on < before.asset.terms.in_service) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("'{}' was in service from {} on; nothing could happen to it on {}",
                            event.asset, format(before.asset.terms.in_service), format(event.on)));
  }
  PURSER_ASSIGN(const auto closed, store.closed_through());
  event.effective = closed ? std::max(event.on, period_of(*closed).end) : event.on;
  PURSER_TRY(store.insert_event(before.id, event, clock_.now()));
  PURSER_ASSIGN(const StoredAsset after, find_asset(store, event.asset));
  PURSER_TRY(check_courses(after.asset));
  PURSER_ASSIGN(auto writer, JournalWriter::at_end(store, clock_, tell));
  PURSER_TRY(
      post_open_months(store, writer, after, event.effective, month_of(date_of(clock_.now()))));
  if (effect == Effect::kWrite) PURSER_TRY(transaction.commit());
  return Applied{event, before.asset, after.asset, writer.written()};
}

}  // namespace purser::books
