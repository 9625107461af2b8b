#include "cli/foreign.h"

#include <fmt/format.h>

namespace purser::cli {

using money::ExchangeRate;
using money::Money;

Result<Converter> Converter::from(const Words& words) {
  PURSER_ASSIGN(const auto rate, parse_word(words, "rate", ExchangeRate::parse));
  return Converter(rate, words.called("rate"));
}

Result<Given> Converter::convert(Money amount) {
  if (!rate_ || amount.currency() == rate_->currency()) return Given{amount};
  if (foreign_ && *foreign_ != amount.currency()) other_ = amount.currency();
  foreign_ = amount.currency();
  PURSER_ASSIGN(const Money converted, rate_->convert(amount));
  if (converted.is_zero() && !amount.is_zero()) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("{} at {} comes to nothing, which is not what was paid; look at the "
                            "rate, or give what comes together in one amount",
                            format(amount), rate_->text()));
  }
  return Given{converted, money::Foreign{amount, *rate_}};
}

Status Converter::finish() const {
  if (!rate_) return {};
  if (other_) {
    return fail(
        ErrorCode::kInvalidInput,
        fmt::format("{}: {} is a price of one currency; say what was paid in {} and in another "
                    "one by itself, each with its rate",
                    called_, rate_->text(), other_->code()));
  }
  if (foreign_) return {};
  return fail(
      ErrorCode::kInvalidInput,
      fmt::format("{}: nothing was paid in another currency than {}; leave it out, or, of a "
                  "machine that is kept in another one, write it in that",
                  called_, rate_->currency().code()));
}

Result<Given> given_at_rate(const Arguments& arguments, std::string_view flag) {
  PURSER_ASSIGN(const auto amount, arguments.money(flag));
  if (!amount) return fail(ErrorCode::kInvalidInput, fmt::format("{} is missing", flag));
  PURSER_ASSIGN(Converter converter, Converter::from(words_of(arguments)));
  auto given = converter.convert(*amount);
  if (!given) return fail(std::move(given).error().in(flag));
  PURSER_TRY(converter.finish());
  return *given;
}

}  // namespace purser::cli
