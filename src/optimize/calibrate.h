// What activations range over: the float model runs on training images, its intermediate values are
// streamed into histograms (keeping them all would not fit into memory), and a range is chosen that
// loses least.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "data/data.h"
#include "graph/graph.h"
#include "optimize/quantize.h"

namespace purser::optimize {

// Counts of values in equal bins between the smallest and the largest.
class Histogram {
 public:
  explicit Histogram(Range range, std::size_t bins = 2048);
  void add(std::span<const float> values);

  Range range() const { return range_; }
  // The range, shrunk towards zero, for which quantizing to 256 levels has the smallest mean square
  // error: rounding costs scale^2 / 12 inside, clipping the distance outside. Clipping a few
  // outliers buys precision for all others.
  Range least_error_range() const;

 private:
  double center(std::size_t bin) const;
  double error(Range candidate) const;

  Range range_;
  std::vector<std::int64_t> counts_;
};

// The range of each of `values` over the samples `indices`: the whole range for what the network
// takes in, the range of least error for everything computed. `graph` must take one float32 input
// of the data set's sample shape.
Result<std::map<std::string, Range>> calibrate(const graph::Graph& graph,
                                               std::span<const std::string> values,
                                               const data::Dataset& dataset,
                                               std::span<const std::int64_t> indices);

}  // namespace purser::optimize
