// Text that people write and databases keep: a name, a note, the number of a paper.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/characters.h"

namespace purser {

// One line of UTF-8 of at most `bytes_most`, in which every character is seen (characters.h): what
// every database takes, every terminal shows, and nobody takes for another.
bool is_one_line(std::string_view text, std::size_t bytes_most,
                 Joiners joiners = Joiners::kRefused);

// What else is to be said of text that is none: "; it has U+200B in it, which nobody sees: leave
// that out". Empty where every character is seen.
std::string about_unseen(std::string_view text, Joiners joiners = Joiners::kRefused);

}  // namespace purser
