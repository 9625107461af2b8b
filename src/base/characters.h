// Characters of UTF-8: which nobody sees, and how much room the others take in a terminal. Pure, any
// thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace purser {

struct Character {
  char32_t point = 0;
  std::size_t bytes = 1;
};
// That at the front of `text`, which is not empty; a byte that begins none is U+FFFD.
Character first_character(std::string_view text);

// What nobody sees, or takes for something else: control characters, ends of lines, blanks other
// than the plain one, what has no width, what changes the direction of a line. A name with one of
// them looks like another name.
bool is_unseen(char32_t point);
// The first of them in `text`, as "U+200B"; empty: none.
std::string unseen_in(std::string_view text);

// Whether it ends a line or changes its direction, and so moves what stands beside it.
bool turns_a_line(char32_t point);

// How many columns of a terminal it takes: 2 of what is wide in East Asia and of emoji, 0 of what
// stands on the character before it, else 1. As wcwidth() counts in a locale of UTF-8.
std::size_t columns_of(char32_t point);

}  // namespace purser
