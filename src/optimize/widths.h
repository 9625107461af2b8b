// How many channels each layer should keep. Kernels work on blocks of channels, so latency falls in
// steps: a width just above a step costs as much as the next block. The steps are measured here, on
// this machine, and a path leads from the whole model to a narrow one that gives up, for the time
// it saves, the least importance.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "base/result.h"
#include "graph/graph.h"
#include "optimize/groups.h"

namespace purser::optimize {

// One width that a group might have, and what the whole model then takes (1: as with all channels).
struct WidthStep {
  std::int64_t width = 0;
  double time = 1;  // relative to the whole model
};

// Widths worth trying for a group of so many channels: eighths of it, the whole left out.
// Descending, at least 1 each, no repetition.
std::vector<std::int64_t> widths_to_try(std::int64_t channels);

// The steps among measured widths (descending): those that are faster, by more than `noise`, than
// every wider one that was kept; all others cost channels and save nothing.
std::vector<WidthStep> steps_of(std::span<const WidthStep> measured, double noise = 0.03);

// A group's importance by channel with its steps.
struct PrunableGroup {
  ChannelGroup group;
  std::vector<double> importance;
  std::vector<WidthStep> steps;  // descending widths
  // The share of all importance that is lost when only `width` channels stay; 0 to 1.
  double lost_at(std::int64_t width) const;
};

// Widths of all groups, in their order, from little time saved to much: for each saving the widths
// that cost least, where giving up a share q of a group's importance costs -log(1 - q) and savings
// of groups are taken to add up (the joint measurement then checks). Exact to a thousandth of the
// time.
using Widths = std::vector<std::int64_t>;
std::vector<Widths> width_path(std::span<const PrunableGroup> groups);

// The graph with the most important channels of each group, so many as `widths` says.
Result<graph::Graph> prune_to(const graph::Graph& graph, std::span<const PrunableGroup> groups,
                              const Widths& widths);

// Groups of the graph that can be pruned, with steps measured by `relative_time`: what a graph
// takes relative to the whole one.
using RelativeTime = std::function<Result<double>(const graph::Graph&)>;
Result<std::vector<PrunableGroup>> prunable_groups(const graph::Graph& graph,
                                                   const RelativeTime& relative_time);

}  // namespace purser::optimize
