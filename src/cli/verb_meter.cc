// purser meter list | collect | end: what runs used.
#include <fmt/format.h>

#include "base/text.h"
#include "cli/accounts.h"
#include "cli/verbs.h"
#include "report/json.h"
#include "report/table.h"

namespace purser::cli {
namespace {

using meter::RunSummary;
using report::Align;
using report::Json;
using report::Table;
using report::TableStyle;

std::string model_of(const meter::Run& run) {
  return run.model_version.empty() ? run.model : run.model + " " + run.model_version;
}

Json json_of(const RunSummary& summary) {
  const meter::Run& run = summary.run;
  Json json = Json::object();
  json.set("run", run.name).set("id", run.id).set("verb", run.verb);
  json.set("asset", run.resource).set("model", run.model);
  json.set("model_version", run.model_version).set("budget", run.budget);
  json.set("started", run.started).set("ended", summary.ended);
  json.set("outcome", meter::name(summary.outcome));
  json.set("device_seconds", seconds(summary.device_time));
  json.set("energy_joules", joules(summary.energy));
  json.set("energy_source", meter::name(summary.energy_source));
  json.set("peak_tensor_memory_bytes", summary.peak_tensor_memory.count);
  return json.set("work", summary.work).set("work_unit", meter::name(summary.work_unit));
}

std::string table_of(const std::vector<RunSummary>& runs) {
  Table table({{"run"},
               {"verb"},
               {"asset"},
               {"model"},
               {"started"},
               {"device time", Align::kRight},
               {"energy", Align::kRight},
               {"work", Align::kRight},
               {"outcome"}});
  for (const RunSummary& summary : runs) {
    const meter::Run& run = summary.run;
    table.add_row({run.name, run.verb, run.resource, model_of(run),
                   format(std::chrono::floor<std::chrono::seconds>(run.started)),
                   humanize(summary.device_time),
                   fmt::format("{} {}", humanize(summary.energy),
                               summary.energy_source == meter::EnergySource::kModelled ? "~" : " "),
                   summary.work == 0 ? std::string() : std::to_string(summary.work),
                   std::string(meter::name(summary.outcome))});
  }
  const TableStyle style = TableStyle::for_stdout();
  // For who looks; what reads a pipe gets lines of runs only.
  const bool to_a_reader = style.columns != 0;
  return table.render(style) +
         (to_a_reader ? "~ modelled: no counter measured this energy.\n" : "");
}

// Whether these are at work nobody here can tell: they would be 'running' for ever.
Status tell_of_those_out_of_sight(Accounts& accounts) {
  PURSER_ASSIGN(const auto by_folder,
                meter::out_of_sight(accounts.workspace().spool(), accounts.records()));
  for (const auto& [folder, runs] : by_folder) {
    std::string names;
    for (const meter::Run& run : runs) {
      names += fmt::format("{}'{}'", names.empty() ? "" : ", ", run.name);
    }
    fmt::print(stderr, "purser: {}\n",
               report::printable(fmt::format(
                   "{} recorded in a spool that cannot be seen from here, '{}'; if that is gone "
                   "for ever, end {}: purser meter end {} --lost",
                   runs.size() == 1 ? "run " + names + " was" : "runs " + names + " were", folder,
                   runs.size() == 1 ? "it" : "each", shell_word(runs.front().name))));
  }
  return {};
}

Result<int> run_list(Context& context, const Arguments&) {
  PURSER_ASSIGN(Accounts accounts, Accounts::open(context, Spool::kCollect));
  PURSER_ASSIGN(const std::vector<RunSummary> runs, accounts.records().runs());
  PURSER_TRY(tell_of_those_out_of_sight(accounts));
  if (context.json()) {
    Json list = Json::array();
    for (const RunSummary& summary : runs) list.push(json_of(summary));
    Json answer = Json::object();
    answer.set("runs", list);
    PURSER_TRY(print(answer.text() + "\n"));
    return 0;
  }
  PURSER_TRY(print(runs.empty() ? std::string("Nothing has run here yet.\n") : table_of(runs)));
  return 0;
}

Result<int> run_collect(Context& context, const Arguments& arguments) {
  const bool dry_run = arguments.has("--dry-run");
  PURSER_ASSIGN(Accounts accounts,
                Accounts::open(context, dry_run ? Spool::kLook : Spool::kCollect));
  const meter::Collected& collected = accounts.collected();
  const bool damaged = !collected.problems.empty();
  if (context.json()) {
    Json answer = Json::object();
    answer.set("runs", collected.runs).set("beats", collected.beats);
    std::int64_t elsewhere = 0;
    for (const auto& [books, runs] : collected.for_other_books) elsewhere += runs;
    answer.set("still_running", collected.still_running).set("runs_of_other_books", elsewhere);
    answer.set("problems", collected.problems);
    answer.set("written", !dry_run);
    PURSER_TRY(print(answer.text() + "\n"));
  } else {
    PURSER_TRY(print(
        fmt::format("{}{} new beat{} of {} run{}, {} at work.{}\n", dry_run ? "Would collect " : "",
                    collected.beats, collected.beats == 1 ? "" : "s", collected.runs,
                    collected.runs == 1 ? "" : "s", collected.still_running,
                    damaged ? fmt::format(" {} problem{} above.", collected.problems.size(),
                                          collected.problems.size() == 1 ? "" : "s")
                            : "")));
  }
  return damaged ? 1 : 0;
}

Result<int> run_end(Context& context, const Arguments& arguments) {
  const bool dry_run = arguments.has("--dry-run");
  PURSER_ASSIGN(Accounts accounts, Accounts::open(context, Spool::kCollect));
  const meter::Elsewhere elsewhere =
      arguments.has("--lost") ? meter::Elsewhere::kLost : meter::Elsewhere::kRefuse;
  PURSER_ASSIGN(RunSummary summary, accounts.records().run(arguments.positional("RUN")));
  const bool at_work = summary.outcome == meter::Outcome::kRunning;
  if (at_work && dry_run) {
    PURSER_TRY(accounts.check_not_at_work(summary.run, elsewhere));
  }
  if (at_work && !dry_run) {
    PURSER_TRY(accounts.end(summary.run, elsewhere));
    PURSER_ASSIGN(summary, accounts.records().run(summary.run.id));
  }
  if (context.json()) {
    Json answer = json_of(summary);
    answer.set("written", at_work && !dry_run);
    PURSER_TRY(print(answer.text() + "\n"));
    return 0;
  }
  const std::string& name = summary.run.name;
  if (at_work && dry_run) {
    PURSER_TRY(print(fmt::format("Would end run '{}' as failed.\n", name)));
  } else {
    PURSER_TRY(
        print(fmt::format("Run '{}' has ended: {}. It holds nothing of a budget but what "
                          "it used.\n",
                          name, meter::name(summary.outcome))));
  }
  return 0;
}

}  // namespace

void add_meter_verbs(std::vector<Verb>& verbs) {
  verbs.push_back({.name = "meter list",
                   .summary = "every run, with the device time and energy it used",
                   .details = "Energy that no counter measured is modelled as load power x device\n"
                              "time and marked with ~.\n\n"
                              "  purser meter list",
                   .positionals = {},
                   .options = {},
                   .run = run_list});
  verbs.push_back(
      {.name = "meter collect",
       .summary = "bring the heartbeats of runs into the books",
       .details =
           "Programs at work write a heartbeat a second to .purser/spool. Every verb that shows\n"
           "usage collects them first; this does nothing else. Doing it again changes nothing.\n"
           "What other books were charged with (--books when the run began) stays for them.\n"
           "A damaged line is named with its file and number, skipped, and the file kept in\n"
           ".purser/spool/damaged; the exit status is then 1.",
       .positionals = {},
       .options = {{"--dry-run", "", "say what would be brought in, and leave it where it is"}},
       .run = run_collect});
  verbs.push_back(
      {.name = "meter end",
       .summary = "end a run that cannot be asked whether it is still at work",
       .details =
           "A run whose machine or container is no more stays 'running' and holds what it\n"
           "reserved of its budget. This calls it failed and sets the budget free; what it used\n"
           "stays on the bill. A run that is at work is refused: stop its process instead. One of\n"
           "another workspace that shares the books is ended there, where that can be seen.\n\n"
           "  purser meter end brave-otter",
       .positionals = {{"RUN", "its name or id, from purser meter list"}},
       .options = {{"--lost", "", "the workspace that it ran in is gone for ever"},
                   {"--dry-run", "", "say what would be ended, and write nothing"}},
       .run = run_end});
}

}  // namespace purser::cli
