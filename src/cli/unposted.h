// What a register lacks because nobody posted it yet.
#pragma once

#include <string>
#include <vector>

#include "base/time.h"
#include "books/unposted.h"
#include "store/store.h"

namespace purser::cli {

// Of months until `last` that have begun by `now`.
Result<std::vector<books::Unposted>> unposted_by(store::Database& database, books::Book book,
                                                 Month last, Instant now);

// Those months, as "2026-10", for JSON.
std::vector<std::string> names_of(const std::vector<books::Unposted>& unposted);

// Says on stderr which months those are, which machine lacks a charge of a month that others were
// charged in, and what posts them; nothing of none. Behind the answer: whoever stops reading that
// is told nothing.
void say_unposted(const std::vector<books::Unposted>& unposted, books::Book book);

}  // namespace purser::cli
