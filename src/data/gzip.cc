#include "data/gzip.h"

#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <limits>

#include <fmt/format.h>

namespace purser::data {
namespace {

constexpr std::string_view kGzipMagic = "\x1f\x8b";
constexpr std::uint64_t kHighestDeflateRatio = 1032;  // zlib's technical notes
constexpr int kWindowBitsOfGzip = 15 + 16;

}  // namespace

struct ByteSource::Stream {
  z_stream zlib{};
  std::string_view rest;  // not yet given to zlib
  bool ended = false;     // the current member is complete
};

ByteSource::ByteSource(std::string_view bytes) : rest_(bytes), upper_bound_bytes_(bytes.size()) {
  if (!bytes.starts_with(kGzipMagic)) return;
  upper_bound_bytes_ = bytes.size() * kHighestDeflateRatio;
  stream_ = std::make_unique<Stream>();
  stream_->rest = bytes;
  if (inflateInit2(&stream_->zlib, kWindowBitsOfGzip) != Z_OK) stream_->zlib.state = nullptr;
}

ByteSource::~ByteSource() {
  if (stream_) inflateEnd(&stream_->zlib);
}

std::uint64_t ByteSource::upper_bound_bytes() const { return upper_bound_bytes_; }

Result<std::size_t> ByteSource::read(std::span<std::uint8_t> out) {
  if (!stream_) {
    const std::size_t size = std::min(out.size(), rest_.size());
    if (size > 0) std::memcpy(out.data(), rest_.data(), size);
    rest_.remove_prefix(size);
    return size;
  }
  z_stream& zlib = stream_->zlib;
  if (zlib.state == nullptr) return fail(ErrorCode::kResource, "no memory to read gzip data");
  constexpr std::size_t kMostAtOnce = std::numeric_limits<uInt>::max();
  std::size_t done = 0;
  while (done < out.size()) {
    if (stream_->ended) {
      const std::string_view left = stream_->rest;
      if (left.empty()) break;
      if (!left.starts_with(kGzipMagic)) {
        return fail(ErrorCode::kInvalidInput,
                    fmt::format("has {} bytes behind its gzip data", left.size()));
      }
      inflateReset(&zlib);
      stream_->ended = false;
    }
    const std::size_t give = std::min(stream_->rest.size(), kMostAtOnce);
    const std::size_t take = std::min(out.size() - done, kMostAtOnce);
    zlib.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(stream_->rest.data()));
    zlib.avail_in = static_cast<uInt>(give);
    zlib.next_out = out.data() + done;
    zlib.avail_out = static_cast<uInt>(take);
    const int code = inflate(&zlib, Z_NO_FLUSH);
    stream_->rest.remove_prefix(give - zlib.avail_in);
    done += take - zlib.avail_out;
    if (code == Z_STREAM_END) {
      stream_->ended = true;
    } else if (code == Z_BUF_ERROR ||
               (code == Z_OK && stream_->rest.empty() && done < out.size())) {
      return fail(ErrorCode::kInvalidInput, "ends in the middle of its gzip data");
    } else if (code != Z_OK) {
      return fail(ErrorCode::kInvalidInput,
                  fmt::format("has damaged gzip data ({})",
                              zlib.msg != nullptr ? zlib.msg : "zlib gives no reason"));
    }
  }
  return done;
}

}  // namespace purser::data
