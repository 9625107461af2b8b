// What a name or a month refers to in the books, or the error that helps on. Behind the door.
#pragma once

#include <string_view>

#include "books/books_store.h"

namespace purser::books {

// kNotFound says which name is near.
Result<StoredAsset> find_asset(BooksStore& store, std::string_view name);
Result<Site> find_site(BooksStore& store, std::string_view name);

// kRefused if `month` is closed.
Status refuse_closed(BooksStore& store, Month month);

// kNotFound: the journal has none of that number.
Result<Entry> entry_numbered(BooksStore& store, std::int64_t number);

}  // namespace purser::books
