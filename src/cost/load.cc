#include "cost/load.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

namespace purser::cost {
namespace {

SiteNamed sites_of(const books::Books& books) {
  return [&books](std::string_view name) { return books.site(name); };
}

Result<ResourceMonth> month_of_parts(const books::Books& books, const books::Asset& asset,
                                     Month month, books::PeriodParts parts,
                                     const SiteNamed& site_named) {
  PURSER_ASSIGN(const bool closed, books.is_closed(month));
  PURSER_ASSIGN(std::vector<Band> bands, bands_of(asset, month, site_named));
  return ResourceMonth{.resource = asset.name,
                       .month = month,
                       .parts = std::move(parts),
                       .closed = closed,
                       .bands = std::move(bands)};
}

bool ever_sited(const books::Asset& asset) {
  return !asset.site.empty() ||
         std::any_of(asset.events.begin(), asset.events.end(), [](const books::Event& event) {
           return std::holds_alternative<books::Move>(event.what);
         });
}

// What the energy of the whole month costs; none where it has no price: at no site, or not in
// service.
Result<std::optional<money::Money>> energy_of_asset(const books::Books& books,
                                                    const meter::Records& records,
                                                    const books::Asset& asset, Month month) {
  if (!ever_sited(asset)) return std::nullopt;
  PURSER_ASSIGN(const ResourceMonth resource, load_month(books, asset, month));
  const bool sited = std::any_of(resource.bands.begin(), resource.bands.end(),
                                 [](const Band& band) { return !band.supply.site.empty(); });
  if (!sited) return std::nullopt;
  if (resource.parts.in_service.length() <= Nanoseconds{0}) return std::nullopt;
  PURSER_ASSIGN(const std::vector<meter::Usage> usages,
                records.usage(asset.name, interval_of(period_of(month))));
  PURSER_ASSIGN(const money::Money amount, energy_cost(resource, usages));
  return amount;
}

// The energy of every closed month in which usage changed since the last close.
Result<std::vector<books::LateAccrual>> late_energy(const books::Books& books,
                                                    const meter::Records& records) {
  std::vector<books::LateAccrual> late;
  PURSER_ASSIGN(const auto closed, books.closed_through());
  if (!closed) return late;
  PURSER_ASSIGN(const std::int64_t seen, books.usage_seen());
  PURSER_ASSIGN(const std::vector<meter::UsedMonth> changed, records.changed_since(seen));
  std::map<std::string_view, Result<books::Asset>> assets;  // each is looked for once
  for (const meter::UsedMonth& used : changed) {
    if (used.month > *closed) continue;
    auto found = assets.find(used.resource);
    if (found == assets.end()) {
      found = assets.emplace(used.resource, books.asset(used.resource)).first;
    }
    const Result<books::Asset>& asset = found->second;
    if (!asset && asset.error().code() == ErrorCode::kNotFound) continue;  // the bill shows it
    PURSER_TRY(asset);
    PURSER_ASSIGN(const auto amount, energy_of_asset(books, records, *asset, used.month));
    if (amount) late.push_back({used.resource, used.month, *amount});
  }
  return late;
}

Result<ResourceBill> bill_of_asset(const books::Books& books, const meter::Records& records,
                                   const books::Asset& asset, Month month, Instant as_of) {
  PURSER_ASSIGN(const ResourceMonth resource, load_month(books, asset, month));
  PURSER_ASSIGN(const std::vector<meter::Usage> usages,
                records.usage(asset.name, interval_of(period_of(month))));
  return bill(resource, usages, as_of);
}

bool has_anything(const ResourceBill& bill) {
  return bill.elapsed.length() > Nanoseconds{0} || !bill.lines.empty() ||
         !bill.unallocated.empty() || !bill.unpriced.empty();
}

// Usage on resources that no asset is: it must show, for it may be a slip of the pen.
Status add_unknown(const meter::Records& records, const std::vector<books::Asset>& assets,
                   const Interval& interval, Bill& bill) {
  PURSER_ASSIGN(const std::vector<std::string> used, records.resources());
  for (const std::string& resource : used) {
    const bool known = std::any_of(assets.begin(), assets.end(), [&](const books::Asset& asset) {
      return asset.name == resource;
    });
    if (known) continue;
    PURSER_ASSIGN(const std::vector<meter::Usage> usages, records.usage(resource, interval));
    for (const Share& share : allot(usages, interval)) {
      bill.unpriced.push_back({.run_id = share.run_id,
                               .resource = resource,
                               .device_time = share.device_time,
                               .reason = fmt::format("the books know no asset '{}'", resource)});
    }
  }
  return {};
}

Result<std::vector<meter::Run>> runs_of(const meter::Records& records, const Bill& bill) {
  std::set<std::string_view> wanted;
  for (const Unpriced& unpriced : bill.unpriced) wanted.insert(unpriced.run_id);
  for (const ResourceBill& resource : bill.resources) {
    for (const Line& line : resource.lines) wanted.insert(line.run_id);
    for (const Unpriced& unpriced : resource.unpriced) wanted.insert(unpriced.run_id);
  }
  std::vector<meter::Run> runs;
  PURSER_ASSIGN(std::vector<meter::RunSummary> all, records.runs());
  for (meter::RunSummary& summary : all) {
    if (wanted.contains(summary.run.id)) runs.push_back(std::move(summary.run));
  }
  return runs;
}

}  // namespace

Result<ResourceMonth> load_month(const books::Books& books, const books::Asset& asset,
                                 Month month) {
  PURSER_ASSIGN(const auto snapshot, books.begin_snapshot());
  PURSER_ASSIGN(books::PeriodParts parts, books.parts_of(asset, month));
  return month_of_parts(books, asset, month, std::move(parts), sites_of(books));
}

Result<ResourceMonth> load_month(const books::Books& books, std::string_view resource,
                                 Month month) {
  PURSER_ASSIGN(const auto snapshot, books.begin_snapshot());
  PURSER_ASSIGN(const books::Asset asset, books.asset(resource));
  return load_month(books, asset, month);
}

Result<RateCard> load_rate_card(const books::Books& books, std::string_view resource, Date date) {
  PURSER_ASSIGN(const ResourceMonth month, load_month(books, resource, month_of(date)));
  return rate_card(month, date);
}

Result<RateCard> forecast_rate_card(const books::Books& books, const books::Asset& asset,
                                    Date date) {
  return forecast_rate_card(books, asset, date, sites_of(books));
}

Result<RateCard> forecast_rate_card(const books::Books& books, const books::Asset& asset, Date date,
                                    const SiteNamed& site_named) {
  PURSER_ASSIGN(books::PeriodParts parts, books::parts_of(asset, month_of(date)));
  PURSER_ASSIGN(const ResourceMonth resource,
                month_of_parts(books, asset, month_of(date), std::move(parts), site_named));
  return rate_card(resource, date);
}

Result<books::Metered> metered_energy(const books::Books& books, const meter::Records& records,
                                      Month month) {
  PURSER_ASSIGN(const auto snapshot, books.begin_snapshot());
  books::Metered metered;
  // Before anything is computed: usage that comes in meanwhile is looked at by the next close.
  PURSER_ASSIGN(metered.mark, records.mark());
  PURSER_ASSIGN(metered.prices_mark, books.prices_mark(month));
  const auto meter_one = [&](const books::Asset& asset) -> Status {
    PURSER_ASSIGN(const auto amount, energy_of_asset(books, records, asset, month));
    if (amount) metered.energy.push_back({asset.name, books::Kind::kEnergy, *amount});
    return {};
  };
  PURSER_TRY(books.each_asset(meter_one));
  std::ranges::sort(metered.energy, {}, &books::Accrual::asset);
  PURSER_ASSIGN(metered.late, late_energy(books, records));
  return metered;
}

Result<std::vector<OwedEnergy>> owed_energy(const books::Books& books,
                                            const meter::Records& records) {
  PURSER_ASSIGN(const auto snapshot, books.begin_snapshot());
  std::vector<OwedEnergy> owed;
  PURSER_ASSIGN(const auto late, late_energy(books, records));
  for (const books::LateAccrual& one : late) {
    PURSER_ASSIGN(const money::Money paid, books.energy_paid(one.asset, one.month));
    PURSER_ASSIGN(const money::Money missing, money::subtract(one.amount, paid));
    if (!missing.is_zero()) owed.push_back({one.asset, one.month, missing});
  }
  return owed;
}

Result<ResourceBill> load_resource_bill(const books::Books& books, const meter::Records& records,
                                        std::string_view resource, Month month, Instant as_of) {
  PURSER_ASSIGN(const auto snapshot, books.begin_snapshot());
  PURSER_ASSIGN(const books::Asset asset, books.asset(resource));
  return bill_of_asset(books, records, asset, month, as_of);
}

Result<BilledMonths> billed_months(const books::Books& books, const meter::Records& records,
                                   const books::Asset& asset, const BillRequest& request) {
  PURSER_ASSIGN(const auto snapshot, books.begin_snapshot());
  BilledMonths months{request.first, request.last};
  PURSER_ASSIGN(const auto closed, books.closed_through());
  const Month now = month_of(date_of(request.as_of));
  months.last = std::min(months.last, std::max(now, closed.value_or(now)));
  PURSER_ASSIGN(const books::Course course, asset.course(books::Book::kFinancial));
  const Date begun = std::min(asset.begins(), course.charged().start);
  Month first = month_of(begun);
  if (months.first >= first) return months;
  // Use before service has no price, and must show.
  PURSER_ASSIGN(const auto used, records.span(std::nullopt));
  if (used) first = std::min(first, month_of(date_of(used->start)));
  months.first = std::max(months.first, first);
  return months;
}

Result<LoadedBill> load_bill(const books::Books& books, const meter::Records& records,
                             money::Currency currency, const BillRequest& request) {
  PURSER_ASSIGN(const auto snapshot, books.begin_snapshot());
  LoadedBill loaded{
      .bill = {.currency = currency, .resources = {}, .unpriced = {}}, .runs = {}, .elsewhere = {}};
  PURSER_ASSIGN(const std::vector<books::Asset> assets, books.assets());
  if (request.resource) {
    const auto asked = books.asset(*request.resource);
    if (!asked) return fail(asked.error());
    loaded.bill.currency = asked->currency();
  }
  for (const books::Asset& asset : assets) {
    if (request.resource && asset.name != *request.resource) continue;
    if (asset.currency() != loaded.bill.currency) {
      loaded.elsewhere.push_back({asset.name, asset.currency()});
      continue;
    }
    PURSER_ASSIGN(const BilledMonths billed, billed_months(books, records, asset, request));
    for (Month month = billed.first; month <= billed.last; month += std::chrono::months{1}) {
      PURSER_ASSIGN(ResourceBill one, bill_of_asset(books, records, asset, month, request.as_of));
      if (has_anything(one)) loaded.bill.resources.push_back(std::move(one));
    }
  }
  if (!request.resource) {
    const Interval interval{midnight(period_of(request.first).start),
                            midnight(period_of(request.last).end)};
    PURSER_TRY(add_unknown(records, assets, interval, loaded.bill));
  }
  PURSER_ASSIGN(loaded.runs, runs_of(records, loaded.bill));
  return loaded;
}

}  // namespace purser::cost
