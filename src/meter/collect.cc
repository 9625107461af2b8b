#include "meter/collect.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "meter/process.h"
#include "meter/spool.h"

namespace purser::meter {
namespace {

struct Reading {
  SpoolContents contents;
  Outcome outcome = Outcome::kRunning;
};

Outcome last_word(const SpoolContents& contents) {
  return contents.beats.empty() ? Outcome::kRunning : contents.beats.back().outcome;
}

enum class Extent : std::uint8_t { kAll, kNew };

// None: the file ends before its first line does, or another collector removed it just now. Its
// writer was acknowledged nothing.
Result<std::optional<SpoolContents>> read_spool(const fs::path& path, const Records& records,
                                                Extent extent) {
  const auto text = read_file(path);
  if (!text && text.error().code() == ErrorCode::kNotFound) return std::nullopt;
  if (!text) return fail(text.error());
  if (text->find('\n') == std::string::npos) return std::nullopt;
  std::int64_t from = 0;
  if (extent == Extent::kNew) {
    PURSER_ASSIGN(from, records.bytes_read(path.stem().string()));
  }
  PURSER_ASSIGN(SpoolContents contents, parse_spool(*text, from));
  return contents;
}

// Of a run at work only what is new is read: a server's file grows for weeks. Once it has ended
// all of it is read, so that no damage goes unseen before the file does.
Result<std::optional<Reading>> read_run(const fs::path& path, const Records& records) {
  PURSER_ASSIGN(auto contents, read_spool(path, records, Extent::kNew));
  if (!contents) return std::nullopt;
  const bool gone = life_of(contents->header.process) == Life::kGone;
  if (last_word(*contents) == Outcome::kRunning && !gone) {
    return Reading{*std::move(contents), Outcome::kRunning};
  }
  // It may have written its last words between the two looks: now that it is gone, read again.
  PURSER_ASSIGN(contents, read_spool(path, records, Extent::kAll));
  if (!contents) return std::nullopt;
  const Outcome outcome = last_word(*contents);
  return Reading{*std::move(contents), outcome == Outcome::kRunning ? Outcome::kFailed : outcome};
}

// What is in the database is done with: away with the file, or aside if it deserves a look.
Status put_away(const fs::path& path, bool damaged) {
  std::error_code error;
  if (damaged) {
    const fs::path folder = path.parent_path() / "damaged";
    fs::create_directories(folder, error);
    if (!error) fs::rename(path, folder / path.filename(), error);
  } else {
    fs::remove(path, error);
  }
  if (error && error != std::errc::no_such_file_or_directory) {
    return fail(ErrorCode::kIo,
                fmt::format("cannot put away '{}': {}", path.string(), error.message()));
  }
  return {};
}

Result<std::vector<fs::path>> spool_files(const fs::path& folder) {
  std::vector<fs::path> paths;
  std::error_code error;
  if (!fs::exists(folder, error)) return paths;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    if (at->path().extension() == ".usage") paths.push_back(at->path());
  }
  if (error) {
    return fail(ErrorCode::kIo,
                fmt::format("cannot read folder '{}': {}", folder.string(), error.message()));
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

}  // namespace

Result<Collected> collect(const fs::path& spool_folder, Records& records) {
  Collected collected;
  PURSER_ASSIGN(const std::vector<fs::path> paths, spool_files(spool_folder));
  for (const fs::path& path : paths) {
    const auto reading = read_run(path, records);
    if (!reading) {
      const bool ours = reading.error().code() == ErrorCode::kCorrupt ||
                        reading.error().code() == ErrorCode::kUnsupported;
      if (!ours) return fail(reading.error());
      collected.problems.push_back(
          fmt::format("{}:{}; its usage is not counted", path.string(), reading.error().message()));
      continue;
    }
    if (!*reading) continue;
    const auto& [contents, outcome] = **reading;
    for (const std::string& problem : contents.problems) {
      collected.problems.push_back(fmt::format("{}:{}", path.string(), problem));
    }
    PURSER_ASSIGN(const std::int64_t added, records.add(contents, outcome));
    collected.runs += 1;
    collected.beats += added;
    if (outcome == Outcome::kRunning) {
      collected.still_running += 1;
    } else {
      PURSER_TRY(put_away(path, !contents.problems.empty()));
    }
  }
  return collected;
}

}  // namespace purser::meter
