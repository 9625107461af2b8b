#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "report/report.h"

namespace purser::report {
namespace {

using cost::Amounts;
using money::Cost;
using money::Int128;

constexpr std::chrono::hours kHour{1};

// For drawing and percentages; never for an amount.
double ratio(const Cost& part, const Cost& whole) {
  return whole.is_zero()
             ? 0
             : static_cast<double>(part.billionths()) / static_cast<double>(whole.billionths());
}

using RunsById = std::map<std::string_view, const meter::Run*>;

BillLine line_of(const cost::Line& line, const RunsById& runs, const Cost& total) {
  const auto found = runs.find(line.run_id);
  static const meter::Run kUnknown;
  const meter::Run& run = found == runs.end() ? kUnknown : *found->second;
  const Cost amount = line.cost.total();
  return {.resource = line.resource,
          .month = line.month,
          .run = run.name.empty() ? line.run_id : run.name,
          .verb = run.verb,
          .model = run.model,
          .model_version = run.model_version,
          .budget = run.budget,
          .device_time = line.device_time,
          .energy = line.energy,
          .energy_source = line.energy_source,
          .amounts = line.cost,
          .amount = amount,
          .share = ratio(amount, total)};
}

BillLine line_of(const cost::IdleLine& idle, const Cost& total) {
  const Cost amount = idle.cost.total();
  return {.resource = idle.resource,
          .month = idle.month,
          .run = {},
          .verb = "idle",
          .model = {},
          .model_version = {},
          .budget = {},
          .device_time = idle.time,
          .energy = idle.energy,
          .amounts = idle.cost,
          .amount = amount,
          .share = ratio(amount, total)};
}

// Law A, recomputed from the rate card: what an open month must come to, kind by kind.
bool follows_rate(const cost::ResourceBill& bill, const cost::ResourceMonth& month) {
  const auto card = cost::rate_card(month, first_day(month.month));
  if (!card) return true;  // not in service: there is no rate, and nothing to compare with
  const Amounts total = bill.total();
  for (const cost::RatePart& part : card->parts) {
    if (total[part.kind] != part.rate * bill.elapsed.length()) return false;
  }
  return total[books::Kind::kEnergy] == cost::price_of_energy(bill, month);
}

Result<Bill> bill_of(const books::Books& books, const cost::LoadedBill& loaded, Instant now) {
  const cost::Bill& source = loaded.bill;
  Bill bill{.closed = !source.resources.empty(),
            .as_of = now,
            .lines = {},
            .idle = {},
            .unallocated = {},
            .unpriced = source.unpriced,
            .used_total = source.used().total(),
            .idle_total = source.idle().total(),
            .total = source.total().total(),
            .posted = std::nullopt,
            .agrees = true};
  RunsById runs;
  std::map<std::string_view, std::size_t> order;
  for (const meter::Run& run : loaded.runs) {
    runs.emplace(run.id, &run);
    order.emplace(run.id, order.size());
  }
  Cost posted = Cost::zero(source.currency);
  Cost sum = Cost::zero(source.currency);
  for (const cost::ResourceBill& resource : source.resources) {
    std::vector<const cost::Line*> lines;
    for (const cost::Line& line : resource.lines) lines.push_back(&line);
    std::stable_sort(lines.begin(), lines.end(), [&](const auto* a, const auto* b) {
      return order[a->run_id] < order[b->run_id];
    });
    for (const cost::Line* line : lines) {
      bill.lines.push_back(line_of(*line, runs, bill.total));
      sum += bill.lines.back().amount;
    }
    bill.idle.push_back(line_of(resource.idle, bill.total));
    sum += bill.idle.back().amount;
    for (const cost::Unallocated& item : resource.unallocated) {
      bill.unallocated.push_back(item);
      sum += item.amount;
    }
    bill.unpriced.insert(bill.unpriced.end(), resource.unpriced.begin(), resource.unpriced.end());
    bill.closed = bill.closed && resource.closed;
    if (resource.closed) {
      PURSER_ASSIGN(const auto parts, books.posted(resource.resource, resource.month));
      posted += Cost(parts.total());
      bill.agrees = bill.agrees && resource.total().total() == Cost(parts.total());
    } else {
      PURSER_ASSIGN(const auto month, cost::load_month(books, resource.resource, resource.month));
      bill.agrees = bill.agrees && follows_rate(resource, month);
    }
  }
  if (bill.closed) bill.posted = posted;
  bill.agrees = bill.agrees && sum == bill.total;
  return bill;
}

// The prices of an hour in the last month of the report, of all that was in service then.
Result<std::vector<Resource>> resources_of(const books::Books& books, Month month, Date today) {
  std::vector<Resource> resources;
  PURSER_ASSIGN(const auto assets, books.assets());
  for (const books::Asset& asset : assets) {
    PURSER_ASSIGN(const auto priced, cost::load_month(books, asset, month));
    if (priced.parts.in_service.length() <= Nanoseconds{0}) continue;
    PURSER_ASSIGN(const auto card, cost::rate_card(priced, today));
    resources.push_back(resource_of(card, books::placement_on(asset, today).site));
  }
  return resources;
}

// Of the last optimization that kept something: what it saves, and when it has paid for itself.
void add_saving(Headline& headline, const std::vector<RunRecord>& runs) {
  for (const RunRecord& run : runs) {
    const auto* record = std::get_if<OptimizeRecord>(&run);
    if (record == nullptr || !record->winner || record->candidates.empty()) continue;
    for (const Candidate& candidate : record->candidates) {
      if (candidate.name != *record->winner) continue;
      const Candidate& original = record->candidates.front();
      headline.saving_per_million = candidate.saving_per_million;
      headline.payback_predictions = candidate.payback_predictions;
      headline.saving_share.reset();
      if (candidate.saving_per_million && original.cost_per_million) {
        headline.saving_share = ratio(*candidate.saving_per_million, *original.cost_per_million);
      }
    }
  }
}

Headline headline_of(const Report& report) {
  Headline headline{.total = report.bill.total,
                    .cost_per_million = std::nullopt,
                    .cost_per_million_source = "nothing was served in this period",
                    .saving_per_million = std::nullopt,
                    .saving_share = std::nullopt,
                    .payback_predictions = std::nullopt,
                    .budget_limit = std::nullopt,
                    .budget_left = std::nullopt};
  if (!report.unit_costs.empty()) {
    const cost::UnitCost& served = *std::max_element(
        report.unit_costs.begin(), report.unit_costs.end(),
        [](const auto& a, const auto& b) { return a.predictions < b.predictions; });
    headline.cost_per_million = served.per_million;
    headline.cost_per_million_source = fmt::format(
        "of {}{}{}, from the {} predictions it served", served.model,
        served.model_version.empty() ? "" : " ", served.model_version, served.predictions);
  }
  add_saving(headline, report.runs);
  Cost limit = Cost::zero(report.currency);
  Cost left = limit;
  for (const budget::Standing& standing : report.budgets) {
    if (standing.budget.amount.currency() != report.currency) continue;
    limit += Cost(standing.budget.amount);
    left += standing.remaining();
    headline.budget_limit = limit;
    headline.budget_left = left;
  }
  return headline;
}

std::vector<std::string> notes_of(const Report& report) {
  std::vector<std::string> notes{
      "Device time, latency, accuracy and tensor memory are measured on the machine of the bill.",
      "The price of an hour is the charge of the month over the real hours in service in that "
      "month, plus the power drawn; idle time has a line of its own."};
  const auto is_modelled = [](const BillLine& line) {
    return line.energy_source == meter::EnergySource::kModelled && line.energy.micro > 0;
  };
  const bool modelled =
      std::any_of(report.bill.lines.begin(), report.bill.lines.end(), is_modelled) ||
      std::any_of(report.bill.idle.begin(), report.bill.idle.end(), is_modelled);
  if (modelled) {
    notes.emplace_back(
        "Energy marked ~ is modelled: the watts given for the asset x time, because nothing there "
        "measures it.");
  }
  const bool measured = std::any_of(
      report.bill.lines.begin(), report.bill.lines.end(),
      [](const BillLine& line) { return line.energy_source == meter::EnergySource::kMeasured; });
  if (measured) notes.emplace_back("Energy without a mark was read from a meter.");
  if (!report.bill.closed) {
    notes.emplace_back(
        "The period is open: depreciation, maintenance and space are the forecast that closing "
        "will post; amounts count up to the time of this report.");
  }
  if (const std::size_t count = report.left_out_runs.size(); count > 0) {
    notes.push_back(fmt::format("{} damaged record{} of runs {} left out; the bill is whole.",
                                count, count == 1 ? "" : "s", count == 1 ? "is" : "are"));
  }
  return notes;
}

}  // namespace

Resource resource_of(const cost::RateCard& card, std::string_view site) {
  const Cost at_load = card.hour_at_load();
  const Cost capacity = card.capacity * Nanoseconds(kHour);
  Resource resource{.name = card.resource,
                    .site = std::string(site),
                    .month = card.month,
                    .closed = card.closed,
                    .in_service = card.in_service.length(),
                    .price_per_hour_idle = card.hour_idle(),
                    .price_per_hour_at_load = at_load,
                    .idle_watts = card.idle_watts,
                    .load_watts = card.load_watts,
                    .parts = {}};
  // Each part rounded by itself need not add up: the rounded whole is shared by the charges.
  std::vector<Int128> charges;
  for (const cost::RatePart& part : card.parts) charges.push_back(part.charge.minor());
  const std::vector<Cost> shares = money::allocate(capacity, charges);
  for (std::size_t i = 0; i < shares.size(); ++i) {
    const cost::RatePart& part = card.parts[i];
    if (part.charge.is_zero()) continue;
    resource.parts.push_back({part.kind, shares[i], part.charge, part.formula, part.source});
  }
  if (at_load != capacity) {
    resource.parts.push_back(
        {books::Kind::kEnergy, at_load - capacity, std::nullopt, card.energy_formula, "modelled"});
  }
  return resource;
}

Result<Report> gather(const books::Books& books, const meter::Records& records,
                      const budget::Budgets& budgets, const Request& request) {
  const Period period{first_day(request.first), period_of(request.last).end};
  PURSER_ASSIGN(const auto snapshot, books.begin_snapshot());
  PURSER_ASSIGN(const cost::LoadedBill loaded, cost::load_bill(books, records, request.currency,
                                                               {.first = request.first,
                                                                .last = request.last,
                                                                .resource = std::nullopt,
                                                                .as_of = request.now}));
  PURSER_ASSIGN(Bill bill, bill_of(books, loaded, request.now));
  const Cost total = bill.total;
  PURSER_ASSIGN(auto resources, resources_of(books, request.last, date_of(request.now)));
  PURSER_ASSIGN(RunRecords runs, load_run_records(request.runs, interval_of(period)));
  Report report{.title = request.title,
                .workspace = request.workspace,
                .generated_at = request.now,
                .period = period,
                .currency = request.currency,
                .headline = {.total = total,
                             .cost_per_million = std::nullopt,
                             .cost_per_million_source = {},
                             .saving_per_million = std::nullopt,
                             .saving_share = std::nullopt,
                             .payback_predictions = std::nullopt,
                             .budget_limit = std::nullopt,
                             .budget_left = std::nullopt},
                .resources = std::move(resources),
                .bill = std::move(bill),
                .budgets = {},
                .unit_costs = cost::unit_costs(loaded.bill, loaded.runs),
                .runs = std::move(runs.records),
                .left_out_runs = std::move(runs.left_out),
                .notes = {}};
  PURSER_ASSIGN(const auto all_budgets, budgets.budgets());
  for (const budget::Budget& budget : all_budgets) {
    PURSER_ASSIGN(auto standing,
                  budget::load_standing(books, records, budgets, budget.name, request.now));
    report.budgets.push_back(std::move(standing));
  }
  report.headline = headline_of(report);
  report.notes = notes_of(report);
  for (const cost::Elsewhere& one : loaded.elsewhere) {
    report.notes.push_back(fmt::format("'{}' is priced in {} and not on this bill.", one.resource,
                                       one.currency.code()));
  }
  return report;
}

}  // namespace purser::report
