// The numbers of a tensor, many at a time. Behind the door of number_array.h.
#pragma once

#include <cstddef>
#include <span>

namespace purser::serve {

// Where the reading stopped: the first number that was not read, and how many were.
struct PlainFloats {
  const char* next = nullptr;
  std::size_t count = 0;
};

// Reads the longest run of plain numbers at `text`, each followed by a comma and any spaces: at
// most 18 digits that count, a point or none, no exponent, together at most 32 bytes. Each becomes
// the float nearest to it. The run may be empty, and ends before anything unusual, malformed
// numbers, the last number of an array, and the last 64 bytes included: the caller reads on, one
// number at a time. Reads nothing outside [begin, end) and writes at most out.size() floats.
// `begin`: of the whole text, begin <= text <= end. Any thread.
PlainFloats read_plain_floats(const char* begin, const char* text, const char* end,
                              std::span<float> out);

}  // namespace purser::serve
