// Files that `purser report` wrote: the next report may replace one, and nothing else.
#pragma once

#include <filesystem>

namespace purser::cli {

// False too of a file that cannot be read.
bool is_report(const std::filesystem::path& file);

}  // namespace purser::cli
