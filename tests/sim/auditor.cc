#include "sim/auditor.h"

#include <algorithm>
#include <array>
#include <set>

#include <boost/multiprecision/cpp_int.hpp>
#include <fmt/format.h>

#include "sim/bands.h"

namespace purser::sim {
namespace {

using Fraction = boost::multiprecision::cpp_rational;
using Whole = boost::multiprecision::cpp_int;

constexpr std::array kEventNames{"depreciation", "maintenance", "space", "energy"};
constexpr std::string_view kLateEvent = "late-energy:";

std::string text(Kind kind) { return kEventNames[static_cast<std::size_t>(kind)]; }

Error broken(std::string promise) { return {ErrorCode::kCorrupt, std::move(promise)}; }

// To the nearest whole number, halves away from zero.
std::int64_t rounded(const Fraction& value) {
  const Whole twice_numerator = 2 * abs(numerator(value));
  const Whole nearest = (twice_numerator + denominator(value)) / (2 * denominator(value));
  const auto magnitude = nearest.convert_to<std::int64_t>();
  return value < 0 ? -magnitude : magnitude;
}

std::int64_t ns(Instant instant) { return instant.time_since_epoch().count(); }
std::int64_t first_ns(Month month) { return ns(midnight(first_day(month))); }
Month next(Month month) { return month + std::chrono::months{1}; }

std::int64_t days_between(Date from, Date to) { return (to - from).count(); }

// The last day of the life, exclusive: the same day of a later month, or that month's last day.
Date end_of_life(const AssetFact& asset) {
  if (asset.life_months == 0) return asset.in_service + std::chrono::days{asset.life_days};
  const std::chrono::year_month_day start(asset.in_service);
  const Month target = start.year() / start.month() + std::chrono::months{asset.life_months};
  const Date last = first_day(next(target)) - std::chrono::days{1};
  const Date same = first_day(target) + (start.day() - std::chrono::day{1});
  return std::min(same, last);
}

// The part of the depreciable base that is charged before the first of `month`.
Fraction depreciated_before(const AssetFact& asset, Month month) {
  if (asset.convention == Convention::kDaily) {
    const auto passed = days_between(asset.in_service, first_day(month));
    const auto life = days_between(asset.in_service, end_of_life(asset));
    return Fraction(std::clamp<std::int64_t>(passed, 0, life), life);
  }
  Fraction months = (month - month_of(asset.in_service)).count();
  if (asset.convention == Convention::kHalfMonth) months -= Fraction(1, 2);
  if (asset.convention == Convention::kFollowingMonth) months -= 1;
  const Fraction share = months / asset.life_months;
  return std::min(std::max(share, Fraction(0)), Fraction(1));
}

// One thing after another: what was charged stands, the rest wears off by the rest of the curve.
std::optional<Carried> carried_with(const AssetFact& asset, const std::vector<EventFact>& events,
                                    Month month);

// A loss down to the amount, or a gain up to it, but not past what it would be without impairments.
std::optional<std::int64_t> impairment_of(const AssetFact& asset,
                                          const std::vector<EventFact>& before,
                                          const EventFact& event, const Carried& now, bool over) {
  const std::int64_t carried = now.amount();
  if (event.minor == carried) return std::nullopt;
  if (event.minor < carried) return carried - event.minor;
  std::vector<EventFact> others;
  std::copy_if(before.begin(), before.end(), std::back_inserter(others),
               [](const EventFact& one) { return one.what != Happened::kImpairment; });
  const auto never = carried_with(asset, others, event.effective);
  if (!never) return std::nullopt;
  std::int64_t unimpaired = never->amount();
  for (const EventFact& other : others) {  // what was added earlier on the same day
    const bool same_day = other.effective == event.effective;
    if (same_day && other.what == Happened::kImprovement) unimpaired += other.minor;
  }
  const std::int64_t gain = std::min({event.minor - carried, unimpaired - carried, now.impaired});
  if (gain <= 0 || over) return std::nullopt;
  return -gain;
}

std::optional<Carried> carried_with(const AssetFact& asset, const std::vector<EventFact>& events,
                                    Month month) {
  Carried now{.basis = asset.cost_minor - asset.accumulated_minor};
  if (asset.began && month <= *asset.began) return now;
  std::int64_t salvage = asset.salvage_minor;
  Fraction worn = asset.began ? depreciated_before(asset, *asset.began) : Fraction(0);
  const auto advance = [&](Month to) {
    const Fraction share = depreciated_before(asset, to);
    if (worn < 1) {
      const Fraction base = std::max<std::int64_t>(now.amount() - salvage, 0);
      now.charged += rounded(base * (share - worn) / (1 - worn));
    }
    worn = share;
  };
  std::vector<EventFact> before;
  for (const EventFact& event : events) {
    if (event.effective >= month) break;
    if (event.what == Happened::kRepair) continue;
    advance(event.effective);
    if (event.what == Happened::kImprovement) {
      if (worn >= 1) return std::nullopt;
      now.basis += event.minor;
    }
    if (event.what == Happened::kSplit) {  // what was charged stays charged
      now.basis -= event.minor - event.accumulated_minor;
      salvage -= event.salvage_minor;
    }
    if (event.what == Happened::kImpairment) {
      const auto loss = impairment_of(asset, before, event, now, worn >= 1);
      if (!loss) return std::nullopt;
      now.basis -= *loss;
      now.impaired += *loss;
    }
    before.push_back(event);
  }
  advance(month);
  return now;
}

// Years, or months, of a contract between service and `date`, by days of each calendar year/month.
Fraction contract_time(Date from, Date to, bool yearly) {
  Fraction time = 0;
  for (Date day = from; day < to;) {
    const Month month = month_of(day);
    const Date start = yearly ? Date(month.year() / 1 / 1) : first_day(month);
    const Date end =
        yearly ? Date((month.year() + std::chrono::years{1}) / 1 / 1) : first_day(next(month));
    const Date until = std::min(to, end);
    time += Fraction(days_between(day, until), days_between(start, end));
    day = until;
  }
  return time;
}

std::int64_t factor_to_billionths(const Facts& facts) {
  std::int64_t factor = 1'000'000'000;
  for (int i = 0; i < facts.digits; ++i) factor /= 10;
  return factor;
}

std::int64_t billionths(const money::Cost& cost) {
  return static_cast<std::int64_t>(cost.billionths());
}

std::string entry_text(const books::Entry& entry) {
  std::string all = fmt::format("{}|{}|{}|{}|{}|{}|{}|{}|{}|{}", entry.number, format(entry.date),
                                format(entry.period), entry.book, entry.asset, entry.event,
                                entry.revision, entry.rule, entry.reverses.value_or(0), entry.hash);
  for (const books::Line& line : entry.lines) {
    all += fmt::format("|{} {}", line.account, money::format(line.amount));
  }
  return all;
}

// What one run claims of a device within an interval, by the auditor's own cutting.
struct Claim {
  Fraction device_ns;
  Fraction energy_uj;
  std::int64_t pieces = 0;  // each may be rounded on its own
};

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

bool is_near(const Fraction& exact, std::int64_t found, std::int64_t tolerance) {
  return abs(exact - found) <= tolerance;
}

// Billionths.
Fraction price_of(const BandFact& band, const Fraction& microjoules) {
  return microjoules * band.billionths_per_kwh * band.pue_thousandths /
         (Fraction(1000) * 3'600'000'000'000);
}

Whole whole(const money::Int128& number) { return Whole(money::to_string(number)); }

// Each band's joules at its price, rounded once a band.
std::int64_t price_of_bands(const std::vector<BandFact>& bands, const cost::ResourceBill& bill) {
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < bands.size(); ++i) {
    sum += rounded(price_of(bands[i], Fraction(whole(bill.drawn[i].microjoules))));
  }
  return sum;
}

// One resource's month of the bill, and what the auditor holds against it.
class BillCheck {
 public:
  BillCheck(const Facts& facts, const AssetFact& asset, const cost::ResourceBill& bill, Instant now)
      : facts_(facts), asset_(asset), bill_(bill), closed_(facts.closed.contains(bill.month)) {
    const std::int64_t month_end = first_ns(next(bill.month));
    start_ = std::max(first_ns(bill.month), ns(midnight(asset.begins())));
    service_ns_ = std::max<std::int64_t>(month_end - start_, 0);
    const std::int64_t until = closed_ ? month_end : std::min(month_end, ns(now));
    end_ = std::max(start_, until);
    bands_ = bands_between(facts, asset, start_, end_);
  }

  std::int64_t start() const { return start_; }
  std::int64_t end() const { return end_; }
  const std::vector<BandFact>& bands() const { return bands_; }

  // The bill is cut where the facts say that power begins to cost otherwise, and says of each piece
  // what was drawn in it. `claims`: band by band.
  Status check_bands(const std::vector<std::map<std::string, Claim>>& claims) const {
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
        return fail(broken(fmt::format("{}band {} draws {} uJ from {} on, should be {} from {} on",
                                       where(), i, money::to_string(drawn.microjoules),
                                       format(drawn.interval.start), rounded(expected),
                                       format(Instant(Nanoseconds{bands_[i].start_ns})))));
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

  Status check_time(const std::map<std::string, Claim>& claims) const {
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
        return fail(broken(fmt::format("{}run {}: {} ns and {} uJ, should be {} and {}", where(),
                                       line.run_id, line.device_time.count(), line.energy.micro,
                                       rounded(claim->second.device_ns),
                                       rounded(claim->second.energy_uj))));
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

  // What each run pays for its joules is their price when it drew them; of a closed month, its part
  // of what was posted.
  Status check_energy(const std::vector<std::map<std::string, Claim>>& claims) const {
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

  // Of what accrues with time.
  Status check_kind(Kind kind, std::int64_t charge_minor) const {
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

  // What the time of rest costs stands apart, on no run and on no idle hour.
  Status check_rest(Kind kind, std::int64_t expected, const Whole& time) const {
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

  // A line of its own for each month whose energy was posted into this one.
  Status check_late() const {
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

 private:
  // Whole nanoseconds and microjoules of so many pieces: a nanosecond is worth so many microjoules
  // under load.
  std::int64_t slack_uj(std::int64_t pieces) const {
    return (4 + 4 * (asset_.load_milliwatts / 1'000'000 + 1)) * pieces;
  }

  Status check_sum(Kind kind, std::int64_t expected) const {
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

  // What the month must come to: cents of the journal once closed, rate x time before.
  std::int64_t right_side(std::int64_t charge_minor) const {
    const Fraction charge = Fraction(charge_minor) * factor_to_billionths(facts_);
    if (closed_) return rounded(charge);
    return service_ns_ == 0 ? 0 : rounded(charge * (end_ - start_) / service_ns_);
  }

  std::int64_t energy_due() const {
    if (!closed_) return price_of_bands(bands_, bill_);
    const auto posted = facts_.posted.find({asset_.name, bill_.month, Kind::kEnergy});
    return posted == facts_.posted.end() ? 0 : posted->second * factor_to_billionths(facts_);
  }

  std::string where() const {
    return fmt::format("bill of {} in {} ({}): ", asset_.name, format(bill_.month),
                       closed_ ? "closed" : "open");
  }

  const Facts& facts_;
  const AssetFact& asset_;
  const cost::ResourceBill& bill_;
  bool closed_;
  std::int64_t start_ = 0;
  std::int64_t end_ = 0;
  std::int64_t service_ns_ = 0;
  std::vector<BandFact> bands_;  // of what is elapsed
};

std::int64_t posted_or(const std::map<PostingKey, std::int64_t>& posted, const PostingKey& key,
                       std::int64_t fallback) {
  const auto found = posted.find(key);
  return found == posted.end() ? fallback : found->second;
}

// A month counts as posted for an asset once anything but its energy stands in the journal.
bool is_posted(const std::map<PostingKey, std::int64_t>& posted, const std::string& asset,
               Month month) {
  return std::any_of(std::begin(kKinds), std::end(kKinds), [&](Kind kind) {
    return kind != Kind::kEnergy && posted.contains({asset, month, kind});
  });
}

bool is_same(const BeatFact& fact, const meter::Usage& usage) {
  return fact.start_ns == ns(usage.interval.start) && fact.end_ns == ns(usage.interval.end) &&
         fact.device_ns == usage.device_time.count() && fact.energy_uj == usage.energy.micro &&
         fact.work == usage.work;
}

}  // namespace

std::int64_t expected_energy(const Facts& facts, const AssetFact& asset,
                             const cost::ResourceBill& bill) {
  const std::int64_t start = std::max(first_ns(bill.month), ns(midnight(asset.begins())));
  const auto bands = bands_between(facts, asset, start, first_ns(next(bill.month)));
  return rounded(Fraction(price_of_bands(bands, bill)) / factor_to_billionths(facts));
}

std::optional<Carried> carried_on(const AssetFact& asset, Month month) {
  return carried_with(asset, asset.events, month);
}

std::optional<EventFact> split_of(const AssetFact& asset, Month month, std::int64_t share,
                                  std::int64_t whole) {
  const auto now = carried_on(asset, month);
  if (!now || now->impaired != 0) return std::nullopt;
  std::int64_t cost = asset.cost_minor;
  std::int64_t salvage = asset.salvage_minor;
  std::int64_t left_elsewhere = 0;  // with parts
  for (const EventFact& event : asset.events) {
    if (event.effective > month) continue;
    if (event.what == Happened::kImprovement) cost += event.minor;
    if (event.what == Happened::kSplit) {
      cost -= event.minor;
      salvage -= event.salvage_minor;
      left_elsewhere += event.accumulated_minor;
    }
  }
  // On the first of the month carried_on() has not counted what happens on that day.
  std::int64_t accumulated = asset.accumulated_minor + now->charged - left_elsewhere;
  const auto part_of = [&](std::int64_t amount) {  // halves to the rest
    const Whole twice = 2 * Whole(amount) * share;
    return static_cast<std::int64_t>(Whole((twice + whole - 1) / (2 * Whole(whole))));
  };
  EventFact split{.what = Happened::kSplit, .effective = month, .minor = part_of(cost)};
  split.salvage_minor = part_of(salvage);
  split.accumulated_minor = part_of(accumulated);
  const std::int64_t left = cost - accumulated - salvage;
  const std::int64_t its = split.minor - split.accumulated_minor - split.salvage_minor;
  if (left >= 0) split.accumulated_minor += its - std::clamp<std::int64_t>(its, 0, left);
  if (split.minor <= 0 || split.minor >= cost) return std::nullopt;
  return split;
}

std::int64_t expected_charge(const AssetFact& asset, Month month, Kind kind) {
  const Date start = std::max(asset.begins(), first_day(month));
  const Date end = std::max(start, first_day(next(month)));
  switch (kind) {
    case Kind::kDepreciation: {
      const auto before = carried_on(asset, month);
      const auto after = carried_on(asset, next(month));
      return before && after ? after->charged - before->charged : 0;
    }
    case Kind::kMaintenance:
    case Kind::kSpace: {
      const bool yearly = kind == Kind::kMaintenance;
      const Fraction price =
          yearly ? asset.maintenance_minor_per_year : asset.space_minor_per_month;
      return rounded(price * contract_time(asset.in_service, end, yearly)) -
             rounded(price * contract_time(asset.in_service, start, yearly));
    }
    case Kind::kEnergy:
      break;
  }
  return 0;
}

std::int64_t expected_remaining(const Facts& facts, const std::string& budget,
                                const cost::Bill& bill, Month this_month,
                                const std::string& except_run) {
  const BudgetFact& fact = facts.budgets.at(budget);
  std::map<std::string, std::int64_t> spent;
  for (const cost::ResourceBill& resource : bill.resources) {
    if (fact.by_month && resource.month != this_month) continue;
    for (const cost::Line& line : resource.lines) {
      if (facts.runs.at(line.run_id).budget != budget) continue;
      for (const books::Kind kind : books::kKinds)
        spent[line.run_id] += billionths(line.cost[kind]);
    }
  }
  std::int64_t remaining = fact.amount_minor * factor_to_billionths(facts);
  for (const auto& [run, amount] : spent) {
    if (run != except_run) remaining -= amount;  // it reserves for all that it uses
  }
  for (const auto& [run, reservation] : facts.reservations) {
    if (reservation.budget != budget || run == except_run) continue;
    remaining -= std::max<std::int64_t>(reservation.upper_billionths - spent[run], 0);
  }
  return remaining;
}

Status Auditor::audit(const Facts& facts, const books::Books& books, const meter::Records& records,
                      const budget::Budgets& budgets, Instant now) {
  PURSER_TRY(check_journal(facts, books));
  PURSER_TRY(check_postings(facts));
  PURSER_TRY(check_events(facts, books, month_of(date_of(now))));
  PURSER_TRY(check_usage(facts, records));
  if (facts.assets.empty()) return {};

  Month first = month_of(date_of(now));
  const Month last = first;
  for (const auto& [name, asset] : facts.assets) first = std::min(first, month_of(asset.begins()));
  PURSER_ASSIGN(const money::Currency currency, money::Currency::parse(facts.currency));
  PURSER_ASSIGN(const cost::LoadedBill loaded,
                cost::load_bill(books, records, currency,
                                {.first = first, .last = last, .resource = {}, .as_of = now}));
  PURSER_TRY(check_bill(facts, loaded.bill, records, now));
  for (const auto& [name, fact] : facts.budgets) {
    PURSER_ASSIGN(const budget::Standing standing,
                  budget::load_standing(books, records, budgets, name, now));
    const std::int64_t expected = expected_remaining(facts, name, loaded.bill, last, "");
    if (billionths(standing.remaining()) != expected) {
      return fail(broken(fmt::format("budget {} has {} billionths left, should be {}", name,
                                     billionths(standing.remaining()), expected)));
    }
  }
  return {};
}

Status Auditor::check_journal(const Facts& facts, const books::Books& books) {
  std::vector<std::string> entries;
  journal_.clear();
  accounts_.clear();
  journal_late_.clear();
  PURSER_TRY(books.each_entry(std::nullopt, [&](const books::Entry& entry) -> Status {
    entries.push_back(entry_text(entry));
    if (entry.number != static_cast<std::int64_t>(entries.size())) {
      return fail(broken(fmt::format("entry {} stands in place {}", entry.number, entries.size())));
    }
    std::int64_t sum = 0;
    for (const books::Line& line : entry.lines) {
      if (line.amount.currency().code() != facts.currency) {
        return fail(broken(fmt::format("entry {} has a line in another currency", entry.number)));
      }
      sum += line.amount.minor();
      accounts_[{entry.asset, line.account}] += line.amount.minor();
      if (!line.account.starts_with("Expenses:")) continue;
      if (entry.event.starts_with(kLateEvent)) {
        PURSER_ASSIGN(const Month of, parse_month(entry.event.substr(kLateEvent.size())));
        journal_late_[{entry.asset, entry.period, of}] += line.amount.minor();
      }
      for (const Kind kind : kKinds) {
        if (entry.event == text(kind)) {
          journal_[{entry.asset, entry.period, kind}] += line.amount.minor();
        }
      }
    }
    if (sum != 0 || entry.lines.size() < 2) {
      return fail(broken(fmt::format("entry {} does not balance: {}", entry.number, sum)));
    }
    return {};
  }));
  const bool kept =
      entries.size() >= seen_.size() && std::equal(seen_.begin(), seen_.end(), entries.begin());
  if (!kept) return fail(broken("an entry that was read before has changed or is gone"));
  seen_ = std::move(entries);
  PURSER_ASSIGN(const books::Verified verified, books.verify(witness_));
  if (verified.entries != static_cast<std::int64_t>(seen_.size())) {
    return fail(broken("verify() counts other entries than each_entry() shows"));
  }
  witness_ = verified.head;
  return {};
}

Status Auditor::check_postings(const Facts& facts) const {
  std::set<PostingKey> keys;
  for (const auto& [key, minor] : facts.posted) keys.insert(key);
  for (const auto& [key, minor] : journal_) keys.insert(key);
  for (const PostingKey& key : keys) {
    const std::int64_t stands = posted_or(journal_, key, 0);
    const std::int64_t expected = posted_or(facts.posted, key, 0);
    if (stands != expected) {
      const auto& [asset, month, kind] = key;
      return fail(broken(fmt::format("{} of {} in {}: the journal has {} minor units, should be {}",
                                     text(kind), asset, format(month), stands, expected)));
    }
  }
  if (journal_late_ == facts.late) return {};
  for (const auto& [key, minor] : facts.late) {
    const auto found = journal_late_.find(key);
    const std::int64_t stands = found == journal_late_.end() ? 0 : found->second;
    if (stands == minor) continue;
    return fail(
        broken(fmt::format("late energy of {} in {}, in {}: the journal has {} minor "
                           "units, should be {}",
                           key.asset, format(key.of), format(key.into), stands, minor)));
  }
  return fail(broken("the journal has late energy that is none"));
}

// What happened to each machine stands on its accounts, and in what it is carried at.
Status Auditor::check_events(const Facts& facts, const books::Books& books, Month now) const {
  std::int64_t transferred = 0;
  for (const auto& [key, minor] : accounts_) {
    if (key.second == "Assets:Transfers") transferred += minor;
  }
  if (transferred != 0) {
    return fail(broken(fmt::format("{} minor units are on their way between assets", transferred)));
  }
  for (const auto& [name, asset] : facts.assets) {
    std::int64_t cost = asset.cost_minor;
    std::int64_t repairs = 0;
    for (const EventFact& event : asset.events) {
      if (event.what == Happened::kImprovement) cost += event.minor;
      if (event.what == Happened::kRepair) repairs += event.minor;
      if (event.what == Happened::kSplit) cost -= event.minor;
    }
    const auto carried = carried_on(asset, next(now));
    if (!carried) return fail(broken("what happened to " + name + " was not possible"));
    const std::array<std::pair<std::string, std::int64_t>, 3> expected{
        {{"Assets:Equipment", cost},
         {"Expenses:Repairs", repairs},
         {"Assets:Accumulated-Impairment", -carried->impaired}}};
    for (const auto& [account, minor] : expected) {
      const auto found = accounts_.find({name, account});
      const std::int64_t stands = found == accounts_.end() ? 0 : found->second;
      if (stands != minor) {
        return fail(broken(fmt::format("{} of {} holds {} minor units, should hold {}", account,
                                       name, stands, minor)));
      }
    }
    PURSER_ASSIGN(const books::Asset theirs, books.asset(name));
    PURSER_ASSIGN(const books::Course course, theirs.course(books::Book::kFinancial));
    PURSER_ASSIGN(const money::Money value, course.book_value(first_day(next(now))));
    if (value.minor() != carried->amount()) {
      return fail(broken(fmt::format("{} is carried at {} minor units, should be at {}", name,
                                     value.minor(), carried->amount())));
    }
  }
  return {};
}

Status Auditor::check_usage(const Facts& facts, const meter::Records& records) const {
  std::map<std::string, std::vector<meter::Usage>> kept;
  PURSER_ASSIGN(const std::vector<std::string> resources, records.resources());
  const Interval always{Instant(Nanoseconds{0}), Instant(Nanoseconds{INT64_MAX})};
  for (const std::string& resource : resources) {
    PURSER_ASSIGN(const std::vector<meter::Usage> usages, records.usage(resource, always));
    for (const meter::Usage& usage : usages) kept[usage.run_id].push_back(usage);
  }
  for (auto& [run, usages] : kept) {
    std::sort(usages.begin(), usages.end(),
              [](const auto& a, const auto& b) { return a.sequence < b.sequence; });
    const auto fact = facts.runs.find(run);
    if (fact == facts.runs.end()) return fail(broken("usage of a run that never was: " + run));
    const auto& beats = fact->second.beats;
    const std::size_t most = beats.size() + (fact->second.killed ? 1 : 0);
    if (usages.size() > most) return fail(broken("run " + run + " has beats that it never made"));
    for (std::size_t i = 0; i < std::min(usages.size(), beats.size()); ++i) {
      if (usages[i].sequence != static_cast<std::int64_t>(i) || !is_same(beats[i], usages[i])) {
        return fail(broken(fmt::format("beat {} of run {} is not the one acknowledged", i, run)));
      }
    }
  }
  for (const auto& [run, fact] : facts.runs) {
    if (facts.all_collected && kept[run].size() < fact.beats.size()) {
      return fail(broken(fmt::format("run {}: {} beats were acknowledged, {} are left", run,
                                     fact.beats.size(), kept[run].size())));
    }
  }
  return check_used_months(kept, facts, records);
}

// The months that the meter calls used are those in which there is usage.
Status Auditor::check_used_months(const std::map<std::string, std::vector<meter::Usage>>& by_run,
                                  const Facts& facts, const meter::Records& records) {
  std::set<meter::UsedMonth> used;
  for (const auto& [run, usages] : by_run) {
    const auto fact = facts.runs.find(run);
    if (fact == facts.runs.end()) continue;
    for (const meter::Usage& usage : usages) {
      Month month = month_of(date_of(usage.interval.start));
      do {
        used.insert({fact->second.resource, month});
        month = next(month);
      } while (first_ns(month) < ns(usage.interval.end));
    }
  }
  PURSER_ASSIGN(const std::vector<meter::UsedMonth> theirs, records.changed_since(0));
  if (std::equal(used.begin(), used.end(), theirs.begin(), theirs.end())) return {};
  return fail(broken(fmt::format("the meter says that {} months were used, should be {}",
                                 theirs.size(), used.size())));
}

Status Auditor::check_bill(const Facts& facts, const cost::Bill& bill,
                           const meter::Records& records, Instant now) const {
  std::set<std::pair<std::string, Month>> billed;
  for (const cost::ResourceBill& resource : bill.resources) {
    billed.emplace(resource.resource, resource.month);
    const AssetFact& asset = facts.assets.at(resource.resource);
    const BillCheck check(facts, asset, resource, now);
    const Interval interval{Instant(Nanoseconds{check.start()}), Instant(Nanoseconds{check.end()})};
    std::map<std::string, Claim> claims;
    if (check.end() > check.start()) {
      PURSER_ASSIGN(const std::vector<meter::Usage> usages, records.usage(asset.name, interval));
      claims = own_claims(usages, check.start(), check.end());
    }
    std::vector<std::map<std::string, Claim>> by_band;
    for (const BandFact& band : check.bands()) {
      const Interval part{Instant(Nanoseconds{band.start_ns}), Instant(Nanoseconds{band.end_ns})};
      PURSER_ASSIGN(const std::vector<meter::Usage> usages, records.usage(asset.name, part));
      by_band.push_back(own_claims(usages, band.start_ns, band.end_ns));
    }
    PURSER_TRY(check.check_time(claims));
    PURSER_TRY(check.check_bands(by_band));
    PURSER_TRY(check.check_energy(by_band));
    PURSER_TRY(check.check_late());
    const bool posted = facts.closed.contains(resource.month) ||
                        is_posted(facts.posted, asset.name, resource.month);
    for (const Kind kind : kKinds) {
      if (kind == Kind::kEnergy) continue;
      // A reversed charge leaves the journal, and not the price of an open month.
      const PostingKey key{asset.name, resource.month, kind};
      const bool by_terms =
          !facts.closed.contains(resource.month) && (!posted || facts.reversed.contains(key));
      PURSER_TRY(check.check_kind(kind, by_terms ? expected_charge(asset, resource.month, kind)
                                                 : posted_or(facts.posted, key, 0)));
    }
  }
  for (const auto& [name, asset] : facts.assets) {
    for (Month month = month_of(asset.begins()); month <= month_of(date_of(now));
         month = next(month)) {
      const std::int64_t service = std::max(first_ns(month), ns(midnight(asset.begins())));
      if (service < ns(now) && !billed.contains({name, month})) {
        return fail(broken(fmt::format("no bill of {} in {}", name, format(month))));
      }
    }
  }
  return {};
}

}  // namespace purser::sim
