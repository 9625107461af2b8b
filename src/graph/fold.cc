#include "graph/fold.h"

#include <cmath>
#include <span>

#include "graph/rewrite.h"

namespace purser::graph {
namespace {

const Tensor* float_initializer(const Graph& graph, const Node& node, std::size_t index) {
  if (index >= node.inputs.size()) return nullptr;
  const Tensor* tensor = graph.initializer(node.inputs[index]);
  return tensor != nullptr && tensor->type == ElementType::kFloat32 ? tensor : nullptr;
}

bool is(const Node& node, std::string_view op_type) {
  return node.domain.empty() && node.op_type == op_type;
}

// A Dropout drops only where its third input says so.
bool is_idle_dropout(const Graph& graph, const Node& node) {
  if (!is(node, "Dropout")) return false;
  if (node.inputs.size() < 3 || node.inputs[2].empty()) return true;
  const Tensor* training = graph.initializer(node.inputs[2]);
  return training != nullptr && training->type == ElementType::kBool &&
         training->element_count() == 1 && !training->as<bool>()[0];
}

// Removes nodes that hand their input on, as `idle` judges; returns how many.
template <class Idle>
std::int64_t bypass_all(Graph& graph, const Idle& idle) {
  std::int64_t removed = 0;
  for (std::size_t i = 0; i < graph.nodes.size();) {
    const bool gone = idle(graph.nodes[i]) && bypass(graph, i, graph.nodes[i].inputs[0]);
    removed += gone ? 1 : 0;
    i += gone ? 0 : 1;
  }
  return removed;
}

// y = scale (x - mean) / sqrt(variance + epsilon) + shift, as y = factor x + offset a channel.
struct Affine {
  std::vector<double> factor;
  std::vector<double> offset;
};

std::optional<Affine> affine_of(const Graph& graph, const Node& norm) {
  if (!is(norm, "BatchNormalization") || norm.int_attribute("training_mode", 0) != 0) return {};
  const Tensor* scale = float_initializer(graph, norm, 1);
  const Tensor* shift = float_initializer(graph, norm, 2);
  const Tensor* mean = float_initializer(graph, norm, 3);
  const Tensor* variance = float_initializer(graph, norm, 4);
  if (scale == nullptr || shift == nullptr || mean == nullptr || variance == nullptr) return {};
  const auto s = scale->as<float>();
  const auto b = shift->as<float>();
  const auto m = mean->as<float>();
  const auto v = variance->as<float>();
  if (b.size() != s.size() || m.size() != s.size() || v.size() != s.size()) return {};
  const double epsilon = static_cast<double>(norm.float_attribute("epsilon", 1e-5F));
  Affine affine;
  for (std::size_t c = 0; c < s.size(); ++c) {
    const double factor = s[c] / std::sqrt(v[c] + epsilon);
    affine.factor.push_back(factor);
    affine.offset.push_back(b[c] - m[c] * factor);
  }
  return affine;
}

// Puts `tensor` where the node's input `index` reads it: under the old name if nobody else reads
// that, or under a new one.
void set_input(Graph& graph, Node& node, std::size_t index, std::string_view stem, Tensor tensor) {
  if (node.inputs.size() <= index) node.inputs.resize(index + 1);
  std::string& name = node.inputs[index];
  const bool own = !name.empty() && graph.consumers(name).size() == 1 && !graph.is_output(name);
  if (!own) name = unique_value_name(graph, stem);
  graph.initializers.insert_or_assign(name, std::move(tensor));
}

// Merges a normalization into the convolution that alone feeds it.
bool fold_batch_norm(Graph& graph, std::size_t norm_index) {
  const Node& norm = graph.nodes[norm_index];
  const auto affine = affine_of(graph, norm);
  if (!affine) return false;
  const auto conv_index = graph.producer(norm.inputs[0]);
  if (!conv_index || !is(graph.nodes[*conv_index], "Conv")) return false;
  const std::string between = norm.inputs[0];
  if (graph.consumers(between).size() != 1 || graph.is_output(between)) return false;

  const Node& conv = graph.nodes[*conv_index];
  const Tensor* weight = float_initializer(graph, conv, 1);
  const bool has_bias = conv.inputs.size() > 2 && !conv.inputs[2].empty();
  const Tensor* bias = has_bias ? float_initializer(graph, conv, 2) : nullptr;
  const std::size_t channels = affine->factor.size();
  const bool fits = weight != nullptr && (bias != nullptr || !has_bias) && channels > 0 &&
                    weight->shape[0] == static_cast<std::int64_t>(channels) &&
                    (!has_bias || bias->as<float>().size() == channels);
  if (!fits) return false;

  Tensor new_weight = *weight;
  const auto weights = new_weight.as<float>();
  const std::size_t per_channel = weights.size() / channels;
  std::vector<float> new_bias;
  for (std::size_t c = 0; c < channels; ++c) {
    for (float& w : weights.subspan(c * per_channel, per_channel)) {
      w = static_cast<float>(w * affine->factor[c]);
    }
    const double old_bias = has_bias ? static_cast<double>(bias->as<float>()[c]) : 0.0;
    new_bias.push_back(static_cast<float>(old_bias * affine->factor[c] + affine->offset[c]));
  }
  if (!bypass(graph, norm_index, between)) return false;
  Node& merged = graph.nodes[*conv_index];  // stands before the norm: its index is unchanged
  set_input(graph, merged, 1, merged.name + ".weight", std::move(new_weight));
  set_input(graph, merged, 2, merged.name + ".bias",
            Tensor::of<float>({static_cast<std::int64_t>(channels)}, new_bias));
  return true;
}

std::int64_t fold_batch_norms(Graph& graph) {
  std::int64_t folded = 0;
  for (std::size_t i = 0; i < graph.nodes.size();) {
    const bool gone = fold_batch_norm(graph, i);
    folded += gone ? 1 : 0;
    i += gone ? 0 : 1;
  }
  return folded;
}

}  // namespace

Result<FoldReport> fold(Graph& graph) {
  Graph folded = graph;
  FoldReport report;
  for (bool changed = true; changed;) {
    const auto dropouts =
        bypass_all(folded, [&](const Node& node) { return is_idle_dropout(folded, node); });
    const auto identities =
        bypass_all(folded, [](const Node& node) { return is(node, "Identity"); });
    const auto norms = fold_batch_norms(folded);
    report.dropouts += dropouts;
    report.identities += identities;
    report.batch_norms += norms;
    changed = dropouts + identities + norms > 0;
  }
  report.dead = static_cast<std::int64_t>(remove_dead(folded));
  PURSER_TRY(infer_shapes(folded));
  graph = std::move(folded);
  return report;
}

}  // namespace purser::graph
