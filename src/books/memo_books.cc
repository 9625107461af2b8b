#include "books/memo_books.h"

#include <algorithm>

#include <fmt/format.h>

#include "books/books_store.h"
#include "books/chart.h"
#include "books/find.h"
#include "books/journal.h"
#include "books/macrs.h"
#include "books/posting.h"
#include "books/takeover.h"

namespace purser::books {
namespace {

using money::Money;

Status refuse_misfit(const Asset& asset, const MemoTerms& memo) {
  if (memo.book == Book::kFinancial) {
    return fail(ErrorCode::kAlreadyExists,
                fmt::format("'{}' stands in the financial book already; choose tax or management",
                            asset.name));
  }
  if (asset.terms_in(memo.book) != nullptr) {
    return fail(
        ErrorCode::kAlreadyExists,
        fmt::format(
            "'{0}' stands in the {1} book already; purser asset show {0} --book {1} says how",
            asset.name, books::name(memo.book)));
  }
  if (memo.terms.cost != asset.terms.cost || memo.terms.in_service != asset.terms.in_service) {
    return fail(
        ErrorCode::kInvalidInput,
        fmt::format("'{}' cost {} and was in service on {}, in every book; leave --cost and "
                    "--in-service out",
                    asset.name, format(asset.terms.cost), format(asset.terms.in_service)));
  }
  const auto* units = std::get_if<UnitsOfProduction>(&memo.terms.method);
  if (units == nullptr || units->used == nullptr) return {};
  return fail(ErrorCode::kInvalidInput,
              fmt::format("readings belong to '{}' in all its books; leave them out, and add them "
                          "with purser asset units",
                          asset.name));
}

// What came, went or left before the book is opened would stand in it wrongly, or for ever.
Status refuse_past(BooksStore& store, const Asset& asset, Book book) {
  PURSER_ASSIGN(const auto closed, store.closed_through());
  const auto& gone = asset.terms.disposed;
  std::string_view past = gone && closed && month_of(*gone) <= *closed ? "disposal" : "";
  for (const Event& event : asset.events) {
    const bool passes = std::holds_alternative<Split>(event.what) ||
                        std::holds_alternative<Merge>(event.what) ||
                        std::holds_alternative<Merged>(event.what) ||
                        std::holds_alternative<Reinstatement>(event.what);
    if (passes) past = name(event.what);
  }
  if (past.empty()) return {};
  return fail(
      ErrorCode::kRefused,
      fmt::format("the {} of '{}' was not known to the {} book; an asset is added to a book "
                  "before such an event",
                  past, asset.name, books::name(book)));
}

Status write_purchase(OpeningEntries& entries, const Terms& terms) {
  const money::Currency currency = terms.cost.currency();
  PURSER_TRY(
      entries.add("acquisition", "purchase", account::kEquipment, account::kPayable, terms.cost));
  if (!std::holds_alternative<Macrs>(terms.method)) return {};
  Terms bought = terms;  // what a disposal takes back, that posts
  bought.disposed.reset();
  const MacrsBasis basis = macrs_basis(bought);
  PURSER_TRY(entries.add(kSection179, "expensed when placed in service", account::kSection179,
                         account::kAccumulated, Money(basis.section_179, currency)));
  return entries.add(kBonus, "deducted when placed in service", account::kBonus,
                     account::kAccumulated, Money(basis.bonus, currency));
}

// The event of a takeover; none of what was bought.
const Event* takeover_of(const Asset& asset) {
  for (const Event& event : asset.events) {
    if (std::holds_alternative<Opening>(event.what)) return &event;
  }
  return nullptr;
}

// What came over in this book too: by its own amount, or else by its terms.
Status add_portion(BooksStore& store, const StoredAsset& asset, const MemoTerms& memo,
                   const Event& event) {
  if (!std::get<Opening>(event.what).part_of.empty()) {
    return fail(ErrorCode::kRefused,
                fmt::format("'{0}' was a part of '{1}' and stands in the books in which that stood "
                            "when it was split off",
                            asset.asset.name, std::get<Opening>(event.what).part_of));
  }
  PURSER_ASSIGN(const Takeover by_terms, takeover_by_terms(memo.terms, event.effective));
  Takeover takeover = memo.takeover.value_or(by_terms);
  takeover.on = event.effective;
  PURSER_ASSIGN(const Portion portion, portion_of(memo.terms, memo.book, takeover));
  return store.insert_portions(event.id, std::span(&portion, 1));
}

// What was capitalised in months that are closed stands in this book too.
Status add_improvements(BooksStore& store, JournalWriter& writer, const StoredAsset& asset,
                        Book book, Date opening) {
  for (const Event& event : asset.asset.events) {
    const bool is_past = event.effective < opening && event.concerns(book);
    if (!is_past || !std::holds_alternative<Improvement>(event.what)) continue;
    Event here = event;
    here.effective = opening;
    PURSER_TRY(post_event(store, writer, asset, book, here));
  }
  return {};
}

Status write_opening(BooksStore& store, JournalWriter& writer, const StoredAsset& asset,
                     const MemoTerms& memo, const OpeningDay& opening) {
  OpeningEntries entries(store, writer, asset.asset.name, asset.id, memo.book, opening);
  if (const Event* const takeover = takeover_of(asset.asset)) {
    Event here = *takeover;  // or, where that month is closed, in the first open one
    here.effective = std::max(here.effective, opening.date);
    PURSER_TRY(post_event(store, writer, asset, memo.book, here));
  } else {
    PURSER_TRY(write_purchase(entries, memo.terms));
  }
  PURSER_TRY(add_improvements(store, writer, asset, memo.book, opening.date));
  PURSER_ASSIGN(const Course course, asset.asset.course(memo.book));
  return entries.catch_up(course);
}

}  // namespace

Status add_memo(BooksStore& store, JournalWriter& writer, std::string_view name,
                const MemoTerms& memo) {
  PURSER_TRY(check(memo.terms));
  PURSER_ASSIGN(const StoredAsset asset, find_asset(store, name));
  PURSER_TRY(refuse_misfit(asset.asset, memo));
  PURSER_TRY(refuse_past(store, asset.asset, memo.book));
  Terms its = memo.terms;
  if (const Event* const takeover = takeover_of(asset.asset)) {
    keep_convention(its, takeover->effective);
  }
  PURSER_TRY(store.insert_terms(asset.id, memo.book, its));
  if (const Event* const takeover = takeover_of(asset.asset)) {
    PURSER_TRY(add_portion(store, asset, memo, *takeover));
  } else if (memo.takeover) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("'{}' was bought, not taken over; leave out what was charged before",
                            asset.asset.name));
  }
  // Read again: readings that were known before count in this book too.
  PURSER_ASSIGN(const StoredAsset both, find_asset(store, name));
  const MemoTerms whole{memo.book, *both.asset.terms_in(memo.book)};
  PURSER_TRY(check(whole.terms));  // with its readings
  PURSER_ASSIGN(const OpeningDay opening, opening_of(store, both.asset));
  return write_opening(store, writer, both, whole, opening);
}

}  // namespace purser::books
