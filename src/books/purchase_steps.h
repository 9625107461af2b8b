// What recording a step of a purchase and taking it back have in common. Behind the door.
#pragma once

#include <string>
#include <vector>

#include "books/books_store.h"
#include "books/journal.h"
#include "books/purchase.h"

namespace purser::books {

// Under which the entries of its costs stand in the journal.
std::string key_of(const PurchaseStep& step);

// What the coming, or going, of an asset does to the tax years of its property.
Result<std::vector<RuledYear>> settle_years(BooksStore& store, JournalWriter& writer,
                                            const Asset& asset);

}  // namespace purser::books
