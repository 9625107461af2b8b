// Where the company's machines stand, and what power costs there, from which day on.
#include <algorithm>

#include <fmt/format.h>

#include "sim/company.h"
#include "sim/doors.h"

namespace purser::sim {
namespace {

constexpr Joules kKilowattHour{3'600'000'000'000};

money::Rate per_kwh(std::int64_t billionths, money::Currency currency) {
  return money::Rate::per_energy(money::Cost(money::Int128{billionths}, currency), kKilowattHour);
}

}  // namespace

Status Company::add_site() {
  if (facts_.sites.size() >= 2) return {};
  SiteFact fact{.name = fmt::format("site{}", facts_.sites.size() + 1),
                .billionths_per_kwh = static_cast<std::int64_t>(draw(500'000'000)),
                .pue_thousandths = static_cast<std::int64_t>(1000 + draw(1500))};
  note("add " + fact.name);
  books::Site site{.name = fact.name,
                   .tariff = per_kwh(fact.billionths_per_kwh, currency_),
                   .pue_thousandths = fact.pue_thousandths};
  PURSER_TRY(doors_->books.add_site(site));
  facts_.sites.emplace(fact.name, fact);
  return {};
}

// On a day that may be closed, past or yet to come; and now and then one that cannot be.
Status Company::change_site() {
  if (facts_.sites.empty()) return {};
  SiteFact& site =
      std::next(facts_.sites.begin(), static_cast<std::ptrdiff_t>(draw(facts_.sites.size())))
          ->second;
  const Date from = date_of(clock_.now()) + std::chrono::days(draw(60)) - std::chrono::days{45};
  SiteChangeFact fact{.effective = from};
  if (!facts_.closed.empty()) {
    fact.effective = std::max(from, period_of(*facts_.closed.rbegin()).end);
  }
  if (chance(70)) fact.billionths_per_kwh = static_cast<std::int64_t>(draw(500'000'000));
  if (chance(40)) fact.pue_thousandths = static_cast<std::int64_t>(990 + draw(1500));
  const bool possible = (fact.billionths_per_kwh || fact.pue_thousandths) &&
                        fact.pue_thousandths.value_or(1000) >= 1000;
  note(fmt::format("change {} from {} on: {} a kWh, PUE {}", site.name, format(from),
                   fact.billionths_per_kwh.value_or(-1), fact.pue_thousandths.value_or(-1)));
  books::SiteChange change{.from = from, .pue_thousandths = fact.pue_thousandths};
  if (fact.billionths_per_kwh) change.tariff = per_kwh(*fact.billionths_per_kwh, currency_);
  const auto changed = doors_->books.change_site(site.name, change);
  if (changed.has_value() != possible) {
    return fail(broken(possible ? changed.error().message() : "a site changed as none can"));
  }
  if (!changed) return {};
  const auto behind =
      std::find_if(site.changes.begin(), site.changes.end(),
                   [&](const SiteChangeFact& one) { return one.effective > fact.effective; });
  site.changes.insert(behind, fact);
  return {};
}

// Whether a machine that draws power has idled this month at a site that changed.
bool Company::has_changed_site() const {
  const Date today = date_of(clock_.now());
  return std::any_of(facts_.assets.begin(), facts_.assets.end(), [&](const auto& named) {
    const AssetFact& asset = named.second;
    if (asset.site.empty() || asset.idle_milliwatts < 1000) return false;
    const SiteFact& site = facts_.sites.at(asset.site);
    return asset.in_service < today && !site.changes.empty() &&
           site.changes.front().effective < today && site.changes.back().billionths_per_kwh;
  });
}

}  // namespace purser::sim
