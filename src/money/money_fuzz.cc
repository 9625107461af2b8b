// Any text: parsing amounts and rates never crashes, what is accepted prints and parses to the
// same, and a rate converts any amount within half a minor unit, or says that it cannot.
#include <cstdlib>

#include "base/fuzzing.h"
#include "money/exchange.h"
#include "money/money.h"

namespace {

using purser::money::ExchangeRate;
using purser::money::Money;

void check_conversion(const ExchangeRate& rate) {
  for (const std::int64_t minor : {std::int64_t{0}, std::int64_t{1}, std::int64_t{999'999'999},
                                   std::int64_t{900'000'000'000'000'000}}) {
    for (const char* const code : {"USD", "JPY", "KWD"}) {
      const Money amount(minor, *purser::money::Currency::parse(code));
      const auto there = rate.convert(amount);
      const auto opposite = rate.convert(-amount);
      if (there.has_value() != opposite.has_value()) std::abort();
      if (!there) {
        purser::check_refusal(there.error(), rate.text());
      } else if (there->currency() != rate.currency() || *opposite != -*there ||
                 there->is_negative() || (minor == 0 && there->minor() != 0)) {
        std::abort();
      }
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace purser;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_round_trip(
      text, [](std::string_view words) { return money::parse_money(words); },
      [](money::Money amount) { return format(amount); });
  check_round_trip(text, money::parse_cost, [](const money::Cost& cost) { return format(cost); });
  check_round_trip(text, money::Currency::parse,
                   [](money::Currency currency) { return std::string(currency.code()); });
  check_round_trip(text, ExchangeRate::parse, [](const ExchangeRate& rate) { return rate.text(); });
  if (const auto rate = ExchangeRate::parse(text)) check_conversion(*rate);
  return 0;
}
