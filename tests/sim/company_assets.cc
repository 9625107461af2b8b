// What machines the company owns, and whether their schedules are right.
#include <algorithm>

#include <fmt/format.h>

#include "sim/company.h"
#include "sim/doors.h"

namespace purser::sim {
namespace {

constexpr std::size_t kMostAssets = 4;

books::Convention theirs(Convention convention) {
  return static_cast<books::Convention>(convention);
}

}  // namespace

Status Company::add_asset() {
  const auto bought = static_cast<std::size_t>(
      std::count_if(facts_.assets.begin(), facts_.assets.end(),
                    [](const auto& named) { return !named.second.began; }));
  if (bought >= kMostAssets) return {};
  const auto amount = [&](std::uint64_t most) { return static_cast<std::int64_t>(draw(most)); };
  AssetFact fact;
  fact.name = fmt::format("server{}", bought + 1);
  if (!facts_.sites.empty() && chance(80))
    fact.site = chance(50) ? "site1" : facts_.sites.rbegin()->first;
  fact.cost_minor = amount(chance(20) ? 100 : 10'000'000);
  fact.salvage_minor = chance(40) ? 0 : amount(static_cast<std::uint64_t>(fact.cost_minor) + 1);
  fact.convention = static_cast<Convention>(draw(4));
  if (fact.convention == Convention::kDaily && chance(30)) {
    fact.life_days = static_cast<int>(1 + draw(1500));
  } else {
    fact.life_months = static_cast<int>(1 + draw(60));
  }
  fact.in_service = date_of(clock_.now()) - std::chrono::days(draw(20));
  if (!facts_.closed.empty()) {  // what is told of late is lived through by decades.py
    const Month open = *facts_.closed.rbegin() + std::chrono::months{1};
    fact.in_service = std::max(fact.in_service, first_day(open));
  }
  fact.load_milliwatts = chance(85) ? static_cast<std::int64_t>(1 + draw(900'000)) : 0;
  fact.idle_milliwatts = amount(static_cast<std::uint64_t>(fact.load_milliwatts) + 1);
  fact.maintenance_minor_per_year = chance(50) ? amount(100'000) : 0;
  fact.space_minor_per_month = chance(50) ? amount(10'000) : 0;

  const auto money = [&](std::int64_t minor) { return money::Money(minor, currency_); };
  books::Asset asset{
      .name = fact.name,
      .site = fact.site,
      .terms = {.cost = money(fact.cost_minor),
                .salvage = money(fact.salvage_minor),
                .life = fact.life_days > 0
                            ? books::Life{fact.life_days, books::Life::Unit::kDays}
                            : books::Life{fact.life_months, books::Life::Unit::kMonths},
                .in_service = fact.in_service,
                .convention = theirs(fact.convention)},
      .idle_watts = {fact.idle_milliwatts},
      .load_watts = {fact.load_milliwatts},
      .maintenance_per_year = std::nullopt,
      .space_per_month = std::nullopt};
  if (fact.maintenance_minor_per_year > 0) {
    asset.maintenance_per_year = money(fact.maintenance_minor_per_year);
  }
  if (fact.space_minor_per_month > 0) asset.space_per_month = money(fact.space_minor_per_month);
  note(fmt::format("add {} in service {}, cost {}, life {} mo {} d, convention {}", fact.name,
                   format(fact.in_service), fact.cost_minor, fact.life_months, fact.life_days,
                   static_cast<int>(fact.convention)));

  PURSER_TRY(doors_->books.add_asset(asset));
  facts_.assets.emplace(fact.name, fact);
  return check_schedule(asset, fact);
}

// Every charge of the whole life, and their sum.
Status Company::check_schedule(const books::Asset& asset, const AssetFact& fact) {
  PURSER_ASSIGN(const books::Schedule schedule,
                books::schedule(asset.terms, books::PeriodLength::kMonth));
  std::int64_t sum = 0;
  for (const books::Charge& charge : schedule.charges) {
    sum += charge.amount.minor();
    const Month month = month_of(charge.period.start);
    const std::int64_t expected = expected_charge(fact, month, Kind::kDepreciation);
    if (charge.amount.minor() != expected) {
      return fail(broken(fmt::format("{} charges {} in {}, should be {}", fact.name,
                                     charge.amount.minor(), format(month), expected)));
    }
  }
  if (sum != fact.cost_minor - fact.salvage_minor) {
    return fail(broken(fmt::format("the schedule of {} sums to {}, cost less salvage is {}",
                                   fact.name, sum, fact.cost_minor - fact.salvage_minor)));
  }
  return {};
}

}  // namespace purser::sim
