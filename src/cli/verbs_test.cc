// What holds for the table of verbs as a whole.
#include <algorithm>
#include <array>

#include <gtest/gtest.h>

#include "cli/verb.h"

namespace purser::cli {
namespace {

// These show what there is. (The usage that they collect on the way is not theirs.)
constexpr std::array kReaders{"asset list",
                              "books macrs",
                              "asset due",
                              "asset export",
                              "asset history",
                              "asset show",
                              "asset schedule",
                              "books disposals",
                              "books export",
                              "books journal",
                              "books site list",
                              "books site show",
                              "books trial-balance",
                              "books verify",
                              "budget list",
                              "budget show",
                              "cost",
                              "data show",
                              "meter list",
                              "model show",
                              "rate",
                              "books register",
                              "books roll-forward",
                              "books account list",
                              "books role list",
                              "books audit"};

TEST(Verbs, EveryVerbThatWrites_CanBeTriedDry) {
  for (const Verb& verb : all_verbs()) {
    const bool reads_only =
        std::find(kReaders.begin(), kReaders.end(), verb.name) != kReaders.end();
    const bool has_dry_run =
        std::any_of(verb.options.begin(), verb.options.end(),
                    [](const Option& option) { return option.flag == "--dry-run"; });
    EXPECT_NE(reads_only, has_dry_run) << verb.name;
  }
}

}  // namespace
}  // namespace purser::cli
