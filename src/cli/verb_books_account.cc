// purser books account name | list: the chart of accounts.
#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "books/books.h"
#include "books/chart.h"
#include "cli/database.h"
#include "cli/verbs.h"
#include "report/json.h"
#include "report/table.h"

namespace purser::cli {
namespace {

using books::AccountName;
using report::Json;

std::string_view or_any(std::string_view text) { return text.empty() ? "any" : text; }

Json json_of(const AccountName& name) {
  Json json = Json::object();
  json.set("account", name.account)
      .set("class", name.asset_class.empty() ? Json() : Json(name.asset_class))
      .set("site", name.site.empty() ? Json() : Json(name.site))
      .set("name", name.name);
  return json;
}

Result<int> run_name(Context& context, const Arguments& arguments) {
  const AccountName name{
      std::string(arguments.positional("ACCOUNT")), std::string(arguments.positional("NAME")),
      std::string(arguments.text("--class")), std::string(arguments.text("--site"))};
  PURSER_ASSIGN(const Workspace workspace, context.workspace());
  PURSER_ASSIGN(auto database, open_database(workspace, store::IfMissing::kCreate));
  books::Books books(database, context.clock(), context.who());
  const bool dry_run = arguments.has("--dry-run");
  PURSER_TRY(books.name_account(name, dry_run ? books::Effect::kDryRun : books::Effect::kWrite));
  if (context.json()) {
    Json json = json_of(name);
    json.set("written", !dry_run);
    PURSER_TRY(print(json.text() + "\n"));
    return 0;
  }
  PURSER_TRY(print(fmt::format(
      "{}{}: '{}' {} posted as '{}' from now on; what was posted stays as it is.\n",
      name.asset_class.empty() ? "Assets of any class" : "Assets of class " + name.asset_class,
      name.site.empty() ? "" : " at " + name.site, name.account, dry_run ? "would be" : "is",
      name.name)));
  return 0;
}

// Each account with its names; of names for the same assets, the one that counts.
std::vector<AccountName> rows_of(const books::Chart& chart) {
  std::vector<AccountName> rows;
  for (const std::string_view account : books::default_accounts()) {
    const std::size_t first = rows.size();
    rows.push_back({std::string(account), std::string(account), "", ""});
    for (const AccountName& name : chart.names()) {
      if (name.account != account) continue;
      const auto same =
          std::find_if(rows.begin() + static_cast<std::ptrdiff_t>(first), rows.end(),
                       [&](const AccountName& row) {
                         return row.asset_class == name.asset_class && row.site == name.site;
                       });
      if (same == rows.end()) {
        rows.push_back(name);
      } else {
        *same = name;
      }
    }
  }
  return rows;
}

Result<int> run_list(Context& context, const Arguments&) {
  PURSER_ASSIGN(const Workspace workspace, context.workspace());
  PURSER_ASSIGN(auto database, open_database(workspace));
  PURSER_ASSIGN(const books::Chart chart, books::Books(database, context.clock()).chart());
  Json list = Json::array();
  report::Table table({{"account"}, {"class"}, {"site"}, {"posted as"}});
  for (const AccountName& row : rows_of(chart)) {
    list.push(json_of(row));
    table.add_row({row.account, std::string(or_any(row.asset_class)), std::string(or_any(row.site)),
                   row.name});
  }
  if (context.json()) {
    Json json = Json::object();
    json.set("accounts", list);
    PURSER_TRY(print(json.text() + "\n"));
  } else {
    PURSER_TRY(print(table.render(report::TableStyle::for_stdout())));
  }
  return 0;
}

}  // namespace

void add_books_account_verbs(std::vector<Verb>& verbs) {
  verbs.push_back(
      {.name = "books account name",
       .summary = "call an account of the books as the company's chart does",
       .details = "For all assets, those of a class or those at a site; the most specific counts.\n"
                  "What was posted stays under the name it had. The accounts on which an asset\n"
                  "stands, of its cost and depreciation, are named before its class has any.\n\n"
                  "  purser books account name Expenses:Energy Expenses:Power:Oslo --site oslo\n"
                  "  purser books account name Assets:Equipment Assets:Plant:GPUs --class gpus",
       .positionals = {{"ACCOUNT", "as purser books account list shows it"},
                       {"NAME", "what to post to instead, of the same kind"}},
       .options = {{"--class", "CLASS", "only for assets of this class"},
                   {"--site", "SITE", "only for assets at this site"},
                   {"--dry-run", "", "say what would be named, and name nothing"}},
       .run = run_name});
  verbs.push_back({.name = "books account list",
                   .summary = "the chart of accounts: what is posted to, under which name",
                   .details = "",
                   .positionals = {},
                   .options = {},
                   .run = run_list});
}

}  // namespace purser::cli
