#include "meter/destination.h"

#include <cstdlib>

#include <gtest/gtest.h>

namespace purser::meter {
namespace {

class DestinationTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "destination.XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = fs::canonical(pattern);
    fs::create_directories(folder_ / "shop" / ".purser");
    for (const fs::path& file : {own(), folder_ / "copy.db"}) {
      ASSERT_TRUE(write_file_atomically(file, "books"));
    }
  }
  void TearDown() override { fs::remove_all(folder_); }

  fs::path own() const { return folder_ / "shop" / ".purser" / "books.db"; }
  Destination to(const fs::path& books) const { return {folder_ / "shop", books, own()}; }

  fs::path folder_;
};

TEST_F(DestinationTest, ACopyOfTheBooks_TakesNothingThatIsForTheOthers) {
  const Destination ours = to(own());
  const Destination copy = to(folder_ / "copy.db");
  EXPECT_EQ(ours.name(), ".purser/books.db");
  EXPECT_EQ(copy.name(), (folder_ / "copy.db").string());
  EXPECT_TRUE(ours.takes(ours.name()));
  EXPECT_TRUE(copy.takes(copy.name()));
  EXPECT_FALSE(copy.takes(ours.name()));
  EXPECT_FALSE(ours.takes(copy.name()));
}

TEST_F(DestinationTest, UsageThatNamesNoBooks_IsForThoseOfTheSettings) {
  EXPECT_TRUE(to(own()).takes(""));
  EXPECT_FALSE(to(folder_ / "copy.db").takes(""));
}

TEST_F(DestinationTest, AWorkspaceThatIsMoved_TakesItsUsageAlong) {
  const std::string named = to(own()).name();
  fs::rename(folder_ / "shop", folder_ / "mall");
  const fs::path moved = folder_ / "mall" / ".purser" / "books.db";
  EXPECT_TRUE(Destination(folder_ / "mall", moved, moved).takes(named));
}

TEST_F(DestinationTest, BooksThatAreNoMore_LeaveTheirUsageToWhoeverAsks) {
  const std::string named = to(folder_ / "copy.db").name();
  fs::remove(folder_ / "copy.db");
  EXPECT_TRUE(to(own()).takes(named));
  EXPECT_EQ(to(own()).claim(named), Claim::kOrphaned);
  EXPECT_EQ(to(own()).claim(to(own()).name()), Claim::kOurs);
}

TEST_F(DestinationTest, BooksOnAServer_AreKnownByTheirAddress) {
  const Destination server = to("postgresql://host/books");
  EXPECT_EQ(server.name(), "postgresql://host/books");
  EXPECT_TRUE(server.takes("postgresql://host/books"));
  EXPECT_FALSE(server.takes("postgresql://host/others"));
  EXPECT_FALSE(server.takes(to(own()).name()));
  EXPECT_FALSE(server.takes("")) << "the settings name the file";
  EXPECT_EQ(to(own()).claim(server.name()), Claim::kOthers) << "gone or not, nobody can tell";
}

TEST_F(DestinationTest, ALinkToTheBooks_IsTheBooks) {
  fs::create_symlink(own(), folder_ / "link.db");
  EXPECT_EQ(to(folder_ / "link.db").name(), ".purser/books.db");
  EXPECT_TRUE(to(own()).takes((folder_ / "link.db").string()));
}

}  // namespace
}  // namespace purser::meter
