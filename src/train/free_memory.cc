#include "train/free_memory.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>

#include "base/files.h"
#include "base/text.h"

namespace purser::train {
namespace {

// The number that a text starts with; nothing for "max".
std::optional<std::int64_t> leading_number(std::string_view text) {
  text = trim(text);
  std::int64_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  return read.ec == std::errc() ? std::optional(value) : std::nullopt;
}

std::optional<std::int64_t> number_in(const fs::path& path) {
  const auto text = read_file(path);
  return text ? leading_number(*text) : std::nullopt;
}

std::optional<std::int64_t> available_bytes(const fs::path& root) {
  constexpr std::string_view kLabel = "MemAvailable:";
  const auto text = read_file(root / "proc/meminfo");
  const auto at = text ? text->find(kLabel) : std::string::npos;
  if (at == std::string::npos) return std::nullopt;
  const auto kibibytes = leading_number(std::string_view(*text).substr(at + kLabel.size()));
  return kibibytes ? std::optional(*kibibytes * 1024) : std::nullopt;
}

}  // namespace

std::optional<Bytes> free_memory(const std::filesystem::path& root) {
  std::optional<std::int64_t> free = available_bytes(root);
  const auto most = number_in(root / "sys/fs/cgroup/memory.max");
  const auto used = number_in(root / "sys/fs/cgroup/memory.current");
  if (most && used) {
    const std::int64_t left = std::max<std::int64_t>(0, *most - *used);
    free = free ? std::min(*free, left) : left;
  }
  return free ? std::optional(Bytes{*free}) : std::nullopt;
}

}  // namespace purser::train
