// Any text as a date, a time, a duration or a quantity: what is accepted is within what can be
// counted, and prints and parses to the same.
#include <cstdlib>
#include <string>

#include "base/fuzzing.h"
#include "base/time.h"
#include "base/units.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace purser;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_round_trip(text, parse_date, [](Date date) { return format(date); });
  check_round_trip(text, parse_month, [](Month month) { return format(month); });
  check_round_trip(text, parse_instant, [](Instant instant) { return format(instant); });
  // A hundred years on, it is still a date.
  if (const auto date = parse_date(text)) {
    if (add_months(*date, 1200) <= *date || !month_of(*date).ok()) std::abort();
  }
  check_round_trip(text, parse_duration, [](Nanoseconds duration) {
    if (duration < Nanoseconds{0}) std::abort();
    return std::to_string(duration.count()) + "ns";
  });
  check_round_trip(text, parse_bytes, [](Bytes bytes) {
    if (bytes.count < 0) std::abort();
    return std::to_string(bytes.count);
  });
  check_round_trip(text, parse_watts, [](Watts watts) {
    if (watts.milli < 0 || watts.milli > 1'000'000'000) std::abort();
    const std::string decimals = std::to_string(1000 + watts.milli % 1000).substr(1);
    return std::to_string(watts.milli / 1000) + "." + decimals;
  });
  for (const int digits : {0, 3, 9}) {
    const auto number = parse_decimal(text, digits);
    if (!number) {
      check_refusal(number.error(), text);
    } else if (*number < 0 || (digits == 0 && std::to_string(*number).size() > text.size())) {
      std::abort();
    }
  }
  return 0;
}
