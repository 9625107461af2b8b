// What was used of an asset, read from a CSV file: start,end,units; the end is the day after the
// last.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/csv.h"
#include "base/files.h"
#include "base/result.h"
#include "books/books.h"
#include "report/json.h"

namespace purser::cli {

// In order of their start. Errors name file and line: overlapping readings, amounts that are none.
Result<std::vector<books::UnitsUsed>> read_units_used(const fs::path& path);
// The same of a reader that stands at the first record.
Result<std::vector<books::UnitsUsed>> read_units_used(CsvReader csv);

// All that is known of the use of an asset: that of each of its books; none where none goes by it,
// nor does an estimate of it that stands.
// Valid as long as the asset.
std::span<const books::UnitsUsed> readings_of(const books::Asset& asset);

// What goes out of the books with an asset that is taken out of them, and how it comes back; empty
// without readings. `again`: what has to be done before.
std::string readings_gone_text(std::span<const books::UnitsUsed> readings, std::string_view asset,
                               std::string_view again, books::Effect effect);
report::Json readings_json(std::span<const books::UnitsUsed> readings);

// That nothing goes by what is known of its use any more, though it is kept, or that something does
// again; empty where neither changed. `before` and `after` are the same asset.
std::string readings_changed_text(const books::Asset& before, const books::Asset& after,
                                  books::Effect effect);
// The same as "readings_idle" or "readings_counted".
void add_readings_changed(report::Json& json, const books::Asset& before,
                          const books::Asset& after);

}  // namespace purser::cli
