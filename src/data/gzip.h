// Bytes of a file that may be gzipped, handed out piece by piece so that nobody has to trust the
// sizes that the file claims.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "base/result.h"

namespace purser::data {

// Reads `bytes` (which must outlive this) through zlib if they start as gzip does, and as they are
// if not. Several gzip members, one after the other, are one file. Not thread-safe.
class ByteSource {
 public:
  explicit ByteSource(std::string_view bytes);
  ~ByteSource();
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;

  // Fills as much of `out` as there is and returns how much that was; less than out.size() only at
  // the end. Damaged or cut gzip data are errors, which name no file.
  Result<std::size_t> read(std::span<std::uint8_t> out);

  // No more than this can come out of the whole source, whatever it claims.
  std::uint64_t upper_bound_bytes() const;

 private:
  struct Stream;
  std::string_view rest_;  // what is left, where it is not gzip
  std::uint64_t upper_bound_bytes_;
  std::unique_ptr<Stream> stream_;  // null where it is not gzip
};

}  // namespace purser::data
