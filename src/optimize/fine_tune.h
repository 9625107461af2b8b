// Trains a narrower model on, so that it answers again what the whole one did.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "data/data.h"
#include "graph/graph.h"
#include "optimize/optimize.h"
#include "optimize/pace.h"
#include "optimize/states.h"
#include "optimize/widths.h"
#include "train/train.h"

namespace purser::optimize {

struct FineTuned {
  graph::Graph graph;
  std::int64_t epochs = 0;
  std::int64_t steps = 0;
};

// One for a search: the teacher is asked once. What is given must outlive it; `outcome` takes what
// the fine-tunings take (samples, memory, time of earlier searches) and the notes.
class FineTuner {
 public:
  // `training`: the samples of `dataset` that may be learned from.
  FineTuner(const data::Dataset& dataset, std::span<const std::int64_t> training,
            const Options& options, const States& states, Pace& pace, Outcome& outcome);

  // With the saved state of just this fine-tuning where there is one. `reserve` of the allowance is
  // left for what follows. Nothing, with a note, where the model cannot be trained or the allowance
  // does not reach for one epoch; nothing where the search was stopped meanwhile. An engine's
  // fault, which is no answer about the model, is an error.
  Result<std::optional<FineTuned>> tune(const graph::Graph& pruned, const Widths& widths,
                                        const std::string& name, Nanoseconds reserve);

 private:
  Status ask_teacher();
  train::Options options_for(const Widths& widths) const;
  Result<train::Plan> plan(const graph::Graph& pruned, train::Options& how,
                           const std::string& phase);
  bool fits(const train::Plan& plan, train::Options& how, const std::string& name,
            Nanoseconds reserve);

  const data::Dataset& dataset_;
  std::span<const std::int64_t> training_;
  const Options& options_;
  const States& states_;
  Pace& pace_;
  Outcome& outcome_;
  std::vector<float> teacher_answers_;  // train::Teacher::logits; empty until asked
};

}  // namespace purser::optimize
