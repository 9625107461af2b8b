#include "sim/bands.h"

namespace purser::sim {
namespace {

constexpr std::int64_t kDayNs = std::int64_t{86'400} * 1'000'000'000;

}  // namespace

BandFact band_on(const Facts& facts, const AssetFact& asset, Date day) {
  BandFact band{.site = asset.site,
                .idle_milliwatts = asset.idle_milliwatts,
                .load_milliwatts = asset.load_milliwatts};
  for (const PlacementFact& placement : asset.placements) {
    if (placement.effective > day) continue;
    if (placement.site) band.site = *placement.site;
    if (placement.idle_milliwatts) band.idle_milliwatts = *placement.idle_milliwatts;
    if (placement.load_milliwatts) band.load_milliwatts = *placement.load_milliwatts;
    if (placement.paused) band.paused = *placement.paused;
  }
  if (band.paused) band.idle_milliwatts = 0;
  if (band.site.empty()) return band;
  const SiteFact& site = facts.sites.at(band.site);
  band.billionths_per_kwh = site.billionths_per_kwh;
  band.pue_thousandths = site.pue_thousandths;
  for (const SiteChangeFact& change : site.changes) {
    if (change.effective > day) continue;
    if (change.billionths_per_kwh) band.billionths_per_kwh = *change.billionths_per_kwh;
    if (change.pue_thousandths) band.pue_thousandths = *change.pue_thousandths;
  }
  return band;
}

// Day by day: what holds on a day holds from its midnight to the next.
std::vector<BandFact> bands_between(const Facts& facts, const AssetFact& asset,
                                    std::int64_t from_ns, std::int64_t to_ns) {
  std::vector<BandFact> bands;
  for (std::int64_t at = from_ns; at < to_ns;) {
    const std::int64_t midnight_after = (at / kDayNs + 1) * kDayNs;
    BandFact band = band_on(facts, asset, Date(std::chrono::days{at / kDayNs}));
    band.start_ns = at;
    band.end_ns = std::min(midnight_after, to_ns);
    if (!bands.empty() && bands.back().is_as(band)) {
      bands.back().end_ns = band.end_ns;
    } else {
      bands.push_back(band);
    }
    at = band.end_ns;
  }
  return bands;
}

}  // namespace purser::sim
