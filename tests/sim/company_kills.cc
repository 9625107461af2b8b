// kill -9 of a child that works, collects, posts or closes; nothing acknowledged may be lost.
#include <fmt/format.h>

#include "meter/collect.h"
#include "sim/company.h"
#include "sim/doors.h"

namespace purser::sim {

Result<std::int64_t> Company::count_entries() {
  std::int64_t count = 0;
  PURSER_TRY(doors_->books.each_entry(std::nullopt, [&](const books::Entry&) -> Status {
    ++count;
    return {};
  }));
  return count;
}

// Runs `work` in a child that dies at a drawn call, with the doors of this process closed.
Result<ChildEnd> Company::kill_child(
    std::string_view doing, const std::function<Status(Doors&, const Acknowledge&)>& work) {
  const auto calls = static_cast<std::int64_t>(1 + draw(chance(50) ? 12 : 60));
  doors_.reset();
  PURSER_ASSIGN(const ChildEnd end, run_and_kill(calls, [&](const Acknowledge& acknowledge) {
                  auto doors = Doors::open(folder_, clock_);
                  if (!doors) return Status(fail(doors.error()));
                  return work(**doors, acknowledge);
                }));
  PURSER_TRY(open());
  kills_ += end.killed ? 1 : 0;
  note(fmt::format("{} in a child {}", doing,
                   end.killed ? fmt::format("killed at call {}", calls) : "that lived"));
  if (!end.error.empty()) return fail(broken(end.error));
  return end;
}

// All of it or nothing; and all of it if it was acknowledged.
Result<bool> Company::was_written(const ChildEnd& end, std::int64_t before,
                                  std::int64_t would_write) {
  PURSER_ASSIGN(const std::int64_t after, count_entries());
  const bool whole = after == before + would_write;
  if (!whole && (after != before || !end.acknowledged.empty())) {
    return fail(
        broken(fmt::format("{} of {} entries were there after the kill ({}acknowledged)",
                           after - before, would_write, end.acknowledged.empty() ? "not " : "")));
  }
  return whole;
}

Status Company::killed_while_posting() {
  const Month month = open_month();
  PURSER_ASSIGN(const std::int64_t before, count_entries());
  PURSER_ASSIGN(const std::int64_t would_write, doors_->books.post(month, books::Effect::kDryRun));
  PURSER_ASSIGN(
      const ChildEnd end,
      kill_child("post " + format(month), [&](Doors& doors, const Acknowledge& tell) -> Status {
        PURSER_TRY(doors.books.post(month));
        tell("posted");
        return Status();
      }));
  PURSER_ASSIGN(const bool written, was_written(end, before, would_write));
  if (written && !is_closed(month)) expect_posted(month);
  return {};
}

Status Company::killed_while_closing() {
  PURSER_ASSIGN(const auto month, doors_->books.first_open());
  if (!month || clock_.now() < midnight(period_of(*month).end)) return {};
  PURSER_ASSIGN(const Computed computed, compute_close(*month));
  PURSER_ASSIGN(const std::int64_t before, count_entries());
  PURSER_ASSIGN(const std::int64_t would_write,
                doors_->books.close(*month, computed.metered, books::Effect::kDryRun));
  PURSER_ASSIGN(
      const ChildEnd end,
      kill_child("close " + format(*month), [&](Doors& doors, const Acknowledge& tell) -> Status {
        PURSER_TRY(doors.books.close(*month, computed.metered));
        tell("closed");
        return Status();
      }));
  PURSER_ASSIGN(const bool written, was_written(end, before, would_write));
  PURSER_ASSIGN(const bool closed, doors_->books.is_closed(*month));
  const bool must = !end.acknowledged.empty();
  if ((must && !closed) || (would_write > 0 && closed != written)) {
    return fail(broken("a month was half closed"));
  }
  if (closed) expect_closed(*month, computed);
  return {};
}

Status Company::killed_while_collecting() {
  PURSER_ASSIGN(const ChildEnd end,
                kill_child("collect", [&](Doors& doors, const Acknowledge& tell) -> Status {
                  PURSER_TRY(meter::collect(folder_ / "spool", doors.records));
                  tell("collected");
                  return Status();
                }));
  if (!end.acknowledged.empty()) facts_.all_collected = true;
  return {};
}

Status Company::killed_at_work() {
  const AssetFact* asset = asset_in_service();
  if (asset == nullptr) return {};
  PURSER_ASSIGN(const meter::Run run, draw_run(*asset, ""));
  std::vector<std::pair<Nanoseconds, meter::Beat>> plan(1 + draw(8));
  for (auto& [pause, beat] : plan) {
    pause = Nanoseconds(1 + draw(7'200'000'000'000));
    beat = draw_beat(pause);
  }
  RunFact& fact = facts_.runs[run.id] = {.resource = asset->name, .budget = "", .beats = {}};
  fact.killed = true;
  const Instant start = clock_.now();
  PURSER_ASSIGN(const ChildEnd end,
                kill_child("work as " + run.name, [&](Doors&, const Acknowledge& tell) -> Status {
                  PURSER_ASSIGN(
                      auto recorder,
                      meter::Recorder::open(folder_ / "spool", run,
                                            {.load_watts = {asset->load_milliwatts}}, clock_));
                  for (const auto& [pause, beat] : plan) {
                    clock_.advance(pause);
                    PURSER_TRY(recorder.beat(beat));
                    tell("beat");
                  }
                  return Status();
                }));
  Instant at = start;
  std::int64_t carried_ns = 0;
  for (std::size_t i = 0; i < end.acknowledged.size(); ++i) {
    fact.beats.push_back(beat_fact(*asset, at, at + plan[i].first, plan[i].second, carried_ns));
    at += plan[i].first;
  }
  for (const auto& [pause, beat] : plan) clock_.advance(pause);
  ended_.insert(run.id);
  facts_.all_collected = false;
  return {};
}

}  // namespace purser::sim
