// What a register lacks because nobody posted it yet.
#pragma once

#include <string>
#include <vector>

#include "base/time.h"
#include "books/books.h"

namespace purser::cli {

// What Books::unposted() names, as "2026-10", for JSON.
std::vector<std::string> names_of(const std::vector<Month>& unposted);

// Says on stderr which months those are and what posts them; nothing of none. Behind the answer:
// whoever stops reading that is told nothing.
void say_unposted(const std::vector<Month>& unposted, books::Book book);

}  // namespace purser::cli
