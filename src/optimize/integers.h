// A model in 8-bit integers, complete: planned, calibrated, quantized, and checked to really run on
// integer kernels.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "data/data.h"
#include "graph/graph.h"
#include "optimize/quantize.h"

namespace purser::optimize {

struct IntegerModel {
  graph::Graph graph;
  std::string recipe;   // in words
  std::string kernels;  // "QGemm x1, QLinearConv x2", from the runtime's profile
};

// `folded` (graph::fold) with 8-bit weights, or 7-bit ones where this processor would saturate.
// `images` are the samples of `dataset` to calibrate on. kUnsupported, with the kernel's name, if
// the runtime left float what should have become integer.
Result<IntegerModel> make_integers(const graph::Graph& folded,
                                   const std::set<std::size_t>& keep_float,
                                   ActivationType activation, const data::Dataset& dataset,
                                   std::span<const std::int64_t> images);

// Did everything that was planned run in integers? `ran` is kernels_of (measure.h); a kernel counts
// for one planned node. Gives the kernels in words; kUnsupported, with their names, if too few ran.
Result<std::string> integer_kernels(std::vector<ExpectedKernel> expected,
                                    const std::map<std::string, std::int64_t>& ran);

// The first convolution, which reads few channels and may be quicker in float.
std::set<std::size_t> first_convolution(const graph::Graph& graph);

}  // namespace purser::optimize
