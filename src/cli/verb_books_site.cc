// purser books site add | change | list | show: where machines stand, and what power costs there,
// from when on.
#include <fmt/format.h>

#include "books/books.h"
#include "cli/contract.h"
#include "cli/database.h"
#include "cli/entry_listing.h"
#include "cli/verbs.h"
#include "cost/load.h"
#include "report/json.h"
#include "report/table.h"

namespace purser::cli {
namespace {

using books::Power;
using books::Site;
using books::SiteChange;
using money::Cost;
using report::Align;
using report::Json;
using report::Table;

constexpr Joules kKilowattHour{3'600'000'000'000};

std::string pue_text(std::int64_t thousandths) {
  return fmt::format("{}.{:03}", thousandths / 1000, thousandths % 1000);
}

std::string text_of(const Power& power) {
  return fmt::format("{}, PUE {}", format_tariff(power.tariff), pue_text(power.pue_thousandths));
}

Json json_of(const SiteChange& change) {
  Json json = Json::object();
  json.set("from", change.from)
      .set("effective", change.effective)
      .set("tariff_per_kwh", change.tariff ? Json(*change.tariff * kKilowattHour) : Json())
      .set("pue", change.pue_thousandths ? Json(static_cast<double>(*change.pue_thousandths) / 1000)
                                         : Json())
      .set("recorded", change.recorded)
      .set("who", change.who);
  return json;
}

// With what power costs there on that day.
Json json_of(const Site& site, Date day) {
  const Power power = site.power(day);
  Json changes = Json::array();
  for (const SiteChange& change : site.changes) changes.push(json_of(change));
  Json json = Json::object();
  json.set("name", site.name)
      .set("tariff_per_kwh", power.tariff * kKilowattHour)
      .set("pue", static_cast<double>(power.pue_thousandths) / 1000)
      .set("zone", site.zone)
      .set("changes", changes);
  return json;
}

Result<Site> site_from(const Arguments& arguments) {
  const auto tariff = parse_tariff(arguments.text("--tariff"));
  if (!tariff) return fail(tariff.error().in("--tariff"));
  const auto pue = parse_pue(arguments.text_or("--pue", "1"));
  if (!pue) return fail(pue.error().in("--pue"));
  return Site{std::string(arguments.positional("NAME")), *tariff, *pue,
              std::string(arguments.text_or("--zone", "UTC"))};
}

Result<int> run_add(Context& context, const Arguments& arguments) {
  PURSER_ASSIGN(const Workspace workspace, context.workspace());
  PURSER_ASSIGN(const Site site, site_from(arguments));
  PURSER_ASSIGN(auto database, open_database(workspace, store::IfMissing::kCreate));
  books::Books books(database, context.clock(), context.who());
  const bool dry_run = arguments.has("--dry-run");
  PURSER_TRY(books.add_site(site, dry_run ? books::Effect::kDryRun : books::Effect::kWrite));
  if (context.json()) {
    Json json = json_of(site, date_of(context.clock().now()));
    json.set("written", !dry_run);
    PURSER_TRY(print(json.text() + "\n"));
    return 0;
  }
  PURSER_TRY(print(fmt::format(
      "{} site '{}': {}, PUE {}, time zone {}.\n", dry_run ? "Would add" : "Added", site.name,
      format_tariff(site.tariff), pue_text(site.pue_thousandths), site.zone)));
  return 0;
}

// --- change --------------------------------------------------------------------------------------

Result<SiteChange> change_from(const Arguments& arguments) {
  SiteChange change;
  PURSER_ASSIGN(const auto from, arguments.date("--from"));
  change.from = from.value_or(Date{});
  if (arguments.has("--tariff")) {
    const auto tariff = parse_tariff(arguments.text("--tariff"));
    if (!tariff) return fail(tariff.error().in("--tariff"));
    change.tariff = *tariff;
  }
  if (arguments.has("--pue")) {
    const auto pue = parse_pue(arguments.text("--pue"));
    if (!pue) return fail(pue.error().in("--pue"));
    change.pue_thousandths = *pue;
  }
  if (!change.tariff && !change.pue_thousandths) {
    return fail(ErrorCode::kInvalidInput, "nothing is changed; give --tariff or --pue");
  }
  return change;
}

// An hour under load of a machine there, on the day from which the change counts.
struct Repriced {
  std::string asset;
  Cost before;
  Cost after;
};
Result<std::vector<Repriced>> repriced_by(const books::Books& books,
                                          const books::ChangedSite& changed) {
  std::vector<Repriced> repriced;
  const Date day = changed.change.effective;
  const auto hour_at = [&](const books::Asset& asset, const Site& site) -> Result<Cost> {
    PURSER_ASSIGN(
        const cost::RateCard card,
        cost::forecast_rate_card(books, asset, day, [&](std::string_view name) -> Result<Site> {
          if (name == site.name) return site;
          return books.site(name);
        }));
    return card.hour_at_load();
  };
  PURSER_ASSIGN(const auto assets, books.assets());
  for (const books::Asset& asset : assets) {
    if (books::placement_on(asset, day).site != changed.after.name) continue;
    PURSER_ASSIGN(const auto parts, books::parts_of(asset, month_of(day)));
    if (parts.in_service.length() <= Nanoseconds{0}) continue;
    PURSER_ASSIGN(const Cost before, hour_at(asset, changed.before));
    PURSER_ASSIGN(const Cost after, hour_at(asset, changed.after));
    repriced.push_back({asset.name, before, after});
  }
  return repriced;
}

std::string repriced_text(const std::vector<Repriced>& repriced, Date day) {
  if (repriced.empty()) return {};
  Table table({{"asset"},
               {fmt::format("an hour under load on {}", format(day)), Align::kDecimal},
               {"before", Align::kDecimal}});
  for (const Repriced& one : repriced) {
    table.add_row({one.asset, format(one.after), format(one.before)});
  }
  return table.render(report::TableStyle::for_stdout());
}

Result<int> run_change(Context& context, const Arguments& arguments) {
  PURSER_ASSIGN(const Workspace workspace, context.workspace());
  PURSER_ASSIGN(SiteChange change, change_from(arguments));
  PURSER_ASSIGN(auto database, open_database(workspace));
  books::Books books(database, context.clock(), context.who());
  const books::Effect effect = effect_of(arguments);
  const bool written = effect == books::Effect::kWrite;
  PURSER_ASSIGN(const books::ChangedSite changed,
                books.change_site(arguments.positional("NAME"), std::move(change), effect));
  PURSER_ASSIGN(const auto repriced, repriced_by(books, changed));
  const Date day = changed.change.effective;
  if (context.json()) {
    Json list = Json::array();
    for (const Repriced& one : repriced) {
      Json json = Json::object();
      list.push(json.set("asset", one.asset)
                    .set("per_hour_at_load_before", one.before)
                    .set("per_hour_at_load_after", one.after));
    }
    Json json = json_of(changed.after, day);
    json.set("change", json_of(changed.change)).set("repriced", list).set("written", written);
    PURSER_TRY(print(json.text() + "\n"));
    return 0;
  }
  PURSER_TRY(print(fmt::format(
      "Site '{}' {} {} from {} on{}, instead of {}.\n{}", changed.after.name,
      written ? "pays" : "would pay", text_of(changed.after.power(day)), format(day),
      day == changed.change.from
          ? ""
          : fmt::format(" ({} lies in a month that is closed)", format(changed.change.from)),
      text_of(changed.before.power(day)), repriced_text(repriced, day))));
  return 0;
}

// --- list, show ----------------------------------------------------------------------------------

Result<int> run_list(Context& context, const Arguments&) {
  PURSER_ASSIGN(const Workspace workspace, context.workspace());
  PURSER_ASSIGN(auto database, open_database(workspace));
  PURSER_ASSIGN(const auto sites, books::Books(database, context.clock()).sites());
  const Date today = date_of(context.clock().now());
  Json list = Json::array();
  Table table({{"site"}, {"tariff", Align::kDecimal}, {"PUE", Align::kDecimal}, {"time zone"}});
  for (const Site& site : sites) {
    const Power power = site.power(today);
    list.push(json_of(site, today));
    table.add_row(
        {site.name, format_tariff(power.tariff), pue_text(power.pue_thousandths), site.zone});
  }
  if (context.json()) {
    Json json = Json::object();
    json.set("sites", list);
    PURSER_TRY(print(json.text() + "\n"));
  } else if (sites.empty()) {
    PURSER_TRY(print("No sites yet; add one: purser books site add --help\n"));
  } else {
    PURSER_TRY(print(table.render(report::TableStyle::for_stdout())));
  }
  return 0;
}

Result<int> run_show(Context& context, const Arguments& arguments) {
  PURSER_ASSIGN(const Workspace workspace, context.workspace());
  PURSER_ASSIGN(auto database, open_database(workspace));
  PURSER_ASSIGN(const Site site,
                books::Books(database, context.clock()).site(arguments.positional("NAME")));
  if (context.json()) {
    PURSER_TRY(print(json_of(site, date_of(context.clock().now())).text() + "\n"));
    return 0;
  }
  Table table({{site.name + ", from"},
               {"tariff", Align::kDecimal},
               {"PUE", Align::kDecimal},
               {"recorded"},
               {"by"}});
  table.add_row(
      {"the beginning", format_tariff(site.tariff), pue_text(site.pue_thousandths), "", ""});
  for (std::size_t i = 0; i < site.changes.size(); ++i) {
    const SiteChange& change = site.changes[i];
    // Of two from one day the last counts; the other is kept, and shown by --json.
    const bool stands =
        i + 1 == site.changes.size() || site.changes[i + 1].effective != change.effective;
    if (!stands) continue;
    const Power power = site.power(change.effective);
    table.add_row({format(change.effective), format_tariff(power.tariff),
                   pue_text(power.pue_thousandths), format(date_of(change.recorded)), change.who});
  }
  PURSER_TRY(print(table.render(report::TableStyle::for_stdout())));
  return 0;
}

}  // namespace

void add_books_site_verbs(std::vector<Verb>& verbs) {
  verbs.push_back(
      {.name = "books site add",
       .summary = "add a place where machines stand, with its tariff and PUE",
       .details = "  purser books site add home --tariff 'USD 0.12/kWh' --pue 1.25",
       .positionals = {{"NAME", "what to call it: letters, digits, '-', '_' and '.'"}},
       .options = {{"--tariff", "AMOUNT/kWh", "what power costs at the meter", {}, true},
                   {"--pue", "RATIO", "power of the whole building / power of the machines", "1"},
                   {"--zone", "ZONE", "its time zone, as in Europe/Oslo", "UTC"},
                   {"--dry-run", "", "say what would be added, and add nothing"}},
       .run = run_add});
  verbs.push_back(
      {.name = "books site change",
       .summary = "say what power costs at a site from a day on, or its PUE",
       .details =
           "What was drawn before that day costs what it did; a closed month stays, and a day in\n"
           "one counts as the first open one. Told again from the same day, the last counts.\n\n"
           "  purser books site change home --from 2026-12-01 --tariff 'USD 0.15/kWh'",
       .positionals = {{"NAME", "which"}},
       .options = {{"--from", "DATE", "the first day on which it is so", {}, true},
                   {"--tariff", "AMOUNT/kWh", "what power costs at the meter", "as it was"},
                   {"--pue", "RATIO", "power of the whole building / power of the machines",
                    "as it was"},
                   {"--dry-run", "", "say what would change, and change nothing"}},
       .run = run_change});
  verbs.push_back({.name = "books site list",
                   .summary = "all sites, with what power costs there today",
                   .details = "",
                   .positionals = {},
                   .options = {},
                   .run = run_list});
  verbs.push_back({.name = "books site show",
                   .summary = "one site: what power cost there, and from when on",
                   .details = "",
                   .positionals = {{"NAME", "which"}},
                   .options = {},
                   .run = run_show});
}

}  // namespace purser::cli
