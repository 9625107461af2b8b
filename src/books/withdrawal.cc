// An asset that was added, added to a further book, or placed in service, by mistake.
#include <algorithm>

#include <fmt/format.h>

#include "books/division.h"
#include "books/in_the_way.h"
#include "books/mirror.h"

namespace purser::books {
namespace {

// What of an asset is taken back, and why.
struct Mistake {
  std::string_view rule;
  std::optional<Book> book = std::nullopt;  // none: every book
  bool keeps_costs = false;                 // of its purchase
};
constexpr Mistake kAdded{"withdrawn: it was added by mistake", std::nullopt, false};
constexpr Mistake kPlaced{"taken back: it is not in service yet", std::nullopt, true};

// Takes back all that stands for the asset in a month.
Status clear(BooksStore& store, JournalWriter& writer, const StoredAsset& stored, Month month,
             const Mistake& mistake) {
  for (const Book book : kBooks) {
    if (mistake.book.value_or(book) != book) continue;
    PURSER_ASSIGN(const PostedByEvent posted, store.posted(month, stored.id, book));
    for (const auto& [event, sum] : posted) {
      if (mistake.keeps_costs && event.starts_with(kPurchaseKey)) continue;
      PURSER_ASSIGN(std::vector<Entry> entries, standing_entries(store, month, stored.id, event));
      std::erase_if(entries, [&](const Entry& entry) { return entry.book != name(book); });
      PURSER_TRY(mirror(store, writer, entries, stored.id, mistake.rule));
    }
  }
  return {};
}

// `first`: an open month.
Status clear_months(BooksStore& store, JournalWriter& writer, const StoredAsset& asset, Month first,
                    Month now, const Mistake& mistake) {
  for (Month month = first; month <= std::max(now, first); month += std::chrono::months{1}) {
    PURSER_TRY(clear(store, writer, asset, month, mistake));
  }
  return {};
}

Status clear_life(BooksStore& store, JournalWriter& writer, const StoredAsset& asset, Month now,
                  const Mistake& mistake) {
  PURSER_ASSIGN(const auto closed, store.closed_through());
  const Month first = month_of(asset.asset.begins());
  if (closed && first <= *closed) {
    return fail(ErrorCode::kRefused,
                fmt::format("'{0}' came into the books on {1}, and {2} is closed and never moves; "
                            "take it out from an open day on: purser asset dispose {0} --scrap",
                            asset.asset.name, format(asset.asset.begins()), format(first)));
  }
  return clear_months(store, writer, asset, first, now, mistake);
}

// What a closed month holds of it there stays. What was taken back while it was open is of nothing.
Status refuse_closed_in(BooksStore& store, const StoredAsset& asset, Book book, Month closed) {
  for (Month month = month_of(asset.asset.begins()); month <= closed;
       month += std::chrono::months{1}) {
    PURSER_ASSIGN(const PostedByEvent posted, store.posted(month, asset.id, book));
    const bool stands =
        std::ranges::any_of(posted, [](const auto& one) { return one.second.standing > 0; });
    if (!stands) continue;
    return fail(
        ErrorCode::kRefused,
        fmt::format("that '{0}' was added to the {1} book stays: {2}, in which it stands "
                    "there, is closed and never moves; it leaves that book {3}",
                    asset.asset.name, name(book), format(month),
                    asset.asset.terms.disposed
                        ? "with the others, on " + format(*asset.asset.terms.disposed)
                        : "when it leaves the others: purser asset dispose " + asset.asset.name));
  }
  return {};
}

bool divided_there(const Event& event, Book book) {
  const auto* const opening = std::get_if<Opening>(&event.what);
  const bool taken_over = opening != nullptr && opening->part_of.empty();
  const std::vector<Portion>* const portions = portions_of(event.what);
  if (taken_over || portions == nullptr) return false;
  return std::ranges::find(*portions, book, &Portion::book) != portions->end();
}

// What happened to it in that book alone would be of nothing, and what another has of it there
// would come from nowhere.
Status refuse_happened_in(const Asset& asset, Book book) {
  // The last first: it may stand in the way of what came before.
  for (auto last = asset.events.rbegin(); last != asset.events.rend(); ++last) {
    const Event& event = *last;
    const bool divided = divided_there(event, book);
    if (!divided && event.book != book) continue;
    return fail(ErrorCode::kRefused,
                fmt::format("the {} of '{}' on {} {}; undo it first: {}", name(event.what),
                            asset.name, format(event.on),
                            divided ? fmt::format("shared what stood in the {} book", name(book))
                                    : fmt::format("is of the {} book alone", name(book)),
                            undoing_of(event)));
  }
  return {};
}

}  // namespace

Status withdraw(BooksStore& store, JournalWriter& writer, const StoredAsset& asset, Month now) {
  PURSER_TRY(clear_life(store, writer, asset, now, kAdded));
  return store.insert_withdrawn(asset.id, asset.asset.name, writer.now(), writer.who());
}

Status take_out_of_service(BooksStore& store, JournalWriter& writer, const StoredAsset& asset,
                           Month now) {
  return clear_life(store, writer, asset, now, kPlaced);
}

Status take_out_of_book(BooksStore& store, JournalWriter& writer, const StoredAsset& asset,
                        Book book, Month now) {
  PURSER_ASSIGN(const auto closed, store.closed_through());
  Month first = month_of(asset.asset.begins());
  if (closed) {
    PURSER_TRY(refuse_closed_in(store, asset, book, *closed));
    first = std::max(first, *closed + std::chrono::months{1});
  }
  PURSER_TRY(refuse_happened_in(asset.asset, book));
  PURSER_TRY(clear_months(store, writer, asset, first, now,
                          {"withdrawn: it was added to this book by mistake", book, false}));
  for (const Event& event : asset.asset.events) {
    if (std::holds_alternative<Opening>(event.what)) {
      PURSER_TRY(store.insert_portions_undone(event.id, book));
    }
  }
  return store.delete_terms(asset.id, book);
}

Event addition_of(const Asset& asset) {
  for (const Event& event : asset.events) {
    if (std::holds_alternative<Opening>(event.what)) return event;
  }
  return {.id = 0,
          .asset = asset.name,
          .on = asset.begins(),
          .effective = asset.begins(),
          .what = Opening{},
          .recorded = {}};
}

}  // namespace purser::books
