#include "train/free_memory.h"

#include <cstdlib>

#include <gtest/gtest.h>

#include "base/files.h"

namespace purser::train {
namespace {

class FreeMemory : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "free-memory-XXXXXX").string();
    root_ = ::mkdtemp(pattern.data());
    fs::create_directories(root_ / "proc/self");
    fs::create_directories(root_ / "sys/fs/cgroup/jobs.slice/job-7");
  }
  void TearDown() override { fs::remove_all(root_); }
  void put(const char* path, const char* text) {
    ASSERT_TRUE(write_file_atomically(root_ / path, text));
  }
  fs::path root_;
};

TEST_F(FreeMemory, IsWhatTheKernelCallsAvailable) {
  put("proc/meminfo",
      "MemTotal:  100 kB\nMemFree:  7 kB\nMemAvailable:     24 kB\nBuffers: 1 kB\n");
  put("sys/fs/cgroup/memory.max", "max\n");
  put("sys/fs/cgroup/memory.current", "5\n");
  EXPECT_EQ(free_memory(root_), Bytes{24'576});
}

TEST_F(FreeMemory, IsWhatIsLeftOfAContainersLimit) {
  put("proc/meminfo", "MemAvailable:     24 kB\n");
  put("sys/fs/cgroup/memory.max", "10000\n");
  put("sys/fs/cgroup/memory.current", "4000\n");
  EXPECT_EQ(free_memory(root_), Bytes{6000});
  put("sys/fs/cgroup/memory.current", "14000\n");
  EXPECT_EQ(free_memory(root_), Bytes{0});
}

TEST_F(FreeMemory, IsWhatIsLeftOfTheTightestGroupOnTheWayUp) {
  put("proc/meminfo", "MemAvailable:     24 kB\n");
  put("proc/self/cgroup", "1:name=systemd:/\n0::/jobs.slice/job-7\n");
  put("sys/fs/cgroup/jobs.slice/memory.max", "9000\n");
  put("sys/fs/cgroup/jobs.slice/memory.current", "4000\n");
  EXPECT_EQ(free_memory(root_), Bytes{5000}) << "the job has no limit, its slice has one";
  put("sys/fs/cgroup/jobs.slice/job-7/memory.max", "3000\n");
  put("sys/fs/cgroup/jobs.slice/job-7/memory.current", "1000\n");
  EXPECT_EQ(free_memory(root_), Bytes{2000});
  put("proc/self/cgroup", "0::/../elsewhere\n");
  EXPECT_EQ(free_memory(root_), Bytes{24'576}) << "a group that cannot be seen from here";
}

TEST_F(FreeMemory, IsUnknownWhereNobodyTells) { EXPECT_EQ(free_memory(root_), std::nullopt); }

TEST(ThisMachine, HasMemory) { EXPECT_GT(free_memory().value_or(Bytes{0}), Bytes{1 << 20}); }

}  // namespace
}  // namespace purser::train
