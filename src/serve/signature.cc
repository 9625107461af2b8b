#include "serve/signature.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace purser::serve {
namespace {

struct ProtocolName {
  graph::ElementType type;
  std::string_view name;
};
constexpr ProtocolName kProtocolNames[] = {
    {graph::ElementType::kFloat32, "FP32"}, {graph::ElementType::kFloat64, "FP64"},
    {graph::ElementType::kInt64, "INT64"},  {graph::ElementType::kInt32, "INT32"},
    {graph::ElementType::kInt8, "INT8"},    {graph::ElementType::kUint8, "UINT8"},
    {graph::ElementType::kBool, "BOOL"},
};

bool starts_with_dynamic(const runtime::TensorInfo& value) {
  return !value.shape.empty() && value.shape.front() == graph::kDynamic;
}

Result<TensorSpec> tensor_of(const runtime::TensorInfo& value, bool batched, bool must_be_fixed) {
  if (protocol_name(value.type).empty()) {
    return fail(ErrorCode::kUnsupported,
                fmt::format("'{}' is of type {}, which this server does not carry; cast it inside "
                            "the model to float32",
                            value.name, graph::name(value.type)));
  }
  TensorSpec tensor{.name = value.name, .type = value.type};
  std::vector<std::int64_t> row(value.shape.begin() + (batched ? 1 : 0), value.shape.end());
  if (must_be_fixed && std::find(row.begin(), row.end(), graph::kDynamic) != row.end()) {
    return fail(
        ErrorCode::kUnsupported,
        fmt::format("input '{}' has a dynamic dimension besides the batch; export the model "
                    "with that dimension fixed",
                    value.name));
  }
  set_row_shape(tensor, std::move(row));
  return tensor;
}

}  // namespace

std::string_view protocol_name(graph::ElementType type) {
  const auto* const found = std::find_if(std::begin(kProtocolNames), std::end(kProtocolNames),
                                         [&](const ProtocolName& row) { return row.type == type; });
  return found == std::end(kProtocolNames) ? std::string_view() : found->name;
}

void set_row_shape(TensorSpec& tensor, std::vector<std::int64_t> row_shape) {
  tensor.row_elements = 1;
  for (const std::int64_t extent : row_shape)
    tensor.row_elements *= std::max<std::int64_t>(extent, 0);
  tensor.row_bytes = static_cast<std::size_t>(tensor.row_elements) * graph::size_bytes(tensor.type);
  tensor.row_shape = std::move(row_shape);
}

Result<Signature> signature_of(std::span<const runtime::TensorInfo> inputs,
                               std::span<const runtime::TensorInfo> outputs, std::string model,
                               std::string version, std::int64_t rows_max) {
  Signature signature{.model = std::move(model), .version = std::move(version)};
  if (inputs.empty() || outputs.empty()) {
    return fail(ErrorCode::kUnsupported, "the model has no inputs or no outputs to serve");
  }
  signature.batched = std::all_of(inputs.begin(), inputs.end(), starts_with_dynamic) &&
                      std::all_of(outputs.begin(), outputs.end(), starts_with_dynamic);
  signature.rows_max = signature.batched ? rows_max : 1;
  for (const runtime::TensorInfo& value : inputs) {
    PURSER_ASSIGN(TensorSpec tensor, tensor_of(value, signature.batched, true));
    signature.inputs.push_back(std::move(tensor));
  }
  for (const runtime::TensorInfo& value : outputs) {
    PURSER_ASSIGN(TensorSpec tensor, tensor_of(value, signature.batched, false));
    signature.outputs.push_back(std::move(tensor));
  }
  return signature;
}

std::vector<std::int64_t> shape_of(const Signature& signature, const TensorSpec& tensor,
                                   std::int64_t rows) {
  std::vector<std::int64_t> shape;
  if (signature.batched) shape.push_back(rows);
  shape.insert(shape.end(), tensor.row_shape.begin(), tensor.row_shape.end());
  return shape;
}

}  // namespace purser::serve
