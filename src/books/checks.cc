#include "books/checks.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/one_line.h"
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

Status check_reference(std::string_view what, std::string_view text) {
  constexpr std::ptrdiff_t kMost = 64;
  constexpr std::size_t kBytesMost = 4 * kMost;
  // Bytes that go on with a character begin with the bits 10.
  const std::ptrdiff_t characters = std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
  if (is_one_line(text, kBytesMost) && characters <= kMost && trim(text) == text) return {};
  return fail(ErrorCode::kInvalidInput,
              fmt::format("{} is one line of at most {} characters of UTF-8, without blanks at its "
                          "ends{}",
                          what, kMost, about_unseen(text)));
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

Error in_another_currency(std::string_view what, Money amount,
                          const std::optional<money::Foreign>& paid, money::Currency currency,
                          std::string_view whose) {
  // Of a credit it is below zero.
  const Money given = paid ? (paid->amount.is_negative() ? -paid->amount : paid->amount) : amount;
  if (paid && paid->amount.currency() == currency) {
    return {ErrorCode::kInvalidInput, fmt::format("{} {} is in {}, {}, as it is; leave --rate out",
                                                  what, format(given), currency.code(), whose)};
  }
  if (paid) {
    return {ErrorCode::kInvalidInput,
            fmt::format("{} {} is not in {}, {}, and the rate {} leads elsewhere; say what one {} "
                        "cost in {} that day: --rate '{} AMOUNT'",
                        what, format(given), currency.code(), whose, paid->rate.text(),
                        paid->amount.currency().code(), currency.code(), currency.code())};
  }
  return {ErrorCode::kInvalidInput,
          fmt::format("{} {} is not in {}, {}; convert it at the rate of that day: --rate '{} "
                      "AMOUNT'",
                      what, format(given), currency.code(), whose, currency.code())};
}

}  // namespace purser::books
