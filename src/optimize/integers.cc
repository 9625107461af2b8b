#include "optimize/integers.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "optimize/calibrate.h"
#include "optimize/measure.h"
#include "runtime/runtime.h"

namespace purser::optimize {

Result<std::string> integer_kernels(std::vector<ExpectedKernel> expected,
                                    const std::map<std::string, std::int64_t>& ran) {
  // Who has no choice takes first.
  std::stable_sort(expected.begin(), expected.end(),
                   [](const auto& a, const auto& b) { return a.any_of.size() < b.any_of.size(); });
  std::map<std::string, std::int64_t> unclaimed = ran;
  std::map<std::string, std::int64_t> claimed;
  for (const auto& [any_of, count] : expected) {
    std::int64_t missing = count;
    for (const std::string& kernel : any_of) {
      const std::int64_t taken = std::min(missing, unclaimed[kernel]);
      if (taken == 0) continue;
      unclaimed[kernel] -= taken;
      claimed[kernel] += taken;
      missing -= taken;
    }
    if (missing > 0) {
      return fail(ErrorCode::kUnsupported,
                  fmt::format("{} of {} {} kernels ran; the rest stayed float", count - missing,
                              count, fmt::join(any_of, " or ")));
    }
  }
  std::vector<std::string> words;
  for (const auto& [kernel, count] : claimed) words.push_back(fmt::format("{} x{}", kernel, count));
  return fmt::format("{}", fmt::join(words, ", "));
}

Result<IntegerModel> make_integers(const graph::Graph& folded,
                                   const std::set<std::size_t>& keep_float,
                                   ActivationType activation, const data::Dataset& dataset,
                                   std::span<const std::int64_t> images) {
  const QuantizeOptions how{activation, runtime::has_vnni() ? 8 : 7};
  PURSER_ASSIGN(const auto plan, plan_quantization(folded, keep_float));
  PURSER_ASSIGN(const auto ranges, calibrate(folded, plan.observed, dataset, images));
  IntegerModel model;
  PURSER_ASSIGN(model.graph, quantize(folded, plan, ranges, how));
  PURSER_ASSIGN(const auto ran, kernels_of(model.graph, dataset));
  PURSER_ASSIGN(model.kernels, integer_kernels(plan.expected_kernels, ran));
  model.recipe = fmt::format("{}-bit weights by channel, {} activations, {} calibration images{}",
                             how.weight_bits, name(activation), images.size(),
                             keep_float.empty() ? "" : ", first convolution float");
  return model;
}

std::set<std::size_t> first_convolution(const graph::Graph& graph) {
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    if (graph.nodes[i].op_type == "Conv") return {i};
  }
  return {};
}

}  // namespace purser::optimize
