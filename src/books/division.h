// What happens to assets, within a transaction: one by one, and to two at once. Behind the door.
#pragma once

#include <optional>

#include "books/books_store.h"
#include "books/journal.h"

namespace purser::books {

// Books::apply() within a transaction. Sets what the books give an event, and gives the tax years
// whose convention it changed.
Result<std::vector<RuledYear>> record(BooksStore& store, JournalWriter& writer, Event& event,
                                      const Clock& clock);

// Whether record() would take that event of the asset, with what it says if not; writes nothing.
Status check_event(BooksStore& store, const Asset& asset, Event event);

// The same with its answer.
Result<Applied> apply_within(BooksStore& store, JournalWriter& writer, Event event,
                             const Clock& clock);

// That day, or the first open one.
Result<Date> effective_day(BooksStore& store, Date on);

// What follows for the asset from what was just recorded or undone: whether its books can live with
// it, and what becomes of the tax years of its property. `before`: without it, or with it.
Result<std::vector<RuledYear>> settle(BooksStore& store, JournalWriter& writer, const Asset& before,
                                      const Event& event, Month now);
// What was posted of the asset follows the event that was just recorded or undone; open months are
// posted as by post_open_months().
Status follow(BooksStore& store, JournalWriter& writer, const Asset& before,
              const StoredAsset& after, const Event& event, std::optional<Month> through,
              Month now);

// Open months up to `through`, and those behind it until `now` that were posted and are to be
// corrected.
Status post_open_months(BooksStore& store, JournalWriter& writer, const StoredAsset& asset,
                        std::optional<Month> through, Month now);

// A disposal that was recorded in one with the split before it.
bool is_with_split(const Event& event);
// As the asset on its other side has a split or a merge.
Event other_side(const Event& event);
// That asset, if there is one. kRefused: something happened to it since, other than the disposal
// that was recorded with the split.
Result<std::optional<StoredAsset>> other_of(BooksStore& store, const Event& event);

// An asset that should never have been in the books: what was posted of it in open months is taken
// back, and its name is free. kRefused: something of it stands in a closed month.
Status withdraw(BooksStore& store, JournalWriter& writer, const StoredAsset& asset, Month now);
// What was posted of it in service is taken back; the costs of its purchase stay. As withdraw().
Status take_out_of_service(BooksStore& store, JournalWriter& writer, const StoredAsset& asset,
                           Month now);
// It stands in that book no more, to which it was added after it was in the books. kRefused: a
// closed month holds something of it there, or something happened to it in that book alone, or was
// divided there.
Status take_out_of_book(BooksStore& store, JournalWriter& writer, const StoredAsset& asset,
                        Book book, Month now);
// What the entries of the costs of a purchase begin with: "purchase:3".
inline constexpr std::string_view kPurchaseKey = "purchase:";
// In every book, the entries of that month and event that stand, by their mirror images.
Status mirror_entries(BooksStore& store, JournalWriter& writer, std::int64_t asset_id, Month month,
                      std::string_view key);
// That it was added, as an event that stands nowhere.
Event addition_of(const Asset& asset);

}  // namespace purser::books
