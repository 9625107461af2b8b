#include "cli/units_used.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace purser::cli {
namespace {

struct Reading {
  books::UnitsUsed used;
  std::string where;
};

Result<Reading> reading_from(const CsvReader& csv) {
  const auto in_field = [&](std::string_view column, auto parse) {
    auto value = parse(trim(csv.field(column)));
    if (!value) value = fail(std::move(value).error().in(column).in(csv.where()));
    return value;
  };
  PURSER_ASSIGN(const Date start, in_field("start", parse_date));
  PURSER_ASSIGN(const Date end, in_field("end", parse_date));
  PURSER_ASSIGN(const money::Int128 units, in_field("units", books::parse_units));
  if (end <= start) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("{}: end: {} is not after the start, {}; the end is the day after the "
                            "last",
                            csv.where(), format(end), format(start)));
  }
  return Reading{{{start, end}, units}, csv.where()};
}

}  // namespace

Result<std::vector<books::UnitsUsed>> read_units_used(const fs::path& path) {
  PURSER_ASSIGN(CsvReader csv, CsvReader::open(path));
  return read_units_used(std::move(csv));
}

Result<std::vector<books::UnitsUsed>> read_units_used(CsvReader csv) {
  const std::vector<std::string> columns{"start", "end", "units"};
  PURSER_TRY(csv.check_columns(columns, columns));
  std::vector<Reading> readings;
  while (true) {
    PURSER_ASSIGN(const bool more, csv.next());
    if (!more) break;
    PURSER_ASSIGN(Reading reading, reading_from(csv));
    readings.push_back(std::move(reading));
  }
  std::sort(readings.begin(), readings.end(), [](const Reading& a, const Reading& b) {
    return a.used.period.start < b.used.period.start;
  });
  std::vector<books::UnitsUsed> used;
  used.reserve(readings.size());
  for (const Reading& reading : readings) {
    if (!used.empty() && reading.used.period.start < used.back().period.end) {
      return fail(
          ErrorCode::kInvalidInput,
          fmt::format("{}: start: {} is before {}, the end of the reading before; no day may "
                      "be counted twice",
                      reading.where, format(reading.used.period.start),
                      format(used.back().period.end)));
    }
    used.push_back(reading.used);
  }
  return used;
}

}  // namespace purser::cli
