#include "sim/reckoning.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <vector>

namespace purser::sim {
namespace {

constexpr std::array kEventNames{"depreciation", "maintenance", "space", "energy"};

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

}  // namespace

std::string text(Kind kind) { return kEventNames[static_cast<std::size_t>(kind)]; }

Error broken(std::string promise) { return {ErrorCode::kCorrupt, std::move(promise)}; }

// To the nearest whole number, halves away from zero.
std::int64_t rounded(const Fraction& value) {
  const Whole twice_numerator = 2 * abs(numerator(value));
  const Whole nearest = (twice_numerator + denominator(value)) / (2 * denominator(value));
  const auto magnitude = nearest.convert_to<std::int64_t>();
  return value < 0 ? -magnitude : magnitude;
}

std::int64_t factor_to_billionths(const Facts& facts) {
  std::int64_t factor = 1'000'000'000;
  for (int i = 0; i < facts.digits; ++i) factor /= 10;
  return factor;
}

std::int64_t billionths(const money::Cost& cost) {
  return static_cast<std::int64_t>(cost.billionths());
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

}  // namespace purser::sim
