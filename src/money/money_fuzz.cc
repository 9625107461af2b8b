// Any text: parsing never crashes, and what it accepts prints and parses to the same amount.
#include <cstdlib>

#include "money/money.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto amount = purser::money::parse_money(text)) {
    if (*purser::money::parse_money(format(*amount)) != *amount) std::abort();
  }
  if (const auto cost = purser::money::parse_cost(text)) {
    if (*purser::money::parse_cost(format(*cost)) != *cost) std::abort();
  }
  return 0;
}
