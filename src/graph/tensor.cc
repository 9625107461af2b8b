#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <type_traits>

#include "graph/graph.h"

namespace purser::graph {
namespace {

struct Row {
  ElementType type;
  std::string_view name;
  std::size_t size_bytes;
};

constexpr std::array kRows{
    Row{ElementType::kUndefined, "undefined", 0}, Row{ElementType::kFloat32, "float32", 4},
    Row{ElementType::kUint8, "uint8", 1},         Row{ElementType::kInt8, "int8", 1},
    Row{ElementType::kInt32, "int32", 4},         Row{ElementType::kInt64, "int64", 8},
    Row{ElementType::kBool, "bool", 1},           Row{ElementType::kFloat16, "float16", 2},
    Row{ElementType::kFloat64, "float64", 8},     Row{ElementType::kBfloat16, "bfloat16", 2},
};

const Row& row(ElementType type) {
  for (const Row& candidate : kRows) {
    if (candidate.type == type) return candidate;
  }
  return kRows.front();
}

template <class T>
constexpr ElementType kTypeOf = ElementType::kUndefined;
template <>
constexpr ElementType kTypeOf<float> = ElementType::kFloat32;
template <>
constexpr ElementType kTypeOf<double> = ElementType::kFloat64;
template <>
constexpr ElementType kTypeOf<std::uint8_t> = ElementType::kUint8;
template <>
constexpr ElementType kTypeOf<std::int8_t> = ElementType::kInt8;
template <>
constexpr ElementType kTypeOf<std::int32_t> = ElementType::kInt32;
template <>
constexpr ElementType kTypeOf<std::int64_t> = ElementType::kInt64;
template <>
constexpr ElementType kTypeOf<bool> = ElementType::kBool;

template <class T>
void require_type(const Tensor& tensor) {
  const bool fits = std::is_same_v<T, std::uint16_t> ? tensor.type == ElementType::kFloat16 ||
                                                           tensor.type == ElementType::kBfloat16
                                                     : tensor.type == kTypeOf<T>;
  if (fits && tensor.bytes.size() % sizeof(T) == 0) return;
  std::fprintf(stderr, "purser: bug: a tensor of %s was read as %s\n", name(tensor.type).data(),
               name(kTypeOf<T>).data());
  std::abort();
}

}  // namespace

std::string_view name(ElementType type) { return row(type).name; }

std::size_t size_bytes(ElementType type) { return row(type).size_bytes; }

std::int64_t Tensor::element_count() const {
  std::int64_t count = 1;
  for (const std::int64_t dimension : shape) count *= dimension;
  return count;
}

template <class T>
std::span<const T> Tensor::as() const {
  require_type<T>(*this);
  return {reinterpret_cast<const T*>(bytes.data()), bytes.size() / sizeof(T)};
}

template <class T>
std::span<T> Tensor::as() {
  require_type<T>(*this);
  return {reinterpret_cast<T*>(bytes.data()), bytes.size() / sizeof(T)};
}

template <class T>
Tensor Tensor::of(std::vector<std::int64_t> shape, std::span<const T> values) {
  Tensor tensor{kTypeOf<T>, std::move(shape), std::vector<std::byte>(values.size_bytes())};
  if (static_cast<std::size_t>(tensor.element_count()) != values.size()) {
    std::fprintf(stderr, "purser: bug: %zu values for a tensor of %lld elements\n", values.size(),
                 static_cast<long long>(tensor.element_count()));
    std::abort();
  }
  if (!values.empty()) std::memcpy(tensor.bytes.data(), values.data(), values.size_bytes());
  return tensor;
}

#define PURSER_TENSOR_OF(T)                       \
  template std::span<const T> Tensor::as() const; \
  template std::span<T> Tensor::as();             \
  template Tensor Tensor::of(std::vector<std::int64_t>, std::span<const T>)

PURSER_TENSOR_OF(float);
PURSER_TENSOR_OF(double);
PURSER_TENSOR_OF(std::uint8_t);
PURSER_TENSOR_OF(std::int8_t);
PURSER_TENSOR_OF(std::int32_t);
PURSER_TENSOR_OF(std::int64_t);
PURSER_TENSOR_OF(bool);
template std::span<const std::uint16_t> Tensor::as() const;
template std::span<std::uint16_t> Tensor::as();

}  // namespace purser::graph
