#pragma once

#include <cstdint>
#include <vector>

#include "train/engine.h"
#include "train/train.h"

namespace purser::train {

// One pass over the samples, in micro-batches read ahead.
Result<Evaluation> evaluate_with(Engine& engine, const data::Dataset& dataset,
                                 std::vector<std::int64_t> indices, std::int64_t micro_batch);

}  // namespace purser::train
