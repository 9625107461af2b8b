// purser asset import: a whole register of machines, all of it or nothing.
#include <algorithm>
#include <functional>
#include <map>

#include <fmt/format.h>

#include "base/csv.h"
#include "base/text.h"
#include "books/additions.h"
#include "cli/asset_words.h"
#include "cli/database.h"
#include "cli/register_map.h"
#include "cli/verbs.h"
#include "report/json.h"
#include "report/table.h"

namespace purser::cli {
namespace {

using books::Book;
using report::Json;

// The options of `asset add`, spelled as columns, behind the name.
const std::vector<std::string>& columns() {
  static const std::vector<std::string> kColumns = [] {
    std::vector<std::string> names{"name"};
    for (const Option& option : asset_options()) {
      std::string name(option.flag.substr(2));
      std::replace(name.begin(), name.end(), '-', '_');
      names.push_back(std::move(name));
    }
    return names;
  }();
  return kColumns;
}

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
      {{"name", "server"}, {"book", "tax"}, {"method", "macrs:5"}, {"bonus", "40%"}}};
  std::string text = fmt::format("{}\n", fmt::join(columns(), ","));
  for (const auto& machine : machines) {
    std::vector<std::string_view> fields;
    for (const std::string& column : columns()) {
      const auto field = machine.find(column);
      fields.push_back(field == machine.end() ? std::string_view() : field->second);
    }
    text += fmt::format("{}\n", fmt::join(fields, ","));
  }
  return text;
}

// The lines of a register, each added or refused with its place in the file.
class Register {
 public:
  static Result<Register> open(const fs::path& file, RegisterMap map) {
    PURSER_ASSIGN(CsvReader csv, open_csv(file));
    PURSER_TRY(map.names_columns() ? map.check(csv.columns(), file.string())
                                   : csv.check_columns(columns(), {"name"}));
    return Register(std::move(csv), std::move(map));
  }

  // False at the end. An Error is of this line alone if it is kInvalidInput.
  Result<bool> next() {
    words_.clear();
    return csv_.next();
  }

  Status add(books::Additions& additions) {
    const Words words =
        words_with([this](std::string_view name) { return word(name, Default::kCounts); });
    auto added = [&]() -> Status {
      const std::string_view name = words.of("name");
      if (name.empty()) {
        return fail(ErrorCode::kInvalidInput, fmt::format("{} is missing", words.called("name")));
      }
      PURSER_ASSIGN(const auto asked, parse_word(words, "book", books::parse_book));
      if (asked.value_or(Book::kFinancial) == Book::kFinancial) {
        PURSER_ASSIGN(const books::Asset asset, asset_from(name, words));
        return additions.add_asset(asset);
      }
      PURSER_ASSIGN(const books::Asset known, additions.asset(name));
      // Where it stands and what it draws was agreed on for the machine, not for its tax book.
      const Words terms_words = words_with([this](std::string_view column) {
        return word(column, is_of_the_machine(column) ? Default::kIgnored : Default::kCounts);
      });
      PURSER_ASSIGN(const books::MemoTerms memo, memo_from(*asked, terms_words, known));
      return additions.add_to_book(name, memo);
    }();
    if (!added) return fail(std::move(added).error().in(csv_.where()));
    return {};
  }

 private:
  Register(CsvReader csv, RegisterMap map) : csv_(std::move(csv)), map_(std::move(map)) {}

  // What comes through a pipe takes its time: the books are not locked until all of it is here.
  static Result<CsvReader> open_csv(const fs::path& file) {
    std::error_code ignored;
    if (!fs::is_fifo(file, ignored)) return CsvReader::open(file);
    constexpr Bytes kPipeMost{1LL << 30};
    PURSER_ASSIGN(std::string text, read_file(file, kPipeMost));
    return CsvReader::from_text(file.string(), std::move(text));
  }

  enum class Default : std::uint8_t { kCounts, kIgnored };

  // Of a register with a map, what is wrong is told in its own words.
  Words words_with(std::function<std::string_view(std::string_view)> of) const {
    Words words{.of = std::move(of)};
    if (!map_.names_columns()) return words;
    words.theirs = [this](std::string_view name) { return called(name); };
    words.retold = [this](std::string_view name, Error error) {
      const std::string_view text = text_of(name);
      return text.empty() ? std::move(error) : map_.retold(name, text, std::move(error));
    };
    return words;
  }

  std::string called(std::string_view name) const {
    if (text_of(name).empty() && !map_.otherwise(name).empty()) {
      return fmt::format("{} in [defaults] of the map", name);
    }
    const std::string_view column = map_.theirs(name);
    return std::string(column.empty() ? name : column);
  }

  // What stands in the register.
  std::string_view text_of(std::string_view name) const {
    const std::string_view column = map_.theirs(name);
    return column.empty() ? column : trim(csv_.field(column));
  }

  std::string_view word(std::string_view name, Default otherwise) {
    auto known = words_.find(name);
    if (known == words_.end()) {
      known = words_.emplace(name, map_.word(name, text_of(name))).first;
    }
    if (known->second.empty() && otherwise == Default::kCounts) return map_.otherwise(name);
    return known->second;
  }

  CsvReader csv_;
  RegisterMap map_;
  std::map<std::string, std::string, std::less<>> words_;  // of the line
};

constexpr std::size_t kRefusalsMost = 100;  // then it is no register, or another one

struct Imported {
  std::int64_t lines = 0;
  std::int64_t entries = 0;
  std::vector<std::string> refused;
  bool given_up = false;  // lines behind the last refusal were not read
};

// What concerns one line; anything else ends the import.
bool is_about_the_line(ErrorCode code) {
  return code == ErrorCode::kInvalidInput || code == ErrorCode::kNotFound ||
         code == ErrorCode::kAlreadyExists || code == ErrorCode::kRefused ||
         code == ErrorCode::kUnsupported;
}

Result<Imported> import_all(Register& lines, books::Additions& additions) {
  Imported imported;
  while (true) {
    const auto more = lines.next();
    if (more && !*more) break;
    ++imported.lines;
    const Status added = more ? lines.add(additions) : fail(more.error());
    if (added) continue;
    if (!is_about_the_line(added.error().code())) return fail(added.error());
    imported.refused.push_back(added.error().message());
    imported.given_up = imported.refused.size() == kRefusalsMost;
    if (imported.given_up) break;
  }
  imported.entries = additions.written();
  return imported;
}

std::string lines_text(std::int64_t count) {
  return count == 1 ? "1 line" : fmt::format("{} lines", count);
}

Status print_imported(const Context& context, const Imported& imported, bool written) {
  if (context.json()) {
    Json json = Json::object();
    json.set("lines", imported.lines).set("entries", imported.entries).set("written", written);
    return print(json.set("refused", imported.refused).text() + "\n");
  }
  if (!imported.refused.empty()) return {};
  return print(fmt::format("{} {}, with {} entries of the journal.\n",
                           written ? "Added" : "Would add", lines_text(imported.lines),
                           imported.entries));
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
    PURSER_ASSIGN(map, RegisterMap::read(fs::path(arguments.text("--map")), columns()));
  }
  PURSER_ASSIGN(Register lines,
                Register::open(fs::path(arguments.positional("FILE")), std::move(map)));
  PURSER_ASSIGN(auto database, open_database(workspace, store::IfMissing::kCreate));
  books::Books books(database, context.clock(), context.who());
  PURSER_ASSIGN(books::Additions additions, books.begin_additions());
  PURSER_ASSIGN(const Imported imported, import_all(lines, additions));
  const bool write = imported.refused.empty() && !arguments.has("--dry-run");
  if (write) PURSER_TRY(additions.commit());
  PURSER_TRY(print_imported(context, imported, write));
  if (imported.refused.empty()) return 0;
  for (const std::string& refusal : imported.refused) {
    fmt::print(stderr, "purser: {}\n", report::printable(refusal));
  }
  return fail(ErrorCode::kInvalidInput,
              fmt::format("{} of {}{} were refused, and nothing was added; mend those named above",
                          imported.refused.size(), imported.given_up ? "the first " : "",
                          lines_text(imported.lines)));
}

}  // namespace

void add_asset_import_verbs(std::vector<Verb>& verbs) {
  verbs.push_back(
      {.name = "asset import",
       .summary = "add the machines of a CSV file, all of them or none",
       .details =
           "The columns are the options of asset add: name first, then cost, salvage, life,\n"
           "in_service and so on, in any order. A line with a book adds a machine that is known\n"
           "to that book. Every line that is refused is named; then nothing is added.\n\n"
           "  purser asset import --template > fleet.csv\n"
           "  purser asset import fleet.csv --dry-run\n\n"
           "A register of another program needs a map, a TOML file:\n\n"
           "  [columns]            # ours = \"theirs\"; no other column is read\n"
           "  name = \"Asset No.\"\n"
           "  cost = \"Purchase price\"\n"
           "  [defaults]           # of lines that say nothing themselves\n"
           "  life = \"48mo\"\n"
           "  [format]             # each as you need it\n"
           "  currency = \"EUR\"     # of amounts without one\n"
           "  decimal = \",\"        # of amounts, watts and percents\n"
           "  date = \"DD.MM.YYYY\"  # or MM/DD/YYYY, DD/MM/YYYY\n"
           "  life = \"mo\"          # of bare numbers: y, mo or d",
       .positionals = {{"FILE", "the register, a CSV", false}},
       .options = {{"--map", "FILE", "how to read a register with other columns"},
                   {"--template", "", "print a CSV to fill in, and add nothing"},
                   {"--dry-run", "", "say which lines would be refused, and add nothing"}},
       .run = run_import});
}

}  // namespace purser::cli
