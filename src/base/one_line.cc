#include "base/one_line.h"

#include <fmt/format.h>

#include "base/characters.h"
#include "base/text.h"

namespace purser {

bool is_one_line(std::string_view text, std::size_t bytes_most) {
  if (text.size() > bytes_most) return false;
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length == 0 || is_unseen(first_character(text).point)) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string about_unseen(std::string_view text) {
  const std::string unseen = unseen_in(text);
  if (unseen.empty()) return {};
  return fmt::format("; it has {} in it, which nobody sees or tells from a blank: leave that out",
                     unseen);
}

}  // namespace purser
