// Amounts per something, as they are written on the command line: "USD 600/y", "USD 0.12/kWh".
#pragma once

#include <string_view>

#include "base/result.h"
#include "money/money.h"

namespace purser::cli {

// "USD 600/y" or "USD 600 / year": the amount, if it is per the unit asked for. `units`: the ways
// to write that unit; the first is the one that messages suggest.
Result<money::Money> parse_money_per(std::string_view text,
                                     std::initializer_list<std::string_view> units);

// "USD 0.12/kWh", "EUR 95/MWh": exact.
Result<money::Rate> parse_tariff(std::string_view text);

// "1.25" as 1250.
Result<std::int64_t> parse_pue(std::string_view text);

// A tariff as it is written: "USD 0.12/kWh". Tariffs of more than nine decimals are rounded.
std::string format_tariff(const money::Rate& tariff);

}  // namespace purser::cli
