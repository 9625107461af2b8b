// Any bytes: reading a model never crashes, and what it accepts is written and read back the same.
#include <cstdlib>

#include "graph/graph.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto graph = purser::graph::parse_onnx(bytes, "fuzz");
  if (!graph) return 0;
  (void)purser::graph::trainable_parameters(*graph);
  (void)purser::graph::work_of(*graph);
  const auto written = purser::graph::serialize_onnx(*graph);
  if (!written) return 0;
  const auto again = purser::graph::parse_onnx(*written, "again");
  if (!again || *purser::graph::serialize_onnx(*again) != *written) std::abort();
  return 0;
}
