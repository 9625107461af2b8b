#include "meter/recorder.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "meter/process.h"
#include "meter/spool.h"

namespace purser::meter {

Recorder::Recorder(SpoolLock lock, AppendFile file, Run run, RecorderOptions options,
                   const Clock& clock)
    : lock_(std::move(lock)),
      file_(std::move(file)),
      run_(std::move(run)),
      options_(std::move(options)),
      clock_(&clock),
      last_end_(run_.started) {}

Result<Recorder> Recorder::open(const fs::path& spool_folder, Run run, RecorderOptions options,
                                const Clock& clock) {
  if (!is_plain_name(run.id)) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("'{}' is no run id; take one from new_run", run.id));
  }
  std::error_code error;
  fs::create_directories(spool_folder, error);
  if (error) {
    return fail(ErrorCode::kIo,
                fmt::format("cannot create '{}': {}", spool_folder.string(), error.message()));
  }
  const fs::path path = spool_folder / (run.id + ".usage");
  if (fs::exists(path, error)) {
    return fail(ErrorCode::kAlreadyExists,
                fmt::format("'{}' is there already; a run is recorded once", path.string()));
  }
  PURSER_ASSIGN(Process process, this_process());
  // Whole and locked, or not at all: a file without its first line is always a damaged one, and a
  // collector that sees this one must find its lock taken.
  const fs::path begun = unpublished(path);
  const auto make = [&]() -> Result<SpoolLock> {
    PURSER_ASSIGN(SpoolLock created, SpoolLock::create(path));
    process.holds_lock = created.is_held();
    PURSER_ASSIGN(AppendFile header, AppendFile::open(begun));
    PURSER_TRY(header.append_and_sync(
        header_line({.run = run, .process = process, .books = options.books})));
    PURSER_TRY(created.publish());
    return created;
  };
  auto lock = make();
  if (!lock) fs::remove(begun, error);
  if (!lock) return fail(lock.error());
  PURSER_ASSIGN(AppendFile file, AppendFile::open(path));
  return Recorder(*std::move(lock), std::move(file), std::move(run), std::move(options), clock);
}

Status Recorder::beat(const Beat& beat) { return append(beat, Outcome::kRunning); }

Status Recorder::finish(Outcome outcome, const Beat& last) {
  if (outcome == Outcome::kRunning) {
    return fail(ErrorCode::kInvalidInput, "a run that is still running is not finished");
  }
  PURSER_TRY(append(last, outcome));
  finished_ = true;
  return {};
}

Status Recorder::append(const Beat& beat, Outcome outcome) {
  if (finished_) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("run '{}' is finished; start a new one", run_.name));
  }
  if (beat.device_time < Nanoseconds{0} || beat.work < 0 ||
      (beat.measured_energy && beat.measured_energy->micro < 0)) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("run '{}' recorded a negative amount of use", run_.name));
  }
  if (lock_.is_removed()) {
    return fail(
        ErrorCode::kIo,
        fmt::format("somebody deleted or moved the spool file of run '{}', so that nothing it uses "
                    "can be counted any more; start it again",
                    run_.name));
  }
  Usage usage;
  usage.run_id = run_.id;
  usage.sequence = next_sequence_;
  // A clock that was set back must not make time negative: the beat then has no length, and what
  // follows counts from the clock's new time once it has caught up.
  usage.interval = {last_end_, std::max(last_end_, clock_->now())};
  // What was used is told when it ends: more of it than the time since the last beat belongs to the
  // time before, and fills what later beats leave free.
  const Nanoseconds told = beat.device_time + carried_;
  usage.device_time = std::min(told, usage.interval.length());
  usage.energy = beat.measured_energy.value_or(options_.load_watts * usage.device_time);
  usage.energy_source = beat.measured_energy ? EnergySource::kMeasured : EnergySource::kModelled;
  usage.peak_tensor_memory = beat.peak_tensor_memory;
  usage.work = beat.work;
  usage.work_unit = beat.work_unit;
  usage.outcome = outcome;
  // After a failed append the file may end in a torn line: end it, so that it harms no other.
  const std::string line = (torn_ ? "\n" : "") + beat_line(usage);
  torn_ = true;
  PURSER_TRY(file_.append_and_sync(line));
  torn_ = false;
  ++next_sequence_;
  last_end_ = usage.interval.end;
  carried_ = told - usage.device_time;
  device_time_ += usage.device_time;
  energy_ += usage.energy;
  work_ += usage.work;
  return {};
}

}  // namespace purser::meter
