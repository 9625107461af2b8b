#include "meter/collect.h"

#include <sys/stat.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "meter/process.h"
#include "meter/spool.h"
#include "meter/spool_lock.h"

namespace purser::meter {
namespace {

constexpr std::string_view kDamaged = "damaged";
constexpr std::string_view kUsage = ".usage";

struct Reading {
  SpoolContents contents;
  Outcome outcome = Outcome::kRunning;
  Life life = Life::kGone;  // of its process, where the outcome is kRunning
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
  const Life life = life_of(contents->header.process, lock_state(path));
  if (last_word(*contents) == Outcome::kRunning && life != Life::kGone) {
    return Reading{*std::move(contents), Outcome::kRunning, life};
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

fs::path file_of(const fs::path& folder, const Run& run) {
  return folder / (run.id + std::string(kUsage));
}

// A run whose file somebody deleted will never have a last word. Whoever puts a file away has told
// the records before: another collector that was faster, or, where `records` are a copy, the books
// that the run is charged to.
Status end_vanished(const fs::path& spool_folder, std::string_view folder, Records& records,
                    const Destination* ours, Collected& collected) {
  PURSER_ASSIGN(const std::vector<Run> at_work, records.at_work(folder));
  for (const Run& run : at_work) {
    const fs::path path = file_of(spool_folder, run);
    std::error_code error;
    if (fs::status(path, error).type() != fs::file_type::not_found) continue;
    PURSER_ASSIGN(const Origin origin, records.origin(run.id));
    if (ours && origin.books && !ours->takes(*origin.books)) continue;
    PURSER_ASSIGN(const bool was_at_work, records.end(run.id));
    if (!was_at_work) continue;
    collected.problems.push_back(fmt::format(
        "'{}' was deleted while run '{}' was at work; the run counts as failed, and what it used "
        "since it was last collected is lost",
        path.string(), run.name));
  }
  return {};
}

Result<std::vector<fs::path>> spool_files(const fs::path& folder, std::string_view ending) {
  std::vector<fs::path> paths;
  std::error_code error;
  if (!fs::exists(folder, error)) return paths;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    if (at->path().filename().string().ends_with(ending)) paths.push_back(at->path());
  }
  if (error) {
    return fail(ErrorCode::kIo,
                fmt::format("cannot read folder '{}': {}", folder.string(), error.message()));
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

tl::unexpected<Error> is_at_work(const Run& run, std::string_view where) {
  return fail(
      ErrorCode::kRefused,
      fmt::format("run '{}' is at work in {}; stop that, and it ends by itself", run.name, where));
}

Status check_books(const Destination* ours, const std::string& books, const Run& run) {
  if (!ours || ours->takes(books)) return {};
  const std::string file = ours->file_of(books).string();
  return fail(ErrorCode::kRefused,
              fmt::format("run '{}' is charged to other books, '{}'; end it in these: purser meter "
                          "end {} --books {}",
                          run.name, file, shell_word(run.name), shell_word(file)));
}

// Is there, under the path in the name of a folder, the folder that was named?
bool is_there(std::string_view folder) {
  return name_of(folder.substr(0, folder.rfind('#'))) == folder;
}

Status check_spool(const fs::path& spool_folder, const Origin& origin, const Run& run,
                   Elsewhere elsewhere) {
  const std::string& folder = origin.spool_folder;
  if (folder.empty() || folder == name_of(spool_folder)) return {};
  const bool can_be_seen = is_there(folder);
  if (elsewhere == Elsewhere::kLost && !can_be_seen) return {};
  return fail(ErrorCode::kRefused,
              fmt::format("run '{}' was recorded in the spool of another workspace, '{}'; end it "
                          "there{}",
                          run.name, folder.substr(0, folder.rfind('#')),
                          can_be_seen ? "" : ", or with --lost if that is gone for ever"));
}

// Of a run that is to be ended, what its file says; nothing if there is none, or none that can be
// read. Fails as check_not_at_work() does.
Result<std::optional<Reading>> last_look(const fs::path& spool_folder, const Records& records,
                                         const Run& run, const Destination* ours,
                                         Elsewhere elsewhere) {
  PURSER_ASSIGN(const Origin origin, records.origin(run.id));
  if (origin.books) PURSER_TRY(check_books(ours, *origin.books, run));
  const fs::path path = file_of(spool_folder, run);
  auto reading = read_run(path, 0);
  if (!reading) {
    if (lock_state(path) == LockState::kHeld) {
      return is_at_work(run, "a process that holds the lock of its file");
    }
    if (reading.error().code() == ErrorCode::kCorrupt) return std::nullopt;
    return fail(
        reading.error().code(),
        fmt::format("{}; without it nobody can tell whether run '{}' is at work: mend that, "
                    "or take it out of the spool",
                    reading.error().message(), run.name));
  }
  std::optional<Reading> left = *std::move(reading);
  if (!left) {
    PURSER_TRY(check_spool(spool_folder, origin, run, elsewhere));
    return left;
  }
  const SpoolHeader& header = left->contents.header;
  PURSER_TRY(check_books(ours, header.books, run));
  if (left->outcome == Outcome::kRunning && left->life == Life::kRunning) {
    return is_at_work(run,
                      fmt::format("process {} on {}", header.process.pid, header.process.host));
  }
  return left;
}

// One that cannot be asked is at work until somebody says that it has ended (end_run); whoever did
// may have been killed before its file was put away.
Result<bool> is_at_work(const Records& records, const Reading& reading) {
  if (reading.outcome != Outcome::kRunning) return false;
  if (reading.life != Life::kUnknown) return true;
  PURSER_ASSIGN(const RunSummary known, records.run(reading.contents.header.run.id));
  return known.outcome == Outcome::kRunning;
}

// Hands every file that can be read to `take`, and tells of those that cannot: one that is damaged
// or locked away must not keep back the usage of all others.
Result<Collected> each_run(
    const fs::path& spool_folder, const Records& records, const Destination* ours,
    const std::function<Status(const fs::path&, const Reading&, Collected&)>& take) {
  Collected collected;
  PURSER_ASSIGN(const std::vector<fs::path> paths, spool_files(spool_folder, kUsage));
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
    const SpoolHeader& header = (*reading)->contents.header;
    const Claim claim = ours ? ours->claim(header.books) : Claim::kOurs;
    if (claim == Claim::kOthers) {
      collected.for_other_books[ours->file_of(header.books).string()] += 1;
      continue;
    }
    if (claim == Claim::kOrphaned) {
      collected.taken_over[ours->file_of(header.books).string()].push_back(header.run.name);
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
                 PURSER_ASSIGN(const bool at_work, is_at_work(records, reading));
                 if (at_work) return {};
                 collected.still_running -= reading.outcome == Outcome::kRunning ? 1 : 0;
                 const Status away = put_away(path, !reading.contents.problems.empty());
                 if (!away) collected.problems.push_back(away.error().message());
                 return {};
               });
  if (!taken) return taken;
  PURSER_TRY(end_vanished(spool_folder, folder, records, ours, *taken));
  PURSER_ASSIGN(const std::vector<fs::path> begun,
                spool_files(spool_folder, unpublished(kUsage).string()));
  for (const fs::path& path : begun) remove_abandoned(path);
  return taken;
}

Result<std::map<std::string, std::vector<Run>>> out_of_sight(const fs::path& spool_folder,
                                                             const Records& records) {
  std::map<std::string, std::vector<Run>> runs;
  PURSER_ASSIGN(std::vector<RunSummary> all, records.runs());
  for (RunSummary& summary : all) {
    if (summary.outcome != Outcome::kRunning) continue;
    PURSER_ASSIGN(const Origin origin, records.origin(summary.run.id));
    const std::string& folder = origin.spool_folder;
    if (folder.empty() || folder == name_of(spool_folder) || is_there(folder)) continue;
    runs[folder.substr(0, folder.rfind('#'))].push_back(std::move(summary.run));
  }
  return runs;
}

Status check_not_at_work(const fs::path& spool_folder, const Records& records, const Run& run,
                         const Destination* ours, Elsewhere elsewhere) {
  PURSER_TRY(last_look(spool_folder, records, run, ours, elsewhere));
  return {};
}

Status end_run(const fs::path& spool_folder, Records& records, const Run& run,
               const Destination* ours, Elsewhere elsewhere) {
  PURSER_ASSIGN(const auto left, last_look(spool_folder, records, run, ours, elsewhere));
  if (left) {
    const Outcome outcome = left->outcome == Outcome::kRunning ? Outcome::kFailed : left->outcome;
    PURSER_TRY(records.add(left->contents, outcome, name_of(spool_folder)));
    // A recorder that lives after all, on a machine that cannot be asked, is told at its next beat
    // that its file is gone.
    PURSER_TRY(put_away(file_of(spool_folder, run), !left->contents.problems.empty()));
  }
  PURSER_TRY(records.end(run.id));
  return {};
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
