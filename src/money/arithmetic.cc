// Integers wider than the language's: a * b / c on 128-bit operands through Boost.Multiprecision's
// checked 512-bit type only where the product does not fit 128 bits.
#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include <boost/multiprecision/cpp_int.hpp>
#include <fmt/format.h>

#include "money/money.h"

namespace purser::money {
namespace {

using Wide = boost::multiprecision::int512_t;

constexpr Int128 kInt128Max = static_cast<Int128>(~static_cast<unsigned __int128>(0) >> 1U);
constexpr Int128 kInt128Min = -kInt128Max - 1;

[[noreturn]] void overflow() {
  std::fputs("purser: internal error: an amount left the range of 128 bits\n", stderr);
  std::abort();
}

Int128 narrow(const Wide& wide) {
  if (wide > Wide(kInt128Max) || wide < Wide(kInt128Min)) overflow();
  return static_cast<Int128>(wide);
}

struct Division {
  Int128 quotient;
  Int128 remainder;  // 0 <= remainder < c
};

// Floor division of a * b by c > 0.
Division divide_product(Int128 a, Int128 b, Int128 c) {
  if (c <= 0) overflow();
  if (Int128 product = 0; !__builtin_mul_overflow(a, b, &product)) {
    Division result{product / c, product % c};
    if (result.remainder < 0) result = {result.quotient - 1, result.remainder + c};
    return result;
  }
  const Wide product = Wide(a) * Wide(b);
  Wide quotient = product / Wide(c);
  Wide remainder = product % Wide(c);
  if (remainder < 0) {
    quotient -= 1;
    remainder += Wide(c);
  }
  return {narrow(quotient), narrow(remainder)};
}

}  // namespace

Int128 multiply_divide_floor(Int128 a, Int128 b, Int128 c) {
  return divide_product(a, b, c).quotient;
}

Int128 multiply_divide(Int128 a, Int128 b, Int128 c) {
  const Division division = divide_product(a, b, c);
  const Int128 rest = c - division.remainder;
  if (division.remainder < rest) return division.quotient;
  if (division.remainder > rest) return division.quotient + 1;
  return division.quotient < 0 ? division.quotient : division.quotient + 1;  // tie: away from zero
}

std::string to_string(Int128 value) { return fmt::format("{}", value); }

Result<Int128> parse_int128(std::string_view text) {
  const bool negative = text.starts_with('-');
  const std::string_view digits = negative ? text.substr(1) : text;
  const auto wrong = [&] {
    return fail(ErrorCode::kInvalidInput, fmt::format("'{}' is no whole number of 128 bits", text));
  };
  if (digits.empty()) return wrong();
  Int128 value = 0;  // built negative, so that the smallest number fits
  for (const char c : digits) {
    if (c < '0' || c > '9') return wrong();
    if (__builtin_mul_overflow(value, Int128{10}, &value) ||
        __builtin_sub_overflow(value, static_cast<Int128>(c - '0'), &value)) {
      return wrong();
    }
  }
  if (!negative && value == kInt128Min) return wrong();
  return negative ? value : -value;
}

// Largest remainder (Hamilton): floors first, then one unit each to the largest remainders.
std::vector<Cost> allocate(Cost total, std::span<const Int128> weights) {
  std::vector<Cost> shares(weights.size(), Cost::zero(total.currency()));
  if (weights.empty()) return shares;
  const bool negative = total.is_negative();
  const Int128 amount = negative ? -total.billionths() : total.billionths();
  Int128 weight_sum = 0;
  for (const Int128 weight : weights) {
    if (weight < 0 || __builtin_add_overflow(weight_sum, weight, &weight_sum)) overflow();
  }
  if (weight_sum == 0) {
    shares[0] = total;
    return shares;
  }
  std::vector<Division> parts;
  parts.reserve(weights.size());
  Int128 left = amount;
  for (const Int128 weight : weights) {
    parts.push_back(divide_product(amount, weight, weight_sum));
    left -= parts.back().quotient;
  }
  std::vector<std::size_t> order(weights.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return parts[a].remainder > parts[b].remainder;
  });
  for (std::size_t i = 0; left > 0; ++i, --left) parts[order[i]].quotient += 1;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const Int128 share = parts[i].quotient;
    shares[i] = Cost(negative ? -share : share, total.currency());
  }
  return shares;
}

std::vector<Money> allocate(Money total, std::span<const std::int64_t> weights) {
  const std::vector<Int128> wide(weights.begin(), weights.end());
  // Minor units are allocated as if they were billionths: the arithmetic is the same.
  const auto shares = allocate(Cost(Int128{total.minor()}, total.currency()), wide);
  std::vector<Money> result;
  result.reserve(shares.size());
  for (const Cost& share : shares) {
    result.emplace_back(static_cast<std::int64_t>(share.billionths()), total.currency());
  }
  return result;
}

}  // namespace purser::money
