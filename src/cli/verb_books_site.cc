// purser books site add | list: where machines stand, and what power costs there.
#include <fmt/format.h>

#include "books/books.h"
#include "cli/contract.h"
#include "cli/database.h"
#include "cli/verbs.h"
#include "report/json.h"
#include "report/table.h"

namespace purser::cli {
namespace {

using books::Site;
using report::Json;

std::string pue_text(const Site& site) {
  return fmt::format("{}.{:03}", site.pue_thousandths / 1000, site.pue_thousandths % 1000);
}

Json json_of(const Site& site) {
  constexpr Joules kKilowattHour{3'600'000'000'000};
  Json json = Json::object();
  json.set("name", site.name)
      .set("tariff_per_kwh", site.tariff * kKilowattHour)
      .set("pue", static_cast<double>(site.pue_thousandths) / 1000)
      .set("zone", site.zone);
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
    Json json = json_of(site);
    json.set("written", !dry_run);
    PURSER_TRY(print(json.text() + "\n"));
    return 0;
  }
  PURSER_TRY(print(fmt::format("{} site '{}': {}, PUE {}, time zone {}.\n",
                               dry_run ? "Would add" : "Added", site.name,
                               format_tariff(site.tariff), pue_text(site), site.zone)));
  return 0;
}

Result<int> run_list(Context& context, const Arguments&) {
  PURSER_ASSIGN(const Workspace workspace, context.workspace());
  PURSER_ASSIGN(auto database, open_database(workspace));
  PURSER_ASSIGN(const auto sites, books::Books(database, context.clock()).sites());
  Json list = Json::array();
  report::Table table({{"site"},
                       {"tariff", report::Align::kDecimal},
                       {"PUE", report::Align::kDecimal},
                       {"time zone"}});
  for (const Site& site : sites) {
    list.push(json_of(site));
    table.add_row({site.name, format_tariff(site.tariff), pue_text(site), site.zone});
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

}  // namespace

void add_books_site_verbs(std::vector<Verb>& verbs) {
  verbs.push_back(
      {.name = "books site add",
       .summary = "add a place where machines stand, with its tariff and PUE",
       .details = "  purser books site add home --tariff 'USD 0.12/kWh' --pue 1.25",
       .positionals = {{"NAME", "what to call it: lower case, no blanks"}},
       .options = {{"--tariff", "AMOUNT/kWh", "what power costs at the meter", {}, true},
                   {"--pue", "RATIO", "power of the whole building / power of the machines", "1"},
                   {"--zone", "ZONE", "its time zone, as in Europe/Oslo", "UTC"},
                   {"--dry-run", "", "say what would be added, and add nothing"}},
       .run = run_add});
  verbs.push_back({.name = "books site list",
                   .summary = "all sites",
                   .details = "",
                   .positionals = {},
                   .options = {},
                   .run = run_list});
}

}  // namespace purser::cli
