// purser init: a new workspace.
#include <fmt/format.h>

#include "base/text.h"
#include "cli/database.h"
#include "cli/verbs.h"

namespace purser::cli {
namespace {

Result<int> run_init(Context& context, const Arguments& arguments) {
  PURSER_ASSIGN(const auto currency,
                money::Currency::parse(arguments.text_or("--currency", "USD")));
  const std::string folder(arguments.positional("DIR").empty() ? std::string_view(context.folder())
                                                               : arguments.positional("DIR"));
  if (arguments.has("--dry-run")) {
    PURSER_TRY(Workspace::check_new(folder));
    if (context.json()) {
      PURSER_TRY(print(fmt::format("{{\"workspace\":{},\"currency\":\"{}\"}}\n", json_quote(folder),
                                   currency.code())));
      return 0;
    }
    PURSER_TRY(print(
        fmt::format("Would make a workspace in '{}', priced in {}.\n", folder, currency.code())));
    return 0;
  }
  PURSER_ASSIGN(const Workspace workspace, Workspace::init(folder, currency, make_database));
  const std::string root = workspace.root().string();
  if (context.json()) {
    PURSER_TRY(print(fmt::format("{{\"workspace\":{},\"currency\":\"{}\"}}\n", json_quote(root),
                                 currency.code())));
    return 0;
  }
  PURSER_TRY(print(fmt::format(
      "A workspace in {}, priced in {}.\n"
      "Next: say where machines stand and what they cost.\n"
      "  purser books site add home --tariff '{} 0.12/kWh' --pue 1.2\n"
      "  purser asset add server --site home --cost '{} 12,000.00' --salvage '{} 1,500.00' \\\n"
      "    --life 48mo --in-service 2026-02-15 --idle-watts 90 --load-watts 250\n",
      root, currency.code(), currency.code(), currency.code(), currency.code())));
  return 0;
}

}  // namespace

void add_init_verbs(std::vector<Verb>& verbs) {
  verbs.push_back(
      {.name = "init",
       .summary = "make a workspace: a folder that holds books, runs and settings",
       .details =
           "A workspace is a folder with purser.toml and .purser/. Every other verb finds it\n"
           "by walking up from where you stand, as git does.\n\n"
           "  purser init\n"
           "  purser init books --currency EUR",
       .positionals = {{"DIR", "the folder; made if it does not exist [.]", false}},
       .options = {{"--currency", "CODE", "of prices, budgets and bills (ISO 4217)", "USD"},
                   {"--dry-run", "", "say what would be made, and make nothing"}},
       .run = run_init});
}

}  // namespace purser::cli
