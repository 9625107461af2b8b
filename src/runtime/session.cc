// Loading a model: options, metadata, and errors that name it.
#include <onnxruntime_session_options_config_keys.h>
#include <unistd.h>
#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include <algorithm>
#include <atomic>
#include <exception>

#include <fmt/format.h>

#include "base/files.h"
#include "base/text.h"
#include "graph/graph.h"
#include "runtime/engine.h"

namespace purser::runtime {
namespace {

TensorInfo describe(std::string name, const Ort::TypeInfo& type_info) {
  TensorInfo info;
  info.name = std::move(name);
  if (type_info.GetONNXType() != ONNX_TYPE_TENSOR) return info;  // kUndefined: refused when run
  const auto tensor = type_info.GetTensorTypeAndShapeInfo();
  // ONNX Runtime numbers the types as TensorProto does, and so does graph::ElementType.
  info.type = static_cast<graph::ElementType>(tensor.GetElementType());
  info.shape = tensor.GetShape();
  std::vector<const char*> symbols(info.shape.size(), nullptr);
  tensor.GetSymbolicDimensions(symbols.data(), symbols.size());
  for (std::size_t i = 0; i < info.shape.size(); ++i) {
    if (info.shape[i] < 0) info.shape[i] = graph::kDynamic;
    info.dimension_names.emplace_back(symbols[i] == nullptr ? "" : symbols[i]);
  }
  return info;
}

Ort::SessionOptions engine_options(const SessionOptions& options) {
  Ort::SessionOptions engine;
  engine.SetIntraOpNumThreads(options.threads);
  engine.SetInterOpNumThreads(1);
  engine.SetGraphOptimizationLevel(GraphOptimizationLevel::ORT_ENABLE_ALL);
  engine.AddConfigEntry(kOrtSessionOptionsConfigAllowIntraOpSpinning, options.spinning ? "1" : "0");
  if (options.profile) {
    // ONNX Runtime adds the time to the second, which two sessions may share.
    static std::atomic<int> sessions{0};
    const auto prefix = fs::temp_directory_path() /
                        fmt::format("purser-profile-{}-{}", ::getpid(), sessions.fetch_add(1));
    engine.EnableProfiling(prefix.c_str());
  }
  return engine;
}

std::string shape_text(std::span<const std::int64_t> shape) {
  std::string text = "[";
  for (const std::int64_t d : shape) {
    if (text.size() > 1) text += ", ";
    text += d == graph::kDynamic ? "?" : fmt::format("{}", d);
  }
  return text + "]";
}

// Does the model itself say that this input holds nothing?
bool is_empty(const TensorInfo& info) {
  return std::find(info.shape.begin(), info.shape.end(), 0) != info.shape.end();
}

// A profile that nobody asked for must not stay behind as a file.
void discard_profile(Session::Engine& engine) {
  try {
    const Ort::AllocatorWithDefaultOptions allocator;
    std::error_code ignored;
    fs::remove(engine.session.EndProfilingAllocated(allocator).get(), ignored);
  } catch (const Ort::Exception&) {
  }
}

}  // namespace

Ort::Env& environment() {
  static auto* const env = new Ort::Env(ORT_LOGGING_LEVEL_FATAL, "purser");
  return *env;
}

Error engine_error(ErrorCode code, const std::string& model, const Ort::Exception& exception) {
  std::string_view words = trim(exception.what());
  // "/onnxruntime_src/…/file.cc:123 void f(…) …": the position says nothing to a user.
  if (words.starts_with("/")) {
    const std::size_t end = words.find(") ");
    if (end != std::string_view::npos) words = trim(words.substr(end + 2));
  }
  return {code, fmt::format("model '{}': ONNX Runtime: {}", model, words)};
}

namespace {

// Why a model was not loaded. What is wrong with the file itself, the reader of graphs says best.
Error load_error(std::string_view model, const std::string& name, const Ort::Exception& exception) {
  const auto graph = graph::parse_onnx(model, fmt::format("model '{}'", name));
  if (!graph && graph.error().code() == ErrorCode::kInvalidInput) return graph.error();
  const Error said = engine_error(ErrorCode::kInvalidInput, name, exception);
  std::string_view words = said.message();
  while (words.ends_with('.')) words.remove_suffix(1);
  return {said.code(), fmt::format("{}; export the model again, for opset {} or an older one",
                                   words, graph::kOpset)};
}

}  // namespace

Session::Engine::~Engine() {
  if (options.profile && !profile_ended && session != nullptr) discard_profile(*this);
}

Session::Session(std::unique_ptr<Engine> engine) : engine_(std::move(engine)) {}
Session::Session(Session&&) noexcept = default;
Session& Session::operator=(Session&&) noexcept = default;
Session::~Session() = default;

const std::string& Session::name() const { return engine_->options.name; }
const SessionOptions& Session::options() const { return engine_->options; }
std::span<const TensorInfo> Session::inputs() const { return engine_->inputs; }
std::span<const TensorInfo> Session::outputs() const { return engine_->outputs; }

Result<Session> Session::load(const fs::path& path, SessionOptions options) {
  if (options.name.empty()) options.name = path.string();
  PURSER_ASSIGN(const std::string bytes, read_file(path));
  return from_bytes(bytes, std::move(options));
}

Result<Session> Session::from_bytes(std::string_view model, SessionOptions options) {
  if (options.name.empty()) options.name = "in memory";
  if (options.threads < 1) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("model '{}': {} threads cannot run it; ask for 1 or more", options.name,
                            options.threads));
  }
  const std::string name = options.name;
  try {
    auto engine = std::make_unique<Engine>();
    engine->options = std::move(options);
    engine->session =
        Ort::Session(environment(), model.data(), model.size(), engine_options(engine->options));
    const Ort::AllocatorWithDefaultOptions allocator;
    for (std::size_t i = 0; i < engine->session.GetInputCount(); ++i) {
      engine->inputs.push_back(describe(engine->session.GetInputNameAllocated(i, allocator).get(),
                                        engine->session.GetInputTypeInfo(i)));
    }
    for (std::size_t i = 0; i < engine->session.GetOutputCount(); ++i) {
      engine->outputs.push_back(describe(engine->session.GetOutputNameAllocated(i, allocator).get(),
                                         engine->session.GetOutputTypeInfo(i)));
    }
    for (const TensorInfo& info : engine->inputs) engine->input_names.push_back(info.name.c_str());
    for (const TensorInfo& info : engine->outputs) {
      engine->output_names.push_back(info.name.c_str());
    }
    return Session(std::move(engine));
  } catch (const Ort::Exception& exception) {
    return fail(load_error(model, name, exception));
  } catch (const std::exception& exception) {  // bad_alloc, no temporary folder for a profile
    return fail(ErrorCode::kEngine,
                fmt::format("model '{}': cannot be loaded: {}", name, exception.what()));
  }
}

Status Session::check_inputs(std::span<const TensorView> tensors) const {
  const auto refuse = [&](std::string words) {
    return fail(ErrorCode::kInvalidInput, fmt::format("model '{}': {}", name(), words));
  };
  if (tensors.size() != inputs().size()) {
    return refuse(fmt::format("takes {} inputs, got {}", inputs().size(), tensors.size()));
  }
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    const TensorInfo& wanted = inputs()[i];
    const TensorView& got = tensors[i];
    if (got.type != wanted.type) {
      return refuse(fmt::format("input '{}' takes {}, got {}", wanted.name,
                                graph::name(wanted.type), graph::name(got.type)));
    }
    const bool fits = std::equal(
        got.shape.begin(), got.shape.end(), wanted.shape.begin(), wanted.shape.end(),
        [](std::int64_t g, std::int64_t w) { return g >= 0 && (w == graph::kDynamic || g == w); });
    if (!fits) {
      return refuse(fmt::format("input '{}' takes shape {}, got {}", wanted.name,
                                shape_text(wanted.shape), shape_text(got.shape)));
    }
    std::size_t bytes = graph::size_bytes(got.type);
    for (const std::int64_t d : got.shape) {
      if (__builtin_mul_overflow(bytes, static_cast<std::size_t>(d), &bytes)) {
        return refuse(
            fmt::format("input '{}' of shape {} is too large", wanted.name, shape_text(got.shape)));
      }
    }
    // Nothing bounds how many such rows a few bytes can ask for, and each may give something.
    if (bytes == 0 && !got.shape.empty() && got.shape[0] > 0 && !is_empty(wanted)) {
      return refuse(fmt::format("input '{}' of shape {} holds nothing; send rows with values",
                                wanted.name, shape_text(got.shape)));
    }
    if (bytes != got.bytes.size()) {
      return refuse(fmt::format("input '{}' of shape {} is {} bytes, got {}", wanted.name,
                                shape_text(got.shape), bytes, got.bytes.size()));
    }
  }
  return {};
}

std::string_view engine_version() {
  static const std::string version = OrtGetApiBase()->GetVersionString();
  return version;
}

bool has_vnni() {
#if defined(__x86_64__)
  // AVX-VNNI is bit 4 of EAX of leaf 7.1; not every compiler knows it by name.
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
  const bool avx_vnni = __get_cpuid_count(7, 1, &eax, &ebx, &ecx, &edx) != 0 && (eax & 16U) != 0;
  return __builtin_cpu_supports("avx512vnni") != 0 ||
         (avx_vnni && __builtin_cpu_supports("avx2") != 0);
#else
  return true;  // Arm's SDOT and plain integer code add products in 32 bits
#endif
}

}  // namespace purser::runtime
