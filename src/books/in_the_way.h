// Whether books can live with what is known of an asset, and what of it stands in the way of a
// change. Behind the door.
#pragma once

#include <string>

#include "books/books.h"

namespace purser::books {

// Every book, and the places where it stood, must be able to live with all that happened.
Status check_life(const Asset& asset);

// The same after `changed` was put in among its events, or left out of them. kRefused names the
// first event behind it that no longer fits; where it does not fit itself, the error is its own.
Status check_change(const Asset& asset, const Event& changed);

// kRefused where something passed to or from the asset after `event`, which was counted by then.
// `id` 0: it would be recorded now.
Status refuse_before_division(const Asset& asset, Date effective, std::int64_t id = 0);

// The command that takes an event back: "purser asset undo server --event split:4".
std::string undoing_of(const Event& event);

}  // namespace purser::books
