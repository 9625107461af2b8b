// The state of a run on disk. One file, written beside the old one, synced and renamed over it; the
// end of the file is a SHA-256 of what comes before, so that a damaged one is noticed.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "train/engine.h"
#include "train/train.h"

namespace purser::train {

struct Checkpoint {
  // What the run is of, one "key value" a line: graph, data, each option that shapes the weights. A
  // run goes on only where all of them are the same.
  std::string identity;
  StepPlan step;
  State state;  // state.steps tells the place in the stream; masks and orders follow from it
  std::vector<CurvePoint> curve;
  double loss_sum_since_look = 0;
  std::int64_t steps_since_look = 0;
  Nanoseconds device_time{};
};

std::string serialize(const Checkpoint& checkpoint);
// kInvalidInput: cut short, damaged, or no checkpoint, as of every file that the user names;
// kUnsupported: of a newer or an older version.
Result<Checkpoint> parse_checkpoint(std::string_view bytes);

Status save_checkpoint(const Checkpoint& checkpoint, const std::filesystem::path& path);

std::string identity_of(const graph::Graph& graph, const data::Dataset& dataset,
                        const Options& options);
// kInvalidInput naming the first line in which they differ.
Status check_identity(const Checkpoint& checkpoint, std::string_view wanted);
// The state in the file, if it is of the run that `identity` tells; errors name the file.
Result<Checkpoint> load_checkpoint(const std::filesystem::path& path, std::string_view identity);

}  // namespace purser::train
