// Energy of a month that was closed before all of its usage was collected. The closed month does
// not move: what is missing, or was too much, is posted into the month that closes next. Behind the
// door.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "books/books_store.h"
#include "books/journal.h"

namespace purser::books {

// "late-energy:2026-03"
std::string late_energy_event(Month of);
// None: another event.
std::optional<Month> late_energy_month(std::string_view event);

// What stands for the energy of a month, in minor units: in itself, and late in the months after it
// until `closed`.
Result<std::int64_t> standing_energy(BooksStore& store, std::int64_t asset_id, Month of,
                                     Month closed);

// Posts into `into`, which is being closed, what is missing to the energy of the closed month.
Status post_late_energy(BooksStore& store, JournalWriter& writer, const LateAccrual& late,
                        Month into);

}  // namespace purser::books
