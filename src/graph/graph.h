// The model in memory. ONNX is the only model format: a file is read into a Graph, every room works
// on Graphs, and a Graph is written as an ONNX file again that any other tool can open.
//
// Values only: a Graph owns its nodes and tensors, copies are deep, and nothing here is shared
// between threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"

namespace purser::graph {

// Numbers are those of ONNX's TensorProto.DataType.
enum class ElementType : std::int32_t {
  kUndefined = 0,
  kFloat32 = 1,
  kUint8 = 2,
  kInt8 = 3,
  kInt32 = 6,
  kInt64 = 7,
  kBool = 9,
  kFloat16 = 10,
  kFloat64 = 11,
  kBfloat16 = 16,
};
std::string_view name(ElementType type);   // "float32"
std::size_t size_bytes(ElementType type);  // of one element; 0 for kUndefined

// Dense, row-major, little-endian.
struct Tensor {
  ElementType type = ElementType::kUndefined;
  std::vector<std::int64_t> shape;  // empty: a scalar
  std::vector<std::byte> bytes;     // element_count() x size_bytes(type)

  std::int64_t element_count() const;
  // T must be the type's own C++ type (std::uint16_t for the two half precisions): a mismatch is a
  // bug and ends the program.
  template <class T>
  std::span<const T> as() const;
  template <class T>
  std::span<T> as();
  template <class T>
  static Tensor of(std::vector<std::int64_t> shape, std::span<const T> values);
};

using Attribute = std::variant<std::int64_t, float, std::string, std::vector<std::int64_t>,
                               std::vector<float>, std::vector<std::string>, Tensor>;

// A dimension that is not known when the model is written (the batch) is kDynamic.
inline constexpr std::int64_t kDynamic = -1;

struct ValueInfo {
  std::string name;
  ElementType type = ElementType::kUndefined;
  bool has_shape = true;  // false: not even the rank is known, and `shape` is empty
  std::vector<std::int64_t> shape;
  // Names of dynamic dimensions ("batch"), parallel to `shape`; empty where none.
  std::vector<std::string> dimension_names;
  std::string doc = {};
};

struct Node {
  std::string name;
  std::string op_type;              // "Conv"
  std::string domain;               // "" is the ONNX domain
  std::vector<std::string> inputs;  // "" where an optional input is left out
  std::vector<std::string> outputs;
  std::map<std::string, Attribute> attributes;
  std::string doc = {};

  // The attribute, or `fallback` if it is absent. A present attribute of another type is a bug of
  // the file that read_onnx has refused already.
  std::int64_t int_attribute(std::string_view key, std::int64_t fallback) const;
  float float_attribute(std::string_view key, float fallback) const;
  std::string string_attribute(std::string_view key, std::string_view fallback) const;
  std::vector<std::int64_t> ints_attribute(std::string_view key,
                                           const std::vector<std::int64_t>& fallback) const;
  // "node 'conv1' (Conv)", for messages.
  std::string describe() const;
};

struct Graph {
  std::string name;
  std::int64_t opset = 0;                            // of the ONNX domain
  std::map<std::string, std::int64_t> other_opsets;  // of other domains, if nodes use any
  std::vector<ValueInfo> inputs;                     // without the initializers
  std::vector<ValueInfo> outputs;
  std::vector<Node> nodes;  // in an order that computes every input before its use
  std::map<std::string, Tensor> initializers;
  std::map<std::string, ValueInfo> values;      // shapes of intermediate values, as far as inferred
  std::map<std::string, std::string> metadata;  // metadata_props
  // What its makers say about it; computes nothing, and stays with it.
  std::string doc;                 // of the graph
  std::string model_doc;           // of the model around it
  std::string model_domain;        // "com.example.vision"
  std::int64_t model_version = 0;  // 0: none is told

  const Tensor* initializer(std::string_view value) const;    // nullptr if it is none
  const ValueInfo* value_info(std::string_view value) const;  // input, output or intermediate
  // Index of the node that computes `value`; nothing for inputs and initializers.
  std::optional<std::size_t> producer(std::string_view value) const;
  // Indices of the nodes that read `value`, ascending.
  std::vector<std::size_t> consumers(std::string_view value) const;
  bool is_output(std::string_view value) const;
};

// The opset that graphs are read into; see parse_onnx.
inline constexpr std::int64_t kOpset = 21;

// Reads, orders the nodes, inlines functions, checks (ONNX's own checker), converts to kOpset where
// the file has another, and infers shapes. Constant nodes become initializers; nodes without a
// name, or with one that is taken, get one. Errors name the file, and the node where there is one.
// Refused: subgraphs (If, Loop, Scan), external data, sparse, string and sub-byte tensors.
// Forgotten: the producer's name, and what is written about single attributes and initializers.
// Both may be called from any thread.
Result<Graph> read_onnx(const std::filesystem::path& path);
Result<Graph> parse_onnx(std::string_view bytes, std::string_view where);
// The same graph as ONNX bytes; deterministic: equal graphs give equal bytes.
Result<std::string> serialize_onnx(const Graph& graph);
Status write_onnx(const Graph& graph, const std::filesystem::path& path);  // atomically

// Recomputes `values` and the outputs' shapes after a rewrite. On an error the graph is unchanged.
Status infer_shapes(Graph& graph);

// Puts the nodes into an order that computes every input before its use, otherwise keeping the
// order they have. Fails, naming a node, where they wait for each other in a circle.
Status sort_nodes(Graph& graph);

// The initializers that training may change: floating-point weights, biases, scales and shifts of
// operators that learn, found by their place in the graph, not by name. Shapes, indices, running
// statistics and other constants are not among them. In order of first use.
std::vector<std::string> trainable_parameters(const Graph& graph);

// What one node or the whole graph costs with every dynamic dimension at one (a batch of one).
// Multiply-adds are those of convolutions and matrix products, as papers count them; everything
// else counts none. Parameters shared by nodes count once for the graph.
struct Work {
  std::int64_t multiply_adds = 0;
  std::int64_t parameter_bytes = 0;
  std::int64_t activation_bytes = 0;  // written by the node
};
// Fail, naming the value, where a shape that is needed is unknown, and past 2^63.
Result<Work> work_of(const Graph& graph);
Result<Work> work_of(const Graph& graph, const Node& node);

}  // namespace purser::graph
