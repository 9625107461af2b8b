// What a served model takes and gives, as the Open Inference Protocol names it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "graph/graph.h"
#include "runtime/runtime.h"

namespace purser::serve {

// One input or output. A row is what one sample has of it: everything behind the batch dimension,
// or the whole tensor where the model has none.
struct TensorSpec {
  std::string name;
  graph::ElementType type = graph::ElementType::kUndefined;
  std::vector<std::int64_t> row_shape = {};
  std::int64_t row_elements = 0;
  std::size_t row_bytes = 0;
};

struct Signature {
  std::string model;
  std::string version;
  std::vector<TensorSpec> inputs = {};
  std::vector<TensorSpec> outputs = {};
  // The first dimension of every tensor is a batch of any size. If not, a request is one row that
  // fills the tensors, and is never joined with another.
  bool batched = false;
  std::int64_t rows_max = 1;  // of one batch, and so of one request
};

// "FP32", "INT64", …; empty for a type that the protocol or this server does not carry.
std::string_view protocol_name(graph::ElementType type);

// Builds the signature of a model. The outputs' row shapes are those that the model states; a
// dynamic dimension in them is left to a trial run (see model.h). Refuses dynamic dimensions of
// inputs besides the batch, and types that the protocol does not carry, naming the tensor.
Result<Signature> signature_of(std::span<const runtime::TensorInfo> inputs,
                               std::span<const runtime::TensorInfo> outputs, std::string model,
                               std::string version, std::int64_t rows_max);

// The shape of `rows` rows: {rows, row_shape…}, or row_shape itself without a batch dimension.
std::vector<std::int64_t> shape_of(const Signature& signature, const TensorSpec& tensor,
                                   std::int64_t rows);

// row_elements and row_bytes out of type and row_shape.
void set_row_shape(TensorSpec& tensor, std::vector<std::int64_t> row_shape);

}  // namespace purser::serve
