#include "money/money.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "money/decimal.h"

namespace purser::money {
namespace {

constexpr int kCostDigits = 9;

std::int64_t power_of_ten(int exponent) {
  std::int64_t value = 1;
  for (int i = 0; i < exponent; ++i) value *= 10;
  return value;
}

void check_same(Currency a, Currency b) {
  if (a == b) return;
  fmt::print(stderr, "purser: internal error: {} and {} were summed in one bill\n", a.code(),
             b.code());
  std::abort();
}

tl::unexpected<Error> mixed(Money a, Money b) {
  return fail(ErrorCode::kInvalidInput,
              fmt::format("{} and {} are two currencies and have no sum; convert one at a dated "
                          "rate first",
                          format(a), format(b)));
}

}  // namespace

std::int64_t Currency::minor_per_unit() const { return power_of_ten(digits_); }
std::int64_t Currency::billionths_per_minor() const { return power_of_ten(kCostDigits - digits_); }

Result<Money> add(Money a, Money b) {
  if (a.currency() != b.currency()) return mixed(a, b);
  std::int64_t sum = 0;
  if (__builtin_add_overflow(a.minor(), b.minor(), &sum)) {
    return fail(
        ErrorCode::kInvalidInput,
        fmt::format("{} and {} add up to more than an amount can hold", format(a), format(b)));
  }
  return Money(sum, a.currency());
}

Result<Money> subtract(Money a, Money b) {
  if (a.currency() != b.currency()) return mixed(a, b);
  std::int64_t difference = 0;
  if (__builtin_sub_overflow(a.minor(), b.minor(), &difference)) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("{} less {} is more than an amount can hold", format(a), format(b)));
  }
  return Money(difference, a.currency());
}

Result<std::strong_ordering> compare(Money a, Money b) {
  if (a.currency() != b.currency()) return mixed(a, b);
  return a.minor() <=> b.minor();
}

Result<Money> parse_money(std::string_view text) {
  PURSER_ASSIGN(const Amount amount, split_amount(text));
  PURSER_ASSIGN(const Int128 minor, read_number(text, amount, amount.currency.digits()));
  constexpr Int128 kMax = std::numeric_limits<std::int64_t>::max();
  if (minor > kMax || minor < -kMax) return no_amount(text, ": it is too large");
  return Money(static_cast<std::int64_t>(minor), amount.currency);
}

std::string format_amount(Money money) {
  const int digits = money.currency().digits();
  return decimal_text(money.minor(), digits, digits, false);
}

std::string format(Money money) {
  const int digits = money.currency().digits();
  return fmt::format("{} {}", money.currency().code(),
                     decimal_text(money.minor(), digits, digits, true));
}

Cost::Cost(Money money)
    : billionths_(static_cast<Int128>(money.minor()) * money.currency().billionths_per_minor()),
      currency_(money.currency()) {}

Cost& Cost::operator+=(const Cost& other) {
  check_same(currency_, other.currency_);
  billionths_ += other.billionths_;
  return *this;
}

std::strong_ordering Cost::operator<=>(const Cost& other) const {
  check_same(currency_, other.currency_);
  if (billionths_ < other.billionths_) return std::strong_ordering::less;
  return billionths_ > other.billionths_ ? std::strong_ordering::greater
                                         : std::strong_ordering::equal;
}

Money Cost::rounded() const {
  return {
      static_cast<std::int64_t>(multiply_divide(billionths_, 1, currency_.billionths_per_minor())),
      currency_};
}

Money Cost::rounded_up() const {
  return {static_cast<std::int64_t>(
              -multiply_divide_floor(-billionths_, 1, currency_.billionths_per_minor())),
          currency_};
}

Result<Cost> parse_cost(std::string_view text) {
  PURSER_ASSIGN(const Amount amount, split_amount(text));
  PURSER_ASSIGN(const Int128 billionths, read_number(text, amount, kCostDigits));
  // What cannot be rounded to a Money is refused here, so that no later product overflows.
  const Int128 most = static_cast<Int128>(std::numeric_limits<std::int64_t>::max()) *
                      amount.currency.billionths_per_minor();
  if (billionths > most || billionths < -most) return no_amount(text, ": it is too large");
  return Cost(billionths, amount.currency);
}

std::string format_amount(Cost cost) {
  return decimal_text(cost.billionths(), kCostDigits, cost.currency().digits(), false);
}

std::string format(Cost cost) {
  return fmt::format("{} {}", cost.currency().code(),
                     decimal_text(cost.billionths(), kCostDigits, cost.currency().digits(), true));
}

Rate::Rate(Int128 numerator, Int128 denominator, Currency currency)
    : numerator_(numerator), denominator_(denominator), currency_(currency) {
  Int128 a = numerator < 0 ? -numerator : numerator;
  Int128 b = denominator;
  while (b != 0) a = std::exchange(b, a % b);
  if (a > 1) {
    numerator_ /= a;
    denominator_ /= a;
  }
}

Rate Rate::per_time(Cost amount, Nanoseconds per) {
  return {amount.billionths(), per.count(), amount.currency()};
}

Rate Rate::per_energy(Cost amount, Joules per) {
  return {amount.billionths(), per.micro, amount.currency()};
}

Cost times(const Rate& rate, std::int64_t quantity) {
  return {multiply_divide(rate.numerator_, quantity, rate.denominator_), rate.currency_};
}

Cost operator*(const Rate& rate, Nanoseconds time) { return times(rate, time.count()); }
Cost operator*(const Rate& rate, Joules energy) { return times(rate, energy.micro); }

Nanoseconds affordable(const Cost& budget, const Rate& rate) {
  check_same(budget.currency(), rate.currency());
  if (rate.numerator() <= 0) return Nanoseconds::max();
  if (budget.is_negative()) return Nanoseconds{0};
  const Int128 time =
      multiply_divide_floor(budget.billionths(), rate.denominator(), rate.numerator());
  return Nanoseconds{
      static_cast<std::int64_t>(std::min<Int128>(time, std::numeric_limits<std::int64_t>::max()))};
}

}  // namespace purser::money
