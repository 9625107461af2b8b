// All SQL of the meter.
#include "meter/records.h"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "base/text.h"

namespace purser::meter {
namespace {

// used_month.month: its first day. `number` grows with every change of the usage in any month of
// any resource; it starts with what was collected by earlier versions.
constexpr std::array<store::Migration, 4> kMigrations{{{"meter", 1, R"(
  CREATE TABLE run (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    verb TEXT NOT NULL,
    resource TEXT NOT NULL,
    model TEXT NOT NULL,
    model_version TEXT NOT NULL,
    budget TEXT NOT NULL,
    started_ns INTEGER NOT NULL,
    outcome INTEGER NOT NULL,
    spool_bytes_read INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE usage (
    run_id TEXT NOT NULL REFERENCES run (id),
    sequence INTEGER NOT NULL,
    started_ns INTEGER NOT NULL,
    ended_ns INTEGER NOT NULL,
    device_time_ns INTEGER NOT NULL,
    energy_microjoules INTEGER NOT NULL,
    energy_source INTEGER NOT NULL,
    peak_tensor_memory_bytes INTEGER NOT NULL,
    work INTEGER NOT NULL,
    work_unit INTEGER NOT NULL,
    outcome INTEGER NOT NULL,
    PRIMARY KEY (run_id, sequence)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX usage_by_end ON usage (ended_ns);
)"},
                                                       {"meter", 2, R"(
  ALTER TABLE run ADD COLUMN spool_folder TEXT NOT NULL DEFAULT '';
)"},
                                                       {"meter", 3, R"(
  ALTER TABLE run ADD COLUMN books TEXT;
)"},
                                                       {"meter", 4, R"(
  CREATE TABLE used_month (
    resource TEXT NOT NULL,
    month INTEGER NOT NULL,
    number INTEGER NOT NULL,
    PRIMARY KEY (resource, month)
  ) STRICT, WITHOUT ROWID;
  CREATE UNIQUE INDEX used_month_by_number ON used_month (number);
  WITH RECURSIVE days (resource, first, last) AS (
    SELECT DISTINCT resource, usage.started_ns / 86400000000000,
           max(usage.started_ns, ended_ns - 1) / 86400000000000
    FROM usage JOIN run ON run.id = usage.run_id
  ), touched (resource, month, last) AS (
    SELECT resource, strftime('%s', first * 86400, 'unixepoch', 'start of month') / 86400,
           strftime('%s', last * 86400, 'unixepoch', 'start of month') / 86400
    FROM days
    UNION
    SELECT resource, strftime('%s', month * 86400, 'unixepoch', '+1 month') / 86400, last
    FROM touched WHERE month < last
  )
  INSERT INTO used_month
  SELECT resource, month, row_number() OVER (ORDER BY resource, month)
  FROM (SELECT DISTINCT resource, month FROM touched);
)",
                                                        // Nothing was collected there before it.
                                                        R"(
  CREATE TABLE used_month (
    resource TEXT COLLATE "C" NOT NULL,
    month BIGINT NOT NULL,
    number BIGINT NOT NULL,
    PRIMARY KEY (resource, month)
  );
  CREATE UNIQUE INDEX used_month_by_number ON used_month (number);
)"}}};

// A sum of the database's own fails beyond 64 bits: energy and work are added up in two parts.
constexpr std::string_view kSummaries = R"(
  SELECT run.id, name, verb, resource, model, model_version, budget, run.started_ns, run.outcome,
         coalesce(max(ended_ns), run.started_ns), coalesce(sum(device_time_ns), 0),
         coalesce(sum(energy_microjoules / 1000000), 0),
         coalesce(sum(energy_microjoules % 1000000), 0), coalesce(max(energy_source), 0),
         coalesce(max(peak_tensor_memory_bytes), 0), coalesce(sum(work / 1000000), 0),
         coalesce(sum(work % 1000000), 0), coalesce(max(work_unit), 0), count(sequence)
  FROM run LEFT JOIN usage ON usage.run_id = run.id )";

std::int64_t nanoseconds(Instant instant) { return instant.time_since_epoch().count(); }
Instant instant(std::int64_t ns) { return Instant{Nanoseconds{ns}}; }

// Millions in one column, what is left over in the next.
std::int64_t sum_of_parts(const store::Row& row, int column) {
  constexpr std::int64_t kMillion = 1'000'000;
  const std::int64_t millions = std::min(row.integer(column), INT64_MAX / kMillion);
  return add_saturated(millions * kMillion, row.integer(column + 1));
}

RunSummary read_summary(const store::Row& row) {
  return {.run = {.id = std::string(row.text(0)),
                  .name = std::string(row.text(1)),
                  .verb = std::string(row.text(2)),
                  .resource = std::string(row.text(3)),
                  .model = std::string(row.text(4)),
                  .model_version = std::string(row.text(5)),
                  .budget = std::string(row.text(6)),
                  .started = instant(row.integer(7))},
          .outcome = row.enumerator(8, Outcome::kFailed),
          .ended = instant(row.integer(9)),
          .device_time = Nanoseconds{row.integer(10)},
          .energy = Joules{sum_of_parts(row, 11)},
          .energy_source = row.enumerator(13, EnergySource::kModelled),
          .peak_tensor_memory = Bytes{row.integer(14)},
          .work = sum_of_parts(row, 15),
          .work_unit = row.enumerator(17, WorkUnit::kPredictions),
          .beats = row.integer(18)};
}

Usage read_usage(const store::Row& row) {
  return {.run_id = std::string(row.text(0)),
          .sequence = row.integer(1),
          .interval = {instant(row.integer(2)), instant(row.integer(3))},
          .device_time = Nanoseconds{row.integer(4)},
          .energy = Joules{row.integer(5)},
          .energy_source = row.enumerator(6, EnergySource::kModelled),
          .peak_tensor_memory = Bytes{row.integer(7)},
          .work = row.integer(8),
          .work_unit = row.enumerator(9, WorkUnit::kPredictions),
          .outcome = row.enumerator(10, Outcome::kFailed)};
}

Result<bool> has_run(store::Database& database, const std::string& id) {
  PURSER_ASSIGN(auto select, database.prepare("SELECT 1 FROM run WHERE id = ?"));
  return select.first({id}, [](const store::Row&) -> Status { return {}; });
}

// Which beats of a run are there.
struct Known {
  std::int64_t next = 0;  // the sequence number after the last one
  // Each of them, if some before `next` are not there: their lines were damaged.
  std::optional<std::set<std::int64_t>> sequences;

  bool has(std::int64_t sequence) const {
    return sequences ? sequences->contains(sequence) : sequence < next;
  }
};

Result<Known> known_beats(store::Database& database, const std::string& run_id) {
  Known known;
  std::int64_t count = 0;
  PURSER_ASSIGN(auto last, database.prepare("SELECT coalesce(max(sequence), -1) + 1, count(*) "
                                            "FROM usage WHERE run_id = ?"));
  PURSER_TRY(last.first({run_id}, [&](const store::Row& row) -> Status {
    known.next = row.integer(0);
    count = row.integer(1);
    return {};
  }));
  if (count == known.next) return known;
  known.sequences.emplace();
  PURSER_ASSIGN(auto all, database.prepare("SELECT sequence FROM usage WHERE run_id = ?"));
  PURSER_TRY(all.each({run_id}, [&](const store::Row& row) -> Status {
    known.sequences->insert(row.integer(0));
    return {};
  }));
  return known;
}

// The first days of the months that share time with the interval, or in which it stands, if it has
// no length.
void add_months_of(const Interval& interval, std::set<Date>& months) {
  const Instant last = std::max(interval.start, interval.end - Nanoseconds{1});
  const Month end = month_of(date_of(last));
  for (Month month = month_of(date_of(interval.start)); month <= end;
       month += std::chrono::months{1}) {
    months.insert(first_day(month));
  }
}

// The same of a beat as it stands in the records.
Status add_months_of_known(store::Database& database, const Usage& beat, std::set<Date>& months) {
  PURSER_ASSIGN(auto select, database.prepare("SELECT started_ns, ended_ns FROM usage "
                                              "WHERE run_id = ? AND sequence = ?"));
  return select.each({beat.run_id, beat.sequence}, [&](const store::Row& row) -> Status {
    add_months_of({instant(row.integer(0)), instant(row.integer(1))}, months);
    return {};
  });
}

// Gives each of these months of the run's resource a number above all others.
Status number_months(store::Database& database, std::string_view run_id,
                     const std::set<Date>& months) {
  PURSER_ASSIGN(auto upsert,
                database.prepare("INSERT INTO used_month (resource, month, number) "
                                 "SELECT resource, ?, (SELECT coalesce(max(number), 0) + 1 "
                                 "FROM used_month) FROM run WHERE id = ? "
                                 "ON CONFLICT (resource, month) DO UPDATE "
                                 "SET number = excluded.number"));
  for (const Date month : months) {
    PURSER_TRY(upsert.run({month.time_since_epoch().count(), run_id}));
  }
  return {};
}

}  // namespace

std::span<const store::Migration> Records::migrations() { return kMigrations; }

Result<bool> Records::is_name_taken(std::string_view name) const {
  PURSER_ASSIGN(auto select, database_.prepare("SELECT 1 FROM run WHERE name = ?"));
  return select.first({name}, [](const store::Row&) -> Status { return {}; });
}

Result<std::string> Records::free_name(const std::string& wanted) const {
  std::string name = wanted;
  for (int number = 2;; ++number) {
    PURSER_ASSIGN(const bool is_taken, is_name_taken(name));
    if (!is_taken) return name;
    name = fmt::format("{}-{}", wanted, number);
  }
}

Result<std::int64_t> Records::add(const SpoolContents& spool, Outcome outcome,
                                  std::string_view spool_folder) {
  const Run& run = spool.header.run;
  PURSER_ASSIGN(auto transaction, database_.begin());
  PURSER_ASSIGN(const bool known, has_run(database_, run.id));
  if (!known) {
    PURSER_ASSIGN(const std::string name, free_name(run.name));
    PURSER_TRY(database_.run(
        "INSERT INTO run VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?)",
        {run.id, name, run.verb, run.resource, run.model, run.model_version, run.budget,
         nanoseconds(run.started), static_cast<int>(outcome), spool_folder, spool.header.books}));
  } else {
    // Only a run that was running changes: a slower collector must not bring it back to life.
    PURSER_TRY(database_.run(
        "UPDATE run SET outcome = ?, spool_folder = ?, books = ? WHERE id = ? AND outcome = ?",
        {static_cast<int>(outcome), spool_folder, spool.header.books, run.id,
         static_cast<int>(Outcome::kRunning)}));
  }
  PURSER_ASSIGN(const Known before, known_beats(database_, run.id));
  // The last beat known may have been a failed append that its writer tried again, larger.
  PURSER_ASSIGN(auto insert,
                database_.prepare("INSERT INTO usage VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
                                  "ON CONFLICT (run_id, sequence) DO UPDATE SET "
                                  "started_ns = excluded.started_ns, ended_ns = excluded.ended_ns, "
                                  "device_time_ns = excluded.device_time_ns, "
                                  "energy_microjoules = excluded.energy_microjoules, "
                                  "energy_source = excluded.energy_source, "
                                  "peak_tensor_memory_bytes = excluded.peak_tensor_memory_bytes, "
                                  "work = excluded.work, work_unit = excluded.work_unit, "
                                  "outcome = excluded.outcome "
                                  "WHERE excluded.ended_ns > usage.ended_ns RETURNING 1"));
  std::int64_t added = 0;
  std::set<Date> changed;
  for (const Usage& usage : spool.beats) {
    const bool is_new = !before.has(usage.sequence);
    if (!is_new && usage.sequence < before.next - 1) continue;
    added += is_new ? 1 : 0;
    std::set<Date> months;
    add_months_of(usage.interval, months);
    if (!is_new) PURSER_TRY(add_months_of_known(database_, usage, months));
    PURSER_ASSIGN(const bool written,
                  insert.first({run.id, usage.sequence, nanoseconds(usage.interval.start),
                                nanoseconds(usage.interval.end), usage.device_time.count(),
                                usage.energy.micro, static_cast<int>(usage.energy_source),
                                usage.peak_tensor_memory.count, usage.work,
                                static_cast<int>(usage.work_unit), static_cast<int>(usage.outcome)},
                               [](const store::Row&) -> Status { return {}; }));
    if (written) changed.merge(months);
  }
  PURSER_TRY(number_months(database_, run.id, changed));
  PURSER_TRY(
      database_.run("UPDATE run SET spool_bytes_read = max(spool_bytes_read, ?) WHERE id = ?",
                    {spool.bytes_read, run.id}));
  PURSER_TRY(transaction.commit());
  return added;
}

Result<std::int64_t> Records::mark() const {
  std::int64_t mark = 0;
  PURSER_ASSIGN(auto select, database_.prepare("SELECT coalesce(max(number), 0) FROM used_month"));
  PURSER_TRY(select.each({}, [&](const store::Row& row) -> Status {
    mark = row.integer(0);
    return {};
  }));
  return mark;
}

Result<std::vector<UsedMonth>> Records::changed_since(std::int64_t mark) const {
  std::vector<UsedMonth> used;
  PURSER_ASSIGN(auto select, database_.prepare("SELECT resource, month FROM used_month "
                                               "WHERE number > ? ORDER BY resource, month"));
  PURSER_TRY(select.each({mark}, [&](const store::Row& row) -> Status {
    used.push_back({std::string(row.text(0)), month_of(Date{std::chrono::days{row.integer(1)}})});
    return {};
  }));
  return used;
}

Result<std::int64_t> Records::count_new(const SpoolContents& spool) const {
  PURSER_ASSIGN(const Known known, known_beats(database_, spool.header.run.id));
  return std::count_if(spool.beats.begin(), spool.beats.end(),
                       [&](const Usage& usage) { return !known.has(usage.sequence); });
}

Result<std::int64_t> Records::bytes_read(std::string_view run_id) const {
  std::int64_t bytes = 0;
  PURSER_ASSIGN(auto select,
                database_.prepare("SELECT spool_bytes_read FROM run WHERE id = ? AND outcome = ?"));
  const int running = static_cast<int>(Outcome::kRunning);
  PURSER_TRY(select.first({run_id, running}, [&](const store::Row& row) -> Status {
    bytes = row.integer(0);
    return {};
  }));
  return bytes;
}

Result<std::vector<Run>> Records::at_work(std::string_view spool_folder) const {
  std::vector<Run> runs;
  PURSER_ASSIGN(auto select, database_.prepare("SELECT id, name FROM run WHERE outcome = ? AND "
                                               "spool_folder = ? ORDER BY name"));
  PURSER_TRY(select.each(
      {static_cast<int>(Outcome::kRunning), spool_folder}, [&](const store::Row& row) -> Status {
        runs.push_back({.id = std::string(row.text(0)), .name = std::string(row.text(1))});
        return {};
      }));
  return runs;
}

Result<bool> Records::end(std::string_view run_id) {
  PURSER_ASSIGN(auto update, database_.prepare("UPDATE run SET outcome = ? WHERE id = ? AND "
                                               "outcome = ? RETURNING 1"));
  return update.first(
      {static_cast<int>(Outcome::kFailed), run_id, static_cast<int>(Outcome::kRunning)},
      [](const store::Row&) -> Status { return {}; });
}

Result<Origin> Records::origin(std::string_view run_id) const {
  Origin origin;
  PURSER_ASSIGN(auto select, database_.prepare("SELECT spool_folder, books FROM run WHERE id = ?"));
  PURSER_TRY(select.first({run_id}, [&](const store::Row& row) -> Status {
    origin.spool_folder = row.text(0);
    if (!row.is_null(1)) origin.books = std::string(row.text(1));
    return {};
  }));
  return origin;
}

Result<std::vector<RunSummary>> Records::runs(std::optional<Instant> since) const {
  std::vector<RunSummary> summaries;
  PURSER_ASSIGN(auto select,
                database_.prepare(
                    fmt::format("{} GROUP BY run.id ORDER BY run.started_ns, run.id", kSummaries)));
  PURSER_TRY(select.each({}, [&](const store::Row& row) -> Status {
    RunSummary summary = read_summary(row);
    const bool recent = !since || summary.ended >= *since || summary.outcome == Outcome::kRunning;
    if (recent) summaries.push_back(std::move(summary));
    return {};
  }));
  return summaries;
}

Result<RunSummary> Records::run(std::string_view name_or_id) const {
  std::optional<RunSummary> summary;
  PURSER_ASSIGN(auto select,
                database_.prepare(fmt::format("{} WHERE run.name = ? OR run.id = ? GROUP BY run.id",
                                              kSummaries)));
  PURSER_TRY(select.first({name_or_id, name_or_id}, [&](const store::Row& row) -> Status {
    summary = read_summary(row);
    return {};
  }));
  if (summary) return *std::move(summary);
  std::vector<std::string> names;
  PURSER_ASSIGN(auto all, database_.prepare("SELECT name FROM run ORDER BY name"));
  PURSER_TRY(all.each({}, [&](const store::Row& row) -> Status {
    names.emplace_back(row.text(0));
    return {};
  }));
  const std::string near = did_you_mean(name_or_id, names);
  return fail(ErrorCode::kNotFound,
              fmt::format("no run '{}'{}", name_or_id,
                          near.empty() ? "; `purser meter list` shows all" : near));
}

Result<std::vector<Usage>> Records::usage(std::string_view resource,
                                          const Interval& interval) const {
  std::vector<Usage> found;
  PURSER_ASSIGN(auto select,
                database_.prepare(
                    "SELECT run_id, sequence, usage.started_ns, ended_ns, device_time_ns, "
                    "energy_microjoules, energy_source, peak_tensor_memory_bytes, work, work_unit, "
                    "usage.outcome FROM usage JOIN run ON run.id = usage.run_id "
                    "WHERE usage.ended_ns >= ? AND usage.started_ns < ? AND resource = ? "
                    "ORDER BY usage.started_ns, run_id, sequence"));
  PURSER_TRY(select.each({nanoseconds(interval.start), nanoseconds(interval.end), resource},
                         [&](const store::Row& row) -> Status {
                           Usage usage = read_usage(row);
                           const bool touches_only = usage.interval.end == interval.start &&
                                                     usage.interval.start < interval.start;
                           if (!touches_only) found.push_back(std::move(usage));
                           return {};
                         }));
  return found;
}

Result<std::optional<Interval>> Records::span(std::optional<std::string_view> budget) const {
  std::optional<Interval> span;
  PURSER_ASSIGN(
      auto select,
      database_.prepare("SELECT min(usage.started_ns), max(ended_ns) FROM usage JOIN run "
                        "ON run.id = usage.run_id WHERE CAST(? AS TEXT) IS NULL OR budget = ?"));
  PURSER_TRY(select.first({budget, budget}, [&](const store::Row& row) -> Status {
    if (!row.is_null(0)) span = Interval{instant(row.integer(0)), instant(row.integer(1))};
    return {};
  }));
  return span;
}

Result<std::vector<std::string>> Records::resources() const {
  std::vector<std::string> names;
  PURSER_ASSIGN(auto select,
                database_.prepare("SELECT DISTINCT resource FROM run ORDER BY resource"));
  PURSER_TRY(select.each({}, [&](const store::Row& row) -> Status {
    names.emplace_back(row.text(0));
    return {};
  }));
  return names;
}

}  // namespace purser::meter
