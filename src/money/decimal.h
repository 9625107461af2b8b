// Amounts as people write them, in digits. Behind the door.
#pragma once

#include <string>
#include <string_view>

#include "money/money.h"

namespace purser::money {

struct Amount {
  Currency currency;
  std::string_view number;  // a view of what was split
};

// "USD 1.00" or "1.00 USD" into its two parts.
Result<Amount> split_amount(std::string_view text);

// "-12,345.67" to a whole number scaled by 10^digits; `text` is what messages show.
Result<Int128> read_number(std::string_view text, const Amount& amount, int digits);

// |value| / 10^digits with a point, at least `min_decimals` decimals kept.
std::string decimal_text(Int128 value, int digits, int min_decimals, bool separators);

tl::unexpected<Error> no_amount(std::string_view text, std::string_view why);

}  // namespace purser::money
