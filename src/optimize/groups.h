// Which channels must go together. Removing channel i of one convolution removes row i of its
// weights and bias, the same entry of everything elementwise behind it, and what the next layers
// read of it. A group is one such set of dimensions over the whole graph (DepGraph, Fang et al.,
// CVPR 2023), found by following the graph, never by names.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "graph/graph.h"

namespace purser::optimize {

// A dimension of an initializer: channel i owns entries [i x block, (i + 1) x block) along `axis`.
// `block` is H x W where a Flatten lies between the channel and a Gemm, 1 elsewhere.
struct Slice {
  std::string initializer;
  std::size_t axis = 0;
  std::int64_t block = 1;
  // Does this tensor make the channel (weights of the layer, bias) or read it (next layer)?
  enum class Side : std::uint8_t { kMakes, kReads } side = Side::kMakes;
};

struct ChannelGroup {
  std::string name;  // of the node whose output channels these are, for people
  std::int64_t channels = 0;
  std::vector<Slice> slices;
  std::vector<std::size_t> depthwise;  // nodes whose attribute `group` is the number of channels
  bool gives_output = false;  // an output of the network is made of them: frozen, as all expect
  std::string frozen;         // why it cannot be pruned; empty if it can
};

// All groups of the graph that some layer makes, in order of the nodes, frozen ones with their
// reason: what an output or input of the network is made of, and whatever passes an operator that
// this room cannot follow (named).
std::vector<ChannelGroup> find_groups(const graph::Graph& graph);

// How much each channel of the group matters: over its slices, the channel's mean square weight
// divided by the slice's (so that no layer outweighs another by its size), summed. At least 0; the
// mean is the number of slices.
std::vector<double> importance(const graph::Graph& graph, const ChannelGroup& group);

// The `count` most important channels, ascending; ties go to the lower index.
std::vector<std::int64_t> most_important(std::span<const double> importance, std::int64_t count);

// The graph with only the channels `keep` (ascending, at least one) of a group that is not frozen.
// Tensors are physically smaller; shapes are inferred again.
Result<graph::Graph> keep_channels(const graph::Graph& graph, const ChannelGroup& group,
                                   std::span<const std::int64_t> keep);

}  // namespace purser::optimize
