// What was used: every run, request batch and idle server leaves Usage records. No money here: the
// room `cost` multiplies them by a price.
//
// A program that does work opens a Recorder. It writes one line a heartbeat to the spool, synced
// before the call returns, so that kill -9 loses at most the beat in progress (that time then shows
// as idle, not as nothing). `collect` moves the spool into the database; running it again changes
// nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/files.h"
#include "base/result.h"
#include "base/time.h"
#include "base/units.h"

namespace purser::meter {

// What a caller may still use. The machine-learning rooms are handed one in place of money; a
// missing limit is no limit.
struct Allowance {
  std::optional<Nanoseconds> device_time = std::nullopt;
  std::optional<Joules> energy = std::nullopt;
  std::optional<Bytes> tensor_memory = std::nullopt;
  std::optional<Instant> deadline = std::nullopt;
};

enum class Outcome : std::uint8_t { kRunning, kDone, kStopped, kFailed };
enum class EnergySource : std::uint8_t { kMeasured, kModelled };
enum class WorkUnit : std::uint8_t { kNone, kSamples, kPredictions };

std::string_view name(Outcome outcome);  // "running", "done", "stopped", "failed"
std::string_view name(EnergySource source);
std::string_view name(WorkUnit unit);

// Who and what a run is. `id` is unique and never reused; `name` is short, for people
// ("brave-otter"), and unique within a workspace.
struct Run {
  std::string id = {};
  std::string name = {};
  std::string verb = {};      // "train", "optimize", "serve", "load"
  std::string resource = {};  // the asset that was used
  std::string model = {};     // "fashion-cnn"; empty if none
  std::string model_version = {};
  std::string budget = {};  // empty if none
  Instant started{};
};

// One heartbeat. The device was held during `interval`; `device_time` is the part of it that this
// run is charged for: length x share of the device, or the busy time of a server's batches x share.
// Never more than the interval's length.
struct Usage {
  std::string run_id = {};
  std::int64_t sequence = 0;  // 0, 1, 2 … within the run; (run_id, sequence) is the key
  Interval interval{};
  Nanoseconds device_time{};
  Joules energy{};
  EnergySource energy_source = EnergySource::kModelled;
  Bytes peak_tensor_memory{};
  std::int64_t work = 0;  // done in this beat
  WorkUnit work_unit = WorkUnit::kNone;
  Outcome outcome = Outcome::kRunning;  // of the run, as known at this beat
};

// Fails with kCorrupt, and says why, on a record that cannot be true: one that ends before it
// starts, holds the device for longer than the clock ran, or has a negative amount.
Status check(const Usage& usage);

}  // namespace purser::meter
