// What the entries of a memo book's opening are called. Behind the door.
#pragma once

#include <string_view>

namespace purser::books {

inline constexpr std::string_view kSection179 = "section-179";
inline constexpr std::string_view kBonus = "bonus";
inline constexpr std::string_view kCatchUp = "catch-up";

}  // namespace purser::books
