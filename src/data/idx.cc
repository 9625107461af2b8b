#include "data/idx.h"

#include <array>
#include <span>
#include <string>

#include <fmt/format.h>

#include "base/units.h"
#include "data/gzip.h"

namespace purser::data {
namespace {

constexpr std::uint8_t kUnsignedByte = 0x08;
constexpr std::int64_t kMostElements = std::int64_t{1} << 31;

tl::unexpected<Error> wrong(std::string_view where, std::string_view what) {
  return fail(ErrorCode::kInvalidInput, fmt::format("{}: {}; copy the file again", where, what));
}

std::string_view plural(IdxKind kind) { return kind == IdxKind::kImages ? "images" : "labels"; }
std::size_t dimensions(IdxKind kind) { return kind == IdxKind::kImages ? 3 : 1; }

// Reads exactly out.size() bytes, or says how many there were.
Status read_exactly(ByteSource& source, std::span<std::uint8_t> out, std::string_view where,
                    std::string_view part) {
  const auto got = source.read(out);
  if (!got) return wrong(where, got.error().message());
  if (*got < out.size()) {
    return wrong(where, fmt::format("is cut short: it has {} of the {} bytes of {}", *got,
                                    out.size(), part));
  }
  return {};
}

Status check_magic(std::span<const std::uint8_t> magic, IdxKind kind, std::string_view where) {
  const bool is_idx = magic[0] == 0 && magic[1] == 0;
  if (is_idx && magic[2] == kUnsignedByte && magic[3] == dimensions(kind)) return {};
  const IdxKind other = kind == IdxKind::kImages ? IdxKind::kLabels : IdxKind::kImages;
  if (is_idx && magic[2] == kUnsignedByte && magic[3] == dimensions(other)) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("{}: holds {} where {} are expected; put the files under their own "
                            "names",
                            where, plural(other), plural(kind)));
  }
  return wrong(where,
               fmt::format("is no IDX file of {}: it starts with {:02x} {:02x} {:02x} "
                           "{:02x}, which should be 00 00 08 {:02x}",
                           plural(kind), magic[0], magic[1], magic[2], magic[3], dimensions(kind)));
}

Result<IdxHeader> read_header(ByteSource& source, IdxKind kind, std::string_view where) {
  std::array<std::uint8_t, 4> magic{};
  PURSER_TRY(read_exactly(source, magic, where, "its magic number"));
  PURSER_TRY(check_magic(magic, kind, where));
  std::array<std::uint8_t, 12> sizes{};
  const auto used = std::span(sizes).first(dimensions(kind) * 4);
  PURSER_TRY(read_exactly(source, used, where, "its header"));
  const auto size_at = [&](std::size_t i) {
    return std::int64_t{sizes[i]} << 24 | std::int64_t{sizes[i + 1]} << 16 |
           std::int64_t{sizes[i + 2]} << 8 | std::int64_t{sizes[i + 3]};
  };
  IdxHeader header{.count = size_at(0)};
  if (kind == IdxKind::kImages) {
    header.height = size_at(4);
    header.width = size_at(8);
  }
  if (header.count == 0 || header.height == 0 || header.width == 0) {
    return wrong(where, fmt::format("says that it holds {} {} of {}x{}", header.count, plural(kind),
                                    header.height, header.width));
  }
  std::int64_t elements = 0;
  if (__builtin_mul_overflow(header.height, header.width, &elements) ||
      __builtin_mul_overflow(elements, header.count, &elements) || elements > kMostElements) {
    return wrong(where,
                 fmt::format("says that it holds {} {} of {}x{}, more than the {} that are read",
                             header.count, plural(kind), header.height, header.width,
                             humanize(Bytes{kMostElements})));
  }
  return header;
}

std::string describe(const IdxHeader& header, IdxKind kind) {
  return kind == IdxKind::kImages
             ? fmt::format("{} images of {}x{}", header.count, header.height, header.width)
             : fmt::format("{} labels", header.count);
}

}  // namespace

Result<IdxHeader> parse_idx_header(std::string_view bytes, IdxKind kind, std::string_view where) {
  ByteSource source(bytes);
  return read_header(source, kind, where);
}

Result<IdxFile> parse_idx(std::string_view bytes, IdxKind kind, std::string_view where) {
  ByteSource source(bytes);
  IdxFile file;
  PURSER_ASSIGN(file.header, read_header(source, kind, where));
  const auto elements =
      static_cast<std::uint64_t>(file.header.count * file.header.height * file.header.width);
  if (elements > source.upper_bound_bytes()) {
    return wrong(where, fmt::format("is cut short: it has {} bytes, too few for {}", bytes.size(),
                                    describe(file.header, kind)));
  }
  file.elements.resize(elements);
  PURSER_TRY(read_exactly(source, file.elements, where, describe(file.header, kind)));
  std::array<std::uint8_t, 1> extra{};
  const auto behind = source.read(extra);
  if (!behind) return wrong(where, behind.error().message());
  if (*behind != 0) {
    return wrong(where, fmt::format("goes on behind its {}", describe(file.header, kind)));
  }
  return file;
}

}  // namespace purser::data
