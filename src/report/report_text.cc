// The report for a terminal: the main figures, the bill, the budgets.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "report/report.h"

namespace purser::report {
namespace {

std::string period_text(const Period& period) {
  const Month first = month_of(period.start);
  const Month last = month_of(period.end - std::chrono::days(1));
  return first == last ? format(first) : format(first) + " to " + format(last);
}

std::string percent(double share) {
  return share > 0 && share < 0.0001 ? "< 0.01 %" : fmt::format("{:.2f} %", share * 100);
}

std::string bill_table(const Bill& bill, const TableStyle& style) {
  Table table({{"run"},
               {"what"},
               {"model"},
               {"device time", Align::kRight},
               {"energy", Align::kRight},
               {"amount", Align::kDecimal},
               {"share", Align::kRight}});
  const auto add = [&](const BillLine& line) {
    const bool modelled = line.energy_source == meter::EnergySource::kModelled;
    table.add_row({line.run.empty() ? "idle" : line.run,
                   line.run.empty() ? line.resource : line.verb,
                   line.model_version.empty() ? (line.model.empty() ? "-" : line.model)
                                              : line.model + " " + line.model_version,
                   humanize(line.device_time), humanize(line.energy) + (modelled ? " ~" : ""),
                   money::format(line.amount), percent(line.share)});
  };
  for (const BillLine& line : bill.lines) add(line);
  for (const BillLine& line : bill.idle) add(line);
  for (const cost::Unallocated& item : bill.unallocated) {
    table.add_row(
        {cost::title_of(item), item.resource, "-", "", "", money::format(item.amount), ""});
  }
  table.add_total({"total", "", "", "", "", money::format(bill.total), ""});
  return table.render(style);
}

std::string seal(const Bill& bill) {
  if (!bill.agrees) {
    return "The bill does NOT add up: purser books verify says where the books were altered.\n";
  }
  if (bill.closed) return "The lines add up to the cents posted in the journal.\n";
  return "Runs and idle time add up to the rate x the time in service, to the billionth.\n";
}

// "p50 1.08 ms, p99 2.61 ms, p99.9 at least 500.00 ms; 3 of 5000 requests failed, all given up"
std::string load_text(const LoadRecord& load) {
  constexpr std::pair<std::string_view, std::string_view> kNames[] = {
      {"p50", "p50"}, {"p99", "p99"}, {"p99_9", "p99.9"}};
  const double values_ms[] = {load.p50_ms, load.p99_ms, load.p99_9_ms};
  std::string text;
  for (std::size_t i = 0; i < std::size(kNames); ++i) {
    const bool bound = std::find(load.at_least.begin(), load.at_least.end(), kNames[i].first) !=
                       load.at_least.end();
    text += fmt::format("{}{} {}{:.2f} ms", i == 0 ? "" : ", ", kNames[i].second,
                        bound ? "at least " : "", values_ms[i]);
  }
  if (load.errors > 0) text += fmt::format("; {} of {} failed", load.errors, load.requests);
  if (load.timeouts > 0) {
    text += fmt::format(", {} given up{}", load.timeouts,
                        load.timeout_ms ? fmt::format(" after {:.0f} ms", *load.timeout_ms) : "");
  }
  return text;
}

// The load test that began last; nullptr if there is none.
const LoadRecord* last_load(const std::vector<RunRecord>& runs) {
  const LoadRecord* last = nullptr;
  for (const RunRecord& run : runs) {
    if (const auto* load = std::get_if<LoadRecord>(&run)) last = load;
  }
  return last;
}

std::string budget_table(const std::vector<budget::Standing>& budgets, const TableStyle& style) {
  Table table({{"budget"},
               {"limit", Align::kDecimal},
               {"spent", Align::kDecimal},
               {"reserved", Align::kDecimal},
               {"left", Align::kDecimal}});
  for (const budget::Standing& standing : budgets) {
    table.add_row({standing.budget.name, money::format(standing.budget.amount),
                   money::format(standing.spent), money::format(standing.reserved),
                   money::format(standing.remaining())});
  }
  return table.render(style);
}

}  // namespace

std::string to_text(const Report& report, const TableStyle& style) {
  std::string text = fmt::format("{}, {}{}\n\n", report.title, period_text(report.period),
                                 report.bill.closed ? " (closed)" : "");
  text += bill_table(report.bill, style);
  text += seal(report.bill);
  for (const cost::Unpriced& item : report.bill.unpriced) {
    text += fmt::format("without a price: {} of {} on {}; {}\n", humanize(item.device_time),
                        item.run_id, item.resource, item.reason);
  }
  Table facts({{""}, {""}});
  for (const Resource& resource : report.resources) {
    facts.add_row(
        {"an hour of " + resource.name,
         fmt::format("{} under load, {} idle", money::format(resource.price_per_hour_at_load),
                     money::format(resource.price_per_hour_idle))});
  }
  const Headline& headline = report.headline;
  if (headline.cost_per_million) {
    facts.add_row(
        {"a million predictions", fmt::format("{} ({})", money::format(*headline.cost_per_million),
                                              headline.cost_per_million_source)});
  }
  if (headline.saving_per_million) {
    facts.add_row({"saving found, per million", money::format(*headline.saving_per_million)});
  }
  if (const LoadRecord* load = last_load(report.runs)) {
    facts.add_row({load->header.model.empty() ? "the last load" : "load on " + load->header.model,
                   load_text(*load)});
  }
  if (!facts.empty()) text += "\n" + facts.render(style);
  if (!report.budgets.empty()) text += "\n" + budget_table(report.budgets, style);
  return text;
}

}  // namespace purser::report
