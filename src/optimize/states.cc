#include "optimize/states.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace purser::optimize {
namespace {

bool fits(const Widths& widths, const std::vector<PrunableGroup>& groups) {
  if (widths.size() != groups.size()) return false;
  for (std::size_t i = 0; i < widths.size(); ++i) {
    if (widths[i] < 1 || widths[i] > groups[i].group.channels) return false;
  }
  return true;
}

}  // namespace

Result<States> States::open(const fs::path& folder, const graph::Graph& graph,
                            std::string_view data_fingerprint, std::uint64_t seed,
                            std::int64_t epochs) {
  PURSER_ASSIGN(const std::string bytes, graph::serialize_onnx(graph));
  const std::string what =
      fmt::format("{} {} {} {}", sha256_hex(bytes), data_fingerprint, seed, epochs);
  States states;
  states.folder_ = folder / sha256_hex(what).substr(0, 16);
  std::error_code error;
  fs::create_directories(states.folder_, error);
  if (error) {
    return fail(ErrorCode::kIo, fmt::format("cannot make '{}': {}; check the folder's permissions",
                                            states.folder_.string(), error.message()));
  }
  auto lock = LockFile::acquire(states.folder_.string() + ".lock");
  if (!lock && lock.error().code() == ErrorCode::kBusy) {
    return fail(ErrorCode::kBusy,
                "another purser is at work on the same search; wait for it to finish, or stop it");
  }
  if (!lock) return fail(lock.error());
  states.lock_ = *std::move(lock);
  return states;
}

fs::path States::of(const Widths& widths) const {
  if (folder_.empty()) return {};
  return folder_ / fmt::format("{}", fmt::join(widths, "-"));
}

std::vector<Widths> States::begun(const std::vector<PrunableGroup>& groups) const {
  std::vector<Widths> all;
  std::error_code error;
  fs::directory_iterator file(folder_, error);
  for (; !error && file != fs::directory_iterator(); file.increment(error)) {
    Widths widths;
    for (const std::string_view word : split(file->path().filename().string(), '-')) {
      const auto width = parse_decimal(word, 0);
      widths.push_back(width ? *width : 0);
    }
    if (fits(widths, groups)) all.push_back(std::move(widths));
  }
  std::sort(all.begin(), all.end());  // a folder has no order: the same search goes on the same way
  return all;
}

void States::remove() {
  std::error_code ignored;
  if (!folder_.empty()) fs::remove_all(folder_, ignored);
}

}  // namespace purser::optimize
