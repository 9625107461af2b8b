// What the auditor knows of a month in which power begins to cost otherwise: where it is cut, by
// the facts alone.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/facts.h"

namespace purser::sim {

// A stretch in which a joule of a machine costs the same.
struct BandFact {
  std::int64_t start_ns = 0;
  std::int64_t end_ns = 0;
  std::int64_t billionths_per_kwh = 0;  // zero where it stands nowhere
  std::int64_t pue_thousandths = 1000;
  std::string site;
  std::int64_t idle_milliwatts = 0;  // of a machine that rests, none
  std::int64_t load_milliwatts = 0;
  bool paused = false;

  bool is_as(const BandFact& other) const {
    return billionths_per_kwh == other.billionths_per_kwh &&
           pue_thousandths == other.pue_thousandths && site == other.site &&
           idle_milliwatts == other.idle_milliwatts && load_milliwatts == other.load_milliwatts &&
           paused == other.paused;
  }
};

// As it stands on a day, of which it says no times.
BandFact band_on(const Facts& facts, const AssetFact& asset, Date day);

// In order and without gaps from `from_ns` to `to_ns`, which are of one month; none if that is
// nothing.
std::vector<BandFact> bands_between(const Facts& facts, const AssetFact& asset,
                                    std::int64_t from_ns, std::int64_t to_ns);

}  // namespace purser::sim
