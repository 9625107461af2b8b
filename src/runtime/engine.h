// ONNX Runtime's side of a Session; only this room's .cc files include it.
#pragma once

#include <onnxruntime_cxx_api.h>

#include <string>
#include <vector>

#include "runtime/runtime.h"

namespace purser::runtime {

// One environment a process, made at the first use. It is never destroyed: sessions in other static
// objects may outlive any order of destruction, and the process is about to end anyway.
Ort::Env& environment();

struct Session::Engine {
  ~Engine();  // discards a profile that was not taken

  SessionOptions options;
  std::vector<TensorInfo> inputs;
  std::vector<TensorInfo> outputs;
  std::vector<const char*> input_names;  // into `inputs`
  std::vector<const char*> output_names;
  // Running is thread-safe in ONNX Runtime, though its C++ wrapper does not say so with const.
  mutable Ort::Session session{nullptr};
  bool profile_ended = false;
};

// "model 'cnn.onnx': …", without ONNX Runtime's own prefixes and source positions.
Error engine_error(ErrorCode code, const std::string& model, const Ort::Exception& exception);

}  // namespace purser::runtime
