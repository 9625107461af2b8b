// What an hour of a resource costs in a month, and why.
//
//   capacity rate = (depreciation + maintenance + space of the month) / time in service in it
//   energy rate   = tariff x PUE, per joule that the device draws, as it was when it was drawn
//   price         = capacity rate x device time + energy rate x joules
//
// The denominator is the real calendar: 672 to 744 hours for a whole month in UTC, fewer in the
// month in which an asset comes or goes. Idle time is thereby part of what an hour costs, and is
// shown on a line of its own (bill.h). A rate is exact; a price is rounded once, to a billionth.
//
// Pure functions on values; any thread.
#pragma once

#include <array>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "base/units.h"
#include "books/books.h"
#include "cost/band.h"
#include "money/money.h"

namespace purser::cost {

// The kinds of expense that accrue with time, whether the resource is used or not.
inline constexpr std::array kCapacityKinds{books::Kind::kDepreciation, books::Kind::kMaintenance,
                                           books::Kind::kSpace};

// All that the price of one resource depends on in one month.
struct ResourceMonth {
  std::string resource;
  Month month{};
  books::PeriodParts parts;  // the forecast, or what was posted
  bool closed = false;       // then the bill equals what was posted, to the cent
  std::vector<Band> bands;   // of the whole month; see bands_of()

  money::Currency currency() const { return parts.depreciation.amount.currency(); }
};

// One part of the capacity rate.
struct RatePart {
  books::Kind kind;
  money::Money charge;  // of the month
  money::Rate rate;     // per time
  std::string formula;  // how the charge came about, and the division
  std::string source;   // "forecast from the asset's terms", "posted in the journal" or that it is
                        // reversed there
};

struct RateCard {
  std::string resource;
  Month month{};
  bool closed = false;
  Interval in_service{};
  std::vector<RatePart> parts;  // one for each of kCapacityKinds
  money::Rate capacity;         // per time: the sum of the parts, exactly
  // Of the day that was asked for:
  Interval holds{};    // the stretch of the month in which all that follows is so
  money::Rate energy;  // per joule drawn by the device
  std::string energy_formula;
  Watts idle_watts{};  // zero while it is paused
  Watts load_watts{};
  bool paused = false;

  // An hour of it: capacity and the power drawn, doing nothing or under load.
  money::Cost hour_idle() const;
  money::Cost hour_at_load() const;
};

// As it is on `day`; of a day outside the time in service, as on the nearest one in it. Refused
// (kInvalidInput): a month in which the resource was not in service.
Result<RateCard> rate_card(const ResourceMonth& month, Date day);
// One for each stretch of the time in service in which an hour has one price; by time.
Result<std::vector<RateCard>> rate_cards(const ResourceMonth& month);

// What this use costs: each of the two terms rounded once.
money::Cost price(const RateCard& card, Nanoseconds device_time, Joules energy);
// The same, with energy modelled as load power x device time.
money::Cost price_at_load(const RateCard& card, Nanoseconds device_time);

// The most device time under load that `budget` buys; Nanoseconds::max() where time is free, zero
// for a budget of nothing.
Nanoseconds affordable(const RateCard& card, const money::Cost& budget);

}  // namespace purser::cost
