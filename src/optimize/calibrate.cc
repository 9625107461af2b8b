#include "optimize/calibrate.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include <fmt/format.h>

#include "runtime/runtime.h"

namespace purser::optimize {
namespace {

constexpr std::size_t kBatch = 50;

// The graph with `values` as outputs, and which output each of them is.
struct Observed {
  graph::Graph graph;
  std::vector<std::size_t> places;
};
Result<Observed> with_outputs(const graph::Graph& graph, std::span<const std::string> values) {
  Observed observed{graph, {}};
  for (const std::string& value : values) {
    auto& outputs = observed.graph.outputs;
    const auto found = std::find_if(outputs.begin(), outputs.end(),
                                    [&](const graph::ValueInfo& o) { return o.name == value; });
    observed.places.push_back(static_cast<std::size_t>(found - outputs.begin()));
    if (found != outputs.end()) continue;
    const graph::ValueInfo* info = graph.value_info(value);
    if (info == nullptr) {
      return fail(ErrorCode::kUnsupported,
                  fmt::format("value '{}' has no known type to observe", value));
    }
    outputs.push_back(*info);
  }
  return observed;
}

// What has no bounds has no integers either.
Status check_finite(const graph::Graph& graph, const std::string& value,
                    std::span<const float> numbers) {
  const auto odd = std::find_if_not(numbers.begin(), numbers.end(),
                                    [](float number) { return std::isfinite(number); });
  if (odd == numbers.end()) return {};
  const auto producer = graph.producer(value);
  return fail(
      ErrorCode::kUnsupported,
      fmt::format("value '{}'{} is {} for a calibration image and has no range to quantize", value,
                  producer ? fmt::format(" of {}", graph.nodes[*producer].describe()) : "", *odd));
}

using Visit = std::function<Status(std::size_t value, std::span<const float> numbers)>;

// Runs all samples through the model, whose input is of `shape`, and shows what the outputs
// `places` hold.
Status stream(runtime::Runner& runner, std::vector<std::int64_t> shape,
              std::span<const std::size_t> places, const data::Dataset& dataset,
              std::span<const std::int64_t> indices, const Visit& visit) {
  const auto sample = static_cast<std::size_t>(dataset.sample_size());
  std::vector<float> images(kBatch * sample);
  for (std::size_t start = 0; start < indices.size(); start += kBatch) {
    const auto batch = indices.subspan(start, std::min(kBatch, indices.size() - start));
    const auto floats = std::span(images).first(batch.size() * sample);
    data::gather_floats(dataset, batch, floats);
    shape[0] = static_cast<std::int64_t>(batch.size());
    const runtime::TensorView input{graph::ElementType::kFloat32, shape, std::as_bytes(floats)};
    PURSER_ASSIGN(const auto outputs, runner.run({&input, 1}));
    for (std::size_t i = 0; i < places.size(); ++i) {
      PURSER_TRY(visit(i, outputs[places[i]].floats()));
    }
  }
  return {};
}

}  // namespace

Histogram::Histogram(Range range, std::size_t bins) : range_(range), counts_(bins, 0) {}

double Histogram::center(std::size_t bin) const {
  const double width = (static_cast<double>(range_.high) - static_cast<double>(range_.low)) /
                       static_cast<double>(counts_.size());
  return static_cast<double>(range_.low) + (static_cast<double>(bin) + 0.5) * width;
}

void Histogram::add(std::span<const float> values) {
  const double low = range_.low;  // in double, where no range of floats overflows
  const double width = (range_.high - low) / static_cast<double>(counts_.size());
  if (!(width > 0)) return;
  const auto last = static_cast<std::ptrdiff_t>(counts_.size()) - 1;
  for (const float value : values) {
    const auto bin = static_cast<std::ptrdiff_t>((value - low) / width);
    ++counts_[static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(bin, 0, last))];
  }
}

double Histogram::error(Range candidate) const {
  const double low = candidate.low;
  const double high = candidate.high;
  const double step = (high - low) / 255;
  double sum = 0;
  for (std::size_t bin = 0; bin < counts_.size(); ++bin) {
    if (counts_[bin] == 0) continue;
    const double x = center(bin);
    const double outside = x - std::clamp(x, low, high);
    sum += static_cast<double>(counts_[bin]) * (outside * outside + step * step / 12);
  }
  return sum;
}

Range Histogram::least_error_range() const {
  Range best = range_;
  double least = std::numeric_limits<double>::infinity();
  for (int percent = 100; percent >= 30; --percent) {
    const float share = static_cast<float>(percent) / 100.0F;
    const Range candidate{std::min(0.0F, range_.low) * share, std::max(0.0F, range_.high) * share};
    const double candidate_error = error(candidate);
    if (candidate_error < least) {
      least = candidate_error;
      best = candidate;
    }
  }
  return best;
}

Result<std::map<std::string, Range>> calibrate(const graph::Graph& graph,
                                               std::span<const std::string> values,
                                               const data::Dataset& dataset,
                                               std::span<const std::int64_t> indices) {
  std::map<std::string, Range> ranges;
  std::vector<std::string> computed;
  for (const std::string& value : values) {
    const bool given = std::any_of(graph.inputs.begin(), graph.inputs.end(),
                                   [&](const graph::ValueInfo& i) { return i.name == value; });
    if (given) {
      ranges[value] = {0, 1};  // a byte b enters as b / 255, see data/data.h
    } else {
      computed.push_back(value);
    }
  }
  PURSER_ASSIGN(const Observed observed, with_outputs(graph, computed));
  PURSER_ASSIGN(const std::string bytes, graph::serialize_onnx(observed.graph));
  PURSER_ASSIGN(const auto session,
                runtime::Session::from_bytes(bytes, {.name = graph.name + " (calibration)"}));
  runtime::Runner runner(session);

  std::vector<Range> extremes(computed.size());
  const auto widen = [&](std::size_t i, std::span<const float> numbers) -> Status {
    PURSER_TRY(check_finite(graph, computed[i], numbers));
    if (numbers.empty()) return {};
    const auto [low, high] = std::minmax_element(numbers.begin(), numbers.end());
    extremes[i].low = std::min(extremes[i].low, *low);
    extremes[i].high = std::max(extremes[i].high, *high);
    return {};
  };
  PURSER_TRY(stream(runner, graph.inputs[0].shape, observed.places, dataset, indices, widen));
  std::vector<Histogram> histograms;
  histograms.reserve(extremes.size());
  for (const Range& range : extremes) histograms.emplace_back(range);
  const auto count = [&](std::size_t i, std::span<const float> numbers) -> Status {
    histograms[i].add(numbers);
    return {};
  };
  PURSER_TRY(stream(runner, graph.inputs[0].shape, observed.places, dataset, indices, count));
  for (std::size_t i = 0; i < computed.size(); ++i) {
    ranges[computed[i]] = histograms[i].least_error_range();
  }
  return ranges;
}

}  // namespace purser::optimize
