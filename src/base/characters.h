// Characters of UTF-8: which nobody sees, and how much room the others take in a terminal. Pure,
// any thread.
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

// Whether U+200C and U+200D, which part and join letters and make one emoji of several, may stand
// between two characters that are seen: in what people write, but not in what is compared.
enum class Joiners : std::uint8_t { kRefused, kTaken };
// The first character in `text` that nobody sees, as "U+200B"; empty: none. The ideographic blank
// (U+3000) between two that are seen is taken for one that is.
std::string unseen_in(std::string_view text, Joiners joiners = Joiners::kRefused);
// `text` with each of them as "<U+200B>", wherever it stands.
std::string with_unseen_named(std::string_view text);

// Whether it ends a line or changes its direction, and so moves what stands beside it.
bool turns_a_line(char32_t point);

// How many columns of a terminal it takes: 2 of what is wide in East Asia and of emoji, 0 of what
// stands on the character before it, else 1. As wcwidth() counts in a locale of UTF-8.
std::size_t columns_of(char32_t point);

}  // namespace purser
