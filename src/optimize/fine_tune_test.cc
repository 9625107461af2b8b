#include "optimize/fine_tune.h"

#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "optimize/test_graphs.h"

namespace purser::optimize {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

// 60 images of small_cnn's shape; the brightest of three rows tells the class.
data::Dataset rows() {
  data::Dataset dataset;
  dataset.name = "rows";
  dataset.sample_shape = {2, 4, 4};
  dataset.classes = 3;
  Random random(5);
  for (int i = 0; i < 60; ++i) {
    const auto label = static_cast<std::uint8_t>(random.below(3));
    for (std::size_t p = 0; p < 32; ++p) {
      const bool bright = p % 16 / 4 == label;
      dataset.pixels.push_back(static_cast<std::uint8_t>(random.below(100) + (bright ? 150 : 0)));
    }
    dataset.labels.push_back(label);
  }
  return dataset;
}

// Asked at each safe point; counts what it was told.
class Asked final : public Observer {
 public:
  explicit Asked(int last) : last_(last) {}
  train::Next on_progress(const ProgressReport& report) override {
    phases_.insert(std::string(report.phase));
    return ++count_ == last_ ? train::Next::kStop : train::Next::kGoOn;
  }
  int count() const { return count_; }
  const std::set<std::string>& phases() const { return phases_; }

 private:
  int last_;
  int count_ = 0;
  std::set<std::string> phases_;
};

constexpr int kNever = 0;

struct Tuned {
  Result<std::optional<FineTuned>> result;
  Outcome outcome;
};

Tuned tune(const graph::Graph& graph, Observer& observer, const Options& options) {
  const data::Dataset dataset = rows();
  const data::HoldOut parts = data::hold_out(dataset, options.held_out_fraction, options.seed);
  const SystemClock clock;
  const States states;
  Tuned tuned;
  Pace pace(options.allowance, observer, clock, tuned.outcome);
  FineTuner tuner(dataset, parts.training, options, states, pace, tuned.outcome);
  tuned.result = tuner.tune(graph, {}, "narrow", Nanoseconds(0));
  return tuned;
}

Options quick() {
  Options options;
  options.fine_tune_epochs = 2;
  options.threads = 1;
  return options;
}

TEST(FineTuner, TrainsForTheEpochsAskedFor) {
  Asked observer(kNever);
  const Tuned tuned = tune(small_cnn(), observer, quick());
  ASSERT_TRUE(tuned.result) << tuned.result.error().message();
  ASSERT_TRUE(tuned.result->has_value());
  const FineTuned made = tuned.result->value_or(FineTuned{});
  EXPECT_EQ(made.epochs, 2);
  EXPECT_EQ(tuned.outcome.samples_trained, made.steps * 128);
  EXPECT_THAT(observer.phases(), ElementsAre("fine-tune narrow"));
  EXPECT_NE(made.graph.initializers.at("fc_w").bytes, small_cnn().initializers.at("fc_w").bytes);
}

// What LibTorch refuses while a step is measured says nothing about the model: no note hides it.
TEST(FineTuner, AFaultOfTheEngineIsAnErrorThatNamesModelAndNode) {
  graph::Graph broken = small_cnn();
  broken.initializers["fc_w"] = random_tensor({3, 15}, 6);
  Asked observer(kNever);
  const Tuned tuned = tune(broken, observer, quick());
  ASSERT_FALSE(tuned.result);
  EXPECT_EQ(tuned.result.error().code(), ErrorCode::kEngine);
  EXPECT_THAT(tuned.result.error().message(), HasSubstr("narrow"));
  EXPECT_THAT(tuned.result.error().message(), HasSubstr("node 'fc' (Gemm)"));
  EXPECT_TRUE(tuned.outcome.notes.empty());
}

TEST(FineTuner, AModelThatCannotBeTrainedIsANote) {
  graph::Graph odd = small_cnn();
  odd.nodes[2].op_type = "Erf";
  Asked observer(kNever);
  const Tuned tuned = tune(odd, observer, quick());
  ASSERT_TRUE(tuned.result) << tuned.result.error().message();
  EXPECT_FALSE(*tuned.result);
  EXPECT_THAT(tuned.outcome.notes,
              Contains(HasSubstr("narrow: not fine-tuned: node 'relu' (Erf)")));
}

TEST(FineTuner, IsStoppedWhileItsStepsAreMeasured) {
  for (const int last : {1, 2, 6}) {
    Asked observer(last);
    const Tuned tuned = tune(small_cnn(), observer, quick());
    ASSERT_TRUE(tuned.result) << tuned.result.error().message();
    EXPECT_FALSE(*tuned.result);
    EXPECT_EQ(observer.count(), last) << "it ends where it is told to";
    EXPECT_TRUE(tuned.outcome.told_to_stop);
    EXPECT_EQ(tuned.outcome.samples_trained, 0) << "no step was taken";
    EXPECT_TRUE(tuned.outcome.notes.empty()) << "a stop is no finding";
  }
}

}  // namespace
}  // namespace purser::optimize
