#include "train/tensor_memory.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace purser::train {
namespace {

constexpr std::size_t kMiB = std::size_t{1} << 20U;

Bytes mebibytes(std::size_t count) { return {static_cast<std::int64_t>(count * kMiB)}; }

// Of `count` MiB of numbers: a header stands before them, and pages are whole.
Bytes taken_by(std::size_t count) { return mebibytes(count) + Bytes{4096}; }

TEST(TensorMemory, CountsWhatIsLiveAndTheMostThereWas) {
  const TensorMemoryScope scope(std::nullopt);
  auto& memory = TensorMemory::instance();
  const Bytes before = memory.live();
  {
    const TensorArray<std::byte> one(3 * kMiB);
    { const TensorArray<std::byte> two(2 * kMiB); }
    EXPECT_EQ((memory.live() - before), taken_by(3));
    EXPECT_EQ((memory.peak() - before), taken_by(3) + taken_by(2));
    EXPECT_GE(memory.kept(), mebibytes(2));
  }
  EXPECT_EQ(memory.live(), before);
}

TEST(TensorMemory, CountsTheHeaderOfASmallBlock) {
  auto& memory = TensorMemory::instance();
  const Bytes before = memory.live();
  const TensorArray<std::byte> one(64);
  EXPECT_EQ(memory.live() - before, Bytes{128});
}

// What the kernel gave is what was counted: many blocks just under a whole page more.
TEST(TensorMemory, CountsWhatTheKernelCounts) {
  constexpr std::size_t kBlocks = 1000;
  constexpr std::size_t kSize = std::size_t{64} << 10U;
  auto& memory = TensorMemory::instance();
  memory.trim();
  const Bytes before = memory.live();
  const std::int64_t resident = resident_bytes();
  std::vector<TensorArray<std::byte>> held;
  for (std::size_t i = 0; i < kBlocks; ++i) {
    held.emplace_back(kSize);
    std::fill_n(held.back().span().data(), kSize, std::byte{1});
  }
  const auto counted = static_cast<double>((memory.live() - before).count);
  EXPECT_NEAR(static_cast<double>(resident_bytes() - resident), counted, 0.02 * counted);
}

TEST(TensorMemory, RefusesAboveTheLimitAndGoesOn) {
  const TensorMemoryScope scope(mebibytes(8));
  const TensorArray<std::byte> fits(6 * kMiB);
  EXPECT_THROW(TensorArray<std::byte>(3 * kMiB), TensorMemoryExceeded);
  EXPECT_EQ(TensorMemory::instance().refused(), taken_by(3));
  EXPECT_NO_THROW(TensorArray<std::byte>(1 * kMiB));
}

TEST(TensorMemory, ReusesABlockOfTheSameSize) {
  const TensorMemoryScope scope(mebibytes(8));
  const std::byte* first = nullptr;
  { first = TensorArray<std::byte>(kMiB).span().data(); }
  EXPECT_EQ(TensorArray<std::byte>(kMiB).span().data(), first);
}

TEST(TensorMemory, ScopeGivesBackWhatItKept) {
  {
    const TensorMemoryScope scope(mebibytes(8));
    const TensorArray<std::byte> used(kMiB);
  }
  EXPECT_EQ(TensorMemory::instance().kept().count, 0);
}

RC_GTEST_PROP(TensorMemory, LiveAndKeptNeverPassTheLimit, ()) {
  const auto limit = *rc::gen::inRange<std::int64_t>(4096, 1 << 20);
  const TensorMemoryScope scope(Bytes{limit + TensorMemory::instance().live().count});
  auto& memory = TensorMemory::instance();
  const std::int64_t before = memory.live().count;
  std::vector<TensorArray<std::byte>> held;
  std::int64_t live = 0;
  for (const auto size :
       *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(1, 200000))) {
    if (size % 3 == 0 && !held.empty()) {
      held.erase(held.begin() + static_cast<std::ptrdiff_t>(size % held.size()));
    } else {
      try {
        held.emplace_back(size);
      } catch (const TensorMemoryExceeded&) {
        live = memory.live().count - before;
        RC_ASSERT(live + static_cast<std::int64_t>(size) + 4096 > limit);
      }
    }
    RC_ASSERT(memory.live().count - before + memory.kept().count <= limit);
    RC_ASSERT(memory.peak().count - before <= limit);
  }
  held.clear();
  RC_ASSERT(memory.live().count == before);
}

}  // namespace
}  // namespace purser::train
