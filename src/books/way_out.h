// What corrects something that counts in a closed month, and can no longer be taken back. Behind
// the door.
#pragma once

#include <string>

#include "books/books.h"

namespace purser::books {

// A clause that says what to do instead, with the command, in the state in which the books are:
// what it names is not refused because of what happened since. `asset` is that of the event as it
// is, `partner` the one that shares the event (null: none), `open` the first open day.
std::string way_out(const Event& event, const Asset& asset, const Asset* partner, Date open);

}  // namespace purser::books
