#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "graph/new_model.h"
#include "optimize/optimize.h"
#include "optimize/test_graphs.h"

namespace purser::optimize {
namespace {

using testing::HasSubstr;

// Noise with a bright square in one of the four corners, which is the class: easy, not trivial.
data::Dataset corners(std::int64_t size, std::uint64_t seed) {
  data::Dataset dataset;
  dataset.name = "corners";
  dataset.sample_shape = {1, 12, 12};
  dataset.classes = 4;
  Random random(seed);
  for (std::int64_t i = 0; i < size; ++i) {
    const auto label = static_cast<std::uint8_t>(random.below(4));
    const std::size_t top = label < 2 ? 1 : 7;
    const std::size_t left = label % 2 == 0 ? 1 : 7;
    for (std::size_t y = 0; y < 12; ++y) {
      for (std::size_t x = 0; x < 12; ++x) {
        const bool bright = y >= top && y < top + 4 && x >= left && x < left + 4;
        const std::uint64_t noise = random.below(120);
        dataset.pixels.push_back(static_cast<std::uint8_t>(bright ? noise + 80 : noise));
      }
    }
    dataset.labels.push_back(label);
  }
  return dataset;
}

const data::Splits& splits() {
  static const data::Splits kSplits{corners(1200, 1), corners(600, 2)};
  return kSplits;
}

class Quiet final : public train::Observer {};

const graph::Graph& trained() {
  static const graph::Graph kTrained = [] {
    const auto untrained =
        graph::new_cnn({.input = {1, 12, 12}, .classes = 4, .widths = {16, 32}, .seed = 3});
    EXPECT_TRUE(untrained);
    train::Options options;
    options.batch = 32;
    options.epochs = 2;
    options.threads = 1;
    const SystemClock clock;
    const auto plan = train::plan(*untrained, splits().train, options, clock);
    EXPECT_TRUE(plan) << plan.error().message();
    Quiet quiet;
    auto outcome = train::train(*untrained, splits().train, *plan, options, quiet, clock);
    EXPECT_TRUE(outcome) << outcome.error().message();
    return std::move(outcome->graph);
  }();
  return kTrained;
}

Options quick() {
  Options options;
  options.max_drop = 0.05;
  options.calibration_samples = 100;
  options.fine_tune_epochs = 2;
  options.fine_tunes = 1;
  options.threads = 1;
  return options;
}

// A machine on which half the weights take half the time, so that some narrower model is faster.
Result<double> by_size(const graph::Graph& graph) {
  const auto size = [](const graph::Graph& of) {
    std::int64_t count = 0;
    for (const auto& [name, tensor] : of.initializers) count += tensor.element_count();
    return static_cast<double>(count);
  };
  return size(graph) / size(trained());
}

TEST(Optimize, AsksWhetherAModelCanBeTrainedBeforeItMeasuresWidths) {
  graph::Graph odd = trained();
  for (graph::Node& node : odd.nodes) {
    if (node.op_type == "Relu") node.op_type = "Softplus";
  }
  Options options = quick();
  int measured = 0;
  options.time_of_widths = [&](const graph::Graph&) -> Result<double> { return ++measured, 0.5; };
  Observer observer;
  const SystemClock clock;
  const auto outcome = optimize(odd, splits(), options, observer, clock);
  ASSERT_TRUE(outcome) << outcome.error().message();
  EXPECT_EQ(measured, 0);
  EXPECT_THAT(outcome->notes, testing::Contains(HasSubstr("operator Softplus has no gradient")));
}

TEST(Optimize, JudgesByTheImagesThatTrainingHeldOut) {
  graph::Graph graph = trained();
  Options options = quick();
  options.fine_tunes = 0;
  Observer observer;
  const SystemClock clock;
  const auto said = HasSubstr("does not say which images");
  const auto held_out_of = [&](const graph::Graph& model) {
    const auto outcome = optimize(model, splits(), options, observer, clock);
    EXPECT_TRUE(outcome) << outcome.error().message();
    const bool told = testing::Value(outcome->notes, testing::Contains(said));
    return std::pair(outcome->candidates[0].held_out.total, told);
  };
  EXPECT_EQ(held_out_of(graph), std::pair(std::int64_t{120}, false)) << "as training says";
  graph.metadata["purser.hold_out.share"] = "0.25";
  EXPECT_EQ(held_out_of(graph), std::pair(std::int64_t{300}, false));
  graph.metadata.clear();
  EXPECT_EQ(held_out_of(graph), std::pair(std::int64_t{120}, true)) << "a model of the user's own";
}

TEST(Optimize, AFaultOfAnEngineIsNoNote) {
  Options options = quick();
  options.time_of_widths = [](const graph::Graph&) -> Result<double> {
    return fail(ErrorCode::kEngine, "the engine fell over");
  };
  Observer observer;
  const SystemClock clock;
  const auto outcome = optimize(trained(), splits(), options, observer, clock);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code(), ErrorCode::kEngine);
}

TEST(Optimize, TellsHowManyRoundsItsTimesAreOf) {
  Options options = quick();
  options.fine_tunes = 0;
  Observer observer;
  const SystemClock clock;
  const auto whole = optimize(trained(), splits(), options, observer, clock);
  ASSERT_TRUE(whole) << whole.error().message();
  EXPECT_EQ(whole->candidates[0].single.rounds, 41);
  EXPECT_THAT(whole->notes, testing::Not(testing::Contains(HasSubstr("rounds instead of"))));
  options.allowance.device_time = Nanoseconds(1);
  const auto hurried = optimize(trained(), splits(), options, observer, clock);
  ASSERT_TRUE(hurried) << hurried.error().message();
  EXPECT_EQ(hurried->candidates[0].single.rounds, 9);
  EXPECT_THAT(hurried->notes, testing::Contains(HasSubstr("timed in 9 rounds instead of 41")));
}

TEST(Optimize, MakesMeasuresAndProvesCandidates) {
  Observer observer;
  const SystemClock clock;
  const auto outcome = optimize(trained(), splits(), quick(), observer, clock);
  ASSERT_TRUE(outcome) << outcome.error().message();
  ASSERT_GE(outcome->candidates.size(), 2u);
  const Candidate& original = outcome->candidates[0];
  EXPECT_EQ(original.name, "original");
  EXPECT_GT(original.held_out.accuracy(), 0.9);
  EXPECT_EQ(original.held_out.total, 120);
  EXPECT_EQ(original.single.speedup.median, 1);

  const auto int8 = std::find_if(outcome->candidates.begin(), outcome->candidates.end(),
                                 [](const Candidate& c) { return c.name == "int8"; });
  ASSERT_NE(int8, outcome->candidates.end());
  EXPECT_THAT(int8->integer_kernels, HasSubstr("QLinearConv"));
  EXPECT_LT(int8->file_bytes, original.file_bytes);
  EXPECT_NEAR(int8->held_out.accuracy(), original.held_out.accuracy(), 0.05);

  for (const Candidate& c : outcome->candidates) {
    EXPECT_EQ(c.against_original.total, 120);
    EXPECT_EQ(c.held_out.correct,
              original.held_out.correct - c.against_original.lost + c.against_original.gained);
    EXPECT_LE(c.single.seconds_per_prediction.lower, c.single.seconds_per_prediction.upper);
    // What was cut out is gone from the file, not masked.
    EXPECT_EQ(c.further_epochs, c.name.starts_with("pruned") ? 2 : 0) << c.name;
    if (c.name.starts_with("pruned") && c.integer_kernels.empty()) {
      EXPECT_LT(c.file_bytes, original.file_bytes);
      EXPECT_LT(c.widths, original.widths);
    }
  }
  EXPECT_GT(outcome->device_time, Nanoseconds(0));
  EXPECT_EQ(outcome->test.total, outcome->chosen == 0 ? 0 : 600);
  if (outcome->verdict == Verdict::kKeep) {
    EXPECT_NE(outcome->chosen, 0u);
    EXPECT_LE(outcome->test.upper_bound(), 0.05);
    EXPECT_EQ(outcome->best().name, outcome->candidates[outcome->chosen].name);
  } else {
    EXPECT_EQ(outcome->best().name, "original");
  }
}

TEST(Optimize, KeepsTheOriginalWhenNoDropIsAllowedThatSoFewImagesCouldProve) {
  Options options = quick();
  options.max_drop = 0;
  options.fine_tunes = 0;
  Observer observer;
  const SystemClock clock;
  const auto outcome = optimize(trained(), splits(), options, observer, clock);
  ASSERT_TRUE(outcome) << outcome.error().message();
  EXPECT_NE(outcome->verdict, Verdict::kKeep);
  EXPECT_EQ(outcome->best().name, "original");
  EXPECT_EQ(outcome->test.total, 0);  // the test set was not spent on a hopeless candidate
}

TEST(Optimize, WhoCannotBeFineTunedIsNotedAndIntegersRemain) {
  Options options = quick();
  options.time_of_widths = by_size;
  options.allowance.tensor_memory = Bytes{1000};
  Observer observer;
  const SystemClock clock;
  const auto outcome = optimize(trained(), splits(), options, observer, clock);
  ASSERT_TRUE(outcome) << outcome.error().message();
  EXPECT_GE(outcome->candidates.size(), 2u);
  for (const Candidate& c : outcome->candidates) EXPECT_EQ(c.further_epochs, 0) << c.name;
  EXPECT_THAT(outcome->notes, testing::Contains(HasSubstr("not fine-tuned: ")));
}

// The trained model, but sure of the class after the one it sees.
graph::Graph wrong_by_one() {
  graph::Graph graph = trained();
  const graph::Node& last = graph.nodes[*graph.producer(graph.outputs[0].name)];
  EXPECT_EQ(last.op_type, "Gemm");
  EXPECT_EQ(last.int_attribute("transB", 0), 1);
  for (const std::size_t input : {1U, 2U}) {
    const auto values = graph.initializers.at(last.inputs[input]).as<float>();
    std::rotate(values.begin(), values.end() - static_cast<std::ptrdiff_t>(values.size() / 4),
                values.end());
  }
  return graph;
}

TEST(Optimize, ANarrowerModelLearnsWhatItsTeacherSays) {
  const graph::Graph teacher = wrong_by_one();
  Options options = quick();
  options.time_of_widths = by_size;
  options.teacher = &teacher;
  options.teacher_share = 1;
  options.fine_tune_epochs = 20;
  options.fine_tune_learning_rate = 1e-2;
  Observer observer;
  const SystemClock clock;
  const auto outcome = optimize(trained(), splits(), options, observer, clock);
  ASSERT_TRUE(outcome) << outcome.error().message();
  int taught = 0;
  for (const Candidate& c : outcome->candidates) {
    if (c.further_epochs == 0) continue;
    EXPECT_LT(c.held_out.accuracy(), 0.2) << c.name << ": the teacher is never right";
    EXPECT_THAT(c.recipe, HasSubstr("with a teacher"));
    EXPECT_FALSE(c.promising);
    ++taught;
  }
  EXPECT_GT(taught, 0);
}

// Layers of numbers in a row, as many exporters write what reads images.
graph::Graph flat_model() {
  graph::Graph g;
  g.name = "flat";
  g.opset = 21;
  g.inputs = {{"x", graph::ElementType::kFloat32, true, {graph::kDynamic, 144}, {"batch", ""}}};
  g.outputs = {{"y", graph::ElementType::kFloat32, true, {graph::kDynamic, 4}, {"batch", ""}}};
  g.initializers["a_w"] = random_tensor({144, 32}, 1);
  g.initializers["b_w"] = random_tensor({32, 4}, 2);
  g.nodes = {{"a", "MatMul", "", {"x", "a_w"}, {"h"}, {}},
             {"relu", "Relu", "", {"h"}, {"r"}, {}},
             {"b", "MatMul", "", {"r", "b_w"}, {"y"}, {}}};
  return g;
}

TEST(Optimize, TakesAModelThatReadsTheImagesFlat) {
  Options options = quick();
  options.fine_tunes = 0;
  class Counts final : public Observer {
   public:
    train::Next on_progress(const ProgressReport& report) override {
      quantized += report.phase == "quantize int8" ? 1 : 0;
      return train::Next::kGoOn;
    }
    int quantized = 0;
  } observer;
  const SystemClock clock;
  const auto outcome = optimize(flat_model(), splits(), options, observer, clock);
  ASSERT_TRUE(outcome) << outcome.error().message();
  ASSERT_EQ(outcome->candidates.size(), 2U) << "nothing to fold";
  EXPECT_EQ(outcome->candidates[1].integer_kernels, "MatMulIntegerToFloat x1, QLinearMatMul x1");
  EXPECT_EQ(observer.quantized, 2) << "there is no first convolution to leave out as well";
}

// The brightest pixel of each corner: nothing to quantize, nothing to prune.
graph::Graph model_without_weights() {
  using Ints = std::vector<std::int64_t>;
  graph::Graph g;
  g.name = "corner";
  g.opset = 21;
  g.inputs = {{"x",
               graph::ElementType::kFloat32,
               true,
               {graph::kDynamic, 1, 12, 12},
               {"batch", "", "", ""}}};
  g.outputs = {{"y", graph::ElementType::kFloat32, true, {graph::kDynamic, 4}, {"batch", ""}}};
  g.nodes = {{"same", "Identity", "", {"x"}, {"i"}, {}},
             {"pool",
              "MaxPool",
              "",
              {"i"},
              {"p"},
              {{"kernel_shape", Ints{6, 6}}, {"strides", Ints{6, 6}}}},
             {"flatten", "Flatten", "", {"p"}, {"y"}, {}}};
  return g;
}

TEST(Optimize, OffersTheFoldedModelWhereThereIsNothingElse) {
  Observer observer;
  const SystemClock clock;
  const auto outcome = optimize(model_without_weights(), splits(), quick(), observer, clock);
  ASSERT_TRUE(outcome) << outcome.error().message();
  ASSERT_EQ(outcome->candidates.size(), 2U);
  const Candidate& folded = outcome->candidates[1];
  EXPECT_EQ(folded.name, "folded");
  EXPECT_EQ(folded.recipe, "1 Identity removed");
  EXPECT_EQ(folded.graph.nodes.size(), 2U);
  EXPECT_EQ(folded.against_original.lost + folded.against_original.gained, 0);
  EXPECT_GT(folded.single.seconds_per_prediction.median, 0) << "measured like all";
  EXPECT_GT(folded.batched.speedup.median, 0);
}

TEST(Check, RefusesATeacherOfOtherImagesOrClasses) {
  const auto teacher = graph::new_cnn({.input = {1, 12, 12}, .classes = 10, .widths = {8}});
  ASSERT_TRUE(teacher);
  Options options = quick();
  options.teacher = &*teacher;
  const Status status = check(trained(), splits().train, options);
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().message(), HasSubstr("the teacher: model 'cnn': output"));
  EXPECT_THAT(status.error().message(), HasSubstr("does not give 4 classes"));
}

TEST(Check, RefusesAModelWhoseWeightsAreNoNumbers) {
  graph::Graph broken = trained();
  const std::string name = graph::trainable_parameters(broken)[2];
  broken.initializers.at(name).as<float>()[3] = std::numeric_limits<float>::quiet_NaN();
  const Status status = check(broken, splits().train, quick());
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code(), ErrorCode::kInvalidInput);
  EXPECT_THAT(status.error().message(), HasSubstr(name));
  EXPECT_THAT(status.error().message(), HasSubstr("(Conv)"));
}

TEST(Optimize, StoppedWhileFineTuningGivesWhatWasFoundBefore) {
  Options options = quick();
  options.time_of_widths = by_size;
  class StopsWhenTuning final : public Observer {
   public:
    train::Next on_progress(const ProgressReport& report) override {
      const bool tuning = report.phase.starts_with("fine-tune") && report.done > 0;
      return tuning ? train::Next::kStop : train::Next::kGoOn;
    }
  } observer;
  const SystemClock clock;
  const auto outcome = optimize(trained(), splits(), options, observer, clock);
  ASSERT_TRUE(outcome) << outcome.error().message();
  EXPECT_GE(outcome->candidates.size(), 2u);
  EXPECT_EQ(outcome->chosen, 0u);
  EXPECT_EQ(outcome->verdict, Verdict::kUndecided);
  EXPECT_EQ(outcome->test.total, 0);
  EXPECT_TRUE(std::none_of(outcome->candidates.begin(), outcome->candidates.end(),
                           [](const Candidate& c) { return c.name.starts_with("pruned"); }));
}

TEST(Optimize, StoppedAtOnceStillGivesTheOriginal) {
  class Stops final : public Observer {
   public:
    train::Next on_progress(const ProgressReport&) override { return train::Next::kStop; }
  } observer;
  const SystemClock clock;
  const auto outcome = optimize(trained(), splits(), quick(), observer, clock);
  ASSERT_TRUE(outcome) << outcome.error().message();
  EXPECT_TRUE(outcome->stopped);
  EXPECT_EQ(outcome->candidates.size(), 1u);
  EXPECT_EQ(outcome->verdict, Verdict::kUndecided) << "not 'not faster': nothing was looked at";
}

// Stops once a fine-tuning has taken a few steps; counts what it saw.
class StopsInTheMiddle final : public Observer {
 public:
  explicit StopsInTheMiddle(bool stops) : stops_(stops) {}
  train::Next on_progress(const ProgressReport& report) override {
    if (report.phase.starts_with("fine-tune") && report.done > 0) {
      if (first_done_ == 0) first_done_ = report.done;
      samples_ = report.samples;
      if (stops_ && report.done >= 0.5) return train::Next::kStop;
    }
    return train::Next::kGoOn;
  }
  double first_done() const { return first_done_; }
  std::int64_t samples() const { return samples_; }

 private:
  bool stops_;
  double first_done_ = 0;
  std::int64_t samples_ = 0;
};

std::int64_t folders_in(const std::filesystem::path& folder) {
  return std::count_if(std::filesystem::directory_iterator(folder), {},
                       [](const auto& entry) { return entry.is_directory(); });
}

TEST(Optimize, TwoSearchesForTheSameDoNotShareTheirStates) {
  std::string pattern = (std::filesystem::temp_directory_path() / "states-XXXXXX").string();
  const std::filesystem::path folder = ::mkdtemp(pattern.data());
  Options options = quick();
  options.states = folder;
  options.fine_tunes = 0;
  const SystemClock clock;
  class Second final : public Observer {
   public:
    Second(const Options& options, const Clock& clock) : options_(options), clock_(clock) {}
    train::Next on_progress(const ProgressReport&) override {
      Observer quiet;
      const auto second = optimize(trained(), splits(), options_, quiet, clock_);
      busy = !second && second.error().code() == ErrorCode::kBusy;
      return train::Next::kStop;
    }
    bool busy = false;

   private:
    const Options& options_;
    const Clock& clock_;
  } first(options, clock);
  ASSERT_TRUE(optimize(trained(), splits(), options, first, clock));
  EXPECT_TRUE(first.busy);
  std::filesystem::remove_all(folder);
}

TEST(Optimize, GoesOnWithTheFineTuningThatWasStopped) {
  std::string pattern = (std::filesystem::temp_directory_path() / "states-XXXXXX").string();
  const std::filesystem::path folder = ::mkdtemp(pattern.data());
  Options options = quick();
  options.states = folder;
  options.fine_tune_epochs = 20;
  options.time_of_widths = by_size;
  const SystemClock clock;
  StopsInTheMiddle stops(true);
  const auto stopped = optimize(trained(), splits(), options, stops, clock);
  ASSERT_TRUE(stopped) << stopped.error().message();
  EXPECT_TRUE(stopped->told_to_stop);
  EXPECT_EQ(folders_in(folder), 1);

  StopsInTheMiddle goes_on(false);
  const auto outcome = optimize(trained(), splits(), options, goes_on, clock);
  ASSERT_TRUE(outcome) << outcome.error().message();
  EXPECT_EQ(folders_in(folder), 0) << "done with";
  EXPECT_GT(outcome->earlier_device_time, Nanoseconds(0));
  EXPECT_GT(goes_on.first_done(), 0.5);
  EXPECT_LT(goes_on.samples(), stops.samples() * 5 / 4) << "only the other half was paid again";
  EXPECT_THAT(outcome->candidates,
              testing::Contains(testing::Field(&Candidate::further_epochs, 20)));
  std::filesystem::remove_all(folder);
}

TEST(Check, RefusesAModelOfOtherImagesOrClasses) {
  const data::Dataset& dataset = splits().train;
  const auto others = graph::new_cnn({.input = {1, 28, 28}, .classes = 4, .widths = {8}});
  ASSERT_TRUE(others);
  EXPECT_THAT(check(*others, dataset, quick()).error().message(),
              HasSubstr("takes samples of 1x28x28, those of corners have 1x12x12"));
  const auto classes = graph::new_cnn({.input = {1, 12, 12}, .classes = 10, .widths = {8}});
  ASSERT_TRUE(classes);
  EXPECT_THAT(check(*classes, dataset, quick()).error().message(),
              HasSubstr("does not give 4 classes"));
}

TEST(Check, RefusesSoFewSamplesThatNoneIsHeldOut) {
  const Status status = check(trained(), corners(4, 1), quick());
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().message(), HasSubstr("4 samples cannot be divided"));
}

TEST(Check, RefusesAMaxDropThatIsNoShare) {
  Options options = quick();
  options.max_drop = 50;
  const Status status = check(trained(), splits().train, options);
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().message(), HasSubstr("max-drop: 50"));
}

}  // namespace
}  // namespace purser::optimize
