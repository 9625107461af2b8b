#include "train/engine.h"

#include <sched.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <new>
#include <numeric>
#include <utility>

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/core/Reduction.h>
#include <ATen/ops/_fused_adamw.h>
#include <ATen/ops/argmax.h>
#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/eq.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/full.h>
#include <ATen/ops/kl_div.h>
#include <ATen/ops/log_softmax.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>
#include <c10/core/GradMode.h>
#include <c10/util/Exception.h>
#include <fmt/format.h>

#include "graph/weights.h"
#include "train/program.h"
#include "train/tensor_memory.h"

namespace purser::train {
namespace {

using graph::Graph;
using Ints = std::vector<std::int64_t>;

// A parameter's place in the flat arrays. Kernels of rank 4 lie in OHWI order there, which is what
// channels_last wants.
struct Place {
  std::string name;
  Ints shape;
  std::int64_t offset = 0;
  std::int64_t count = 0;
};

at::Tensor view_of(const at::Tensor& flat, const Place& place) {
  const at::Tensor part = flat.narrow(0, place.offset, place.count);
  if (place.shape.size() != 4) return part.view(place.shape);
  const auto& s = place.shape;
  return part.view({s[0], s[2], s[3], s[1]}).permute({0, 3, 1, 2});
}

// Runs of 16 floats start on a cache line.
std::int64_t padded(std::int64_t count) { return (count + 15) / 16 * 16; }

std::vector<float> to_vector(const at::Tensor& flat) {
  const float* const data = flat.const_data_ptr<float>();
  return {data, data + flat.numel()};
}

Status from_vector(std::span<const float> values, at::Tensor& flat) {
  if (static_cast<std::int64_t>(values.size()) != flat.numel()) {
    return fail(ErrorCode::kCorrupt,
                fmt::format("{} numbers where this model has {}", values.size(), flat.numel()));
  }
  std::memcpy(flat.data_ptr<float>(), values.data(), values.size_bytes());
  return {};
}

// Without the stack that c10 appends.
std::string first_line(const char* words) {
  const std::string_view text = words;
  return std::string(text.substr(0, text.find('\n')));
}

}  // namespace

struct Engine::Parts {
  Program program;
  Ints sample_shape;  // of the graph's input, batch left out
  bool channels_last = false;
  std::vector<Place> places;      // decayed ones first
  std::vector<Place> statistics;  // running means and variances
  std::int64_t decayed = 0;       // numbers before this index have weight decay
  at::Tensor parameters, gradients, first_moments, second_moments;
  at::Tensor running;  // all statistics
  std::int64_t steps = 0;
  std::string failing;  // node in work

  // Calls LibTorch; what it throws becomes an Error.
  template <class Function>
  auto guarded(std::string_view doing, Function function) -> Result<decltype(function())> {
    const auto where = [&] {
      const std::string node = std::exchange(failing, {});
      return node.empty() ? std::string(doing) : fmt::format("{}, {}", doing, node);
    };
    try {
      return function();
    } catch (const TensorMemoryExceeded&) {
      return fail(ErrorCode::kResource,
                  fmt::format("{}: the limit of tensor memory is reached ({} more were needed); "
                              "allow more, or use a smaller micro-batch",
                              where(), humanize(TensorMemory::instance().refused())));
    } catch (const std::bad_alloc&) {
      return fail(ErrorCode::kResource,
                  fmt::format("{}: the machine is out of memory; close other programs", where()));
    } catch (const c10::Error& error) {
      return fail(ErrorCode::kEngine,
                  fmt::format("{}: {}", where(), first_line(error.what_without_backtrace())));
    } catch (const std::exception& error) {
      return fail(ErrorCode::kEngine, fmt::format("{}: {}", where(), first_line(error.what())));
    }
  }

  at::Tensor input_of(const Batch& batch) const {
    const auto n = static_cast<std::int64_t>(batch.labels.size());
    Ints shape = {n};
    shape.insert(shape.end(), sample_shape.begin(), sample_shape.end());
    if (!channels_last) return at::from_blob(batch.pixels.data(), shape, at::kFloat);
    const auto c = shape[1];
    const auto h = shape[2];
    const auto w = shape[3];
    return at::from_blob(batch.pixels.data(), shape, Ints{h * w * c, 1, w * c, c}, at::kFloat);
  }
  static at::Tensor labels_of(const Batch& batch) {
    return at::from_blob(const_cast<std::int64_t*>(batch.labels.data()),
                         {static_cast<std::int64_t>(batch.labels.size())}, at::kLong);
  }

  void place_parameters(const Graph& graph);
  void place_statistics(const Graph& graph);
  void bind(const Graph& graph, Purpose purpose);
};

void Engine::Parts::place_parameters(const Graph& graph) {
  std::int64_t next = 0;
  const auto place_all = [&](bool with_decay) {
    for (const std::string& name : graph::trainable_parameters(graph)) {
      const graph::Tensor& tensor = *graph.initializer(name);
      if (graph::is_weight(graph, name) != with_decay) continue;
      places.push_back({name, tensor.shape, next, tensor.element_count()});
      next += padded(tensor.element_count());
    }
  };
  place_all(true);
  decayed = next;
  place_all(false);
  parameters = at::zeros({next}, at::kFloat);
}

void Engine::Parts::place_statistics(const Graph& graph) {
  std::int64_t next = 0;
  for (const graph::Node& node : graph.nodes) {
    if (node.op_type != "BatchNormalization") continue;
    for (const std::size_t input : {3U, 4U}) {
      const std::string& name = node.inputs[input];
      const graph::Tensor& tensor = *graph.initializer(name);
      statistics.push_back({name, tensor.shape, next, tensor.element_count()});
      next += tensor.element_count();
    }
  }
  running = at::zeros({next}, at::kFloat);
}

// Copies the weights into the flat arrays and puts views of them where the program reads.
void Engine::Parts::bind(const Graph& graph, Purpose purpose) {
  const bool training = purpose == Purpose::kTraining;
  if (training) {
    gradients = at::zeros_like(parameters);
    first_moments = at::zeros_like(parameters);
    second_moments = at::zeros_like(parameters);
  }
  const auto put = [&](const Place& place, const at::Tensor& tensor) {
    const auto slot = program.slot(place.name);
    TORCH_CHECK(slot, "no slot for '", place.name, "'");
    program.set(*slot, tensor);
  };
  const auto fill = [&](const at::Tensor& flat, const Place& place) {
    const at::Tensor view = view_of(flat, place);
    view.copy_(to_aten(*graph.initializer(place.name)));
    put(place, view);
    return view;
  };
  for (const Place& place : places) {
    at::Tensor leaf = fill(parameters, place).detach();
    if (training) {
      leaf.set_requires_grad(true);
      leaf.mutable_grad() = view_of(gradients, place);
    }
    put(place, leaf);
  }
  for (const Place& place : statistics) fill(running, place);
}

Engine::Engine(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Engine::Engine(Engine&&) noexcept = default;
Engine& Engine::operator=(Engine&&) noexcept = default;
Engine::~Engine() = default;

namespace {

Status check_classes(const Graph& graph, const data::Dataset& dataset) {
  const auto& shape = graph.outputs[0].shape;
  if (!graph.outputs[0].has_shape) return {};  // the loss will tell
  if (shape.size() == 2 && (shape[1] == graph::kDynamic || shape[1] == dataset.classes)) return {};
  return fail(ErrorCode::kInvalidInput,
              fmt::format("output '{}' has shape [{}], {} has {} classes: it should be [batch, {}]",
                          graph.outputs[0].name, fmt::join(shape, ", "), dataset.name,
                          dataset.classes, dataset.classes));
}

}  // namespace

Result<Engine> Engine::create(const Graph& graph, const data::Dataset& dataset, Purpose purpose,
                              int threads) {
  TensorMemory::instance();  // before the first tensor
  PURSER_TRY(check_supported(graph));
  PURSER_ASSIGN(Ints sample, sample_shape(graph, dataset));
  PURSER_TRY(check_classes(graph, dataset));
  auto parts = std::make_unique<Parts>();
  parts->sample_shape = std::move(sample);
  // One channel is both layouts at once, and no gathering is needed.
  parts->channels_last =
      parts->sample_shape.size() == 3 && parts->sample_shape == dataset.sample_shape;

  if (threads != at::get_num_threads()) at::set_num_threads(threads);
  at::globalContext().setDeterministicAlgorithms(true, false);
  const auto made = parts->guarded("preparing the model", [&]() -> Status {
    PURSER_ASSIGN(parts->program, Program::compile(graph));
    parts->place_parameters(graph);
    parts->place_statistics(graph);
    parts->bind(graph, purpose);
    return {};
  });
  if (!made) return fail(made.error());
  PURSER_TRY(*made);
  return Engine(std::move(parts));
}

bool Engine::wants_channels_last() const { return parts_->channels_last; }
bool Engine::has_batch_statistics() const { return parts_->program.has_batch_statistics(); }

void Engine::seed(std::uint64_t seed) {
  at::Generator generator = at::globalContext().defaultGenerator(c10::DeviceType::CPU);
  generator.set_current_seed(seed);
}

Loss loss_of(const Options& options) {
  Loss loss{.label_smoothing = options.label_smoothing};
  if (options.teacher) {
    loss.temperature = options.teacher->temperature;
    loss.teacher_share = options.teacher->share;
  }
  return loss;
}

Result<double> Engine::accumulate_gradient(const Batch& batch, double scale, const Loss& how) {
  return parts_->guarded("training step", [&] {
    const at::Tensor logits =
        parts_->program.run(parts_->input_of(batch), Mode::kTraining, parts_->failing);
    at::Tensor loss = at::cross_entropy_loss(logits, Parts::labels_of(batch), {},
                                             at::Reduction::Sum, -100, how.label_smoothing);
    if (!batch.teacher.empty()) {
      const double t = how.temperature;
      const at::Tensor answers =
          at::from_blob(const_cast<float*>(batch.teacher.data()), logits.sizes(), at::kFloat);
      const at::Tensor divergence =
          at::kl_div(at::log_softmax(logits.div(t), 1), at::log_softmax(answers.div(t), 1),
                     at::Reduction::Sum, /*log_target=*/true);
      loss = loss.mul(1 - how.teacher_share).add(divergence, how.teacher_share * t * t);
    }
    loss.backward(at::full({}, scale, at::kFloat));
    return static_cast<double>(loss.item<float>());
  });
}

Status Engine::update(double learning_rate, double weight_decay) {
  auto& p = *parts_;
  const auto done = p.guarded("optimizer", [&] {
    const at::NoGradGuard no_gradient;
    ++p.steps;
    const at::Tensor count = at::full({}, static_cast<double>(p.steps), at::kFloat);
    const auto update_part = [&](std::int64_t from, std::int64_t to, double decay) {
      if (from == to) return;
      const auto part = [&](const at::Tensor& flat) {
        return std::vector<at::Tensor>{flat.narrow(0, from, to - from)};
      };
      at::_fused_adamw_(part(p.parameters), part(p.gradients), part(p.first_moments),
                        part(p.second_moments), {}, {count}, learning_rate, 0.9, 0.999, decay, 1e-8,
                        false, false);
    };
    update_part(0, p.decayed, weight_decay);
    update_part(p.decayed, p.parameters.numel(), 0);
    p.gradients.zero_();
    return true;
  });
  if (!done) return fail(done.error());
  return {};
}

Result<Scores> Engine::evaluate(const Batch& batch) {
  return parts_->guarded("evaluation", [&] {
    const at::NoGradGuard no_gradient;
    const at::Tensor logits =
        parts_->program.run(parts_->input_of(batch), Mode::kInference, parts_->failing);
    const at::Tensor labels = Parts::labels_of(batch);
    const at::Tensor loss = at::cross_entropy_loss(logits, labels, {}, at::Reduction::Sum);
    return Scores{at::argmax(logits, 1).eq(labels).sum().item<std::int64_t>(),
                  static_cast<double>(loss.item<float>())};
  });
}

Status Engine::answer(const Batch& batch, std::span<float> out) {
  const auto done = parts_->guarded("answering", [&]() -> Status {
    const at::NoGradGuard no_gradient;
    const at::Tensor logits =
        parts_->program.run(parts_->input_of(batch), Mode::kInference, parts_->failing)
            .contiguous();
    if (static_cast<std::size_t>(logits.numel()) != out.size()) {
      return fail(
          ErrorCode::kInvalidInput,
          fmt::format("the model gives {} numbers where {} are wanted; take one of the same "
                      "classes",
                      logits.numel(), out.size()));
    }
    std::copy_n(logits.const_data_ptr<float>(), out.size(), out.begin());
    return {};
  });
  return done ? *done : fail(done.error());
}

State Engine::save() const {
  return {to_vector(parts_->parameters), to_vector(parts_->first_moments),
          to_vector(parts_->second_moments), to_vector(parts_->running), parts_->steps};
}

Status Engine::restore(const State& state) {
  PURSER_TRY(from_vector(state.parameters, parts_->parameters));
  PURSER_TRY(from_vector(state.first_moments, parts_->first_moments));
  PURSER_TRY(from_vector(state.second_moments, parts_->second_moments));
  PURSER_TRY(from_vector(state.statistics, parts_->running));
  parts_->gradients.zero_();
  parts_->steps = state.steps;
  return {};
}

std::vector<float> Engine::gradient() const { return to_vector(parts_->gradients); }

void Engine::write_to(Graph& graph) const {
  const auto write = [&graph](const at::Tensor& flat, const Place& place) {
    const at::Tensor plain = view_of(flat, place).contiguous();
    graph::Tensor& tensor = graph.initializers.at(place.name);
    std::memcpy(tensor.bytes.data(), plain.const_data_ptr(), tensor.bytes.size());
  };
  for (const Place& place : parts_->places) write(parts_->parameters, place);
  for (const Place& place : parts_->statistics) write(parts_->running, place);
}

int usable_cores() {
  cpu_set_t mask;
  CPU_ZERO(&mask);
  if (sched_getaffinity(0, sizeof(mask), &mask) != 0) return 1;
  return std::max(1, CPU_COUNT(&mask));
}

}  // namespace purser::train
