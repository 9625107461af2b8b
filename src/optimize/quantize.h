// Static 8-bit quantization: weights per channel and symmetric, activations per tensor and affine,
// written as QuantizeLinear/DequantizeLinear pairs that ONNX Runtime fuses into integer kernels.
// The rules of what fuses are in docs/optimize.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "graph/graph.h"

namespace purser::optimize {

enum class ActivationType : std::uint8_t { kUint8, kInt8 };
std::string_view name(ActivationType type);  // "uint8", "int8"

struct QuantizeOptions {
  ActivationType activation = ActivationType::kUint8;
  // 7 where the processor adds pairs of 8-bit products in 16 bits: 2 x 255 x 63 < 2^15, but
  // 2 x 255 x 127 is not, and saturates without a word.
  int weight_bits = 8;
  bool operator==(const QuantizeOptions&) const = default;
};

// real = scale x (quantized - zero_point).
struct Affine {
  float scale = 1;
  std::int32_t zero_point = 0;
};

// What an activation ranged over; 0 is inside, so that padding is exact.
struct Range {
  float low = 0;
  float high = 0;
};

// The parameters that map `range` onto all 256 values; zero is exact.
Affine affine_of(Range range, ActivationType type);

struct QuantizedWeights {
  graph::Tensor values;       // int8, shape of the weights
  std::vector<float> scales;  // one a channel, > 0
};
// Each channel along `axis` by its own largest magnitude, to +-(2^(bits - 1) - 1); half to even.
// `weights` is float32 and finite. A channel's scale is at least its entry of `least_scales`, where
// that is not empty, and never below the smallest normal float.
QuantizedWeights quantize_weights(const graph::Tensor& weights, std::size_t axis, int bits,
                                  std::span<const float> least_scales = {});

// The weight scales below which a bias in units of input scale x weight scale would not fit into
// the kernels' 32 bits: half of them are the bias's, half the products'. Weights of a channel that
// needs its entry are next to nothing beside its bias: each is wrong by at most half a scale, so
// that k of them, times inputs of at most 255 input scales, move the result by less than
// k x 255 / 2^31 of the bias. At least the smallest scale whose product with `input_scale` is a
// normal float.
std::vector<float> least_weight_scales(std::span<const float> bias, float input_scale);

// What one kind of planned node becomes in the runtime.
struct ExpectedKernel {
  std::vector<std::string> any_of;  // names in the runtime's profile
  std::int64_t count = 0;           // nodes of this kind
};

// Which nodes will compute in integers, and which activations must be observed for that.
struct QuantizationPlan {
  std::set<std::size_t> nodes;      // indices into Graph::nodes
  std::set<std::string> quantized;  // values that will pass through Q and DQ
  // A value whose parameters are those of another (what a MaxPool gives are values of its input).
  std::map<std::string, std::string> same_as;
  std::vector<std::string> observed;  // the rest of `quantized`, in order of appearance
  // Integer kernels that must show up when the model runs. A kernel counts for one entry only.
  std::vector<ExpectedKernel> expected_kernels;
};
// Conv, Gemm and MatMul with constant weights, but for `keep_float` (node indices); and the
// pooling, reshaping and adding between them. kUnsupported if nothing is left to quantize.
Result<QuantizationPlan> plan_quantization(const graph::Graph& graph,
                                           const std::set<std::size_t>& keep_float);

// The graph with Q/DQ pairs after `plan`; `ranges` has an entry for every observed value. Names of
// what is added are names that the graph does not have. kUnsupported, naming node and tensor, where
// a weight or bias is no finite number.
Result<graph::Graph> quantize(const graph::Graph& graph, const QuantizationPlan& plan,
                              const std::map<std::string, Range>& ranges,
                              const QuantizeOptions& options);

}  // namespace purser::optimize
