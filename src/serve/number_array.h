// Arrays of numbers in JSON, nested or flat, read straight into a tensor. This is where the bytes
// of an inference request are (784 numbers for one small image), so it is written for speed: float
// numbers cost a few nanoseconds, and are rounded correctly, exactly as std::from_chars rounds
// them (number_array_test.cc and infer_json_fuzz.cc compare the two).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "serve/json_cursor.h"

namespace purser::serve {

// How an array was nested: extents[0] .. extents[depth - 1], row-major. A flat array has depth 1.
struct ArrayShape {
  static constexpr int kDepthMax = 8;
  std::array<std::int64_t, kDepthMax> extents{};
  int depth = 0;
  std::int64_t count = 0;  // of all numbers
};

// Why an array with more numbers than out.size() was not read.
inline constexpr std::string_view kTooManyNumbers =
    "more numbers than the largest batch takes; send fewer rows in one request";

// Reads the array at the cursor into `out`. Nothing, with the cursor at the offending byte and
// `why` saying what is wrong, if it is no array, is ragged or nested deeper than 8, holds more than
// out.size() numbers, or one that a T cannot hold (whole numbers only for whole T; true and false
// for bool). T: float, double, int8, int32, int64, uint8, bool.
template <class T>
std::optional<ArrayShape> read_array(JsonCursor& cursor, std::span<T> out, std::string_view& why);

// One JSON number at `text`, not beyond `end`: the float nearest to it (ties to even). Returns what
// follows it, nullptr if it is no JSON number or too large for a float. Fast: see the .cc.
const char* read_float(const char* text, const char* end, float& value);

}  // namespace purser::serve
