// Where an asset stands and what it draws on a day, by what was said when it was added and what
// happened to it since. Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "base/units.h"

namespace purser::books {

struct Asset;

struct Placement {
  std::string site;         // name of a Site; empty if it stands nowhere
  std::string cost_centre;  // this and the node: labels of the company's own; empty if none
  std::string node;
  Watts idle_watts;
  Watts load_watts;
  bool paused = false;      // taken out of use: it draws nothing, and charges go on
  std::string serial = {};  // its maker's number; empty: nobody said
  bool operator==(const Placement&) const = default;
};

// By day and id, as events count. Before any: as it was added.
Placement placement_on(const Asset& asset, Date day);

// The days on which its placement may change, within `period`; by time.
std::vector<Date> placement_days(const Asset& asset, const Period& period);

// Whether the books price its energy at some time in `period`: it stands at a site, and what it
// draws is known.
bool draws_priced_energy(const Asset& asset, const Period& period);

// kInvalidInput: watts that are more idle than under load on some day. kRefused: a move to where it
// stands already, or of nothing; a pause of what is paused, or the end of a pause of what is not.
Status check_placements(const Asset& asset);

}  // namespace purser::books
