// What the rate of declining balance applies to in a fiscal year, or month, as words: an amount, or
// where it is no whole number of minor units, a fraction of the currency unit.
//
//   "USD 13,000.00", "USD 25000/3"
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "money/money.h"

namespace purser::books {

struct YearOpening {
  money::Currency currency;
  std::string
      minor;  // of minor units, in lowest terms, such as "2500000/3": see Portion::year_base

  bool operator==(const YearOpening&) const = default;
};

// kInvalidInput: no amount or fraction of a currency, below zero, or of more than 20,000 bytes.
Result<YearOpening> parse_year_opening(std::string_view text);
// Parses back to the same. `minor` of it is what a Portion holds.
std::string format(const YearOpening& opening);

}  // namespace purser::books
