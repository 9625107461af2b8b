// Sites: what a joule costs there, how many joules the building adds, and from when on.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "money/money.h"

namespace purser::books {

// What power costs at a site on a day.
struct Power {
  money::Rate tariff;                   // cost per energy, as metered at the wall
  std::int64_t pue_thousandths = 1000;  // facility energy / IT energy; 1250 is a PUE of 1.25
  bool operator==(const Power&) const = default;
};

// Other terms from a day on (UTC, as all days of the books). What is not given goes on as it was,
// until a later day says otherwise.
struct SiteChange {
  std::int64_t id = 0;  // given by the books, in the order of recording
  Date from{};
  Date effective{};  // from when on it counts: that day, or the first open one if it was closed
  std::optional<money::Rate> tariff = std::nullopt;
  std::optional<std::int64_t> pue_thousandths = std::nullopt;
  Instant recorded{};
  std::string who = {};
};

// Where assets stand.
struct Site {
  std::string name;
  money::Rate tariff;  // this and the PUE: before any change
  std::int64_t pue_thousandths = 1000;
  std::string zone = "UTC";              // IANA name, for tariffs by the hour and fiscal months
  std::vector<SiteChange> changes = {};  // by effective and id

  Power power(Date day) const;
};

struct ChangedSite {
  SiteChange change;  // with the day from which it counts
  Site before;
  Site after;
};

}  // namespace purser::books
