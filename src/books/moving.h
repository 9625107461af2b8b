// An asset that goes to another site, and the accounts that are named by sites. Behind the door.
#pragma once

#include <string_view>

#include "books/books_store.h"
#include "books/journal.h"

namespace purser::books {

// The asset may stand there: kNotFound, or kInvalidInput where power is paid in another currency.
Status check_site(BooksStore& store, const Asset& asset, std::string_view site);

// After a move, or its undoing: what was posted of open months on accounts that are called
// otherwise where the asset stands then is reversed, and its energy posted anew. The other charges
// are missing then, and posted with the month. What is owed for the past, or was capitalised,
// stays.
Status leave_names(BooksStore& store, JournalWriter& writer, const Asset& before,
                   const StoredAsset& after, const Event& event, Month now);

}  // namespace purser::books
