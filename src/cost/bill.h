// The bill: where usage meets prices, and every cent is on exactly one line.
//
// Law A (a month that is open). For each resource and kind of expense:
//     sum of the runs' lines + idle + paused = rate x elapsed time in service (capacity kinds)
//     sum of the runs' lines + idle = energy rate x (joules of use + idle watts x idle time)
//   exactly, in billionths of the currency unit; for energy in each band of the month (band.h),
//   and its energy is the sum over its bands.
// Law B (a month that is closed). For each resource and kind:
//     sum of the runs' lines + idle + unallocated = what the journal holds
//   exactly: the posted amount takes the place of the right side above. Energy of months that were
//   closed before it was metered is posted too, and stands among the unallocated.
//
// Both hold by construction: the right side is rounded once (of energy, once a band) and shared by
// largest remainder, over device time (capacity) or joules (energy). The posted energy of a closed
// month is first shared over its bands, by what their joules cost.
//
// Pure functions on values; any thread.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "base/units.h"
#include "books/books.h"
#include "cost/allot.h"
#include "cost/rate.h"
#include "meter/meter.h"
#include "money/money.h"

namespace purser::cost {

// One Cost for each kind of expense.
class Amounts {
 public:
  explicit Amounts(money::Currency currency)
      : by_kind_{money::Cost::zero(currency), money::Cost::zero(currency),
                 money::Cost::zero(currency), money::Cost::zero(currency)} {}

  money::Cost& operator[](books::Kind kind) { return by_kind_[static_cast<std::size_t>(kind)]; }
  const money::Cost& operator[](books::Kind kind) const {
    return by_kind_[static_cast<std::size_t>(kind)];
  }
  money::Cost total() const;
  Amounts& operator+=(const Amounts& other);
  bool operator==(const Amounts&) const = default;

 private:
  std::array<money::Cost, books::kKinds.size()> by_kind_;
};

// What one run costs on one resource in one month.
struct Line {
  std::string run_id;
  std::string resource;
  Month month{};
  Nanoseconds device_time{};
  Joules energy{};
  meter::EnergySource energy_source = meter::EnergySource::kModelled;
  std::int64_t work = 0;
  meter::WorkUnit work_unit = meter::WorkUnit::kNone;
  Amounts cost;
};

// The time in service in which nobody used the resource.
struct IdleLine {
  std::string resource;
  Month month{};
  Nanoseconds time{};
  Joules energy{};  // modelled: idle watts x time
  Amounts cost;
};

// Expense that no line carries: there was neither use nor idle time to carry it; or the resource
// was paused; or it is of months that were closed before it was known (energy that was metered
// late, depreciation that was told late), and belongs to no hour of this one.
struct Unallocated {
  std::string resource;
  Month month{};
  books::Kind kind;
  money::Cost amount;  // of late energy, negative where the closed month had paid too much
  std::string reason;
  std::optional<Month> late_of = std::nullopt;  // the closed month whose energy it is
  bool paused = false;                          // the charge of the time in which it was
  bool caught_up = false;                       // depreciation of months that were closed before
};
// "unallocated", "paused", "caught up", or "late energy of 2026-03"
std::string title_of(const Unallocated& unallocated);
inline constexpr std::string_view kPausedTitle = "paused";

// Usage that is on no line because it has no price; never silently left out.
struct Unpriced {
  std::string run_id;
  std::string resource;
  Nanoseconds device_time{};
  std::string reason;
};

// All that was drawn in a band of the month, by runs and while idle. In 128 bits, for what ran at
// once may be more microjoules than 64 hold.
struct Drawn {
  Interval interval{};  // the part of the band that is elapsed
  money::Rate rate;     // per joule
  money::Int128 microjoules = 0;

  money::Cost cost() const;
};

struct ResourceBill {
  std::string resource;
  Month month{};
  bool closed = false;
  Interval elapsed{};       // the part of the month in service until `as_of`
  std::vector<Line> lines;  // in order of run id
  IdleLine idle;
  Nanoseconds paused{};      // the time in service in which it was out of use, and nobody used it
  std::vector<Drawn> drawn;  // by time, one for each band of which anything is elapsed
  std::vector<Unallocated> unallocated;
  std::vector<Unpriced> unpriced;

  Amounts total() const;  // lines + idle + unallocated
};

// What all the joules on that bill cost at the rates of `month`, whatever its lines say.
money::Cost price_of_energy(const ResourceBill& bill, const ResourceMonth& month);

// `usages`: all beats on this resource that share time with the month (others do no harm).
ResourceBill bill(const ResourceMonth& month, std::span<const meter::Usage> usages, Instant as_of);

// What the energy of the whole month costs, use and idle: the accrual that is posted at its close.
// kInvalidInput: more than kAmountMinorMax.
Result<money::Money> energy_cost(const ResourceMonth& month, std::span<const meter::Usage> usages);

struct Bill {
  money::Currency currency;
  std::vector<ResourceBill> resources;
  std::vector<Unpriced> unpriced;  // on resources that the books do not know

  Amounts total() const;
  Amounts used() const;  // of all runs' lines
  Amounts idle() const;
  money::Cost unallocated() const;
};

// --- the same bill, seen from several sides
// --------------------------------------------------------

enum class GroupBy : std::uint8_t { kRun, kModel, kVerb, kResource };
Result<GroupBy> parse_group_by(std::string_view text);  // "run", "model", "verb", "resource"

struct Group {
  std::string key;    // run id, "model" or "model version", verb, resource
  std::string label;  // for people: the run's short name
  std::string verb;   // of a run
  std::string model;  // of a run: with its version
  Nanoseconds device_time{};
  Joules energy{};
  meter::EnergySource energy_source = meter::EnergySource::kMeasured;
  std::int64_t samples = 0;      // learned from
  std::int64_t predictions = 0;  // served
  Amounts cost;
};
// Runs' lines only; idle stands beside them. Runs in order of start, others by name.
std::vector<Group> group(const Bill& bill, std::span<const meter::Run> runs, GroupBy by);

// What serving a model (by version) costs per million predictions, of the device time and energy
// that its batches took. None served, no figure.
struct UnitCost {
  std::string model;
  std::string model_version;
  std::int64_t predictions = 0;
  money::Cost cost;
  money::Cost per_million;
};
std::vector<UnitCost> unit_costs(const Bill& bill, std::span<const meter::Run> runs);

// `cost` per million, rounded to a billionth. predictions > 0.
money::Cost per_million(const money::Cost& cost, std::int64_t predictions);

}  // namespace purser::cost
