// Physical quantities as types: bytes, joules, watts. Whole numbers inside, so that sums are exact.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace purser {

struct Bytes {
  std::int64_t count = 0;
  auto operator<=>(const Bytes&) const = default;
  Bytes operator+(Bytes other) const { return {count + other.count}; }
  Bytes operator-(Bytes other) const { return {count - other.count}; }
};
// "64MiB", "512 KiB", "2GB", "1048576"; binary and decimal prefixes, up to 8 EiB.
Result<Bytes> parse_bytes(std::string_view text);
std::string humanize(Bytes bytes);  // "61.4 MiB"
// "1.33MiB": rounded up and without a space, so that it suffices when it is typed back as a limit.
std::string size_to_type(Bytes bytes);

// The largest or smallest number where the sum is beyond it: what was claimed in error stays absurd
// and does not turn into something small.
inline std::int64_t add_saturated(std::int64_t a, std::int64_t b) {
  std::int64_t sum = 0;
  if (!__builtin_add_overflow(a, b, &sum)) return sum;
  return b > 0 ? INT64_MAX : INT64_MIN;
}

// Energy in whole microjoules: a month of a megawatt still fits. Sums stop at the largest number.
struct Joules {
  std::int64_t micro = 0;
  auto operator<=>(const Joules&) const = default;
  Joules operator+(Joules other) const { return {add_saturated(micro, other.micro)}; }
  Joules operator-(Joules other) const { return {micro - other.micro}; }
  Joules& operator+=(Joules other) { return *this = *this + other; }
};
inline double joules(Joules energy) { return static_cast<double>(energy.micro) * 1e-6; }
std::string humanize(Joules energy);  // "1.2 kJ", "3.40 kWh"

// Power in whole milliwatts.
struct Watts {
  std::int64_t milli = 0;
  auto operator<=>(const Watts&) const = default;
};
Result<Watts> parse_watts(std::string_view text);  // "120", "120.5", "120W"; at most 1 MW

// The longest time over which such a power's energy can be counted: 73 years of 4 kW, 107 days of
// the megawatt that is the most parse_watts takes.
Nanoseconds longest_at(Watts power);

// Energy of a constant power over a time, rounded down to a microjoule. The time is at most
// longest_at(power).
Joules operator*(Watts power, Nanoseconds time);

// Decimal text to an integer scaled by 10^digits, exactly: ("12.5", 3) -> 12500. No sign, no
// exponent, at most `digits` decimals.
Result<std::int64_t> parse_decimal(std::string_view text, int digits);

}  // namespace purser
