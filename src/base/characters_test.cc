#include "base/characters.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace purser {
namespace {

TEST(Characters, AreReadFromUtf8_AndABrokenByteIsOneOfItsOwn) {
  EXPECT_EQ(first_character("a").point, U'a');
  EXPECT_EQ(first_character("é").point, U'é');
  EXPECT_EQ(first_character("中").point, U'中');
  EXPECT_EQ(first_character("🚀").point, U'🚀');
  EXPECT_EQ(first_character("🚀").bytes, 4U);
  EXPECT_EQ(first_character("\xC3(").point, U'\uFFFD');
  EXPECT_EQ(first_character("\xC3(").bytes, 1U);
}

// What a terminal shows: the figures are those of wcwidth() in C.UTF-8 (glibc 2.36).
TEST(Characters, TakeAsManyColumnsAsATerminalGivesThem) {
  EXPECT_EQ(display_width("Genève"), 6U);
  EXPECT_EQ(display_width("Gene\u0300ve"), 6U) << "e and a combining grave accent";
  EXPECT_EQ(display_width("中文"), 4U);
  EXPECT_EQ(display_width("カタ"), 4U);
  EXPECT_EQ(display_width("ｶﾀ"), 2U) << "halfwidth";
  EXPECT_EQ(display_width("ＡＢ"), 4U) << "fullwidth";
  EXPECT_EQ(display_width("한글"), 4U);
  EXPECT_EQ(display_width("\u1112\u1161\u11ab"), 2U) << "the same syllable of three parts";
  EXPECT_EQ(display_width("🚀"), 2U);
  EXPECT_EQ(display_width("❤\uFE0F"), 1U);
  EXPECT_EQ(display_width("ไทย"), 3U);
  EXPECT_EQ(display_width("ที่"), 1U) << "a vowel and a tone above it";
  EXPECT_EQ(display_width("€…─"), 3U);
}

}  // namespace
}  // namespace purser
