#include "books/event.h"

#include <array>

namespace purser::books {

std::string_view name(const Happening& what) {
  constexpr std::array<std::string_view, std::variant_size_v<Happening>> kNames{
      "disposal", "improvement", "repair", "estimate", "impairment", "revaluation"};
  return kNames[what.index()];
}

}  // namespace purser::books
