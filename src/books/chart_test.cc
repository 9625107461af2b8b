// What a company calls the accounts: posted from then on, told apart, and joined again.
#include "books/chart.h"

#include <gtest/gtest.h>

#include "books/testing.h"

namespace purser::books {
namespace {

const std::string kEnergy{account::kEnergy};
const std::string kEquipment{account::kEquipment};

TEST(Chart, TheMostSpecificNameCounts_AndOfEqualsTheLast) {
  const Chart chart({{kEnergy, "Expenses:Power", "", ""},
                     {kEnergy, "Expenses:Power:Oslo", "", "oslo"},
                     {kEnergy, "Expenses:Power:GPUs", "gpus", ""},
                     {kEnergy, "Expenses:Power:Oslo-GPUs", "gpus", "oslo"},
                     {kEnergy, "Expenses:Electricity", "", ""}});
  EXPECT_EQ(chart.name_of(kEnergy, "racks", "bergen"), "Expenses:Electricity");
  EXPECT_EQ(chart.name_of(kEnergy, "racks", "oslo"), "Expenses:Power:Oslo");
  EXPECT_EQ(chart.name_of(kEnergy, "gpus", ""), "Expenses:Power:GPUs");
  EXPECT_EQ(chart.name_of(kEnergy, "gpus", "oslo"), "Expenses:Power:Oslo-GPUs");
  EXPECT_EQ(chart.name_of(kEquipment, "gpus", "oslo"), kEquipment);
  EXPECT_EQ(chart.account_of("Expenses:Power"), kEnergy);
  EXPECT_EQ(chart.account_of(kEnergy), kEnergy);
}

TEST(Chart, TakesNoNameThatCouldBeMistaken) {
  const Chart chart({{kEnergy, "Expenses:Power", "", ""}});
  EXPECT_TRUE(check(chart, {kEnergy, "Expenses:Power:Oslo", "", ""}));
  EXPECT_TRUE(check(chart, {kEnergy, kEnergy, "", ""}));  // back to the default
  const auto refused = [&](const std::string& account, const std::string& name) {
    const auto checked = check(chart, {account, name, "", ""});
    return checked ? std::string("taken") : checked.error().message();
  };
  EXPECT_NE(refused("Expenses:Space", "Expenses:Power").find("is the name of Expenses:Energy"),
            std::string::npos);
  EXPECT_NE(refused("Expenses:Space", kEnergy).find("is the name of Expenses:Energy"),
            std::string::npos);
  EXPECT_NE(refused("Expenses:Enrgy", "Expenses:X").find("Expenses:Energy"), std::string::npos);
  EXPECT_NE(refused(kEnergy, "Assets:Power").find("begin it with Expenses:"), std::string::npos);
  for (const char* name : {"", "Expenses:", "Expenses::X", "Expenses: X", "Expenses:a;b",
                           "Expenses:-x", "Expenses:x-", "Expenses:a  b", "Expenses:Büro"}) {
    EXPECT_NE(refused(kEnergy, name).find("cannot name an account"), std::string::npos) << name;
  }
}

class ChartTest : public BooksFixture {
 protected:
  void SetUp() override {
    const money::Rate tariff = money::Rate::per_energy(money::Cost(*money::parse_money("USD 0.12")),
                                                       Joules{3'600'000'000'000});
    ASSERT_TRUE(books().add_site({.name = "oslo", .tariff = tariff}));
  }
  Status name(std::string_view account, const std::string& called, const std::string& of_class = "",
              const std::string& at = "") {
    return books().name_account({std::string(account), called, of_class, at});
  }
  void add(const std::string& called, const std::string& of_class, const std::string& at = "") {
    Asset asset = plain_asset(called);
    asset.asset_class = of_class;
    asset.site = at;
    asset.maintenance_per_year = money::parse_money("USD 365.00").value();
    const auto added = books().add_asset(asset);
    ASSERT_TRUE(added) << added.error().message();
  }
  // What stands on each account in the financial book.
  std::map<std::string, std::int64_t> balances() {
    std::map<std::string, std::int64_t> sums;
    for (const Entry& entry : journal()) {
      for (const Line& line : entry.lines) sums[line.account] += line.amount.minor();
    }
    std::erase_if(sums, [](const auto& sum) { return sum.second == 0; });
    return sums;
  }
};

TEST_F(ChartTest, IsPostedFromThenOn_ForThoseItIsOf) {
  ASSERT_TRUE(name(kEquipment, "Assets:Plant:GPUs", "gpus"));
  add("ant", "gpus");
  add("cow", "racks", "oslo");
  ASSERT_TRUE(books().post(*parse_month("2026-02")));
  ASSERT_TRUE(name(account::kMaintenance, "Expenses:Care:Oslo", "", "oslo"));
  ASSERT_TRUE(books().post(*parse_month("2026-03")));
  const auto stands = balances();
  EXPECT_EQ(stands.at("Assets:Plant:GPUs"), 12'000'00);
  EXPECT_EQ(stands.at(kEquipment), 12'000'00);
  EXPECT_EQ(stands.at("Expenses:Care:Oslo"), 31'00);
  EXPECT_EQ(stands.at("Expenses:Maintenance"), 14'00 + 14'00 + 31'00);
  // What was posted is not posted again under the new name.
  EXPECT_EQ(*books().post(*parse_month("2026-02")), 0);
  EXPECT_EQ(verification(), "sound");
}

TEST_F(ChartTest, WhatIsDisposedOf_LeavesTheAccountsOnWhichItStood) {
  ASSERT_TRUE(name(kEquipment, "Assets:Plant:GPUs", "gpus"));
  ASSERT_TRUE(name(account::kAccumulated, "Assets:Plant:Worn", "gpus"));
  add("ant", "gpus");
  ASSERT_TRUE(books().apply({.asset = "ant",
                             .on = *parse_date("2026-06-30"),
                             .what = Disposal{*money::parse_money("USD 9000.00")}}));
  const auto stands = balances();
  EXPECT_FALSE(stands.contains("Assets:Plant:GPUs"));
  EXPECT_FALSE(stands.contains("Assets:Plant:Worn"));
  EXPECT_FALSE(stands.contains(kEquipment));
  // Posting the month again finds the entries of the disposal under their names.
  EXPECT_EQ(*books().post(*parse_month("2026-06")), 0);
}

TEST_F(ChartTest, TheRegisterKnowsAnAccountByWhateverName) {
  ASSERT_TRUE(name(kEquipment, "Assets:Plant:GPUs", "gpus"));
  ASSERT_TRUE(name(account::kAccumulated, "Assets:Plant:Worn", "gpus"));
  add("ant", "gpus");
  ASSERT_TRUE(books().post(*parse_month("2026-02")));
  std::vector<std::string> standings;
  ASSERT_TRUE(books().each_standing(Book::kFinancial, *parse_month("2026-02"),
                                    [&](const Asset&, const Standing& standing) -> Status {
                                      standings.push_back(format(standing.cost) + " " +
                                                          format(standing.accumulated));
                                      return {};
                                    }));
  EXPECT_EQ(standings, std::vector<std::string>{"USD 12,000.00 USD 100.62"});
  const auto classes =
      *books().roll_forward(Book::kFinancial, *parse_month("2026-02"), *parse_month("2026-02"));
  ASSERT_EQ(classes.size(), 1U);
  EXPECT_EQ(format(classes[0].accumulated.closing), "USD 100.62");
}

TEST_F(ChartTest, AReversalUndoesUnderTheNameThatWasPosted) {
  add("ant", "gpus");
  ASSERT_TRUE(books().post(*parse_month("2026-02")));
  ASSERT_TRUE(name(account::kDepreciation, "Expenses:Wear"));
  ASSERT_TRUE(books().reverse(2));
  EXPECT_FALSE(balances().contains("Expenses:Wear"));
  EXPECT_FALSE(balances().contains("Expenses:Depreciation"));
  ASSERT_TRUE(books().post(*parse_month("2026-02")));
  EXPECT_EQ(balances().at("Expenses:Wear"), 100'62);
  EXPECT_EQ(verification(), "sound");
}

TEST_F(ChartTest, AnAccountUnderAssetsThatStandThere_KeepsItsName) {
  add("ant", "gpus");
  EXPECT_EQ(name(kEquipment, "Assets:Plant", "gpus").error().code(), ErrorCode::kRefused);
  EXPECT_EQ(name(kEquipment, "Assets:Plant").error().code(), ErrorCode::kRefused);
  EXPECT_EQ(name(kEquipment, "Assets:Plant", "", "oslo").error().code(), ErrorCode::kInvalidInput);
  EXPECT_TRUE(name(kEquipment, "Assets:Plant", "racks"));
  EXPECT_EQ(name(kEnergy, "Expenses:Power", "", "nowhere").error().code(), ErrorCode::kNotFound);
  EXPECT_EQ(books().chart()->names().size(), 1U);
}

}  // namespace
}  // namespace purser::books
