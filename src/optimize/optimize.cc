// Candidates, verdicts, and what is refused before the search begins.
#include "optimize/optimize.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace purser::optimize {
namespace {

// A model that holds what is no number answers nothing, and has nothing to be made cheaper.
Status check_weights(const graph::Graph& graph) {
  for (const std::string& name : graph::trainable_parameters(graph)) {
    const graph::Tensor& tensor = *graph.initializer(name);
    if (tensor.type != graph::ElementType::kFloat32) continue;
    for (const float value : tensor.as<float>()) {
      if (std::isfinite(value)) continue;
      const auto readers = graph.consumers(name);
      return fail(ErrorCode::kInvalidInput,
                  fmt::format("model '{}': '{}' of {} holds {}; train the model again", graph.name,
                              name, graph.nodes[readers.front()].describe(), value));
    }
  }
  return {};
}

// One float32 image input, one output of classes, as the data set has them.
Status check_fits(const graph::Graph& graph, const data::Dataset& dataset) {
  const auto refuse = [](std::string words) {
    return fail(ErrorCode::kInvalidInput, std::move(words));
  };
  if (graph.inputs.size() != 1 || graph.outputs.size() != 1) {
    return refuse(
        fmt::format("model '{}' has {} inputs and {} outputs; optimizing needs one image "
                    "input and one output of classes",
                    graph.name, graph.inputs.size(), graph.outputs.size()));
  }
  const graph::ValueInfo& input = graph.inputs[0];
  if (input.type != graph::ElementType::kFloat32 || input.shape.empty()) {
    return refuse(
        fmt::format("model '{}': input '{}' does not take images of [{}] as '{}' has them",
                    graph.name, input.name, fmt::join(dataset.sample_shape, ", "), dataset.name));
  }
  if (std::count(input.shape.begin() + 1, input.shape.end(), graph::kDynamic) > 0) {
    return refuse(
        fmt::format("model '{}': input '{}' leaves the size of an image open; export it with "
                    "[batch, {}]",
                    graph.name, input.name, fmt::join(dataset.sample_shape, ", ")));
  }
  const auto sample = train::sample_shape(graph, dataset);
  if (!sample) return refuse(fmt::format("model '{}': {}", graph.name, sample.error().message()));
  if (input.shape[0] != graph::kDynamic) {
    return refuse(
        fmt::format("model '{}': input '{}' takes batches of {} only; make the first "
                    "dimension dynamic",
                    graph.name, input.name, input.shape[0]));
  }
  const graph::ValueInfo& output = graph.outputs[0];
  if (output.shape.size() != 2 || output.shape[1] != dataset.classes) {
    return refuse(fmt::format("model '{}': output '{}' does not give {} classes as '{}' has them",
                              graph.name, output.name, dataset.classes, dataset.name));
  }
  return check_weights(graph);
}

}  // namespace

double Candidate::speedup() const {
  return std::min(single.speedup.median, batched.speedup.median);
}

bool Candidate::measurably_faster() const {
  return speedup() >= kLeastGain && single.speedup.lower > 1 && batched.speedup.lower > 1;
}

std::string_view name(Verdict verdict) {
  switch (verdict) {
    case Verdict::kKeep:
      return "keep";
    case Verdict::kNotFaster:
      return "not faster";
    case Verdict::kNotProven:
      return "not proven";
    case Verdict::kUndecided:
      return "undecided";
  }
  return "";
}

data::HoldOut hold_out(const graph::Graph& graph, const data::Dataset& dataset,
                       const Options& options) {
  const train::HeldOutBy by =
      train::hold_out_of(graph).value_or(train::HeldOutBy{options.seed, options.held_out_fraction});
  return data::hold_out(dataset, by.fraction, by.seed);
}

Status check(const graph::Graph& graph, const data::Dataset& dataset, const Options& options) {
  const auto refuse = [](std::string words) {
    return fail(ErrorCode::kInvalidInput, std::move(words));
  };
  if (!(options.max_drop >= 0 && options.max_drop < 1)) {
    return refuse(fmt::format("max-drop: {} is no share of accuracy; give 0 to below 1, or 0.5%",
                              options.max_drop));
  }
  if (options.calibration_samples < 1 || options.fine_tune_epochs < 1 || options.fine_tunes < 0) {
    return refuse("calibration needs at least one image, and fine-tuning at least one epoch");
  }
  PURSER_TRY(check_fits(graph, dataset));
  const data::HoldOut parts = hold_out(graph, dataset, options);
  if (parts.training.empty() || parts.held_out.empty()) {
    return refuse(
        fmt::format("{}: {} samples cannot be divided into a training and a held-out "
                    "part; give more samples",
                    dataset.name, dataset.size()));
  }
  if (options.teacher == nullptr) return {};
  const auto as_teacher = [](Status status) -> Status {
    if (status) return status;
    return fail(std::move(status).error().in("the teacher"));
  };
  PURSER_TRY(as_teacher(check_fits(*options.teacher, dataset)));
  return as_teacher(train::check_supported(*options.teacher));
}

}  // namespace purser::optimize
