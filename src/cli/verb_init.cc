// purser init: a new workspace.
#include <fmt/format.h>

#include "base/text.h"
#include "cli/database.h"
#include "cli/verbs.h"
#include "report/json.h"

namespace purser::cli {
namespace {

// What --books says, as it is written into the settings; empty if it was not given. PURSER_BOOKS is
// not asked: it is of the person who makes the workspace, not of those who will use it.
Result<std::string> books_asked_for(const Arguments& arguments) {
  if (!arguments.has("--books")) return std::string();
  const std::string_view address = arguments.text("--books");
  if (store::is_server(address)) {
    if (store::public_address(address) == address) return std::string(address);
    return fail(ErrorCode::kInvalidInput,
                "--books: whoever reads purser.toml would read the password; leave it out, and put "
                "it into ~/.pgpass or PGPASSWORD");
  }
  const Status durable = check_durable(address);
  if (!durable) return fail(Error(durable.error()).in("--books"));
  return as_setting(address);
}

Status print_made(const Context& context, const std::string& root, const Settings& settings,
                  bool written) {
  const std::string_view code = settings.currency.code();
  if (context.json()) {
    report::Json json = report::Json::object();
    json.set("workspace", root).set("currency", code);
    if (!settings.books.empty()) json.set("books", settings.books);
    return print(json.text() + "\n");
  }
  const std::string books =
      settings.books.empty() ? "" : fmt::format(", its books in {}", settings.books);
  if (!written) {
    return print(
        fmt::format("Would make a workspace in '{}', priced in {}{}.\n", root, code, books));
  }
  return print(fmt::format(
      "A workspace in {}, priced in {}{}.\n"
      "Next: say where machines stand and what they cost.\n"
      "  purser books site add home --tariff '{} 0.12/kWh' --pue 1.2\n"
      "  purser asset add server --site home --cost '{} 12,000.00' --salvage '{} 1,500.00' \\\n"
      "    --life 48mo --in-service 2026-02-15 --idle-watts 90 --load-watts 250\n",
      root, code, books, code, code, code));
}

Result<int> run_init(Context& context, const Arguments& arguments) {
  PURSER_ASSIGN(const auto currency,
                money::Currency::parse(arguments.text_or("--currency", "USD")));
  Settings settings{.currency = currency};
  PURSER_ASSIGN(settings.books, books_asked_for(arguments));
  const std::string folder(arguments.positional("DIR").empty() ? std::string_view(context.folder())
                                                               : arguments.positional("DIR"));
  if (arguments.has("--dry-run")) {
    PURSER_TRY(Workspace::check_new(folder));
    PURSER_TRY(print_made(context, folder, settings, false));
    return 0;
  }
  PURSER_ASSIGN(const Workspace workspace, Workspace::init(folder, settings, make_database));
  PURSER_TRY(print_made(context, workspace.root().string(), settings, true));
  return 0;
}

}  // namespace

void add_init_verbs(std::vector<Verb>& verbs) {
  verbs.push_back(
      {.name = "init",
       .summary = "make a workspace: a folder that holds books, runs and settings",
       .details =
           "A workspace is a folder with purser.toml and .purser/. Every other verb finds it\n"
           "by walking up from where you stand, as git does. With --books its books are in that\n"
           "database, which is made ready unless it holds books already: those of a team.\n\n"
           "  purser init\n"
           "  purser init books --currency EUR\n"
           "  purser init shop --books postgresql://ann@db.example.com/books",
       .positionals = {{"DIR", "the folder; made if it does not exist [.]", false}},
       .options = {{"--currency", "CODE", "of prices, budgets and bills (ISO 4217)", "USD"},
                   {"--dry-run", "", "say what would be made, and make nothing"}},
       .run = run_init});
}

}  // namespace purser::cli
