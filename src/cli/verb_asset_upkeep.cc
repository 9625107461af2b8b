// purser asset service | cover | condition | due | review: what keeps machines going, and how they
// are.
#include <cmath>

#include <fmt/format.h>

#include "books/upkeep.h"
#include "cli/asset_words.h"
#include "cli/database.h"
#include "cli/entry_listing.h"
#include "cli/event_answer.h"
#include "cli/foreign.h"
#include "cli/posted_again.h"
#include "cli/verbs.h"
#include "report/json.h"
#include "report/table.h"

namespace purser::cli {
namespace {

using books::Condition;
using books::Cover;
using books::CoverKind;
using books::Due;
using books::Proposal;
using books::Service;
using books::Upkeep;
using report::Json;

Result<Date> day_of(const Arguments& arguments) {
  PURSER_ASSIGN(const auto on, arguments.date("--on"));
  if (on) return *on;
  return fail(ErrorCode::kInvalidInput, "--on is missing");
}

std::string_view done(bool written, std::string_view did, std::string_view would) {
  return written ? did : would;
}

// --- records -------------------------------------------------------------------------------------

Result<int> run_service(Context& context, const Arguments& arguments) {
  PURSER_ASSIGN(const Date on, day_of(arguments));
  std::optional<Given> given;
  if (arguments.has("--cost") || arguments.has("--rate")) {
    PURSER_ASSIGN(given, given_at_rate(arguments, "--cost"));
  }
  const auto cost = given ? std::optional(given->amount) : std::nullopt;
  PURSER_ASSIGN(const auto downtime, arguments.duration("--downtime"));
  PURSER_ASSIGN(const auto next, arguments.date("--next"));
  const Service service{.asset = std::string(arguments.positional("NAME")),
                        .on = on,
                        .cost = cost,
                        .paid = given ? given->paid : std::nullopt,
                        .downtime = downtime.value_or(Nanoseconds{0}),
                        .note = std::string(arguments.text("--note")),
                        .next_due = next,
                        .document = std::string(arguments.text("--document"))};
  PURSER_ASSIGN(const Workspace workspace, context.workspace());
  PURSER_ASSIGN(auto database, open_database(workspace));
  Upkeep upkeep(database, context.clock(), context.who());
  const books::Effect effect = effect_of(arguments);
  const bool written = effect == books::Effect::kWrite;
  EntryListing listing(context, EntryListing::Extent::kAll);
  PURSER_ASSIGN(
      const books::Recorded recorded,
      upkeep.record(service, effect, [&](const books::Entry& entry) { listing.add(entry); }));
  if (context.json()) {
    Json json = Json::object();
    json.set("asset", service.asset)
        .set("on", service.on)
        .set("cost", service.cost)
        .set("downtime_seconds", seconds(service.downtime))
        .set("note", service.note)
        .set("next_due", service.next_due)
        .set("document", service.document.empty() ? Json() : Json(service.document))
        .set("written", written)
        .set("entries", listing.json());
    if (!recorded.again.empty()) json.set("posted_again", posted_again_json(recorded.again));
    PURSER_TRY(print(json.text() + "\n"));
    return 0;
  }
  PURSER_TRY(print(fmt::format(
      "{} the service of '{}' on {}{}{}.\n{}{}", done(written, "Recorded", "Would record"),
      service.asset, format(service.on),
      service.downtime.count() == 0 ? "" : fmt::format(", {} down", humanize(service.downtime)),
      service.next_due ? fmt::format("; the next is due on {}", format(*service.next_due)) : "",
      posted_again_text(recorded.again, service.asset, effect),
      listing.count() == 0 ? "" : listing.text())));
  return 0;
}

Result<int> run_cover(Context& context, const Arguments& arguments) {
  PURSER_ASSIGN(const auto warranty, arguments.date("--warranty-until"));
  PURSER_ASSIGN(const auto contract, arguments.date("--contract-until"));
  if (warranty.has_value() == contract.has_value()) {
    return fail(ErrorCode::kInvalidInput,
                "say until when what covers it: --warranty-until DATE or --contract-until DATE");
  }
  const Cover cover{.asset = std::string(arguments.positional("NAME")),
                    .kind = warranty ? CoverKind::kWarranty : CoverKind::kContract,
                    .until = warranty.value_or(contract.value_or(Date{})),
                    .note = std::string(arguments.text("--note"))};
  PURSER_ASSIGN(const Workspace workspace, context.workspace());
  PURSER_ASSIGN(auto database, open_database(workspace));
  const books::Effect effect = effect_of(arguments);
  const bool written = effect == books::Effect::kWrite;
  PURSER_TRY(Upkeep(database, context.clock(), context.who()).record(cover, effect));
  if (context.json()) {
    Json json = Json::object();
    json.set("asset", cover.asset)
        .set("cover", books::name(cover.kind))
        .set("until", cover.until)
        .set("note", cover.note)
        .set("written", written);
    PURSER_TRY(print(json.text() + "\n"));
    return 0;
  }
  PURSER_TRY(print(fmt::format("{} that a {} covers '{}' until {}.\n",
                               done(written, "Recorded", "Would record"), books::name(cover.kind),
                               cover.asset, format(cover.until))));
  return 0;
}

// A fraction of its throughput when new, in thousandths.
Result<std::optional<std::int64_t>> work_of(const Arguments& arguments) {
  PURSER_ASSIGN(const auto fraction, arguments.fraction("--work"));
  if (!fraction) return std::nullopt;
  constexpr double kMost = 10;
  if (*fraction >= 0 && *fraction <= kMost) return std::llround(*fraction * 1000);
  return fail(ErrorCode::kInvalidInput,
              "--work: write what it does of its throughput when new, such as 93.5%");
}

Json json_of(const Condition& condition) {
  Json json = Json::object();
  json.set("on", condition.on)
      .set("hours", condition.hours)
      .set("celsius", condition.celsius)
      .set("ecc_errors", condition.ecc_errors)
      .set("xid_errors", condition.xid_errors)
      .set("work_permille", condition.work_permille);
  return json;
}

Result<int> run_condition(Context& context, const Arguments& arguments) {
  constexpr std::int64_t kMost = 1'000'000'000;
  PURSER_ASSIGN(const Date on, day_of(arguments));
  PURSER_ASSIGN(const auto hours, arguments.integer("--hours", 0, kMost));
  PURSER_ASSIGN(const auto celsius, arguments.integer("--celsius", -100, 1000));
  PURSER_ASSIGN(const auto ecc, arguments.integer("--ecc", 0, kMost));
  PURSER_ASSIGN(const auto xid, arguments.integer("--xid", 0, kMost));
  PURSER_ASSIGN(const auto work, work_of(arguments));
  const Condition condition{.asset = std::string(arguments.positional("NAME")),
                            .on = on,
                            .hours = hours,
                            .celsius = celsius,
                            .ecc_errors = ecc,
                            .xid_errors = xid,
                            .work_permille = work};
  PURSER_ASSIGN(const Workspace workspace, context.workspace());
  PURSER_ASSIGN(auto database, open_database(workspace));
  const books::Effect effect = effect_of(arguments);
  const bool written = effect == books::Effect::kWrite;
  PURSER_TRY(Upkeep(database, context.clock(), context.who()).record(condition, effect));
  if (context.json()) {
    Json json = json_of(condition);
    json.set("asset", condition.asset).set("written", written);
    PURSER_TRY(print(json.text() + "\n"));
    return 0;
  }
  PURSER_TRY(print(fmt::format("{} how '{}' was on {}; purser asset review says what follows.\n",
                               done(written, "Recorded", "Would record"), condition.asset,
                               format(condition.on))));
  return 0;
}

// --- due -----------------------------------------------------------------------------------------

// The last day of a time ahead, by the calendar or by the clock: "9y", "18mo", "30d" or "720h".
Result<Date> day_ahead(Instant now, std::string_view text) {
  const Date today = date_of(now);
  const auto span = books::parse_life(text);
  if (span && !span->is_none()) {
    const auto months = span->months();
    return months ? add_months(today, *months) : today + std::chrono::days{span->count};
  }
  constexpr Nanoseconds kLongest = std::chrono::hours(24 * 36525);
  const auto time = parse_duration(text);
  if (time && *time <= kLongest) return date_of(now + *time);
  return fail(
      ErrorCode::kInvalidInput,
      fmt::format("--within: '{}' is no time to look ahead; write for example 9y, 18mo, 30d "
                  "or 720h, at most 100y",
                  text));
}

Result<int> run_due(Context& context, const Arguments& arguments) {
  PURSER_ASSIGN(const Date until,
                day_ahead(context.clock().now(), arguments.text_or("--within", "720h")));
  PURSER_ASSIGN(const Workspace workspace, context.workspace());
  PURSER_ASSIGN(auto database, open_database(workspace));
  PURSER_ASSIGN(const std::vector<Due> all, Upkeep(database, context.clock()).due(until));
  Json list = Json::array();
  report::Table table(
      {{"asset"}, {"due"}, {"on"}, {"note", report::Align::kLeft, report::Overflow::kWrap}});
  for (const Due& due : all) {
    Json json = Json::object();
    json.set("asset", due.asset)
        .set("due", due.what)
        .set("on", due.on)
        .set("overdue", due.overdue)
        .set("note", due.note);
    list.push(json);
    table.add_row(
        {due.asset, due.what, format(due.on) + (due.overdue ? " (overdue)" : ""), due.note});
  }
  if (context.json()) {
    Json json = Json::object();
    json.set("until", until).set("due", list);
    PURSER_TRY(print(json.text() + "\n"));
  } else if (all.empty()) {
    PURSER_TRY(print(fmt::format("Nothing is due until {}.\n", format(until))));
  } else {
    PURSER_TRY(print(table.render(report::TableStyle::for_stdout())));
  }
  return 0;
}

// --- review --------------------------------------------------------------------------------------

bool is_test(const Proposal& proposal) {
  return std::holds_alternative<books::Impairment>(proposal.what);
}

// "life 21mo" or "impairment test against USD 4,000.00"
std::string change_text(const Proposal& proposal) {
  if (const auto* test = std::get_if<books::Impairment>(&proposal.what)) {
    return fmt::format("test for impairment: {} instead of {}", format(test->recoverable),
                       format(proposal.carried));
  }
  const auto& life = std::get<books::Estimate>(proposal.what).life;
  return life ? fmt::format("a life of {}", format(*life)) : std::string();
}

// The same change as a line to type, for whoever knows better figures.
std::string line_text(const Proposal& proposal) {
  const std::string on = format(proposal.on);
  if (const auto* test = std::get_if<books::Impairment>(&proposal.what)) {
    return fmt::format("purser asset impair {} --on {} --to '{}'", proposal.asset, on,
                       format(test->recoverable));
  }
  const auto& life = std::get<books::Estimate>(proposal.what).life;
  return fmt::format("purser asset estimate {} --on {} --life {}", proposal.asset, on,
                     life ? format(*life) : std::string());
}

Status print_proposals(const Context& context, std::span<const Proposal> proposals) {
  if (context.json()) {
    Json list = Json::array();
    for (const Proposal& proposal : proposals) {
      Json json = Json::object();
      json.set("asset", proposal.asset)
          .set("on", proposal.on)
          .set("change", is_test(proposal) ? "impairment" : "life")
          .set("proposal", change_text(proposal))
          .set("reason", proposal.reason)
          .set("carried", proposal.carried)
          .set("command", line_text(proposal))
          .set("hindrance", proposal.hindrance.empty() ? Json() : Json(proposal.hindrance));
      list.push(json);
    }
    Json json = Json::object();
    json.set("proposals", list);
    return print(json.text() + "\n");
  }
  if (proposals.empty()) {
    return print("Nothing in the records of condition speaks for a change.\n");
  }
  for (const Proposal& proposal : proposals) {
    // What the books would refuse is told all the same: a person may know what to do about it.
    PURSER_TRY(print(fmt::format(
        "{}: {}\n  {}\n  {}\n", proposal.asset, change_text(proposal), proposal.reason,
        proposal.hindrance.empty() ? line_text(proposal)
                                   : "As it stands it would be refused: " + proposal.hindrance)));
  }
  return {};
}

// Posts the proposal of that kind, as of today.
Result<int> accept(Context& context, const Arguments& arguments, store::Database& database) {
  const std::string_view kind = arguments.text("--accept");
  if (kind != "life" && kind != "impairment") {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("--accept: '{}' is no proposal; write life or impairment", kind));
  }
  const std::string_view name = arguments.positional("NAME");
  if (name.empty()) {
    return fail(ErrorCode::kInvalidInput, "--accept: name the machine whose proposal it is");
  }
  const bool life = kind == "life";
  const books::Effect effect = effect_of(arguments);
  EntryListing listing(context, EntryListing::Extent::kAll);
  PURSER_ASSIGN(const books::Applied applied,
                Upkeep(database, context.clock(), context.who())
                    .accept(
                        name, life ? books::Change::kLife : books::Change::kValue, effect,
                        [&](const books::Entry& entry) { listing.add(entry); },
                        arguments.text("--document")));
  PURSER_TRY(print_recorded(context, books::Books(database, context.clock()), applied,
                            life ? "estimated anew" : "tested for impairment", listing, effect));
  return 0;
}

Result<int> run_review(Context& context, const Arguments& arguments) {
  PURSER_ASSIGN(const Workspace workspace, context.workspace());
  PURSER_ASSIGN(auto database, open_database(workspace));
  if (arguments.has("--accept")) return accept(context, arguments, database);
  if (arguments.has("--document")) {
    return fail(ErrorCode::kInvalidInput,
                "--document: a proposal has no paper yet; give it with --accept, or leave it out");
  }
  const std::string_view name = arguments.positional("NAME");
  PURSER_ASSIGN(
      const std::vector<Proposal> proposals,
      Upkeep(database, context.clock()).review(name.empty() ? std::nullopt : std::optional(name)));
  PURSER_TRY(print_proposals(context, proposals));
  return 0;
}

}  // namespace

void add_asset_upkeep_verbs(std::vector<Verb>& verbs) {
  const Option on{"--on", "DATE", "when", {}, true};
  verbs.push_back(
      {.name = "asset service",
       .summary = "record that a machine was looked after, with its cost and when it is due again",
       .details = "What it cost is a repair in the journal too.\n\n"
                  "  purser asset service server --on 2026-11-02 --cost 'USD 80' --downtime 3h \\\n"
                  "    --note 'fans replaced' --next 2027-05-02",
       .positionals = {{"NAME", "which"}},
       .options = {on,
                   {"--cost", "AMOUNT", "what it cost"},
                   kRate,
                   {"--downtime", "TIME", "how long it stood still: 3h, 45min"},
                   {"--note", "TEXT", "what was done"},
                   {"--next", "DATE", "when it is due again"},
                   kDocument,
                   kDryRun},
       .run = run_service});
  verbs.push_back(
      {.name = "asset cover",
       .summary = "record until when a warranty or a maintenance contract covers a machine",
       .details = "  purser asset cover server --warranty-until 2029-02-14",
       .positionals = {{"NAME", "which"}},
       .options = {{"--warranty-until", "DATE", "its last day"},
                   {"--contract-until", "DATE", "the last day of a maintenance contract"},
                   {"--note", "TEXT", "with whom, under which number"},
                   kDryRun},
       .run = run_cover});
  verbs.push_back(
      {.name = "asset condition",
       .summary = "record how a machine was on a day: hours, temperature, errors, throughput",
       .details = "Counts are since it was new. What is not given was not looked at.\n\n"
                  "  purser asset condition server --on 2026-11-02 --hours 6100 --work 93.5% \\\n"
                  "    --ecc 0 --xid 2",
       .positionals = {{"NAME", "which"}},
       .options = {on,
                   {"--hours", "N", "of use"},
                   {"--celsius", "N", "its temperature under load"},
                   {"--ecc", "N", "uncorrectable memory errors"},
                   {"--xid", "N", "errors that the driver of its GPUs reported"},
                   {"--work", "PERCENT", "its throughput against when it was new"},
                   kDryRun},
       .run = run_condition});
  verbs.push_back(
      {.name = "asset due",
       .summary = "what is due: services, deliveries, ends of warranties, contracts and lives",
       .details = "  purser asset due --within 3mo",
       .positionals = {},
       .options = {{"--within", "TIME", "how far to look ahead: 9y, 18mo, 30d or 720h", "720h"}},
       .run = run_due});
  verbs.push_back(
      {.name = "asset review",
       .summary = "what the records of condition say about how long machines last and are worth",
       .details =
           "Proposes, with its reasons, another useful life or a test for impairment. One is\n"
           "posted when a person accepts it, from that day on; the past stays. With a better\n"
           "figure than the proposed one, type the line that it shows.\n\n"
           "  purser asset review\n"
           "  purser asset review server --accept life --dry-run",
       .positionals = {{"NAME", "which; all that have records if not given", false}},
       .options = {{"--accept", "CHANGE", "post that proposal: life or impairment"},
                   {"--document", "TEXT", "of --accept: the number of the paper behind it"},
                   kDryRun},
       .run = run_review});
}

}  // namespace purser::cli
