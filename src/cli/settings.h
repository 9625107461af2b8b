// purser.toml: what a workspace says of itself, edited by people.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "money/money.h"

namespace purser::cli {

struct Settings {
  money::Currency currency;  // of prices, budgets and bills
  std::string books = {};    // where they are, as store::Database::open() takes it; empty: here
  bool operator==(const Settings&) const = default;
};

// `file` leads messages. Errors: no TOML, a setting that there is not or of another type
// (kInvalidInput, with the line), a format of a newer purser (kUnsupported).
Result<Settings> parse_settings(std::string_view text, const std::string& file);

// A new file; parse_settings() reads the same from it.
std::string settings_text(const Settings& settings);

}  // namespace purser::cli
