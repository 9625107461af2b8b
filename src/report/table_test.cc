#include "report/table.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/text.h"

namespace purser::report {
namespace {

Table bill() {
  Table table({{"run"}, {"time", Align::kRight}, {"cost", Align::kDecimal}});
  table.add_row({"brave-otter", "1 min 12 s", "USD 0.004166667"});
  table.add_row({"idle", "743 h", "USD 1,230.51"});
  table.add_row({"müde-katze", "", "-"});
  table.add_total({"total", "", "USD 1,230.514166667"});
  return table;
}

TEST(TableTest, DecimalPointsStandUnderEachOther) {
  EXPECT_EQ(bill().render({}),
            "run                time                 cost\n"
            "brave-otter  1 min 12 s      USD 0.004166667\n"
            "idle              743 h  USD 1,230.51\n"
            "müde-katze                       -\n"
            "────────────────────────────────────────────\n"
            "total                    USD 1,230.514166667\n");
}

TEST(TableTest, UnitsBehindFiguresDoNotMoveThePoint) {
  Table table({{"model"}, {"latency", Align::kDecimal}});
  table.add_row({"cnn", "33.5 us"});
  table.add_row({"mlp", "133 us"});
  EXPECT_EQ(table.render({}),
            "model   latency\n"
            "cnn     33.5 us\n"
            "mlp    133 us\n");
}

TEST(TableTest, WithoutTitlesThereIsNoLineOfTitles) {
  Table table({{""}, {"", Align::kRight}});
  EXPECT_TRUE(table.empty());
  EXPECT_EQ(table.render({}), "");
  table.add_row({"budget", "USD 0.10"});
  table.add_row({"left", ""});
  EXPECT_EQ(table.render({}), "budget  USD 0.10\nleft\n");
}

TEST(TableTest, TitlesAloneAreAnEmptyTable) {
  Table table({{"asset"}, {"cost"}});
  EXPECT_TRUE(table.empty());
  table.add_row({"server"});
  EXPECT_FALSE(table.empty());
}

TEST(TableTest, TheWidestColumnOfTextGivesWayAndFiguresStayWhole) {
  Table table({{"asset"}, {"what it is"}, {"cost", Align::kDecimal}});
  table.add_row({"server", "a rack server with two processors and much memory", "USD 12,000.00"});
  const std::string text = table.render({.columns = 40});
  EXPECT_EQ(text,
            "asset   what it is                  cost\n"
            "server  a rack server wi…  USD 12,000.00\n");
  EXPECT_THAT(table.render({.columns = 10}), testing::HasSubstr("USD 12,000.00"));
}

TEST(TableTest, SentencesWrapAtBlanks) {
  Table table({{"part"}, {"how", Align::kLeft, Overflow::kWrap}});
  table.add_row({"power", "90 W x 1.2 x USD 0.12/kWh"});
  EXPECT_EQ(table.render({.columns = 20}),
            "part   how\n"
            "power  90 W x 1.2 x\n"
            "       USD 0.12/kWh\n");
}

TEST(TableTest, ColourStressesTitlesAndTotalsOnlyIfWanted) {
  const std::string plain = bill().render({});
  const std::string colored = bill().render({.columns = 0, .color = true});
  EXPECT_THAT(plain, testing::Not(testing::HasSubstr("\x1b")));
  EXPECT_THAT(colored, testing::HasSubstr("\x1b[1mtotal"));
  EXPECT_EQ(display_width(plain), display_width(colored));
}

TEST(TableTest, ANameFromSomebodyElsesFileCannotSteerTheTerminal) {
  Table table({{"name"}});
  table.add_row(
      {"\x1b[2Jgone\r\xc2\x9b"
       "1A größer"});
  EXPECT_EQ(table.render({}), "name\n\\x1b[2Jgone\\x0d\\x9b1A größer\n");
  EXPECT_EQ(printable("two\nlines\a", "\n"), "two\nlines\\x07");
}

TEST(TableTest, LinesUpWhatIsWideOrHasNoWidth) {
  Table table({{"name"}, {"site"}, {"cost", Align::kDecimal}});
  table.add_row({"Genève", "Gene\u0300ve", "USD 1.50"});
  table.add_row({"北京", "データ", "USD 12.25"});
  table.add_row({"🚀", "x", "USD 3"});
  EXPECT_EQ(table.render({}),
            "name    site         cost\n"
            "Genève  Gene\u0300ve   USD 1.50\n"
            "北京    データ  USD 12.25\n"
            "🚀      x        USD 3\n");
  EXPECT_EQ(printable("a\u202Eb\u2028c"), "a\\u202eb\\u2028c") << "nothing turns a line around";
}

TEST(CutTest, CutsNoWideCharacterInTwo) {
  EXPECT_EQ(cut_to_width("北京上海", 8), "北京上海");
  EXPECT_EQ(cut_to_width("北京上海", 7), "北京上…");
  EXPECT_EQ(cut_to_width("北京上海", 6), "北京…");
  EXPECT_EQ(cut_to_width("北京上海", 2), "…");
  EXPECT_EQ(cut_to_width("ge\u0300nes", 3), "ge\u0300…");
  EXPECT_EQ(wrap_to_width("北京上海 a", 4), (std::vector<std::string>{"北京", "上海", "a"}));
  EXPECT_EQ(wrap_to_width("北京", 1), (std::vector<std::string>{"北", "京"}));
}

TEST(CutTest, EndsInAnEllipsisAndCountsCharactersNotBytes) {
  EXPECT_EQ(cut_to_width("größer", 6), "größer");
  EXPECT_EQ(cut_to_width("größer", 5), "größ…");
  EXPECT_EQ(cut_to_width("ab cd", 4), "ab…");
  EXPECT_EQ(cut_to_width("abc", 1), "…");
}

RC_GTEST_PROP(WrapTest, LosesNoLetterAndKeepsTheWidth, (const std::string& seed)) {
  const auto width = *rc::gen::inRange<std::size_t>(1, 30);
  std::string text;
  for (const char c : seed) text += "ab c"[static_cast<unsigned char>(c) % 4];
  std::string joined;
  for (const std::string& line : wrap_to_width(text, width)) {
    RC_ASSERT(display_width(line) <= width);
    joined += line;
  }
  std::erase(joined, ' ');
  std::erase(text, ' ');
  RC_ASSERT(joined == text);
}

RC_GTEST_PROP(TableTest, FitsEveryTerminalThatHoldsItsFigures, (const std::string& seed)) {
  const auto columns = *rc::gen::inRange<std::size_t>(40, 120);
  std::string name;
  for (const char c : seed) name += static_cast<char>('a' + static_cast<unsigned char>(c) % 26);
  Table table({{"name"}, {"note"}, {"cost", Align::kDecimal}});
  table.add_row({name, name + name, "USD 1.5"});
  table.add_total({"total", "", "USD 1,000.25"});
  const std::string text = table.render({.columns = columns});
  for (const auto line : split(text, '\n')) {
    RC_ASSERT(display_width(line) <= columns);
    RC_ASSERT(line.empty() || line.back() != ' ');
  }
}

TEST(TableTest, DropsAColumnThatCanBeDoneWithout_OnlyWhereCuttingWordsDoesNotHelp) {
  Table table({{"run"}, {"energy", Align::kRight, Overflow::kDrop}, {"cost", Align::kRight}});
  table.add_row({"brave-otter", "44.28 kWh", "USD 175.02"});
  EXPECT_EQ(table.render({.columns = 31}),
            "run          energy        cost\nbrave-o…  44.28 kWh  USD 175.02\n");
  EXPECT_EQ(table.render({.columns = 30}), "run                cost\nbrave-otter  USD 175.02\n");
  EXPECT_EQ(table.render({.columns = 10}), "run             cost\nbrave-o…  USD 175.02\n");
}

TEST(FitSentences, BreaksLongLinesAtBlanks_DeeperThanTheyBegan) {
  const std::string text = "short\n  depreciation: as agreed with the owner\n\nend";
  EXPECT_EQ(fit_sentences(text, {.columns = 0}), text) << "a pipe has no width";
  EXPECT_EQ(fit_sentences(text, {.columns = 20}),
            "short\n  depreciation: as\n    agreed with the\n    owner\n\nend\n");
  EXPECT_EQ(fit_sentences("", {.columns = 20}), "");
}

}  // namespace
}  // namespace purser::report
