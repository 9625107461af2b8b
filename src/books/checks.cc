#include "books/checks.h"

#include <fmt/format.h>

#include "base/text.h"
#include "books/books.h"

namespace purser::books {

using money::Money;

Status check_name(std::string_view what, std::string_view name) {
  if (is_label(name)) return {};
  return fail(ErrorCode::kInvalidInput,
              fmt::format("'{}' cannot name {}; use letters, digits, '-', '_' and '.', at most 64",
                          name, what));
}

Status check_amount(std::string_view what, const std::optional<Money>& amount,
                    money::Currency currency) {
  if (!amount) return {};
  if (amount->currency() != currency) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("{} {} is not in {}, the currency of the cost; convert it first", what,
                            format(*amount), currency.code()));
  }
  if (amount->is_negative()) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("{} {} must not be negative", what, format(*amount)));
  }
  if (amount->minor() > kAmountMinorMax) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("{} {} is more than books hold of one asset, {}; look at its zeros",
                            what, format(*amount), format(Money(kAmountMinorMax, currency))));
  }
  return {};
}

}  // namespace purser::books
