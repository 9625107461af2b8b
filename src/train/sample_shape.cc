// Which shape a data set's samples take at a graph's input. Knows no LibTorch.
#include <algorithm>
#include <functional>
#include <numeric>

#include <fmt/format.h>

#include "train/train.h"

namespace purser::train {
namespace {

using Shape = std::vector<std::int64_t>;

Shape without_ones(Shape shape) {
  std::erase(shape, 1);
  return shape;
}

// Do both say the same of each number's place? As many numbers in other dimensions (3x32x32 and
// 32x32x3) are other images.
bool same_places(const Shape& taken, const Shape& given) {
  const Shape a = without_ones(taken);
  const Shape b = without_ones(given);
  if (a == b) return true;
  const auto numbers = std::accumulate(b.begin(), b.end(), std::int64_t{1}, std::multiplies<>());
  return a.size() == 1 && a[0] == numbers;
}

}  // namespace

Result<Shape> sample_shape(const graph::Graph& graph, const data::Dataset& dataset) {
  const graph::ValueInfo& input = graph.inputs[0];
  if (!input.has_shape) return dataset.sample_shape;
  Shape shape(input.shape.begin() + (input.shape.empty() ? 0 : 1), input.shape.end());
  if (shape.size() == dataset.sample_shape.size()) {
    for (std::size_t i = 0; i < shape.size(); ++i) {
      if (shape[i] == graph::kDynamic) shape[i] = dataset.sample_shape[i];
    }
  }
  if (input.shape.empty() || !same_places(shape, dataset.sample_shape)) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("input '{}' takes samples of {}, those of {} have {}; choose the data "
                            "set that the model was made for",
                            input.name, fmt::join(shape, "x"), dataset.name,
                            fmt::join(dataset.sample_shape, "x")));
  }
  return shape;
}

}  // namespace purser::train
