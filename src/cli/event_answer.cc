#include "cli/event_answer.h"

#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "books/disposal.h"
#include "cli/database.h"
#include "cli/disposal_words.h"
#include "cli/posted_again.h"
#include "cli/schedule_change.h"
#include "cli/tax_years.h"
#include "cli/units_used.h"
#include "cost/load.h"

namespace purser::cli {
namespace {

using books::Applied;
using books::Asset;
using books::Book;
using books::Books;
using money::Cost;
using money::Money;
using report::Json;

Result<Money> charge_of(const Asset& asset, Book book, Month month) {
  PURSER_ASSIGN(const books::Course course, asset.course(book));
  const Period days = period_of(month);
  PURSER_ASSIGN(const Money start, course.accumulated(days.start));
  PURSER_ASSIGN(const Money end, course.accumulated(days.end));
  return money::subtract(end, start);
}

Result<std::optional<Cost>> hour_of(const Books& books, const Asset& asset, Month month) {
  PURSER_ASSIGN(const books::PeriodParts parts, books::parts_of(asset, month));
  if (parts.in_service.length() <= Nanoseconds{0}) return std::nullopt;
  PURSER_ASSIGN(const cost::RateCard card,
                cost::forecast_rate_card(books, asset, first_day(month)));
  return card.hour_at_load();
}

// What an impairment or revaluation moved; none of other events, or where it was undone.
Result<std::optional<books::Measured>> measured_of(const Applied& applied) {
  PURSER_ASSIGN(const books::Course course,
                applied.after.course(applied.event.book.value_or(Book::kFinancial)));
  const books::Measured* const found = course.measured(applied.event.id);
  return found == nullptr ? std::nullopt : std::optional(*found);
}

// What a disposal took out of the financial book; none of other events, or where it was undone.
Result<std::optional<books::DisposalFigures>> gone_with(const Applied& applied) {
  const bool left = std::holds_alternative<books::Disposal>(applied.event.what);
  if (!left || !applied.after.terms.disposed) return std::nullopt;
  PURSER_ASSIGN(const auto figures,
                books::disposal_figures(applied.after, Book::kFinancial, applied.event));
  return figures;
}

Json json_or_null(const std::optional<Cost>& cost) { return cost ? Json(*cost) : Json(); }

Json json_of(const Rest& rest) {
  Json json = Json::object();
  json.set("asset", rest.asset)
      .set("month", format(rest.ahead.month))
      .set("charge", rest.ahead.charge)
      .set("per_hour_at_load", json_or_null(rest.ahead.hour));
  return json;
}

Json json_of(const Applied& applied, const NextMonth& next,
             const std::optional<books::Measured>& measured,
             const std::optional<books::DisposalFigures>& gone,
             const std::vector<YearOfSchedule>& years, const EntryListing& listing,
             books::Effect effect, const std::optional<Rest>& rest) {
  const books::Event& event = applied.event;
  Json json = Json::object();
  json.set("asset", event.asset)
      .set("event", books::name(event.what))
      .set("id", event.id)
      .set("book", event.book ? Json(books::name(*event.book)) : Json("all"))
      .set("on", event.on)
      .set("effective", event.effective)
      .set("document", event.document.empty() ? Json() : Json(event.document))
      .set("recorded", event.recorded)
      .set("who", event.who)
      .set("month", format(next.month))
      .set("charge_before", next.charge_before)
      .set("charge_after", next.charge_after)
      .set("per_hour_at_load_before", json_or_null(next.hour_before))
      .set("per_hour_at_load_after", json_or_null(next.hour_after))
      .set("schedule", json_of(years))
      .set("other", applied.other ? Json(applied.other->name) : Json())
      .set("written", effect == books::Effect::kWrite)
      .set("entries", listing.json());
  if (!applied.ruled.empty()) json.set("tax_years", ruled_json(applied.ruled));
  if (!applied.again.empty()) json.set("posted_again", posted_again_json(applied.again));
  add_readings_changed(json, applied.before, applied.after);
  if (gone) {
    json.set("proceeds", gone->proceeds).set("carrying_amount", gone->carrying);
    json.set("gain", gone->gain);
  }
  if (rest) json.set("rest", json_of(*rest));
  if (measured) {
    const auto money = [&](std::int64_t minor) { return Money(minor, applied.after.currency()); };
    json.set("carried_before", money(measured->carried_before))
        .set("carried_after", money(measured->carried_after))
        .set("to_profit", money(measured->to_profit))
        .set("to_surplus", money(measured->to_surplus));
  }
  return json;
}

// "Carried at USD 14,000.00 instead of USD 19,500.00: USD 5,500.00 are a loss."
std::string measured_text(const books::Measured& moved, money::Currency currency) {
  const auto text = [&](std::int64_t minor) {
    return format(Money(minor < 0 ? -minor : minor, currency));
  };
  std::vector<std::string> parts;
  if (moved.to_surplus != 0) {
    parts.push_back(fmt::format("{} {} the revaluation surplus", text(moved.to_surplus),
                                moved.to_surplus > 0 ? "go to" : "come out of"));
  }
  if (moved.to_profit != 0) {
    parts.push_back(
        fmt::format("{} are a {}", text(moved.to_profit), moved.to_profit > 0 ? "gain" : "loss"));
  }
  return fmt::format("Carried at {} instead of {}{}{}.\n", text(moved.carried_after),
                     text(moved.carried_before), parts.empty() ? "" : ": ", fmt::join(parts, ", "));
}

std::string charge_text(const NextMonth& next) {
  if (next.charge_before == next.charge_after) {
    return fmt::format("{} goes on with {} of depreciation.\n", format(next.month),
                       format(next.charge_after));
  }
  return fmt::format("Depreciation of {}: {} instead of {}.\n", format(next.month),
                     format(next.charge_after), format(next.charge_before));
}

std::string price_text(const NextMonth& next) {
  if (next.hour_before == next.hour_after) return {};
  if (!next.hour_after) {
    return fmt::format("It has no hours any more; one cost {}.\n", format(*next.hour_before));
  }
  if (!next.hour_before) return fmt::format("An hour of it: {}.\n", format(*next.hour_after));
  return fmt::format("An hour of it: {} instead of {}.\n", format(*next.hour_after),
                     format(*next.hour_before));
}

}  // namespace

// "site 'oslo', node 'rack-7'"
std::string place_text(const books::Move& move) {
  std::vector<std::string> parts;
  const auto add = [&](std::string_view what, const std::optional<std::string>& name) {
    if (!name) return;
    parts.push_back(name->empty() ? fmt::format("no {}", what)
                                  : fmt::format("{} '{}'", what, *name));
  };
  add("site", move.site);
  add("cost centre", move.cost_centre);
  add("node", move.node);
  add("serial number", move.serial);
  return fmt::format("{}", fmt::join(parts, ", "));
}

// "60 W idle, 200 W under load"
std::string watts_text(const books::Measurement& measured) {
  std::vector<std::string> parts;
  const auto add = [&](const std::optional<Watts>& watts, std::string_view when) {
    if (!watts) return;
    parts.push_back(fmt::format("{:.10g} W {}", static_cast<double>(watts->milli) / 1000, when));
  };
  add(measured.idle_watts, "idle");
  add(measured.load_watts, "under load");
  return fmt::format("{}", fmt::join(parts, ", "));
}

namespace {

struct Description {
  std::string operator()(const books::Disposal& what) const {
    return fmt::format("{} for {}", what.trade_in ? "trade-in" : "disposal", format(what.proceeds));
  }
  std::string operator()(const books::Opening&) const { return "takeover"; }
  std::string operator()(const books::Split& what) const {
    return fmt::format("split of '{}'", what.part);
  }
  std::string operator()(const books::Merge& what) const {
    return fmt::format("merge of '{}'", what.merged);
  }
  std::string operator()(const books::Merged& what) const {
    return fmt::format("merge into '{}'", what.into);
  }
  std::string operator()(const books::Reinstatement&) const { return "reinstatement"; }
  std::string operator()(const books::Improvement& what) const {
    return what.cost.is_negative() ? fmt::format("credit of {}", format(-what.cost))
                                   : fmt::format("improvement of {}", format(what.cost));
  }
  std::string operator()(const books::Repair& what) const {
    return fmt::format("repair of {}", format(what.cost));
  }
  std::string operator()(const books::Estimate& what) const {
    std::vector<std::string> parts;
    if (what.life) parts.push_back(fmt::format("life {}", format(*what.life)));
    if (what.salvage) parts.push_back(fmt::format("salvage {}", format(*what.salvage)));
    if (what.method) parts.push_back(books::name(*what.method));
    return fmt::format("estimate ({})", fmt::join(parts, ", "));
  }
  std::string operator()(const books::Impairment& what) const {
    return fmt::format("impairment test against {}", format(what.recoverable));
  }
  std::string operator()(const books::Revaluation& what) const {
    return fmt::format("revaluation to {}", format(what.fair_value));
  }
  std::string operator()(const books::Move& what) const {
    return fmt::format("move to {}", place_text(what));
  }
  std::string operator()(const books::Measurement& what) const {
    return fmt::format("measurement ({})", watts_text(what));
  }
  std::string operator()(const books::Pause&) const { return "pause"; }
  std::string operator()(const books::Resume&) const { return "end of the pause"; }
};

}  // namespace

Result<MonthAhead> month_ahead(const Books& books, const Asset& asset, Date from) {
  const Month at = month_of(from);
  MonthAhead ahead{.month = first_day(at) == from ? at : at + std::chrono::months{1},
                   .charge = Money::zero(asset.currency())};
  PURSER_ASSIGN(ahead.charge, charge_of(asset, Book::kFinancial, ahead.month));
  PURSER_ASSIGN(ahead.hour, hour_of(books, asset, ahead.month));
  return ahead;
}

std::string text_of(const MonthAhead& ahead) {
  return fmt::format("Depreciation of {}: {}.\n{}", format(ahead.month), format(ahead.charge),
                     ahead.hour ? fmt::format("An hour of it: {}.\n", format(*ahead.hour)) : "");
}

Result<NextMonth> next_month(const Books& books, const Applied& applied) {
  const Book book = applied.event.book.value_or(Book::kFinancial);
  const Date effective = applied.event.effective;
  const Month at = month_of(effective);
  NextMonth next{.month = first_day(at) == effective ? at : at + std::chrono::months{1},
                 .charge_before = Money::zero(applied.after.currency()),
                 .charge_after = Money::zero(applied.after.currency())};
  PURSER_ASSIGN(next.charge_before, charge_of(applied.before, book, next.month));
  PURSER_ASSIGN(next.charge_after, charge_of(applied.after, book, next.month));
  PURSER_ASSIGN(next.hour_before, hour_of(books, applied.before, next.month));
  PURSER_ASSIGN(next.hour_after, hour_of(books, applied.after, next.month));
  return next;
}

std::string describe(const books::Event& event) {
  return fmt::format("the {} on {}{}", std::visit(Description{}, event.what), format(event.on),
                     event.book ? fmt::format(" in the {} book", books::name(*event.book)) : "");
}

Result<int> record_event(Context& context, const Arguments& arguments, books::Happening what,
                         std::optional<Book> book, std::string_view done) {
  PURSER_ASSIGN(const auto on, arguments.date("--on"));
  PURSER_ASSIGN(const Workspace workspace, context.workspace());
  PURSER_ASSIGN(auto database, open_database(workspace));
  books::Books books(database, context.clock(), context.who());
  const books::Effect effect = effect_of(arguments);
  EntryListing listing(context, EntryListing::Extent::kAll);
  PURSER_ASSIGN(const Applied applied,
                books.apply({.asset = std::string(arguments.positional("NAME")),
                             .book = book,
                             .on = on.value_or(Date{}),
                             .what = std::move(what),
                             .document = std::string(arguments.text("--document"))},
                            effect, [&](const books::Entry& entry) { listing.add(entry); }));
  PURSER_TRY(print_recorded(context, books, applied, done, listing, effect));
  return 0;
}

Status print_recorded(const Context& context, const Books& books, const Applied& applied,
                      std::string_view done, const EntryListing& listing, books::Effect effect) {
  PURSER_ASSIGN(const NextMonth next, next_month(books, applied));
  const books::Event& event = applied.event;
  PURSER_ASSIGN(const std::string outcome, outcome_text(applied.after, event));
  std::string told_late;
  if (event.on != event.effective) {
    const std::string counts = fmt::format("closed: it counts from {}", format(event.effective));
    told_late = outcome.empty() ? ", which is " + counts : fmt::format(" ({})", counts);
  }
  const std::string sentence = fmt::format("'{}' {} {} on {}{}{}.", event.asset,
                                           effect == books::Effect::kWrite ? "was" : "would be",
                                           done, format(event.on), told_late, outcome);
  return print_event(context, sentence, applied, next, listing, effect);
}

Status print_event(const Context& context, std::string_view sentence, const Applied& applied,
                   const NextMonth& next, const EntryListing& listing, books::Effect effect,
                   const std::optional<Rest>& rest) {
  PURSER_ASSIGN(const auto measured, measured_of(applied));
  PURSER_ASSIGN(const auto years, schedule_change(applied));
  if (context.json()) {
    PURSER_ASSIGN(const auto gone, gone_with(applied));
    return print(json_of(applied, next, measured, gone, years, listing, effect, rest).text() +
                 "\n");
  }
  // Of what is done, purser asset schedule tells.
  const std::string schedule = effect == books::Effect::kDryRun ? text_of(years) : "";
  return print(
      fmt::format("{}\n{}{}{}{}{}{}{}{}{}", sentence,
                  measured ? measured_text(*measured, applied.after.currency()) : "",
                  charge_text(next), price_text(next),
                  rest ? fmt::format("'{}' goes on. {}", rest->asset, text_of(rest->ahead)) : "",
                  schedule, ruled_text(applied.ruled, effect),
                  readings_changed_text(applied.before, applied.after, effect),
                  posted_again_text(applied.again, applied.event.asset, effect),
                  listing.count() == 0 ? "" : listing.text()));
}

}  // namespace purser::cli
