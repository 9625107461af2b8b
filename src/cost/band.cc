#include "cost/band.h"

#include <map>
#include <numeric>
#include <set>
#include <string>

namespace purser::cost {
namespace {

constexpr Joules kKilowattHour{3'600'000'000'000};

using Sites = std::map<std::string, books::Site, std::less<>>;

Supply supply_on(const books::Asset& asset, const Sites& sites, Date day) {
  const books::Placement placement = books::placement_on(asset, day);
  Supply supply{
      .site = placement.site,
      .power = {money::Rate::per_energy(money::Cost::zero(asset.currency()), kKilowattHour)},
      .idle_watts = placement.paused ? Watts{} : placement.idle_watts,
      .load_watts = placement.load_watts,
      .paused = placement.paused};
  const auto site = sites.find(placement.site);
  if (site != sites.end()) supply.power = site->second.power(day);
  return supply;
}

// Where it stands at the start and where it goes within those days.
std::set<std::string> sites_of(const books::Asset& asset, const std::set<Date>& days) {
  std::set<std::string> sites;
  for (const Date day : days) sites.insert(books::placement_on(asset, day).site);
  sites.erase("");
  return sites;
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
  for (const Date day : books::placement_days(asset, days)) cuts.insert(day);
  Sites sites;
  for (const std::string& name : sites_of(asset, cuts)) {
    PURSER_ASSIGN(books::Site site, site_named(name));
    for (const books::SiteChange& change : site.changes) {
      if (days.contains(change.effective)) cuts.insert(change.effective);
    }
    sites.emplace(name, std::move(site));
  }
  std::vector<Band> bands;
  for (const Date day : cuts) {
    Supply supply = supply_on(asset, sites, day);
    // A change that changes nothing is none: no line of a bill is rounded otherwise for it.
    if (!bands.empty() && bands.back().supply == supply) continue;
    if (!bands.empty()) bands.back().interval.end = midnight(day);
    bands.push_back({{midnight(day), midnight(days.end)}, std::move(supply)});
  }
  return bands;
}

}  // namespace purser::cost
