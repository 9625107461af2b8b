// What the auditor knows of a month in which power begins to cost otherwise: where it is cut, by
// the facts alone.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/facts.h"

namespace purser::sim {

// A stretch in which a joule of a machine costs the same.
struct BandFact {
  std::int64_t start_ns = 0;
  std::int64_t end_ns = 0;
  std::int64_t billionths_per_kwh = 0;  // zero where it stands nowhere
  std::int64_t pue_thousandths = 1000;
  std::int64_t idle_milliwatts = 0;

  bool costs_as(const BandFact& other) const {
    return billionths_per_kwh == other.billionths_per_kwh &&
           pue_thousandths == other.pue_thousandths && idle_milliwatts == other.idle_milliwatts;
  }
};

// In order and without gaps from `from_ns` to `to_ns`, which are of one month; none if that is
// nothing.
std::vector<BandFact> bands_between(const Facts& facts, const AssetFact& asset,
                                    std::int64_t from_ns, std::int64_t to_ns);

}  // namespace purser::sim
