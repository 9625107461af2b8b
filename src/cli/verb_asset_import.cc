// purser asset import: a whole register of machines, all of it or nothing.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "books/additions.h"
#include "cli/asset_words.h"
#include "cli/database.h"
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
       {"maintenance", "USD 600/y"}},
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

// Counts in `other_years` what has other tax years than its book had before.
Status add_line(const RegisterLines& lines, books::Additions& additions,
                std::int64_t& other_years) {
  PURSER_ASSIGN(const std::string_view name, lines.name());
  PURSER_ASSIGN(const Book book, lines.book());
  if (book == Book::kFinancial) {
    PURSER_ASSIGN(const NewAsset bought, lines.asset());
    return additions.add_asset(bought.asset, bought.paid);
  }
  PURSER_ASSIGN(const books::Asset known, additions.asset(name));
  PURSER_ASSIGN(const NewMemo one, lines.memo(book, known, additions));
  if (one.other_year) ++other_years;
  return additions.add_to_book(name, one.memo);
}

constexpr std::size_t kRefusalsMost = 100;  // then it is no register, or another one

struct Imported {
  std::int64_t lines = 0;
  std::int64_t entries = 0;
  std::vector<std::string> refused;
  bool given_up = false;  // lines behind the last refusal were not read
  std::vector<books::RuledYear> ruled = {};
  std::int64_t other_years = 0;
};

// What concerns one line; anything else ends the import.
bool is_about_the_line(ErrorCode code) {
  return code == ErrorCode::kInvalidInput || code == ErrorCode::kNotFound ||
         code == ErrorCode::kAlreadyExists || code == ErrorCode::kRefused ||
         code == ErrorCode::kUnsupported;
}

Result<Imported> import_all(RegisterLines& lines, books::Additions& additions) {
  Imported imported;
  while (true) {
    const auto more = lines.next();
    if (more && !*more) break;
    ++imported.lines;
    Status added = more ? add_line(lines, additions, imported.other_years) : fail(more.error());
    if (added) continue;
    if (more) added = fail(std::move(added).error().in(lines.where()));
    if (!is_about_the_line(added.error().code())) return fail(added.error());
    imported.refused.push_back(added.error().message());
    imported.given_up = imported.refused.size() == kRefusalsMost;
    if (imported.given_up) break;
  }
  if (imported.refused.empty()) {
    PURSER_ASSIGN(imported.ruled, additions.settle());
  }
  imported.entries = additions.written();
  return imported;
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

std::string late_text(const Late& late) {
  if (late.lines == 0) return {};
  return fmt::format(
      "The months of {} were closed already: those machines stand in the books from {} on, and "
      "what closed months were not charged is an expense of it. What was charged elsewhere is "
      "taken over instead: the columns taken_over and accumulated.\n",
      lines_text(late.lines), format(late.of));
}

Status print_imported(const Context& context, const Imported& imported, const Late& late,
                      bool written) {
  if (context.json()) {
    Json json = Json::object();
    json.set("lines", imported.lines).set("entries", imported.entries).set("written", written);
    json.set("refused", imported.refused);
    if (late.lines != 0) json.set("caught_up_lines", late.lines);
    if (imported.other_years != 0) json.set("other_tax_years", imported.other_years);
    if (!imported.ruled.empty()) json.set("tax_years", ruled_json(imported.ruled));
    return print(json.text() + "\n");
  }
  if (!imported.refused.empty()) return {};
  return print(fmt::format(
      "{} {}, with {} entries of the journal.\n{}{}{}", written ? "Added" : "Would add",
      lines_text(imported.lines), imported.entries, late_text(late),
      other_years_text(imported.other_years),
      ruled_text(imported.ruled, written ? books::Effect::kWrite : books::Effect::kDryRun)));
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
  RegisterMap map;
  if (arguments.has("--map")) {
    PURSER_ASSIGN(map, RegisterMap::read(fs::path(arguments.text("--map")), import_columns()));
    map.rates_in(workspace.currency());
  }
  PURSER_ASSIGN(RegisterLines lines,
                RegisterLines::open(fs::path(arguments.positional("FILE")), std::move(map)));
  PURSER_ASSIGN(auto database, open_database(workspace, store::IfMissing::kCreate));
  books::Books books(database, context.clock(), context.who());
  Late late;
  PURSER_ASSIGN(books::Additions additions,
                books.begin_additions([&](const books::Entry& entry) { late.see(entry); }));
  PURSER_ASSIGN(const Imported imported, import_all(lines, additions));
  const bool write = imported.refused.empty() && !arguments.has("--dry-run");
  if (write) PURSER_TRY(additions.commit());
  PURSER_TRY(print_imported(context, imported, late, write));
  if (imported.refused.empty()) return 0;
  for (const std::string& refusal : imported.refused) {
    fmt::print(stderr, "purser: {}\n", report::printable(refusal));
  }
  return fail(
      ErrorCode::kInvalidInput,
      fmt::format("{} of {}{} {} refused, and nothing was added; mend what is named above",
                  imported.refused.size(), imported.given_up ? "the first " : "",
                  lines_text(imported.lines), imported.refused.size() == 1 ? "was" : "were"));
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
           "a foreign currency has its rate beside it.\n\n"
           "  purser asset import --template > fleet.csv\n"
           "  purser asset import fleet.csv --dry-run\n\n"
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
                   {"--dry-run", "", "say which lines would be refused, and add nothing"}},
       .run = run_import});
}

}  // namespace purser::cli
