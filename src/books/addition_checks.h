// What is asked of an asset that comes into the books, whichever way it comes. Behind the door.
#pragma once

#include <string_view>

#include "books/books_store.h"

namespace purser::books {

// No asset has that name, not even one that was only ordered.
Status refuse_taken(BooksStore& store, std::string_view name);

// Its name, terms, amounts and site. `way_out` ends the sentence where its site pays its power in
// another currency.
Status check_addition(BooksStore& store, const Asset& asset, std::string_view way_out);

// The first open day, if the month of service is closed: from then on these books have it. None
// otherwise. kInvalidInput: it is to be taken over in a closed month.
Result<std::optional<Date>> entered_on(BooksStore& store, const Asset& asset);

}  // namespace purser::books
