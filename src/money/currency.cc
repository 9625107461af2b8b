// ISO 4217 (list one, 2026): the currencies in use and the decimals of their minor units. Two is
// the rule; the exceptions are the short lists.
#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "money/money.h"

namespace purser::money {
namespace {

constexpr std::string_view kTwoDecimals =
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF "
    "CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD "
    "HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA "
    "MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN "
    "QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP "
    "TRY TTD TWD TZS UAH USD UYU UZS VES WST XCD XCG YER ZAR ZMW ZWG";
constexpr std::string_view kNoDecimals =
    "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF";
constexpr std::string_view kThreeDecimals = "BHD IQD JOD KWD LYD OMR TND";

constexpr std::size_t kStep = 4;  // three letters and a blank

constexpr bool is_sorted(std::string_view list) {
  for (std::size_t at = kStep; at < list.size(); at += kStep) {
    if (list.substr(at - kStep, 3) >= list.substr(at, 3)) return false;
  }
  return true;
}
static_assert(is_sorted(kTwoDecimals) && is_sorted(kNoDecimals) && is_sorted(kThreeDecimals));

// True if the three letters stand as one word in `list`.
bool lists(std::string_view list, std::string_view code) {
  std::size_t first = 0;
  std::size_t last = (list.size() + 1) / kStep;
  while (first < last) {
    const std::size_t middle = (first + last) / 2;
    const int order = list.substr(middle * kStep, 3).compare(code);
    if (order == 0) return true;
    (order < 0 ? first : last) = order < 0 ? middle + 1 : middle;
  }
  return false;
}

}  // namespace

Result<Currency> Currency::parse(std::string_view code) {
  const int digits = lists(kTwoDecimals, code)     ? 2
                     : lists(kNoDecimals, code)    ? 0
                     : lists(kThreeDecimals, code) ? 3
                                                   : -1;
  if (digits < 0 || code.size() != 3) {
    std::vector<std::string> known;
    for (const std::string_view list : {kTwoDecimals, kNoDecimals, kThreeDecimals}) {
      for (const std::string_view word : split(list, ' ')) known.emplace_back(word);
    }
    return fail(ErrorCode::kInvalidInput,
                fmt::format("'{}' is no currency; write an ISO 4217 code such as USD or EUR{}",
                            code, did_you_mean(code, known)));
  }
  return Currency({code[0], code[1], code[2]}, digits);
}

Currency usd() { return *Currency::parse("USD"); }

}  // namespace purser::money
