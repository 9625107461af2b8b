// --rate: amounts that were paid in a foreign currency.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "cli/arguments.h"
#include "cli/terms.h"
#include "cli/verb.h"
#include "money/exchange.h"

namespace purser::cli {

// As it comes into the books, and what was paid if that is something else.
struct Given {
  money::Money amount;
  std::optional<money::Foreign> paid = std::nullopt;
};

// Converts the amounts that are given together, with one rate or none.
class Converter {
 public:
  // By `rate` of the words, if it is given.
  static Result<Converter> from(const Words& words);

  // What is in the currency of the rate stays as it is, and so does all where there is none.
  // kInvalidInput: what rounds to nothing.
  Result<Given> convert(money::Money amount);
  // kInvalidInput: a rate at which nothing was converted, or things in two foreign currencies were.
  Status finish() const;

 private:
  Converter(std::optional<money::ExchangeRate> rate, std::string called)
      : rate_(rate), called_(std::move(called)) {}

  std::optional<money::ExchangeRate> rate_;
  std::string called_;  // what readers call the rate
  std::optional<money::Currency> foreign_;
  std::optional<money::Currency> other_;  // of the first amount in a second foreign currency
};

// The amount of a flag that must be given, at --rate.
Result<Given> given_at_rate(const Arguments& arguments, std::string_view flag);

inline constexpr Option kRate{
    "--rate", "AMOUNT",
    "of what was paid in a foreign currency: the price of one unit of it that day"};

}  // namespace purser::cli
