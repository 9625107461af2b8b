// The bill seen from several sides: by run, model, verb or resource, and per million predictions.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "base/text.h"
#include "cost/bill.h"

namespace purser::cost {
namespace {

using meter::Run;
using money::Cost;

using RunsById = std::map<std::string_view, const Run*>;

RunsById by_id(std::span<const Run> runs) {
  RunsById index;
  for (const Run& run : runs) index.emplace(run.id, &run);
  return index;
}

std::string model_of(const Run& run) {
  return run.model_version.empty() ? run.model : run.model + ' ' + run.model_version;
}

// The group of a line: its key and what is known of it before any amount is added.
Group group_of(const Line& line, const Run* run, GroupBy by, money::Currency currency) {
  static const Run kUnknown;
  const Run& known = run != nullptr ? *run : kUnknown;
  Group group{.key = {}, .label = {}, .verb = {}, .model = {}, .cost = Amounts(currency)};
  switch (by) {
    case GroupBy::kRun:
      group.key = line.run_id;
      group.label = known.name.empty() ? line.run_id : known.name;
      group.verb = known.verb;
      group.model = model_of(known);
      break;
    case GroupBy::kModel:
      group.key = group.label = known.model.empty() ? "(no model)" : model_of(known);
      break;
    case GroupBy::kVerb:
      group.key = group.label = known.verb.empty() ? "(unknown)" : known.verb;
      break;
    case GroupBy::kResource:
      group.key = group.label = line.resource;
      break;
  }
  return group;
}

void add(Group& group, const Line& line) {
  group.device_time += line.device_time;
  group.energy += line.energy;
  group.energy_source = std::max(group.energy_source, line.energy_source);
  if (line.work_unit == meter::WorkUnit::kSamples)
    group.samples = add_saturated(group.samples, line.work);
  if (line.work_unit == meter::WorkUnit::kPredictions) {
    group.predictions = add_saturated(group.predictions, line.work);
  }
  group.cost += line.cost;
}

}  // namespace

Result<GroupBy> parse_group_by(std::string_view text) {
  static const std::vector<std::string> kNames{"run", "model", "verb", "resource"};
  const auto found = std::find(kNames.begin(), kNames.end(), text);
  if (found != kNames.end()) return static_cast<GroupBy>(found - kNames.begin());
  return fail(ErrorCode::kInvalidInput,
              fmt::format("a bill is not grouped by '{}'; choose run, model, verb or resource{}",
                          text, did_you_mean(text, kNames)));
}

std::vector<Group> group(const Bill& bill, std::span<const Run> runs, GroupBy by) {
  const RunsById index = by_id(runs);
  std::map<std::pair<Instant, std::string>, Group> groups;  // runs by start, the rest by name
  for (const ResourceBill& resource : bill.resources) {
    for (const Line& line : resource.lines) {
      const auto run = index.find(line.run_id);
      Group fresh = group_of(line, run != index.end() ? run->second : nullptr, by, bill.currency);
      const bool dated = by == GroupBy::kRun && run != index.end();
      const std::pair order(dated ? run->second->started : Instant{}, fresh.key);
      add(groups.try_emplace(order, std::move(fresh)).first->second, line);
    }
  }
  std::vector<Group> result;
  result.reserve(groups.size());
  for (auto& [order, group] : groups) result.push_back(std::move(group));
  return result;
}

Cost per_million(const Cost& cost, std::int64_t predictions) {
  constexpr money::Int128 kMillion = 1'000'000;
  return Cost(money::multiply_divide(cost.billionths(), kMillion, predictions), cost.currency());
}

std::vector<UnitCost> unit_costs(const Bill& bill, std::span<const Run> runs) {
  const RunsById index = by_id(runs);
  std::map<std::pair<std::string, std::string>, UnitCost> units;
  for (const ResourceBill& resource : bill.resources) {
    for (const Line& line : resource.lines) {
      const auto run = index.find(line.run_id);
      if (run == index.end() || run->second->verb != "serve") continue;
      const auto& [model, version] = std::pair(run->second->model, run->second->model_version);
      UnitCost& unit =
          units
              .try_emplace({model, version}, UnitCost{.model = model,
                                                      .model_version = version,
                                                      .predictions = 0,
                                                      .cost = Cost::zero(bill.currency),
                                                      .per_million = Cost::zero(bill.currency)})
              .first->second;
      unit.cost += line.cost.total();
      if (line.work_unit == meter::WorkUnit::kPredictions) {
        unit.predictions = add_saturated(unit.predictions, line.work);
      }
    }
  }
  std::vector<UnitCost> result;
  for (auto& [key, unit] : units) {
    if (unit.predictions == 0) continue;
    unit.per_million = per_million(unit.cost, unit.predictions);
    result.push_back(std::move(unit));
  }
  return result;
}

}  // namespace purser::cost
