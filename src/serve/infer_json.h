// The bodies of the Open Inference Protocol (REST, version 2): an inference request is read into
// the bytes that the model takes, an answer is written from the bytes that it gave, both without
// building a document in between. With the binary tensor extension, tensors follow the JSON as raw
// little-endian bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "serve/signature.h"

namespace purser::serve {

// One request, decoded. To be reused from request to request: its buffers keep their room.
struct InferRequest {
  // For each input of the signature: rows x row_bytes bytes.
  std::vector<std::vector<std::byte>> inputs;
  std::int64_t rows = 0;
  std::string id_json;  // the client's id as a JSON string, with quotes; empty if none
  // Indices into the signature's outputs, in the order of the answer.
  struct Output {
    std::size_t index = 0;
    bool binary = false;
  };
  std::vector<Output> outputs;
};

class RequestReader;

// Reads requests for one model. One thread.
class InferReader {
 public:
  // The signature must outlive the reader.
  explicit InferReader(const Signature& signature);

  // Reads `body` into `request`. `json_bytes`: how much of the body is JSON, the rest being binary
  // tensors in the order of the inputs that have a binary_data_size; nothing: all of it is JSON.
  // Errors are kInvalidInput and say which input and why.
  Status read(std::string_view body, std::optional<std::size_t> json_bytes, InferRequest& request);

 private:
  friend class RequestReader;
  // What is kept from request to request, so that none of it is allocated again.
  struct Scratch {
    // For each input, room for the largest batch: for numbers that come before their shape.
    std::vector<std::vector<std::byte>> room;
    std::vector<bool> given;                                          // by input
    std::vector<std::pair<std::size_t, std::optional<bool>>> wanted;  // output, binary?
  };

  const Signature* signature_;
  Scratch scratch_;
};

// An answer in pieces: JSON, then the binary tensors, if any was asked for.
struct InferAnswer {
  std::string body;
  std::size_t json_bytes = 0;  // == body.size() unless `binary`
  bool binary = false;
};

// Writes the answer into `answer` (cleared first). `outputs`: for each output of the signature, the
// bytes of this request's rows. Fails with kEngine if a float is NaN or infinite, which JSON cannot
// say, naming the output.
Status write_infer_answer(const Signature& signature, const InferRequest& request,
                          std::span<const std::span<const std::byte>> outputs, InferAnswer& answer);

// The JSON of `GET v2/models/NAME`.
std::string metadata_json(const Signature& signature);

// A request body for `rows` rows of a model with one float input, `values` row-major; floats are
// written with the fewest digits that read back the same.
std::string infer_request_json(std::string_view input_name, std::span<const std::int64_t> shape,
                               std::span<const float> values);

}  // namespace purser::serve
