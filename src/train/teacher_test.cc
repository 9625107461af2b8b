// Distillation: what is learned from another model's answers.
#include <cmath>
#include <filesystem>
#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "train/engine.h"
#include "train/fixtures.h"
#include "train/loader.h"
#include "train/train.h"

namespace purser::train {
namespace {

using fixtures::small_options;
using testing::HasSubstr;

const SystemClock kClock;

std::vector<std::int64_t> all_of(const data::Dataset& dataset) {
  std::vector<std::int64_t> indices(static_cast<std::size_t>(dataset.size()));
  std::iota(indices.begin(), indices.end(), 0);
  return indices;
}

// Logits that are sure of the class after the one of the label.
std::vector<float> wrong_by_one(const data::Dataset& dataset) {
  std::vector<float> logits(static_cast<std::size_t>(dataset.size() * dataset.classes), -3);
  for (std::int64_t i = 0; i < dataset.size(); ++i) {
    const auto next = (dataset.labels[static_cast<std::size_t>(i)] + 1) % dataset.classes;
    logits[static_cast<std::size_t>(i * dataset.classes + next)] = 3;
  }
  return logits;
}

// The whole data set as one batch, or in pieces; returns the sum of losses.
double accumulate(Engine& engine, const data::Dataset& dataset, std::span<const float> logits,
                  const Loss& loss, std::int64_t micro_batch) {
  const auto loader = *Loader::open(dataset, micro_batch, engine.wants_channels_last(),
                                    in_order(all_of(dataset), micro_batch), logits);
  double sum = 0;
  for (Batch batch = *loader->next(); !batch.labels.empty(); batch = *loader->next()) {
    const auto part = engine.accumulate_gradient(batch, 1, loss);
    EXPECT_TRUE(part) << part.error().message();
    if (part) sum += *part;
  }
  return sum;
}

Engine engine_of(const graph::Graph& graph, const data::Dataset& dataset) {
  auto made = Engine::create(graph, dataset, Engine::Purpose::kTraining, 1);
  EXPECT_TRUE(made) << made.error().message();
  return std::move(*made);
}

// By the definition, in double precision.
double loss_by_definition(std::span<const float> teacher, std::span<const float> student,
                          std::size_t label, const Loss& how) {
  const auto log_softmax = [](std::span<const float> logits, double temperature) {
    double sum = 0;
    for (const float z : logits) sum += std::exp(static_cast<double>(z) / temperature);
    std::vector<double> logs;
    for (const float z : logits) {
      logs.push_back(static_cast<double>(z) / temperature - std::log(sum));
    }
    return logs;
  };
  const double t = how.temperature;
  const auto wanted = log_softmax(teacher, t);
  const auto given = log_softmax(student, t);
  double divergence = 0;
  for (std::size_t c = 0; c < wanted.size(); ++c) {
    divergence += std::exp(wanted[c]) * (wanted[c] - given[c]);
  }
  return -(1 - how.teacher_share) * log_softmax(student, 1)[label] +
         how.teacher_share * t * t * divergence;
}

TEST(Teacher, LossIsTheOneDefined) {
  const auto dataset = fixtures::stripes(7);
  const auto graph = fixtures::small_cnn();
  const auto teacher = wrong_by_one(dataset);
  const auto student = answers(graph, dataset, all_of(dataset), {1, std::nullopt, 3});
  ASSERT_TRUE(student) << student.error().message();
  for (const Loss& how : {Loss{0, 4, 0.9}, Loss{0, 1, 0.5}, Loss{0, 2, 1}, Loss{0, 3, 0}}) {
    double expected = 0;
    for (std::size_t i = 0; i < dataset.labels.size(); ++i) {
      expected += loss_by_definition(std::span(teacher).subspan(3 * i, 3),
                                     std::span(*student).subspan(3 * i, 3), dataset.labels[i], how);
    }
    Engine engine = engine_of(graph, dataset);
    EXPECT_NEAR(accumulate(engine, dataset, teacher, how, 7), expected, 1e-4 * expected)
        << how.temperature << " " << how.teacher_share;
  }
}

TEST(Teacher, GradientIsTheSlopeOfTheLoss_HoweverTheBatchIsCut) {
  const auto dataset = fixtures::stripes(9);
  const auto teacher = wrong_by_one(dataset);
  const Loss how{0.1, 2, 0.7};
  Engine engine = engine_of(fixtures::small_cnn(), dataset);
  const State start = engine.save();
  accumulate(engine, dataset, teacher, how, 9);
  const auto gradient = engine.gradient();
  for (const std::int64_t micro_batch : {1, 4}) {
    ASSERT_TRUE(engine.restore(start));
    accumulate(engine, dataset, teacher, how, micro_batch);
    EXPECT_THAT(engine.gradient(), testing::Pointwise(testing::FloatNear(1e-4F), gradient));
  }
  double largest = 0;
  for (const float g : gradient) largest = std::max(largest, std::abs(static_cast<double>(g)));
  ASSERT_GT(largest, 0.1) << "nothing to compare";
  for (std::size_t i = 0; i < gradient.size(); i += 5) {
    constexpr float kShift = 2e-3F;
    const auto loss_at = [&](float shift) {
      State moved = start;
      moved.parameters[i] += shift;
      EXPECT_TRUE(engine.restore(moved));
      return accumulate(engine, dataset, teacher, how, 9);
    };
    const double slope = (loss_at(kShift) - loss_at(-kShift)) / (2 * kShift);
    EXPECT_NEAR(gradient[i], slope, 0.02 * largest + 2e-3) << "number " << i;
  }
}

TEST(Teacher, WhoAnswersAsTheTeacherDoesHasNothingToLearn) {
  const auto dataset = fixtures::stripes(6);
  const auto graph = fixtures::small_cnn();
  const auto own = answers(graph, dataset, all_of(dataset), {1, std::nullopt, 6});
  ASSERT_TRUE(own) << own.error().message();
  Engine engine = engine_of(graph, dataset);
  EXPECT_NEAR(accumulate(engine, dataset, *own, {0, 4, 1}, 6), 0, 1e-4);
  EXPECT_THAT(engine.gradient(), testing::Each(testing::FloatNear(0, 1e-3F)));
}

TEST(Teacher, AnswersAreOfTheSamplesNamed_AndLogitsBeforeAFinalSoftmax) {
  const auto dataset = fixtures::stripes(8);
  graph::Graph graph = fixtures::small_cnn();
  const auto all = answers(graph, dataset, all_of(dataset), {1, std::nullopt, 3});
  const std::vector<std::int64_t> some = {6, 1, 2};
  const auto few = answers(graph, dataset, some, {1, std::nullopt, 2});
  graph::Node softmax;
  softmax.name = "softmax";
  softmax.op_type = "Softmax";
  softmax.inputs = {graph.outputs[0].name};
  softmax.outputs = {"probabilities"};
  graph.nodes.push_back(softmax);
  graph.outputs[0].name = "probabilities";
  const auto before = answers(graph, dataset, all_of(dataset), {1, std::nullopt, 3});
  ASSERT_TRUE(all && few && before);
  EXPECT_EQ(*before, *all);
  ASSERT_EQ(all->size(), 24U);
  ASSERT_EQ(few->size(), 9U);
  for (std::size_t i = 0; i < 9; ++i) {
    const float wanted = (*all)[static_cast<std::size_t>(some[i / 3]) * 3 + i % 3];
    // Kernels may sum in another order where a batch has another size.
    EXPECT_NEAR((*few)[i], wanted, 1e-5) << i;
  }
}

class Quiet : public Observer {};

TEST(Teacher, IsBelievedAsFarAsItsShareGoes) {
  const auto dataset = fixtures::stripes(300);
  const auto teacher = wrong_by_one(dataset);
  const auto accuracy = [&](double share) {
    Options options = small_options();
    options.teacher = {teacher, 2, share};
    Quiet quiet;
    const auto planned = plan(fixtures::small_cnn(), dataset, options, kClock);
    EXPECT_TRUE(planned) << planned.error().message();
    const auto trained = train(fixtures::small_cnn(), dataset, *planned, options, quiet, kClock);
    EXPECT_TRUE(trained) << trained.error().message();
    return trained->held_out.accuracy();
  };
  EXPECT_GT(accuracy(0), 0.95);
  EXPECT_LT(accuracy(1), 0.05) << "it learned what the teacher says, which is never the label";
}

TEST(Teacher, OfOtherClassesOrWithoutSenseIsRefused) {
  const auto dataset = fixtures::stripes(60);
  auto teacher = wrong_by_one(dataset);
  const auto refusal = [&](const Teacher& given) {
    Options options = small_options();
    options.teacher = given;
    const auto planned = plan(fixtures::small_cnn(), dataset, options, kClock);
    EXPECT_FALSE(planned);
    return planned ? "" : planned.error().message();
  };
  EXPECT_THAT(refusal({std::span(teacher).first(179), 2, 0.5}),
              HasSubstr("the teacher gives 179 numbers"));
  EXPECT_THAT(refusal({teacher, 0, 0.5}), HasSubstr("temperature: 0 is not above 0"));
  EXPECT_THAT(refusal({teacher, 2, 1.5}), HasSubstr("teacher's share: 1.5 is not in [0, 1]"));
}

TEST(Teacher, AnotherOneIsAnotherRun) {
  std::string pattern = (std::filesystem::temp_directory_path() / "teacher-XXXXXX").string();
  const std::filesystem::path folder = ::mkdtemp(pattern.data());
  const auto dataset = fixtures::stripes(60);
  auto teacher = wrong_by_one(dataset);
  Options options = small_options();
  options.checkpoint = folder / "state";
  options.teacher = {teacher, 2, 0.5};
  const auto again = [&] {
    Quiet quiet;
    Plan plan;
    plan.step = {10, 1, 1};
    return train(fixtures::small_cnn(), dataset, plan, options, quiet, kClock);
  };
  ASSERT_TRUE(again());
  options.resume = true;
  EXPECT_TRUE(again()) << "the same";
  teacher[0] += 1;
  const auto other = again();
  ASSERT_FALSE(other);
  EXPECT_THAT(other.error().message(), HasSubstr("the saved run has 'teacher "));
  options.teacher.reset();
  EXPECT_FALSE(again());
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace purser::train
