#include "books/event.h"

#include <array>

namespace purser::books {

std::string_view name(const Happening& what) {
  constexpr std::array<std::string_view, std::variant_size_v<Happening>> kNames{
      "disposal",    "improvement", "repair",      "estimate", "impairment",
      "revaluation", "move",        "measurement", "pause",    "resume"};
  return kNames[what.index()];
}

bool is_of_placement(const Happening& what) {
  return std::holds_alternative<Move>(what) || std::holds_alternative<Measurement>(what) ||
         std::holds_alternative<Pause>(what) || std::holds_alternative<Resume>(what);
}

}  // namespace purser::books
