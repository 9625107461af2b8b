#include "train/program.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "train/train.h"

namespace purser::train {
namespace {

using graph::Graph;
using graph::Node;

// relu(max(x)) is max(relu(x)), and so are the gradients, but the first touches a quarter of the
// numbers: where a Relu feeds only a MaxPool, the two change places.
std::vector<const Node*> with_relu_after_pool(const Graph& graph, std::vector<Node>& rewritten) {
  std::vector<const Node*> order;
  for (const Node& node : graph.nodes) order.push_back(&node);
  rewritten.reserve(2 * graph.nodes.size());  // pointers into it must hold
  for (std::size_t i = 0; i < order.size(); ++i) {
    const Node& relu = *order[i];
    if (relu.op_type != "Relu" || graph.is_output(relu.outputs[0])) continue;
    const auto readers = graph.consumers(relu.outputs[0]);
    if (readers.size() != 1 || order[readers[0]]->op_type != "MaxPool") continue;
    Node pool = *order[readers[0]];
    Node late = relu;
    pool.inputs[0] = relu.inputs[0];
    late.outputs[0] = std::exchange(pool.outputs[0], relu.outputs[0]);
    late.inputs[0] = pool.outputs[0];
    order[i] = &rewritten.emplace_back(std::move(pool));
    order[readers[0]] = &rewritten.emplace_back(std::move(late));
  }
  return order;
}

// The output of the node behind which nothing but the shape changes: a Softmax there is the loss's
// own work. Every value on the way has one reader, so that nobody else misses it.
std::string last_computed(const Graph& graph) {
  constexpr std::array<std::string_view, 5> kMovers{"Identity", "Flatten", "Squeeze", "Unsqueeze",
                                                    "Reshape"};
  std::string value = graph.outputs[0].name;
  for (;;) {
    const auto producer = graph.producer(value);
    if (!producer) return value;
    const Node& node = graph.nodes[*producer];
    const bool moves = std::find(kMovers.begin(), kMovers.end(), node.op_type) != kMovers.end();
    if (!moves || graph.consumers(node.inputs[0]).size() != 1) return value;
    value = node.inputs[0];
  }
}

}  // namespace

std::size_t Program::slot_of(const std::string& value) {
  const auto [place, added] = slots_.try_emplace(value, values_.size());
  if (added) values_.emplace_back();
  return place->second;
}

std::optional<std::size_t> Program::slot(const std::string& value) const {
  const auto found = slots_.find(value);
  return found == slots_.end() ? std::nullopt : std::optional(found->second);
}

Status Program::add_constants(const Graph& graph) {
  for (const auto& [name, tensor] : graph.initializers) values_[slot_of(name)] = to_aten(tensor);
  for (const Node& node : graph.nodes) {
    if (node.op_type != "Constant") continue;
    values_[slot_of(node.outputs[0])] =
        to_aten(std::get<graph::Tensor>(node.attributes.at("value")));
  }
  constants_ = values_.size();
  return {};
}

Status Program::add_steps(const Graph& graph) {
  const Constants constant = [&graph](std::string_view value) -> const graph::Tensor* {
    if (const auto* const tensor = graph.initializer(value)) return tensor;
    const auto producer = graph.producer(value);
    if (!producer || graph.nodes[*producer].op_type != "Constant") return nullptr;
    return &std::get<graph::Tensor>(graph.nodes[*producer].attributes.at("value"));
  };
  std::vector<Node> rewritten;
  const auto order = with_relu_after_pool(graph, rewritten);

  std::map<std::string, std::size_t> readers;
  std::map<std::string, const Node*> writers;
  for (const Node* node : order) {
    for (const std::string& input : node->inputs) ++readers[input];
    writers[node->outputs[0]] = node;
  }
  const std::string logits = graph.outputs[0].name;
  const std::string final = last_computed(graph);
  for (const Node* node : order) {
    if (node->op_type == "Constant") continue;
    const auto writer = writers.find(node->inputs[0]);
    const bool may_overwrite = writer != writers.end() && node->inputs[0] != logits &&
                               readers[node->inputs[0]] == 1 &&
                               gradient_ignores_output(writer->second->op_type);
    PURSER_ASSIGN(auto compute,
                  make_operator({*node, constant, may_overwrite, node->outputs[0] == final}));
    Step step{node->describe(), std::move(compute), {}, slot_of(node->outputs[0]), {}};
    for (const std::string& input : node->inputs) {
      step.inputs.push_back(input.empty() ? kAbsent : slot_of(input));
    }
    has_batch_statistics_ = has_batch_statistics_ || node->op_type == "BatchNormalization";
    steps_.push_back(std::move(step));
  }
  logits_ = slot_of(logits);
  return {};
}

void Program::find_last_uses() {
  std::set<std::size_t> read_later = {logits_};
  for (auto step = steps_.rbegin(); step != steps_.rend(); ++step) {
    for (const std::size_t input : step->inputs) {
      if (input == kAbsent || input < constants_) continue;
      if (read_later.insert(input).second) step->last_used_here.push_back(input);
    }
  }
}

Result<Program> Program::compile(const Graph& graph) {
  PURSER_TRY(check_supported(graph));
  Program program;
  PURSER_TRY(program.add_constants(graph));
  program.input_ = program.slot_of(graph.inputs[0].name);
  PURSER_TRY(program.add_steps(graph));
  program.find_last_uses();
  return program;
}

at::Tensor Program::run(const at::Tensor& input, Mode mode, std::string& failing) {
  values_[input_] = input;
  std::vector<at::Tensor> inputs;
  for (Step& step : steps_) {
    failing = step.node;
    for (const std::size_t slot : step.inputs) {
      inputs.push_back(slot == kAbsent ? at::Tensor() : values_[slot]);
    }
    // Before the computation: an operator that needs an input no longer lets it go at once.
    for (const std::size_t slot : step.last_used_here) values_[slot] = at::Tensor();
    values_[step.output] = step.compute(inputs, mode);
    inputs.clear();
  }
  failing.clear();
  return std::exchange(values_[logits_], at::Tensor());
}

}  // namespace purser::train
