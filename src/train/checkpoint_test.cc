#include "train/checkpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

TEST(Checkpoint, NoticesEveryCutAndEveryFlippedByte) {
  const std::string whole = serialize(some());
  for (std::size_t length = 0; length < whole.size(); ++length) {
    EXPECT_FALSE(parse_checkpoint(std::string_view(whole).substr(0, length))) << length;
  }
  for (std::size_t place = 0; place < whole.size(); ++place) {
    std::string flipped = whole;
    flipped[place] = static_cast<char>(flipped[place] ^ 0x10);
    EXPECT_FALSE(parse_checkpoint(flipped)) << place;
  }
}

TEST(Checkpoint, SaysThatItIsFromTheFuture) {
  std::string newer = serialize(some());
  newer[newer.find('\n') + 1] = 9;
  const auto refused = parse_checkpoint(newer);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::kUnsupported);
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
