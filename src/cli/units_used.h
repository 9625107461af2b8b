// What was used of an asset, read from a CSV file: start,end,units; the end is the day after the
// last.
#pragma once

#include <vector>

#include "base/csv.h"
#include "base/files.h"
#include "base/result.h"
#include "books/method.h"

namespace purser::cli {

// In order of their start. Errors name file and line: overlapping readings, amounts that are none.
Result<std::vector<books::UnitsUsed>> read_units_used(const fs::path& path);
// The same of a reader that stands at the first record.
Result<std::vector<books::UnitsUsed>> read_units_used(CsvReader csv);

}  // namespace purser::cli
