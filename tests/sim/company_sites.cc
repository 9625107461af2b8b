// Where the company's machines stand, and what power costs there, from which day on.
#include <algorithm>

#include <fmt/format.h>

#include "sim/bands.h"
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

// A move, other watts, a pause or its end; not all that is drawn is possible.
PlacementFact Company::draw_placement() {
  PlacementFact fact;
  switch (draw(4)) {
    case 0:
      if (!facts_.sites.empty()) {
        fact.site =
            std::next(facts_.sites.begin(), static_cast<std::ptrdiff_t>(draw(facts_.sites.size())))
                ->first;
        break;
      }
      [[fallthrough]];
    case 1:
      fact.load_milliwatts = static_cast<std::int64_t>(1 + draw(900'000));
      if (chance(70)) fact.idle_milliwatts = static_cast<std::int64_t>(draw(500'000));
      break;
    case 2:
      fact.paused = true;
      break;
    default:
      fact.paused = false;
  }
  return fact;
}

namespace {

// By the facts alone: each step changes where it stands, and no machine idles at more than it
// works.
bool is_possible(const AssetFact& asset) {
  std::string site = asset.site;
  std::int64_t idle = asset.idle_milliwatts;
  std::int64_t load = asset.load_milliwatts;
  bool paused = false;
  for (const PlacementFact& fact : asset.placements) {
    if (fact.site && *fact.site == site) return false;
    if (fact.paused && *fact.paused == paused) return false;
    site = fact.site.value_or(site);
    idle = fact.idle_milliwatts.value_or(idle);
    load = fact.load_milliwatts.value_or(load);
    paused = fact.paused.value_or(paused);
    if (idle > load) return false;
  }
  return true;
}

books::Happening theirs(const PlacementFact& fact) {
  const auto watts = [](const std::optional<std::int64_t>& milli) {
    return milli ? std::optional(Watts{*milli}) : std::nullopt;
  };
  if (fact.site) return books::Move{.site = fact.site};
  if (fact.load_milliwatts) {
    return books::Measurement{watts(fact.idle_milliwatts), watts(fact.load_milliwatts)};
  }
  if (*fact.paused) return books::Pause{};
  return books::Resume{};
}

}  // namespace

Status Company::place() {
  if (facts_.assets.empty()) return {};
  AssetFact& asset =
      std::next(facts_.assets.begin(), static_cast<std::ptrdiff_t>(draw(facts_.assets.size())))
          ->second;
  PlacementFact fact = draw_placement();
  const Date on = date_of(clock_.now()) + std::chrono::days(draw(50)) - std::chrono::days{40};
  fact.effective = on;
  if (!facts_.closed.empty()) {
    fact.effective = std::max(on, period_of(*facts_.closed.rbegin()).end);
  }
  note(fmt::format("{} of {} on {}", books::name(theirs(fact)), asset.name, format(on)));
  AssetFact after = asset;
  const auto behind =
      std::find_if(after.placements.begin(), after.placements.end(),
                   [&](const PlacementFact& one) { return one.effective > fact.effective; });
  const auto placed = after.placements.insert(behind, fact);
  const bool possible =
      on >= asset.here_since() && !is_counted_by(asset, fact.effective) && is_possible(after);
  const auto applied = doors_->books.apply({.asset = asset.name, .on = on, .what = theirs(fact)});
  if (applied.has_value() != possible) {
    return fail(broken(possible ? applied.error().message() : "it stands as it cannot"));
  }
  if (!applied) return {};
  if (applied->entries != 0) return fail(broken("where a machine stands was charged"));
  placed->id = applied->event.id;
  asset = std::move(after);
  return {};
}

// Whether a machine that was moved, measured or rested has idled this month at a site that changed.
bool Company::has_changed_site() const {
  const Date today = date_of(clock_.now());
  return std::any_of(facts_.assets.begin(), facts_.assets.end(), [&](const auto& named) {
    const AssetFact& asset = named.second;
    if (asset.placements.empty() || asset.placements.front().effective >= today) return false;
    const BandFact band = band_on(facts_, asset, today);
    if (band.site.empty() || band.idle_milliwatts < 1000) return false;
    const SiteFact& site = facts_.sites.at(band.site);
    return asset.in_service < today && !site.changes.empty() &&
           site.changes.front().effective < today && site.changes.back().billionths_per_kwh;
  });
}

}  // namespace purser::sim
