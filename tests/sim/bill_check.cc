#include "sim/bill_check.h"

#include <algorithm>
#include <iterator>
#include <set>

#include <fmt/format.h>

namespace purser::sim {
namespace {

bool is_near(const Fraction& exact, std::int64_t found, std::int64_t tolerance) {
  return abs(exact - found) <= tolerance;
}

// Billionths.
Fraction price_of(const BandFact& band, const Fraction& microjoules) {
  return microjoules * band.billionths_per_kwh * band.pue_thousandths /
         (Fraction(1000) * 3'600'000'000'000);
}

Whole whole(const money::Int128& number) { return Whole(money::to_string(number)); }

}  // namespace

std::map<std::string, Claim> own_claims(const std::vector<meter::Usage>& usages, std::int64_t from,
                                        std::int64_t to) {
  std::set<std::int64_t> cuts;
  for (const meter::Usage& usage : usages) {
    cuts.insert(std::clamp(ns(usage.interval.start), from, to));
    cuts.insert(std::clamp(ns(usage.interval.end), from, to));
  }
  std::map<std::string, Claim> claims;
  for (auto at = cuts.begin(); at != cuts.end() && std::next(at) != cuts.end(); ++at) {
    const std::int64_t start = *at;
    const std::int64_t end = *std::next(at);
    Fraction wanted = 0;
    std::vector<std::pair<const meter::Usage*, Fraction>> holders;
    for (const meter::Usage& usage : usages) {
      const auto a = ns(usage.interval.start);
      const auto b = ns(usage.interval.end);
      if (a > start || b < end || a == b) continue;
      const Fraction claim = Fraction(usage.device_time.count()) * (end - start) / (b - a);
      holders.emplace_back(&usage, claim);
      wanted += claim;
    }
    const Fraction granted = wanted > end - start ? Fraction(end - start) / wanted : Fraction(1);
    for (const auto& [usage, claim] : holders) {
      const auto length = usage->interval.length().count();
      Fraction energy = Fraction(usage->energy.micro) * (end - start) / length;
      if (usage->energy_source == meter::EnergySource::kModelled) energy *= granted;
      Claim& sum = claims[usage->run_id];
      sum.device_ns += claim * granted;
      sum.energy_uj += energy;
      ++sum.pieces;
    }
  }
  for (const meter::Usage& usage : usages) {  // what was measured in no time belongs to its instant
    const auto at = ns(usage.interval.start);
    if (usage.interval.length().count() != 0 || at < from || at >= to) continue;
    Claim& sum = claims[usage.run_id];
    sum.energy_uj += usage.energy.micro;
    ++sum.pieces;
  }
  return claims;
}

std::int64_t price_of_bands(const std::vector<BandFact>& bands, const cost::ResourceBill& bill) {
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < bands.size(); ++i) {
    sum += rounded(price_of(bands[i], Fraction(whole(bill.drawn[i].microjoules))));
  }
  return sum;
}

BillCheck::BillCheck(const Facts& facts, const AssetFact& asset, const cost::ResourceBill& bill,
                     Instant now)
    : facts_(facts), asset_(asset), bill_(bill), closed_(facts.closed.contains(bill.month)) {
  const std::int64_t month_end = first_ns(next(bill.month));
  start_ = std::max(first_ns(bill.month), ns(midnight(asset.begins())));
  service_ns_ = std::max<std::int64_t>(month_end - start_, 0);
  const std::int64_t until = closed_ ? month_end : std::min(month_end, ns(now));
  end_ = std::max(start_, until);
  bands_ = bands_between(facts, asset, start_, end_);
}

Status BillCheck::check_bands(const std::vector<std::map<std::string, Claim>>& claims) const {
  if (bill_.drawn.size() != bands_.size()) {
    return fail(broken(
        fmt::format("{}{} bands, should be {}", where(), bill_.drawn.size(), bands_.size())));
  }
  Whole joules = 0;
  Fraction paused_ns = 0;
  std::int64_t paused_pieces = 0;
  for (std::size_t i = 0; i < bands_.size(); ++i) {
    const cost::Drawn& drawn = bill_.drawn[i];
    joules += whole(drawn.microjoules);
    Fraction used_ns = 0;
    Fraction expected = 0;
    std::int64_t pieces = 1;
    for (const auto& [run, claim] : claims[i]) {
      used_ns += claim.device_ns;
      expected += claim.energy_uj;
      pieces += claim.pieces;
    }
    const Fraction idle_ns = bands_[i].end_ns - bands_[i].start_ns - used_ns;
    if (bands_[i].paused) {
      paused_ns += idle_ns;
      paused_pieces += pieces;
    }
    expected += idle_ns * bands_[i].idle_milliwatts / 1'000'000;
    const bool same = ns(drawn.interval.start) == bands_[i].start_ns &&
                      ns(drawn.interval.end) == bands_[i].end_ns;
    if (!same || abs(expected - Fraction(whole(drawn.microjoules))) > slack_uj(pieces)) {
      return fail(
          broken(fmt::format("{}band {} draws {} uJ from {} on, should be {} from {} on", where(),
                             i, money::to_string(drawn.microjoules), format(drawn.interval.start),
                             rounded(expected), format(Instant(Nanoseconds{bands_[i].start_ns})))));
    }
  }
  if (!is_near(paused_ns, bill_.paused.count(), 2 * paused_pieces)) {
    return fail(broken(fmt::format("{}{} ns of rest, should be {}", where(), bill_.paused.count(),
                                   rounded(paused_ns))));
  }
  Whole on_lines = bill_.idle.energy.micro;
  for (const cost::Line& line : bill_.lines) on_lines += line.energy.micro;
  if (on_lines == joules) return {};
  return fail(broken(where() + "the joules of its bands are not those of its lines"));
}

Status BillCheck::check_time(const std::map<std::string, Claim>& claims) const {
  if (bill_.closed != closed_) return fail(broken(where() + "the bill says otherwise"));
  std::int64_t device_ns = 0;
  for (const cost::Line& line : bill_.lines) {
    device_ns += line.device_time.count();
    const auto claim = claims.find(line.run_id);
    if (claim == claims.end()) {
      if (line.device_time.count() == 0) continue;
      return fail(broken(where() + "charges run " + line.run_id + ", which used nothing"));
    }
    // A nanosecond of rounding is worth so many microjoules under load.
    const std::int64_t ns_in_uj = 2 * (asset_.load_milliwatts / 1'000'000 + 1);
    if (!is_near(claim->second.device_ns, line.device_time.count(), 2 * claim->second.pieces) ||
        !is_near(claim->second.energy_uj, line.energy.micro,
                 (2 + ns_in_uj) * claim->second.pieces)) {
      return fail(
          broken(fmt::format("{}run {}: {} ns and {} uJ, should be {} and {}", where(), line.run_id,
                             line.device_time.count(), line.energy.micro,
                             rounded(claim->second.device_ns), rounded(claim->second.energy_uj))));
    }
  }
  const auto missing = std::find_if(claims.begin(), claims.end(), [&](const auto& claim) {
    return std::none_of(bill_.lines.begin(), bill_.lines.end(),
                        [&](const cost::Line& line) { return line.run_id == claim.first; });
  });
  if (missing != claims.end()) return fail(broken(where() + "no line of run " + missing->first));
  if (device_ns + bill_.idle.time.count() + bill_.paused.count() != end_ - start_) {
    return fail(broken(
        fmt::format("{}use {} ns + idle {} ns + rest {} ns is not the {} ns that passed", where(),
                    device_ns, bill_.idle.time.count(), bill_.paused.count(), end_ - start_)));
  }
  return {};
}

Status BillCheck::check_energy(const std::vector<std::map<std::string, Claim>>& claims) const {
  PURSER_TRY(check_sum(Kind::kEnergy, energy_due()));
  Fraction all = 0;
  Fraction dearest = 0;
  for (std::size_t i = 0; i < bands_.size(); ++i) {
    all += price_of(bands_[i], Fraction(whole(bill_.drawn[i].microjoules)));
    dearest = std::max(dearest, price_of(bands_[i], 1));
  }
  // Priced at less than a billionth a band, it is shared by joules.
  if (all < 100 || bands_.empty()) return {};
  const Fraction scale = Fraction(energy_due()) / all;
  for (const cost::Line& line : bill_.lines) {
    Fraction price = 0;
    std::int64_t pieces = 1;
    for (std::size_t i = 0; i < bands_.size(); ++i) {
      const auto claim = claims[i].find(line.run_id);
      if (claim == claims[i].end()) continue;
      price += price_of(bands_[i], claim->second.energy_uj);
      pieces += claim->second.pieces;
    }
    // Each band is rounded by itself, and what it is posted as, too.
    const Fraction slack = scale * dearest * slack_uj(pieces) +
                           (scale + 2) * static_cast<std::int64_t>(2 * bands_.size());
    const std::int64_t paid = billionths(line.cost[books::Kind::kEnergy]);
    if (abs(price * scale - paid) <= slack) continue;
    return fail(broken(fmt::format("{}run {} pays {} billionths for its energy, should be {}",
                                   where(), line.run_id, paid, rounded(price * scale))));
  }
  return {};
}

Status BillCheck::check_kind(Kind kind, std::int64_t charge_minor) const {
  const auto theirs = static_cast<books::Kind>(kind);
  const std::int64_t expected = right_side(charge_minor);
  PURSER_TRY(check_sum(kind, expected));
  Whole weight_sum = bill_.idle.time.count() + bill_.paused.count();
  for (const cost::Line& line : bill_.lines) weight_sum += line.device_time.count();
  for (const cost::Line& line : bill_.lines) {
    if (weight_sum == 0) break;
    const Fraction share = Fraction(expected) * line.device_time.count() / Fraction(weight_sum);
    if (abs(share - billionths(line.cost[theirs])) >= 1) {
      return fail(broken(fmt::format("{}{}: run {} pays {} billionths, its share is {}", where(),
                                     text(kind), line.run_id, billionths(line.cost[theirs]),
                                     rounded(share))));
    }
  }
  return check_rest(kind, expected, weight_sum);
}

Status BillCheck::check_rest(Kind kind, std::int64_t expected, const Whole& time) const {
  Fraction share = 0;
  if (time != 0) share = Fraction(expected) * bill_.paused.count() / Fraction(time);
  std::int64_t stands = 0;
  for (const cost::Unallocated& rest : bill_.unallocated) {
    if (rest.paused && rest.kind == static_cast<books::Kind>(kind)) {
      stands += billionths(rest.amount);
    }
  }
  if (abs(share - stands) < 1) return {};
  return fail(broken(fmt::format("{}{}: its rest costs {} billionths, should be {}", where(),
                                 text(kind), stands, rounded(share))));
}

Status BillCheck::check_late() const {
  std::map<LateKey, std::int64_t> expected;
  for (const auto& [key, minor] : facts_.late) {
    if (key.asset == asset_.name && key.into == bill_.month) expected[key] = minor;
  }
  std::size_t lines = 0;
  for (const cost::Unallocated& rest : bill_.unallocated) {
    if (!rest.late_of) continue;
    ++lines;
    const auto found = expected.find({asset_.name, bill_.month, *rest.late_of});
    if (found == expected.end() ||
        found->second * factor_to_billionths(facts_) != billionths(rest.amount)) {
      return fail(broken(fmt::format("{}{} billionths of late energy of {}, which are not so",
                                     where(), billionths(rest.amount), format(*rest.late_of))));
    }
  }
  if (lines == expected.size()) return {};
  return fail(broken(
      fmt::format("{}{} lines of late energy, should be {}", where(), lines, expected.size())));
}

std::int64_t BillCheck::slack_uj(std::int64_t pieces) const {
  return (4 + 4 * (asset_.load_milliwatts / 1'000'000 + 1)) * pieces;
}

Status BillCheck::check_sum(Kind kind, std::int64_t expected) const {
  const auto theirs = static_cast<books::Kind>(kind);
  std::int64_t sum = billionths(bill_.idle.cost[theirs]);
  for (const cost::Line& line : bill_.lines) sum += billionths(line.cost[theirs]);
  for (const cost::Unallocated& rest : bill_.unallocated) {
    if (rest.kind == theirs && !rest.late_of) sum += billionths(rest.amount);
  }
  if (sum == expected) return {};
  return fail(broken(fmt::format("{}{}: lines + idle + unallocated = {} billionths, should be {}",
                                 where(), text(kind), sum, expected)));
}

std::int64_t BillCheck::right_side(std::int64_t charge_minor) const {
  const Fraction charge = Fraction(charge_minor) * factor_to_billionths(facts_);
  if (closed_) return rounded(charge);
  return service_ns_ == 0 ? 0 : rounded(charge * (end_ - start_) / service_ns_);
}

std::int64_t BillCheck::energy_due() const {
  if (!closed_) return price_of_bands(bands_, bill_);
  const auto posted = facts_.posted.find({asset_.name, bill_.month, Kind::kEnergy});
  return posted == facts_.posted.end() ? 0 : posted->second * factor_to_billionths(facts_);
}

std::string BillCheck::where() const {
  return fmt::format("bill of {} in {} ({}): ", asset_.name, format(bill_.month),
                     closed_ ? "closed" : "open");
}

}  // namespace purser::sim
