// Assets out of other books, in the middle of their lives. Behind the door.
#pragma once

#include "books/books_store.h"
#include "books/journal.h"

namespace purser::books {

// What passes into a book by a takeover of something with those terms. kInvalidInput: before
// service, more than it cost, a rest that nothing could wear off, and under MACRS an amount that is
// not that of its table, unless it catches up.
Result<Portion> portion_of(const Terms& terms, Book book, const Takeover& takeover);

// Records the takeover of an asset that was just inserted, and posts what came with it.
Status take_over(BooksStore& store, JournalWriter& writer, const Asset& asset,
                 const Takeover& takeover, std::int64_t id);

// Property of MACRS whose tax year was over by that day: its convention was decided by the books
// before, and is half-year unless it is named. (So nothing that these books buy changes it.)
void keep_convention(Terms& terms, Date taken_over);

// By its terms alone: what would have been charged by then.
Result<Takeover> takeover_by_terms(const Terms& terms, Date on);

}  // namespace purser::books
