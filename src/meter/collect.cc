#include "meter/collect.h"

#include <sys/stat.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "meter/process.h"
#include "meter/spool.h"
#include "meter/spool_lock.h"

namespace purser::meter {
namespace {

constexpr std::string_view kDamaged = "damaged";

struct Reading {
  SpoolContents contents;
  Outcome outcome = Outcome::kRunning;
};

Outcome last_word(const SpoolContents& contents) {
  return contents.beats.empty() ? Outcome::kRunning : contents.beats.back().outcome;
}

// Of a run at work only what is new is read, from `from` on: a server's file grows for weeks. Once
// it has ended all of it is read, so that no damage goes unseen before the file does. None: another
// collector removed the file just now. Every Error is one of this file.
Result<std::optional<Reading>> read_run(const fs::path& path, std::int64_t from) {
  const auto look = [&](std::int64_t start) -> Result<std::optional<SpoolContents>> {
    const auto text = read_file(path);
    if (!text && text.error().code() == ErrorCode::kNotFound) return std::nullopt;
    if (!text) return fail(text.error());
    auto contents = parse_spool(*text, start);
    if (!contents)
      return fail(contents.error().code(),
                  fmt::format("{}:{}", path.string(), contents.error().message()));
    return *std::move(contents);
  };
  PURSER_ASSIGN(auto contents, look(from));
  if (!contents) return std::nullopt;
  const bool gone = life_of(contents->header.process, lock_state(path)) == Life::kGone;
  if (last_word(*contents) == Outcome::kRunning && !gone) {
    return Reading{*std::move(contents), Outcome::kRunning};
  }
  // It may have written its last words between the two looks: now that it is gone, read again.
  PURSER_ASSIGN(contents, look(0));
  if (!contents) return std::nullopt;
  const Outcome outcome = last_word(*contents);
  return Reading{*std::move(contents), outcome == Outcome::kRunning ? Outcome::kFailed : outcome};
}

// What is in the database is done with: away with the file, or aside if it deserves a look.
Status put_away(const fs::path& path, bool damaged) {
  std::error_code error;
  if (damaged) {
    const fs::path folder = path.parent_path() / kDamaged;
    fs::create_directories(folder, error);
    if (!error) fs::rename(path, folder / path.filename(), error);
  } else {
    fs::remove(path, error);
  }
  if (error && error != std::errc::no_such_file_or_directory) {
    return fail(ErrorCode::kIo,
                fmt::format("cannot put away '{}', whose usage is counted: {}; remove it by hand",
                            path.string(), error.message()));
  }
  return {};
}

fs::path file_of(const fs::path& folder, const Run& run) { return folder / (run.id + ".usage"); }

// A run whose file somebody deleted will never have a last word. (Whoever puts a file away has told
// the records before.)
Status end_vanished(const fs::path& spool_folder, std::string_view folder, Records& records,
                    Collected& collected) {
  PURSER_ASSIGN(const std::vector<Run> at_work, records.at_work(folder));
  for (const Run& run : at_work) {
    const fs::path path = file_of(spool_folder, run);
    std::error_code error;
    if (fs::status(path, error).type() != fs::file_type::not_found) continue;
    PURSER_TRY(records.end(run.id));
    collected.problems.push_back(fmt::format(
        "'{}' was deleted while run '{}' was at work; the run counts as failed, and what it used "
        "since it was last collected is lost",
        path.string(), run.name));
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

// Hands every file that can be read to `take`, and tells of those that cannot: one that is damaged
// or locked away must not keep back the usage of all others.
Result<Collected> each_run(
    const fs::path& spool_folder, const Records& records, const Destination* ours,
    const std::function<Status(const fs::path&, const Reading&, Collected&)>& take) {
  Collected collected;
  PURSER_ASSIGN(const std::vector<fs::path> paths, spool_files(spool_folder));
  for (const fs::path& path : paths) {
    PURSER_ASSIGN(const std::int64_t from, records.bytes_read(path.stem().string()));
    const auto reading = read_run(path, from);
    if (!reading) {
      collected.problems.push_back(
          fmt::format("{}; its usage is not counted: restore it from a copy, or take it out of "
                      "the spool",
                      reading.error().message()));
      continue;
    }
    if (!*reading) continue;
    if (const std::string& books = (*reading)->contents.header.books; ours && !ours->takes(books)) {
      collected.for_other_books[ours->file_of(books).string()] += 1;
      continue;
    }
    for (const std::string& problem : (*reading)->contents.problems) {
      collected.problems.push_back(
          fmt::format("{}:{}; mend the line and put the file back into the spool, or do without: "
                      "it is kept in '{}'",
                      path.string(), problem, (spool_folder / kDamaged).string()));
    }
    collected.runs += 1;
    collected.still_running += (*reading)->outcome == Outcome::kRunning ? 1 : 0;
    PURSER_TRY(take(path, **reading, collected));
  }
  return collected;
}

}  // namespace

std::string name_of(const fs::path& spool_folder) {
  std::error_code error;
  const fs::path path = fs::weakly_canonical(spool_folder, error);
  struct stat status {};
  if (::stat(spool_folder.c_str(), &status) != 0) status.st_ino = 0;
  return fmt::format("{}#{}", path.string(), status.st_ino);
}

Result<Collected> collect(const fs::path& spool_folder, Records& records, const Destination* ours) {
  const std::string folder = name_of(spool_folder);
  auto taken =
      each_run(spool_folder, records, ours,
               [&](const fs::path& path, const Reading& reading, Collected& collected) -> Status {
                 PURSER_ASSIGN(const std::int64_t added,
                               records.add(reading.contents, reading.outcome, folder));
                 collected.beats += added;
                 if (reading.outcome == Outcome::kRunning) return {};
                 const Status away = put_away(path, !reading.contents.problems.empty());
                 if (!away) collected.problems.push_back(away.error().message());
                 return {};
               });
  if (!taken) return taken;
  PURSER_TRY(end_vanished(spool_folder, folder, records, *taken));
  return taken;
}

Status check_not_at_work(const fs::path& spool_folder, const Run& run) {
  const fs::path path = file_of(spool_folder, run);
  const auto text = read_file(path);
  if (!text) return {};
  const auto contents = parse_spool(*text);
  if (!contents || last_word(*contents) != Outcome::kRunning) return {};
  const Process& process = contents->header.process;
  if (life_of(process, lock_state(path)) != Life::kRunning) return {};
  return fail(ErrorCode::kRefused,
              fmt::format("run '{}' is at work in process {} on {}; stop that, and it ends by "
                          "itself",
                          run.name, process.pid, process.host));
}

Status end_run(const fs::path& spool_folder, Records& records, const Run& run) {
  PURSER_TRY(check_not_at_work(spool_folder, run));
  const fs::path path = file_of(spool_folder, run);
  if (const auto text = read_file(path); text) {
    if (const auto contents = parse_spool(*text); contents) {
      PURSER_TRY(records.add(*contents, Outcome::kFailed));
      // A recorder that lives after all, on a machine that cannot be asked, is told at its next
      // beat that its file is gone.
      PURSER_TRY(put_away(path, !contents->problems.empty()));
    }
  }
  return records.end(run.id);
}

Result<Collected> look(const fs::path& spool_folder, const Records& records,
                       const Destination* ours) {
  return each_run(spool_folder, records, ours,
                  [&](const fs::path&, const Reading& reading, Collected& collected) -> Status {
                    PURSER_ASSIGN(const std::int64_t missing, records.count_new(reading.contents));
                    collected.beats += missing;
                    return {};
                  });
}

}  // namespace purser::meter
