#include "optimize/integers.h"

#include <vector>

#include <fmt/format.h>

#include "optimize/calibrate.h"
#include "optimize/measure.h"
#include "runtime/runtime.h"

namespace purser::optimize {
namespace {

Result<std::string> check_kernels(const graph::Graph& quantized, const QuantizationPlan& plan,
                                  const data::Dataset& dataset) {
  PURSER_ASSIGN(const auto ran, kernels_of(quantized, dataset));
  std::vector<std::string> words;
  for (const auto& [kernel, wanted] : plan.expected_kernels) {
    const auto found = ran.find(kernel);
    const std::int64_t count = found == ran.end() ? 0 : found->second;
    if (count < wanted) {
      return fail(
          ErrorCode::kUnsupported,
          fmt::format("{} of {} {} kernels ran; the rest stayed float", count, wanted, kernel));
    }
    words.push_back(fmt::format("{} x{}", kernel, count));
  }
  return fmt::format("{}", fmt::join(words, ", "));
}

}  // namespace

Result<IntegerModel> make_integers(const graph::Graph& folded,
                                   const std::set<std::size_t>& keep_float,
                                   ActivationType activation, const data::Dataset& dataset,
                                   std::span<const std::int64_t> images) {
  const QuantizeOptions how{activation, runtime::has_vnni() ? 8 : 7};
  PURSER_ASSIGN(const auto plan, plan_quantization(folded, keep_float));
  PURSER_ASSIGN(const auto ranges, calibrate(folded, plan.observed, dataset, images));
  IntegerModel model;
  PURSER_ASSIGN(model.graph, quantize(folded, plan, ranges, how));
  PURSER_ASSIGN(model.kernels, check_kernels(model.graph, plan, dataset));
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
