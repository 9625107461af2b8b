// Models written as text, for tests: ONNX's own textual form.
#pragma once

#include <string>
#include <string_view>

namespace purser::graph {

// The bytes of the model that `text` describes; ends the program where it is malformed.
std::string model_from_text(std::string_view text);

// The same model with doc strings: "doc of NAME" of graph, inputs and outputs, "doc of OPERATOR" of
// nodes.
std::string with_docs(std::string_view model);

}  // namespace purser::graph
