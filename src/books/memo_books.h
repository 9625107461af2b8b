// An asset in one more book: what its opening entries are called, and how they are written. Behind
// the door.
#pragma once

#include <string_view>

#include "books/books_store.h"
#include "books/journal.h"

namespace purser::books {

inline constexpr std::string_view kSection179 = "section-179";
inline constexpr std::string_view kBonus = "bonus";
inline constexpr std::string_view kCatchUp = "catch-up";

// Books::add_to_book() within a transaction.
Status add_memo(BooksStore& store, JournalWriter& writer, std::string_view asset,
                const MemoTerms& memo);

}  // namespace purser::books
