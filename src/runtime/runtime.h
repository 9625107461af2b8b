// The one adapter around ONNX Runtime: load a model, run batches, see which kernels ran.
//
//   PURSER_ASSIGN(const Session session, Session::load("model.onnx", {.threads = 1}));
//   Runner runner(session);
//   PURSER_ASSIGN(const std::span<const float> logits, runner.run(pixels, batch));
//
// A Session holds the model; any thread may call its const members, many at once. A Runner holds
// what one thread needs to run it again and again (buffers of the outputs); one thread at a time
// may use it, and its Session must outlive it. ONNX Runtime's exceptions end here: every failure is
// an Error that names the model.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "graph/graph.h"

namespace purser::runtime {

struct SessionOptions {
  // Threads that share the work inside one operator, the caller's included. More than one per
  // Session makes sense only where cores are free.
  int threads = 1;
  // Should idle threads of the pool burn their core while they wait? Faster by microseconds, at the
  // price of a core; meaningless with one thread.
  bool spinning = false;
  // Writes down every kernel that runs; costs time, so never on in a measurement.
  bool profile = false;
  // What errors call the model; load() takes the path where it is empty.
  std::string name = {};
};

// What the model takes or gives. A dimension not known before a run is graph::kDynamic.
struct TensorInfo {
  std::string name;
  graph::ElementType type = graph::ElementType::kUndefined;
  std::vector<std::int64_t> shape;
  std::vector<std::string> dimension_names;  // parallel to `shape`; "" where none
  bool operator==(const TensorInfo&) const = default;
};

// A dense row-major tensor that somebody else owns.
struct TensorView {
  graph::ElementType type = graph::ElementType::kUndefined;
  std::span<const std::int64_t> shape;
  std::span<const std::byte> bytes;

  std::span<const float> floats() const;  // type must be kFloat32
};

// How often a kernel ran, and for how long, by operator and execution provider.
struct KernelUse {
  std::string op_type;   // after fusion: "QLinearConv", "FusedConv", "ReorderInput"
  std::string provider;  // "CPUExecutionProvider"
  std::int64_t calls = 0;
  Nanoseconds time{};
};

class Session {
 public:
  // kInvalidInput: not a model, or one that ONNX Runtime refuses. kNotFound: no such file.
  static Result<Session> load(const std::filesystem::path& path, SessionOptions options);
  // The bytes of an ONNX file; they need not outlive the call.
  static Result<Session> from_bytes(std::string_view model, SessionOptions options);
  Session(Session&&) noexcept;
  Session& operator=(Session&&) noexcept;
  ~Session();

  const std::string& name() const;
  const SessionOptions& options() const;
  std::span<const TensorInfo> inputs() const;
  std::span<const TensorInfo> outputs() const;

  // Does this fit what the model takes: number, types, ranks, and every dimension that is fixed?
  // kInvalidInput, naming model and input, if not.
  Status check_inputs(std::span<const TensorView> tensors) const;

  // The kernels that ran since loading, slowest first. Ends the profile: ask once, after the runs,
  // and only with options().profile.
  Result<std::vector<KernelUse>> profile();

  struct Engine;  // ONNX Runtime's part

 private:
  friend class Runner;
  explicit Session(std::unique_ptr<Engine> engine);
  std::unique_ptr<Engine> engine_;
};

class Runner {
 public:
  explicit Runner(const Session& session);
  Runner(Runner&&) noexcept;
  Runner& operator=(Runner&&) noexcept;
  ~Runner();

  // Runs the model on one tensor for each input, in the order of Session::inputs(). The outputs, in
  // the order of Session::outputs(), are valid until the next call or the end of the Runner. Once a
  // batch size has been seen, outputs whose shape follows from the batch are not allocated again.
  Result<std::span<const TensorView>> run(std::span<const TensorView> inputs);

  // For a model with one float32 input [batch, …] and one float32 output: `input` holds
  // batch x (product of the other, fixed, dimensions) values; gives the output's values.
  Result<std::span<const float>> run(std::span<const float> input, std::int64_t batch);

 private:
  struct Buffers;
  std::unique_ptr<Buffers> buffers_;
};

// "1.31.1": of the library that was loaded.
std::string_view engine_version();

// Which integer arithmetic the processor has: decides whether 8-bit products may use all 8 bits.
// Without it x86 adds pairs of products in 16 bits, which saturate.
bool has_vnni();

}  // namespace purser::runtime
