// What the simulated company did, as acknowledged to it: the auditor's side of the story. Plain
// numbers, none of the books' or the bill's own types, so that the two sides share no arithmetic.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "base/time.h"

namespace purser::sim {

enum class Convention : std::uint8_t { kDaily, kFullMonth, kHalfMonth, kFollowingMonth };
enum class Kind : std::uint8_t { kDepreciation, kMaintenance, kSpace, kEnergy };
inline constexpr Kind kKinds[] = {Kind::kDepreciation, Kind::kMaintenance, Kind::kSpace,
                                  Kind::kEnergy};

struct SiteChangeFact {
  Date effective{};
  std::optional<std::int64_t> billionths_per_kwh = std::nullopt;
  std::optional<std::int64_t> pue_thousandths = std::nullopt;
};

struct SiteFact {
  std::string name;
  std::int64_t billionths_per_kwh = 0;  // this and the PUE: before any change
  std::int64_t pue_thousandths = 1000;
  std::vector<SiteChangeFact> changes = {};  // by day, and as they were recorded
};

enum class Happened : std::uint8_t { kImprovement, kRepair, kImpairment, kSplit };

// It counts from the first of a month, and happened on that day or, if it was closed, before.
struct EventFact {
  std::int64_t id = 0;
  Happened what = Happened::kRepair;
  Month effective{};
  std::int64_t minor = 0;  // cost, or the amount it was tested against
  // Of a part that was split off: besides its cost.
  std::int64_t salvage_minor = 0;
  std::int64_t accumulated_minor = 0;
  std::string part = {};
};

// Where a machine stands, what it draws and whether it rests, from a day on. It counts from any
// day.
struct PlacementFact {
  std::int64_t id = 0;
  Date effective{};
  std::optional<std::string> site = std::nullopt;
  std::optional<std::int64_t> idle_milliwatts = std::nullopt;
  std::optional<std::int64_t> load_milliwatts = std::nullopt;
  std::optional<bool> paused = std::nullopt;
};

struct AssetFact {
  std::string name;
  std::string site;  // empty: nowhere; this and the watts: as it was added
  std::int64_t cost_minor = 0;
  std::int64_t salvage_minor = 0;
  int life_months = 0;  // or else
  int life_days = 0;
  Convention convention = Convention::kDaily;
  Date in_service{};
  std::int64_t idle_milliwatts = 0;
  std::int64_t load_milliwatts = 0;
  std::int64_t maintenance_minor_per_year = 0;
  std::int64_t space_minor_per_month = 0;
  // Of a part of another: what it brought, and from the first of which month on it is here.
  std::int64_t accumulated_minor = 0;
  std::optional<Month> began = std::nullopt;
  std::optional<Month> split_on = std::nullopt;  // told for that month, which may be closed
  std::vector<EventFact> events = {};            // by month and id
  std::vector<PlacementFact> placements = {};    // by day and id

  Date begins() const { return began ? first_day(*began) : in_service; }
  Date here_since() const { return split_on ? first_day(*split_on) : in_service; }
};

struct BeatFact {
  std::int64_t start_ns = 0;
  std::int64_t end_ns = 0;
  std::int64_t device_ns = 0;
  std::int64_t energy_uj = 0;
  std::int64_t work = 0;
};

struct RunFact {
  std::string resource;
  std::string budget;
  std::vector<BeatFact> beats;  // acknowledged, by sequence
  // Its process was killed: one beat more may stand behind those that were acknowledged.
  bool killed = false;
};

struct BudgetFact {
  std::int64_t amount_minor = 0;
  bool by_month = false;
};

struct ReservationFact {
  std::string budget;
  std::int64_t upper_billionths = 0;
};

using PostingKey = std::tuple<std::string, Month, Kind>;

struct LateKey {
  std::string asset;
  Month into{};  // the month that was closed next
  Month of{};    // the closed one whose energy it is
  auto operator<=>(const LateKey&) const = default;
};

struct Facts {
  std::string currency;
  int digits = 2;
  std::map<std::string, SiteFact> sites;
  std::map<std::string, AssetFact> assets;
  std::map<std::string, RunFact> runs;  // by id
  std::map<std::string, BudgetFact> budgets;
  std::map<std::string, ReservationFact> reservations;  // open, by run
  std::map<PostingKey, std::int64_t> posted;  // minor units that must stand in the journal
  std::map<LateKey, std::int64_t> late;  // minor units of energy metered after its month was closed
  std::set<PostingKey> reversed;         // of which an entry was reversed, at any time
  std::set<Month> closed;
  bool all_collected = false;  // nothing was recorded since the last whole collect
};

}  // namespace purser::sim
