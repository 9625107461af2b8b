// Whole months from a to b, as `--period` says them.
#pragma once

#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace purser::cli {

struct Months {
  Month first;
  Month last;  // included
};

// "2026-11", or "2026-09..2026-11" with both ends included.
Result<Months> parse_months(std::string_view text);

}  // namespace purser::cli
