// What the tests of this room share: a made-up month of a server, and beats on it.
#pragma once

#include <string>

#include "cost/rate.h"
#include "meter/meter.h"

namespace purser::cost {

// October 2026: USD 218.75 depreciation, 50.96 maintenance, 30.00 space; USD 0.12/kWh, PUE 1.25.
inline ResourceMonth october() {
  const auto usd = [](std::int64_t cents) { return money::Money(cents, money::usd()); };
  const Month month{std::chrono::year{2026}, std::chrono::month{10}};
  return {.resource = "server",
          .month = month,
          .parts = {.in_service = interval_of(period_of(month)),
                    .depreciation = {usd(21875), "(12,000.00 - 1,500.00) / 48 months"},
                    .maintenance = {usd(5096), "600.00 a year x 31 / 365 days"},
                    .space = {usd(3000), "30.00 a month"},
                    .energy = {usd(0), ""}},
          .closed = false,
          .bands = {{.interval = interval_of(period_of(month)),
                     .supply = {.site = "home",
                                .power = {money::Rate::per_energy(*money::parse_cost("USD 0.12"),
                                                                  Joules{3'600'000'000'000}),
                                          1250},
                                .idle_watts = {90'000},
                                .load_watts = {250'000}}}}};
}

inline Instant october_at(Nanoseconds since_start) {
  return midnight(first_day(Month{std::chrono::year{2026}, std::chrono::month{10}})) + since_start;
}

// A beat of `run` from `start` to `end` after the first of October.
inline meter::Usage beat(std::string run, Nanoseconds start, Nanoseconds end,
                         Nanoseconds device_time, std::int64_t sequence = 0) {
  meter::Usage usage;
  usage.run_id = std::move(run);
  usage.sequence = sequence;
  usage.interval = {october_at(start), october_at(end)};
  usage.device_time = device_time;
  usage.energy = Watts{250'000} * device_time;
  return usage;
}

}  // namespace purser::cost
