// purser asset units: readings of what a machine did, as they come in.
#include <fmt/format.h>

#include "books/books.h"
#include "cli/database.h"
#include "cli/units_used.h"
#include "cli/verbs.h"
#include "report/json.h"

namespace purser::cli {
namespace {

using report::Json;

std::string readings_text(std::int64_t count) {
  return count == 1 ? "1 reading" : fmt::format("{} readings", count);
}

Result<int> run_units(Context& context, const Arguments& arguments) {
  PURSER_ASSIGN(const Workspace workspace, context.workspace());
  PURSER_ASSIGN(const auto used, read_units_used(fs::path(arguments.positional("FILE"))));
  PURSER_ASSIGN(auto database, open_database(workspace));
  books::Books books(database, context.clock(), context.who());
  const std::string_view name = arguments.positional("NAME");
  const bool dry_run = arguments.has("--dry-run");
  PURSER_ASSIGN(
      const books::Readings readings,
      books.add_units(name, used, dry_run ? books::Effect::kDryRun : books::Effect::kWrite));
  const std::string units = books::format_units(readings.millionths);
  const std::string total = books::format_units(readings.total_millionths);
  if (context.json()) {
    Json json = Json::object();
    json.set("asset", name)
        .set("added", readings.added)
        .set("known_before", readings.known)
        .set("units_used", units)
        .set("units_total", total)
        .set("written", !dry_run);
    PURSER_TRY(print(json.text() + "\n"));
    return 0;
  }
  PURSER_TRY(print(
      fmt::format("{} {} to '{}'{}: {} of {} units are used.\n", dry_run ? "Would add" : "Added",
                  readings_text(readings.added), name,
                  readings.known == 0 ? "" : fmt::format(", and knew {} before", readings.known),
                  units, total)));
  return 0;
}

}  // namespace

void add_asset_units_verbs(std::vector<Verb>& verbs) {
  verbs.push_back(
      {.name = "asset units",
       .summary = "add readings of use to a machine that wears off by units:TOTAL",
       .details =
           "The file is a CSV of start,end,units; the end is the day after the last. Readings\n"
           "that are known already are passed over, so that a file that grows can be given\n"
           "again. No day counts twice, and closed months stay as they are.\n\n"
           "  purser asset units server hours.csv",
       .positionals = {{"NAME", "which"}, {"FILE", "the readings"}},
       .options = {{"--dry-run", "", "say what would be added, and add nothing"}},
       .run = run_units});
}

}  // namespace purser::cli
