// What it means that something was taken back, as a person and a program are told.
#pragma once

#include "books/books.h"
#include "cli/context.h"
#include "cli/entry_listing.h"

namespace purser::cli {

// `listing`: the entries that its undoing wrote, or would write.
Status print_taken_back(const Context& context, const books::Books& books,
                        const books::Applied& applied, const EntryListing& listing,
                        books::Effect effect);

}  // namespace purser::cli
