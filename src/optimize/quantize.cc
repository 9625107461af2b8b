// From floats to integers and a graph that says so.
#include "optimize/quantize.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include <fmt/format.h>

namespace purser::optimize {
namespace {

// Below it floats lose digits, and a quotient of two may be anything.
constexpr float kLeastScale = std::numeric_limits<float>::min();

struct Limits {
  std::int32_t low;
  std::int32_t high;
};

Limits limits_of(ActivationType type) {
  return type == ActivationType::kUint8 ? Limits{0, 255} : Limits{-128, 127};
}

// std::nearbyint rounds half to even in the default mode, as ONNX's QuantizeLinear does.
std::int32_t round_half_even(double value) {
  return static_cast<std::int32_t>(std::nearbyint(value));
}

Status check_finite(const graph::Node& node, const std::string& name, const graph::Tensor& tensor) {
  for (const float value : tensor.as<float>()) {
    if (std::isfinite(value)) continue;
    return fail(
        ErrorCode::kUnsupported,
        fmt::format("'{}' of {} holds {}, which no integer stands for; train the model again", name,
                    node.describe(), value));
  }
  return {};
}

// Rewrites one graph; each member adds nodes and initializers in an order that can be executed.
class Rewriter {
 public:
  Rewriter(const graph::Graph& source, const QuantizationPlan& plan,
           const std::map<std::string, Range>& ranges, const QuantizeOptions& options)
      : source_(source), plan_(plan), ranges_(ranges), options_(options), result_(source) {
    result_.nodes.clear();
    for (const graph::Node& node : source.nodes) {
      node_names_.insert(node.name);
      value_names_.insert(node.inputs.begin(), node.inputs.end());
      value_names_.insert(node.outputs.begin(), node.outputs.end());
    }
    for (const auto& [name, tensor] : source.initializers) value_names_.insert(name);
    for (const graph::ValueInfo& input : source.inputs) value_names_.insert(input.name);
    for (const graph::ValueInfo& output : source.outputs) value_names_.insert(output.name);
  }

  Result<graph::Graph> run() {
    for (const graph::ValueInfo& input : source_.inputs) {
      PURSER_TRY(add_pair_if_quantized(input.name));
    }
    for (std::size_t i = 0; i < source_.nodes.size(); ++i) {
      graph::Node node = source_.nodes[i];
      if (plan_.nodes.contains(i)) PURSER_TRY(quantize_constants(node));
      for (std::string& input : node.inputs) {
        if (plan_.quantized.contains(input)) input = dequantized(input);
      }
      for (std::string& output : node.outputs) {
        // A quantized output of the network keeps its name behind the pair.
        if (plan_.quantized.contains(output) && source_.is_output(output)) {
          output = names_of(output).real;
        }
      }
      result_.nodes.push_back(std::move(node));
      for (const std::string& output : source_.nodes[i].outputs) {
        PURSER_TRY(add_pair_if_quantized(output));
      }
    }
    drop_unused_initializers();
    PURSER_TRY(graph::infer_shapes(result_));
    return std::move(result_);
  }

 private:
  // `stem`, or "stem_2", "stem_3" …: the first that is not taken; taken from now on.
  static std::string take(std::set<std::string>& taken, const std::string& stem) {
    std::string name = stem;
    for (int n = 2; !taken.insert(name).second; ++n) name = fmt::format("{}_{}", stem, n);
    return name;
  }
  std::string new_value(const std::string& stem) { return take(value_names_, stem); }
  std::string new_node(const std::string& stem) { return take(node_names_, stem); }

  // What a quantized value is called before, between and behind its pair. An output of the network
  // keeps its name behind it, all others before it.
  struct PairNames {
    std::string real;
    std::string integer;
    std::string dequantized;
  };
  const PairNames& names_of(const std::string& value) {
    const auto known = pair_names_.find(value);
    if (known != pair_names_.end()) return known->second;
    const bool output = source_.is_output(value);
    return pair_names_[value] = {output ? new_value(value + "_float") : value,
                                 new_value(value + "_quantized"),
                                 output ? value : new_value(value + "_dequantized")};
  }
  std::string dequantized(const std::string& value) { return names_of(value).dequantized; }

  Result<Affine> parameters(std::string value) const {
    for (auto other = plan_.same_as.find(value); other != plan_.same_as.end();
         other = plan_.same_as.find(value)) {
      value = other->second;
    }
    const auto range = ranges_.find(value);
    if (range == ranges_.end()) {
      return fail(ErrorCode::kInvalidInput,
                  fmt::format("value '{}' was not observed; calibrate it first", value));
    }
    return affine_of(range->second, options_.activation);
  }

  void add_scalar(const std::string& name, float value) {
    result_.initializers[name] = graph::Tensor::of<float>({}, std::span(&value, 1));
  }

  void add_zero_point(const std::string& name, std::int32_t zero_point) {
    if (options_.activation == ActivationType::kUint8) {
      const auto value = static_cast<std::uint8_t>(zero_point);
      result_.initializers[name] = graph::Tensor::of<std::uint8_t>({}, std::span(&value, 1));
    } else {
      const auto value = static_cast<std::int8_t>(zero_point);
      result_.initializers[name] = graph::Tensor::of<std::int8_t>({}, std::span(&value, 1));
    }
  }

  Status add_pair_if_quantized(const std::string& value) {
    if (!plan_.quantized.contains(value)) return {};
    PURSER_ASSIGN(const Affine affine, parameters(value));
    const std::string scale = new_value(value + "_scale");
    const std::string zero_point = new_value(value + "_zero_point");
    add_scalar(scale, affine.scale);
    add_zero_point(zero_point, affine.zero_point);
    const PairNames& names = names_of(value);
    result_.nodes.push_back({new_node(value + "_QuantizeLinear"),
                             "QuantizeLinear",
                             "",
                             {names.real, scale, zero_point},
                             {names.integer},
                             {}});
    result_.nodes.push_back({new_node(value + "_DequantizeLinear"),
                             "DequantizeLinear",
                             "",
                             {names.integer, scale, zero_point},
                             {names.dequantized},
                             {}});
    return {};
  }

  // Weights and bias of a Conv, Gemm or MatMul become integers behind a DequantizeLinear.
  Status quantize_constants(graph::Node& node) {
    const bool matrix = node.op_type == "Gemm" || node.op_type == "MatMul";
    if (node.op_type != "Conv" && !matrix) return {};
    const std::size_t axis = matrix && node.int_attribute("transB", 0) == 0 ? 1 : 0;
    const graph::Tensor& weights = *source_.initializer(node.inputs[1]);
    PURSER_TRY(check_finite(node, node.inputs[1], weights));
    const bool has_bias = node.inputs.size() > 2 && !node.inputs[2].empty();
    PURSER_ASSIGN(const Affine input, parameters(node.inputs[0]));
    std::vector<float> least_scales;
    if (has_bias) {
      const graph::Tensor& bias = *source_.initializer(node.inputs[2]);
      PURSER_TRY(check_finite(node, node.inputs[2], bias));
      least_scales = least_weight_scales(bias.as<float>(), input.scale);
    }
    const QuantizedWeights integers =
        quantize_weights(weights, axis, options_.weight_bits, least_scales);
    PURSER_TRY(check_finite(node, node.inputs[1],
                            graph::Tensor::of<float>({std::ssize(integers.scales)},
                                                     std::span<const float>(integers.scales))));
    // Two nodes may share weights; their biases still differ. So names come from the node's output.
    const std::string stem = node.outputs[0];
    if (has_bias) {
      node.inputs[2] = add_bias(stem, *source_.initializer(node.inputs[2]), integers, input);
    }
    node.inputs[1] = add_channelwise(stem + "_weight", integers.values, integers.scales, axis);
    return {};
  }

  std::string add_bias(const std::string& stem, const graph::Tensor& bias,
                       const QuantizedWeights& weights, Affine input) {
    std::vector<float> scales;
    std::vector<std::int32_t> values;
    const auto floats = bias.as<float>();
    for (std::size_t c = 0; c < floats.size(); ++c) {
      const float scale = input.scale * weights.scales[c];
      scales.push_back(scale);
      // Fits: the weights' scale is at least that of least_weight_scales().
      values.push_back(
          round_half_even(static_cast<double>(floats[c]) / static_cast<double>(scale)));
    }
    return add_channelwise(stem + "_bias", graph::Tensor::of<std::int32_t>(bias.shape, values),
                           scales, 0);
  }

  std::string add_channelwise(const std::string& name, graph::Tensor values,
                              const std::vector<float>& scales, std::size_t axis) {
    const auto channels = static_cast<std::int64_t>(scales.size());
    std::vector<std::string> inputs{new_value(name + "_quantized"), new_value(name + "_scale")};
    result_.initializers[inputs[1]] = graph::Tensor::of<float>({channels}, scales);
    if (values.type == graph::ElementType::kInt8) {
      const std::vector<std::int8_t> zeros(scales.size(), 0);
      inputs.push_back(new_value(name + "_zero_point"));
      result_.initializers[inputs[2]] = graph::Tensor::of<std::int8_t>({channels}, zeros);
    }
    result_.initializers[inputs[0]] = std::move(values);
    const std::string output = new_value(name + "_dequantized");
    result_.nodes.push_back({new_node(name + "_DequantizeLinear"),
                             "DequantizeLinear",
                             "",
                             std::move(inputs),
                             {output},
                             {{"axis", static_cast<std::int64_t>(axis)}}});
    return output;
  }

  void drop_unused_initializers() {
    std::set<std::string> used;
    for (const graph::Node& node : result_.nodes)
      used.insert(node.inputs.begin(), node.inputs.end());
    std::erase_if(result_.initializers, [&](const auto& item) {
      return !used.contains(item.first) && !result_.is_output(item.first);
    });
  }

  const graph::Graph& source_;
  const QuantizationPlan& plan_;
  const std::map<std::string, Range>& ranges_;
  const QuantizeOptions& options_;
  graph::Graph result_;
  std::set<std::string> value_names_;  // taken
  std::set<std::string> node_names_;
  std::map<std::string, PairNames> pair_names_;
};

}  // namespace

std::string_view name(ActivationType type) {
  return type == ActivationType::kUint8 ? "uint8" : "int8";
}

Affine affine_of(Range range, ActivationType type) {
  const Limits limits = limits_of(type);
  const double low = std::min(0.0, static_cast<double>(range.low));
  const double high = std::max(0.0, static_cast<double>(range.high));
  if (low == high) return {1.0F, limits.low};
  const double scale = (high - low) / (limits.high - limits.low);
  const std::int32_t zero_point =
      std::clamp(round_half_even(limits.low - low / scale), limits.low, limits.high);
  return {std::max(static_cast<float>(scale), kLeastScale), zero_point};
}

QuantizedWeights quantize_weights(const graph::Tensor& weights, std::size_t axis, int bits,
                                  std::span<const float> least_scales) {
  const auto values = weights.as<float>();
  const auto channels = static_cast<std::size_t>(weights.shape[axis]);
  std::size_t inner = 1;
  for (std::size_t i = axis + 1; i < weights.shape.size(); ++i) {
    inner *= static_cast<std::size_t>(weights.shape[i]);
  }
  const auto channel_of = [&](std::size_t i) { return i / inner % channels; };
  const auto most = static_cast<float>((1 << (bits - 1)) - 1);

  QuantizedWeights result;
  result.scales.assign(channels, 0);
  for (std::size_t i = 0; i < values.size(); ++i) {
    float& largest = result.scales[channel_of(i)];
    largest = std::max(largest, std::abs(values[i]));
  }
  for (std::size_t c = 0; c < channels; ++c) {
    float& scale = result.scales[c];
    scale = scale > 0 ? std::max(scale / most, kLeastScale) : 1.0F;
    if (!least_scales.empty()) scale = std::max(scale, least_scales[c]);
  }
  std::vector<std::int8_t> integers(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const float exact = values[i] / result.scales[channel_of(i)];
    integers[i] = static_cast<std::int8_t>(std::clamp(std::nearbyint(exact), -most, most));
  }
  result.values = graph::Tensor::of<std::int8_t>(weights.shape, integers);
  return result;
}

std::vector<float> least_weight_scales(std::span<const float> bias, float input_scale) {
  constexpr float kMostOfBias = 1 << 30;
  std::vector<float> scales;
  for (const float value : bias) {
    scales.push_back(std::max(
        {std::abs(value) / kMostOfBias / input_scale, kLeastScale / input_scale, kLeastScale}));
  }
  return scales;
}

Result<graph::Graph> quantize(const graph::Graph& graph, const QuantizationPlan& plan,
                              const std::map<std::string, Range>& ranges,
                              const QuantizeOptions& options) {
  return Rewriter(graph, plan, ranges, options).run();
}

}  // namespace purser::optimize
