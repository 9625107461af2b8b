#include "money/decimal.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace purser::money {
namespace {

// Digits with optional thousands separators to a plain digit string; empty if misplaced.
std::string without_separators(std::string_view digits) {
  if (digits.find(',') == std::string_view::npos) return std::string(digits);
  const auto groups = split(digits, ',');
  std::string plain;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const bool fits = i == 0 ? !groups[i].empty() && groups[i].size() <= 3 : groups[i].size() == 3;
    if (!fits) return {};
    plain += groups[i];
  }
  return plain;
}

}  // namespace

tl::unexpected<Error> no_amount(std::string_view text, std::string_view why) {
  return fail(ErrorCode::kInvalidInput,
              fmt::format("'{}' is no amount{}; write for example 'USD 12,345.67'", text, why));
}

Result<Amount> split_amount(std::string_view text) {
  const std::string_view whole = trim(text);
  const std::size_t space = whole.find(' ');
  if (space == std::string_view::npos) return no_amount(text, ": it lacks a currency");
  const std::string_view head = whole.substr(0, space);
  const std::string_view tail = trim(whole.substr(space));
  const bool code_first = !head.empty() && head[0] >= 'A' && head[0] <= 'Z';
  PURSER_ASSIGN(const Currency currency, Currency::parse(code_first ? head : tail));
  return Amount{currency, code_first ? tail : head};
}

Result<Int128> read_number(std::string_view text, const Amount& amount, int digits) {
  std::string_view number = amount.number;
  const bool negative = number.starts_with('-');
  if (negative) number.remove_prefix(1);
  const std::size_t point = std::min(number.find('.'), number.size());
  const std::string units = without_separators(number.substr(0, point));
  std::string decimals(number.substr(std::min(point + 1, number.size())));
  const auto is_digits = [](std::string_view s) {
    return std::all_of(s.begin(), s.end(), [](char c) { return c >= '0' && c <= '9'; });
  };
  if (units.empty() || !is_digits(units) || !is_digits(decimals) ||
      (point < number.size() && decimals.empty())) {
    return no_amount(text, "");
  }
  if (decimals.size() > static_cast<std::size_t>(digits)) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("'{}' has {} decimals; {} takes at most {}", text, decimals.size(),
                            amount.currency.code(), digits));
  }
  decimals.append(static_cast<std::size_t>(digits) - decimals.size(), '0');
  const auto value = parse_int128(units + decimals);
  if (!value) return no_amount(text, ": it is too large");
  return negative ? -*value : *value;
}

std::string decimal_text(Int128 value, int digits, int min_decimals, bool separators) {
  std::string text = to_string(value < 0 ? -value : value);
  if (text.size() <= static_cast<std::size_t>(digits)) {
    text.insert(0, static_cast<std::size_t>(digits) + 1 - text.size(), '0');
  }
  std::string units = text.substr(0, text.size() - static_cast<std::size_t>(digits));
  std::string decimals = text.substr(units.size());
  while (decimals.size() > static_cast<std::size_t>(min_decimals) && decimals.back() == '0') {
    decimals.pop_back();
  }
  if (separators) {
    for (std::size_t i = units.size(); i > 3; i -= 3) units.insert(i - 3, ",");
  }
  return (value < 0 ? "-" : "") + units + (decimals.empty() ? "" : "." + decimals);
}

}  // namespace purser::money
