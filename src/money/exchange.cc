#include "money/exchange.h"

#include <limits>

#include <fmt/format.h>

#include "money/decimal.h"

namespace purser::money {
namespace {

constexpr int kDecimals = 12;
constexpr Int128 kTrillionthsPerUnit = 1'000'000'000'000;
constexpr Int128 kBelow = kTrillionthsPerUnit * 1'000'000'000;

}  // namespace

Result<ExchangeRate> ExchangeRate::parse(std::string_view text) {
  // 1,084 is a thousand to some, and little more than one to others.
  const bool plain = text.find(',') == std::string_view::npos;
  const auto amount = split_amount(text);
  const auto trillionths =
      amount ? read_number(text, *amount, kDecimals) : Result<Int128>(fail(amount.error()));
  if (plain && trillionths && *trillionths > 0 && *trillionths < kBelow) {
    return ExchangeRate(*trillionths, amount->currency);
  }
  return fail(
      ErrorCode::kInvalidInput,
      fmt::format(
          "'{}' is no rate; write what one unit of the foreign currency cost that "
          "day in the currency of the books, with a point and at most {} decimals, for example "
          "'USD 1.0842'",
          text, kDecimals));
}

Result<Money> ExchangeRate::convert(Money foreign) const {
  if (foreign.currency() == currency_) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("{} is in the currency of the rate {}, so there is nothing to convert; "
                            "leave the rate out",
                            format(foreign), text()));
  }
  // Both minor units in one division: what is rounded is the exact product.
  const Int128 to = static_cast<Int128>(trillionths_) * currency_.minor_per_unit();
  const Int128 from = kTrillionthsPerUnit * foreign.currency().minor_per_unit();
  const Int128 minor = multiply_divide(foreign.minor(), to, from);
  constexpr Int128 kMax = std::numeric_limits<std::int64_t>::max();
  if (minor > kMax || minor < -kMax) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("{} at {} is more than an amount can hold; look at the rate",
                            format(foreign), text()));
  }
  return Money(static_cast<std::int64_t>(minor), currency_);
}

std::string ExchangeRate::text() const {
  return fmt::format("{} {}", currency_.code(),
                     decimal_text(trillionths_, kDecimals, currency_.digits(), false));
}

std::string format(const Foreign& paid) {
  return fmt::format("{} at {}", format(paid.amount), paid.rate.text());
}

}  // namespace purser::money
