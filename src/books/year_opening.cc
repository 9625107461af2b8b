#include "books/year_opening.h"

#include <algorithm>
#include <limits>
#include <string>

#include <boost/multiprecision/cpp_int.hpp>
#include <fmt/format.h>

namespace purser::books {
namespace {

using Fraction = boost::multiprecision::cpp_rational;
using boost::multiprecision::cpp_int;

constexpr std::size_t kTextMost = 20'000;

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == text.npos;
}

// A leading zero would make it octal.
cpp_int number(std::string_view digits) {
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size() - 1));
  return cpp_int(std::string(digits));
}

tl::unexpected<Error> no_opening(std::string_view text) {
  constexpr std::size_t kShown = 60;
  return fail(ErrorCode::kInvalidInput,
              fmt::format("'{}{}' is no amount at the start of a year; write for example USD "
                          "13,000.00, or as an exact fraction USD 25000/3",
                          text.substr(0, kShown), text.size() > kShown ? "…" : ""));
}

}  // namespace

Result<YearOpening> parse_year_opening(std::string_view text) {
  if (text.size() > kTextMost) return no_opening(text);
  const std::size_t slash = text.find('/');
  if (slash == text.npos) {
    PURSER_ASSIGN(const money::Money amount, money::parse_money(text));
    if (amount.is_negative()) return no_opening(text);
    return YearOpening{amount.currency(), std::to_string(amount.minor())};
  }
  const std::size_t blank = text.find(' ');
  if (blank == text.npos || blank > slash) return no_opening(text);
  PURSER_ASSIGN(const money::Currency currency, money::Currency::parse(text.substr(0, blank)));
  const std::string_view above = text.substr(blank + 1, slash - blank - 1);
  const std::string_view below = text.substr(slash + 1);
  if (!is_number(above) || !is_number(below) || number(below) == 0) return no_opening(text);
  const Fraction minor = Fraction(number(above), number(below)) * currency.minor_per_unit();
  return YearOpening{currency, minor.str()};
}

std::string format(const YearOpening& opening) {
  const Fraction minor(opening.minor);
  if (denominator(minor) == 1 && minor <= std::numeric_limits<std::int64_t>::max()) {
    return format(money::Money(static_cast<std::int64_t>(numerator(minor)), opening.currency));
  }
  const Fraction units = minor / opening.currency.minor_per_unit();
  return fmt::format("{} {}/{}", opening.currency.code(), numerator(units).str(),
                     denominator(units).str());
}

}  // namespace purser::books
