// How much may be spent, what was, and who may still start.
//
// A budget is an amount per calendar month (UTC) or in total. Runs are charged to it by name. The
// gate has two phases, so that two runs that start at once cannot both spend the last cent:
//
//   reserve   before the work: refused unless spent + open reservations + the run's upper bound
//             stay within the amount. A run that needs more asks again, before it uses it.
//   settle    when the run has ended, however it did: the reservation falls away, and what the run
//             really used, as the bill has it, stays.
//
// While a run is at work its usage arrives beat by beat: the larger of its reservation and what it
// has used already counts, never both.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "books/books.h"
#include "cost/rate.h"
#include "meter/meter.h"
#include "meter/records.h"
#include "money/money.h"
#include "store/store.h"

namespace purser::budget {

enum class Span : std::uint8_t { kTotal, kMonth };
std::string_view name(Span span);  // "total", "month"
Result<Span> parse_span(std::string_view text);

struct Budget {
  std::string name;
  money::Money amount;
  Span span = Span::kTotal;
};

// What a run has used of a budget within its span.
struct Spend {
  std::string run_id;
  money::Cost cost;
};

// The promise that a run which has not ended will stay within `upper_bound`: in all, or, of a
// budget by the month, within this month.
struct Reservation {
  std::string run_id;
  std::string budget;
  money::Cost upper_bound;
};

// --- the arithmetic: pure functions on values ----------------------------------------------------

struct Standing {
  Budget budget;
  money::Cost spent;
  money::Cost reserved;  // by runs at work, beyond what they have spent

  // May be negative: what was used was used.
  money::Cost remaining() const;
};

// All of one currency. `except_run`: leave out what it reserved and spent (it is about to reserve
// anew, for both).
Standing standing(const Budget& budget, std::span<const Spend> spends,
                  std::span<const Reservation> reservations, std::string_view except_run = {});

// Done, or kRefused with one sentence: what the run would cost, what is left, what that buys.
// kInvalidInput if the rate is in another currency than the budget.
Status admit(const Standing& standing, const cost::RateCard& card, const money::Cost& upper_bound);

// What the remaining budget buys on a resource: device time under load, power included. No limit
// where time is free; nothing where nothing is left.
Result<meter::Allowance> allowance(const Standing& standing, const cost::RateCard& card);

// What a run asks for: as much of `most` as is left, refused if that is less than `least`.
struct Claim {
  money::Cost least;
  money::Cost most;
};

using SpendsUntilNow = std::function<Result<std::vector<Spend>>(const Budget&)>;

// --- what is kept --------------------------------------------------------------------------------

// Used by one thread at a time; any number of processes.
class Budgets {
 public:
  static std::span<const store::Migration> migrations();

  // Borrowed; must outlive this object. `who` sets budgets: a name of books::Roles.
  explicit Budgets(store::Database& database, std::string who = {})
      : database_(database), who_(std::move(who)) {}

  // Makes or changes a budget. Refused: who may not operate the books, a name that is none, an
  // amount below zero, another currency than before. A dry run refuses the same and writes nothing.
  Status set(const Budget& budget, books::Effect effect = books::Effect::kWrite);
  Result<Budget> budget(std::string_view name) const;  // kNotFound says which name is near
  Result<std::vector<Budget>> budgets() const;         // by name

  // The gate: admit() and the reservation, in one transaction. What was spent is asked for inside
  // it: a run that ends between would else be counted neither as reserved nor as spent.
  // Returns the upper bound that is reserved now.
  Result<money::Cost> reserve(std::string_view budget, std::string_view run_id, const Claim& claim,
                              const SpendsUntilNow& spends_until_now, const cost::RateCard& card);
  // Again changes nothing; nor does a run that never reserved.
  Status settle(std::string_view run_id);
  // Settles what runs left open that ended without a word (kill -9, power loss).
  Status settle_ended(const meter::Records& records);

  Result<std::vector<Reservation>> open_reservations(std::string_view budget) const;

 private:
  store::Database& database_;
  std::string who_;
};

// What was spent of a budget in the span that contains `now`, by run.
Result<std::vector<Spend>> load_spends(const books::Books& books, const meter::Records& records,
                                       const Budget& budget, Instant now);
// The same as a Standing, with the open reservations.
Result<Standing> load_standing(const books::Books& books, const meter::Records& records,
                               const Budgets& budgets, std::string_view name, Instant now);

}  // namespace purser::budget
