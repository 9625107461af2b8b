#include "serve/number_array.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <limits>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <rapidcheck/gtest.h>

#include "base/random.h"

namespace purser::serve {
namespace {

template <class T>
std::optional<std::vector<T>> read(std::string_view text, ArrayShape* shape = nullptr,
                                   std::size_t room = 64) {
  std::vector<std::byte> bytes(room * sizeof(T));
  JsonCursor cursor(text);
  std::string_view why;
  const std::span<T> out(reinterpret_cast<T*>(bytes.data()), room);
  const auto got = read_array(cursor, out, why);
  if (!got) {
    EXPECT_FALSE(why.empty());
    return std::nullopt;
  }
  if (shape != nullptr) *shape = *got;
  return std::vector<T>(out.begin(), out.begin() + got->count);
}

// The reference: the standard library's conversion, which is correctly rounded.
float slow(std::string_view text) {
  float value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::uint32_t bits(float value) { return std::bit_cast<std::uint32_t>(value); }

void expect_same(const std::string& text) {
  float value = -1;
  const char* const end = text.data() + text.size();
  ASSERT_EQ(read_float(text.data(), end, value), end) << text;
  EXPECT_EQ(bits(value), bits(slow(text))) << text << " read as " << value;
}

TEST(ReadFloat, RoundsAsTheStandardLibraryDoes_AtTheEdges) {
  for (const char* text : {"0",
                           "-0",
                           "0.0",
                           "1",
                           "-1",
                           "0.5",
                           "3.4028235e38",
                           "-3.4028235e+38",
                           "1.17549435e-38",
                           "1.4e-45",
                           "7e-46",
                           "1e-40",
                           "0.49803922",
                           "0.49803921580314636",
                           "16777217",
                           "16777219",
                           "9007199254740993",
                           "0.1e1",
                           "1E-2",
                           "123456789012345678901234567890",
                           "0.000000000000000000000000000000000000000000001401298464324817",
                           "1.00000005960464477539062",
                           "1.00000005960464477539063",
                           "8388608.5",
                           "8388609.5",
                           "999999999999999999",
                           "9999999999999999999",
                           "1e22",
                           "1e23",
                           "1e-22",
                           "1e-23",
                           "5e-324"}) {
    expect_same(text);
  }
}

// Numbers half-way between two floats, and a hair to either side: where a double rounding shows.
TEST(ReadFloat, DecidesTiesExactly) {
  Random random(1);
  for (int i = 0; i < 20'000; ++i) {
    const auto pattern = static_cast<std::uint32_t>(random.below(0x7F000000));
    const float low = std::bit_cast<float>(pattern);
    const float high = std::bit_cast<float>(pattern + 1);
    const double middle = (static_cast<double>(low) + static_cast<double>(high)) / 2;
    expect_same(fmt::format("{:.17g}", middle));
    expect_same(fmt::format("{:.17g}", std::nextafter(middle, 0.0)));
    expect_same(fmt::format("{:.60g}", middle));
    expect_same(fmt::format("{:.12f}", static_cast<double>(random.below(1'000'000)) / 999.0));
  }
}

RC_GTEST_PROP(ReadFloatProperty, ReadsBackEveryFloatAndDouble, (std::uint64_t word)) {
  const float single = std::bit_cast<float>(static_cast<std::uint32_t>(word));
  if (std::isfinite(single)) {
    const std::string text = fmt::format("{}", single);
    float value = 0;
    RC_ASSERT(read_float(text.data(), text.data() + text.size(), value) != nullptr);
    RC_ASSERT(bits(value) == bits(single));
  }
  const double wide = std::bit_cast<double>(word);
  if (std::abs(wide) > 1e-37 && std::abs(wide) < 3e38) {
    const std::string text = fmt::format("{}", wide);
    float value = 0;
    RC_ASSERT(read_float(text.data(), text.data() + text.size(), value) != nullptr);
    RC_ASSERT(bits(value) == bits(slow(text)));
  }
}

TEST(ReadFloat, RefusesWhatJsonDoesNotCallANumber) {
  for (const std::string text : {"", "-", "+1", ".5", "1.", "01", "-01", "1e", "1e+", "nan", "inf",
                                 "-inf", "Infinity", "0x1p3", "1e39", "-1e999", "1e99999999999"}) {
    float value = 0;
    const char* const end = text.data() + text.size();
    const char* const stop = read_float(text.data(), end, value);
    EXPECT_TRUE(stop == nullptr || stop != end) << text;
  }
}

TEST(ReadArray, FlattensNestedArrays_AndTellsTheirShape) {
  ArrayShape shape;
  EXPECT_EQ(read<float>("[1, 2.5,\n-3]", &shape), (std::vector<float>{1, 2.5, -3}));
  EXPECT_EQ(shape.depth, 1);
  EXPECT_EQ(shape.extents[0], 3);
  EXPECT_EQ(read<float>("[ [ [1,2] , [3,4] ] , [[5,6],[7,8]], [[9,10],[11,12]]]", &shape),
            (std::vector<float>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}));
  EXPECT_EQ(shape.depth, 3);
  EXPECT_EQ(shape.extents[0], 3);
  EXPECT_EQ(shape.extents[1], 2);
  EXPECT_EQ(shape.extents[2], 2);
  EXPECT_EQ(read<float>("[]", &shape), std::vector<float>());
}

TEST(ReadArray, RefusesRaggedMixedOverlongAndBrokenArrays) {
  for (const char* text : {"[[1,2],[3]]", "[[1],2]", "[1,[2]]", "[[],[1]]", "[1", "[1,", "[1,]",
                           "[,1]", "[1 2]", "1", "", "[\"1\"]", "[null]", "[true]",
                           "[[[[[[[[[1]]]]]]]]]", "[[1],]", "{}", "[1}", "[[[1]],[2]]"}) {
    EXPECT_FALSE(read<float>(text)) << text;
  }
  EXPECT_TRUE(read<float>("[1,2]", nullptr, 2));
  EXPECT_FALSE(read<float>("[1,2,3]", nullptr, 2));
}

TEST(ReadArray, KeepsWholeNumbersExact) {
  EXPECT_EQ(read<std::int64_t>("[9223372036854775807,-9223372036854775808]"),
            (std::vector<std::int64_t>{INT64_MAX, INT64_MIN}));
  EXPECT_FALSE(read<std::int64_t>("[9223372036854775808]"));
  EXPECT_FALSE(read<std::int64_t>("[1.0]"));
  EXPECT_FALSE(read<std::uint8_t>("[256]"));
  EXPECT_FALSE(read<std::uint8_t>("[-1]"));
  EXPECT_EQ(read<std::int8_t>("[-128]"), (std::vector<std::int8_t>{-128}));
  EXPECT_EQ(read<double>("[0.1]"), (std::vector<double>{0.1}));
  EXPECT_FALSE(read<double>("[1e999]"));
  EXPECT_EQ(read<double>("[1e-999]"), (std::vector<double>{0}));
  EXPECT_EQ(read<bool>("[true,false]"), (std::vector<bool>{true, false}));
  EXPECT_FALSE(read<bool>("[1]"));
}

// A number as clients write them, and as they do not.
std::string any_number(Random& random) {
  const double value = (random.unit() - 0.5) * std::pow(10, static_cast<double>(random.below(9)));
  switch (random.below(12)) {
    case 0:
      return "0";
    case 1:
      return fmt::format("{}", random.below(1000));
    case 2:
      return fmt::format("{}", static_cast<float>(value));
    case 3:
      return fmt::format("{}", value);  // up to 17 digits
    case 4:
      return fmt::format("{:.{}f}", random.unit(), random.below(24));
    case 5:
      return fmt::format("{:.{}f}", value, random.below(20));
    case 6:
      return fmt::format("-0.{}", random.below(10));
    case 7:
      return fmt::format("{:e}", value);
    case 8:  // half-way between two floats, or near it
      return fmt::format("{:.17g}", static_cast<double>(static_cast<float>(random.unit())) +
                                        std::ldexp(1.0, -25 - static_cast<int>(random.below(2))));
    default:
      return fmt::format("{}", static_cast<float>(random.below(256)) / 255.0F);
  }
}

std::vector<std::uint32_t> bits(const std::vector<float>& values) {
  std::vector<std::uint32_t> all(values.size());
  std::ranges::transform(values, all.begin(), [](float value) { return bits(value); });
  return all;
}

// Long arrays, where many numbers are read at a time: each must be what it is alone.
TEST(ReadArray, ReadsNumbersInLongArraysAsItReadsThemAlone) {
  Random random(4);
  for (int round = 0; round < 3'000; ++round) {
    const std::string_view comma = std::array{",", ", ", ",  ", ",\n"}[random.below(4)];
    std::string text(random.below(80), ' ');  // so that blocks start anywhere
    std::vector<float> expected;
    const std::uint64_t count = 1 + random.below(300);
    while (expected.size() < count) {
      const std::string number = any_number(random);
      text.append(expected.empty() ? "[" : comma).append(number);
      expected.push_back(slow(number));
    }
    text += ']';
    ASSERT_EQ(bits(read<float>(text, nullptr, 512).value_or(std::vector<float>())), bits(expected))
        << text;
  }
}

// What a general JSON library reads, if it is an array of numbers that a float can hold.
std::optional<std::vector<float>> read_by_library(const std::string& text) {
  const nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_array()) return std::nullopt;
  std::vector<float> values;
  for (const auto& value : json) {
    if (!value.is_number() || std::abs(value.get<double>()) > 3.4e38) return std::nullopt;
    values.push_back(value.get<float>());
  }
  return values;
}

// One byte of a long array changed: it is read if the library reads it, and then as the same. The
// library goes through double, which may cost the last bit.
TEST(ReadArray, AcceptsWhatJsonAcceptsWhereverAFaultStands) {
  Random random(5);
  int accepted = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string text = "[";
    while (text.size() < 200) text += any_number(random) + ",";
    text += "7]";
    text[random.below(text.size())] = "0123456789.,-+eE ["[random.below(18)];
    const auto expected = read_by_library(text);
    const auto values = read<float>(text, nullptr, 256);
    ASSERT_EQ(values.has_value(), expected.has_value()) << text;
    accepted += values ? 1 : 0;
    const bool same = std::ranges::equal(
        values.value_or(std::vector<float>()), expected.value_or(std::vector<float>()),
        [](float a, float b) { return std::abs(a - b) <= 1.2e-7F * std::abs(b) + 2e-45F; });
    ASSERT_TRUE(same) << text;
  }
  EXPECT_GT(accepted, 1'000);
}

// Whole arrays against a general JSON library.
TEST(ReadArray, AgreesWithAGeneralReader) {
  Random random(9);
  for (int round = 0; round < 300; ++round) {
    nlohmann::json rows = nlohmann::json::array();
    const std::uint64_t columns = 1 + random.below(20);
    for (std::uint64_t i = 0; i < 1 + random.below(3); ++i) {
      nlohmann::json row = nlohmann::json::array();
      for (std::uint64_t j = 0; j < columns; ++j) {
        row.push_back(random.below(2) == 0 ? (random.unit() - 0.5) * std::pow(10, random.below(12))
                                           : static_cast<double>(random.below(256)));
      }
      rows.push_back(row);
    }
    const std::string text = rows.dump(static_cast<int>(random.below(3)) - 1);
    ArrayShape shape;
    const auto values = read<float>(text, &shape);
    ASSERT_TRUE(values) << text;
    ASSERT_EQ(shape.extents[0], static_cast<std::int64_t>(rows.size()));
    ASSERT_EQ(shape.extents[1], static_cast<std::int64_t>(columns));
    std::vector<float> expected;
    for (const auto& row : rows) {
      for (const auto& value : row) expected.push_back(slow(value.dump()));
    }
    ASSERT_EQ(values, expected) << text;
  }
}

}  // namespace
}  // namespace purser::serve
