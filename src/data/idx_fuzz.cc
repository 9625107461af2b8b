// Any bytes: reading IDX never crashes, and what it accepts has the elements that its header says.
#include <cstdlib>

#include "data/idx.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  for (const auto kind : {purser::data::IdxKind::kImages, purser::data::IdxKind::kLabels}) {
    const auto header = purser::data::parse_idx_header(bytes, kind, "fuzz");
    const auto file = purser::data::parse_idx(bytes, kind, "fuzz");
    if (!file) continue;
    const auto& [count, height, width] = file->header;
    const bool agrees = header && header->count == count &&
                        static_cast<std::int64_t>(file->elements.size()) == count * height * width;
    if (!agrees) std::abort();
  }
  return 0;
}
