// purser asset import: a whole register of machines, all of it or nothing.
#include <map>

#include <fmt/format.h>

#include "books/additions.h"
#include "cli/asset_words.h"
#include "cli/database.h"
#include "cli/import_lines.h"
#include "cli/register_lines.h"
#include "cli/tax_years.h"
#include "cli/verbs.h"
#include "report/json.h"
#include "report/table.h"

namespace purser::cli {
namespace {

using books::Book;
using report::Json;

// A CSV with all columns, and a machine in two books to show how they are filled in.
std::string template_text() {
  const std::vector<std::map<std::string_view, std::string_view>> machines{
      {{"name", "server"},
       {"cost", "USD 12000.00"},
       {"salvage", "USD 1500.00"},
       {"life", "48mo"},
       {"in_service", "2026-02-15"},
       {"method", "straight-line"},
       {"convention", "daily"},
       {"idle_watts", "90"},
       {"load_watts", "250"},
       {"maintenance", "USD 600/y"},
       {"serial", "SN-4711"},
       {"document", "INV-2026-031"}},
      {{"name", "server"}, {"book", "tax"}, {"method", "macrs:5"}, {"bonus", "20%"}}};
  std::string text = fmt::format("{}\n", fmt::join(import_columns(), ","));
  for (const auto& machine : machines) {
    std::vector<std::string_view> fields;
    for (const std::string& column : import_columns()) {
      const auto field = machine.find(column);
      fields.push_back(field == machine.end() ? std::string_view() : field->second);
    }
    text += fmt::format("{}\n", fmt::join(fields, ","));
  }
  return text;
}

// Machines that were in service when their months were closed already.
struct Late {
  std::int64_t lines = 0;
  Month of{};  // in which they are caught up

  void see(const books::Entry& entry) {
    if (entry.event != "catch-up" || entry.book != books::name(Book::kFinancial)) return;
    ++lines;
    of = entry.period;
  }
};

std::string lines_text(std::int64_t count) {
  return count == 1 ? "1 line" : fmt::format("{} lines", count);
}

std::string other_years_text(std::int64_t lines) {
  if (lines == 0) return {};
  return fmt::format(
      "The tax years of {} begin on another day than those of the macrs property that their book "
      "had before: a taxpayer has one tax year (26 USC 441); see purser books macrs.\n",
      lines_text(lines));
}

std::string ignored_salvages_text(std::int64_t lines) {
  if (lines == 0) return {};
  return fmt::format("The salvage of {} is ignored: macrs goes by its table and leaves none.\n",
                     lines_text(lines));
}

std::string late_text(const Late& late) {
  if (late.lines == 0) return {};
  return fmt::format(
      "The months of {} were closed already: those machines stand in the books from {} on, and "
      "what closed months were not charged is an expense of it. What was charged elsewhere is "
      "taken over instead: the columns taken_over and accumulated.\n",
      lines_text(late.lines), format(late.of));
}

std::string passed_over_text(const Imported& imported) {
  if (imported.passed_over == 0) return {};
  return fmt::format("Passed over {} that {} in the books already, word for word.\n",
                     lines_text(imported.passed_over), imported.passed_over == 1 ? "is" : "are");
}

Json json_of(const Imported& imported, bool written) {
  Json json = Json::object();
  json.set("lines", imported.lines).set("entries", imported.entries).set("written", written);
  json.set("refused", imported.refused);
  return json;
}

Status print_added(const Context& context, const Imported& imported, const Late& late,
                   bool written) {
  if (context.json()) {
    Json json = json_of(imported, written);
    json.set("known", imported.passed_over);
    if (late.lines != 0) json.set("caught_up_lines", late.lines);
    if (imported.other_years != 0) json.set("other_tax_years", imported.other_years);
    if (imported.ignored_salvages != 0) {
      json.set("ignored_salvages", imported.ignored_salvages);
    }
    if (!imported.ruled.empty()) json.set("tax_years", ruled_json(imported.ruled));
    return print(json.text() + "\n");
  }
  if (!imported.refused.empty()) return {};
  return print(fmt::format(
      "{} {}, with {} entries of the journal.\n{}{}{}{}{}", written ? "Added" : "Would add",
      lines_text(imported.done()), imported.entries, passed_over_text(imported), late_text(late),
      other_years_text(imported.other_years), ignored_salvages_text(imported.ignored_salvages),
      ruled_text(imported.ruled, written ? books::Effect::kWrite : books::Effect::kDryRun)));
}

Status print_taken_back(const Context& context, const Imported& imported, bool written) {
  if (context.json()) {
    Json json = json_of(imported, written);
    json.set("not_there", imported.passed_over);
    if (!imported.ruled.empty()) json.set("tax_years", ruled_json(imported.ruled));
    return print(json.text() + "\n");
  }
  if (!imported.refused.empty()) return {};
  if (imported.done() == 0) return print("Nothing of it is in the books.\n");
  std::string absent;
  if (imported.passed_over != 0) {
    absent = fmt::format("Passed over {} of which nothing is in the books.\n",
                         lines_text(imported.passed_over));
  }
  return print(fmt::format(
      "{} {}, with {} entries of the journal.\n{}{}", written ? "Took back" : "Would take back",
      lines_text(imported.done()), imported.entries, absent,
      ruled_text(imported.ruled, written ? books::Effect::kWrite : books::Effect::kDryRun)));
}

// What was refused, line by line, if anything was.
Status refusals(const Imported& imported, std::string_view done) {
  if (imported.refused.empty()) return {};
  for (const std::string& refusal : imported.refused) {
    fmt::print(stderr, "purser: {}\n", report::printable(refusal));
  }
  return fail(
      ErrorCode::kInvalidInput,
      fmt::format("{} of {}{} {} refused, and nothing was {}; mend what is named above",
                  imported.refused.size(), imported.given_up ? "the first " : "",
                  lines_text(imported.lines), imported.refused.size() == 1 ? "was" : "were", done));
}

Result<RegisterLines> open_lines(const Workspace& workspace, const Arguments& arguments) {
  RegisterMap map;
  if (arguments.has("--map")) {
    PURSER_ASSIGN(map, RegisterMap::read(fs::path(arguments.text("--map")), import_columns()));
    map.rates_in(workspace.currency());
  }
  return RegisterLines::open(fs::path(arguments.positional("FILE")), std::move(map));
}

Result<int> run_import(Context& context, const Arguments& arguments) {
  if (arguments.has("--template")) {
    PURSER_TRY(print(template_text()));
    return 0;
  }
  if (arguments.positional("FILE").empty()) {
    return fail(ErrorCode::kInvalidInput,
                "name the CSV file; purser asset import --template prints one to fill in");
  }
  PURSER_ASSIGN(const Workspace workspace, context.workspace());
  PURSER_ASSIGN(RegisterLines lines, open_lines(workspace, arguments));
  PURSER_ASSIGN(auto database, open_database(workspace, store::IfMissing::kCreate));
  books::Books books(database, context.clock(), context.who());
  Late late;
  PURSER_ASSIGN(books::Additions additions,
                books.begin_additions([&](const books::Entry& entry) { late.see(entry); }));
  const bool undoes = arguments.has("--undo");
  PURSER_ASSIGN(const Imported imported,
                undoes ? take_back_lines(lines, additions) : add_lines(lines, additions));
  const bool write = imported.refused.empty() && !arguments.has("--dry-run");
  if (write) PURSER_TRY(additions.commit());
  PURSER_TRY(undoes ? print_taken_back(context, imported, write)
                    : print_added(context, imported, late, write));
  PURSER_TRY(refusals(imported, undoes ? "taken back" : "added"));
  return 0;
}

}  // namespace

void add_asset_import_verbs(std::vector<Verb>& verbs) {
  verbs.push_back(
      {.name = "asset import",
       .summary = "add the machines of a CSV file, all of them or none",
       .details =
           "The columns are the options of asset add: name first, then cost, salvage, life,\n"
           "in_service and so on, in any order. A line with a book adds a machine that is known\n"
           "to that book. Every line that is refused is named; then nothing is added. A cost in\n"
           "a foreign currency has its rate beside it. A line that is in the books word for word\n"
           "is passed over, so that a file can be given again; --undo takes its lines back, if\n"
           "nothing happened to those machines since.\n\n"
           "  purser asset import --template > fleet.csv\n"
           "  purser asset import fleet.csv --dry-run\n"
           "  purser asset import fleet.csv --undo\n\n"
           "A register of another program needs a map, a TOML file:\n\n"
           "  [columns]            # ours = \"theirs\"; no other column is read\n"
           "  name = \"Asset No.\"\n"
           "  cost = \"Purchase price\"\n"
           "  [defaults]           # of lines that say nothing themselves\n"
           "  life = \"48\"\n"
           "  [format]             # of the register and of [defaults]; each as you need it\n"
           "  currency = \"EUR\"     # of amounts without one; of rates it is that of the books\n"
           "  decimal = \",\"        # of amounts, rates, watts and percents\n"
           "  date = \"DD.MM.YYYY\"  # or MM/DD/YYYY, DD/MM/YYYY\n"
           "  life = \"mo\"          # of bare numbers: y, mo or d",
       .positionals = {{"FILE", "the register, a CSV", false}},
       .options = {{"--map", "FILE", "how to read a register with other columns"},
                   {"--template", "", "print a CSV to fill in, and add nothing"},
                   {"--undo", "", "take back what the file added, all of it or nothing"},
                   {"--dry-run", "", "say which lines would be refused, and change nothing"}},
       .run = run_import});
}

}  // namespace purser::cli
