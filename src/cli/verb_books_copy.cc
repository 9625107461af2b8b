// purser books copy: the books into another database, of the same engine or the other.
#include <optional>

#include <fmt/format.h>

#include "base/files.h"
#include "base/passing_file.h"
#include "base/progress.h"
#include "base/stop.h"
#include "cli/backup.h"
#include "cli/database.h"
#include "cli/verbs.h"
#include "report/json.h"
#include "store/table_copy.h"

namespace purser::cli {
namespace {

using report::Json;

std::string shown(std::string_view address) {
  return store::is_server(address) ? store::public_address(address) : std::string(address);
}

// Empty for a server.
Result<std::string> file_of(std::string_view address) {
  if (store::is_server(address)) return std::string();
  PURSER_ASSIGN(const std::string file, store::database_file(address));
  std::error_code ignored;
  if (const fs::path folder = fs::absolute(file, ignored).parent_path();
      !fs::exists(folder, ignored)) {
    return fail(ErrorCode::kNotFound,
                fmt::format("there is no folder '{}'; make it first", folder.string()));
  }
  if (!fs::exists(file, ignored)) return file;
  return fail(ErrorCode::kAlreadyExists,
              fmt::format("'{}' is there already; name a file that is not", file));
}

// A server must hold no row yet; tables of an attempt before are welcome.
Status check_empty(std::string_view address) {
  const auto counted = store::count_tables(address, all_migrations());
  if (!counted && counted.error().code() == ErrorCode::kNotFound) return {};
  if (!counted) return fail(counted.error());
  if (counted->rows == 0) return {};
  return fail(ErrorCode::kAlreadyExists,
              fmt::format("{}: there are books already; name an empty database", shown(address)));
}

Result<store::Copied> copy_rows(std::string_view from, std::string_view to) {
  StopSignal stop;
  std::optional<Progress> bar;
  return store::copy_tables(
      from, to, all_migrations(), [&](std::int64_t done, std::int64_t all) -> Status {
        if (stop.requested()) {
          return fail(ErrorCode::kCancelled, "stopped as asked; no row was left");
        }
        if (!bar) bar.emplace("Copying the books", all);
        bar->update(done, "");
        return {};
      });
}

// A digest of an export, piece by piece.
Result<std::string> digest_of_export(store::Database& database, const Clock& clock,
                                     books::Book book) {
  std::string digest;
  PURSER_TRY(books::Books(database, clock)
                 .export_journal(
                     books::ExportFormat::kCsv, std::nullopt,
                     [&](std::string_view piece) -> Status {
                       digest = sha256_hex(digest + std::string(piece));
                       return {};
                     },
                     book));
  return digest;
}

// Proves the copy: its chain of hashes, that the books go on from its head, and, unless somebody
// posted meanwhile, that both export the same bytes. Returns what it holds, and how many entries
// the books have had since.
struct Proved {
  Holdings holdings;
  std::int64_t posted_since = 0;
};
Result<Proved> prove(std::string_view from, std::string_view to, const Clock& clock) {
  PURSER_ASSIGN(store::Database source, open_address(from));
  PURSER_ASSIGN(store::Database copy, open_address(to));
  Proved proved;
  PURSER_ASSIGN(proved.holdings, holdings_of(copy, clock));
  PURSER_ASSIGN(const books::Verified ours,
                books::Books(source, clock).verify(proved.holdings.head));
  proved.posted_since = ours.entries - proved.holdings.entries;
  if (proved.posted_since != 0) return proved;
  for (const books::Book book :
       {books::Book::kFinancial, books::Book::kTax, books::Book::kManagement}) {
    PURSER_ASSIGN(const std::string theirs, digest_of_export(copy, clock, book));
    PURSER_ASSIGN(const std::string before, digest_of_export(source, clock, book));
    PURSER_ASSIGN(const books::Verified now, books::Books(source, clock).verify());
    if (theirs == before || now.head != ours.head) continue;
    return fail(ErrorCode::kCorrupt,
                fmt::format("{}: the copy exports otherwise than the books; it was taken away, run "
                            "it again",
                            shown(to)));
  }
  return proved;
}

struct Outcome {
  store::Copied copied;
  Proved proved;
};

Result<Outcome> copy_to_file(std::string_view from, const std::string& file, const Clock& clock) {
  PURSER_ASSIGN(const PassingFile begun, PassingFile::make(file, 0644));
  Outcome outcome;
  const std::string to = "sqlite:" + begun.path().string();
  PURSER_ASSIGN(outcome.copied, copy_rows(from, to));
  PURSER_ASSIGN(outcome.proved, prove(from, to, clock));
  if (const auto books = store::database_file(from)) {  // what was private stays so
    std::error_code ignored;
    fs::permissions(begun.path(), fs::status(*books, ignored).permissions(), ignored);
  }
  PURSER_TRY(publish(begun, file, Existing::kRefuse));
  return outcome;
}

Result<Outcome> copy_to_server(std::string_view from, std::string_view to, const Clock& clock) {
  Outcome outcome;
  PURSER_ASSIGN(outcome.copied, copy_rows(from, to));
  auto proved = prove(from, to, clock);
  if (!proved) {
    PURSER_TRY(store::empty_tables(to, all_migrations()));
    return fail(proved.error());
  }
  outcome.proved = *std::move(proved);
  return outcome;
}

Status print_copied(const Context& context, std::string_view to, const Outcome& outcome) {
  const Holdings& holdings = outcome.proved.holdings;
  if (context.json()) {
    Json json = Json::object();
    json.set("address", shown(to)).set("written", true);
    json.set("tables", outcome.copied.tables).set("rows", outcome.copied.rows);
    json.set("entries", holdings.entries).set("head", holdings.head);
    json.set("posted_since", outcome.proved.posted_since);
    return print(json.text() + "\n");
  }
  std::string text = fmt::format("Copied to {}: {}; {} rows of {} tables.\n", shown(to),
                                 text_of(holdings), outcome.copied.rows, outcome.copied.tables);
  if (!holdings.head.empty()) text += fmt::format("Its head is {}\n", holdings.head);
  if (outcome.proved.posted_since > 0) {
    text += fmt::format(
        "Since it began, {} were posted that are not in it: copy again, into another "
        "database, when nobody posts.\n",
        outcome.proved.posted_since);
  } else {
    text += fmt::format("To use it from now on, write into purser.toml: books = \"{}\"\n",
                        as_setting(to));
  }
  return print(text);
}

Status print_would_copy(const Context& context, std::string_view to, const store::Copied& counted) {
  if (context.json()) {
    Json json = Json::object();
    json.set("address", shown(to)).set("written", false);
    json.set("tables", counted.tables).set("rows", counted.rows);
    return print(json.text() + "\n");
  }
  return print(fmt::format("Would copy {} rows of {} tables to {}.\n", counted.rows, counted.tables,
                           shown(to)));
}

Result<int> run_copy(Context& context, const Arguments& arguments) {
  const std::string to(arguments.positional("ADDRESS"));
  PURSER_ASSIGN(const Workspace workspace, context.workspace());
  {
    PURSER_ASSIGN(const auto there, open_database(workspace));  // or what is wrong with it
  }
  const std::string& from = workspace.database();
  PURSER_ASSIGN(const std::string file, file_of(to));
  if (file.empty()) PURSER_TRY(check_empty(to));
  if (arguments.has("--dry-run")) {
    PURSER_ASSIGN(const store::Copied counted, store::count_tables(from, all_migrations()));
    PURSER_TRY(print_would_copy(context, to, counted));
    return 0;
  }
  PURSER_ASSIGN(const Outcome outcome, file.empty() ? copy_to_server(from, to, context.clock())
                                                    : copy_to_file(from, file, context.clock()));
  PURSER_TRY(print_copied(context, to, outcome));
  return 0;
}

}  // namespace

void add_books_copy_verbs(std::vector<Verb>& verbs) {
  verbs.push_back(
      {.name = "books copy",
       .summary = "copy the books to a server, or back into a file, while others use them",
       .details =
           "Every row of every table, as they stood at one instant, into a new file or an empty\n"
           "database of PostgreSQL. Then the copy is proved: counts, the chain of hashes, and "
           "that\n"
           "both export the same bytes. What fails or is stopped leaves no row, and can be run "
           "again.\n"
           "A password belongs into ~/.pgpass or PGPASSWORD; one in ADDRESS is used and never "
           "told.\n\n"
           "  purser books copy sqlite:books-2026-11.db\n"
           "  purser books copy postgresql://ann@db.example.com/books --dry-run",
       .positionals = {{"ADDRESS", "where to: sqlite:FILE or postgresql://USER@HOST/DATABASE"}},
       .options = {{"--dry-run", "", "say how much there is, and write nothing"}},
       .run = run_copy});
}

}  // namespace purser::cli
