// From a decimal to the nearest float without big numbers. Behind the door of serve.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace purser::serve {

// The powers of ten that a double holds exactly.
inline constexpr std::array<double, 23> kPowersOfTen = {
    1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

// Clinger's fast path (1990), taken further for the smaller type. The decimal is digits x 10^e with
// digits < 10^18 and |e| <= 22. The double nearest to `digits` is off by half a unit in the last
// place at most, 10^|e| is exact, and one multiplication or division adds another half: `wide`,
// their product or quotient, is within 2 units of its last place of the true value. Rounding it to
// float is therefore right unless a boundary between two floats lies that near. A boundary is a
// double whose low 29 bits are 1 followed by zeros; around it (4 units, twice what is needed) the
// answer is no. It is no as well outside the range of normal floats, but yes for 0.
// `wide` is not negative. Without a branch: the two answers alternate unforeseeably in real data.
inline bool rounds_safely(double wide) {
  constexpr std::uint64_t kLow = (1ULL << 29U) - 1;
  constexpr std::uint64_t kBoundary = 1ULL << 28U;
  constexpr auto kLeast =
      std::bit_cast<std::uint64_t>(static_cast<double>(std::numeric_limits<float>::min()));
  constexpr auto kMost =
      std::bit_cast<std::uint64_t>(static_cast<double>(std::numeric_limits<float>::max()));
  const auto bits = std::bit_cast<std::uint64_t>(wide);
  const unsigned far = (bits & kLow) - kBoundary + 4 > 8 ? 1U : 0U;
  const unsigned normal = bits - kLeast <= kMost - kLeast ? 1U : 0U;
  return ((far & normal) | (bits == 0 ? 1U : 0U)) != 0;
}

inline float with_sign(double wide, bool negative) {
  const auto bits = std::bit_cast<std::uint32_t>(static_cast<float>(wide));
  return std::bit_cast<float>(bits | static_cast<std::uint32_t>(negative ? 1 : 0) << 31U);
}

// False if `value` may not be the float nearest to the decimal.
inline bool nearest_float(std::uint64_t digits, int exponent, bool negative, float& value) {
  // Through a signed integer: one instruction where unsigned takes six.
  auto wide = static_cast<double>(static_cast<std::int64_t>(digits));
  if (exponent < 0) {
    wide /= kPowersOfTen[static_cast<std::size_t>(-exponent)];
  } else {
    wide *= kPowersOfTen[static_cast<std::size_t>(exponent)];
  }
  value = with_sign(wide, negative);
  return rounds_safely(wide);
}

}  // namespace purser::serve
