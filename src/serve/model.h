// A model that is loaded, tried out and ready to run batches.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "runtime/runtime.h"
#include "serve/infer_json.h"
#include "serve/signature.h"

namespace purser::serve {

struct ModelOptions {
  std::string name;     // is_plain_name
  std::string version;  // is_plain_name
  std::int64_t rows_max = 32;
  int threads = 1;  // inside one operator
};

// Immutable after load(); any thread may read it.
class Model {
 public:
  // Reads the file, checks what it takes and gives, and runs it on zeros: at one row and at the
  // largest batch, so that the first client does not pay for the warm-up and a model that cannot
  // run is refused before it is said to be ready.
  static Result<Model> load(const std::filesystem::path& path, const ModelOptions& options);
  static Result<Model> from_bytes(std::string_view onnx, const ModelOptions& options);

  const Signature& signature() const { return signature_; }
  const runtime::Session& session() const { return *session_; }

 private:
  Model(runtime::Session session, Signature signature);
  static Result<Model> open(Result<runtime::Session> session, const ModelOptions& options);
  Status try_out();

  std::unique_ptr<runtime::Session> session_;  // at an address that Runners may keep
  Signature signature_;
};

// Runs batches for one thread: rows of many requests are joined in buffers made once, and the
// outputs are handed back by row. The Model must outlive it.
class BatchRunner {
 public:
  explicit BatchRunner(const Model& model);

  // Joins the requests, in order, and runs them: together at most signature().rows_max rows, at
  // least one request. The outputs stay readable until the next call.
  Status run(std::span<const InferRequest* const> requests);

  // For each output, the bytes of `rows` rows starting at row `first` of the last batch.
  void outputs_of(std::int64_t first, std::int64_t rows,
                  std::vector<std::span<const std::byte>>& outputs) const;

 private:
  const Model* model_;
  runtime::Runner runner_;
  std::vector<std::vector<std::byte>> joined_;  // for each input
  std::vector<std::vector<std::int64_t>> shapes_;
  std::vector<runtime::TensorView> inputs_;
  std::span<const runtime::TensorView> outputs_;
};

}  // namespace purser::serve
