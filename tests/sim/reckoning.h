// The auditor's own arithmetic: what a machine must be carried at and charged, by exact fractions
// and from the facts alone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <boost/multiprecision/cpp_int.hpp>

#include "base/result.h"
#include "base/time.h"
#include "money/money.h"
#include "sim/facts.h"

namespace purser::sim {

using Fraction = boost::multiprecision::cpp_rational;
using Whole = boost::multiprecision::cpp_int;

// As the event of an entry is called: depreciation, maintenance, space, energy.
std::string text(Kind kind);
// Of a promise that was not kept.
Error broken(std::string promise);

// To the nearest whole number, halves away from zero.
std::int64_t rounded(const Fraction& value);
std::int64_t billionths(const money::Cost& cost);
// How many billionths of the currency one minor unit is.
std::int64_t factor_to_billionths(const Facts& facts);

inline std::int64_t ns(Instant instant) { return instant.time_since_epoch().count(); }
inline std::int64_t first_ns(Month month) { return ns(midnight(first_day(month))); }
inline Month next(Month month) { return month + std::chrono::months{1}; }

// What a machine is carried at on the first of a month, before what happens on that day.
struct Carried {
  std::int64_t basis = 0;  // all that was capitalised, less impairment
  std::int64_t charged = 0;
  std::int64_t impaired = 0;

  std::int64_t amount() const { return basis - charged; }
};
// None: something that happened is not possible.
std::optional<Carried> carried_on(const AssetFact& asset, Month month);

// What of a machine that was never impaired goes with a part of it: share / whole of each amount by
// itself, and neither side left with less than nothing to charge. None: of nothing, or of all.
std::optional<EventFact> split_of(const AssetFact& asset, Month month, std::int64_t share,
                                  std::int64_t whole);

// The depreciation, maintenance or space of a month in minor units, by the auditor's own sums.
std::int64_t expected_charge(const AssetFact& asset, Month month, Kind kind);

}  // namespace purser::sim
