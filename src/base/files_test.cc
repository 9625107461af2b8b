#include "base/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <set>

#include <gtest/gtest.h>

#include "base/passing_file.h"

namespace purser {
namespace {

class Files : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "purser-files-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  void TearDown() override { fs::remove_all(folder_); }
  fs::path folder_;
};

TEST_F(Files, AtomicWrite_ReplacesTheWholeFile_AndLeavesNothingElse) {
  const fs::path path = folder_ / "a.txt";
  ASSERT_TRUE(write_file_atomically(path, "a long first text"));
  ASSERT_TRUE(write_file_atomically(path, "short"));
  EXPECT_EQ(*read_file(path), "short");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()), 1);
}

TEST_F(Files, AtomicWrite_BehindALink_ReplacesTheFileAndKeepsTheLinkAndThePermissions) {
  const fs::path path = folder_ / "private.txt";
  ASSERT_TRUE(write_file_atomically(path, "old"));
  fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
  fs::create_symlink("private.txt", folder_ / "link");
  ASSERT_TRUE(write_file_atomically(folder_ / "link", "new"));
  EXPECT_TRUE(fs::is_symlink(folder_ / "link"));
  EXPECT_EQ(*read_file(path), "new");
  EXPECT_EQ(fs::status(path).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(Files, AtomicWrite_UnderANarrowMask_KeepsThePermissionsThatWereThere) {
  const fs::path path = folder_ / "shared.txt";
  ASSERT_TRUE(write_file_atomically(path, "old"));
  const auto shared = fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read |
                      fs::perms::group_write;
  fs::permissions(path, shared);
  const mode_t mask = ::umask(077);
  const Status written = write_file_atomically(path, "new");
  ::umask(mask);
  ASSERT_TRUE(written);
  EXPECT_EQ(fs::status(path).permissions(), shared);
}

TEST_F(Files, AtomicWrite_BehindALinkThatLeadsToNothingYet_MakesWhatItLeadsTo) {
  fs::create_symlink("later.txt", folder_ / "link");
  ASSERT_TRUE(write_file_atomically(folder_ / "link", "new"));
  EXPECT_TRUE(fs::is_symlink(folder_ / "link"));
  EXPECT_EQ(*read_file(folder_ / "later.txt"), "new");
}

TEST_F(Files, AtomicWrite_ToWhatIsNoFile_WritesIntoIt) {
  const fs::path pipe = folder_ / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  const int reader = ::open(pipe.c_str(), O_RDONLY | O_NONBLOCK);
  ASSERT_GE(reader, 0);
  EXPECT_TRUE(write_file_atomically(pipe, "page"));
  EXPECT_TRUE(fs::is_fifo(pipe)) << "the pipe was replaced by a file";
  std::array<char, 8> received{};
  EXPECT_EQ(::read(reader, received.data(), received.size()), 4);
  EXPECT_STREQ(received.data(), "page");
  ::close(reader);
}

TEST_F(Files, AtomicWrite_ThatFails_KeepsTheOldFileAndRemovesItsOwn) {
  fs::create_directory(folder_ / "target");  // a folder cannot be replaced by a file
  EXPECT_EQ(write_file_atomically(folder_ / "target", "x").error().code(), ErrorCode::kIo);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()), 1);
}

TEST_F(Files, AFullDisk_IsNamedWithAWayOut) {
  const auto failure = write_file_atomically("/dev/full/x", "x");
  ASSERT_FALSE(failure);
  auto full = AppendFile::open("/dev/full");
  ASSERT_TRUE(full);
  const auto status = full->append_and_sync("x");
  ASSERT_FALSE(status);
  EXPECT_NE(status.error().message().find("No space left on device; free some space"),
            std::string::npos)
      << status.error().message();
}

TEST_F(Files, Append_KeepsWhatWasThere) {
  const fs::path path = folder_ / "log";
  {
    auto file = AppendFile::open(path);
    ASSERT_TRUE(file);
    ASSERT_TRUE(file->append_and_sync("one\n"));
  }
  auto again = AppendFile::open(path);
  ASSERT_TRUE(again);
  ASSERT_TRUE(again->append_and_sync("two\n"));
  EXPECT_EQ(*read_file(path), "one\ntwo\n");
}

TEST_F(Files, ALock_IsRefusedWhileHeld_AndFreeAfterwards) {
  {
    const auto first = LockFile::acquire(folder_ / "lock");
    ASSERT_TRUE(first);
    const auto second = LockFile::acquire(folder_ / "lock");
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code(), ErrorCode::kBusy);
  }
  EXPECT_TRUE(LockFile::acquire(folder_ / "lock"));
}

TEST_F(Files, ReadingAFolder_OrTooMuch_IsRefused) {
  EXPECT_EQ(read_file(folder_).error().code(), ErrorCode::kInvalidInput);
  ASSERT_TRUE(write_file_atomically(folder_ / "a", "12345"));
  EXPECT_EQ(read_file(folder_ / "a", Bytes{4}).error().code(), ErrorCode::kInvalidInput);
  EXPECT_EQ(*read_file(folder_ / "a", Bytes{5}), "12345");
  EXPECT_EQ(read_file(folder_ / "none").error().code(), ErrorCode::kNotFound);
}

TEST(Sha256, MatchesThePublishedVector) {  // FIPS 180-2, B.1
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_F(Files, PassingFile_LeavesNothing_AndTheNextRemovesWhatAKilledProcessLeft) {
  const fs::path target = folder_ / "books.db";
  const auto files = [&] {
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder_)) names.insert(entry.path().filename());
    return names;
  };
  // Of a process that was killed, with a log; and what only looks like it.
  for (const char* name : {"books.db.new.77", "books.db.new.77-wal", "books.db.new.x",
                           "books.db.new.", "other.db.new.78"}) {
    ASSERT_TRUE(write_file_atomically(folder_ / name, "x"));
  }
  {
    const auto first = PassingFile::make(target, 0600);
    ASSERT_TRUE(first);
    EXPECT_EQ(fs::status(first->path()).permissions(),
              fs::perms::owner_read | fs::perms::owner_write);
    const auto second = PassingFile::make(target, 0644);  // leaves the first, which is at work
    ASSERT_TRUE(second);
    ASSERT_TRUE(write_file_atomically(second->path().string() + "-journal", "x"));
    EXPECT_NE(first->path(), second->path());
    EXPECT_EQ(files().size(), 6U);
    EXPECT_TRUE(fs::exists(first->path()));
  }
  EXPECT_EQ(files(), (std::set<std::string>{"books.db.new.", "books.db.new.x", "other.db.new.78"}));
}

TEST_F(Files, PassingFile_WhereNoFolderIs_NamesTheTarget) {
  const auto made = PassingFile::make(folder_ / "none" / "books.db", 0644);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code(), ErrorCode::kNotFound);
  EXPECT_EQ(made.error().message(), "cannot write '" + (folder_ / "none/books.db").string() +
                                        "': No such file or directory");
}

}  // namespace
}  // namespace purser
