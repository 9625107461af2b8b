#include "serve/json_cursor.h"

#include <cstdint>

#include <gtest/gtest.h>

namespace purser::serve {
namespace {

bool valid(std::string_view text) {
  JsonCursor cursor(text);
  return cursor.skip_value() && cursor.at_end();
}

TEST(JsonCursor, SkipsEveryKindOfValue) {
  for (const char* text :
       {"0", "-0.5e+10", "\"\"", "true", "null", "[]", "{}", " [1, {\"a\": [[]]}, \"x\"] ",
        "{\"a\":{\"b\":[1,2,{\"c\":null}]},\"d\":[{}]}"}) {
    EXPECT_TRUE(valid(text)) << text;
  }
  for (const char* text : {"",       "01",       "1.",      "-",           "tru",
                           "[1,]",   "[1 2]",    "{\"a\"}", "{\"a\":1,}",  "{a:1}",
                           "[}",     "\"",       "\"\\x\"", "\"\\ud800\"", "\"\\udc00x\"",
                           "\"\n\"", "\"\xff\"", "[1]]",    "{\"a\":1]",   "nan"}) {
    EXPECT_FALSE(valid(text)) << text;
  }
}

TEST(JsonCursor, RefusesNestingThatIsTooDeep) {
  EXPECT_TRUE(valid(std::string(64, '[') + std::string(64, ']')));
  EXPECT_FALSE(valid(std::string(66, '[') + std::string(66, ']')));
}

TEST(JsonCursor, ReadsStringsWithTheirEscapes) {
  JsonCursor cursor(R"( "a\"\\\/\b\f\n\r\t\u00e9\u20ac\ud83d\ude00é" )");
  EXPECT_EQ(cursor.string(), "a\"\\/\b\f\n\r\té€😀é");
  EXPECT_TRUE(cursor.at_end());
  JsonCursor raw(R"("x\u0041")");
  EXPECT_EQ(raw.raw_string(), R"("x\u0041")");
}

TEST(JsonCursor, ReadsWholeNumbersOnlyInRange) {
  EXPECT_EQ(JsonCursor("12").integer<std::int64_t>(), 12);
  EXPECT_EQ(JsonCursor("-12").integer<std::int64_t>(), -12);
  EXPECT_FALSE(JsonCursor("1.5").integer<std::int64_t>());
  EXPECT_FALSE(JsonCursor("1e2").integer<std::int64_t>());
  EXPECT_FALSE(JsonCursor("-1").integer<std::uint64_t>());
  EXPECT_FALSE(JsonCursor("99999999999999999999").integer<std::int64_t>());
}

}  // namespace
}  // namespace purser::serve
