#include "train/free_memory.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

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

// The process's own control group and those that it is part of, from the root of the hierarchy on.
std::vector<fs::path> control_groups(const fs::path& root) {
  std::vector<fs::path> groups = {root / "sys/fs/cgroup"};
  constexpr std::string_view kLabel = "0::/";  // version 2
  const auto text = read_file(root / "proc/self/cgroup");
  if (!text) return groups;
  std::size_t at = text->starts_with(kLabel) ? 0 : text->find(fmt::format("\n{}", kLabel));
  if (at == std::string::npos) return groups;
  at = text->find(kLabel, at) + kLabel.size();
  const fs::path own = text->substr(at, text->find('\n', at) - at);
  for (const fs::path& name : own) {
    if (name.empty() || name == "..") break;  // seen from a namespace that it is not in
    groups.push_back(groups.back() / name);
  }
  return groups;
}

std::optional<std::int64_t> left_in(const fs::path& group) {
  const auto most = number_in(group / "memory.max");
  const auto used = number_in(group / "memory.current");
  if (!most || !used) return std::nullopt;
  return std::max<std::int64_t>(0, *most - *used);
}

}  // namespace

std::optional<Bytes> free_memory(const std::filesystem::path& root) {
  std::optional<std::int64_t> free = available_bytes(root);
  for (const fs::path& group : control_groups(root)) {
    if (const auto left = left_in(group)) free = free ? std::min(*free, *left) : *left;
  }
  return free ? std::optional(Bytes{*free}) : std::nullopt;
}

}  // namespace purser::train
