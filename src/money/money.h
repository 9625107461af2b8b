// Exact money. No floating-point number goes in or comes out of this room.
//
// Three types, from coarse to fine:
//   Money  what is posted and paid: a whole number of minor units (cents) of one currency.
//   Cost   what a bill line holds: billionths of the currency unit, because a short run costs less
//          than a cent. Lines are allocated so that they sum to the posted Money exactly.
//   Rate   an exact ratio: an amount per time or per energy. It is rounded once, at the end, by
//          the caller's choice of Cost or Money.
//
// Values only; every function is pure and may be called from any thread.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "base/units.h"

namespace purser::money {

using Int128 = __int128;

// An ISO 4217 currency with 0, 2 or 3 (or 4) decimals. A value of this type always names a
// currency of the table in currency.cc.
class Currency {
 public:
  static Result<Currency> parse(std::string_view code);  // "USD"; capital letters
  std::string_view code() const { return {code_.data(), code_.size()}; }
  int digits() const { return digits_; }      // decimals of the minor unit: USD 2, JPY 0
  std::int64_t minor_per_unit() const;        // 10^digits
  std::int64_t billionths_per_minor() const;  // 10^(9 - digits)
  bool operator==(const Currency&) const = default;

 private:
  Currency(std::array<char, 3> code, int digits) : code_(code), digits_(digits) {}
  std::array<char, 3> code_;
  int digits_;
};
Currency usd();  // for tests and defaults

class Money {
 public:
  Money(std::int64_t minor, Currency currency) : minor_(minor), currency_(currency) {}
  Money(double, Currency) = delete;  // no amount ever comes from a floating-point number

  static Money zero(Currency currency) { return {std::int64_t{0}, currency}; }

  std::int64_t minor() const { return minor_; }
  Currency currency() const { return currency_; }
  bool is_zero() const { return minor_ == 0; }
  bool is_negative() const { return minor_ < 0; }

  bool operator==(const Money&) const = default;
  Money operator-() const { return {-minor_, currency_}; }

 private:
  std::int64_t minor_;
  Currency currency_;
};

// Sums of two currencies, and sums past 64 bits, are errors; there is no operator+ that could hide
// them.
Result<Money> add(Money a, Money b);
Result<Money> subtract(Money a, Money b);
Result<std::strong_ordering> compare(Money a, Money b);

// "USD 12,345.67", "12345.67 USD", "-USD 3.00" is not accepted: write "USD -3.00". At most as many
// decimals as the currency has. Thousands separators, if any, must stand in the right places.
Result<Money> parse_money(std::string_view text);
std::string format(Money money);         // "USD 12,345.67"
std::string format_amount(Money money);  // "12345.67", for JSON and CSV

// Billionths of the currency unit, 128 bits: 1.7e29 units, far past any ledger. Sums of a bill are
// checked for currency in debug and release alike: a mismatch is a bug and ends the program.
class Cost {
 public:
  Cost(Int128 billionths, Currency currency) : billionths_(billionths), currency_(currency) {}
  Cost(double, Currency) = delete;
  explicit Cost(Money money);

  static Cost zero(Currency currency) { return {Int128{0}, currency}; }

  Int128 billionths() const { return billionths_; }
  Currency currency() const { return currency_; }
  bool is_zero() const { return billionths_ == 0; }
  bool is_negative() const { return billionths_ < 0; }

  bool operator==(const Cost&) const = default;
  Cost operator-() const { return {-billionths_, currency_}; }
  Cost& operator+=(const Cost& other);
  Cost& operator-=(const Cost& other) { return *this += -other; }
  friend Cost operator+(Cost a, const Cost& b) { return a += b; }
  friend Cost operator-(Cost a, const Cost& b) { return a -= b; }
  std::strong_ordering operator<=>(const Cost& other) const;

  // To whole minor units, halves away from zero.
  Money rounded() const;
  // To whole minor units, upward: for 'would cost at most'.
  Money rounded_up() const;

 private:
  Int128 billionths_;
  Currency currency_;
};
Result<Cost> parse_cost(std::string_view text);  // as parse_money, with up to nine decimals
std::string format(Cost cost);         // "USD 0.004166667": at least the currency's decimals,
                                       // zeros past them cut
std::string format_amount(Cost cost);  // "0.004166667"

// num / den, den > 0, in lowest terms. Intermediate products have as many bits as they need, so
// that no input of this program overflows.
class Rate {
 public:
  // `amount` per `per` (> 0): Rate::per_time(Cost, hour).
  static Rate per_time(Cost amount, Nanoseconds per);
  static Rate per_energy(Cost amount, Joules per);

  Currency currency() const { return currency_; }
  Int128 numerator() const { return numerator_; }      // billionths of the unit
  Int128 denominator() const { return denominator_; }  // ns or uJ
  bool operator==(const Rate&) const = default;

 private:
  Rate(Int128 numerator, Int128 denominator, Currency currency);
  friend Cost times(const Rate& rate, std::int64_t quantity);
  Int128 numerator_;
  Int128 denominator_;
  Currency currency_;
};

// The cost of a time (ns) or energy (uJ) at a rate, rounded once to a billionth, halves away from
// zero.
Cost operator*(const Rate& rate, Nanoseconds time);
Cost operator*(const Rate& rate, Joules energy);

// Most time that `budget` buys at `rate`; Nanoseconds::max() at a rate of zero.
Nanoseconds affordable(const Cost& budget, const Rate& rate);

// Shares that sum to `total` exactly, in proportion to non-negative `weights` (largest remainder,
// ties to the lower index). All weights zero: everything goes to index 0. `weights` not empty.
std::vector<Money> allocate(Money total, std::span<const std::int64_t> weights);
std::vector<Cost> allocate(Cost total, std::span<const Int128> weights);

// a * b / c rounded half away from zero; the product may be wider. c > 0; the quotient must fit.
Int128 multiply_divide(Int128 a, Int128 b, Int128 c);
// The same rounded towards minus infinity.
Int128 multiply_divide_floor(Int128 a, Int128 b, Int128 c);

std::string to_string(Int128 value);
Result<Int128> parse_int128(std::string_view text);

}  // namespace purser::money
