// What corrects something that counts in a closed month, and can no longer be taken back. Behind
// the door.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "books/books.h"

namespace purser::books {

// Assets by name.
using Known = std::map<std::string, Asset, std::less<>>;

// With what it is gone when all that is known of it has happened: its disposal, or its merger into
// another. Null: it is here.
const Event* last_leaving(const Asset& asset);

// A clause that says what to do instead, with the command, in the state in which the books are:
// what it names is not refused because of what happened since. `asset` is that of the event as it
// is, `others` the one that shares the event, and what each of all these is a part of by now;
// `open` the first open day.
std::string way_out(const Event& event, const Asset& asset, const Known& others, Date open);

}  // namespace purser::books
