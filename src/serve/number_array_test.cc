#include "serve/number_array.h"

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
  EXPECT_EQ(read<float>("[ [ [1,2] , [3,4] ] , [[5,6],[7,8]], [[9,10],[11,12]]]", &shape)->size(),
            12U);
  EXPECT_EQ(shape.depth, 3);
  EXPECT_EQ(shape.extents[0], 3);
  EXPECT_EQ(shape.extents[1], 2);
  EXPECT_EQ(shape.extents[2], 2);
  EXPECT_EQ(read<float>("[]", &shape)->size(), 0U);
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
  EXPECT_EQ(read<bool>("[true,false]")->size(), 2U);
  EXPECT_FALSE(read<bool>("[1]"));
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
    std::size_t k = 0;
    for (const auto& row : rows) {
      for (const auto& value : row) ASSERT_EQ((*values)[k++], slow(value.dump())) << text;
    }
  }
}

}  // namespace
}  // namespace purser::serve
