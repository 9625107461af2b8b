// What happens to machines, and what of it is taken back.
#include <algorithm>

#include <fmt/format.h>

#include "sim/company.h"
#include "sim/doors.h"

namespace purser::sim {
namespace {

books::Happening theirs(const EventFact& event, money::Currency currency) {
  const money::Money amount(event.minor, currency);
  switch (event.what) {
    case Happened::kImprovement:
      return books::Improvement{amount};
    case Happened::kRepair:
      return books::Repair{amount};
    case Happened::kImpairment:
      break;
  }
  return books::Impairment{amount};
}

// With the event in its place: what comes later on the same day was recorded later.
AssetFact with(AssetFact asset, const EventFact& event) {
  const auto behind =
      std::find_if(asset.events.begin(), asset.events.end(),
                   [&](const EventFact& one) { return one.effective > event.effective; });
  asset.events.insert(behind, event);
  return asset;
}

}  // namespace

EventFact Company::draw_event(const AssetFact& asset, Month effective) {
  EventFact event{.what = static_cast<Happened>(draw(3)), .effective = effective};
  event.minor = static_cast<std::int64_t>(1 + draw(1'000'000));
  if (event.what != Happened::kImpairment) return event;
  // Around what it is carried at: at it exactly, below it, above it.
  const auto carried = carried_on(asset, effective);
  const std::int64_t around = carried ? carried->amount() : asset.cost_minor;
  event.minor =
      chance(10)
          ? around
          : static_cast<std::int64_t>(draw(static_cast<std::uint64_t>(around + around / 2 + 2)));
  return event;
}

// What stands of a machine whose past was changed: months through the event, and all that were
// posted.
void Company::expect_corrected(const AssetFact& asset, std::optional<Month> through) {
  const Month now = month_of(date_of(clock_.now()));
  for (Month month = month_of(asset.in_service); month <= now; month += std::chrono::months{1}) {
    if (is_closed(month)) continue;
    const bool happened =
        std::any_of(asset.events.begin(), asset.events.end(),
                    [&](const EventFact& event) { return event.effective == month; });
    const bool due = (through && month <= *through) || happened ||
                     facts_.posted.contains({asset.name, month, Kind::kDepreciation});
    if (!due) continue;
    for (const Kind kind : kKinds) {
      if (kind == Kind::kEnergy) continue;
      expect_standing({asset.name, month, kind}, expected_charge(asset, month, kind));
    }
  }
}

Status Company::asset_event() {
  if (facts_.assets.empty()) return {};
  AssetFact& asset =
      std::next(facts_.assets.begin(), static_cast<std::ptrdiff_t>(draw(facts_.assets.size())))
          ->second;
  const Month now = month_of(date_of(clock_.now()));
  Month month = month_of(asset.in_service);
  if (asset.in_service > first_day(month)) month += std::chrono::months{1};
  if (month > now) return {};
  month += std::chrono::months{draw(static_cast<std::uint64_t>((now - month).count() + 1))};
  const Month effective =
      is_closed(month) ? *facts_.closed.rbegin() + std::chrono::months{1} : month;
  EventFact event = draw_event(asset, effective);
  note(fmt::format("{} of {} for {} on the first of {}", books::name(theirs(event, currency_)),
                   event.minor, asset.name, format(month)));
  AssetFact after = with(asset, event);
  const bool possible = carried_on(after, now + std::chrono::months{1}).has_value();
  const auto applied = doors_->books.apply({.asset = asset.name,
                                            .book = event.what == Happened::kImpairment
                                                        ? std::optional(books::Book::kFinancial)
                                                        : std::nullopt,
                                            .on = first_day(month),
                                            .what = theirs(event, currency_)});
  if (applied.has_value() != possible) {
    return fail(broken(possible ? applied.error().message() : "what is not possible happened"));
  }
  if (!applied) return {};
  event.id = applied->event.id;
  asset = with(asset, event);
  expect_corrected(asset, effective);
  return {};
}

Status Company::undo_event() {
  std::vector<AssetFact*> candidates;
  for (auto& [name, asset] : facts_.assets) {
    if (!asset.events.empty() || !asset.placements.empty()) candidates.push_back(&asset);
  }
  if (candidates.empty()) return {};
  AssetFact& asset = *candidates[draw(candidates.size())];
  const auto earlier = [](const auto& a, const auto& b) { return a.id < b.id; };
  const auto last = std::max_element(asset.events.begin(), asset.events.end(), earlier);
  const auto place = std::max_element(asset.placements.begin(), asset.placements.end(), earlier);
  const std::int64_t event_id = last == asset.events.end() ? 0 : last->id;
  const std::int64_t place_id = place == asset.placements.end() ? 0 : place->id;
  const std::int64_t id = std::max(event_id, place_id);
  const bool possible = !is_closed(place_id == id ? month_of(place->effective) : last->effective);
  note(fmt::format("undo event {} of {}", id, asset.name));
  const auto undone = doors_->books.undo(asset.name);
  if (undone.has_value() != possible) {
    return fail(broken(possible ? undone.error().message() : "a closed month was changed"));
  }
  if (!undone) return {};
  if (undone->event.id != id) return fail(broken("another event was undone than the last"));
  if (place_id == id) {  // which charges nothing, and corrects nothing
    asset.placements.erase(place);
    return {};
  }
  asset.events.erase(last);
  expect_corrected(asset, std::nullopt);
  return {};
}

}  // namespace purser::sim
