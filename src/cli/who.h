// Whose name the books keep with what is written.
#pragma once

#include <string>

#include "base/result.h"

namespace purser::cli {

// PURSER_USER, or else the name under which this process runs, or its number if that has none.
// It tells people apart who mean well; whoever can write the file can write any name.
// Error (kInvalidInput): a PURSER_USER of more than 64 bytes or with control characters.
Result<std::string> who_asks();

}  // namespace purser::cli
