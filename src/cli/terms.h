// The terms of an asset as options: --cost, --salvage, --life … mean the same in every verb.
#pragma once

#include <vector>

#include "base/result.h"
#include "books/terms.h"
#include "cli/arguments.h"
#include "cli/verb.h"

namespace purser::cli {

// Must --cost, --life and --in-service be given?
enum class Required : std::uint8_t { kNo, kYes };
std::vector<Option> terms_options(Required required);

// What those options say; salvage is zero if not given. Each error starts with its flag.
Result<books::Terms> terms_from(const Arguments& arguments);

}  // namespace purser::cli
