#include "base/one_line.h"

#include <string>

#include <gtest/gtest.h>

namespace purser {
namespace {

TEST(OneLine, HasABlankOfJapanese_BetweenWhatIsSeenOnly) {
  for (const std::string_view odd :
       {"\u3000山田", "山田\u3000", "山田\u3000\u3000太郎", "山田\u3000 太郎", "\u3000"}) {
    EXPECT_FALSE(is_one_line(odd, 64)) << odd;
  }
}

TEST(OneLine, OfPeople_HasWhatJoinsAndPartsLetters_BetweenWhatIsSeenOnly) {
  const auto of_people = [](std::string_view text) {
    return is_one_line(text, 64, Joiners::kTaken);
  };
  for (const std::string_view fine : {"می\u200Cخواهم", "👨\u200D👩\u200D👧", "❤\uFE0F\u200D🔥"}) {
    EXPECT_TRUE(of_people(fine)) << fine;
    EXPECT_EQ(about_unseen(fine, Joiners::kTaken), "") << fine;
    EXPECT_FALSE(is_one_line(fine, 64)) << "in a number: " << fine;
  }
  for (const std::string_view odd :
       {"\u200Cab", "ab\u200D", "a\u200C\u200Cb", "a \u200Db", "a\u200D b", "a\u200Bb"}) {
    EXPECT_FALSE(of_people(odd)) << odd;
  }
}

TEST(OneLine, NamesWhatIsNotSeen) {
  EXPECT_EQ(with_unseen_named("a\u200Bnn\n"), "a<U+200B>nn<U+000A>");
  EXPECT_EQ(with_unseen_named("\xFFx"), "\xFFx");
}

TEST(OneLine, HasOnlyWhatIsSeen) {
  for (const std::string_view fine : {"", "SN-4711", "Müller & Söhne, Nr. 7", "東芝", "ที่", "🚀",
                                      "❤\uFE0F", "a  b", " at its ends ", "山田\u3000太郎"}) {
    EXPECT_TRUE(is_one_line(fine, 64)) << fine;
    EXPECT_EQ(about_unseen(fine), "") << fine;
  }
  for (const std::string_view odd :
       {"\n",     "\t",     "\x7F",   "\u0085", "\u00A0", "\u00AD", "\u061C",    "\u1680", "\u2003",
        "\u200B", "\u200D", "\u200F", "\u2028", "\u2029", "\u202A", "\u202E",    "\u202F", "\u205F",
        "\u2060", "\u2066", "\u2069", "\u3164", "\u2800", "\uFEFF", "\U000E0041"}) {
    EXPECT_FALSE(is_one_line("SN" + std::string(odd) + "1", 64)) << odd;
    EXPECT_NE(about_unseen("SN" + std::string(odd) + "1"), "") << odd;
  }
  EXPECT_EQ(about_unseen("SN\u202E1"),
            "; it has U+202E in it, which nobody sees or tells from a blank: leave that out");
  EXPECT_FALSE(is_one_line("\xFF", 64));
  EXPECT_FALSE(is_one_line("abc", 2));
}

}  // namespace
}  // namespace purser
