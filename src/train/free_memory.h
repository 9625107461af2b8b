// How much memory the machine has free: what a run without a limit of its own is planned within.
#pragma once

#include <filesystem>
#include <optional>

#include "base/units.h"

namespace purser::train {

// What the kernel calls available, or what is left of the control group's limit (version 2) where
// that is less; nothing where neither is told. `root` is the root of the file system.
std::optional<Bytes> free_memory(const std::filesystem::path& root = "/");

}  // namespace purser::train
