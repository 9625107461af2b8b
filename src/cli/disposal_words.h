// What a disposal gained or lost, as a person is told.
#pragma once

#include <string>

#include "base/result.h"
#include "books/books.h"
#include "money/money.h"

namespace purser::cli {

// "a gain of USD 12.00", "a loss of USD 1,682.89", "neither gain nor loss"
std::string gain_text(money::Money gain);

// " for USD 33,000.00: a loss of USD 1,682.89, in the tax book a gain of USD 2,000.00": to follow
// the day of a disposal; empty for other events.
Result<std::string> outcome_text(const books::Asset& asset, const books::Event& event);

}  // namespace purser::cli
