#include "cli/pricing.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "cost/load.h"

namespace purser::cli {
namespace {

// A run that is killed loses at most a second, or a thousandth of itself, or a minute: short runs
// are watched closely, and a server's month does not fill the books with heartbeats.
Nanoseconds beat_every(Nanoseconds run_so_far) {
  return std::clamp<Nanoseconds>(run_so_far / 1000, std::chrono::seconds(1),
                                 std::chrono::minutes(1));
}

// Adds what happened to what is yet to be written.
void merge(meter::Beat& pending, const meter::Beat& use) {
  pending.device_time += use.device_time;
  if (use.measured_energy) {
    pending.measured_energy = pending.measured_energy.value_or(Joules{}) + *use.measured_energy;
  }
  pending.peak_tensor_memory = std::max(pending.peak_tensor_memory, use.peak_tensor_memory);
  pending.work += use.work;
  pending.work_unit = std::max(pending.work_unit, use.work_unit);
}

}  // namespace

Result<Pricing> Pricing::open(const Context& context, std::string_view asset,
                              std::string_view budget) {
  PURSER_ASSIGN(Accounts opened, Accounts::open(context, Spool::kCollect));
  auto accounts = std::make_shared<Accounts>(std::move(opened));
  const Instant now = context.clock().now();
  PURSER_ASSIGN(const books::Asset found, accounts->asset(asset));
  if (books::placement_on(found, date_of(now)).paused) {
    fmt::print(stderr,
               "purser: '{0}' is paused; what runs on it now is billed all the same: purser asset "
               "resume {0} --on {1}\n",
               found.name, format(date_of(now)));
  }
  PURSER_ASSIGN(cost::RateCard card,
                cost::load_rate_card(accounts->books(), found.name, date_of(now)));
  Pricing pricing(context, accounts, std::move(card));
  if (!budget.empty()) {
    PURSER_ASSIGN(pricing.standing_, budget::load_standing(accounts->books(), accounts->records(),
                                                           accounts->budgets(), budget, now));
    // A budget in another currency is refused here, before anything starts.
    PURSER_TRY(budget::allowance(*pricing.standing_, pricing.card_));
  }
  return pricing;
}

meter::Allowance Pricing::allowance() const {
  if (!standing_) return {};
  return *budget::allowance(*standing_, card_);  // its one error was looked for in open()
}

money::Cost Pricing::price(Nanoseconds device_time, Joules energy) const {
  return cost::price(card_, device_time, energy);
}

money::Cost Pricing::price_at_load(Nanoseconds device_time) const {
  return cost::price_at_load(card_, device_time);
}

Status Pricing::admit(Nanoseconds device_time_upper) const {
  if (!standing_) return {};
  return budget::admit(*standing_, card_, price_at_load(device_time_upper));
}

Result<PricedRun> Pricing::start(meter::RunRequest request, Nanoseconds device_time_upper) {
  PURSER_TRY(admit(device_time_upper));
  request.resource = card_.resource;
  request.budget = standing_ ? standing_->budget.name : std::string();
  Random random(meter::fresh_seed());
  std::error_code error;
  const auto is_taken = [&](std::string_view name) -> Result<bool> {
    if (fs::exists(accounts_->workspace().run_folder(name), error)) return true;
    return accounts_->records().is_name_taken(name);
  };
  PURSER_ASSIGN(meter::Run run,
                meter::new_run(std::move(request), is_taken, random, context_->clock()));
  fs::create_directories(accounts_->workspace().run_folder(run.name), error);
  if (error) {
    return fail(ErrorCode::kIo,
                fmt::format("cannot make '{}': {}",
                            accounts_->workspace().run_folder(run.name).string(), error.message()));
  }
  // The recorder first, then the records: a run whose file is deleted before anybody collects it is
  // known to have been, and so it ends one day, and its reservation with it.
  PURSER_ASSIGN(meter::Recorder recorder,
                meter::Recorder::open(
                    accounts_->workspace().spool(), std::move(run),
                    {.load_watts = card_.load_watts, .books = accounts_->destination().name()},
                    context_->clock()));
  PURSER_TRY(accounts_->records().add(
      {.header = {.run = recorder.run(), .process = {}, .books = accounts_->destination().name()},
       .beats = {},
       .problems = {}},
      meter::Outcome::kRunning, meter::name_of(accounts_->workspace().spool())));
  PricedRun priced(*context_, accounts_, card_, std::move(recorder));
  if (standing_) {
    priced.claimed_.monthly = standing_->budget.span == budget::Span::kMonth;
    const money::Cost upper = price_at_load(device_time_upper);
    // Another run may have taken the rest since open().
    if (const Status reserved = priced.reserve({.least = upper, .most = upper}); !reserved) {
      PURSER_TRY(priced.finish(meter::Outcome::kStopped));
      return fail(reserved.error());
    }
  }
  return priced;
}

Status PricedRun::add(const meter::Beat& use) {
  merge(pending_, use);
  const Instant now = context_->clock().now();
  if (now - last_beat_ < beat_every(now - run().started)) return {};
  const Nanoseconds time_before = recorder_.device_time();
  const Joules energy_before = recorder_.energy();
  PURSER_TRY(recorder_.beat(pending_));
  pending_ = {};
  turn_cards({last_beat_, now}, time_before, energy_before);
  last_beat_ = now;
  load_card();
  return reserve_ahead();
}

void PricedRun::turn_cards(const Interval& beat, Nanoseconds time_before, Joules energy_before) {
  const auto until = [&](Instant turn, std::int64_t before, std::int64_t after) {
    const money::Int128 part = money::multiply_divide_floor(
        after - before, (turn - beat.start).count(), beat.length().count());
    return before + static_cast<std::int64_t>(part);  // spread evenly, as the bill has it
  };
  for (Instant turn = next_turn(); turn <= beat.end; turn = next_turn()) {
    const Nanoseconds time{until(turn, time_before.count(), recorder_.device_time().count())};
    const Joules energy{until(turn, energy_before.micro, recorder_.energy().micro)};
    past_.cost += cost::price(card_, time - past_.device_time, energy - past_.energy);
    past_.device_time = time;
    past_.energy = energy;
    const bool new_month = month_of(date_of(past_.until)) != month_of(date_of(turn));
    past_.until = turn;
    if (new_month) {
      past_.device_time_of_months = past_.device_time;
      past_.cost_of_months = past_.cost;
      if (claimed_.monthly) claimed_.amount.reset();
    }
    load_card();
  }
}

Instant PricedRun::next_turn() const {
  const Instant month_ends = midnight(period_of(month_of(date_of(past_.until))).end);
  const bool holds = card_.holds.start <= past_.until && past_.until < card_.holds.end;
  return holds ? std::min(card_.holds.end, month_ends) : month_ends;
}

// What cannot be read now is asked for again at the next beat; a machine that left service keeps
// its last price.
void PricedRun::load_card() {
  if (card_.holds.start <= past_.until && past_.until < card_.holds.end) return;
  auto card = cost::load_rate_card(accounts_->books(), card_.resource, date_of(past_.until));
  if (card) card_ = *std::move(card);
}

Status PricedRun::reserve(const budget::Claim& claim) {
  PURSER_ASSIGN(claimed_.amount, accounts_->budgets().reserve(
                                     run().budget, run().id, claim,
                                     [&](const budget::Budget& budget) {
                                       return budget::load_spends(accounts_->books(),
                                                                  accounts_->records(), budget,
                                                                  context_->clock().now());
                                     },
                                     card_));
  return {};
}

// A run may use more than it reserved (a server does, and whatever runs slower than it was
// forecast), but no more than is left: a run that starts meanwhile must see it coming.
Status PricedRun::reserve_ahead() {
  if (run().budget.empty()) return {};
  const money::Cost used = claimed_.monthly ? spent() - past_.cost_of_months : spent();
  const Nanoseconds two_beats = 2 * beat_every(last_beat_ - run().started);
  if (claimed_.amount && used + cost::price_at_load(card_, two_beats) <= *claimed_.amount)
    return {};
  const Nanoseconds time_used =
      claimed_.monthly ? device_time() - past_.device_time_of_months : device_time();
  const Nanoseconds ahead = std::max<Nanoseconds>(std::chrono::minutes(1), time_used / 10);
  const Status more = reserve({.least = used, .most = used + cost::price_at_load(card_, ahead)});
  if (more || more.error().code() == ErrorCode::kBusy) return {};  // asked again at the next beat
  if (more.error().code() != ErrorCode::kRefused) return more;
  used_up_ = true;
  return {};
}

Joules PricedRun::energy() const {
  return recorder_.energy() +
         pending_.measured_energy.value_or(card_.load_watts * pending_.device_time);
}

money::Cost PricedRun::spent() const {
  return past_.cost +
         cost::price(card_, device_time() - past_.device_time, energy() - past_.energy);
}

// All runs are in the records from their start on. If those cannot be read the remark is made: it
// is true of a run that was alone, too.
std::string PricedRun::sharing() const {
  const auto runs = accounts_->records().runs(run().started);
  const auto shares = [&](const meter::RunSummary& other) {
    return other.run.resource == card_.resource && other.run.id != run().id &&
           (other.outcome == meter::Outcome::kRunning || other.ended > run().started);
  };
  if (runs && std::none_of(runs->begin(), runs->end(), shares)) return {};
  return fmt::format("before sharing '{}' with other runs", card_.resource);
}

std::string spent_text(const money::Cost& spent, std::string_view sharing) {
  return fmt::format("{} spent{}", money::format(spent),
                     sharing.empty() ? "" : fmt::format(" ({})", sharing));
}

Status PricedRun::finish(meter::Outcome outcome) {
  const Nanoseconds time_before = recorder_.device_time();
  const Joules energy_before = recorder_.energy();
  PURSER_TRY(recorder_.finish(outcome, pending_));
  pending_ = {};
  turn_cards({last_beat_, context_->clock().now()}, time_before, energy_before);
  PURSER_TRY(accounts_->collect());
  return accounts_->budgets().settle(recorder_.run().id);
}

}  // namespace purser::cli
