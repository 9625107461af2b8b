// Running a model many times without allocating the outputs again.
#include <algorithm>

#include <fmt/format.h>

#include "runtime/engine.h"

namespace purser::runtime {
namespace {

struct alignas(64) CacheLine {
  std::byte bytes[64];
};

// Outputs whose every dimension is fixed, but for a first one that is called as the first of the
// first input is: the batch. Their size is known before the run.
bool follows_batch(const TensorInfo& output, const TensorInfo& input) {
  if (graph::size_bytes(output.type) == 0 || input.shape.empty()) return false;
  for (std::size_t i = 0; i < output.shape.size(); ++i) {
    if (output.shape[i] != graph::kDynamic) continue;
    const bool is_batch = i == 0 && input.shape[0] == graph::kDynamic &&
                          !output.dimension_names[0].empty() &&
                          output.dimension_names[0] == input.dimension_names[0];
    if (!is_batch) return false;
  }
  return true;
}

}  // namespace

std::span<const float> TensorView::floats() const {
  if (type != graph::ElementType::kFloat32) std::abort();  // a bug of the caller
  return {reinterpret_cast<const float*>(bytes.data()), bytes.size() / sizeof(float)};
}

struct Runner::Buffers {
  const Session* session;
  Ort::MemoryInfo memory{Ort::MemoryInfo::CreateCpu(OrtArenaAllocator, OrtMemTypeDefault)};
  std::vector<Ort::Value> inputs;
  std::vector<Ort::Value> outputs;
  std::vector<bool> preallocated;                 // by output
  std::vector<std::vector<CacheLine>> storage;    // of preallocated outputs; grows, never shrinks
  std::vector<std::vector<std::int64_t>> shapes;  // what the views point to
  std::vector<TensorView> views;
  std::vector<std::int64_t> input_shape;  // for the run on plain floats

  explicit Buffers(const Session& of) : session(&of) {
    const std::size_t count = of.outputs().size();
    storage.resize(count);
    shapes.resize(count);
    views.resize(count);
    for (const TensorInfo& output : of.outputs()) {
      preallocated.push_back(!of.inputs().empty() && follows_batch(output, of.inputs()[0]));
    }
    for (std::size_t i = 0; i < count; ++i) outputs.emplace_back(nullptr);
    if (!of.inputs().empty()) input_shape = of.inputs()[0].shape;
  }

  void bind_inputs(std::span<const TensorView> tensors) {
    inputs.clear();
    for (const TensorView& tensor : tensors) {
      // ONNX Runtime does not write to inputs; its interface is just not const.
      inputs.push_back(
          Ort::Value::CreateTensor(memory, const_cast<std::byte*>(tensor.bytes.data()),
                                   tensor.bytes.size(), tensor.shape.data(), tensor.shape.size(),
                                   static_cast<ONNXTensorElementDataType>(tensor.type)));
    }
  }

  void bind_outputs(std::int64_t batch) {
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      outputs[i] = Ort::Value(nullptr);
      if (!preallocated[i]) continue;
      const TensorInfo& info = session->outputs()[i];
      shapes[i] = info.shape;
      if (!shapes[i].empty() && shapes[i][0] == graph::kDynamic) shapes[i][0] = batch;
      std::size_t bytes = graph::size_bytes(info.type);
      for (const std::int64_t d : shapes[i]) bytes *= static_cast<std::size_t>(d);
      const std::size_t lines = bytes / sizeof(CacheLine) + 1;
      if (storage[i].size() < lines) storage[i].resize(lines);
      outputs[i] = Ort::Value::CreateTensor(memory, storage[i].data(), bytes, shapes[i].data(),
                                            shapes[i].size(),
                                            static_cast<ONNXTensorElementDataType>(info.type));
      views[i] = {info.type, shapes[i], {storage[i].front().bytes, bytes}};
    }
  }

  void view_allocated_outputs() {
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      if (preallocated[i]) continue;
      const auto info = outputs[i].GetTensorTypeAndShapeInfo();
      shapes[i] = info.GetShape();
      const auto type = static_cast<graph::ElementType>(info.GetElementType());
      views[i] = {type,
                  shapes[i],
                  {static_cast<const std::byte*>(outputs[i].GetTensorRawData()),
                   info.GetElementCount() * graph::size_bytes(type)}};
    }
  }
};

Runner::Runner(const Session& session) : buffers_(std::make_unique<Buffers>(session)) {}
Runner::Runner(Runner&&) noexcept = default;
Runner& Runner::operator=(Runner&&) noexcept = default;
Runner::~Runner() = default;

Result<std::span<const TensorView>> Runner::run(std::span<const TensorView> inputs) {
  const Session& session = *buffers_->session;
  PURSER_TRY(session.check_inputs(inputs));
  const Session::Engine& engine = *session.engine_;
  const std::int64_t batch =
      inputs.empty() || inputs[0].shape.empty() ? 1 : inputs[0].shape.front();
  try {
    buffers_->bind_inputs(inputs);
    buffers_->bind_outputs(batch);
    engine.session.Run(Ort::RunOptions{nullptr}, engine.input_names.data(), buffers_->inputs.data(),
                       buffers_->inputs.size(), engine.output_names.data(),
                       buffers_->outputs.data(), buffers_->outputs.size());
    buffers_->view_allocated_outputs();
  } catch (const Ort::Exception& exception) {
    return fail(engine_error(ErrorCode::kEngine, session.name(), exception));
  } catch (const std::exception&) {  // bad_alloc, or a length that no vector has
    return fail(ErrorCode::kResource,
                fmt::format("model '{}': no memory for a batch of {}; send smaller batches",
                            session.name(), batch));
  }
  return std::span<const TensorView>(buffers_->views);
}

Result<std::span<const float>> Runner::run(std::span<const float> input, std::int64_t batch) {
  const Session& session = *buffers_->session;
  const bool plain = session.inputs().size() == 1 && session.outputs().size() == 1 &&
                     session.inputs()[0].type == graph::ElementType::kFloat32 &&
                     session.outputs()[0].type == graph::ElementType::kFloat32 &&
                     !session.inputs()[0].shape.empty();
  if (!plain) {
    return fail(ErrorCode::kUnsupported,
                fmt::format("model '{}': only models with one float32 input and one float32 output "
                            "can be run on plain numbers",
                            session.name()));
  }
  buffers_->input_shape[0] = batch;
  const TensorView view{graph::ElementType::kFloat32, buffers_->input_shape, std::as_bytes(input)};
  PURSER_ASSIGN(const auto outputs, run({&view, 1}));
  return outputs[0].floats();
}

}  // namespace purser::runtime
