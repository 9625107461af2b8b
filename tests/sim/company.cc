#include "sim/company.h"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "cost/load.h"
#include "meter/collect.h"

namespace purser::sim {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr std::array kCurrencies{"USD", "JPY", "BHD"};  // 2, 0 and 3 decimals
constexpr std::size_t kMostAssets = 4;
constexpr std::size_t kMostWorkers = 5;

Error broken(std::string what) { return {ErrorCode::kCorrupt, std::move(what)}; }

std::int64_t ns(Instant instant) { return instant.time_since_epoch().count(); }

books::Convention theirs(Convention convention) {
  return static_cast<books::Convention>(convention);
}

// Halves away from zero, for amounts that are not negative.
std::int64_t to_minor(std::int64_t billionths, std::int64_t billionths_per_minor) {
  return (billionths + billionths_per_minor / 2) / billionths_per_minor;
}

}  // namespace

struct Company::Doors {
  store::Database database;
  books::Books books;
  meter::Records records;
  budget::Budgets budgets;

  Doors(store::Database opened, const Clock& clock)
      : database(std::move(opened)), books(database, clock), records(database), budgets(database) {}

  static Result<std::unique_ptr<Doors>> open(const fs::path& folder, const Clock& clock) {
    std::vector<store::Migration> migrations;
    for (const auto& of_room : {books::Books::migrations(), meter::Records::migrations(),
                                budget::Budgets::migrations()}) {
      migrations.insert(migrations.end(), of_room.begin(), of_room.end());
    }
    PURSER_ASSIGN(auto database, store::Database::open((folder / "books.db").string(), migrations,
                                                       store::IfMissing::kCreate));
    return std::make_unique<Doors>(std::move(database), clock);
  }
};

struct Company::Worker {
  meter::Recorder recorder;
  Instant last_end;
};

Company::Company(fs::path folder, std::uint64_t seed)
    : folder_(std::move(folder)),
      random_(seed),
      clock_(midnight(Date(std::chrono::year{2026} / 1 / 1)) +
             std::chrono::days(random_.below(720)) + minutes(random_.below(1440))),
      currency_(*money::Currency::parse(kCurrencies[random_.below(kCurrencies.size())])) {
  facts_.currency = currency_.code();
  facts_.digits = currency_.digits();
}

Company::~Company() = default;

Status Company::open() {
  PURSER_ASSIGN(doors_, Doors::open(folder_, clock_));
  return {};
}

void Company::note(std::string deed) {
  diary_.push_back(fmt::format("{}  {}", format(clock_.now()), deed));
}

Status Company::audit() {
  return auditor_.audit(facts_, doors_->books, doors_->records, doors_->budgets, clock_.now());
}

Status Company::step() {
  struct Deed {
    std::uint64_t weight;
    Status (Company::*run)();
  };
  constexpr std::array kDeeds{Deed{4, &Company::add_site},
                              Deed{6, &Company::add_asset},
                              Deed{16, &Company::start_run},
                              Deed{30, &Company::work},
                              Deed{10, &Company::collect},
                              Deed{8, &Company::post},
                              Deed{12, &Company::close_month},
                              Deed{3, &Company::accrue},
                              Deed{4, &Company::reverse},
                              Deed{4, &Company::set_budget},
                              Deed{4, &Company::reserve},
                              Deed{6, &Company::killed_at_work},
                              Deed{6, &Company::killed_while_collecting},
                              Deed{6, &Company::killed_while_posting},
                              Deed{8, &Company::killed_while_closing}};
  if (!doors_) PURSER_TRY(open());
  PURSER_TRY(pass_time());
  std::uint64_t sum = 0;
  for (const Deed& deed : kDeeds) sum += deed.weight;
  std::uint64_t drawn = draw(sum);
  for (const Deed& deed : kDeeds) {
    if (drawn < deed.weight) {
      PURSER_TRY((this->*deed.run)());
      break;
    }
    drawn -= deed.weight;
  }
  return audit();
}

Status Company::pass_time() {
  const std::uint64_t kind = draw(100);
  if (kind < 20) clock_.advance(Nanoseconds(draw(600'000'000'000)));
  if (kind >= 20 && kind < 65) clock_.advance(minutes(draw(48 * 60)));
  if (kind >= 65 && kind < 90) clock_.advance(hours(draw(24 * 14)));
  if (kind >= 90) {  // exactly to the first instant of the next month
    clock_.set(midnight(first_day(month_of(date_of(clock_.now())) + std::chrono::months{1})));
  }
  return {};
}

// --- what the company owns -----------------------------------------------------------------------

Status Company::add_site() {
  if (facts_.sites.size() >= 2) return {};
  SiteFact fact{.name = fmt::format("site{}", facts_.sites.size() + 1),
                .billionths_per_kwh = static_cast<std::int64_t>(draw(500'000'000)),
                .pue_thousandths = static_cast<std::int64_t>(1000 + draw(1500))};
  note("add " + fact.name);
  books::Site site{.name = fact.name,
                   .tariff = money::Rate::per_energy(
                       money::Cost(money::Int128{fact.billionths_per_kwh}, currency_),
                       Joules{3'600'000'000'000}),
                   .pue_thousandths = fact.pue_thousandths};
  PURSER_TRY(doors_->books.add_site(site));
  facts_.sites.emplace(fact.name, fact);
  return {};
}

Status Company::add_asset() {
  if (facts_.assets.size() >= kMostAssets) return {};
  const auto amount = [&](std::uint64_t most) { return static_cast<std::int64_t>(draw(most)); };
  AssetFact fact;
  fact.name = fmt::format("server{}", facts_.assets.size() + 1);
  if (!facts_.sites.empty() && chance(80))
    fact.site = chance(50) ? "site1" : facts_.sites.rbegin()->first;
  fact.cost_minor = amount(chance(20) ? 100 : 10'000'000);
  fact.salvage_minor = chance(40) ? 0 : amount(static_cast<std::uint64_t>(fact.cost_minor) + 1);
  fact.convention = static_cast<Convention>(draw(4));
  if (fact.convention == Convention::kDaily && chance(30)) {
    fact.life_days = static_cast<int>(1 + draw(1500));
  } else {
    fact.life_months = static_cast<int>(1 + draw(60));
  }
  fact.in_service = date_of(clock_.now()) - std::chrono::days(draw(20));
  fact.load_milliwatts = chance(85) ? static_cast<std::int64_t>(1 + draw(900'000)) : 0;
  fact.idle_milliwatts = amount(static_cast<std::uint64_t>(fact.load_milliwatts) + 1);
  fact.maintenance_minor_per_year = chance(50) ? amount(100'000) : 0;
  fact.space_minor_per_month = chance(50) ? amount(10'000) : 0;

  const auto money = [&](std::int64_t minor) { return money::Money(minor, currency_); };
  books::Asset asset{
      .name = fact.name,
      .site = fact.site,
      .terms = {.cost = money(fact.cost_minor),
                .salvage = money(fact.salvage_minor),
                .life = fact.life_days > 0
                            ? books::Life{fact.life_days, books::Life::Unit::kDays}
                            : books::Life{fact.life_months, books::Life::Unit::kMonths},
                .in_service = fact.in_service,
                .convention = theirs(fact.convention)},
      .idle_watts = {fact.idle_milliwatts},
      .load_watts = {fact.load_milliwatts},
      .maintenance_per_year = std::nullopt,
      .space_per_month = std::nullopt};
  if (fact.maintenance_minor_per_year > 0) {
    asset.maintenance_per_year = money(fact.maintenance_minor_per_year);
  }
  if (fact.space_minor_per_month > 0) asset.space_per_month = money(fact.space_minor_per_month);
  note(fmt::format("add {} in service {}, cost {}, life {} mo {} d, convention {}", fact.name,
                   format(fact.in_service), fact.cost_minor, fact.life_months, fact.life_days,
                   static_cast<int>(fact.convention)));

  const auto added = doors_->books.add_asset(asset);
  const bool too_late =
      !facts_.closed.empty() && month_of(fact.in_service) <= *facts_.closed.rbegin();
  if (added.has_value() == too_late) {
    return fail(
        broken(too_late ? "an asset was added to a closed month" : added.error().message()));
  }
  if (!added) return {};
  facts_.assets.emplace(fact.name, fact);
  return check_schedule(asset, fact);
}

// Every charge of the whole life, and their sum.
Status Company::check_schedule(const books::Asset& asset, const AssetFact& fact) {
  PURSER_ASSIGN(const books::Schedule schedule,
                books::schedule(asset.terms, books::PeriodLength::kMonth));
  std::int64_t sum = 0;
  for (const books::Charge& charge : schedule.charges) {
    sum += charge.amount.minor();
    const Month month = month_of(charge.period.start);
    const std::int64_t expected = expected_charge(fact, month, Kind::kDepreciation);
    if (charge.amount.minor() != expected) {
      return fail(broken(fmt::format("{} charges {} in {}, should be {}", fact.name,
                                     charge.amount.minor(), format(month), expected)));
    }
  }
  if (sum != fact.cost_minor - fact.salvage_minor) {
    return fail(broken(fmt::format("the schedule of {} sums to {}, cost less salvage is {}",
                                   fact.name, sum, fact.cost_minor - fact.salvage_minor)));
  }
  return {};
}

// --- work ----------------------------------------------------------------------------------------

const AssetFact* Company::asset_in_service() {
  std::vector<const AssetFact*> usable;
  for (const auto& [name, asset] : facts_.assets) {
    if (asset.in_service <= date_of(clock_.now())) usable.push_back(&asset);
  }
  return usable.empty() ? nullptr : usable[draw(usable.size())];
}

meter::Run Company::draw_run(const AssetFact& asset, std::string budget) {
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
  if (chance(10)) beat.device_time += hours(1);  // more than passed: the meter must cut it
  if (chance(30)) beat.measured_energy = Joules{static_cast<std::int64_t>(draw(1'000'000'000))};
  beat.work = static_cast<std::int64_t>(draw(10'000));
  beat.work_unit = meter::WorkUnit::kPredictions;
  return beat;
}

BeatFact Company::beat_fact(const AssetFact& asset, Instant start, Instant end,
                            const meter::Beat& beat) {
  const std::int64_t device_ns = std::min(beat.device_time.count(), (end - start).count());
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
  const meter::Run run = draw_run(*asset, budget);
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
    run.beats.push_back(
        beat_fact(facts_.assets.at(run.resource), worker.last_end, clock_.now(), beat));
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
  for (const auto& [name, fact] : facts_.assets) first = std::min(first, month_of(fact.in_service));
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

// --- the books -----------------------------------------------------------------------------------

Month Company::open_month() {
  const Month now = month_of(date_of(clock_.now()));
  const Month before = now - std::chrono::months{1};
  return chance(50) || facts_.closed.contains(before) ? now : before;
}

// What stands in the journal once `month` was posted.
void Company::expect_posted(Month month) {
  for (const auto& [name, asset] : facts_.assets) {
    if (month_of(asset.in_service) > month) continue;
    for (const Kind kind : kKinds) {
      if (kind == Kind::kEnergy) continue;
      expect_standing({name, month, kind}, expected_charge(asset, month, kind));
    }
  }
}

void Company::expect_standing(const PostingKey& key, std::int64_t minor) {
  if (minor != 0 || facts_.posted.contains(key)) facts_.posted[key] = minor;
}

bool Company::is_closed(Month month) const {
  return !facts_.closed.empty() && month <= *facts_.closed.rbegin();
}

Status Company::post() {
  const Month month = open_month();
  note("post " + format(month));
  PURSER_TRY(doors_->books.post(month));
  if (!is_closed(month)) expect_posted(month);
  PURSER_ASSIGN(const std::int64_t again, doors_->books.post(month));
  return again == 0 ? Status() : fail(broken("posting again wrote entries"));
}

Status Company::accrue() {
  const AssetFact* asset = asset_in_service();
  const Month month = open_month();
  if (asset == nullptr || is_closed(month) || month < month_of(asset->in_service)) return {};
  const auto minor = static_cast<std::int64_t>(draw(5'000));
  note(fmt::format("accrue {} for {} in {}", minor, asset->name, format(month)));
  PURSER_TRY(doors_->books.accrue({.asset = asset->name,
                                   .kind = books::Kind::kEnergy,
                                   .amount = money::Money(minor, currency_)},
                                  month));
  expect_standing({asset->name, month, Kind::kEnergy}, minor);
  return {};
}

Status Company::reverse() {
  std::map<std::int64_t, books::Entry> candidates;
  PURSER_TRY(doors_->books.each_entry(std::nullopt, [&](const books::Entry& entry) -> Status {
    if (entry.reverses) candidates.erase(*entry.reverses);
    const bool may = !entry.reverses && entry.event != "acquisition" && !is_closed(entry.period);
    if (may) candidates.emplace(entry.number, entry);
    return {};
  }));
  if (candidates.empty()) return {};
  const auto& [number, entry] =
      *std::next(candidates.begin(), static_cast<std::ptrdiff_t>(draw(candidates.size())));
  note(fmt::format("reverse entry {} ({} of {} in {})", number, entry.event, entry.asset,
                   format(entry.period)));
  PURSER_TRY(doors_->books.reverse(number));
  for (const Kind kind : kKinds) {
    if (entry.event != name(static_cast<books::Kind>(kind))) continue;
    for (const books::Line& line : entry.lines) {
      if (!line.account.starts_with("Expenses:")) continue;
      facts_.posted[{entry.asset, entry.period, kind}] -= line.amount.minor();
    }
  }
  if (doors_->books.reverse(number)) return fail(broken("an entry was reversed twice"));
  return {};
}

// The accruals of a month, after checking each against the audited bill of that month.
Result<std::vector<books::Accrual>> Company::energy_accruals(Month month) {
  PURSER_ASSIGN(auto accruals, cost::energy_accruals(doors_->books, doors_->records, month));
  if (clock_.now() < midnight(period_of(month).end)) return accruals;  // no bill of all of it yet
  PURSER_ASSIGN(
      const cost::LoadedBill loaded,
      cost::load_bill(doors_->books, doors_->records, currency_,
                      {.first = month, .last = month, .resource = {}, .as_of = clock_.now()}));
  for (const books::Accrual& accrual : accruals) {
    for (const cost::ResourceBill& bill : loaded.bill.resources) {
      if (bill.resource != accrual.asset) continue;
      const auto energy =
          static_cast<std::int64_t>(bill.total()[books::Kind::kEnergy].billionths());
      if (accrual.amount.minor() != to_minor(energy, currency_.billionths_per_minor())) {
        return fail(broken(
            fmt::format("the energy of {} in {} is billed as {} billionths and "
                        "accrued as {}",
                        accrual.asset, format(month), energy, money::format(accrual.amount))));
      }
    }
  }
  return accruals;
}

void Company::expect_closed(Month month, const std::vector<books::Accrual>& accruals) {
  expect_posted(month);
  for (const books::Accrual& accrual : accruals) {
    expect_standing({accrual.asset, month, Kind::kEnergy}, accrual.amount.minor());
  }
  facts_.closed.insert(month);
}

Status Company::close_month() {
  PURSER_ASSIGN(const auto month, doors_->books.first_open());
  if (!month) return {};
  note("close " + format(*month));
  PURSER_ASSIGN(const auto accruals, energy_accruals(*month));
  const bool is_over = midnight(period_of(*month).end) <= clock_.now();
  const auto closed = doors_->books.close(*month, accruals);
  if (closed.has_value() != is_over) {
    return fail(broken(is_over ? closed.error().message() : "a month was closed before its end"));
  }
  if (closed) expect_closed(*month, accruals);
  return {};
}

// --- kill -9 -------------------------------------------------------------------------------------

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
  PURSER_ASSIGN(const auto accruals, energy_accruals(*month));
  PURSER_ASSIGN(const std::int64_t before, count_entries());
  PURSER_ASSIGN(const std::int64_t would_write,
                doors_->books.close(*month, accruals, books::Effect::kDryRun));
  PURSER_ASSIGN(
      const ChildEnd end,
      kill_child("close " + format(*month), [&](Doors& doors, const Acknowledge& tell) -> Status {
        PURSER_TRY(doors.books.close(*month, accruals));
        tell("closed");
        return Status();
      }));
  PURSER_ASSIGN(const bool written, was_written(end, before, would_write));
  PURSER_ASSIGN(const bool closed, doors_->books.is_closed(*month));
  const bool must = !end.acknowledged.empty();
  if ((must && !closed) || (would_write > 0 && closed != written)) {
    return fail(broken("a month was half closed"));
  }
  if (closed) expect_closed(*month, accruals);
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
  const meter::Run run = draw_run(*asset, "");
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
  for (std::size_t i = 0; i < end.acknowledged.size(); ++i) {
    fact.beats.push_back(beat_fact(*asset, at, at + plan[i].first, plan[i].second));
    at += plan[i].first;
  }
  for (const auto& [pause, beat] : plan) clock_.advance(pause);
  ended_.insert(run.id);
  facts_.all_collected = false;
  return {};
}

// --- for proofs that the auditor sees ------------------------------------------------------------

Status Company::tamper(std::string_view sql) { return doors_->database.run(sql); }

bool Company::has_everything() const {
  const bool reserved = !facts_.reservations.empty();
  std::size_t beats = 0;
  for (const auto& [id, run] : facts_.runs) beats += run.beats.size();
  const bool usage = facts_.all_collected && beats > 5;
  const bool sited = std::any_of(facts_.assets.begin(), facts_.assets.end(),
                                 [](const auto& asset) { return !asset.second.site.empty(); });
  return reserved && usage && sited && !facts_.closed.empty();
}

}  // namespace purser::sim
