#include "cost/band.h"

#include <algorithm>
#include <numeric>
#include <set>

namespace purser::cost {
namespace {

constexpr Joules kKilowattHour{3'600'000'000'000};

Supply supply_on(const books::Asset& asset, const books::Site* site, Date day) {
  Supply supply{
      .site = {},
      .power = {money::Rate::per_energy(money::Cost::zero(asset.currency()), kKilowattHour)},
      .idle_watts = asset.idle_watts,
      .load_watts = asset.load_watts};
  if (site != nullptr) {
    supply.site = site->name;
    supply.power = site->power(day);
  }
  return supply;
}

}  // namespace

money::Rate energy_rate(const books::Power& power) {
  const std::int64_t shared = std::gcd(power.pue_thousandths, std::int64_t{1000});
  const money::Int128 numerator = power.tariff.numerator() * (power.pue_thousandths / shared);
  const money::Int128 denominator = power.tariff.denominator() * (1000 / shared);
  return money::Rate::per_energy(money::Cost(numerator, power.tariff.currency()),
                                 Joules{static_cast<std::int64_t>(denominator)});
}

Result<std::vector<Band>> bands_of(const books::Asset& asset, Month month,
                                   const SiteNamed& site_named) {
  const Period days = period_of(month);
  std::set<Date> cuts{days.start};
  const auto cut = [&](Date day) {
    if (days.contains(day)) cuts.insert(day);
  };
  std::optional<books::Site> site;
  if (!asset.site.empty()) {
    PURSER_ASSIGN(site, site_named(asset.site));
    for (const books::SiteChange& change : site->changes) cut(change.effective);
  }
  std::vector<Band> bands;
  for (const Date day : cuts) {
    Supply supply = supply_on(asset, site ? &*site : nullptr, day);
    // A change that changes nothing is none: no line of a bill is rounded otherwise for it.
    if (!bands.empty() && bands.back().supply == supply) continue;
    if (!bands.empty()) bands.back().interval.end = midnight(day);
    bands.push_back({{midnight(day), midnight(days.end)}, std::move(supply)});
  }
  return bands;
}

}  // namespace purser::cost
