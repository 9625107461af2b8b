// What was posted, taken back by its mirror images. Behind the door.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "books/books_store.h"
#include "books/journal.h"

namespace purser::books {

// The entries of a month and event that stand, by number: no reversal, and not reversed.
Result<std::vector<Entry>> standing_entries(BooksStore& store, Month month, std::int64_t asset_id,
                                            std::string_view event);

// Takes each of them back, on the accounts on which it stands, whatever they are called by now.
// They are of one asset. `rule`: why; empty, that it is a reversal.
Status mirror(BooksStore& store, JournalWriter& writer, std::span<const Entry> entries,
              std::int64_t asset_id, std::string_view rule = {});

}  // namespace purser::books
