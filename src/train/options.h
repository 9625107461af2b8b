// What plan and train derive from the Options in the same way.
#pragma once

#include "train/schedule.h"
#include "train/train.h"

namespace purser::train {

// kInvalidInput, naming the field that is out of its range.
Status check(const Options& options);
// The data set's part to learn from and the part to look at; neither is empty.
Result<data::HoldOut> split_off(const graph::Graph& graph, const data::Dataset& dataset,
                                const Options& options);
// Writes into the metadata which part is held out; hold_out_of reads it.
void record_hold_out(graph::Graph& graph, const Options& options);
Stream stream_of(const data::HoldOut& parts, const Options& options);

}  // namespace purser::train
