#include "cost/rate.h"

#include <algorithm>

#include <fmt/format.h>

namespace purser::cost {
namespace {

using money::Cost;
using money::Rate;

constexpr std::chrono::hours kHour{1};
constexpr Joules kKilowattHour{3'600'000'000'000};

// 744, or 408.5: hours to the second decimal, for people.
std::string hours_text(Nanoseconds time) {
  const double hours = seconds(time) / 3600;
  return hours == static_cast<double>(static_cast<std::int64_t>(hours))
             ? fmt::format("{:.0f} h", hours)
             : fmt::format("{:.2f} h", hours);
}

std::string watts_text(Watts power) {
  return fmt::format("{:.10g} W", static_cast<double>(power.milli) / 1000);
}

std::string source_of(const ResourceMonth& month, const books::Part& part) {
  if (part.reversed) return "reversed in the journal; the close of the month posts it again";
  return month.parts.posted ? "posted in the journal" : "forecast from the asset's terms";
}

std::string energy_formula_of(const Supply& supply) {
  if (supply.paused) return "paused: out of use, it draws nothing; charges go on";
  if (supply.site.empty()) return "the asset stands at no site: its energy has no price";
  return fmt::format("{}/kWh at site '{}' x PUE {:g} = {}/kWh; idle {}, under load {}",
                     money::format(supply.power.tariff * kKilowattHour), supply.site,
                     static_cast<double>(supply.power.pue_thousandths) / 1000,
                     money::format(energy_rate(supply.power) * kKilowattHour),
                     watts_text(supply.idle_watts), watts_text(supply.load_watts));
}

Cost hour_of(const RateCard& card, Watts power) {
  return price(card, kHour, power * Nanoseconds(kHour));
}

}  // namespace

Cost RateCard::hour_idle() const { return hour_of(*this, idle_watts); }
Cost RateCard::hour_at_load() const { return hour_of(*this, load_watts); }

Result<RateCard> rate_card(const ResourceMonth& month, Date day) {
  const Interval& in_service = month.parts.in_service;
  if (in_service.length() <= Nanoseconds{0}) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("'{}' was not in service in {}, so no hour of it has a price then; "
                            "`purser asset show {}` says since when it is",
                            month.resource, format(month.month), month.resource));
  }
  const money::Currency currency = month.currency();
  Cost total = Cost::zero(currency);
  std::vector<RatePart> parts;
  for (const books::Kind kind : kCapacityKinds) {
    const books::Part& part = month.parts.part(kind);
    const Cost charge(part.amount);
    const Rate rate = Rate::per_time(charge, in_service.length());
    total += charge;
    parts.push_back(
        {.kind = kind,
         .charge = part.amount,
         .rate = rate,
         .formula = fmt::format("{}; {} / {} in service in {} = {} an hour", part.formula,
                                money::format(part.amount), hours_text(in_service.length()),
                                format(month.month), money::format(rate * Nanoseconds(kHour))),
         .source = source_of(month, part)});
  }
  const Instant last = midnight(date_of(in_service.end - Nanoseconds{1}));
  const Instant at = std::clamp(midnight(day), std::min(in_service.start, last), last);
  const auto band = std::find_if(month.bands.begin(), month.bands.end() - 1,
                                 [&](const Band& one) { return at < one.interval.end; });
  return RateCard{.resource = month.resource,
                  .month = month.month,
                  .closed = month.closed,
                  .in_service = in_service,
                  .parts = std::move(parts),
                  .capacity = Rate::per_time(total, in_service.length()),
                  .holds = intersect(band->interval, in_service),
                  .energy = energy_rate(band->supply.power),
                  .energy_formula = energy_formula_of(band->supply),
                  .idle_watts = band->supply.idle_watts,
                  .load_watts = band->supply.load_watts,
                  .paused = band->supply.paused};
}

Result<std::vector<RateCard>> rate_cards(const ResourceMonth& month) {
  std::vector<RateCard> cards;
  for (const Band& band : month.bands) {
    const Interval served = intersect(band.interval, month.parts.in_service);
    if (served.length() <= Nanoseconds{0}) continue;
    PURSER_ASSIGN(RateCard card, rate_card(month, date_of(served.start)));
    cards.push_back(std::move(card));
  }
  return cards;
}

Cost price(const RateCard& card, Nanoseconds device_time, Joules energy) {
  return card.capacity * device_time + card.energy * energy;
}

Cost price_at_load(const RateCard& card, Nanoseconds device_time) {
  return price(card, device_time, card.load_watts * device_time);
}

Nanoseconds affordable(const RateCard& card, const Cost& budget) {
  if (budget.is_negative() || budget.is_zero()) return Nanoseconds{0};
  // The price never falls with time: halve the range. What is affordable for a century is free for
  // our purposes; of large machines the energy of so long a time is more than 64 bits hold.
  constexpr Nanoseconds kCentury = std::chrono::hours(24 * 36525);
  const Nanoseconds longest = std::min(kCentury, longest_at(card.load_watts));
  if (price_at_load(card, longest) <= budget) {
    return longest == kCentury ? Nanoseconds::max() : longest;
  }
  Nanoseconds fits{0};
  Nanoseconds exceeds = longest;
  while (exceeds - fits > Nanoseconds{1}) {
    const Nanoseconds middle = fits + (exceeds - fits) / 2;
    (price_at_load(card, middle) <= budget ? fits : exceeds) = middle;
  }
  return fits;
}

}  // namespace purser::cost
