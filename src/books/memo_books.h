// An asset in one more book, and the entries of its coming. Behind the door.
#pragma once

#include <string_view>

#include "books/books_store.h"
#include "books/journal.h"
#include "books/opening_entries.h"

namespace purser::books {

// Books::add_to_book() within a transaction.
Status add_memo(BooksStore& store, JournalWriter& writer, std::string_view asset,
                const MemoTerms& memo);

}  // namespace purser::books
