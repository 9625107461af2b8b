#include "sim/bands.h"

namespace purser::sim {
namespace {

constexpr std::int64_t kDayNs = std::int64_t{86'400} * 1'000'000'000;

BandFact on(const Facts& facts, const AssetFact& asset, Date day) {
  BandFact band{.idle_milliwatts = asset.idle_milliwatts};
  if (asset.site.empty()) return band;
  const SiteFact& site = facts.sites.at(asset.site);
  band.billionths_per_kwh = site.billionths_per_kwh;
  band.pue_thousandths = site.pue_thousandths;
  for (const SiteChangeFact& change : site.changes) {
    if (change.effective > day) continue;
    if (change.billionths_per_kwh) band.billionths_per_kwh = *change.billionths_per_kwh;
    if (change.pue_thousandths) band.pue_thousandths = *change.pue_thousandths;
  }
  return band;
}

}  // namespace

// Day by day: what holds on a day holds from its midnight to the next.
std::vector<BandFact> bands_between(const Facts& facts, const AssetFact& asset,
                                    std::int64_t from_ns, std::int64_t to_ns) {
  std::vector<BandFact> bands;
  for (std::int64_t at = from_ns; at < to_ns;) {
    const std::int64_t midnight_after = (at / kDayNs + 1) * kDayNs;
    BandFact band = on(facts, asset, Date(std::chrono::days{at / kDayNs}));
    band.start_ns = at;
    band.end_ns = std::min(midnight_after, to_ns);
    if (!bands.empty() && bands.back().costs_as(band)) {
      bands.back().end_ns = band.end_ns;
    } else {
      bands.push_back(band);
    }
    at = band.end_ns;
  }
  return bands;
}

}  // namespace purser::sim
