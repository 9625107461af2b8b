// How a program that does heavy work comes to its price. The rooms of machine learning know no
// money: this translates a budget into an Allowance before they start, and their use into money
// while they run.
//
//   PURSER_ASSIGN(auto pricing, Pricing::open(context, arguments.text("--asset"),
//                                             arguments.text("--budget")));
//   options.allowance = pricing.allowance();                  // what the budget still buys
//   PURSER_TRY(pricing.admit(forecast.device_time_upper));    // refuses, with price and way out
//   PURSER_ASSIGN(auto run, pricing.start({.verb = "train", .model = "cnn"}, upper));
//   ... PURSER_TRY(run.add({.device_time = step, .work = 128, .work_unit = kSamples}));
//   ... if (run.used_up()) ...                                // the budget: stop
//   ... format(run.spent())                                   // money so far, for the progress bar
//   PURSER_TRY(run.finish(meter::Outcome::kDone));
//
// Prices are those of the day, as the bill (`purser cost`) has them: a run that goes on into
// another month, or past the day on which its power begins to cost otherwise, goes on at that
// price.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "cli/accounts.h"
#include "cli/context.h"
#include "cost/rate.h"
#include "meter/recorder.h"
#include "money/money.h"

namespace purser::cli {

class PricedRun;

// Used by one thread at a time. `context` must outlive it and its runs.
class Pricing {
 public:
  // Brings the spool in, reads today's rate of the asset (without a name: the only one) and how
  // the budget stands (without a name: none, and no limit).
  static Result<Pricing> open(const Context& context, std::string_view asset,
                              std::string_view budget);

  const Workspace& workspace() const { return accounts_->workspace(); }
  const cost::RateCard& card() const { return card_; }
  const std::string& resource() const { return card_.resource; }
  const std::optional<budget::Standing>& standing() const { return standing_; }

  // Device time (power included) that the budget still buys; no limit without a budget.
  meter::Allowance allowance() const;
  money::Cost price(Nanoseconds device_time, Joules energy) const;
  money::Cost price_at_load(Nanoseconds device_time) const;

  // kRefused, with what it would cost, what is left and what would fit, if so much device time is
  // more than the budget buys. Writes nothing.
  Status admit(Nanoseconds device_time_upper) const;

  // Opens the recorder, enters the run in the records, and reserves the price of
  // `device_time_upper` if there is a budget.
  // `request.resource` and `.budget` are filled in.
  Result<PricedRun> start(meter::RunRequest request, Nanoseconds device_time_upper);

 private:
  Pricing(const Context& context, std::shared_ptr<Accounts> accounts, cost::RateCard card)
      : context_(&context), accounts_(std::move(accounts)), card_(std::move(card)) {}

  const Context* context_;
  std::shared_ptr<Accounts> accounts_;  // shared with the runs, which end after it may be gone
  cost::RateCard card_;
  std::optional<budget::Standing> standing_;
};

// A run at work. Used by one thread at a time.
class PricedRun {
 public:
  const meter::Run& run() const { return recorder_.run(); }
  const std::string& name() const { return recorder_.run().name; }
  // The folder for what the run leaves behind; made at the start.
  std::filesystem::path folder() const { return accounts_->workspace().run_folder(name()); }

  // Call it as often as there is something to tell, each step or batch: it is written once a
  // second, in long runs once in a thousandth of the time they have run, at most a minute.
  // Before it uses more than it reserved, it reserves more; see used_up().
  Status add(const meter::Beat& use);
  // The budget holds nothing beyond what was spent: the run should end now. Never without a budget.
  bool used_up() const { return used_up_; }
  // Price of all that was added, each part by the card of its day, as if the run had been alone:
  // where others claimed the same time of the asset, the bill shares it among them.
  money::Cost spent() const;
  // For where spent() is shown at the end: "before sharing 'server' with other runs" if others were
  // on the asset too, so that the bill may be less; else empty.
  std::string sharing() const;
  Nanoseconds device_time() const { return recorder_.device_time() + pending_.device_time; }
  Joules energy() const;

  // Writes what is left, collects it, and settles the reservation.
  Status finish(meter::Outcome outcome);

 private:
  friend class Pricing;
  PricedRun(const Context& context, std::shared_ptr<Accounts> accounts, cost::RateCard card,
            meter::Recorder recorder)
      : context_(&context),
        accounts_(std::move(accounts)),
        card_(std::move(card)),
        recorder_(std::move(recorder)),
        last_beat_(recorder_.run().started),
        past_(last_beat_, card_.capacity.currency()) {}

  // What was used, and what it cost, before the card of now began to hold.
  struct Past {
    Past(Instant now, money::Currency currency)
        : until(now), cost(money::Cost::zero(currency)), cost_of_months(cost) {}
    Instant until;
    Nanoseconds device_time{};
    Joules energy{};
    money::Cost cost;
    // Of the months before this one:
    Nanoseconds device_time_of_months{};
    money::Cost cost_of_months;
  };

  // What the run claims of its budget: of a budget by the month only what it spends within this
  // month, for the next one begins with all of its amount.
  struct Claimed {
    bool monthly = false;
    std::optional<money::Cost> amount;  // none: not reserved yet
  };

  // When the card of now ceases to hold: at the end of the month, or earlier.
  Instant next_turn() const;
  // After a beat: of what it used, the part before each turn is priced by the card that ends there.
  // `*_before`: what was written before it.
  void turn_cards(const Interval& beat, Nanoseconds time_before, Joules energy_before);
  void load_card();
  Status reserve(const budget::Claim& claim);
  Status reserve_ahead();

  const Context* context_;
  std::shared_ptr<Accounts> accounts_;
  cost::RateCard card_;
  meter::Recorder recorder_;
  meter::Beat pending_;
  Instant last_beat_;
  Past past_;
  Claimed claimed_;
  bool used_up_ = false;
};

// "USD 0.42 spent", with the remark in parentheses if there is one; for messages of runs that end.
std::string spent_text(const money::Cost& spent, std::string_view sharing);

}  // namespace purser::cli
