// What runs on the machines, how it is collected, and what budgets allow.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "cost/load.h"
#include "meter/collect.h"
#include "sim/company.h"
#include "sim/doors.h"

namespace purser::sim {
namespace {

using std::chrono::hours;

constexpr std::size_t kMostWorkers = 5;

}  // namespace

const AssetFact* Company::asset_in_service() {
  std::vector<const AssetFact*> usable;
  for (const auto& [name, asset] : facts_.assets) {
    // Parts are not run on: undone, they would leave what they did to nobody.
    if (!asset.began && asset.in_service <= date_of(clock_.now())) usable.push_back(&asset);
  }
  return usable.empty() ? nullptr : usable[draw(usable.size())];
}

Result<meter::Run> Company::draw_run(const AssetFact& asset, std::string budget) {
  constexpr std::array kVerbs{"train", "optimize", "serve"};
  return meter::new_run(
      {.verb = kVerbs[draw(kVerbs.size())],
       .resource = asset.name,
       .model = chance(70) ? "cnn" : "",
       .budget = std::move(budget)},
      [&](std::string_view name) { return doors_->records.is_name_taken(name); }, random_, clock_);
}

meter::Beat Company::draw_beat(Nanoseconds since_last) {
  const auto length = static_cast<std::uint64_t>(since_last.count());
  meter::Beat beat;
  beat.device_time = Nanoseconds(chance(50) ? length : draw(length + 1));
  if (chance(10))
    beat.device_time += hours(1);  // more than passed: the next beats take it, as far as it fits
  if (chance(30)) beat.measured_energy = Joules{static_cast<std::int64_t>(draw(1'000'000'000))};
  beat.work = static_cast<std::int64_t>(draw(10'000));
  beat.work_unit = meter::WorkUnit::kPredictions;
  return beat;
}

BeatFact Company::beat_fact(const AssetFact& asset, Instant start, Instant end,
                            const meter::Beat& beat, std::int64_t& carried_ns) {
  const std::int64_t told_ns = beat.device_time.count() + carried_ns;
  const std::int64_t device_ns = std::min(told_ns, (end - start).count());
  carried_ns = told_ns - device_ns;
  const auto modelled = static_cast<std::int64_t>(static_cast<__int128>(asset.load_milliwatts) *
                                                  device_ns / 1'000'000);
  return {.start_ns = ns(start),
          .end_ns = ns(end),
          .device_ns = device_ns,
          .energy_uj = beat.measured_energy ? beat.measured_energy->micro : modelled,
          .work = beat.work};
}

Status Company::start_run() {
  const AssetFact* asset = asset_in_service();
  if (asset == nullptr || workers_.size() >= kMostWorkers) return {};
  std::string budget;
  if (!facts_.budgets.empty() && chance(60)) {
    budget =
        std::next(facts_.budgets.begin(), static_cast<std::ptrdiff_t>(draw(facts_.budgets.size())))
            ->first;
  }
  PURSER_ASSIGN(const meter::Run run, draw_run(*asset, budget));
  note(fmt::format("start {} on {}{}", run.name, asset->name,
                   budget.empty() ? "" : " for " + budget));
  facts_.runs[run.id] = {.resource = asset->name, .budget = budget, .beats = {}};
  if (!budget.empty()) {
    PURSER_ASSIGN(const bool admitted, reserve_for(run.id, asset->name, budget));
    if (!admitted) return {};
  }
  PURSER_ASSIGN(auto recorder,
                meter::Recorder::open(folder_ / "spool", run,
                                      {.load_watts = {asset->load_milliwatts}}, clock_));
  workers_.push_back(std::make_unique<Worker>(Worker{std::move(recorder), clock_.now()}));
  return {};
}

Status Company::work() {
  note("work");
  for (std::size_t i = 0; i < workers_.size();) {
    if (!chance(70)) {
      ++i;
      continue;
    }
    Worker& worker = *workers_[i];
    const std::string id = worker.recorder.run().id;
    RunFact& run = facts_.runs.at(id);
    const meter::Beat beat = draw_beat(clock_.now() - worker.last_end);
    const bool last = chance(25);
    if (last) {
      PURSER_TRY(worker.recorder.finish(
          chance(80) ? meter::Outcome::kDone : meter::Outcome::kStopped, beat));
    } else {
      PURSER_TRY(worker.recorder.beat(beat));
    }
    run.beats.push_back(beat_fact(facts_.assets.at(run.resource), worker.last_end, clock_.now(),
                                  beat, worker.carried_ns));
    facts_.all_collected = false;
    worker.last_end = clock_.now();
    if (last) {
      ended_.insert(id);
      workers_.erase(workers_.begin() + static_cast<std::ptrdiff_t>(i));
    } else {
      ++i;
    }
  }
  return {};
}

Status Company::collect() {
  note("collect");
  PURSER_ASSIGN(const meter::Collected collected,
                meter::collect(folder_ / "spool", doors_->records));
  if (!collected.problems.empty()) return fail(broken("collect: " + collected.problems[0]));
  PURSER_ASSIGN(const meter::Collected again, meter::collect(folder_ / "spool", doors_->records));
  if (again.beats != 0) return fail(broken("collecting again found new beats"));
  facts_.all_collected = true;
  PURSER_TRY(doors_->budgets.settle_ended(doors_->records));
  for (const std::string& run : ended_) facts_.reservations.erase(run);
  return {};
}

// --- budgets -------------------------------------------------------------------------------------

Status Company::set_budget() {
  const std::string name = chance(50) ? "vision" : "speech";
  const BudgetFact fact{.amount_minor = static_cast<std::int64_t>(draw(200'000)),
                        .by_month = chance(50)};
  note(fmt::format("budget {} {}{}", name, fact.amount_minor, fact.by_month ? " a month" : ""));
  PURSER_TRY(
      doors_->budgets.set({.name = name,
                           .amount = money::Money(fact.amount_minor, currency_),
                           .span = fact.by_month ? budget::Span::kMonth : budget::Span::kTotal}));
  facts_.budgets[name] = fact;
  return {};
}

Result<bool> Company::reserve_for(const std::string& run, const std::string& asset,
                                  const std::string& budget) {
  const Instant now = clock_.now();
  const Month this_month = month_of(date_of(now));
  Month first = this_month;
  for (const auto& [name, fact] : facts_.assets) first = std::min(first, month_of(fact.begins()));
  PURSER_ASSIGN(
      const cost::LoadedBill loaded,
      cost::load_bill(doors_->books, doors_->records, currency_,
                      {.first = first, .last = this_month, .resource = {}, .as_of = now}));
  const std::int64_t left = expected_remaining(facts_, budget, loaded.bill, this_month, run);
  // Around the edge, where one billionth decides.
  const std::int64_t upper = chance(40) && left > 0
                                 ? left + static_cast<std::int64_t>(draw(3)) - 1
                                 : static_cast<std::int64_t>(draw(100'000'000'000));
  PURSER_ASSIGN(const cost::RateCard card,
                cost::load_rate_card(doors_->books, asset, date_of(now)));
  const money::Cost bound(money::Int128{upper}, currency_);
  const auto reserved = doors_->budgets.reserve(
      budget, run, {.least = bound, .most = bound},
      [&](const budget::Budget& known) {
        return budget::load_spends(doors_->books, doors_->records, known, now);
      },
      card);
  note(fmt::format("reserve {} of {}: {}", upper, left, reserved ? "admitted" : "refused"));
  if (reserved.has_value() != (upper <= left)) {
    return fail(broken(fmt::format("budget {} had {} left and {} {}", budget, left,
                                   reserved ? "admitted" : "refused", upper)));
  }
  if (reserved) facts_.reservations[run] = {.budget = budget, .upper_billionths = upper};
  return reserved.has_value();
}

// A run at work asks for another upper bound.
Status Company::reserve() {
  for (const auto& worker : workers_) {
    const meter::Run& run = worker->recorder.run();
    if (!facts_.reservations.contains(run.id)) continue;
    PURSER_TRY(reserve_for(run.id, run.resource, run.budget));
    return {};
  }
  return {};
}

}  // namespace purser::sim
