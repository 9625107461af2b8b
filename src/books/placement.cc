#include "books/placement.h"

#include <algorithm>

#include <fmt/format.h>

#include "books/books.h"

namespace purser::books {
namespace {

// What an event makes of a placement; the others leave it alone.
struct Place {
  Placement& placement;
  void operator()(const Move& move) const {
    if (move.site) placement.site = *move.site;
    if (move.cost_centre) placement.cost_centre = *move.cost_centre;
    if (move.node) placement.node = *move.node;
    if (move.serial) placement.serial = *move.serial;
  }
  void operator()(const Measurement& measured) const {
    if (measured.idle_watts) placement.idle_watts = *measured.idle_watts;
    if (measured.load_watts) placement.load_watts = *measured.load_watts;
  }
  void operator()(const Pause&) const { placement.paused = true; }
  void operator()(const Resume&) const { placement.paused = false; }
  template <typename Other>
  void operator()(const Other&) const {}
};

Placement added(const Asset& asset) {
  return {.site = asset.site,
          .cost_centre = {},
          .node = {},
          .idle_watts = asset.idle_watts,
          .load_watts = asset.load_watts,
          .serial = asset.serial};
}

Status check_step(const Asset& asset, const Event& event, const Placement& before,
                  const Placement& after) {
  const auto refused = [&](std::string_view why, std::string_view way_out,
                           ErrorCode code = ErrorCode::kRefused) {
    return fail(
        code, fmt::format("'{}' {} on {}; {}", asset.name, why, format(event.effective), way_out));
  };
  if (std::holds_alternative<Move>(event.what) && before == after) {
    return refused("would be moved to where it stands", "name another place");
  }
  if (std::holds_alternative<Pause>(event.what) && before.paused) {
    return refused("would be paused while it is", "end that pause first: purser asset resume");
  }
  if (std::holds_alternative<Resume>(event.what) && !before.paused) {
    return refused("would be resumed while it is in use", "purser asset show says how it stands");
  }
  if (after.idle_watts > after.load_watts) {
    return refused("would draw more when idle than under load", "give both",
                   ErrorCode::kInvalidInput);
  }
  return {};
}

}  // namespace

Placement placement_on(const Asset& asset, Date day) {
  Placement placement = added(asset);
  for (const Event& event : asset.events) {
    if (event.effective > day) break;
    std::visit(Place{placement}, event.what);
  }
  return placement;
}

std::vector<Date> placement_days(const Asset& asset, const Period& period) {
  std::vector<Date> days;
  for (const Event& event : asset.events) {
    if (is_of_placement(event.what) && period.contains(event.effective)) {
      days.push_back(event.effective);
    }
  }
  return days;
}

bool draws_priced_energy(const Asset& asset, const Period& period) {
  std::vector<Date> days = placement_days(asset, period);
  days.push_back(period.start);
  return std::any_of(days.begin(), days.end(), [&](Date day) {
    const Placement placement = placement_on(asset, day);
    return !placement.site.empty() && placement.load_watts.milli != 0;
  });
}

Status check_placements(const Asset& asset) {
  Placement placement = added(asset);
  for (const Event& event : asset.events) {
    const Placement before = placement;
    std::visit(Place{placement}, event.what);
    PURSER_TRY(check_step(asset, event, before, placement));
  }
  return {};
}

}  // namespace purser::books
