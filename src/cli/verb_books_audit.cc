// purser books audit: who did what when.
#include <chrono>

#include <fmt/format.h>

#include "books/audit.h"
#include "books/event.h"
#include "cli/database.h"
#include "cli/json_list.h"
#include "cli/verbs.h"
#include "report/json.h"
#include "report/table.h"

namespace purser::cli {
namespace {

using books::Act;
using report::Align;
using report::Json;
using report::Overflow;
using report::Table;

Json or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

Json json_of(const Act& act) {
  Json json = Json::object();
  json.set("recorded", act.recorded)
      .set("who", or_null(act.who))
      .set("what", act.what)
      .set("taken_back", act.undoing)
      .set("about", act.about)
      .set("on", act.on)
      .set("details", or_null(act.details))
      .set("document", or_null(act.document));
  if (act.entries) {
    json.set("first_entry", act.entries->first).set("last_entry", act.entries->last);
  }
  return json;
}

std::vector<std::string> cells_of(const Act& act) {
  std::string details = act.details;
  if (!act.document.empty()) {
    details += (details.empty() ? "" : ", ") + books::document_text(act.document);
  }
  return {format(std::chrono::floor<std::chrono::seconds>(act.recorded)),
          act.who.empty() ? "-" : act.who,
          act.what + (act.undoing ? " taken back" : ""),
          act.about,
          act.on ? format(*act.on) : "",
          details};
}

Result<books::ActsAsked> acts_asked_for(const Arguments& arguments) {
  books::ActsAsked asked{.who = arguments.text("--person")};
  PURSER_ASSIGN(const auto since, arguments.date("--since"));
  if (since) asked.since = midnight(*since);
  if (arguments.has("--person") && asked.who.empty()) {
    return fail(ErrorCode::kInvalidInput,
                "--person: '' is no name; without --person it is what everybody did");
  }
  return asked;
}

Result<int> run_audit(Context& context, const Arguments& arguments) {
  PURSER_ASSIGN(const books::ActsAsked asked, acts_asked_for(arguments));
  PURSER_ASSIGN(const Workspace workspace, context.workspace());
  PURSER_ASSIGN(auto database, open_database(workspace));
  JsonList list(Json::object(), "acts");
  Table table({{"recorded (UTC)"},
               {"who"},
               {"what"},
               {"about"},
               {"on", Align::kLeft, Overflow::kDrop},
               {"details", Align::kLeft, Overflow::kWrap}});
  bool any = false;
  PURSER_TRY(books::each_act(database, asked, [&](const Act& act) -> Status {
    if (context.json()) return list.push(json_of(act));
    any = true;
    table.add_row(cells_of(act));
    return {};
  }));
  if (context.json()) {
    PURSER_TRY(list.finish());
  } else if (!any) {
    PURSER_TRY(print("Nothing of that is recorded.\n"));
  } else {
    PURSER_TRY(table.render(report::TableStyle::for_stdout(),
                            [](std::string_view piece) { return print(piece); }));
  }
  return 0;
}

}  // namespace

void add_books_audit_verbs(std::vector<Verb>& verbs) {
  verbs.push_back(
      {.name = "books audit",
       .summary = "who did what in the books, and when",
       .details =
           "Every act in the order of time: what happened to assets and was taken back, sites,\n"
           "names of accounts, roles, what was posted and reversed, months that were closed.\n"
           "'-' did what a version recorded that kept no names. Days are those of UTC.\n\n"
           "  purser books audit --since 2026-11-01 --person ann",
       .positionals = {},
       .options = {{"--since", "DATE", "what was recorded from this day on"},
                   {"--person", "NAME", "what this one did"}},
       .run = run_audit});
}

}  // namespace purser::cli
