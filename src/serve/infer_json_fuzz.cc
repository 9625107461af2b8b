// Any bytes as the body of an inference request: reading never crashes, never writes beyond the
// largest batch, accepts nothing that a general JSON library calls malformed, and reads the same
// numbers as that library.
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <cstring>

#include <nlohmann/json.hpp>

#include "serve/infer_json.h"

namespace {

using purser::serve::Signature;

const Signature& signature() {
  static const Signature signature = [] {
    Signature made{.model = "m", .version = "1", .batched = true, .rows_max = 3};
    made.inputs.push_back({.name = "x", .type = purser::graph::ElementType::kFloat32});
    made.inputs.push_back({.name = "k", .type = purser::graph::ElementType::kInt64});
    made.outputs.push_back({.name = "y", .type = purser::graph::ElementType::kFloat32});
    set_row_shape(made.inputs[0], {2});
    set_row_shape(made.inputs[1], {});
    set_row_shape(made.outputs[0], {1});
    return made;
  }();
  return signature;
}

void flatten(const nlohmann::json& value, std::vector<double>& out) {
  if (!value.is_array()) return out.push_back(value.get<double>());
  for (const auto& element : value) flatten(element, out);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  static purser::serve::InferReader reader(signature());
  purser::serve::InferRequest request;
  if (!reader.read(body, std::nullopt, request)) return 0;
  if (request.rows < 1 || request.rows > 3) std::abort();
  const nlohmann::json json = nlohmann::json::parse(body, nullptr, false);
  if (json.is_discarded()) std::abort();
  for (const auto& input : json["inputs"]) {
    if (input["name"] != "x") continue;
    std::vector<double> expected;
    flatten(input["data"], expected);
    std::vector<float> values(request.inputs[0].size() / sizeof(float));
    std::memcpy(values.data(), request.inputs[0].data(), request.inputs[0].size());
    if (values.size() != expected.size()) std::abort();
    for (std::size_t i = 0; i < values.size(); ++i) {
      // The library goes through double: one unit in the last place of a float is what that may
      // cost. (number_array_test.cc compares exactly.)
      const auto wide = static_cast<float>(expected[i]);
      if (values[i] != wide && values[i] != std::nextafterf(wide, INFINITY) &&
          values[i] != std::nextafterf(wide, -INFINITY)) {
        std::abort();
      }
    }
  }
  return 0;
}
