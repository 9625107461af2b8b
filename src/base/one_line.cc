#include "base/one_line.h"

#include <fmt/format.h>

#include "base/text.h"

namespace purser {

bool is_one_line(std::string_view text, std::size_t bytes_most, Joiners joiners) {
  if (text.size() > bytes_most || !unseen_in(text, joiners).empty()) return false;
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string about_unseen(std::string_view text, Joiners joiners) {
  const std::string unseen = unseen_in(text, joiners);
  if (unseen.empty()) return {};
  return fmt::format("; it has {} in it, which nobody sees or tells from a blank: leave that out",
                     unseen);
}

}  // namespace purser
