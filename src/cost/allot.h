// Who held a device, and when: from heartbeats that may overlap to device time that never exceeds
// the time on the clock. Pure; any thread.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/time.h"
#include "base/units.h"
#include "meter/meter.h"

namespace purser::cost {

// What one run is charged for within the bounds asked for. Energy and work stop at the largest
// number that they can hold.
struct Share {
  std::string run_id;
  Nanoseconds device_time{};
  Joules energy{};
  meter::EnergySource energy_source = meter::EnergySource::kMeasured;  // modelled if any beat was
  std::int64_t work = 0;
  meter::WorkUnit work_unit = meter::WorkUnit::kNone;
};

// `usages` are beats on one device, in any order, each (run, sequence) once. Within its interval a
// beat's device time, energy and work are spread evenly. Time is cut wherever a beat starts or
// ends; in a piece where the beats together claim more than the piece is long, each gets its part
// of the piece in proportion to its claim (and of its energy, if that was modelled; measured
// energy was really drawn). Cutting loses nothing: the shares of adjoining bounds add up to those
// of the whole to the nanosecond and microjoule, except where claims were cut down.
//
// One Share for each run with a beat inside `bounds`, in order of run id.
std::vector<Share> allot(std::span<const meter::Usage> usages, const Interval& bounds);

}  // namespace purser::cost
