// What was paid in a foreign currency, and at which rate it came into the books.
#pragma once

#include <string>
#include <string_view>

#include "money/money.h"

namespace purser::money {

// The price of one unit of a foreign currency in the currency of the books, on one day: an exact
// decimal of at most twelve places, above zero and below a billion.
class ExchangeRate {
 public:
  static Result<ExchangeRate> parse(std::string_view text);  // "USD 1.0842"
  Currency currency() const { return currency_; }            // of the books
  // Rounded once to the minor unit, halves away from zero. kInvalidInput: an amount in the currency
  // of the books, or more than a Money holds.
  Result<Money> convert(Money foreign) const;
  std::string text() const;  // "USD 1.0842"; parse() reads it again

  bool operator==(const ExchangeRate&) const = default;

 private:
  ExchangeRate(Int128 trillionths, Currency currency)
      : trillionths_(trillionths), currency_(currency) {}
  Int128 trillionths_;
  Currency currency_;
};

struct Foreign {
  Money amount;
  ExchangeRate rate;

  bool operator==(const Foreign&) const = default;
};
std::string format(const Foreign& paid);  // "EUR 10,000.00 at USD 1.0842"

}  // namespace purser::money
