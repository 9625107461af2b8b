// Runs and their usage, kept in the database. collect() brings them there from the spool; rooms
// that price usage ask here for it.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "base/units.h"
#include "meter/meter.h"
#include "meter/spool.h"
#include "store/store.h"

namespace purser::meter {

// A run with all of its beats added up; energy and work stop at the largest number.
struct RunSummary {
  Run run;
  Outcome outcome = Outcome::kRunning;
  Instant ended{};  // the end of its last beat; its start if it has none
  Nanoseconds device_time{};
  Joules energy{};
  EnergySource energy_source = EnergySource::kMeasured;  // modelled if any beat was
  Bytes peak_tensor_memory{};
  std::int64_t work = 0;
  WorkUnit work_unit = WorkUnit::kNone;
  std::int64_t beats = 0;
};

// Where a run was recorded.
struct Origin {
  std::string spool_folder = {};  // as name_of() says it; empty if not known
  // Whom it is charged to, as Destination names them. None: an older version did not say.
  std::optional<std::string> books = std::nullopt;
};

// A month in which a resource was used.
struct UsedMonth {
  std::string resource;
  Month month{};
  auto operator<=>(const UsedMonth&) const = default;
};

// Used by one thread at a time; any number of processes.
class Records {
 public:
  static std::span<const store::Migration> migrations();

  // Borrowed; must outlive this object.
  explicit Records(store::Database& database) : database_(database) {}

  // Writes a run and those of its beats that are not there yet; again changes nothing. If its short
  // name is taken by another run, it gets the next free one ("brave-otter-2").
  // `outcome`: of the run, where its beats do not say (its process is gone).
  // One transaction. Returns how many beats were new.
  // `spool_folder`: where its file lies, as name_of() says it.
  Result<std::int64_t> add(const SpoolContents& spool, Outcome outcome,
                           std::string_view spool_folder = {});

  // Runs at work whose file lies in that folder.
  Result<std::vector<Run>> at_work(std::string_view spool_folder) const;
  // A run at work has failed: true. Any other stays as it is: false.
  Result<bool> end(std::string_view run_id);
  // Of a run that is not known, nothing.
  Result<Origin> origin(std::string_view run_id) const;

  // How many beats add() would find new. Writes nothing.
  Result<std::int64_t> count_new(const SpoolContents& spool) const;

  // How much of the spool file of a run at work was read before; 0 for any other run.
  Result<std::int64_t> bytes_read(std::string_view run_id) const;

  // By start, newest last. With `since`, those that ended then or later, or still run.
  Result<std::vector<RunSummary>> runs(std::optional<Instant> since = std::nullopt) const;
  // By short name or id; kNotFound says which name is near.
  Result<RunSummary> run(std::string_view name_or_id) const;
  Result<bool> is_name_taken(std::string_view name) const;

  // The beats on `resource` that share time with `interval` (or stand inside it, if they have no
  // length), by start; whole beats, not cut at its ends.
  Result<std::vector<Usage>> usage(std::string_view resource, const Interval& interval) const;
  // The span from the first beat's start to the last beat's end of a budget's (or of all) runs;
  // none if there are no beats.
  Result<std::optional<Interval>> span(std::optional<std::string_view> budget) const;
  // Grows with every change of the usage kept here; 0 as long as there is none. Whoever reads it
  // before the usage learns from changed_since(), later, what came in meanwhile too.
  Result<std::int64_t> mark() const;
  // Months of resources, by resource and month, in which usage was added or changed after the mark
  // stood there.
  Result<std::vector<UsedMonth>> changed_since(std::int64_t mark) const;
  // Names that runs gave as their resource, in alphabetical order.
  Result<std::vector<std::string>> resources() const;

 private:
  // "brave-otter", or "brave-otter-2" and so on.
  Result<std::string> free_name(const std::string& wanted) const;

  store::Database& database_;
};

}  // namespace purser::meter
