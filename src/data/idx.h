// IDX, the format of MNIST and its successors (LeCun, "The MNIST database of handwritten digits"):
// a magic number (two zero bytes, the element type, the number of dimensions), the dimensions as
// big-endian 32-bit numbers, and the elements. Ours have unsigned bytes as elements.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace purser::data {

enum class IdxKind : std::uint8_t { kImages, kLabels };

struct IdxHeader {
  std::int64_t count = 0;
  std::int64_t height = 1;  // 1 for labels
  std::int64_t width = 1;
};

struct IdxFile {
  IdxHeader header;
  std::vector<std::uint8_t> elements;  // count x height x width
};

// `bytes` are the file's, gzipped or plain; `where` names it in errors. Refuses another kind, sizes
// of zero, more than 2 GiB, and elements that are fewer or more than the header says.
Result<IdxFile> parse_idx(std::string_view bytes, IdxKind kind, std::string_view where);
// Only the header; the first kibibyte of the file is enough.
Result<IdxHeader> parse_idx_header(std::string_view bytes, IdxKind kind, std::string_view where);

}  // namespace purser::data
