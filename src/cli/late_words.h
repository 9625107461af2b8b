// What was told when its month was closed already, as a person and a program are told.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "books/books.h"
#include "report/json.h"

namespace purser::cli {

// What a machine lost in months that were closed before it was added or placed; none of others.
Result<std::optional<money::Money>> caught_up_of(const books::Asset& asset);

// A sentence and its line's end; empty if its month was open.
Result<std::string> late_text(const books::Asset& asset, books::Effect effect);
// The same as "effective" and "caught_up"; nothing if its month was open.
Status set_late(report::Json& json, const books::Asset& asset);

// That it has no reading of its use of those days, on stderr.
void say_unread(std::string_view asset, const Period& days);

}  // namespace purser::cli
