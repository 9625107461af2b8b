// purser cost: the bill.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/accounts.h"
#include "cli/months.h"
#include "cli/verbs.h"
#include "cost/load.h"
#include "report/json.h"
#include "report/table.h"

namespace purser::cli {
namespace {

using cost::Amounts;
using cost::Bill;
using cost::Group;
using cost::GroupBy;
using cost::LoadedBill;
using cost::ResourceBill;
using money::Cost;
using report::Align;
using report::Json;
using report::Table;
using report::TableStyle;

// --- what the bill must come to, computed from the books apart from its lines
// ---------------------

// An open month: each part's rate x elapsed time, and in each of its bands the tariff x joules. A
// closed one: the cents in the journal.
Result<Cost> due_of(const books::Books& books, const ResourceBill& resource) {
  if (resource.closed) {
    PURSER_ASSIGN(const books::PeriodParts posted, books.posted(resource.resource, resource.month));
    return Cost(posted.total());
  }
  PURSER_ASSIGN(const cost::ResourceMonth month,
                cost::load_month(books, resource.resource, resource.month));
  if (resource.elapsed.length() <= Nanoseconds{0}) return resource.total().total();
  PURSER_ASSIGN(const cost::RateCard card, cost::rate_card(month, first_day(month.month)));
  Cost due = cost::price_of_energy(resource, month);
  for (const cost::RatePart& part : card.parts) due += part.rate * resource.elapsed.length();
  return due;
}

// In the order of the bill's resources.
Result<std::vector<Cost>> dues_of(const books::Books& books, const Bill& bill) {
  std::vector<Cost> dues;
  for (const ResourceBill& resource : bill.resources) {
    PURSER_ASSIGN(const Cost due, due_of(books, resource));
    dues.push_back(due);
  }
  return dues;
}

bool balances(const Bill& bill, const std::vector<Cost>& dues) {
  for (std::size_t i = 0; i < dues.size(); ++i) {
    if (bill.resources[i].total().total() != dues[i]) return false;
  }
  return true;
}

// --- JSON ----------------------------------------------------------------------------------------

Json json_of(const Amounts& amounts) {
  Json json = Json::object();
  for (const books::Kind kind : books::kKinds) json.set(books::name(kind), amounts[kind]);
  return json.set("total", amounts.total());
}

Json json_of(const Group& group, GroupBy by) {
  Json json = Json::object();
  json.set("label", group.label);
  if (by == GroupBy::kRun) {
    json.set("run_id", group.key).set("verb", group.verb).set("model", group.model);
  }
  json.set("device_seconds", seconds(group.device_time));
  json.set("energy_joules", joules(group.energy));
  json.set("energy_source", meter::name(group.energy_source));
  json.set("samples", group.samples).set("predictions", group.predictions);
  return json.set("cost", json_of(group.cost));
}

Json json_of(const ResourceBill& resource, const Cost& due) {
  Json unallocated = Json::array();
  for (const cost::Unallocated& rest : resource.unallocated) {
    Json one = Json::object();
    one.set("kind", books::name(rest.kind)).set("amount", rest.amount);
    one.set("late_of", rest.late_of ? Json(format(*rest.late_of)) : Json());
    unallocated.push(one.set("reason", rest.reason));
  }
  Json json = Json::object();
  json.set("asset", resource.resource).set("month", format(resource.month));
  json.set("closed", resource.closed);
  json.set("elapsed_seconds", seconds(resource.elapsed.length()));
  json.set("idle_seconds", seconds(resource.idle.time));
  json.set("paused_seconds", seconds(resource.paused));
  json.set("idle", json_of(resource.idle.cost)).set("unallocated", unallocated);
  json.set("total", json_of(resource.total())).set("due", due);
  return json.set("balances", resource.total().total() == due);
}

Json json_of(const cost::UnitCost& unit) {
  Json json = Json::object();
  json.set("model", unit.model).set("model_version", unit.model_version);
  json.set("predictions", unit.predictions).set("cost", unit.cost);
  return json.set("per_million_predictions", unit.per_million);
}

std::vector<cost::Unpriced> all_unpriced(const Bill& bill) {
  std::vector<cost::Unpriced> all = bill.unpriced;
  for (const ResourceBill& resource : bill.resources) {
    all.insert(all.end(), resource.unpriced.begin(), resource.unpriced.end());
  }
  return all;
}

std::string json_text(const LoadedBill& loaded, const Months& months, GroupBy by, Instant as_of,
                      const std::vector<Cost>& dues, const std::vector<cost::OwedEnergy>& owed) {
  Json lines = Json::array();
  for (const Group& group : cost::group(loaded.bill, loaded.runs, by)) {
    lines.push(json_of(group, by));
  }
  Json resources = Json::array();
  for (std::size_t i = 0; i < dues.size(); ++i) {
    resources.push(json_of(loaded.bill.resources[i], dues[i]));
  }
  Json units = Json::array();
  for (const auto& unit : cost::unit_costs(loaded.bill, loaded.runs)) units.push(json_of(unit));
  Json unpriced = Json::array();
  for (const cost::Unpriced& one : all_unpriced(loaded.bill)) {
    Json json = Json::object();
    json.set("run_id", one.run_id).set("asset", one.resource);
    json.set("device_seconds", seconds(one.device_time));
    unpriced.push(json.set("reason", one.reason));
  }
  Json answer = Json::object();
  answer.set("period",
             Period{first_day(months.first), first_day(months.last + std::chrono::months{1})});
  answer.set("as_of", as_of).set("lines", lines).set("used", json_of(loaded.bill.used()));
  answer.set("idle", json_of(loaded.bill.idle()));
  answer.set("unallocated", loaded.bill.unallocated());
  answer.set("total", json_of(loaded.bill.total()));
  answer.set("resources", resources).set("unit_costs", units).set("unpriced", unpriced);
  Json elsewhere = Json::array();
  for (const cost::Elsewhere& one : loaded.elsewhere) {
    elsewhere.push(Json::object().set("asset", one.resource).set("currency", one.currency.code()));
  }
  answer.set("elsewhere", elsewhere);
  Json energy = Json::array();
  for (const cost::OwedEnergy& one : owed) {
    Json json = Json::object();
    json.set("asset", one.resource).set("month", format(one.month));
    energy.push(json.set("amount", one.amount));
  }
  answer.set("owed_energy", energy);
  return answer.text() + "\n";
}

// --- text ----------------------------------------------------------------------------------------

std::string heading(const Bill& bill, const Months& months, Instant as_of) {
  const bool open = std::any_of(bill.resources.begin(), bill.resources.end(),
                                [](const ResourceBill& resource) { return !resource.closed; });
  std::string text = "Bill of " + format(months.first);
  if (months.first != months.last) text += " to " + format(months.last);
  const Instant end = midnight(period_of(months.last).end);
  if (!open) return text + ", closed\n";
  const Instant until = std::min(end, Instant(std::chrono::floor<std::chrono::seconds>(as_of)));
  return text + ", open, until " + format(until) + "\n";
}

std::string work_text(const Group& group) {
  std::string text;
  if (group.samples > 0) text = fmt::format("{} samples", group.samples);
  if (group.predictions > 0) {
    text += fmt::format("{}{} predictions", text.empty() ? "" : ", ", group.predictions);
  }
  return text;
}

std::vector<std::string> row_of(const Group& group, GroupBy by) {
  std::vector<std::string> cells{group.label};
  if (by == GroupBy::kRun) {
    cells.push_back(group.verb);
    cells.push_back(group.model);
  }
  cells.push_back(work_text(group));
  cells.push_back(humanize(group.device_time));
  cells.push_back(humanize(group.energy) +
                  (group.energy_source == meter::EnergySource::kModelled ? " ~" : "  "));
  cells.push_back(format(group.cost.total()));
  return cells;
}

// A row with a label, a time and an amount, under the columns of the lines.
std::vector<std::string> summary_row(std::string label, std::size_t columns, std::string time,
                                     std::string energy, const Cost& amount) {
  std::vector<std::string> cells(columns);
  cells.front() = std::move(label);
  cells[columns - 3] = std::move(time);
  cells[columns - 2] = std::move(energy);
  cells[columns - 1] = format(amount);
  return cells;
}

// What no line carries, of all machines.
std::map<std::string, Cost> unallocated_by_title(const Bill& bill) {
  std::map<std::string, Cost> sums;
  for (const ResourceBill& resource : bill.resources) {
    for (const cost::Unallocated& rest : resource.unallocated) {
      sums.try_emplace(cost::title_of(rest), Cost::zero(bill.currency)).first->second +=
          rest.amount;
    }
  }
  return sums;
}

std::string lines_text(const LoadedBill& loaded, GroupBy by) {
  constexpr std::array<std::string_view, 4> kTitles{"run", "model", "verb", "asset"};
  std::vector<report::Column> columns{
      {std::string(kTitles.at(static_cast<std::size_t>(by))), Align::kLeft}};
  if (by == GroupBy::kRun) {
    columns.push_back({"verb"});
    columns.push_back({"model"});
  }
  columns.push_back({"work", Align::kRight});
  columns.push_back({"device time", Align::kRight});
  columns.push_back({"energy", Align::kRight, report::Overflow::kDrop});
  columns.push_back({"cost", Align::kDecimal});
  const std::size_t count = columns.size();
  Table table(std::move(columns));

  Nanoseconds used_time{};
  Joules used_energy{};
  for (const Group& group : cost::group(loaded.bill, loaded.runs, by)) {
    used_time += group.device_time;
    used_energy += group.energy;
    table.add_row(row_of(group, by));
  }
  Nanoseconds idle_time{};
  Nanoseconds paused_time{};
  Joules idle_energy{};
  for (const ResourceBill& resource : loaded.bill.resources) {
    idle_time += resource.idle.time;
    paused_time += resource.paused;
    idle_energy += resource.idle.energy;
  }
  table.add_total(summary_row("used", count, humanize(used_time), humanize(used_energy) + "  ",
                              loaded.bill.used().total()));
  table.add_row(summary_row("idle", count, humanize(idle_time), humanize(idle_energy) + " ~",
                            loaded.bill.idle().total()));
  for (const auto& [title, amount] : unallocated_by_title(loaded.bill)) {
    const bool paused = title == cost::kPausedTitle;
    table.add_row(summary_row(title, count, paused ? humanize(paused_time) : "", "", amount));
  }
  table.add_total(summary_row("total", count, humanize(used_time + idle_time + paused_time),
                              humanize(used_energy + idle_energy) + "  ",
                              loaded.bill.total().total()));
  return table.render(TableStyle::for_stdout());
}

// The same sum from the side of the expense: what kinds it is of.
std::string kinds_text(const Bill& bill) {
  Amounts unallocated(bill.currency);
  for (const ResourceBill& resource : bill.resources) {
    for (const cost::Unallocated& rest : resource.unallocated)
      unallocated[rest.kind] += rest.amount;
  }
  const bool all_carried = unallocated == Amounts(bill.currency);
  std::vector<report::Column> columns{
      {"of which"}, {"used", Align::kDecimal}, {"idle", Align::kDecimal}};
  if (!all_carried) columns.push_back({"unallocated", Align::kDecimal});
  columns.push_back({"total", Align::kDecimal});
  Table table(std::move(columns));
  for (const books::Kind kind : books::kKinds) {
    std::vector<std::string> row{std::string(books::name(kind)), format(bill.used()[kind]),
                                 format(bill.idle()[kind])};
    if (!all_carried) row.push_back(format(unallocated[kind]));
    row.push_back(format(bill.total()[kind]));
    table.add_row(std::move(row));
  }
  return table.render(TableStyle::for_stdout());
}

std::string units_text(const LoadedBill& loaded) {
  const auto units = cost::unit_costs(loaded.bill, loaded.runs);
  if (units.empty()) return {};
  Table table({{"served model"},
               {"predictions", Align::kRight},
               {"cost", Align::kDecimal},
               {"a million", Align::kDecimal}});
  for (const cost::UnitCost& unit : units) {
    table.add_row({unit.model_version.empty() ? unit.model : unit.model + " " + unit.model_version,
                   std::to_string(unit.predictions), format(unit.cost), format(unit.per_million)});
  }
  return "\n" + table.render(TableStyle::for_stdout());
}

// The two laws, with their figures.
std::string laws_text(const Bill& bill, const std::vector<Cost>& dues) {
  std::string text;
  for (std::size_t i = 0; i < dues.size(); ++i) {
    const ResourceBill& resource = bill.resources[i];
    const bool equal = resource.total().total() == dues[i];
    text += fmt::format("{}, {}: {} {}, {}.\n", resource.resource, format(resource.month),
                        resource.closed ? std::string("the journal holds")
                                        : fmt::format("{} at its rate, and power, are",
                                                      humanize(resource.elapsed.length())),
                        format(dues[i]),
                        !equal            ? "which the bill DOES NOT EQUAL; run purser books verify"
                        : resource.closed ? "which the bill equals to the cent"
                                          : "which the bill equals to the billionth");
  }
  return text;
}

std::string elsewhere_text(const LoadedBill& loaded) {
  std::string text;
  for (const cost::Elsewhere& one : loaded.elsewhere) {
    text += fmt::format("Not on this bill: {}, which is priced in {}; see purser cost --asset {}\n",
                        one.resource, one.currency.code(), one.resource);
  }
  return text;
}

std::string owed_text(const std::vector<cost::OwedEnergy>& owed) {
  std::string text;
  for (const cost::OwedEnergy& one : owed) {
    text += fmt::format(
        "Not on this bill: {} of energy of '{}' in {}, metered after its close; the "
        "month that closes next pays it.\n",
        format(one.amount), one.resource, format(one.month));
  }
  return text;
}

std::string notes_text(const LoadedBill& loaded, const std::vector<Cost>& dues,
                       const std::vector<cost::OwedEnergy>& owed) {
  std::string text = laws_text(loaded.bill, dues) + owed_text(owed);
  for (const ResourceBill& resource : loaded.bill.resources) {
    for (const cost::Unallocated& rest : resource.unallocated) {
      text += fmt::format("Unallocated: {} of {}, '{}', {}: {}.\n", format(rest.amount),
                          books::name(rest.kind), rest.resource, format(rest.month), rest.reason);
    }
  }
  for (const cost::Unpriced& one : all_unpriced(loaded.bill)) {
    const auto run = std::find_if(loaded.runs.begin(), loaded.runs.end(),
                                  [&](const meter::Run& r) { return r.id == one.run_id; });
    text += fmt::format("Without a price: {} of run '{}': {}.\n", humanize(one.device_time),
                        run != loaded.runs.end() ? run->name : one.run_id, one.reason);
  }
  text += elsewhere_text(loaded);
  text += "~ modelled: no counter measured this energy.\n";
  return report::fit_sentences(text, TableStyle::for_stdout());
}

// Of the machines and months that are on the bill.
Result<std::vector<cost::OwedEnergy>> owed_on(Accounts& accounts, const Bill& bill) {
  PURSER_ASSIGN(std::vector<cost::OwedEnergy> owed,
                cost::owed_energy(accounts.books(), accounts.records()));
  std::erase_if(owed, [&](const cost::OwedEnergy& one) {
    return std::none_of(bill.resources.begin(), bill.resources.end(), [&](const auto& resource) {
      return resource.resource == one.resource && resource.month == one.month;
    });
  });
  return owed;
}

Result<int> run_cost(Context& context, const Arguments& arguments) {
  const std::string by_text(arguments.text_or("--by", "run"));
  PURSER_ASSIGN(const GroupBy by, cost::parse_group_by(by_text));
  const Instant now = context.clock().now();
  const std::string this_month = format(month_of(date_of(now)));
  const auto months = parse_months(arguments.text_or("--period", this_month));
  if (!months) return fail(months.error().in("--period"));
  PURSER_ASSIGN(Accounts accounts, Accounts::open(context, Spool::kCollect));
  cost::BillRequest request{
      .first = months->first, .last = months->last, .resource = std::nullopt, .as_of = now};
  if (arguments.has("--asset")) request.resource = std::string(arguments.text("--asset"));
  PURSER_ASSIGN(const auto snapshot, accounts.begin_snapshot());
  PURSER_ASSIGN(const LoadedBill loaded, cost::load_bill(accounts.books(), accounts.records(),
                                                         accounts.workspace().currency(), request));
  PURSER_ASSIGN(const std::vector<Cost> dues, dues_of(accounts.books(), loaded.bill));
  PURSER_ASSIGN(const auto owed, owed_on(accounts, loaded.bill));
  const int status = balances(loaded.bill, dues) ? 0 : 1;
  if (context.json()) {
    PURSER_TRY(print(json_text(loaded, *months, by, now, dues, owed)));
    return status;
  }
  if (loaded.bill.resources.empty() && loaded.bill.unpriced.empty()) {
    PURSER_TRY(print(fmt::format("Nothing was in service or used in {}.\n",
                                 arguments.text_or("--period", this_month)) +
                     elsewhere_text(loaded)));
    return 0;
  }
  PURSER_TRY(print(heading(loaded.bill, *months, now) + lines_text(loaded, by) + "\n" +
                   kinds_text(loaded.bill) + units_text(loaded) + "\n" +
                   notes_text(loaded, dues, owed)));
  return status;
}

}  // namespace

void add_cost_verbs(std::vector<Verb>& verbs) {
  verbs.push_back(
      {.name = "cost",
       .summary = "the bill: what every run cost, and what idling cost",
       .details =
           "Every line is exact to a billionth of the currency unit, for a short run costs less\n"
           "than a cent. In an open month lines + idle = rate x time; in a closed one they equal\n"
           "the cents in the journal. Both are computed apart from the lines and compared; should\n"
           "they differ, the exit status is 1.\n\n"
           "  purser cost\n"
           "  purser cost --period 2026-10 --by model\n"
           "  purser cost --period 2026-01..2026-12 --by resource --json",
       .positionals = {},
       .options = {{"--period", "MONTHS", "2026-11, or 2026-09..2026-11 with both ends",
                    "this month"},
                   {"--by", "SIDE", "run, model, verb or resource", "run"},
                   {"--asset", "NAME", "one machine only", "all"}},
       .run = run_cost});
}

}  // namespace purser::cli
