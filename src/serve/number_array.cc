#include "serve/number_array.h"

#include <bit>
#include <charconv>
#include <cstring>
#include <limits>
#include <type_traits>

#include "serve/decimal_float.h"
#include "serve/plain_floats.h"

namespace purser::serve {
namespace {

bool is_digit(char c) { return static_cast<unsigned char>(c - '0') < 10; }

// Up to eight digits in a row, found and valued without a branch on how many there are: lengths
// vary from number to number, and every wrong guess would cost more than the arithmetic.
struct Digits {
  std::uint64_t value = 0;
  unsigned count = 0;
};
// Reads 8 bytes at `text`.
inline Digits leading_digits(const char* text) {
  std::uint64_t word = 0;
  std::memcpy(&word, text, sizeof word);
  word ^= 0x3030303030303030;  // a digit's byte is now its value, anything else is above 9
  // Adding 0x76 carries a byte above 9 into its top bit. What carries farther only spoils bytes
  // behind the first that is no digit.
  const std::uint64_t others = ((word + 0x7676767676767676) | word) & 0x8080808080808080;
  const auto count = static_cast<unsigned>(std::countr_zero(others)) / 8;
  // The digits move to the high end, zeros in front (in two steps: there is no shift by 64); then
  // neighbours are joined to pairs, pairs to fours, fours to eight (the first digit is in the
  // lowest byte).
  word = (word << (32 - 4 * count)) << (32 - 4 * count);
  word = (word * 10 + (word >> 8U)) & 0x00FF00FF00FF00FF;
  word = (word * 100 + (word >> 16U)) & 0x0000FFFF0000FFFF;
  return {(word * 10000 + (word >> 32U)) & 0xFFFFFFFF, count};
}

constexpr std::array<std::uint64_t, 9> kWholePowersOfTen = {
    1, 10, 100, 1'000, 10'000, 100'000, 1'000'000, 10'000'000, 100'000'000};

// The parts of a JSON number. Up to 18 significant digits fit `digits`; with more, `fits` is false
// and `digits` means nothing.
struct Decimal {
  const char* end = nullptr;  // nullptr: not a JSON number
  std::uint64_t digits = 0;
  int exponent = 0;  // of ten
  bool negative = false;
  bool fits = true;
};

// The digits at `p`, joined to `digits`.
const char* scan_digits(const char* p, const char* end, std::uint64_t& digits) {
  while (p != end && is_digit(*p)) digits = digits * 10 + static_cast<std::uint64_t>(*p++ - '0');
  return p;
}

Decimal scan_number(const char* p, const char* end) {
  Decimal number;
  if (p != end && *p == '-') {
    number.negative = true;
    ++p;
  }
  if (p == end || !is_digit(*p)) return number;
  const char* const whole = p;
  std::ptrdiff_t significant = 0;
  if (*p == '0') {
    ++p;
    if (p != end && is_digit(*p)) return number;
  } else {
    p = scan_digits(p, end, number.digits);
    significant = p - whole;
  }
  if (p != end && *p == '.') {
    const char* const fraction = ++p;
    p = scan_digits(p, end, number.digits);
    if (p == fraction) return number;
    // Zeros in front of the first digit other than zero are counted too: then the slow path is
    // taken earlier than it must be, never too late.
    significant += p - fraction;
    number.exponent = -static_cast<int>(p - fraction);
  }
  if (p != end && (*p == 'e' || *p == 'E')) {
    ++p;
    const bool down = p != end && *p == '-';
    if (p != end && (*p == '+' || *p == '-')) ++p;
    if (p == end || !is_digit(*p)) return number;
    int exponent = 0;
    for (; p != end && is_digit(*p); ++p) {
      if (exponent < 1'000'000) exponent = exponent * 10 + (*p - '0');
    }
    number.exponent += down ? -exponent : exponent;
  }
  number.fits = significant <= 18;
  number.end = p;
  return number;
}

// std::from_chars (correctly rounded), with its one refusal told apart: too small is zero, too
// large is an error.
template <class T>
const char* read_slowly(const char* text, const Decimal& number, T& value) {
  const auto [stop, error] = std::from_chars(text, number.end, value);
  if (error == std::errc()) return number.end;
  // Out of range. The magnitude is decided by the place of the first digit other than zero.
  const char* p = text + (number.negative ? 1 : 0);
  long place = 0;  // power of ten of the digit at p
  const char* dot = p;
  while (dot != number.end && is_digit(*dot)) ++dot;
  place = dot - p - 1;
  for (; p != number.end && (*p == '0' || *p == '.'); ++p) {
    if (*p == '0') --place;
  }
  long exponent = number.exponent;
  if (dot != number.end && *dot == '.') {  // number.exponent includes the digits of the fraction
    const char* q = dot + 1;
    while (q != number.end && is_digit(*q)) ++q;
    exponent += q - dot - 1;
  }
  if (place + exponent > 0) return nullptr;
  value = number.negative ? T(-0.0) : T(0.0);
  return number.end;
}

const char* read_value(const char* text, const char* end, float& value) {
  return read_float(text, end, value);
}

const char* read_value(const char* text, const char* end, double& value) {
  const Decimal number = scan_number(text, end);
  if (number.end == nullptr) return nullptr;
  return read_slowly(text, number, value);
}

template <class T>
  requires std::is_integral_v<T>
const char* read_value(const char* text, const char* end, T& value) {
  JsonCursor cursor(std::string_view(text, static_cast<std::size_t>(end - text)));
  if constexpr (std::is_same_v<T, bool>) {
    const auto truth = cursor.boolean();
    if (!truth) return nullptr;
    value = *truth;
  } else {
    const auto whole = cursor.integer<T>();
    if (!whole) return nullptr;
    value = *whole;
  }
  return cursor.here();
}

// A lone 0 is the most frequent number by far (the background of images, features that are absent).
template <class T>
const char* read_element(const char* p, const char* end, T& value) {
  if constexpr (!std::is_same_v<T, bool>) {
    if (end - p > 2 && *p == '0' && p[1] == ',') {
      value = 0;
      return p + 1;
    }
  }
  return read_value(p, end, value);
}

const char* skip_space(const char* p, const char* end) {
  while (p != end && (*p == ' ' || *p == '\n' || *p == '\t' || *p == '\r')) ++p;
  return p;
}

template <class T>
constexpr std::string_view kWanted = "expected a number that the datatype can hold";
template <>
constexpr std::string_view kWanted<bool> = "expected true or false";

// What nearly every number of a tensor looks like: up to 7 digits, a point, up to 16 digits, no
// exponent. nullptr for anything else, which may still be a number. Reads up to 32 bytes.
inline const char* read_plain_float(const char* p, float& value) {
  const bool negative = *p == '-';
  p += negative ? 1 : 0;
  std::uint64_t digits = static_cast<unsigned char>(*p - '0');
  unsigned places = 1;
  if (digits > 9) return nullptr;
  if (is_digit(p[1])) {  // rare: what a model takes lies around 1
    const Digits whole = leading_digits(p);
    if (whole.count == 8 || digits == 0) return nullptr;
    digits = whole.value;
    places = whole.count;
  }
  p += places;
  unsigned decimals = 0;
  if (*p == '.') {
    // Both words at once: what follows must not wait to know whether there is a second.
    const Digits first = leading_digits(++p);
    const Digits second = leading_digits(p + 8);
    const unsigned both = 0U - (first.count >> 3U);  // all ones if the first word is full
    const unsigned more = second.count & both;
    if (first.count == 0) return nullptr;
    digits = digits * kWholePowersOfTen[first.count] + first.value;
    digits = digits * kWholePowersOfTen[more] + (more != 0 ? second.value : 0);
    decimals = first.count + more;
    p += decimals;
  }
  const bool longer = is_digit(*p) || *p == 'e' || *p == 'E';
  if (longer || places + decimals > 18) return nullptr;
  return nearest_float(digits, -static_cast<int>(decimals), negative, value) ? p : nullptr;
}

}  // namespace

const char* read_float(const char* text, const char* end, float& value) {
  if (end - text >= 32) {
    if (const char* const after = read_plain_float(text, value)) return after;
  }
  const Decimal number = scan_number(text, end);
  if (number.end == nullptr) return nullptr;
  if (number.fits && number.exponent >= -22 && number.exponent <= 22 &&
      nearest_float(number.digits, number.exponent, number.negative, value)) {
    return number.end;
  }
  return read_slowly(text, number, value);
}

template <class T>
std::optional<ArrayShape> read_array(JsonCursor& cursor, std::span<T> out, std::string_view& why) {
  const char* p = cursor.here();
  const char* const end = cursor.end();
  const auto failed = [&](std::string_view reason) {
    why = reason;
    cursor.move_to(p);
    return std::nullopt;
  };

  ArrayShape shape;
  shape.extents.fill(-1);                                    // not known yet
  std::array<std::int64_t, ArrayShape::kDepthMax> counts{};  // members so far of each open array
  int depth = 0;                                             // of arrays open now
  p = skip_space(p, end);
  if (p == end || *p != '[') return failed("expected an array of numbers");
  while (true) {
    // Here a value starts: an inner array, or the numbers of an innermost one.
    if (p != end && *p == '[') {
      if (depth == ArrayShape::kDepthMax) return failed("arrays nested deeper than 8");
      if (shape.depth != 0 && depth == shape.depth) return failed("an array among numbers");
      counts[static_cast<std::size_t>(depth++)] = 0;
      p = skip_space(p + 1, end);
      if (p == end || *p != ']') continue;
      if (shape.depth == 0) shape.depth = depth;  // "[]": an innermost array of none
    } else {
      if (shape.depth == 0) shape.depth = depth;
      if (depth != shape.depth) return failed("a number among arrays");
      std::int64_t numbers = 0;
      while (true) {
        if constexpr (std::is_same_v<T, float>) {
          const auto at = static_cast<std::size_t>(shape.count);
          const PlainFloats plain = read_plain_floats(cursor.start(), p, end, out.subspan(at));
          p = skip_space(plain.next, end);
          shape.count += static_cast<std::int64_t>(plain.count);
          numbers += static_cast<std::int64_t>(plain.count);
        }
        if (shape.count == static_cast<std::int64_t>(out.size())) {
          return failed(kTooManyNumbers);
        }
        const char* const after = read_element(p, end, out[static_cast<std::size_t>(shape.count)]);
        if (after == nullptr) return failed(kWanted<T>);
        ++shape.count;
        ++numbers;
        p = skip_space(after, end);
        if (p == end || *p != ',') break;
        p = skip_space(p + 1, end);
      }
      counts[static_cast<std::size_t>(depth - 1)] = numbers;
    }
    // Here something has ended: close arrays until one goes on.
    while (true) {
      if (p == end || *p != ']') return failed("expected ',' or ']'");
      const auto level = static_cast<std::size_t>(--depth);
      // The first array of a level to close says how many all must have.
      const bool first = shape.extents[level] < 0;
      if (first) shape.extents[level] = counts[level];
      if (counts[level] != shape.extents[level]) return failed("rows of different lengths");
      p = skip_space(p + 1, end);
      if (depth == 0) {
        cursor.move_to(p);
        return shape;
      }
      ++counts[level - 1];
      if (p != end && *p == ',') {
        p = skip_space(p + 1, end);
        break;
      }
    }
  }
}

template std::optional<ArrayShape> read_array(JsonCursor&, std::span<float>, std::string_view&);
template std::optional<ArrayShape> read_array(JsonCursor&, std::span<double>, std::string_view&);
template std::optional<ArrayShape> read_array(JsonCursor&, std::span<bool>, std::string_view&);
template std::optional<ArrayShape> read_array(JsonCursor&, std::span<std::int8_t>,
                                              std::string_view&);
template std::optional<ArrayShape> read_array(JsonCursor&, std::span<std::uint8_t>,
                                              std::string_view&);
template std::optional<ArrayShape> read_array(JsonCursor&, std::span<std::int32_t>,
                                              std::string_view&);
template std::optional<ArrayShape> read_array(JsonCursor&, std::span<std::int64_t>,
                                              std::string_view&);

}  // namespace purser::serve
