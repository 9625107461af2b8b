// Charges that somebody had reversed by hand, and that stand again, as a person and a program are
// told.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "books/books.h"
#include "report/json.h"

namespace purser::cli {

// "The depreciation of 2026-07 had been reversed; it is posted again.", a line for each; that of
// another machine than `asset` names it. Empty if there are none.
std::string posted_again_text(std::span<const books::PostedAgain> again, std::string_view asset,
                              books::Effect effect);
report::Json posted_again_json(std::span<const books::PostedAgain> again);

}  // namespace purser::cli
