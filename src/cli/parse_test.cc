#include "cli/parse.h"

#include <gtest/gtest.h>

namespace purser::cli {
namespace {

const std::vector<Verb>& verbs() {
  static const std::vector<Verb> kVerbs{
      {.name = "asset add",
       .summary = "add a machine",
       .details = "",
       .positionals = {{"NAME", "its name"}},
       .options = {{"--cost", "AMOUNT", "what was paid", {}, true},
                   {"-o,--output", "FILE", "where to write"},
                   {"--tag", "TEXT", "a tag", {}, false, true},
                   {"--dry-run", "", "change nothing"}}},
      {.name = "asset list", .summary = "list", .details = "", .positionals = {}, .options = {}},
      {.name = "site room add", .summary = "", .details = "", .positionals = {}, .options = {}},
      {.name = "rate",
       .summary = "price",
       .details = "",
       .positionals = {{"ASSET", "which", false}, {"FILES", "more", false, true}},
       .options = {}},
  };
  return kVerbs;
}

Result<Command> parsed(std::vector<std::string> words) { return parse_command(verbs(), words); }

std::string refusal(std::vector<std::string> words) {
  const auto command = parsed(std::move(words));
  return command ? "accepted" : command.error().message();
}

TEST(ParseCommand, TakesFlagsInAnyPlaceAndForm) {
  const auto command = parsed({"asset", "add", "--cost=USD 5.00", "gpu", "-o", "x", "--tag", "a",
                               "--tag", "-b", "--dry-run", "--json"});
  ASSERT_TRUE(command) << command.error().message();
  const Arguments& arguments = command->arguments;
  EXPECT_EQ(command->verb->name, "asset add");
  EXPECT_EQ(arguments.positional("NAME"), "gpu");
  EXPECT_EQ((*arguments.money("--cost"))->minor(), 500);
  EXPECT_EQ(arguments.text("--output"), "x");
  EXPECT_EQ(arguments.options.at("--tag"), (std::vector<std::string>{"a", "-b"}));
  EXPECT_TRUE(arguments.has("--dry-run"));
  EXPECT_TRUE(arguments.has("--json"));
  EXPECT_FALSE(arguments.has("--books"));
}

TEST(ParseCommand, TakesNothingBehindAnEqualsSignForAnEmptyValue_NotTheNextWord) {
  const auto command = parsed({"asset", "add", "--cost=USD 5.00", "--tag=", "gpu", "--", "--tag="});
  ASSERT_FALSE(command);
  EXPECT_EQ(command.error().message(),
            "asset add: '--tag=' is one word too many; put quotes around text with spaces (purser "
            "asset add --help)");
  const auto tagged = parsed({"asset", "add", "--cost=USD 5.00", "--tag=", "gpu"});
  ASSERT_TRUE(tagged) << tagged.error().message();
  EXPECT_EQ(tagged->arguments.positional("NAME"), "gpu");
  EXPECT_EQ(tagged->arguments.options.at("--tag"), (std::vector<std::string>{""}));
}

TEST(ParseCommand, FindsVerbsOfThreeWords_AndTheirGroups) {
  EXPECT_EQ(parsed({"site", "room", "add"})->verb->name, "site room add");
  EXPECT_EQ(parsed({"site", "room"})->group, "site room");
  EXPECT_EQ(parsed({"site", "--help"})->group, "site");
  EXPECT_EQ(
      refusal({"site", "room", "ad"}),
      "'site room ad' is no command; did you mean 'add'? (purser site room --help lists them)");
}

TEST(ParseCommand, CollectsRepeatedPositionals) {
  const auto command = parsed({"rate", "a", "b", "c"});
  ASSERT_TRUE(command);
  EXPECT_EQ(command->arguments.positional("ASSET"), "a");
  EXPECT_EQ(command->arguments.rest("FILES"), (std::vector<std::string>{"b", "c"}));
}

TEST(ParseCommand, NamesTheNearestVerbAndFlag) {
  EXPECT_EQ(refusal({"asset", "ad", "x"}),
            "'asset ad' is no command; did you mean 'add'? (purser asset --help lists them)");
  EXPECT_EQ(refusal({"raet"}),
            "'raet' is no command; did you mean 'rate'? (purser help lists them)");
  EXPECT_EQ(refusal({"asset", "add", "x", "--csot", "USD 1.00"}),
            "asset add has no option '--csot'; did you mean '--cost'? (purser asset add --help "
            "lists them)");
  EXPECT_EQ(refusal({"asset", "add", "x", "--price", "USD 1.00"}),
            "asset add has no option '--price'; did you mean '--cost'? (purser asset add --help "
            "lists them)");
  EXPECT_EQ(refusal({"asset", "add", "x", "--vendor", "ACME"}),
            "asset add has no option '--vendor' (purser asset add --help lists them)");
}

TEST(ParseCommand, SaysWhatIsMissing) {
  EXPECT_EQ(refusal({"asset", "add", "--cost", "USD 1.00"}),
            "asset add: NAME is missing: its name (purser asset add --help)");
  EXPECT_EQ(refusal({"asset", "add", "x"}),
            "asset add: --cost AMOUNT is missing: what was paid (purser asset add --help)");
  EXPECT_NE(refusal({"asset", "add", "x", "--cost"}), "accepted");
  EXPECT_NE(refusal({"asset", "list", "surplus"}), "accepted");
}

TEST(ParseCommand, HelpIsNeverRefused) {
  const auto command = parsed({"asset", "add", "--nonsense", "--help"});
  ASSERT_TRUE(command);
  EXPECT_TRUE(command->help);
  EXPECT_EQ(parsed({"asset"})->group, "asset");
  EXPECT_EQ(parsed({"asset", "--help"})->group, "asset");
}

TEST(Arguments, NameTheFlagOfAWrongValue) {
  Arguments arguments;
  arguments.options["--on"] = {"2026-02-30"};
  arguments.options["--share"] = {"0.5%"};
  arguments.options["--count"] = {"12x"};
  EXPECT_EQ(arguments.date("--on").error().message(),
            "--on: '2026-02-30' is no date; write YYYY-MM-DD, for example 2026-02-15");
  EXPECT_DOUBLE_EQ(**arguments.fraction("--share"), 0.005);
  EXPECT_EQ(arguments.integer("--count", 1, 9).error().message(),
            "--count: '12x' is no whole number from 1 to 9");
  EXPECT_FALSE(arguments.bytes("--memory")->has_value());
}

}  // namespace
}  // namespace purser::cli
