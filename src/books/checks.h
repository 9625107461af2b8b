// What every call that writes into the books asks of names and amounts. Behind the door.
#pragma once

#include <optional>
#include <string_view>

#include "base/result.h"
#include "money/exchange.h"
#include "money/money.h"

namespace purser::books {

// `what` is called: "an asset", "a site". Letters keep their case; refuse_alike() in
// addition_checks.h sees to it that no two names of a kind differ by it alone.
Status check_name(std::string_view what, std::string_view name);

// A serial number, or that of a document: `what` leads the sentence. One line of at most 64
// characters with no blank at its ends, so that a register keeps it as it is; empty is fine.
Status check_reference(std::string_view what, std::string_view text);

// None is fine; otherwise in `currency`, not negative and at most kAmountMinorMax. `what` leads the
// sentence: "a cost of".
Status check_amount(std::string_view what, const std::optional<money::Money>& amount,
                    money::Currency currency);

// Why `amount`, which is not in `currency`, that of `whose`, is refused, and which rate helps. What
// leads the sentence: "a cost of". `paid`: what it is by a rate; then that is of another currency.
Error in_another_currency(std::string_view what, money::Money amount,
                          const std::optional<money::Foreign>& paid, money::Currency currency,
                          std::string_view whose);

}  // namespace purser::books
