// purser asset undo: what was recorded by mistake is taken back.
#include <algorithm>
#include <string>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "books/books.h"
#include "books/purchase.h"
#include "books/upkeep.h"
#include "cli/database.h"
#include "cli/entry_listing.h"
#include "cli/event_answer.h"
#include "cli/posted_again.h"
#include "cli/purchase_answer.h"
#include "cli/tax_years.h"
#include "cli/undo_answer.h"
#include "cli/units_used.h"
#include "cli/verbs.h"

namespace purser::cli {
namespace {

using books::Applied;
using books::Event;
using books::StandingRecord;

// What was added by mistake is in the books no more, or in that one.
Status print_withdrawn(const Context& context, const Applied& applied, const EntryListing& listing,
                       books::Effect effect) {
  const bool written = effect == books::Effect::kWrite;
  if (context.json()) {
    report::Json json = report::Json::object();
    json.set("asset", applied.event.asset)
        .set("event", "addition")
        .set("book", applied.event.book ? books::name(*applied.event.book) : "all")
        .set("written", written)
        .set("entries", listing.json());
    if (!applied.event.book) {
      json.set("readings", readings_json(applied.readings));
    } else {
      add_readings_changed(json, applied.before, applied.after);
    }
    if (!applied.ruled.empty()) json.set("tax_years", ruled_json(applied.ruled));
    if (!applied.again.empty()) json.set("posted_again", posted_again_json(applied.again));
    return print(json.text() + "\n");
  }
  const Event& event = applied.event;
  const std::string what =
      event.book ? fmt::format(" to the {} book, recorded on {}{}.", books::name(*event.book),
                               format(date_of(event.recorded)),
                               event.who.empty() ? "" : fmt::format(" by {}", event.who))
                 : fmt::format("; {} name is free.", written ? "its" : "then its");
  const std::string readings =
      event.book ? readings_changed_text(applied.before, applied.after, effect)
                 : readings_gone_text(applied.readings, event.asset, "added", effect);
  return print(fmt::format("{} that '{}' was added{}\n{}{}{}{}", written ? "Undid" : "Would undo",
                           event.asset, what, readings, ruled_text(applied.ruled, effect),
                           posted_again_text(applied.again, event.asset, effect),
                           listing.count() == 0 ? "" : listing.text()));
}

// "on 2026-11-21", of a cover "until" that day.
std::string day_text(const books::UndoneRecord& record) {
  const bool is_cover = record.what != "service" && record.what != "condition";
  return fmt::format("{} {}", is_cover ? "until" : "on", format(record.on));
}

// A service without cost, a cover or a condition: nothing of it is in the journal.
Status print_undone(const Context& context, const books::UndoneRecord& undone,
                    books::Effect effect) {
  const bool written = effect == books::Effect::kWrite;
  if (context.json()) {
    report::Json json = report::Json::object();
    json.set("asset", undone.asset)
        .set("event", undone.what)
        .set("on", undone.on)
        .set("recorded", undone.recorded)
        .set("who", undone.who)
        .set("written", written)
        .set("entries", report::Json::array());
    return print(json.text() + "\n");
  }
  return print(fmt::format("{} the {} of '{}' {}, recorded on {}{}.\n",
                           written ? "Undid" : "Would undo", undone.what, undone.asset,
                           day_text(undone), format(date_of(undone.recorded)),
                           undone.who.empty() ? "" : fmt::format(" by {}", undone.who)));
}

// What of a machine can be taken back by itself.
struct Choice {
  std::string key;                 // "improvement:3", as asset history shows it
  std::vector<std::string> names;  // by which it is found where no other has them
  std::string description;
  std::variant<std::int64_t, StandingRecord> what;  // the id of an event, or a record
};

std::string record_text(const StandingRecord& one) {
  if (one.book) return fmt::format("that it was added to the {} book", books::name(*one.book));
  return fmt::format("the {} {}", one.record.what, day_text(one.record));
}

std::vector<Choice> choices_of(const books::Asset& asset,
                               const std::vector<StandingRecord>& records) {
  std::vector<Choice> all;
  for (const Event& event : asset.events) {
    const auto* const opening = std::get_if<books::Opening>(&event.what);
    if (opening != nullptr && opening->part_of.empty()) continue;  // that it was taken over
    const std::string called(books::name(event.what));
    const std::string number = std::to_string(event.id);
    all.push_back(
        {fmt::format("{}:{}", called, number), {called, number}, describe(event), event.id});
    for (const StandingRecord& one : records) {
      if (one.repair != event.id) continue;
      all.back().names.push_back(one.record.what);
      all.back().description += ", a service";
    }
  }
  for (const StandingRecord& one : records) {
    if (one.repair) continue;
    all.push_back({one.key, {one.key.substr(0, one.key.find(':'))}, record_text(one), one});
  }
  return all;
}

// Of "improvement:3", "3", or "improvement" where there is one: which it is.
Result<Choice> parse_event(const books::Asset& asset, const std::vector<StandingRecord>& records,
                           std::string_view text) {
  const Choice* found = nullptr;
  std::size_t count = 0;
  std::string stand;
  const std::vector<Choice> all = choices_of(asset, records);
  for (const Choice& one : all) {
    if (text == one.key || std::ranges::find(one.names, text) != one.names.end()) {
      found = &one;
      ++count;
    }
    stand += fmt::format("{}{} ({})", stand.empty() ? "" : "; ", one.key, one.description);
  }
  if (count == 1) return *found;
  return fail(ErrorCode::kInvalidInput,
              fmt::format("--event '{}' is {} of '{}' that stands: {}", text,
                          count == 0 ? "no event" : "more than one event", asset.name,
                          stand.empty() ? "nothing that happened to it does" : stand));
}

Result<int> undo_one(Context& context, store::Database& database, std::string_view name,
                     std::string_view event, books::Effect effect) {
  books::Books books(database, context.clock(), context.who());
  books::Upkeep upkeep(database, context.clock(), context.who());
  PURSER_ASSIGN(const books::Asset asset, books.asset(name));
  PURSER_ASSIGN(const auto records, upkeep.records(name));
  PURSER_ASSIGN(const Choice choice, parse_event(asset, records, event));
  const auto* const record = std::get_if<StandingRecord>(&choice.what);
  if (record != nullptr && !record->book) {
    PURSER_ASSIGN(const auto undone, upkeep.undo_record(name, record->number, effect));
    PURSER_TRY(print_undone(context, undone, effect));
    return 0;
  }
  EntryListing listing(context, EntryListing::Extent::kAll);
  const auto tell = [&](const books::Entry& entry) { listing.add(entry); };
  const auto book = record != nullptr ? record->book : std::nullopt;
  PURSER_ASSIGN(const Applied applied,
                book ? books.undo_joining(name, *book, effect, tell)
                     : books.undo_event(name, std::get<std::int64_t>(choice.what), effect, tell));
  PURSER_TRY(print_taken_back(context, books, applied, listing, effect));
  return 0;
}

Result<int> run_undo(Context& context, const Arguments& arguments) {
  PURSER_ASSIGN(const Workspace workspace, context.workspace());
  PURSER_ASSIGN(auto database, open_database(workspace));
  books::Books books(database, context.clock(), context.who());
  const books::Effect effect = effect_of(arguments);
  const std::string_view name = arguments.positional("NAME");
  if (arguments.has("--event")) {
    return undo_one(context, database, name, arguments.text("--event"), effect);
  }
  PURSER_ASSIGN(const auto record,
                books::Upkeep(database, context.clock(), context.who()).undo(name, effect));
  if (record) {
    PURSER_TRY(print_undone(context, *record, effect));
    return 0;
  }
  EntryListing listing(context, EntryListing::Extent::kAll);
  const auto tell = [&](const books::Entry& entry) { listing.add(entry); };
  PURSER_ASSIGN(
      const auto bought,
      books::Purchases(database, context.clock(), context.who()).undo(name, effect, tell));
  if (bought) {
    PURSER_TRY(print_undone(context, *bought, listing, effect));
    return 0;
  }
  PURSER_ASSIGN(const Applied applied, books.undo(name, effect, tell));
  PURSER_TRY(print_taken_back(context, books, applied, listing, effect));
  return 0;
}

}  // namespace

Status print_taken_back(const Context& context, const books::Books& books, const Applied& applied,
                        const EntryListing& listing, books::Effect effect) {
  const Event& event = applied.event;
  if (std::holds_alternative<books::Opening>(event.what)) {
    return print_withdrawn(context, applied, listing, effect);
  }
  PURSER_ASSIGN(const NextMonth next, next_month(books, applied));
  const std::string sentence = fmt::format(
      "{} {} of '{}'{}, recorded on {}{}.",
      effect == books::Effect::kWrite ? "Undid" : "Would undo", describe(event), event.asset,
      applied.with ? fmt::format(" and {} of it", describe(*applied.with)) : "",
      format(date_of(event.recorded)), event.who.empty() ? "" : fmt::format(" by {}", event.who));
  return print_event(context, sentence, applied, next, listing, effect);
}

void add_asset_undo_verbs(std::vector<Verb>& verbs) {
  verbs.push_back(
      {.name = "asset undo",
       .summary = "take back what was recorded of a machine by mistake, in a month that is open",
       .details =
           "Its entries are reversed, and what was posted of months behind it is corrected.\n"
           "Of what was recorded of it the last goes, or what --event names, as asset history\n"
           "shows it; books reverse ENTRY does the same by an entry of it. Again, it takes back\n"
           "what was recorded before that: what happened, that it was added to a further book,\n"
           "and at last that the machine was added; then its name is free. Of one that was\n"
           "bought step by step, those are taken back one by one: that it was placed in service\n"
           "(with its readings), what it cost, its order. Services without a cost, covers and\n"
           "records of condition are in no month and can always be taken back.\n\n"
           "  purser asset undo server --dry-run\n"
           "  purser asset undo server --event improvement:3",
       .positionals = {{"NAME", "which"}},
       .options = {{"--event", "EVENT",
                    "not the last, but this one: improvement:3, as asset history says"},
                   kDryRun},
       .run = run_undo});
}

}  // namespace purser::cli
