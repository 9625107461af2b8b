#include "base/text.h"

#include <cstdio>

#include <gtest/gtest.h>

#include "base/random.h"

namespace purser {
namespace {

const std::vector<std::string> kVerbs{"init", "asset", "budget", "train"};

TEST(NearestName, FindsASlipOfTheFinger) {
  EXPECT_EQ(nearest_name("trian", kVerbs), "train");
  EXPECT_EQ(nearest_name("aset", kVerbs), "asset");
  EXPECT_EQ(nearest_name("weather", kVerbs), std::nullopt);
  EXPECT_EQ(did_you_mean("bugdet", kVerbs), "; did you mean 'budget'?");
  EXPECT_EQ(did_you_mean(std::string(100'000, 'x'), kVerbs), "");
}

TEST(PlainName, RefusesWhatWouldHurtInAFileNameOrALabel) {
  EXPECT_TRUE(is_plain_name("gpu-7.b_2"));
  for (const char* bad : {"", "-x", "a b", "a/b", "Über", "A"}) EXPECT_FALSE(is_plain_name(bad));
  EXPECT_FALSE(is_plain_name(std::string(65, 'a')));
  EXPECT_TRUE(is_label("IT-0001.b"));
  for (const char* bad : {"", "-X", "A B", "A/B", "Über"}) EXPECT_FALSE(is_label(bad));
}

TEST(JsonQuote, EscapesWhatJsonForbids_AndMendsWhatIsNoUtf8) {
  EXPECT_EQ(json_quote("a\"b\\c\n\x01"), R"("a\"b\\c\n\u0001")");
  EXPECT_EQ(json_quote("ü"), "\"ü\"");
  EXPECT_EQ(json_quote("a\xFFz"), "\"a\xEF\xBF\xBDz\"");
  EXPECT_EQ(json_quote("\xC3"), "\"\xEF\xBF\xBD\"");
}

TEST(ShellWord, IsReadBackByAShellAsItWas) {
  EXPECT_EQ(shell_word("cnn-1.onnx"), "cnn-1.onnx");
  EXPECT_EQ(shell_word(""), "''");
  for (const std::string text :
       {"a b", "it's", "$HOME", "`id`", "a;b", "*", "~", "\\", "\"", "ü", "#x"}) {
    FILE* const shell = ::popen(("printf %s " + shell_word(text)).c_str(), "r");
    ASSERT_NE(shell, nullptr);
    char read[64] = {};
    const std::size_t got = std::fread(read, 1, sizeof(read), shell);
    ::pclose(shell);
    EXPECT_EQ(std::string(read, got), text);
  }
}

TEST(DisplayWidth, CountsCharactersNotBytesNorColours) {
  EXPECT_EQ(display_width("añb"), 3U);
  EXPECT_EQ(display_width("\x1b[1mbold\x1b[0m"), 4U);
}

TEST(Random, IsTheSamePublishedStreamEverywhere) {
  // First output of SplitMix64 seeded with 1234567 (Vigna's reference program).
  EXPECT_EQ(Random(1234567).next(), 6457827717110365317ULL);
}

TEST(Random, BelowIsUniform) {
  Random random(7);
  std::array<int, 3> counts{};
  for (int i = 0; i < 30'000; ++i) ++counts[random.below(3)];
  for (const int count : counts) EXPECT_NEAR(count, 10'000, 400);  // five standard deviations
}

}  // namespace
}  // namespace purser
