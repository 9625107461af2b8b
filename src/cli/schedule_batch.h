// Schedules by the file: one line of CSV in, one line of JSON out.
#pragma once

#include "base/files.h"
#include "base/result.h"
#include "books/schedule.h"
#include "cli/terms.h"

namespace purser::cli {

// The words that say how a schedule is cut up, besides those of the terms: period, dispose.
struct ScheduleOrder {
  books::Terms terms;
  books::PeriodLength length;
};
// `per-period` of a declining balance means this period.
ScheduleOrder order_of(books::Terms terms, books::PeriodLength length,
                       std::optional<Date> disposed);

// Answers every line in its order on stdout, as `append_json` writes it. A line that cannot be
// answered says why on stderr, with file and line, and has {"id":…,"error":…} for an answer; the
// others are not disturbed. Then the result is an Error that counts them. Memory does not grow with
// the file.
Status print_schedules(const fs::path& path);

}  // namespace purser::cli
