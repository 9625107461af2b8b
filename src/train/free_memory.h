// How much memory the machine has free: what a run without a limit of its own is planned within.
#pragma once

#include <filesystem>
#include <optional>

#include "base/units.h"

namespace purser::train {

// What the kernel calls available, or what is left of the limit of the process's control group
// (version 2) or one above it (a container, a slice of systemd, a job of Slurm) where that is less;
// nothing where neither is told. `root` is the root of the file system.
std::optional<Bytes> free_memory(const std::filesystem::path& root = "/");

}  // namespace purser::train
