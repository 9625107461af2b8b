// Tensors between ONNX's messages and ours.
#include <algorithm>
#include <cstring>
#include <limits>

#include <fmt/format.h>
#include <onnx/onnx_pb.h>

#include "graph/onnx_convert.h"

namespace purser::graph {
namespace {

std::string type_name(std::int32_t type) {
  return onnx::TensorProto_DataType_IsValid(type)
             ? onnx::TensorProto_DataType_Name(static_cast<onnx::TensorProto_DataType>(type))
             : fmt::format("type {}", type);
}

// Small types travel widened in ONNX's typed fields.
template <class T, class Field>
bool narrow(const Field& field, std::vector<std::byte>& bytes) {
  if (static_cast<std::size_t>(field.size()) * sizeof(T) != bytes.size()) return false;
  std::size_t at = 0;
  for (const auto wide : field) {
    const T value = static_cast<T>(wide);
    std::memcpy(bytes.data() + at, &value, sizeof(T));
    at += sizeof(T);
  }
  return true;
}

// False if the message holds more or fewer elements than `tensor` has room for.
bool copy_elements(const onnx::TensorProto& message, Tensor& tensor) {
  if (message.has_raw_data()) {
    if (message.raw_data().size() != tensor.bytes.size()) return false;
    if (!tensor.bytes.empty()) {
      std::memcpy(tensor.bytes.data(), message.raw_data().data(), tensor.bytes.size());
    }
    return true;
  }
  switch (tensor.type) {
    case ElementType::kFloat32:
      return narrow<float>(message.float_data(), tensor.bytes);
    case ElementType::kFloat64:
      return narrow<double>(message.double_data(), tensor.bytes);
    case ElementType::kInt64:
      return narrow<std::int64_t>(message.int64_data(), tensor.bytes);
    case ElementType::kInt32:
      return narrow<std::int32_t>(message.int32_data(), tensor.bytes);
    case ElementType::kFloat16:
    case ElementType::kBfloat16:
      return narrow<std::uint16_t>(message.int32_data(), tensor.bytes);
    case ElementType::kInt8:
      return narrow<std::int8_t>(message.int32_data(), tensor.bytes);
    case ElementType::kUint8:
    case ElementType::kBool:
      return narrow<std::uint8_t>(message.int32_data(), tensor.bytes);
    case ElementType::kUndefined:
      break;
  }
  return false;
}

}  // namespace

Result<Tensor> tensor_of(const onnx::TensorProto& message, const std::string& what) {
  if (message.data_location() == onnx::TensorProto::EXTERNAL || message.external_data_size() > 0) {
    return fail(ErrorCode::kUnsupported,
                fmt::format("{} lies in a file of its own (external data), which Purser does not "
                            "read; save the model as one file",
                            what));
  }
  Tensor tensor;
  tensor.type = static_cast<ElementType>(message.data_type());
  const std::size_t element_bytes = size_bytes(tensor.type);
  if (element_bytes == 0) {
    return fail(ErrorCode::kUnsupported,
                fmt::format("{} has elements of {}, which Purser does not hold; it holds float32, "
                            "float64, float16, bfloat16, int8, uint8, int32, int64 and bool",
                            what, type_name(message.data_type())));
  }
  std::int64_t bytes = static_cast<std::int64_t>(element_bytes);
  for (const std::int64_t dimension : message.dims()) {
    if (dimension < 0 || __builtin_mul_overflow(bytes, dimension, &bytes)) {
      return fail(ErrorCode::kInvalidInput, fmt::format("{} has the impossible dimension {}; "
                                                        "export the model again",
                                                        what, dimension));
    }
    tensor.shape.push_back(dimension);
  }
  // An element takes at least a byte of the file, whichever field holds it: nothing is allocated
  // for data that are not there.
  if (static_cast<std::size_t>(bytes) > message.ByteSizeLong() * sizeof(std::int64_t)) {
    return fail(
        ErrorCode::kInvalidInput,
        fmt::format("{} should have {} bytes, and has fewer; export the model again", what, bytes));
  }
  tensor.bytes.resize(static_cast<std::size_t>(bytes));
  if (!copy_elements(message, tensor)) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("{} does not hold the {} bytes that its shape needs; export the model "
                            "again",
                            what, bytes));
  }
  if (tensor.type == ElementType::kBool &&
      std::any_of(tensor.bytes.begin(), tensor.bytes.end(),
                  [](std::byte byte) { return std::to_integer<int>(byte) > 1; })) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("{} has a bool that is neither 0 nor 1; export the model again", what));
  }
  return tensor;
}

}  // namespace purser::graph
