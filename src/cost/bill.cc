#include "cost/bill.h"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

namespace purser::cost {
namespace {

using books::Kind;
using meter::Usage;
using money::Cost;
using money::Int128;

// What `kind` costs altogether: the right side of the two laws.
Cost right_side(const ResourceMonth& month, const ResourceBill& bill, Kind kind) {
  if (month.closed) return Cost(month.parts.part(kind).amount);
  if (kind == Kind::kEnergy) return price_of_energy(bill, energy_rate(month));
  const Nanoseconds in_service = month.parts.in_service.length();
  const Cost charge(month.parts.part(kind).amount);
  if (in_service <= Nanoseconds{0}) return charge;
  return money::Rate::per_time(charge, in_service) * bill.elapsed.length();
}

// Shares the right side over lines and idle by their weights; without any weight it is unallocated.
void charge(const ResourceMonth& month, Kind kind, ResourceBill& bill) {
  std::vector<Int128> weights;
  weights.reserve(bill.lines.size() + 1);
  for (const Line& line : bill.lines) {
    weights.push_back(kind == Kind::kEnergy ? line.energy.micro : line.device_time.count());
  }
  weights.push_back(kind == Kind::kEnergy ? bill.idle.energy.micro : bill.idle.time.count());
  Int128 sum = 0;
  for (const Int128 weight : weights) sum += weight;

  const Cost total = right_side(month, bill, kind);
  if (total.is_zero()) return;
  if (sum == 0) {
    bill.unallocated.push_back({.resource = month.resource,
                                .month = month.month,
                                .kind = kind,
                                .amount = total,
                                .reason = kind == Kind::kEnergy
                                              ? "no energy was measured or modelled in this month"
                                              : "charged for a month without time in service"});
    return;
  }
  const std::vector<Cost> shares = money::allocate(total, weights);
  for (std::size_t i = 0; i < bill.lines.size(); ++i) bill.lines[i].cost[kind] = shares[i];
  bill.idle.cost[kind] = shares.back();
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

Cost price_of_energy(const ResourceBill& bill, const money::Rate& rate) {
  Int128 microjoules = bill.idle.energy.micro;
  for (const Line& line : bill.lines) microjoules += line.energy.micro;
  return Cost(money::multiply_divide(rate.numerator(), microjoules, rate.denominator()),
              rate.currency());
}

ResourceBill bill(const ResourceMonth& month, std::span<const Usage> usages, Instant as_of) {
  const Interval calendar = interval_of(period_of(month.month));
  const Interval until = month.closed ? calendar : Interval{calendar.start, as_of};
  Interval elapsed = intersect(intersect(month.parts.in_service, calendar), until);
  if (elapsed.end < elapsed.start) elapsed.end = elapsed.start;

  ResourceBill bill{.resource = month.resource,
                    .month = month.month,
                    .closed = month.closed,
                    .elapsed = elapsed,
                    .lines = {},
                    .idle = {.resource = month.resource,
                             .month = month.month,
                             .time = elapsed.length(),
                             .energy = {},
                             .cost = Amounts(month.currency())},
                    .unallocated = {},
                    .unpriced = outside_service(month, usages, elapsed, until.end)};
  for (Share& share : allot(usages, elapsed)) {
    bill.idle.time -= share.device_time;
    bill.lines.push_back({.run_id = std::move(share.run_id),
                          .resource = month.resource,
                          .month = month.month,
                          .device_time = share.device_time,
                          .energy = share.energy,
                          .energy_source = share.energy_source,
                          .work = share.work,
                          .work_unit = share.work_unit,
                          .cost = Amounts(month.currency())});
  }
  bill.idle.energy = month.idle_watts * bill.idle.time;
  for (const Kind kind : books::kKinds) charge(month, kind, bill);
  if (month.closed) add_late_energy(month, bill);
  return bill;
}

namespace {

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
                    month.resource, format(month.month), money::format(cost), month.site,
                    money::format(most), way_out_of(whole)));
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
