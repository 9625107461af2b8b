// How much cheaper does a prediction become? Trains the CNN of the README on Fashion-MNIST,
// optimizes it, and prints every candidate's device time as a ratio to the original, timed by turns
// in one run, with quartiles. A narrower model is trained some epochs longer than the original; so
// the original is trained for as many more, in the same way, and the chosen model is compared with
// that one too. It is written to longer.onnx: given as TEACHER, the narrower model learns from its
// answers as well. Exit status 1 unless what is kept takes half the device time at both batch
// sizes. Usage: optimize_ratio [SPEC [MODEL [FINE-TUNE EPOCHS [TEACHER]]]]
#include <cstdio>
#include <cstdlib>
#include <numeric>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "base/files.h"
#include "data/data.h"
#include "graph/new_model.h"
#include "optimize/measure.h"
#include "optimize/optimize.h"
#include "runtime/runtime.h"
#include "train/train.h"

namespace purser {
namespace {

class Quiet final : public train::Observer {};

std::string spread(const optimize::Spread& s, double scale) {
  return fmt::format("{:7.2f} [{:.2f}, {:.2f}]", s.median * scale, s.lower * scale,
                     s.upper * scale);
}

Result<graph::Graph> trained_model(const data::Splits& data, const fs::path& file,
                                   const Clock& clock) {
  if (fs::exists(file)) return graph::read_onnx(file);
  PURSER_ASSIGN(const graph::Graph untrained, graph::new_cnn({}));
  train::Options options;
  options.epochs = 3;
  PURSER_ASSIGN(const auto plan, train::plan(untrained, data.train, options, clock));
  Quiet quiet;
  PURSER_ASSIGN(auto trained, train::train(untrained, data.train, plan, options, quiet, clock));
  fmt::print("trained in {:.1f} s: held-out {:.2f}%\n", seconds(trained.device_time),
             trained.held_out.accuracy() * 100);
  PURSER_TRY(graph::write_onnx(trained.graph, file));
  return std::move(trained.graph);
}

std::string lost(const optimize::Comparison& c) {
  return fmt::format("drop {:+.2f} points, at most {:+.2f}; {} lost, {} gained, p = {:.3f}",
                     c.drop() * 100, c.upper_bound() * 100, c.lost, c.gained, c.p_value());
}

// The original, trained on as the chosen model was, and what the chosen one loses against it.
Status compare_with_longer_trained(const graph::Graph& original, const data::Splits& data,
                                   const optimize::Options& how, const optimize::Candidate& chosen,
                                   const Clock& clock) {
  train::Options options;
  options.epochs = chosen.further_epochs;
  options.learning_rate = how.fine_tune_learning_rate;
  options.schedule = train::Schedule::kLinear;
  options.seed = how.seed;
  options.held_out_fraction = how.held_out_fraction;
  options.looks_per_epoch = 1;
  PURSER_ASSIGN(const auto plan, train::plan(original, data.train, options, clock));
  Quiet quiet;
  PURSER_ASSIGN(const auto longer, train::train(original, data.train, plan, options, quiet, clock));
  PURSER_TRY(graph::write_onnx(longer.graph, "longer.onnx"));
  std::vector<std::int64_t> all(static_cast<std::size_t>(data.test.size()));
  std::iota(all.begin(), all.end(), 0);
  const auto answers = [&](const graph::Graph& graph,
                           std::string name) -> Result<std::vector<std::uint8_t>> {
    PURSER_ASSIGN(const auto measured, optimize::Measured::open(graph, std::move(name)));
    return measured.right_answers(data.test, all);
  };
  PURSER_ASSIGN(const auto first, answers(original, "original"));
  PURSER_ASSIGN(const auto trained_on, answers(longer.graph, "original, trained on"));
  PURSER_ASSIGN(const auto now, answers(chosen.graph, chosen.name));
  fmt::print("the original trained for {} more epochs gains {:.2f} points over itself\n",
             chosen.further_epochs, -optimize::compare(first, trained_on).drop() * 100);
  fmt::print("'{}' against that one: {}\n", chosen.name, lost(optimize::compare(trained_on, now)));
  return {};
}

// Is the model that was kept, if one was, so much faster?
constexpr double kWanted = 2;
bool met(const optimize::Outcome& outcome) {
  return outcome.verdict == optimize::Verdict::kKeep && outcome.best().speedup() >= kWanted;
}

// Gives whether the figure wanted was met.
Result<bool> run(std::string_view spec, const fs::path& file, std::int64_t fine_tune_epochs,
                 const std::optional<fs::path>& teacher_file) {
  const SystemClock clock;
  PURSER_ASSIGN(const data::Splits data, data::load(spec));
  PURSER_ASSIGN(const graph::Graph model, trained_model(data, file, clock));

  optimize::Options options;
  options.fine_tune_epochs = fine_tune_epochs;
  graph::Graph teacher;
  if (teacher_file) {
    PURSER_ASSIGN(teacher, graph::read_onnx(*teacher_file));
    options.teacher = &teacher;
  }
  optimize::Observer observer;
  PURSER_ASSIGN(const auto outcome, optimize::optimize(model, data, options, observer, clock));
  fmt::print("optimized in {:.1f} s, VNNI: {}\n{:24} {:>8} {:>7} {:>24} {:>22} {:>24} {:>22}\n",
             seconds(outcome.device_time), runtime::has_vnni(), "candidate", "held-out", "drop",
             "us at batch 1", "faster", "us at batch 32", "faster");
  for (const auto& c : outcome.candidates) {
    fmt::print("{:24} {:7.2f}% {:+7.2f} {:>24} {:>22} {:>24} {:>22}\n", c.name,
               c.held_out.accuracy() * 100, c.against_original.drop() * 100,
               spread(c.single.seconds_per_prediction, 1e6), spread(c.single.speedup, 1),
               spread(c.batched.seconds_per_prediction, 1e6), spread(c.batched.speedup, 1));
    fmt::print("    {} {}\n", c.recipe, c.integer_kernels);
  }
  for (const std::string& note : outcome.notes) fmt::print("note: {}\n", note);
  const auto& chosen = outcome.candidates[outcome.chosen];
  fmt::print(
      "{}: '{}', {:.2f}x, wanted >= {}: {}; test {:.2f}% after {:.2f}%, drop {:+.2f} points, at "
      "most {:+.2f}\n",
      optimize::name(outcome.verdict), chosen.name, chosen.speedup(), kWanted,
      met(outcome) ? "met" : "missed", outcome.chosen_test.accuracy() * 100,
      outcome.original_test.accuracy() * 100, outcome.test.drop() * 100,
      outcome.test.upper_bound() * 100);
  if (chosen.further_epochs > 0) {
    PURSER_TRY(compare_with_longer_trained(model, data, options, chosen, clock));
  }
  return met(outcome);
}

}  // namespace
}  // namespace purser

int main(int argc, char** argv) {
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  const char* spec = argc > 1 ? argv[1] : "fashion-mnist";
  const char* file = argc > 2 ? argv[2] : "optimize_ratio.onnx";
  const std::int64_t fine_tune_epochs = argc > 3 ? std::strtoll(argv[3], nullptr, 10) : 4;
  std::optional<purser::fs::path> teacher;
  if (argc > 4) teacher = argv[4];
  const purser::Result<bool> met = purser::run(spec, file, fine_tune_epochs, teacher);
  if (met) return *met ? 0 : 1;
  fmt::print(stderr, "{}\n", met.error().message());
  return 3;
}
