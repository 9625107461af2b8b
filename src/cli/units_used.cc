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

std::span<const books::UnitsUsed> readings_of(const books::Asset& asset) {
  const auto of = [](const books::Method& method) -> const std::vector<books::UnitsUsed>* {
    const auto* const units = std::get_if<books::UnitsOfProduction>(&method);
    return units == nullptr ? nullptr : units->used.get();
  };
  if (const auto* const used = of(asset.terms.method)) return *used;
  for (const books::MemoTerms& memo : asset.memo) {
    if (const auto* const used = of(memo.terms.method)) return *used;
  }
  return {};
}

std::string readings_gone_text(const books::Asset& asset, std::string_view again,
                               books::Effect effect) {
  const std::span<const books::UnitsUsed> readings = readings_of(asset);
  if (readings.empty()) return {};
  const bool written = effect == books::Effect::kWrite;
  const bool one = readings.size() == 1;
  return fmt::format(
      "{} of its use, from {} until {}, {} with it; once it is {} again, give {} again: purser "
      "asset units {} FILE\n",
      one ? "1 reading" : fmt::format("{} readings", readings.size()),
      format(readings.front().period.start), format(readings.back().period.end),
      !written ? "would go"
      : one    ? "goes"
               : "go",
      again, one ? "it" : "them", asset.name);
}

report::Json readings_json(const books::Asset& asset) {
  report::Json list = report::Json::array();
  for (const books::UnitsUsed& one : readings_of(asset)) {
    report::Json json = report::Json::object();
    json.set("start", one.period.start)
        .set("end", one.period.end)
        .set("units", books::format_units(one.millionths));
    list.push(json);
  }
  return list;
}

}  // namespace purser::cli
