// Judging channels and cutting them out.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <numeric>

#include <fmt/format.h>

#include "optimize/groups.h"

namespace purser::optimize {
namespace {

// A tensor seen along one axis: outer x length x inner, row-major.
struct AxisView {
  std::size_t outer = 1;
  std::size_t length = 1;
  std::size_t inner = 1;

  AxisView(const graph::Tensor& tensor, std::size_t axis) {
    for (std::size_t i = 0; i < tensor.shape.size(); ++i) {
      const auto d = static_cast<std::size_t>(tensor.shape[i]);
      (i < axis ? outer : i == axis ? length : inner) *= d;
    }
  }
};

// The mean square of what each channel owns of the tensor.
std::vector<double> mean_squares(const graph::Tensor& tensor, const Slice& slice,
                                 std::size_t channels) {
  const AxisView view(tensor, slice.axis);
  const auto values = tensor.as<float>();
  const auto block = static_cast<std::size_t>(slice.block);
  std::vector<double> sums(channels, 0);
  for (std::size_t o = 0; o < view.outer; ++o) {
    for (std::size_t l = 0; l < view.length; ++l) {
      const std::size_t start = (o * view.length + l) * view.inner;
      for (const float v : values.subspan(start, view.inner)) {
        sums[l / block] += static_cast<double>(v) * static_cast<double>(v);
      }
    }
  }
  const double count = static_cast<double>(values.size()) / static_cast<double>(channels);
  for (double& sum : sums) sum /= count;
  return sums;
}

graph::Tensor sliced(const graph::Tensor& tensor, const Slice& slice,
                     std::span<const std::int64_t> keep) {
  const AxisView view(tensor, slice.axis);
  const std::size_t run_bytes =
      static_cast<std::size_t>(slice.block) * view.inner * graph::size_bytes(tensor.type);
  const std::size_t row_bytes = view.length * view.inner * graph::size_bytes(tensor.type);
  graph::Tensor result;
  result.type = tensor.type;
  result.shape = tensor.shape;
  result.shape[slice.axis] = static_cast<std::int64_t>(keep.size()) * slice.block;
  result.bytes.resize(view.outer * keep.size() * run_bytes);
  std::byte* to = result.bytes.data();
  for (std::size_t o = 0; o < view.outer; ++o) {
    for (const std::int64_t channel : keep) {
      const std::size_t from = o * row_bytes + static_cast<std::size_t>(channel) * run_bytes;
      std::memcpy(to, tensor.bytes.data() + from, run_bytes);
      to += run_bytes;
    }
  }
  return result;
}

}  // namespace

std::vector<double> importance(const graph::Graph& graph, const ChannelGroup& group) {
  const auto channels = static_cast<std::size_t>(group.channels);
  std::vector<double> total(channels, 0);
  for (const Slice& slice : group.slices) {
    const graph::Tensor* tensor = graph.initializer(slice.initializer);
    if (tensor == nullptr || tensor->type != graph::ElementType::kFloat32) continue;
    if (tensor->shape.size() < 2) continue;  // a shift says nothing about how much a channel does
    const std::vector<double> squares = mean_squares(*tensor, slice, channels);
    const double mean =
        std::accumulate(squares.begin(), squares.end(), 0.0) / static_cast<double>(channels);
    if (mean <= 0) continue;
    for (std::size_t c = 0; c < channels; ++c) total[c] += squares[c] / mean;
  }
  return total;
}

std::vector<std::int64_t> most_important(std::span<const double> importance, std::int64_t count) {
  std::vector<std::int64_t> order(importance.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](std::int64_t a, std::int64_t b) {
    return importance[static_cast<std::size_t>(a)] > importance[static_cast<std::size_t>(b)];
  });
  order.resize(static_cast<std::size_t>(count));
  std::sort(order.begin(), order.end());
  return order;
}

Result<graph::Graph> keep_channels(const graph::Graph& graph, const ChannelGroup& group,
                                   std::span<const std::int64_t> keep) {
  if (!group.frozen.empty()) {
    return fail(ErrorCode::kUnsupported,
                fmt::format("the channels of '{}' cannot be pruned: {}", group.name, group.frozen));
  }
  const bool ascending =
      std::adjacent_find(keep.begin(), keep.end(), std::greater_equal<>()) == keep.end();
  if (keep.empty() || !ascending || keep.front() < 0 || keep.back() >= group.channels) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("'{}' has channels 0 to {}; keep at least one of them, ascending",
                            group.name, group.channels - 1));
  }
  graph::Graph pruned = graph;
  for (const Slice& slice : group.slices) {
    graph::Tensor& tensor = pruned.initializers.at(slice.initializer);
    tensor = sliced(tensor, slice, keep);
  }
  for (const std::size_t node : group.depthwise) {
    pruned.nodes[node].attributes["group"] = static_cast<std::int64_t>(keep.size());
  }
  PURSER_TRY(graph::infer_shapes(pruned));
  return pruned;
}

}  // namespace purser::optimize
