// What a month of an asset is, as entries: charges, contracts, and what happened. Behind the door.
#pragma once

#include <optional>
#include <string>

#include "books/books_store.h"
#include "books/journal.h"

namespace purser::books {

// Brings all that stands for the asset and month to what it should be. None: every book.
Status post_asset(BooksStore& store, JournalWriter& writer, const StoredAsset& asset, Month month,
                  std::optional<Book> book);

// What the entries of an event are called: "improvement:3".
std::string posting_key(const Event& event);

}  // namespace purser::books
