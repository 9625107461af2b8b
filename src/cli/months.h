// Whole months from a to b, as `--period` says them.
#pragma once

#include <optional>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "cli/arguments.h"
#include "cli/context.h"
#include "cli/verb.h"

namespace purser::cli {

struct Months {
  Month first;
  Month last;  // included
};

// "2026-11", "2026-09..2026-11" with both ends included, or "2026" for its twelve months.
Result<Months> parse_months(std::string_view text);

// The months of fiscal years, which begin with `starts`: 7 for July.
// "FY2026" is the one that ends in 2026; of years from January on it is 2026.
Result<Months> parse_months(std::string_view text, std::chrono::month starts);
// The first month of the fiscal year in which `month` lies.
Month fiscal_year_of(Month month, std::chrono::month starts);

// For verbs that read --period together with --fiscal-year-start.
inline constexpr Option kFiscalYearStart{"--fiscal-year-start", "MM-01",
                                         "where the years of --period FY2026 begin", "01-01"};
// Errors: a day that no month begins with.
Result<std::chrono::month> fiscal_year_start(const Arguments& arguments);
// None: --period was not given.
Result<std::optional<Months>> period_asked_for(const Arguments& arguments);
// That, or the fiscal year until now.
Result<Months> months_asked_for(const Context& context, const Arguments& arguments);

}  // namespace purser::cli
