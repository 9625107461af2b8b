#include "base/units.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "base/text.h"

namespace purser {

Result<std::int64_t> parse_decimal(std::string_view text, int digits) {
  const auto wrong = [&] {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("'{}' is no number with at most {} decimals", text, digits));
  };
  constexpr __int128 kMax = std::numeric_limits<std::int64_t>::max();
  __int128 value = 0;
  int decimals = -1;  // -1: no point seen yet
  bool any_digit = false;
  for (char c : text) {
    if (c == '.') {
      if (decimals >= 0 || !any_digit) return wrong();
      decimals = 0;
      continue;
    }
    if (c < '0' || c > '9') return wrong();
    any_digit = true;
    if (decimals >= 0 && ++decimals > digits) return wrong();
    value = value * 10 + (c - '0');
    if (value > kMax) return wrong();
  }
  if (!any_digit || decimals == 0) return wrong();
  for (int i = std::max(decimals, 0); i < digits; ++i) {
    value *= 10;
    if (value > kMax) return wrong();
  }
  return static_cast<std::int64_t>(value);
}

Result<Bytes> parse_bytes(std::string_view text) {
  constexpr struct {
    std::string_view unit;
    std::int64_t bytes;
  } kUnits[] = {{"", 1},
                {"B", 1},
                {"kB", 1'000},
                {"KB", 1'000},
                {"MB", 1'000'000},
                {"GB", 1'000'000'000},
                {"TB", 1'000'000'000'000},
                {"KiB", 1LL << 10},
                {"MiB", 1LL << 20},
                {"GiB", 1LL << 30},
                {"TiB", 1LL << 40}};
  const auto wrong = [&] {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("'{}' is no size in bytes; write for example 64MiB or 2GB", text));
  };
  const std::size_t split = std::min(text.find_first_not_of("0123456789."), text.size());
  const std::string_view unit = trim(text.substr(split));
  const std::string_view number = text.substr(0, split);
  // A whole number may be as large as there is room for; one with decimals counts thousandths.
  const auto whole = parse_decimal(number, 0);
  const auto decimal = parse_decimal(number, 3);
  if (!whole && !decimal) return wrong();
  const __int128 thousandths = whole ? static_cast<__int128>(*whole) * 1000 : *decimal;
  for (const auto& candidate : kUnits) {
    if (candidate.unit != unit) continue;
    const __int128 bytes = thousandths * candidate.bytes / 1000;
    if (bytes > std::numeric_limits<std::int64_t>::max()) return wrong();
    return Bytes{static_cast<std::int64_t>(bytes)};
  }
  return wrong();
}

std::string humanize(Bytes bytes) {
  constexpr std::array kNames{"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  auto value = static_cast<double>(bytes.count);
  std::size_t i = 0;
  while (std::abs(value) >= 1023.95 && i + 1 < kNames.size()) {
    value /= 1024;
    ++i;
  }
  return i == 0 ? fmt::format("{} B", bytes.count) : fmt::format("{:.1f} {}", value, kNames[i]);
}

std::string size_to_type(Bytes bytes) {
  constexpr std::array kNames{"KiB", "MiB", "GiB", "TiB"};
  __int128 unit = 1024;
  std::size_t i = 0;
  while (bytes.count >= 1024 * unit && i + 1 < kNames.size()) {
    unit *= 1024;
    ++i;
  }
  const auto hundredths =
      static_cast<std::int64_t>((bytes.count * __int128{100} + unit - 1) / unit);
  return fmt::format("{}.{:02}{}", hundredths / 100, hundredths % 100, kNames[i]);
}

std::string humanize(Joules energy) {
  const double j = joules(energy);
  if (std::abs(j) >= 1e6) return fmt::format("{:.2f} kWh", j / 3.6e6);
  if (std::abs(j) >= 999.5) return fmt::format("{:.2f} kJ", j / 1e3);
  return fmt::format("{:.3g} J", j);
}

Result<Watts> parse_watts(std::string_view text) {
  std::string_view number = text;
  if (!number.empty() && number.back() == 'W') number = trim(number.substr(0, number.size() - 1));
  const auto milli = parse_decimal(number, 3);
  if (!milli) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("'{}' is no power; write watts, for example 120 or 95.5", text));
  }
  constexpr std::int64_t kMegawatt = 1'000'000'000;
  if (*milli > kMegawatt) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("'{}' is more than the 1000000 W that one machine may draw; enter a "
                            "larger plant as several",
                            text));
  }
  return Watts{*milli};
}

Nanoseconds longest_at(Watts power) {
  if (power.milli <= 0) return Nanoseconds::max();
  const auto longest = static_cast<__int128>(INT64_MAX) * 1'000'000 / power.milli;
  return Nanoseconds(static_cast<std::int64_t>(std::min<__int128>(longest, INT64_MAX)));
}

Joules operator*(Watts power, Nanoseconds time) {
  // mW x ns = 1e-12 J = 1e-6 uJ.
  return {static_cast<std::int64_t>(static_cast<__int128>(power.milli) * time.count() / 1'000'000)};
}

}  // namespace purser
