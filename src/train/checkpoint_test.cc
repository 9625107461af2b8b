#include "train/checkpoint.h"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "train/fixtures.h"

namespace purser::train {
namespace {

Checkpoint some() {
  Checkpoint made;
  made.identity = "model a\nseed 1";
  made.step = {32, 4, 2};
  made.state = {{1.5F, -2.0F}, {0.25F, 0.5F}, {3.0F, 4.0F}, {0.125F}, 77};
  made.curve.resize(2);
  made.curve[1].step = 40;
  made.curve[1].held_out = {50, 60, 0.5};
  made.curve[1].device_time = std::chrono::seconds(3);
  made.loss_sum_since_look = 1.0 / 3;
  made.steps_since_look = 5;
  made.device_time = std::chrono::milliseconds(1234);
  return made;
}

TEST(Checkpoint, ComesBackAsItWas) {
  const auto read = parse_checkpoint(serialize(some()));
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_EQ(read->identity, some().identity);
  EXPECT_EQ(read->step, some().step);
  EXPECT_EQ(read->state.parameters, some().state.parameters);
  EXPECT_EQ(read->state.second_moments, some().state.second_moments);
  EXPECT_EQ(read->state.statistics, some().state.statistics);
  EXPECT_EQ(read->state.steps, 77);
  EXPECT_EQ(read->curve[1].held_out.correct, 50);
  EXPECT_EQ(read->curve[1].device_time, std::chrono::seconds(3));
  EXPECT_EQ(read->loss_sum_since_look, 1.0 / 3);
  EXPECT_EQ(read->device_time, some().device_time);
}

TEST(Checkpoint, NoticesEveryCutAndEveryFlippedBit_AsTheUsersInput) {
  const std::string whole = serialize(some());
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const auto cut = parse_checkpoint(std::string_view(whole).substr(0, length));
    ASSERT_FALSE(cut) << length;
    EXPECT_EQ(exit_status(cut.error().code()), 2) << length << ": " << cut.error().message();
    EXPECT_THAT(cut.error().message(), testing::HasSubstr("start anew")) << length;
  }
  for (std::size_t bit = 0; bit < 8 * whole.size(); ++bit) {
    std::string flipped = whole;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    const auto refused = parse_checkpoint(flipped);
    ASSERT_FALSE(refused) << bit;
    EXPECT_EQ(exit_status(refused.error().code()), 2) << bit << ": " << refused.error().message();
  }
}

// Killed again and again in the middle of saving: whatever instant it is, a whole state is there.
TEST(Checkpoint, IsWholeWheneverItsWriterIsKilled) {
  std::string pattern = (std::filesystem::temp_directory_path() / "checkpoint-XXXXXX").string();
  const std::filesystem::path folder = ::mkdtemp(pattern.data());
  const auto path = folder / "state";
  Checkpoint big = some();
  big.state.parameters.assign(std::size_t{1} << 20, 1.0F);
  ASSERT_TRUE(save_checkpoint(big, path));
  int torn = 0;  // kills that left half a file beside it
  for (int kill = 0; kill < 200 && torn < 3; ++kill) {
    const pid_t child = ::fork();
    if (child == 0) {
      for (;; ++big.state.steps) (void)save_checkpoint(big, path);
    }
    ::usleep(static_cast<useconds_t>(1000 * (kill % 23)));
    ::kill(child, SIGKILL);
    ASSERT_EQ(::waitpid(child, nullptr, 0), child);
    const auto read = load_checkpoint(path, big.identity);
    ASSERT_TRUE(read) << read.error().message();
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      if (entry.path() == path) continue;
      ++torn;
      std::filesystem::remove(entry.path());
    }
  }
  EXPECT_GT(torn, 0);
  std::filesystem::remove_all(folder);
}

TEST(Checkpoint, SaysThatItIsFromTheFuture) {
  std::string newer = serialize(some());
  newer[newer.find('\n') + 1] = 9;
  const auto refused = parse_checkpoint(newer);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::kUnsupported);
}

// Its pieces were cut otherwise: the run would go on, and not be the run that was begun.
TEST(Checkpoint, OfAnOlderPurserIsRefusedWithBothWaysOut) {
  std::string older = serialize(some());
  older[older.find('\n') + 1] = 1;
  const std::string body = older.substr(0, older.size() - 64);
  const auto refused = parse_checkpoint(body + sha256_hex(body));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::kUnsupported);
  EXPECT_THAT(refused.error().message(), testing::HasSubstr("version 1 of the file"));
  EXPECT_THAT(refused.error().message(), testing::HasSubstr("start anew"));
}

TEST(Checkpoint, IdentityTellsRunsApart) {
  const auto graph = fixtures::small_cnn();
  const auto dataset = fixtures::stripes(5);
  Options options;
  Checkpoint saved;
  saved.identity = identity_of(graph, dataset, options);
  EXPECT_TRUE(check_identity(saved, identity_of(graph, dataset, options)));
  options.learning_rate *= 2;
  EXPECT_FALSE(check_identity(saved, identity_of(graph, dataset, options)));
  EXPECT_FALSE(check_identity(saved, identity_of(graph, fixtures::stripes(6), Options())));
}

}  // namespace
}  // namespace purser::train
