// How a program that does work says so: it opens one Recorder for its run, calls beat() about once
// a second, and finish() at the end.
//
//   PURSER_ASSIGN(auto recorder, Recorder::open(spool_folder, run, options, clock));
//   while (...) {
//     ...                                                 // work
//     PURSER_TRY(recorder.beat({.device_time = busy, .work = 512, .work_unit = kSamples}));
//   }
//   PURSER_TRY(recorder.finish(Outcome::kDone, last_beat));
//
// Everything that beat() acknowledged is on disk: kill -9 loses the beat in progress and no more.
// A Recorder that is destroyed without finish() leaves a run that `collect` shows as failed: it is
// at work as long as the Recorder holds the lock of its file.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/files.h"
#include "base/random.h"
#include "base/result.h"
#include "base/time.h"
#include "base/units.h"
#include "meter/meter.h"
#include "meter/spool_lock.h"

namespace purser::meter {

// What happened since the beat before (or since the start).
struct Beat {
  // How long the device worked for this run: the whole time of a training step, or the busy time of
  // a server's batches; times the share of the device, if the run holds only a part of it. The
  // meter cuts it to the time that passed on the clock.
  Nanoseconds device_time{};
  // Energy that a counter measured for this run. None: it is modelled as load power x device time.
  std::optional<Joules> measured_energy = std::nullopt;
  Bytes peak_tensor_memory{};  // highest since the start of the run
  std::int64_t work = 0;       // samples or predictions done in this beat
  WorkUnit work_unit = WorkUnit::kNone;
};

struct RecorderOptions {
  Watts load_watts{};      // of the resource under load; models the energy where none is measured
  std::string books = {};  // which books the run is charged to: Destination::name()
};

// One thread at a time may call (a server gives it to the thread that beats).
class Recorder {
 public:
  // Creates `<spool_folder>/<run.id>.usage` and writes who runs. `run` comes from new_run().
  // The folder is created if needed. `clock` must outlive the Recorder.
  static Result<Recorder> open(const fs::path& spool_folder, Run run, RecorderOptions options,
                               const Clock& clock);
  Recorder(Recorder&&) noexcept = default;
  Recorder& operator=(Recorder&&) noexcept = default;

  const Run& run() const { return run_; }
  // What was recorded so far, all beats together; for prices shown on the way.
  Nanoseconds device_time() const { return device_time_; }
  Joules energy() const { return energy_; }
  std::int64_t work() const { return work_; }

  // Its interval runs from the end of the beat before to now. After a failure (a full disk) nothing
  // of the beat counts: hand in its use again with the next one. Fails too once somebody deleted
  // the file or moved it out of its folder: nothing more will be counted.
  Status beat(const Beat& beat);
  // The last beat, with how the run ended (not kRunning). Nothing may be recorded after it.
  Status finish(Outcome outcome, const Beat& last);

 private:
  Recorder(SpoolLock lock, AppendFile file, Run run, RecorderOptions options, const Clock& clock);
  Status append(const Beat& beat, Outcome outcome);

  SpoolLock lock_;
  AppendFile file_;
  Run run_;
  RecorderOptions options_;
  const Clock* clock_;
  Instant last_end_;
  std::int64_t next_sequence_ = 0;
  bool finished_ = false;
  bool torn_ = false;
  Nanoseconds device_time_{};
  Nanoseconds carried_{};  // told, and not recorded yet
  Joules energy_;
  std::int64_t work_ = 0;
};

// What a caller knows of a run before it starts.
struct RunRequest {
  std::string verb = {};
  std::string resource = {};
  std::string model = {};
  std::string model_version = {};
  std::string budget = {};
  // When its work began, if that was before it had a name (a forecast is measured first). Nothing:
  // now.
  std::optional<Instant> began = std::nullopt;
};

// Whether a run has that name; an error where nobody can tell.
using IsTaken = std::function<Result<bool>(std::string_view)>;

// A Run that starts at `began`, or now, with an id that no other run has (time and 48 random bits)
// and a short name for people for which `is_taken` says no. Fails as `is_taken` does.
Result<Run> new_run(RunRequest request, const IsTaken& is_taken, Random& random,
                    const Clock& clock);

// "brave-otter", or "brave-otter-2" and so on when a few draws were all taken.
Result<std::string> fresh_name(const IsTaken& is_taken, Random& random);

// A seed for Random that differs from process to process. The one place where the meter asks the
// machine for randomness.
std::uint64_t fresh_seed();

}  // namespace purser::meter
