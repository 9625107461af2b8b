#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <new>

#include <fmt/format.h>

#include "base/files.h"
#include "base/text.h"
#include "data/data.h"
#include "data/idx.h"

namespace purser::data {
namespace {

// Data sets that consist of four IDX files with MNIST's names.
struct Known {
  std::string_view name;
  std::int64_t classes;
  std::string_view default_folder;
  std::string_view package;  // of Debian, that puts it there
};
constexpr std::array kKnown{
    Known{"fashion-mnist", 10, "/usr/share/datasets/fashion-mnist", "dataset-fashion-mnist"}};

constexpr Bytes kLargestFile{std::int64_t{1} << 32};
constexpr std::size_t kHeaderPrefixBytes =
    std::size_t{64} * 1024;  // holds the header, gzipped or not

struct Source {
  Known known;
  fs::path folder;
};

Result<Source> parse_spec(std::string_view spec) {
  const std::size_t colon = spec.find(':');
  const std::string_view name = spec.substr(0, colon);
  std::vector<std::string> names;
  for (const Known& known : kKnown) {
    if (known.name != name) {
      names.emplace_back(known.name);
      continue;
    }
    const fs::path folder =
        colon == std::string_view::npos ? known.default_folder : spec.substr(colon + 1);
    if (folder.empty()) {
      return fail(
          ErrorCode::kInvalidInput,
          fmt::format("'{}' names no folder behind the colon; write {}:FOLDER", spec, name));
    }
    return Source{known, folder};
  }
  return fail(ErrorCode::kNotFound,
              fmt::format("'{}' is no data set that Purser knows{}; it knows {}", name,
                          did_you_mean(name, names), fmt::join(names, ", ")));
}

struct Half {
  std::string_view name;  // "train"
  std::string_view file_prefix;
};
constexpr Half kTrain{"train", "train"};
constexpr Half kTest{"test", "t10k"};

Result<fs::path> find_file(const Source& source, const Half& half, IdxKind kind) {
  const std::string name =
      fmt::format("{}-{}", half.file_prefix,
                  kind == IdxKind::kImages ? "images-idx3-ubyte" : "labels-idx1-ubyte");
  for (const char* ending : {"", ".gz"}) {
    const fs::path path = source.folder / (name + ending);
    std::error_code ignored;
    if (!fs::exists(path, ignored)) continue;
    if (fs::is_regular_file(path, ignored)) return path;
    return fail(
        ErrorCode::kInvalidInput,
        fmt::format("'{}' is no file that can be read; put the data set's there", path.string()));
  }
  return fail(
      ErrorCode::kNotFound,
      fmt::format("'{}' holds no {} or {}.gz; install Debian's {}, or name the folder that "
                  "has them: {}:FOLDER",
                  source.folder.string(), name, name, source.known.package, source.known.name));
}

tl::unexpected<Error> counts_differ(const fs::path& images, std::int64_t image_count,
                                    const fs::path& labels, std::int64_t label_count) {
  return fail(ErrorCode::kInvalidInput,
              fmt::format("'{}' holds {} labels for the {} images in '{}'; they are not of one "
                          "set: copy both again",
                          labels.string(), label_count, image_count, images.string()));
}

// A file of a few megabytes may hold gigabytes, and say so truly.
Result<IdxFile> read_idx(const fs::path& path, IdxKind kind) {
  try {
    PURSER_ASSIGN(const std::string bytes, read_file(path, kLargestFile));
    return parse_idx(bytes, kind, path.string());
  } catch (const std::bad_alloc&) {
    return fail(ErrorCode::kResource,
                fmt::format("{}: holds more than this machine's free memory; close other programs, "
                            "or take a smaller data set",
                            path.string()));
  }
}

Result<IdxHeader> read_idx_header(const fs::path& path, IdxKind kind) {
  std::string prefix(kHeaderPrefixBytes, '\0');
  std::ifstream file(path, std::ios::binary);
  file.read(prefix.data(), static_cast<std::streamsize>(prefix.size()));
  if (file.gcount() == 0 && !file.eof()) {
    return fail(ErrorCode::kIo, fmt::format("cannot read '{}'; check who owns it", path.string()));
  }
  prefix.resize(static_cast<std::size_t>(file.gcount()));
  return parse_idx_header(prefix, kind, path.string());
}

Result<Dataset> load_half(const Source& source, const Half& half) {
  PURSER_ASSIGN(const fs::path image_path, find_file(source, half, IdxKind::kImages));
  PURSER_ASSIGN(const fs::path label_path, find_file(source, half, IdxKind::kLabels));
  PURSER_ASSIGN(IdxFile images, read_idx(image_path, IdxKind::kImages));
  PURSER_ASSIGN(IdxFile labels, read_idx(label_path, IdxKind::kLabels));
  if (images.header.count != labels.header.count) {
    return counts_differ(image_path, images.header.count, label_path, labels.header.count);
  }
  const auto too_high =
      std::find_if(labels.elements.begin(), labels.elements.end(),
                   [&](std::uint8_t label) { return label >= source.known.classes; });
  if (too_high != labels.elements.end()) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("'{}': label {} of sample {} is no class: {} has the classes 0 to {}; "
                            "copy the file again",
                            label_path.string(), *too_high, too_high - labels.elements.begin(),
                            source.known.name, source.known.classes - 1));
  }
  return Dataset{.name = fmt::format("{}/{}", source.known.name, half.name),
                 .sample_shape = {1, images.header.height, images.header.width},
                 .classes = source.known.classes,
                 .pixels = std::move(images.elements),
                 .labels = std::move(labels.elements)};
}

Status check_half(const Source& source, const Half& half) {
  PURSER_ASSIGN(const fs::path image_path, find_file(source, half, IdxKind::kImages));
  PURSER_ASSIGN(const fs::path label_path, find_file(source, half, IdxKind::kLabels));
  PURSER_ASSIGN(const IdxHeader images, read_idx_header(image_path, IdxKind::kImages));
  PURSER_ASSIGN(const IdxHeader labels, read_idx_header(label_path, IdxKind::kLabels));
  if (images.count != labels.count) {
    return counts_differ(image_path, images.count, label_path, labels.count);
  }
  return {};
}

}  // namespace

std::int64_t Dataset::sample_size() const {
  std::int64_t size = 1;
  for (const std::int64_t dimension : sample_shape) size *= dimension;
  return size;
}

std::span<const std::uint8_t> Dataset::sample(std::int64_t index) const {
  const auto size = static_cast<std::size_t>(sample_size());
  return std::span(pixels).subspan(static_cast<std::size_t>(index) * size, size);
}

std::string Dataset::fingerprint() const {
  const auto digest = [](const std::vector<std::uint8_t>& bytes) {
    return sha256_hex({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  };
  return sha256_hex(fmt::format("{};{};{};{}", fmt::join(sample_shape, "x"), classes,
                                digest(pixels), digest(labels)));
}

Result<Splits> load(std::string_view spec) {
  PURSER_ASSIGN(const Source source, parse_spec(spec));
  PURSER_ASSIGN(Dataset train, load_half(source, kTrain));
  PURSER_ASSIGN(Dataset test, load_half(source, kTest));
  if (train.sample_shape != test.sample_shape) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("'{}': training images are {}x{} and test images {}x{}; they are not "
                            "of one set: copy all files again",
                            source.folder.string(), train.sample_shape[1], train.sample_shape[2],
                            test.sample_shape[1], test.sample_shape[2]));
  }
  return Splits{std::move(train), std::move(test)};
}

Result<Dataset> load_test(std::string_view spec) {
  PURSER_ASSIGN(const Source source, parse_spec(spec));
  return load_half(source, kTest);
}

Status check(std::string_view spec) {
  PURSER_ASSIGN(const Source source, parse_spec(spec));
  PURSER_TRY(check_half(source, kTrain));
  return check_half(source, kTest);
}

}  // namespace purser::data
