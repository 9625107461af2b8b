// Text that people write and databases keep: a name, a note.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "base/text.h"

namespace purser {

// One line of UTF-8 without control characters, of at most `bytes_most`: what every database takes
// and every terminal shows.
inline bool is_one_line(std::string_view text, std::size_t bytes_most) {
  if (text.size() > bytes_most) return false;
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const auto first = static_cast<unsigned char>(text.front());
    if (length == 0 || first < ' ' || first == 0x7F) return false;
    if (length == 2 && first == 0xC2 && static_cast<unsigned char>(text[1]) < 0xA0) return false;
    text.remove_prefix(length);
  }
  return true;
}

}  // namespace purser
