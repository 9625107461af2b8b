#include "books/ledger_names.h"

#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace purser::books {
namespace {

TEST(LedgerNames, LeaveWhatTheGrammarsCanHold) {
  EXPECT_EQ(hledger_account("Assets:My Rack"), "Assets:My Rack");
  EXPECT_EQ(hledger_account("Assets:Büro"), "Assets:Büro");
  EXPECT_EQ(beancount_account("Assets:Accumulated-Depreciation"),
            "Assets:Accumulated-Depreciation");
}

TEST(LedgerNames, EscapeWhatWouldEndOrTurnThem) {
  EXPECT_EQ(hledger_text("a, b; c | d"), "a%2C b%3B c %7C d");
  EXPECT_EQ(hledger_text("line\nbreak "), "line%0Abreak%20");
  EXPECT_EQ(hledger_account("Assets:a;b  c"), "Assets:a%3Bb%20%20c");
  EXPECT_EQ(hledger_account("(Assets)::x"), "%28Assets%29:%:x");
  EXPECT_EQ(beancount_string("a\"b\\c\n100%"), "\"a\\\"b\\\\c%0A100%25\"");
  EXPECT_EQ(beancount_account("Assets:rack 1"), "Assets:X---rack--201");
  EXPECT_EQ(beancount_account("Kosten:Strom"), "Equity:X----Other:Kosten:Strom");
  EXPECT_EQ(beancount_account("Assets"), "Assets:X----Itself");
}

TEST(LedgerNames, EscapeBytesThatAreNoText) {
  EXPECT_EQ(hledger_text("\xff\xc2\xa0"), "%FF%C2%A0");
  EXPECT_EQ(beancount_string("\xc3"), "\"%C3\"");
}

// From an alphabet that provokes collisions: escapes, their marks and what they stand for.
rc::Gen<std::string> nasty() {
  return rc::gen::container<std::string>(rc::gen::element('X', '-', 'a', '2', '0', 'F', '%', ':',
                                                          ' ', ';', '\xc3', '\xbc', '"', '\\'));
}

RC_GTEST_PROP(LedgerNames, NeverMapTwoNamesToOne, ()) {
  std::map<std::string, std::string> accounts_of_beancount;
  std::map<std::string, std::string> accounts_of_hledger;
  std::map<std::string, std::string> texts_of_hledger;
  std::map<std::string, std::string> strings;
  for (const std::string& name : *rc::gen::container<std::vector<std::string>>(200, nasty())) {
    for (const std::string& whole : {name, "Assets:" + name, "Equity:X----Other:" + name}) {
      RC_ASSERT(accounts_of_beancount.try_emplace(beancount_account(whole), whole).first->second ==
                whole);
      RC_ASSERT(accounts_of_hledger.try_emplace(hledger_account(whole), whole).first->second ==
                whole);
      RC_ASSERT(texts_of_hledger.try_emplace(hledger_text(whole), whole).first->second == whole);
      RC_ASSERT(strings.try_emplace(beancount_string(whole), whole).first->second == whole);
    }
  }
}

}  // namespace
}  // namespace purser::books
