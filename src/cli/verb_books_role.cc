// purser books role grant | revoke | list: who may do what.
#include <fmt/format.h>

#include "books/roles.h"
#include "cli/database.h"
#include "cli/verbs.h"
#include "report/json.h"
#include "report/table.h"

namespace purser::cli {
namespace {

using books::Grant;
using books::Role;
using books::Roles;
using report::Json;

std::string_view can(Role role) {
  switch (role) {
    case Role::kRead:
      return "read";
    case Role::kOperate:
      return "read, record and post";
    case Role::kClose:
      break;
  }
  return "read, record, post and close";
}

std::string person_of(std::string_view name) {
  return name == books::kEverybodyElse ? "everybody else" : fmt::format("'{}'", name);
}

Json json_of(const Grant& grant) {
  Json json = Json::object();
  json.set("person", grant.person)
      .set("role", books::name(grant.role))
      .set("granted", grant.recorded)
      .set("granted_by", grant.who.empty() ? Json() : Json(grant.who));
  return json;
}

// What is said of that person; and what the one who asks may do from then on, if that is not all.
Result<int> change(Context& context, const Arguments& arguments, std::optional<Role> role) {
  const std::string_view person = arguments.positional("NAME");
  const bool dry_run = arguments.has("--dry-run");
  PURSER_ASSIGN(const Workspace workspace, context.workspace());
  PURSER_ASSIGN(auto database, open_database(workspace, store::IfMissing::kCreate));
  Roles roles(database, context.clock(), context.who());
  PURSER_TRY(roles.grant(person, role, dry_run ? books::Effect::kDryRun : books::Effect::kWrite));
  PURSER_ASSIGN(const Role own, roles.of(context.who()));
  if (context.json()) {
    Json json = Json::object();
    json.set("person", person)
        .set("role", role ? Json(books::name(*role)) : Json())
        .set("written", !dry_run);
    PURSER_TRY(print(json.text() + "\n"));
    return 0;
  }
  const std::string_view tense = dry_run ? "would" : "may";
  std::string text;
  if (role) {
    text = fmt::format("{} {}{} {} these books.\n", person_of(person), tense,
                       dry_run ? " be allowed to" : "", can(*role));
  } else {
    text = fmt::format("Nothing {} said of {} any more.\n", dry_run ? "would be" : "is",
                       person_of(person));
  }
  if (!dry_run && own != Role::kClose) {
    text += fmt::format("You, '{}', may {} them from now on.\n", context.who(), can(own));
  }
  PURSER_TRY(print(text));
  return 0;
}

Result<int> run_grant(Context& context, const Arguments& arguments) {
  const auto role = books::parse_role(arguments.positional("ROLE"));
  if (!role) return fail(role.error().in("ROLE"));
  return change(context, arguments, *role);
}

Result<int> run_revoke(Context& context, const Arguments& arguments) {
  return change(context, arguments, std::nullopt);
}

Result<int> run_list(Context& context, const Arguments&) {
  PURSER_ASSIGN(const Workspace workspace, context.workspace());
  PURSER_ASSIGN(auto database, open_database(workspace));
  const Roles roles(database, context.clock(), context.who());
  PURSER_ASSIGN(const std::vector<Grant> all, roles.all());
  PURSER_ASSIGN(const Role own, roles.of(context.who()));
  if (context.json()) {
    Json list = Json::array();
    for (const Grant& grant : all) list.push(json_of(grant));
    Json json = Json::object();
    json.set("you", context.who()).set("your_role", books::name(own)).set("roles", list);
    PURSER_TRY(print(json.text() + "\n"));
    return 0;
  }
  if (all.empty()) {
    PURSER_TRY(print("Nobody was given a role: everybody may do everything.\n"));
    return 0;
  }
  report::Table table({{"person"}, {"role"}, {"may"}, {"granted"}, {"by"}});
  bool others = false;
  for (const Grant& grant : all) {
    others = others || grant.person == books::kEverybodyElse;
    table.add_row({grant.person, std::string(books::name(grant.role)), std::string(can(grant.role)),
                   format(date_of(grant.recorded)), grant.who.empty() ? "-" : grant.who});
  }
  PURSER_TRY(print(table.render(report::TableStyle::for_stdout()) +
                   (others ? "" : "\nEverybody else may read.\n")));
  return 0;
}

}  // namespace

void add_books_role_verbs(std::vector<Verb>& verbs) {
  verbs.push_back(
      {.name = "books role grant",
       .summary = "say what a person may do in the books",
       .details = "Roles: read; operate: record what happens to assets, and post; close: lock\n"
                  "months, name accounts and give roles, too. As long as nobody has a role,\n"
                  "everybody may do everything. Then who has none may read, or what '*' may.\n"
                  "The first is given to somebody who may close.\n\n"
                  "Persons are the names that the journal keeps: PURSER_USER, or the name of\n"
                  "the account. This keeps colleagues from mistakes. It keeps nobody out who\n"
                  "may write the file: that takes its permissions, or a server's grants.\n\n"
                  "  purser books role grant ann close\n"
                  "  purser books role grant bob operate",
       .positionals = {{"NAME", "a person, or '*': everybody else"},
                       {"ROLE", "read, operate or close"}},
       .options = {{"--dry-run", "", "say who could do what, and change nothing"}},
       .run = run_grant});
  verbs.push_back({.name = "books role revoke",
                   .summary = "take back what was said of a person",
                   .details = "  purser books role revoke bob",
                   .positionals = {{"NAME", "a person, or '*': everybody else"}},
                   .options = {{"--dry-run", "", "say who could do what, and change nothing"}},
                   .run = run_revoke});
  verbs.push_back({.name = "books role list",
                   .summary = "who may do what in the books",
                   .details = "",
                   .positionals = {},
                   .options = {},
                   .run = run_list});
}

}  // namespace purser::cli
