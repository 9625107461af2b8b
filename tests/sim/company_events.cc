// What happens to machines, and what of it is taken back.
#include <algorithm>

#include <fmt/format.h>

#include "sim/bands.h"
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
    case Happened::kSplit:
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

bool is_split(const EventFact& event) { return event.what == Happened::kSplit; }

}  // namespace

bool Company::is_counted_by(const AssetFact& asset, Date day) {
  return std::any_of(asset.events.begin(), asset.events.end(), [&](const EventFact& event) {
    return is_split(event) && first_day(event.effective) > day;
  });
}

EventFact Company::draw_event(const AssetFact& asset, Month effective) {
  // Parts, and what parts came from, are not impaired here.
  const bool divided =
      asset.began || std::any_of(asset.events.begin(), asset.events.end(), is_split);
  EventFact event{.what = static_cast<Happened>(draw(divided ? 2 : 3)), .effective = effective};
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
  for (Month month = month_of(asset.begins()); month <= now; month += std::chrono::months{1}) {
    if (is_closed(month)) continue;
    const bool happened =
        std::any_of(asset.events.begin(), asset.events.end(),
                    [&](const EventFact& event) { return event.effective == month; });
    const bool posted = std::any_of(std::begin(kKinds), std::end(kKinds), [&](Kind kind) {
      return kind != Kind::kEnergy && facts_.posted.contains({asset.name, month, kind});
    });
    const bool due = (through && month <= *through) || happened || posted;
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
  const bool possible = first_day(month) >= asset.here_since() &&
                        (event.what == Happened::kRepair ||  // changes nothing that was shared
                         !is_counted_by(asset, first_day(effective))) &&
                        carried_on(after, now + std::chrono::months{1}).has_value();
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

// One part at a time, so that its name is free again once that is undone.
Status Company::split() {
  std::vector<AssetFact*> candidates;
  for (auto& [name, asset] : facts_.assets) {
    if (!asset.began && !facts_.assets.contains(name + "-part")) candidates.push_back(&asset);
  }
  if (candidates.empty()) return {};
  AssetFact& asset = *candidates[draw(candidates.size())];
  const Month now = month_of(date_of(clock_.now()));
  Month month = month_of(asset.in_service) + std::chrono::months{1};
  if (month > now) return {};
  month += std::chrono::months{draw(static_cast<std::uint64_t>((now - month).count() + 1))};
  const Month effective =
      is_closed(month) ? *facts_.closed.rbegin() + std::chrono::months{1} : month;
  const bool is_impaired =
      std::any_of(asset.events.begin(), asset.events.end(),
                  [](const EventFact& event) { return event.what == Happened::kImpairment; });
  if (is_impaired) return {};
  const auto whole = static_cast<std::int64_t>(2 + draw(8));
  const auto share = static_cast<std::int64_t>(draw(static_cast<std::uint64_t>(whole) + 1));
  const std::string part = asset.name + "-part";
  note(fmt::format("split {}/{} off {} on the first of {}", share, whole, asset.name,
                   format(month)));
  auto event = share > 0 && share < whole && !is_counted_by(asset, first_day(effective))
                   ? split_of(asset, effective, share, whole)
                   : std::nullopt;
  const auto divided = doors_->books.split({asset.name, part, first_day(month), share, whole});
  if (divided.has_value() != event.has_value()) {
    return fail(broken(event ? divided.error().message() : "what is no part was split off"));
  }
  if (!divided) return {};
  event->id = divided->event.id;
  event->part = part;
  AssetFact half = asset;
  half.name = part;
  half.site = band_on(facts_, asset, first_day(effective)).site;
  half.cost_minor = event->minor;
  half.salvage_minor = event->salvage_minor;
  half.accumulated_minor = event->accumulated_minor;
  half.began = effective;
  half.split_on = month;
  half.idle_milliwatts = half.load_milliwatts = 0;
  half.maintenance_minor_per_year = half.space_minor_per_month = 0;
  half.events.clear();
  half.placements.clear();
  asset = with(asset, *event);
  expect_corrected(asset, effective);
  facts_.assets.emplace(part, half);
  expect_corrected(half, effective);
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
  const std::string part = place_id == id ? "" : last->part;
  const auto other = facts_.assets.find(part);
  const bool goes_on = other != facts_.assets.end() &&
                       (!other->second.events.empty() || !other->second.placements.empty());
  const bool possible =
      !is_closed(place_id == id ? month_of(place->effective) : last->effective) && !goes_on;
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
  if (!part.empty()) {  // it never was
    facts_.assets.erase(part);
    std::erase_if(facts_.posted, [&](const auto& one) { return std::get<0>(one.first) == part; });
  }
  return {};
}

}  // namespace purser::sim
