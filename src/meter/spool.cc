#include "meter/spool.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "base/text.h"

namespace purser::meter {
namespace {

using Json = nlohmann::json;

constexpr int kFormat = 1;
constexpr std::size_t kChecksumDigits = 16;

std::string checksum(std::string_view json) { return sha256_hex(json).substr(0, kChecksumDigits); }

std::string sealed(const std::string& json) { return checksum(json) + ' ' + json + '\n'; }

tl::unexpected<Error> damaged(std::string_view why) {
  return fail(ErrorCode::kCorrupt, std::string(why));
}

// Adapter: the library's exceptions end here.
template <class Read>
auto reading(Read read) -> Result<decltype(read())> {
  try {
    return read();
  } catch (const Json::exception& e) {
    return damaged(fmt::format("the record lacks a field or has a wrong one ({})", e.what()));
  }
}

// The JSON of a line whose checksum holds.
Result<Json> unsealed(std::string_view line) {
  if (line.size() <= kChecksumDigits || line[kChecksumDigits] != ' ') {
    return damaged("it has no checksum");
  }
  const std::string_view json = line.substr(kChecksumDigits + 1);
  if (line.substr(0, kChecksumDigits) != checksum(json)) return damaged("its checksum is wrong");
  Json record = Json::parse(json, nullptr, /*allow_exceptions=*/false);
  if (!record.is_object()) return damaged("it is no JSON object");
  return record;
}

// The enumerator of that name, for enums that count from zero without holes.
template <class Enum>
Result<Enum> enumerator(const std::string& text, Enum last) {
  for (int i = 0; i <= static_cast<int>(last); ++i) {
    if (name(static_cast<Enum>(i)) == text) return static_cast<Enum>(i);
  }
  return damaged(fmt::format("'{}' is no word of this format", text));
}

Json to_json(const Run& run) {
  return {{"id", run.id},         {"name", run.name},
          {"verb", run.verb},     {"resource", run.resource},
          {"model", run.model},   {"model_version", run.model_version},
          {"budget", run.budget}, {"started", format(run.started)}};
}

Result<SpoolHeader> read_header(const Json& record) {
  PURSER_ASSIGN(const int version, reading([&] { return record.at("format").get<int>(); }));
  if (version != kFormat) {
    return fail(ErrorCode::kUnsupported,
                fmt::format("it was written in format {}; this purser reads format {}: use the "
                            "newer one",
                            version, kFormat));
  }
  std::string started;
  PURSER_ASSIGN(SpoolHeader header, reading([&] {
                  const Json& run = record.at("run");
                  const Json& process = record.at("process");
                  started = run.at("started").get<std::string>();
                  return SpoolHeader{
                      .run = {.id = run.at("id"),
                              .name = run.at("name"),
                              .verb = run.at("verb"),
                              .resource = run.at("resource"),
                              .model = run.at("model"),
                              .model_version = run.at("model_version"),
                              .budget = run.at("budget")},
                      .process = {.host = process.at("host"),
                                  .boot = process.at("boot"),
                                  .pid = process.at("pid"),
                                  .start_ticks = process.at("start_ticks"),
                                  .pid_namespace = process.value("pid_namespace", std::int64_t{0}),
                                  .holds_lock = process.value("holds_lock", false)},
                      .books = record.value("books", std::string())};
                }));
  PURSER_ASSIGN(header.run.started, parse_instant(started));
  if (!is_plain_name(header.run.id)) {
    return damaged(fmt::format("'{}' is no run id", header.run.id));
  }
  return header;
}

Result<Usage> read_beat(const Json& record, const std::string& run_id) {
  struct Words {
    std::string start, end, energy_source, work_unit, outcome;
  } words;
  PURSER_ASSIGN(Usage usage, reading([&] {
                  words = {record.at("start"), record.at("end"), record.at("energy_source"),
                           record.at("work_unit"), record.at("outcome")};
                  Usage read;
                  read.run_id = run_id;
                  read.sequence = record.at("sequence").get<std::int64_t>();
                  read.device_time = Nanoseconds{record.at("device_time_ns").get<std::int64_t>()};
                  read.energy = Joules{record.at("energy_microjoules").get<std::int64_t>()};
                  read.peak_tensor_memory =
                      Bytes{record.at("peak_tensor_memory_bytes").get<std::int64_t>()};
                  read.work = record.at("work").get<std::int64_t>();
                  return read;
                }));
  PURSER_ASSIGN(usage.interval.start, parse_instant(words.start));
  PURSER_ASSIGN(usage.interval.end, parse_instant(words.end));
  PURSER_ASSIGN(usage.energy_source, enumerator(words.energy_source, EnergySource::kModelled));
  PURSER_ASSIGN(usage.work_unit, enumerator(words.work_unit, WorkUnit::kPredictions));
  PURSER_ASSIGN(usage.outcome, enumerator(words.outcome, Outcome::kFailed));
  PURSER_TRY(check(usage));
  return usage;
}

void add_line(std::string_view line, std::int64_t number, SpoolContents& contents) {
  const auto record = unsealed(line);
  auto beat =
      record ? read_beat(*record, contents.header.run.id) : Result<Usage>(fail(record.error()));
  if (!beat) {
    contents.problems.push_back(
        fmt::format("{}: this beat is lost: {}", number, beat.error().message()));
    return;
  }
  while (!contents.beats.empty() && contents.beats.back().sequence >= beat->sequence) {
    contents.beats.pop_back();
  }
  contents.beats.push_back(*std::move(beat));
}

}  // namespace

std::string header_line(const SpoolHeader& header) {
  const Process& process = header.process;
  return sealed(Json{{"format", kFormat},
                     {"books", header.books},
                     {"run", to_json(header.run)},
                     {"process",
                      {{"host", process.host},
                       {"boot", process.boot},
                       {"pid", process.pid},
                       {"start_ticks", process.start_ticks},
                       {"pid_namespace", process.pid_namespace},
                       {"holds_lock", process.holds_lock}}}}
                    .dump(-1, ' ', false, Json::error_handler_t::replace));
}

std::string beat_line(const Usage& usage) {
  return sealed(Json{{"sequence", usage.sequence},
                     {"start", format(usage.interval.start)},
                     {"end", format(usage.interval.end)},
                     {"device_time_ns", usage.device_time.count()},
                     {"energy_microjoules", usage.energy.micro},
                     {"energy_source", name(usage.energy_source)},
                     {"peak_tensor_memory_bytes", usage.peak_tensor_memory.count},
                     {"work", usage.work},
                     {"work_unit", name(usage.work_unit)},
                     {"outcome", name(usage.outcome)}}
                    .dump());
}

Result<SpoolContents> parse_spool(std::string_view text, std::int64_t from) {
  const std::size_t header_end = text.find('\n');
  if (header_end == std::string_view::npos) {
    return fail(ErrorCode::kCorrupt, "1: it ends before its first line is whole");
  }
  const auto first = unsealed(text.substr(0, header_end));
  auto header = first ? read_header(*first) : Result<SpoolHeader>(fail(first.error()));
  if (!header) return fail(std::move(header).error().in("1"));
  SpoolContents contents;
  contents.header = *std::move(header);

  std::size_t at = header_end + 1;
  const auto resume = static_cast<std::size_t>(std::max(from, std::int64_t{0}));
  // A place that is no start of a line is not one of ours: read everything.
  if (resume > at && resume <= text.size() && text[resume - 1] == '\n') at = resume;
  std::int64_t number =
      1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n');
  for (std::size_t end = 0; (end = text.find('\n', at)) != std::string_view::npos; ++number) {
    const std::string_view line = text.substr(at, end - at);
    at = end + 1;
    if (!line.empty()) add_line(line, number, contents);
  }
  contents.bytes_read = static_cast<std::int64_t>(at);  // what follows was never acknowledged
  return contents;
}

}  // namespace purser::meter
