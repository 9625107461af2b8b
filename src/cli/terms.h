// The terms of an asset as words: --cost, --salvage, --life … mean the same in every verb, and the
// columns cost, salvage, life … of a CSV file mean the same as those.
#pragma once

#include <functional>
#include <string>
#include <string_view>
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

// The same for another book of an asset: cost and in-service date are those of `known` unless
// given.
Result<books::Terms> terms_beside(const Arguments& arguments, const books::Terms& known);

// The same, each word by its name in snake_case; empty if it was not given. Errors start with the
// name. Besides the options' own words: section_179 and bonus, of MACRS.
using WordOf = std::function<std::string_view(std::string_view name)>;
Result<books::Terms> terms_from(const WordOf& word);

}  // namespace purser::cli
