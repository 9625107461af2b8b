#include "train/operators.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <vector>

#include <ATen/ops/add.h>
#include <ATen/ops/addmm.h>
#include <ATen/ops/avg_pool2d.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/clamp.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/convolution.h>
#include <ATen/ops/div.h>
#include <ATen/ops/dropout.h>
#include <ATen/ops/elu.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/hardswish.h>
#include <ATen/ops/leaky_relu.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/log_softmax.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/max_pool2d.h>
#include <ATen/ops/mean.h>
#include <ATen/ops/mul.h>
#include <ATen/ops/native_batch_norm.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/sigmoid.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/squeeze.h>
#include <ATen/ops/sub.h>
#include <ATen/ops/tanh.h>
#include <c10/core/GradMode.h>
#include <fmt/format.h>

namespace purser::train {
namespace {

using graph::Node;
using Inputs = std::span<const at::Tensor>;
using Ints = std::vector<std::int64_t>;
using Made = Result<Operator>;

// --- constants -----------------------------------------------------------------------------------

Result<Ints> constant_ints(const NodeContext& context, std::size_t input) {
  const auto* const tensor = context.constant(context.node.inputs[input]);
  if (tensor == nullptr || tensor->type != graph::ElementType::kInt64) {
    return fail(ErrorCode::kUnsupported,
                fmt::format("{} needs input '{}' as a constant of int64", context.node.describe(),
                            context.node.inputs[input]));
  }
  const auto values = tensor->as<std::int64_t>();
  return Ints(values.begin(), values.end());
}

Result<std::optional<float>> constant_float(const NodeContext& context, std::size_t input) {
  const Node& node = context.node;
  if (input >= node.inputs.size() || node.inputs[input].empty()) return std::nullopt;
  const auto* const tensor = context.constant(node.inputs[input]);
  if (tensor == nullptr || tensor->type != graph::ElementType::kFloat32 ||
      tensor->element_count() != 1) {
    return fail(ErrorCode::kUnsupported, fmt::format("{} needs input '{}' as one constant float32",
                                                     node.describe(), node.inputs[input]));
  }
  return tensor->as<float>()[0];
}

// Axes are an input since opset 13 or 18, an attribute before.
Result<Ints> constant_axes(const NodeContext& context) {
  const Node& node = context.node;
  if (node.inputs.size() > 1 && !node.inputs[1].empty()) return constant_ints(context, 1);
  return node.ints_attribute("axes", {});
}

// --- element by element --------------------------------------------------------------------------

template <class Function>
Operator unary(Function function) {
  return [function](Inputs in, Mode) -> at::Tensor { return function(in[0]); };
}
template <class Function>
Operator binary(Function function) {
  return [function](Inputs in, Mode) -> at::Tensor { return function(in[0], in[1]); };
}

Made add(const NodeContext&) {
  return binary([](const auto& a, const auto& b) { return at::add(a, b); });
}
Made subtract(const NodeContext&) {
  return binary([](const auto& a, const auto& b) { return at::sub(a, b); });
}
Made multiply(const NodeContext&) {
  return binary([](const auto& a, const auto& b) { return at::mul(a, b); });
}
Made divide(const NodeContext&) {
  return binary([](const auto& a, const auto& b) { return at::div(a, b); });
}

Made relu(const NodeContext& context) {
  if (!context.may_overwrite_input) return unary([](const auto& x) { return at::relu(x); });
  return unary([](const auto& x) {
    at::Tensor y = x;
    return at::relu_(y);
  });
}
Made leaky_relu(const NodeContext& context) {
  const float alpha = context.node.float_attribute("alpha", 0.01F);
  return unary([alpha](const auto& x) { return at::leaky_relu(x, alpha); });
}
Made elu(const NodeContext& context) {
  const float alpha = context.node.float_attribute("alpha", 1.0F);
  return unary([alpha](const auto& x) { return at::elu(x, alpha); });
}
Made sigmoid(const NodeContext&) {
  return unary([](const auto& x) { return at::sigmoid(x); });
}
Made hard_sigmoid(const NodeContext& context) {
  const float alpha = context.node.float_attribute("alpha", 0.2F);
  const float beta = context.node.float_attribute("beta", 0.5F);
  return unary(
      [alpha, beta](const auto& x) { return at::clamp(at::add(at::mul(x, alpha), beta), 0, 1); });
}
Made hard_swish(const NodeContext&) {
  return unary([](const auto& x) { return at::hardswish(x); });
}
Made tanh(const NodeContext&) {
  return unary([](const auto& x) { return at::tanh(x); });
}
Made identity(const NodeContext&) {
  return unary([](const auto& x) { return x; });
}
Made clip(const NodeContext& context) {
  PURSER_ASSIGN(const auto low, constant_float(context, 1));
  PURSER_ASSIGN(const auto high, constant_float(context, 2));
  if (!low && !high) return identity(context);
  return unary([low, high](const auto& x) {
    return at::clamp(x, low ? std::optional<at::Scalar>(*low) : std::nullopt,
                     high ? std::optional<at::Scalar>(*high) : std::nullopt);
  });
}
Made softmax(const NodeContext& context) {
  const auto axis = context.node.int_attribute("axis", -1);
  return unary([axis](const auto& x) { return at::softmax(x, axis); });
}
// The last softmax of a model: the loss is of what goes into it. Where a softmax goes over a part
// of a sample's numbers only, it is none that the loss would make, and is computed.
Made final_softmax(const NodeContext& context, Made (*otherwise)(const NodeContext&)) {
  const auto axis = context.node.int_attribute("axis", -1);
  PURSER_ASSIGN(Operator compute, otherwise(context));
  return Operator([axis, compute](Inputs in, Mode mode) {
    const at::Tensor& x = in[0];
    const bool over_all = x.dim() > 1 && (axis < 0 ? axis + x.dim() : axis) != 0 &&
                          x.size(axis) * x.size(0) == x.numel();
    return over_all ? x : compute(in, mode);
  });
}
Made log_softmax(const NodeContext& context) {
  const auto axis = context.node.int_attribute("axis", -1);
  return unary([axis](const auto& x) { return at::log_softmax(x, axis); });
}
Made dropout(const NodeContext& context) {
  PURSER_ASSIGN(const auto ratio, constant_float(context, 1));
  return Operator([ratio](Inputs in, Mode mode) {
    return mode == Mode::kTraining ? at::dropout(in[0], ratio.value_or(0.5F), true) : in[0];
  });
}

// --- products ------------------------------------------------------------------------------------

Made matmul(const NodeContext&) {
  return binary([](const auto& a, const auto& b) { return at::matmul(a, b); });
}

Made gemm(const NodeContext& context) {
  const bool transpose_a = context.node.int_attribute("transA", 0) != 0;
  const bool transpose_b = context.node.int_attribute("transB", 0) != 0;
  const float alpha = context.node.float_attribute("alpha", 1.0F);
  const float beta = context.node.float_attribute("beta", 1.0F);
  return Operator([=](Inputs in, Mode) {
    const at::Tensor a = transpose_a ? in[0].t() : in[0];
    const bool has_bias = in.size() > 2 && in[2].defined();
    if (alpha == 1.0F && beta == 1.0F && (!has_bias || in[2].dim() == 1)) {
      return at::linear(a, transpose_b ? in[1] : in[1].t(), has_bias ? in[2] : at::Tensor());
    }
    const at::Tensor b = transpose_b ? in[1].t() : in[1];
    return has_bias ? at::addmm(in[2], a, b, beta, alpha) : at::mul(at::matmul(a, b), alpha);
  });
}

// --- windows -------------------------------------------------------------------------------------

// The attributes that Conv and the pools share (ONNX operator specification, "auto_pad").
struct Window {
  std::string auto_pad;
  Ints kernel, strides, dilations, pads;  // pads: all begins, then all ends

  Window(const Node& node, Ints kernel_shape) : kernel(std::move(kernel_shape)) {
    const std::size_t rank = kernel.size();
    auto_pad = node.string_attribute("auto_pad", "NOTSET");
    strides = node.ints_attribute("strides", Ints(rank, 1));
    dilations = node.ints_attribute("dilations", Ints(rank, 1));
    pads = node.ints_attribute("pads", Ints(2 * rank, 0));
    if (auto_pad == "VALID") pads.assign(2 * rank, 0);
  }

  Ints pads_for(const at::Tensor& x) const {
    if (!auto_pad.starts_with("SAME")) return pads;
    const std::size_t rank = kernel.size();
    Ints same(2 * rank, 0);
    for (std::size_t i = 0; i < rank; ++i) {
      const auto size = x.size(static_cast<std::int64_t>(i) + 2);
      const auto outputs = (size + strides[i] - 1) / strides[i];
      const auto reach = (kernel[i] - 1) * dilations[i] + 1;
      const auto total = std::max<std::int64_t>(0, (outputs - 1) * strides[i] + reach - size);
      const auto larger = total - total / 2;
      same[i] = auto_pad == "SAME_UPPER" ? total / 2 : larger;
      same[rank + i] = total - same[i];
    }
    return same;
  }
};

// Both sides' pads as one number a dimension, `most` at most; where they differ or exceed it, x is
// padded here first.
Ints symmetric_pads(at::Tensor& x, const Window& window, float fill, const Ints& most) {
  const Ints pads = window.pads_for(x);
  const std::size_t rank = pads.size() / 2;
  Ints begins(pads.begin(), pads.begin() + static_cast<std::ptrdiff_t>(rank));
  bool as_they_are =
      std::equal(begins.begin(), begins.end(), pads.begin() + static_cast<std::ptrdiff_t>(rank));
  for (std::size_t i = 0; i < rank; ++i) as_they_are = as_they_are && begins[i] <= most[i];
  if (as_they_are) return begins;
  Ints last_dimension_first;  // as constant_pad_nd wants them
  for (std::size_t i = rank; i-- > 0;) {
    last_dimension_first.push_back(pads[i]);
    last_dimension_first.push_back(pads[rank + i]);
  }
  x = at::constant_pad_nd(x, last_dimension_first, fill);
  return Ints(rank, 0);
}

Made convolution(const NodeContext& context) {
  const Node node = context.node;
  const auto groups = node.int_attribute("group", 1);
  return Operator([node, groups](Inputs in, Mode) {
    const auto sizes = in[1].sizes();
    const Window window(node, Ints(sizes.begin() + 2, sizes.end()));
    at::Tensor x = in[0];
    const Ints any(window.kernel.size(), std::numeric_limits<std::int64_t>::max());
    const Ints pads = symmetric_pads(x, window, 0, any);
    const bool has_bias = in.size() > 2 && in[2].defined();
    return at::convolution(x, in[1], has_bias ? in[2] : at::Tensor(), window.strides, pads,
                           window.dilations, false, Ints(pads.size(), 0), groups);
  });
}

Made max_pool(const NodeContext& context) {
  const Window window(context.node, context.node.ints_attribute("kernel_shape", {}));
  const bool ceil = context.node.int_attribute("ceil_mode", 0) != 0;
  // ATen's pools pad by half a kernel at most; ONNX's by all of it but one number.
  const Ints half = {window.kernel[0] / 2, window.kernel[1] / 2};
  return Operator([window, ceil, half](Inputs in, Mode) {
    at::Tensor x = in[0];
    const Ints pads = symmetric_pads(x, window, -std::numeric_limits<float>::infinity(), half);
    return at::max_pool2d(x, window.kernel, window.strides, pads, window.dilations, ceil);
  });
}

Made average_pool(const NodeContext& context) {
  const Window window(context.node, context.node.ints_attribute("kernel_shape", {}));
  const bool ceil = context.node.int_attribute("ceil_mode", 0) != 0;
  const bool count_pads = context.node.int_attribute("count_include_pad", 0) != 0;
  const Ints pads = {window.pads[0], window.pads[1]};
  return unary([=](const auto& x) {
    return at::avg_pool2d(x, window.kernel, window.strides, pads, ceil, count_pads);
  });
}

Made global_average_pool(const NodeContext&) {
  return unary([](const auto& x) {
    Ints spatial;
    for (std::int64_t i = 2; i < x.dim(); ++i) spatial.push_back(i);
    return at::mean(x, spatial, true);
  });
}

// ONNX keeps running = running x momentum + batch x (1 - momentum), and the population variance;
// both differ from PyTorch, so the statistics are kept here. A node that an export for inference
// wrote (training_mode 0) is trained all the same: that is what training means.
Made batch_normalization(const NodeContext& context) {
  const double epsilon = context.node.float_attribute("epsilon", 1e-5F);
  const double momentum = context.node.float_attribute("momentum", 0.9F);
  return Operator([=](Inputs in, Mode mode) {
    if (mode == Mode::kInference) {
      return std::get<0>(
          at::native_batch_norm(in[0], in[1], in[2], in[3], in[4], false, 0, epsilon));
    }
    auto [y, mean, inverse_deviation] =
        at::native_batch_norm(in[0], in[1], in[2], {}, {}, true, 0, epsilon);
    const at::NoGradGuard no_gradient;
    const at::Tensor& running_mean = in[3];
    const at::Tensor& running_variance = in[4];
    const auto variance = inverse_deviation.pow(-2).sub_(epsilon);
    running_mean.mul_(momentum).add_(mean, 1 - momentum);
    running_variance.mul_(momentum).add_(variance, 1 - momentum);
    return y;
  });
}

// --- shapes --------------------------------------------------------------------------------------

Made flatten(const NodeContext& context) {
  const auto axis = context.node.int_attribute("axis", 1);
  return unary([axis](const auto& x) {
    const auto first = axis < 0 ? axis + x.dim() : axis;
    std::int64_t rows = 1;
    for (std::int64_t i = 0; i < first; ++i) rows *= x.size(i);
    return x.reshape({rows, rows == 0 ? 0 : x.numel() / rows});
  });
}

Made reshape(const NodeContext& context) {
  PURSER_ASSIGN(const Ints wanted, constant_ints(context, 1));
  const bool zero_is_zero = context.node.int_attribute("allowzero", 0) != 0;
  return unary([wanted, zero_is_zero](const auto& x) {
    Ints shape = wanted;
    for (std::size_t i = 0; i < shape.size(); ++i) {
      if (shape[i] == 0 && !zero_is_zero) shape[i] = x.size(static_cast<std::int64_t>(i));
    }
    return x.reshape(shape);
  });
}

Made transpose(const NodeContext& context) {
  const Ints order = context.node.ints_attribute("perm", {});
  return unary([order](const auto& x) {
    Ints dimensions = order;
    for (auto i = x.dim(); dimensions.size() < static_cast<std::size_t>(x.dim());) {
      dimensions.push_back(--i);
    }
    return x.permute(dimensions);
  });
}

Made squeeze(const NodeContext& context) {
  PURSER_ASSIGN(const Ints axes, constant_axes(context));
  return unary([axes](const auto& x) {
    if (!axes.empty()) return at::squeeze(x, axes);
    Ints ones;  // the batch is none of them: it may be of one sample
    for (std::int64_t i = 1; i < x.dim(); ++i) {
      if (x.size(i) == 1) ones.push_back(i);
    }
    return at::squeeze(x, ones);
  });
}

Made unsqueeze(const NodeContext& context) {
  PURSER_ASSIGN(const Ints axes, constant_axes(context));
  return unary([axes](const auto& x) {
    const auto rank = x.dim() + static_cast<std::int64_t>(axes.size());
    Ints places;
    for (const auto axis : axes) places.push_back(axis < 0 ? axis + rank : axis);
    std::sort(places.begin(), places.end());
    at::Tensor y = x;
    for (const auto place : places) y = y.unsqueeze(place);
    return y;
  });
}

Made concat(const NodeContext& context) {
  const auto axis = context.node.int_attribute("axis", 0);
  return Operator(
      [axis](Inputs in, Mode) { return at::cat(at::TensorList(in.data(), in.size()), axis); });
}

Made reduce_mean(const NodeContext& context) {
  PURSER_ASSIGN(const Ints axes, constant_axes(context));
  const bool keep = context.node.int_attribute("keepdims", 1) != 0;
  const bool nothing_if_empty = context.node.int_attribute("noop_with_empty_axes", 0) != 0;
  return unary([=](const auto& x) {
    if (axes.empty() && nothing_if_empty) return x;
    Ints dimensions = axes;
    for (std::int64_t i = 0; axes.empty() && i < x.dim(); ++i) dimensions.push_back(i);
    return at::mean(x, dimensions, keep);
  });
}

// --- the table -----------------------------------------------------------------------------------

using Make = Made (*)(const NodeContext&);

const std::map<std::string_view, Make>& table() {
  static const std::map<std::string_view, Make> entries = {
      {"Add", add},
      {"AveragePool", average_pool},
      {"BatchNormalization", batch_normalization},
      {"Clip", clip},
      {"Concat", concat},
      {"Conv", convolution},
      {"Div", divide},
      {"Dropout", dropout},
      {"Elu", elu},
      {"Flatten", flatten},
      {"Gemm", gemm},
      {"GlobalAveragePool", global_average_pool},
      {"HardSigmoid", hard_sigmoid},
      {"HardSwish", hard_swish},
      {"Identity", identity},
      {"LeakyRelu", leaky_relu},
      {"LogSoftmax", log_softmax},
      {"MatMul", matmul},
      {"MaxPool", max_pool},
      {"Mul", multiply},
      {"ReduceMean", reduce_mean},
      {"Relu", relu},
      {"Reshape", reshape},
      {"Sigmoid", sigmoid},
      {"Softmax", softmax},
      {"Squeeze", squeeze},
      {"Sub", subtract},
      {"Tanh", tanh},
      {"Transpose", transpose},
      {"Unsqueeze", unsqueeze},
  };
  return entries;
}

}  // namespace

bool has_operator(std::string_view op_type) { return table().contains(op_type); }

bool gradient_ignores_output(std::string_view op_type) {
  return op_type == "Conv" || op_type == "Gemm" || op_type == "MatMul" || op_type == "Add" ||
         op_type == "BatchNormalization" || op_type == "MaxPool";
}

Made make_operator(const NodeContext& context) {
  if (context.is_final && context.node.op_type == "Softmax") return final_softmax(context, softmax);
  if (context.is_final && context.node.op_type == "LogSoftmax") {
    return final_softmax(context, log_softmax);
  }
  const auto found = table().find(context.node.op_type);
  if (found == table().end()) {
    return fail(ErrorCode::kUnsupported,
                fmt::format("{} cannot be executed here", context.node.describe()));
  }
  return found->second(context);
}

at::Tensor to_aten(const graph::Tensor& tensor) {
  const auto type = [&] {
    switch (tensor.type) {
      case graph::ElementType::kInt64:
        return at::kLong;
      case graph::ElementType::kInt32:
        return at::kInt;
      case graph::ElementType::kFloat64:
        return at::kDouble;
      case graph::ElementType::kBool:
        return at::kBool;
      default:
        return at::kFloat;
    }
  }();
  at::Tensor made = at::empty(tensor.shape, type);
  std::memcpy(made.data_ptr(), tensor.bytes.data(), tensor.bytes.size());
  return made;
}

}  // namespace purser::train
