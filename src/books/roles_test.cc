#include "books/roles.h"

#include <gtest/gtest.h>

#include "books/chart.h"
#include "books/testing.h"
#include "books/upkeep.h"

namespace purser::books {
namespace {

class RolesTest : public LifeFixture {
 protected:
  Roles as(std::string who) { return Roles(database(), clock_, std::move(who)); }
  std::string refusal(const Status& done) { return done ? "" : done.error().message(); }
  Books books_of(std::string who) { return Books(database(), clock_, std::move(who)); }
  const Month march_{*parse_month("2026-03")};
};

TEST_F(RolesTest, NobodyWasNamed_EverybodyMayDoEverything) {
  EXPECT_TRUE(as("ann").all()->empty());
  EXPECT_EQ(*as("ann").of("bob"), Role::kClose);
  EXPECT_TRUE(books_of("bob").post(march_));
}

TEST_F(RolesTest, EachMayDoWhatItsRoleSays_AndNothingElse) {
  ASSERT_TRUE(as("ann").grant("ann", Role::kClose));
  ASSERT_TRUE(as("ann").grant("bob", Role::kOperate));
  const Month february = *parse_month("2026-02");
  EXPECT_TRUE(books_of("bob").post(february));
  const auto closed = books_of("bob").close(february, {});
  ASSERT_FALSE(closed);
  EXPECT_EQ(closed.error().code(), ErrorCode::kRefused);
  EXPECT_NE(closed.error().message().find("'bob' may operate"), std::string::npos);
  EXPECT_NE(closed.error().message().find("Ask ann"), std::string::npos);
  EXPECT_FALSE(books_of("bob").name_account({"Expenses:Energy", "Expenses:Power", "", ""}));
  EXPECT_FALSE(as("bob").grant("bob", Role::kClose));
  EXPECT_FALSE(*books().closed_through());
  ASSERT_TRUE(books_of("ann").close(february, {}));
}

TEST_F(RolesTest, WhoWasNotNamed_Reads) {
  ASSERT_TRUE(as("ann").grant("ann", Role::kClose));
  const std::size_t entries = journal().size();
  for (const std::string who : {"eve", ""}) {
    Books eves = books_of(who);
    EXPECT_TRUE(eves.asset("server"));
    EXPECT_TRUE(eves.verify());
    EXPECT_FALSE(eves.post(march_));
    EXPECT_FALSE(eves.post(march_, Effect::kDryRun));
    EXPECT_FALSE(eves.add_asset(plain_asset("other")));
    EXPECT_FALSE(eves.reverse(1));
    EXPECT_FALSE(eves.undo("server"));
    EXPECT_FALSE(eves.split({"server", "gpu", *parse_date("2026-11-01"), 1, 8}));
    EXPECT_FALSE(eves.apply({.asset = "server",
                             .on = *parse_date("2026-11-02"),
                             .what = Repair{*money::parse_money("USD 1.00")}}));
    EXPECT_FALSE(Upkeep(database(), clock_, who)
                     .record(Cover{"server", CoverKind::kWarranty, *parse_date("2027-01-01"), ""}));
  }
  EXPECT_EQ(journal().size(), entries);
}

TEST_F(RolesTest, TheStarIsEverybodyElse_AndWhatWasSaidLastCounts) {
  ASSERT_TRUE(as("ann").grant("ann", Role::kClose));
  ASSERT_TRUE(as("ann").grant("*", Role::kOperate));
  ASSERT_TRUE(as("ann").grant("bob", Role::kRead));
  EXPECT_EQ(*as("").of("eve"), Role::kOperate);
  EXPECT_EQ(*as("").of("bob"), Role::kRead);
  ASSERT_TRUE(as("ann").grant("bob", std::nullopt));
  EXPECT_EQ(*as("").of("bob"), Role::kOperate);
  ASSERT_TRUE(as("ann").grant("*", std::nullopt));
  EXPECT_EQ(*as("").of("eve"), Role::kRead);
  EXPECT_EQ(as("ann").all()->size(), 1U);
  EXPECT_EQ(as("ann").all()->front().who, "ann");
}

TEST_F(RolesTest, SomebodyCanAlwaysClose) {
  EXPECT_NE(refusal(as("ann").grant("bob", Role::kOperate)).find("nobody could close"),
            std::string::npos);
  EXPECT_TRUE(as("ann").all()->empty());
  ASSERT_TRUE(as("ann").grant("ann", Role::kClose));
  ASSERT_TRUE(as("ann").grant("bob", Role::kOperate));
  EXPECT_FALSE(as("ann").grant("ann", Role::kRead));
  EXPECT_FALSE(as("ann").grant("ann", std::nullopt));
  ASSERT_TRUE(as("ann").grant("bob", std::nullopt));
  // All roles are taken back: the books of one person again.
  ASSERT_TRUE(as("ann").grant("ann", std::nullopt));
  EXPECT_EQ(*as("").of("eve"), Role::kClose);
}

TEST_F(RolesTest, NamesThatNobodyHasAreRefused_AndADryRunChangesNothing) {
  for (const std::string_view name : {"", "ann\n"}) {
    EXPECT_FALSE(as("ann").grant(name, Role::kClose)) << name;
  }
  EXPECT_FALSE(as("ann").grant(std::string(65, 'a'), Role::kClose));
  EXPECT_FALSE(as("ann").grant("bob", std::nullopt));
  ASSERT_TRUE(as("ann").grant("ann", Role::kClose, Effect::kDryRun));
  EXPECT_TRUE(as("ann").all()->empty());
  EXPECT_FALSE(parse_role("clos"));
  EXPECT_EQ(*parse_role("close"), Role::kClose);
}

}  // namespace
}  // namespace purser::books
