#include "train/loader.h"

#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "train/fixtures.h"

namespace purser::train {
namespace {

TEST(Loader, HandsOutOnePassInOrderAndThenNothing) {
  const auto dataset = fixtures::stripes(7, {1, 2, 2});
  const auto loader = *Loader::open(dataset, 3, true, in_order({6, 5, 4, 3, 2, 1, 0}, 3));
  std::vector<std::int64_t> labels;
  for (Batch batch = *loader->next(); !batch.labels.empty(); batch = *loader->next()) {
    labels.insert(labels.end(), batch.labels.begin(), batch.labels.end());
    EXPECT_EQ(batch.pixels.size(), batch.labels.size() * 4);
  }
  const std::vector<std::int64_t> expected(dataset.labels.rbegin(), dataset.labels.rend());
  EXPECT_EQ(labels, expected);
  EXPECT_TRUE(loader->next()->labels.empty());
}

TEST(Loader, PutsTheChannelsOfAPixelTogether) {
  data::Dataset dataset;
  dataset.sample_shape = {3, 1, 2};
  dataset.classes = 1;
  dataset.pixels = {0, 51, 102, 153, 204, 255};  // two red, two green, two blue
  dataset.labels = {0};
  const auto last = *Loader::open(dataset, 1, true, in_order({0}, 1));
  EXPECT_THAT(last->next()->pixels, testing::ElementsAre(0.0F, 0.4F, 0.8F, 0.2F, 0.6F, 1.0F));
  const auto first = *Loader::open(dataset, 1, false, in_order({0}, 1));
  EXPECT_THAT(first->next()->pixels, testing::ElementsAre(0.0F, 0.2F, 0.4F, 0.6F, 0.8F, 1.0F));
}

TEST(Loader, CanBeGivenUpAtAnyTime) {
  const auto dataset = fixtures::stripes(50);
  for (int taken = 0; taken < 4; ++taken) {
    const auto loader =
        *Loader::open(dataset, 4, true, in_order(std::vector<std::int64_t>(50, 1), 4));
    for (int i = 0; i < taken; ++i) EXPECT_EQ(loader->next()->labels.size(), 4U);
  }
}

TEST(Loader, TellsWhatWentWrongInItsThread) {
  const auto dataset = fixtures::stripes(8);
  const auto ending_with = [&](const std::function<void()>& fault) {
    auto loader =
        *Loader::open(dataset, 2, true, [&, batch = 0](std::vector<std::int64_t>& out) mutable {
          if (++batch == 3) fault();
          out = {0, 1};
          return true;
        });
    for (int i = 0; i < 2; ++i) {
      const auto batch = loader->next();
      EXPECT_TRUE(batch && batch->labels.size() == 2);
    }
    const auto failed = loader->next();
    EXPECT_FALSE(failed);
    EXPECT_FALSE(loader->next()) << "a fault stays one";
    return failed ? Error(ErrorCode::kIo, "none") : failed.error();
  };
  const Error memory = ending_with([] { throw TensorMemoryExceeded(); });
  EXPECT_EQ(memory.code(), ErrorCode::kResource);
  EXPECT_THAT(memory.message(), testing::HasSubstr("allow more, or close other programs"));
  const Error fault = ending_with([] { throw std::out_of_range("row 9"); });
  EXPECT_EQ(fault.code(), ErrorCode::kEngine);
  EXPECT_THAT(fault.message(), testing::HasSubstr("reading the samples failed (row 9)"));
}

TEST(Loader, IsNotOpenedWhereItsBuffersDoNotFit) {
  const auto dataset = fixtures::stripes(8);
  const TensorMemoryScope memory(Bytes{1024});
  const auto refused = Loader::open(dataset, 8, true, in_order({0, 1}, 8));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::kResource);
}

TEST(Shuffled, EntersTheStreamAtAnyStep) {
  const std::vector<std::int64_t> indices = {2, 3, 5, 7, 11, 13, 17};
  const auto stream_from = [&](std::int64_t step) {
    auto next = shuffled(indices, 4, 5, 2, step);
    std::vector<std::int64_t> taken;
    for (int part = 0; part < 12; ++part) {
      std::vector<std::int64_t> some;
      EXPECT_TRUE(next(some));
      taken.insert(taken.end(), some.begin(), some.end());
    }
    return taken;  // 4 steps of 5
  };
  const auto whole = stream_from(0);
  const auto first = data::epoch_order(indices, 4, 0);
  EXPECT_TRUE(std::equal(first.begin(), first.end(), whole.begin()));
  const auto later = stream_from(2);
  EXPECT_TRUE(std::equal(whole.begin() + 10, whole.end(), later.begin()));
}

}  // namespace
}  // namespace purser::train
