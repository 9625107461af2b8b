// Finding the groups: a walk over the nodes that joins dimensions which must stay equal.
#include "optimize/groups.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>

#include <fmt/format.h>

namespace purser::optimize {
namespace {

// The channels of a value: of which class, and how many neighbours of its axis 1 one channel owns.
struct Channels {
  std::size_t id = 0;
  std::int64_t block = 1;
};

constexpr std::array<std::string_view, 16> kElementwise{
    "Relu",        "LeakyRelu",        "Elu",  "Selu",     "Sigmoid", "Tanh",     "Clip",
    "HardSigmoid", "HardSwish",        "Gelu", "Softplus", "Dropout", "Identity", "MaxPool",
    "AveragePool", "GlobalAveragePool"};

class Finder {
 public:
  explicit Finder(const graph::Graph& graph) : graph_(graph) {}

  std::vector<ChannelGroup> run() {
    freeze_shared_initializers();
    for (const graph::ValueInfo& input : graph_.inputs) {
      freeze(channels_of(input.name), fmt::format("'{}' is an input of the network", input.name));
    }
    for (index_ = 0; index_ < graph_.nodes.size(); ++index_) follow(graph_.nodes[index_]);
    for (const graph::ValueInfo& output : graph_.outputs) {
      classes_[root(channels_of(output.name).id)].gives_output = true;
      freeze(channels_of(output.name),
             fmt::format("'{}' is an output of the network", output.name));
    }
    return collect();
  }

 private:
  // --- classes of equal dimensions (union-find) ---
  std::size_t root(std::size_t id) {
    while (parents_[id] != id) id = parents_[id] = parents_[parents_[id]];
    return id;
  }

  Channels new_class(std::int64_t count) {
    parents_.push_back(parents_.size());
    classes_.push_back({});
    classes_.back().channels = count;
    return {parents_.size() - 1, 1};
  }

  // The channels of a value seen for the first time are a class of their own.
  Channels channels_of(const std::string& value) {
    if (const auto known = values_.find(value); known != values_.end()) return known->second;
    const graph::ValueInfo* info = graph_.value_info(value);
    const bool has_axis = info != nullptr && info->has_shape && info->shape.size() >= 2;
    const Channels made = new_class(has_axis ? info->shape[1] : 0);
    if (!has_axis || info->shape[1] == graph::kDynamic) {
      freeze(made, fmt::format("'{}' has no fixed number of channels", value));
    }
    return values_[value] = made;
  }

  void freeze(Channels channels, const std::string& reason) {
    ChannelGroup& group = classes_[root(channels.id)];
    if (group.frozen.empty()) group.frozen = reason;
  }

  void join(Channels a, Channels b, const graph::Node& node) {
    const std::size_t into = std::min(root(a.id), root(b.id));
    const std::size_t from = std::max(root(a.id), root(b.id));
    if (into == from) return;
    ChannelGroup moved = std::move(classes_[from]);
    ChannelGroup& group = classes_[into];
    parents_[from] = into;
    if (a.block != b.block || group.channels != moved.channels) {
      moved.frozen = node.describe() + " joins different numbers of channels";
    }
    if (group.frozen.empty()) group.frozen = moved.frozen;
    if (group.name.empty()) group.name = moved.name;
    group.slices.insert(group.slices.end(), moved.slices.begin(), moved.slices.end());
    group.depthwise.insert(group.depthwise.end(), moved.depthwise.begin(), moved.depthwise.end());
  }

  void tie(Channels channels, const std::string& initializer, std::size_t axis, Slice::Side side) {
    classes_[root(channels.id)].slices.push_back({initializer, axis, channels.block, side});
  }

  // --- operators ---
  void follow(const graph::Node& node) {
    const std::string_view op = node.domain.empty() ? std::string_view(node.op_type) : "";
    if (op == "Conv") return follow_conv(node);
    if (op == "Gemm" || op == "MatMul") return follow_matrix(node);
    if (op == "BatchNormalization") return follow_batch_normalization(node);
    if (op == "Flatten" || op == "Reshape") return follow_flatten(node);
    if (op == "Add" || op == "Sub" || op == "Mul" || op == "Div") return follow_binary(node);
    // Further outputs (a pool's indices, a mask) are numbered by channels that would be gone.
    const auto used = [&](const std::string& value) {
      return !value.empty() && (graph_.is_output(value) || !graph_.consumers(value).empty());
    };
    const bool one_output = std::none_of(node.outputs.begin() + 1, node.outputs.end(), used);
    if (one_output &&
        std::find(kElementwise.begin(), kElementwise.end(), op) != kElementwise.end()) {
      values_[node.outputs[0]] = channels_of(node.inputs[0]);
      return;
    }
    give_up(node);
  }

  void give_up(const graph::Node& node) {
    const std::string reason = "pruning cannot follow " + node.describe();
    for (const std::string& input : node.inputs) {
      if (!input.empty() && graph_.initializer(input) == nullptr)
        freeze(channels_of(input), reason);
    }
    for (const std::string& output : node.outputs) {
      if (!output.empty()) freeze(channels_of(output), reason);
    }
  }

  const graph::Tensor* constant(const graph::Node& node, std::size_t input) const {
    return input < node.inputs.size() ? graph_.initializer(node.inputs[input]) : nullptr;
  }

  void make_channels(const graph::Node& node, std::int64_t count, std::size_t axis) {
    const Channels made = new_class(count);
    classes_[made.id].name = node.name.empty() ? node.outputs[0] : node.name;
    tie(made, node.inputs[1], axis, Slice::Side::kMakes);
    if (const graph::Tensor* bias = constant(node, 2)) {
      if (!bias->shape.empty() && bias->shape.back() == count && bias->element_count() == count) {
        tie(made, node.inputs[2], bias->shape.size() - 1, Slice::Side::kMakes);
      } else if (bias->element_count() != 1) {
        freeze(made, node.describe() + " has a bias that differs from row to row");
      }
    } else if (node.inputs.size() > 2 && !node.inputs[2].empty()) {
      freeze(made, node.describe() + " computes its bias");
    }
    values_[node.outputs[0]] = made;
  }

  void follow_conv(const graph::Node& node) {
    const graph::Tensor* weights = constant(node, 1);
    if (weights == nullptr) return give_up(node);
    const Channels in = channels_of(node.inputs[0]);
    const std::int64_t groups = node.int_attribute("group", 1);
    if (groups == 1) {
      tie(in, node.inputs[1], 1, Slice::Side::kReads);
      make_channels(node, weights->shape[0], 0);
    } else if (groups == weights->shape[0] && weights->shape[1] == 1) {
      make_channels(node, weights->shape[0], 0);
      const Channels out = values_[node.outputs[0]];
      classes_[root(out.id)].depthwise.push_back(index_);
      join(in, out, node);
    } else {
      give_up(node);
    }
  }

  void follow_matrix(const graph::Node& node) {
    const graph::Tensor* weights = constant(node, 1);
    const graph::ValueInfo* input = graph_.value_info(node.inputs[0]);
    const bool plain = weights != nullptr && weights->shape.size() == 2 && input != nullptr &&
                       input->shape.size() == 2 && node.int_attribute("transA", 0) == 0;
    if (!plain) return give_up(node);
    const std::size_t out_axis = node.int_attribute("transB", 0) != 0 ? 0 : 1;
    tie(channels_of(node.inputs[0]), node.inputs[1], 1 - out_axis, Slice::Side::kReads);
    make_channels(node, weights->shape[out_axis], out_axis);
  }

  void follow_batch_normalization(const graph::Node& node) {
    const Channels channels = channels_of(node.inputs[0]);
    if (node.int_attribute("training_mode", 0) != 0) return give_up(node);
    for (std::size_t i = 1; i < 5; ++i) {
      if (constant(node, i) == nullptr) return give_up(node);
    }
    for (std::size_t i = 1; i < 5; ++i) tie(channels, node.inputs[i], 0, Slice::Side::kMakes);
    values_[node.outputs[0]] = channels;
  }

  // [N, C, H, W] -> [N, C x H x W]: each channel becomes a run of H x W columns.
  void follow_flatten(const graph::Node& node) {
    const graph::ValueInfo* in = graph_.value_info(node.inputs[0]);
    const graph::ValueInfo* out = graph_.value_info(node.outputs[0]);
    if (in == nullptr || out == nullptr || in->shape.size() < 2 || out->shape.size() != 2) {
      return give_up(node);
    }
    if (node.op_type == "Flatten" && node.int_attribute("axis", 1) != 1) return give_up(node);
    if (node.op_type == "Reshape") {
      // Only a target of [batch, "the rest"] stays right when channels go.
      const graph::Tensor* target = constant(node, 1);
      const bool follows = target != nullptr && target->element_count() == 2 &&
                           target->as<std::int64_t>()[1] == -1 && in->shape[0] == out->shape[0];
      if (!follows) return give_up(node);
    }
    Channels channels = channels_of(node.inputs[0]);
    for (std::size_t i = 2; i < in->shape.size(); ++i) {
      if (in->shape[i] == graph::kDynamic) return give_up(node);
      channels.block *= in->shape[i];
    }
    values_[node.outputs[0]] = channels;
  }

  void follow_binary(const graph::Node& node) {
    if (graph_.initializer(node.inputs[0]) != nullptr) return give_up(node);
    const Channels left = channels_of(node.inputs[0]);
    if (const graph::Tensor* other = constant(node, 1)) {
      const graph::ValueInfo* info = graph_.value_info(node.inputs[0]);
      const bool one_number = other->element_count() == 1 && info != nullptr &&
                              other->shape.size() <= info->shape.size();
      if (!one_number && !tie_broadcast(left, node.inputs[1], *other, info)) {
        return give_up(node);
      }
    } else {
      const graph::ValueInfo* a = graph_.value_info(node.inputs[0]);
      const graph::ValueInfo* b = graph_.value_info(node.inputs[1]);
      if (a == nullptr || b == nullptr || a->shape != b->shape) return give_up(node);
      join(left, channels_of(node.inputs[1]), node);
    }
    values_[node.outputs[0]] = left;
  }

  // A constant with one number a channel: [C, 1, 1], [1, C, 1, 1], or [C] behind a matrix.
  bool tie_broadcast(Channels channels, const std::string& name,
                     const graph::Tensor& constant_value, const graph::ValueInfo* info) {
    if (info == nullptr || constant_value.shape.size() > info->shape.size()) return false;
    const std::size_t missing = info->shape.size() - constant_value.shape.size();
    if (missing > 1) return false;
    const std::size_t axis = 1 - missing;
    if (constant_value.element_count() != constant_value.shape[axis] ||
        constant_value.shape[axis] != info->shape[1]) {
      return false;
    }
    tie(channels, name, axis, Slice::Side::kMakes);
    return true;
  }

  // --- the result ---
  void freeze_shared_initializers() {
    std::map<std::string, int> uses;
    for (const graph::Node& node : graph_.nodes) {
      for (const std::string& input : node.inputs) uses[input] += 1;
    }
    for (const auto& [name, count] : uses) {
      if (count > 1 && graph_.initializer(name) != nullptr) shared_.insert(name);
    }
  }

  std::vector<ChannelGroup> collect() {
    std::vector<ChannelGroup> groups;
    for (std::size_t id = 0; id < classes_.size(); ++id) {
      ChannelGroup& group = classes_[id];
      if (root(id) != id || group.name.empty()) continue;
      for (const Slice& slice : group.slices) {
        if (!group.frozen.empty()) break;
        if (shared_.contains(slice.initializer)) {
          group.frozen = fmt::format("'{}' is used by several nodes", slice.initializer);
        } else if (graph_.is_output(slice.initializer)) {
          group.frozen = fmt::format("'{}' is an output of the network", slice.initializer);
        }
      }
      groups.push_back(std::move(group));
    }
    return groups;
  }

  const graph::Graph& graph_;
  std::size_t index_ = 0;  // of the node that is being followed
  std::map<std::string, Channels> values_;
  std::vector<std::size_t> parents_;
  std::vector<ChannelGroup> classes_;
  std::set<std::string> shared_;
};

}  // namespace

std::vector<ChannelGroup> find_groups(const graph::Graph& graph) { return Finder(graph).run(); }

}  // namespace purser::optimize
