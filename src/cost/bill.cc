#include "cost/bill.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace purser::cost {
namespace {

using books::Kind;
using meter::Usage;
using money::Cost;
using money::Int128;

// What a kind of expense that accrues with time costs altogether: the right side of the two laws.
Cost right_side(const ResourceMonth& month, const ResourceBill& bill, Kind kind) {
  const Cost charge(month.parts.part(kind).amount);
  if (month.closed) return charge;
  const Nanoseconds in_service = month.parts.in_service.length();
  if (in_service <= Nanoseconds{0}) return charge;
  return money::Rate::per_time(charge, in_service) * bill.elapsed.length();
}

bool is_nothing(std::span<const Int128> weights) {
  return std::all_of(weights.begin(), weights.end(), [](Int128 weight) { return weight == 0; });
}

// Shares `total` by weights, of the lines, of idling, and of the time in which it was paused if
// there is one more; without any it is unallocated. What falls on a pause is nobody's, and makes no
// hour of the others dearer. (IAS 2.13, of idle plant; that the charge goes on, IAS 16.55)
void share(ResourceBill& bill, Kind kind, const Cost& total, std::span<const Int128> weights) {
  if (total.is_zero()) return;
  if (is_nothing(weights)) {
    bill.unallocated.push_back({.resource = bill.resource,
                                .month = bill.month,
                                .kind = kind,
                                .amount = total,
                                .reason = kind == Kind::kEnergy
                                              ? "no energy was measured or modelled in this month"
                                              : "charged for a month without time in service"});
    return;
  }
  const std::vector<Cost> shares = money::allocate(total, weights);
  for (std::size_t i = 0; i < bill.lines.size(); ++i) bill.lines[i].cost[kind] += shares[i];
  const std::size_t idle = bill.lines.size();
  bill.idle.cost[kind] += shares[idle];
  if (shares.size() == idle + 1 || shares.back().is_zero()) return;
  bill.unallocated.push_back({.resource = bill.resource,
                              .month = bill.month,
                              .kind = kind,
                              .amount = shares.back(),
                              .reason = "paused: out of use, and charged all the same",
                              .paused = true});
}

void charge_time(const ResourceMonth& month, Kind kind, ResourceBill& bill) {
  std::vector<Int128> weights;
  weights.reserve(bill.lines.size() + 1);
  for (const Line& line : bill.lines) weights.push_back(line.device_time.count());
  weights.push_back(bill.idle.time.count());
  if (bill.paused > Nanoseconds{0}) weights.push_back(bill.paused.count());
  share(bill, kind, right_side(month, bill, kind), weights);
}

// Who used a band, and how long nobody did.
struct BandUse {
  std::vector<Share> shares;
  Nanoseconds idle{};
  Joules idle_energy{};
};

// Each band's joules carry its energy: what they cost, or of a closed month its part of what was
// posted.
void charge_energy(const ResourceMonth& month, std::span<const BandUse> uses, ResourceBill& bill) {
  std::vector<Int128> prices;
  std::vector<Int128> joules;
  Cost total = Cost::zero(month.currency());
  for (const Drawn& drawn : bill.drawn) {
    total += drawn.cost();
    prices.push_back(drawn.cost().billionths());
    joules.push_back(drawn.microjoules);
  }
  if (month.closed) total = Cost(month.parts.energy.amount);
  // What was posted for energy that has no price belongs to whoever drew it.
  const std::vector<Int128>& weights = is_nothing(prices) ? joules : prices;
  if (is_nothing(weights)) return share(bill, Kind::kEnergy, total, {});
  const std::vector<Cost> parts = money::allocate(total, weights);
  std::map<std::string_view, std::size_t> place;
  for (std::size_t i = 0; i < bill.lines.size(); ++i) place.emplace(bill.lines[i].run_id, i);
  for (std::size_t band = 0; band < uses.size(); ++band) {
    std::vector<Int128> drawn(bill.lines.size() + 1, 0);
    for (const Share& one : uses[band].shares) drawn[place.at(one.run_id)] = one.energy.micro;
    drawn.back() = uses[band].idle_energy.micro;
    share(bill, Kind::kEnergy, parts[band], drawn);
  }
}

// What was posted in this month for the energy of others.
void add_late_energy(const ResourceMonth& month, ResourceBill& bill) {
  for (const books::LateEnergy& late : month.parts.late_energy) {
    bill.unallocated.push_back(
        {.resource = month.resource,
         .month = month.month,
         .kind = Kind::kEnergy,
         .amount = Cost(late.amount),
         .reason = fmt::format("energy of {}, metered after its close", format(late.of)),
         .late_of = late.of});
  }
}

void add_caught_up(const ResourceMonth& month, ResourceBill& bill) {
  if (!month.parts.caught_up) return;
  bill.unallocated.push_back(
      {.resource = month.resource,
       .month = month.month,
       .kind = Kind::kDepreciation,
       .amount = Cost(*month.parts.caught_up),
       .reason = "depreciation of months that were closed before it was known",
       .caught_up = true});
}

// Device time outside the time in service has no price: says so.
std::vector<Unpriced> outside_service(const ResourceMonth& month, std::span<const Usage> usages,
                                      const Interval& elapsed, Instant as_of) {
  Interval until_now = intersect(interval_of(period_of(month.month)), {Instant::min(), as_of});
  const Interval before{until_now.start, std::min(elapsed.start, until_now.end)};
  const Interval after{std::max(elapsed.end, until_now.start), until_now.end};
  std::vector<Interval> outside{before, after};
  if (elapsed.length() <= Nanoseconds{0}) outside = {until_now};
  std::vector<Unpriced> unpriced;
  for (const Interval& interval : outside) {
    if (interval.length() <= Nanoseconds{0}) continue;
    for (const Share& share : allot(usages, interval)) {
      if (share.device_time == Nanoseconds{0}) continue;
      unpriced.push_back({.run_id = share.run_id,
                          .resource = month.resource,
                          .device_time = share.device_time,
                          .reason = fmt::format("'{}' was not in service then", month.resource)});
    }
  }
  return unpriced;
}

}  // namespace

std::string title_of(const Unallocated& unallocated) {
  if (unallocated.paused) return std::string(kPausedTitle);
  if (unallocated.caught_up) return "caught up";
  if (!unallocated.late_of) return "unallocated";
  return fmt::format("late energy of {}", format(*unallocated.late_of));
}

Cost Amounts::total() const {
  Cost sum = Cost::zero(by_kind_[0].currency());
  for (const Cost& cost : by_kind_) sum += cost;
  return sum;
}

Amounts& Amounts::operator+=(const Amounts& other) {
  for (const Kind kind : books::kKinds) (*this)[kind] += other[kind];
  return *this;
}

Amounts ResourceBill::total() const {
  Amounts sum = idle.cost;
  for (const Line& line : lines) sum += line.cost;
  for (const Unallocated& rest : unallocated) sum[rest.kind] += rest.amount;
  return sum;
}

namespace {

Cost price_of(Int128 microjoules, const money::Rate& rate) {
  return Cost(money::multiply_divide(rate.numerator(), microjoules, rate.denominator()),
              rate.currency());
}

}  // namespace

Cost Drawn::cost() const { return price_of(microjoules, rate); }

Cost price_of_energy(const ResourceBill& bill, const ResourceMonth& month) {
  Cost sum = Cost::zero(month.currency());
  for (const Drawn& drawn : bill.drawn) {
    const auto band = std::find_if(month.bands.begin(), month.bands.end(), [&](const Band& one) {
      return one.interval.start <= drawn.interval.start && drawn.interval.start < one.interval.end;
    });
    if (band == month.bands.end()) continue;
    sum += price_of(drawn.microjoules, energy_rate(band->supply.power));
  }
  return sum;
}

namespace {

Line line_of(const ResourceMonth& month, const Share& share) {
  return {.run_id = share.run_id,
          .resource = month.resource,
          .month = month.month,
          .device_time = share.device_time,
          .energy = share.energy,
          .energy_source = share.energy_source,
          .work = share.work,
          .work_unit = share.work_unit,
          .cost = Amounts(month.currency())};
}

// What a run used in one band after another.
void add(Line& line, const Share& share) {
  line.device_time += share.device_time;
  line.energy += share.energy;
  line.energy_source = std::max(line.energy_source, share.energy_source);
  line.work = add_saturated(line.work, share.work);
  line.work_unit = std::max(line.work_unit, share.work_unit);
}

// Cuts what was used and what idled at the bands, and enters both.
std::vector<BandUse> use_bands(const ResourceMonth& month, std::span<const Usage> usages,
                               ResourceBill& bill) {
  std::vector<BandUse> uses;
  std::map<std::string, Line> lines;
  for (const Band& band : month.bands) {
    const Interval part = intersect(band.interval, bill.elapsed);
    if (part.length() <= Nanoseconds{0}) continue;
    BandUse use{.shares = allot(usages, part), .idle = part.length()};
    Drawn drawn{part, energy_rate(band.supply.power)};
    for (const Share& share : use.shares) {
      use.idle -= share.device_time;
      drawn.microjoules += share.energy.micro;
      const auto [line, fresh] = lines.try_emplace(share.run_id, line_of(month, share));
      if (!fresh) add(line->second, share);
    }
    use.idle_energy = band.supply.idle_watts * use.idle;
    drawn.microjoules += use.idle_energy.micro;
    (band.supply.paused ? bill.paused : bill.idle.time) += use.idle;
    bill.idle.energy += use.idle_energy;
    bill.drawn.push_back(drawn);
    uses.push_back(std::move(use));
  }
  for (auto& [run, line] : lines) bill.lines.push_back(std::move(line));
  return uses;
}

}  // namespace

ResourceBill bill(const ResourceMonth& month, std::span<const Usage> usages, Instant as_of) {
  const Interval calendar = interval_of(period_of(month.month));
  const Interval until = month.closed ? calendar : Interval{calendar.start, as_of};
  Interval elapsed = intersect(intersect(month.parts.in_service, calendar), until);
  if (elapsed.end < elapsed.start) elapsed.end = elapsed.start;

  ResourceBill bill{
      .resource = month.resource,
      .month = month.month,
      .closed = month.closed,
      .elapsed = elapsed,
      .lines = {},
      .idle = {.resource = month.resource, .month = month.month, .cost = Amounts(month.currency())},
      .drawn = {},
      .unallocated = {},
      .unpriced = outside_service(month, usages, elapsed, until.end)};
  const std::vector<BandUse> uses = use_bands(month, usages, bill);
  for (const Kind kind : kCapacityKinds) charge_time(month, kind, bill);
  charge_energy(month, uses, bill);
  if (month.closed) {
    add_late_energy(month, bill);
    add_caught_up(month, bill);
  }
  return bill;
}

namespace {

// Where most of the energy was paid for.
std::string dearest_site(const ResourceMonth& month, const ResourceBill& bill) {
  const auto most =
      std::max_element(bill.drawn.begin(), bill.drawn.end(),
                       [](const Drawn& a, const Drawn& b) { return a.cost() < b.cost(); });
  for (const Band& band : month.bands) {
    if (most != bill.drawn.end() && most->interval.start < band.interval.end) {
      return band.supply.site;
    }
  }
  return {};
}

// A bill that no books hold was metered by something that erred: who, and what can be done.
std::string way_out_of(const ResourceBill& bill) {
  const auto most =
      std::max_element(bill.lines.begin(), bill.lines.end(),
                       [](const Line& a, const Line& b) { return a.energy < b.energy; });
  if (most == bill.lines.end()) return "look at the idle watts of the asset";
  return fmt::format(
      "run '{}' claims {} of it: if its meter erred, restore the books from a backup "
      "made before it was collected, and keep its file out of the spool",
      most->run_id, humanize(most->energy));
}

}  // namespace

Result<money::Money> energy_cost(const ResourceMonth& month, std::span<const Usage> usages) {
  ResourceMonth open = month;
  open.closed = false;
  const ResourceBill whole = bill(open, usages, interval_of(period_of(month.month)).end);
  const Cost cost = whole.total()[Kind::kEnergy];
  const Cost most(money::Money(books::kAmountMinorMax, month.currency()));
  if (cost > most) {
    return fail(
        ErrorCode::kInvalidInput,
        fmt::format("the energy of '{}' in {} would cost {} at site '{}', more than books hold "
                    "of one asset, {}; {}",
                    month.resource, format(month.month), money::format(cost),
                    dearest_site(month, whole), money::format(most), way_out_of(whole)));
  }
  return cost.rounded();
}

Amounts Bill::used() const {
  Amounts sum(currency);
  for (const ResourceBill& resource : resources) {
    for (const Line& line : resource.lines) sum += line.cost;
  }
  return sum;
}

Amounts Bill::idle() const {
  Amounts sum(currency);
  for (const ResourceBill& resource : resources) sum += resource.idle.cost;
  return sum;
}

Cost Bill::unallocated() const {
  Cost sum = Cost::zero(currency);
  for (const ResourceBill& resource : resources) {
    for (const Unallocated& rest : resource.unallocated) sum += rest.amount;
  }
  return sum;
}

Amounts Bill::total() const {
  Amounts sum(currency);
  for (const ResourceBill& resource : resources) sum += resource.total();
  return sum;
}

}  // namespace purser::cost
