#include "base/result.h"

#include <array>

namespace purser {
namespace {

struct Row {
  ErrorCode code;
  std::string_view name;
  int exit_status;
};

constexpr std::array kRows{
    Row{ErrorCode::kInvalidInput, "invalid input", 2},
    Row{ErrorCode::kNotFound, "not found", 2},
    Row{ErrorCode::kAlreadyExists, "already exists", 2},
    Row{ErrorCode::kRefused, "refused", 1},
    Row{ErrorCode::kUnsupported, "unsupported", 2},
    Row{ErrorCode::kCorrupt, "corrupt", 3},
    Row{ErrorCode::kBusy, "busy", 3},
    Row{ErrorCode::kIo, "input/output", 3},
    Row{ErrorCode::kNetwork, "network", 3},
    Row{ErrorCode::kEngine, "engine", 3},
    Row{ErrorCode::kResource, "resource", 3},
    Row{ErrorCode::kCancelled, "cancelled", 1},
};

const Row& row(ErrorCode code) {
  const Row& found = kRows[static_cast<std::size_t>(code)];
  static_assert(kRows.size() == static_cast<std::size_t>(ErrorCode::kCancelled) + 1);
  return found;
}

}  // namespace

std::string_view name(ErrorCode code) { return row(code).name; }

int exit_status(ErrorCode code) { return row(code).exit_status; }

}  // namespace purser
