// purser asset units: readings of what a machine did, as they come in.
#include <fmt/format.h>

#include "books/books.h"
#include "cli/database.h"
#include "cli/entry_listing.h"
#include "cli/posted_again.h"
#include "cli/units_used.h"
#include "cli/verbs.h"
#include "report/json.h"

namespace purser::cli {
namespace {

using report::Json;

std::string readings_text(std::int64_t count) {
  return count == 1 ? "1 reading" : fmt::format("{} readings", count);
}

// "Added 2 readings to 'press', replaced 1, and knew 3 before"
std::string done_text(const books::Readings& readings, std::string_view name, bool written) {
  std::string text = fmt::format("{} {} to '{}'", written ? "Added" : "Would add",
                                 readings_text(readings.added), name);
  if (readings.replaced != 0) {
    text += fmt::format(", {} {}", written ? "replaced" : "replace", readings.replaced);
  }
  if (readings.known != 0) text += fmt::format(", and knew {} before", readings.known);
  return text;
}

// What closed months lack: a line for each book.
std::string caught_up_text(const books::Readings& readings, Month month) {
  std::string text;
  for (const auto& [book, amount] : readings.caught_up) {
    const bool is_less = amount.is_negative();
    text += fmt::format(
        "{}{} that closed months were {} is {} {}.\n",
        book == books::Book::kFinancial ? "" : fmt::format("In the {} book ", books::name(book)),
        format(is_less ? -amount : amount), is_less ? "charged too much" : "not charged",
        is_less ? "taken off the expense of" : "an expense of", format(month));
  }
  return text;
}

Json json_of(const books::Readings& readings, std::string_view name) {
  Json caught_up = Json::array();
  for (const auto& [book, amount] : readings.caught_up) {
    Json one = Json::object();
    caught_up.push(one.set("book", books::name(book)).set("amount", amount));
  }
  Json json = Json::object();
  json.set("asset", name)
      .set("added", readings.added)
      .set("replaced", readings.replaced)
      .set("known_before", readings.known)
      .set("units_used", books::format_units(readings.millionths))
      .set("units_total", books::format_units(readings.total_millionths))
      .set("caught_up", caught_up);
  return json;
}

Result<int> run_units(Context& context, const Arguments& arguments) {
  PURSER_ASSIGN(const Workspace workspace, context.workspace());
  PURSER_ASSIGN(const auto used, read_units_used(fs::path(arguments.positional("FILE"))));
  PURSER_ASSIGN(auto database, open_database(workspace));
  books::Books books(database, context.clock(), context.who());
  const std::string_view name = arguments.positional("NAME");
  const books::Effect effect = effect_of(arguments);
  const bool written = effect == books::Effect::kWrite;
  EntryListing listing(context, EntryListing::Extent::kAll);
  PURSER_ASSIGN(
      const books::Readings readings,
      books.add_units(name, used, effect, [&](const books::Entry& entry) { listing.add(entry); }));
  if (context.json()) {
    Json json = json_of(readings, name);
    json.set("written", written).set("entries", listing.json());
    if (!readings.again.empty()) json.set("posted_again", posted_again_json(readings.again));
    PURSER_TRY(print(json.text() + "\n"));
    return 0;
  }
  PURSER_ASSIGN(const auto open, books.first_open());
  PURSER_TRY(print(fmt::format(
      "{}: {} of {} units are used.\n{}{}{}", done_text(readings, name, written),
      books::format_units(readings.millionths), books::format_units(readings.total_millionths),
      open ? caught_up_text(readings, *open) : std::string(),
      posted_again_text(readings.again, name, effect),
      listing.count() == 0 ? std::string() : listing.text())));
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
           "again; one of the same days with other units takes the place of the one before.\n"
           "No day counts twice. Closed months stay as they are: what they were charged too\n"
           "little or too much is an expense of the first open one, as catch-up.\n\n"
           "  purser asset units server hours.csv",
       .positionals = {{"NAME", "which"}, {"FILE", "the readings"}},
       .options = {kDryRun},
       .run = run_units});
}

}  // namespace purser::cli
