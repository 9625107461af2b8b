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

// "2 readings of its use, from 2026-01-01 until 2026-02-01"
std::string readings_text(std::span<const books::UnitsUsed> readings) {
  return fmt::format(
      "{} of its use, from {} until {}",
      readings.size() == 1 ? "1 reading" : fmt::format("{} readings", readings.size()),
      format(readings.front().period.start), format(readings.back().period.end));
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
  for (const books::Event& event : asset.events) {
    const auto* const estimate = std::get_if<books::Estimate>(&event.what);
    if (estimate == nullptr || !estimate->method) continue;
    if (const auto* const used = of(*estimate->method)) return *used;
  }
  return {};
}

std::string readings_gone_text(std::span<const books::UnitsUsed> readings, std::string_view asset,
                               std::string_view again, books::Effect effect) {
  if (readings.empty()) return {};
  const bool written = effect == books::Effect::kWrite;
  const bool one = readings.size() == 1;
  return fmt::format(
      "{}, {} with it; once it is {} again, give {} again: purser asset units {} FILE\n",
      readings_text(readings),
      !written ? "would go"
      : one    ? "goes"
               : "go",
      again, one ? "it" : "them", asset);
}

report::Json readings_json(std::span<const books::UnitsUsed> readings) {
  report::Json list = report::Json::array();
  for (const books::UnitsUsed& one : readings) {
    report::Json json = report::Json::object();
    json.set("start", one.period.start)
        .set("end", one.period.end)
        .set("units", books::format_units(one.millionths));
    list.push(json);
  }
  return list;
}

std::string readings_changed_text(const books::Asset& before, const books::Asset& after,
                                  books::Effect effect) {
  const std::span<const books::UnitsUsed> had = readings_of(before);
  const std::span<const books::UnitsUsed> has = readings_of(after);
  const bool written = effect == books::Effect::kWrite;
  if (had.empty() == has.empty()) return {};
  const bool one = std::max(had.size(), has.size()) == 1;
  if (!has.empty()) {
    return fmt::format("{}, {} in what it is charged.\n", readings_text(has),
                       !written ? "would count"
                       : one    ? "counts"
                                : "count");
  }
  return fmt::format("{}, {}, though nothing goes by {} now; {} again once it is charged by use.\n",
                     readings_text(had),
                     !written ? "would be kept"
                     : one    ? "is kept"
                              : "are kept",
                     one ? "it" : "them", one ? "it counts" : "they count");
}

void add_readings_changed(report::Json& json, const books::Asset& before,
                          const books::Asset& after) {
  const std::span<const books::UnitsUsed> had = readings_of(before);
  const std::span<const books::UnitsUsed> has = readings_of(after);
  if (had.empty() == has.empty()) return;
  if (has.empty()) {
    json.set("readings_idle", readings_json(had));
  } else {
    json.set("readings_counted", readings_json(has));
  }
}

}  // namespace purser::cli
