// Schedules as JSON, appended to text that its owner uses again: a million of them must not wait
// for one string each.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "books/schedule.h"

namespace purser::cli {

// {"charges":[{"start":…,"end":…,"charge":{…},"accumulated":{…},"book_value":{…}}…],"total":{…}},
// led by "id" if there is one, and with section_179, bonus, convention, computed and
// ignored_salvage (given, and not asked by MACRS) behind the total if there were any.
void append_json(std::string& text, const books::Schedule& schedule,
                 std::optional<std::string_view> id = std::nullopt,
                 std::string_view convention = "", std::string_view computed = "",
                 const std::optional<money::Money>& ignored_salvage = std::nullopt);

// Of MACRS of 10, 15 and 20 years, whose published tables are not used: what is. Empty for others.
std::string_view computed_as(const books::Method& method);

}  // namespace purser::cli
