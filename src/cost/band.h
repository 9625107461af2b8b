// A month of a machine, cut where a joule of it begins to cost or to be drawn otherwise.
//
// A tariff that changes within a month does not make an average: what was drawn before costs what
// it cost then. Pure; any thread.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "base/units.h"
#include "books/books.h"
#include "money/money.h"

namespace purser::cost {

// What holds about the energy of a machine.
struct Supply {
  std::string site;    // whose tariff; empty if it stands nowhere
  books::Power power;  // a tariff of zero where nothing is known
  Watts idle_watts{};  // zero while it is paused
  Watts load_watts{};
  bool paused = false;
  bool operator==(const Supply&) const = default;
};

// A stretch of time in which it holds.
struct Band {
  Interval interval{};
  Supply supply;
};

// Tariff x PUE: what a joule drawn by the device costs.
money::Rate energy_rate(const books::Power& power);

// The whole of `month` in order and without gaps, at least one; neighbours differ. `site_named` is
// asked for the sites that the asset stood at. Errors: those of `site_named`.
using SiteNamed = std::function<Result<books::Site>(std::string_view name)>;
Result<std::vector<Band>> bands_of(const books::Asset& asset, Month month,
                                   const SiteNamed& site_named);

}  // namespace purser::cost
