// purser rate: what an hour of a machine costs, and why.
#include <fmt/format.h>

#include "cli/accounts.h"
#include "cli/verbs.h"
#include "cost/load.h"
#include "report/json.h"
#include "report/table.h"

namespace purser::cli {
namespace {

using cost::RateCard;
using cost::RatePart;
using money::Cost;
using report::Align;
using report::Json;
using report::Table;
using report::TableStyle;

constexpr std::chrono::hours kHour{1};
constexpr Joules kKilowattHour{3'600'000'000'000};

double hours_of(Nanoseconds time) { return seconds(time) / 3600; }
double watts_of(Watts power) { return static_cast<double>(power.milli) / 1000; }

Cost capacity_hour(const RateCard& card) { return card.capacity * Nanoseconds(kHour); }

// The hours of a month, which cost the same within each stretch of it: one, mostly.
struct Priced {
  RateCard card;  // of the day that was asked for
  std::vector<RateCard> stretches;
};

Date last_day(const Interval& interval) { return date_of(interval.end - Nanoseconds{1}); }

Json json_of(const Priced& priced) {
  const RateCard& card = priced.card;
  Json stretches = Json::array();
  for (const RateCard& one : priced.stretches) {
    Json json = Json::object();
    stretches.push(json.set("start", date_of(one.holds.start))
                       .set("end", last_day(one.holds) + std::chrono::days{1})
                       .set("energy_per_kwh", one.energy * kKilowattHour)
                       .set("energy_formula", one.energy_formula)
                       .set("idle_watts", watts_of(one.idle_watts))
                       .set("load_watts", watts_of(one.load_watts))
                       .set("paused", one.paused)
                       .set("per_hour_idle", one.hour_idle())
                       .set("per_hour_at_load", one.hour_at_load()));
  }
  Json parts = Json::array();
  for (const RatePart& part : card.parts) {
    Json one = Json::object();
    one.set("kind", books::name(part.kind)).set("charge", part.charge);
    one.set("per_hour", part.rate * Nanoseconds(kHour));
    parts.push(one.set("formula", part.formula).set("source", part.source));
  }
  Json json = Json::object();
  json.set("asset", card.resource).set("month", format(card.month)).set("closed", card.closed);
  json.set("hours_in_service", hours_of(card.in_service.length()));
  json.set("parts", parts).set("capacity_per_hour", capacity_hour(card));
  json.set("energy_per_kwh", card.energy * kKilowattHour);
  json.set("energy_formula", card.energy_formula);
  json.set("idle_watts", watts_of(card.idle_watts)).set("load_watts", watts_of(card.load_watts));
  json.set("per_hour_idle", card.hour_idle());
  json.set("per_hour_at_load", card.hour_at_load());
  return json.set("stretches", stretches);
}

// One machine: the parts that make its hour.
std::string card_text(const Priced& priced) {
  const RateCard& card = priced.card;
  const TableStyle style = TableStyle::for_stdout();
  Table table({{"an hour of " + card.resource + ", " + format(card.month)},
               {"of the month", Align::kDecimal},
               {"an hour", Align::kDecimal}});
  for (const RatePart& part : card.parts) {
    table.add_row({std::string(books::name(part.kind)), format(part.charge),
                   format(part.rate * Nanoseconds(kHour))});
  }
  const Cost capacity = capacity_hour(card);
  table.add_row({fmt::format("power, idle ({:.10g} W)", watts_of(card.idle_watts)), "",
                 format(card.hour_idle() - capacity)});
  table.add_row({fmt::format("power, under load ({:.10g} W)", watts_of(card.load_watts)), "",
                 format(card.hour_at_load() - capacity)});
  table.add_total({"idle", "", format(card.hour_idle())});
  table.add_total({"under load", "", format(card.hour_at_load())});
  if (priced.stretches.size() == 1) return table.render(style);
  Table stretches({{fmt::format("in {}", format(card.month))},
                   {"a kWh", Align::kDecimal},
                   {"an hour idle", Align::kDecimal},
                   {"under load", Align::kDecimal}});
  for (const RateCard& one : priced.stretches) {
    stretches.add_row(
        {fmt::format("{} to {}{}{}", format(date_of(one.holds.start)), format(last_day(one.holds)),
                     one.paused ? ", paused" : "", one.holds == card.holds ? ", as above" : ""),
         format(one.energy * kKilowattHour), format(one.hour_idle()), format(one.hour_at_load())});
  }
  return table.render(style) + "\n" + stretches.render(style);
}

std::string explanation(const Priced& priced) {
  const RateCard& card = priced.card;
  std::string text = "\nWhy:\n";
  for (const RatePart& part : card.parts) {
    text += fmt::format("  {}: {} ({})\n", books::name(part.kind), part.formula, part.source);
  }
  for (const RateCard& one : priced.stretches) {
    text += fmt::format("  energy{}: {}; measured where a counter exists, else modelled\n",
                        priced.stretches.size() == 1
                            ? ""
                            : fmt::format(" from {} on", format(date_of(one.holds.start))),
                        one.energy_formula);
  }
  text += fmt::format(
      "  the month counts {:g} hours in service; idle hours are billed on a line of their own\n",
      hours_of(card.in_service.length()));
  return report::fit_sentences(text, TableStyle::for_stdout());
}

// Several machines: a line each.
std::string overview_text(const std::vector<Priced>& cards) {
  Table table({{"asset"},
               {"month"},
               {"an hour idle", Align::kDecimal},
               {"an hour under load", Align::kDecimal}});
  for (const auto& [card, stretches] : cards) {
    table.add_row(
        {card.resource, format(card.month), format(card.hour_idle()), format(card.hour_at_load())});
  }
  return table.render(TableStyle::for_stdout());
}

// The assets asked for: the one named, or all that are in service on that day.
Result<std::vector<Priced>> cards_for(Accounts& accounts, std::string_view name, Date date) {
  std::vector<Priced> cards;
  const auto add = [&](const cost::ResourceMonth& month) -> Status {
    PURSER_ASSIGN(RateCard card, cost::rate_card(month, date));
    PURSER_ASSIGN(std::vector<RateCard> stretches, cost::rate_cards(month));
    cards.push_back({std::move(card), std::move(stretches)});
    return {};
  };
  if (!name.empty()) {
    PURSER_ASSIGN(const cost::ResourceMonth month,
                  cost::load_month(accounts.books(), name, month_of(date)));
    PURSER_TRY(add(month));
    return cards;
  }
  PURSER_ASSIGN(const std::vector<books::Asset> assets, accounts.books().assets());
  for (const books::Asset& asset : assets) {
    PURSER_ASSIGN(const cost::ResourceMonth month,
                  cost::load_month(accounts.books(), asset, month_of(date)));
    if (month.parts.in_service.length() <= Nanoseconds{0}) continue;
    PURSER_TRY(add(month));
  }
  if (cards.empty()) {
    return fail(ErrorCode::kNotFound,
                fmt::format("no asset is in service in {}, so no hour has a price; add one: "
                            "purser asset add --help",
                            format(month_of(date))));
  }
  return cards;
}

Result<int> run_rate(Context& context, const Arguments& arguments) {
  PURSER_ASSIGN(const auto on, arguments.date("--on"));
  PURSER_ASSIGN(Accounts accounts, Accounts::open(context, Spool::kLeave));
  const Date date = on.value_or(date_of(context.clock().now()));
  PURSER_ASSIGN(const std::vector<Priced> cards,
                cards_for(accounts, arguments.positional("ASSET"), date));
  if (context.json()) {
    Json list = Json::array();
    for (const Priced& card : cards) list.push(json_of(card));
    Json answer = Json::object();
    answer.set("date", date).set("rates", list);
    PURSER_TRY(print(answer.text() + "\n"));
    return 0;
  }
  std::string text = cards.size() == 1 ? card_text(cards[0]) : overview_text(cards);
  if (arguments.has("--explain")) {
    for (const Priced& card : cards) {
      if (cards.size() > 1) text += "\n" + card_text(card);
      text += explanation(card);
    }
  }
  PURSER_TRY(print(text));
  return 0;
}

}  // namespace

void add_rate_verbs(std::vector<Verb>& verbs) {
  verbs.push_back(
      {.name = "rate",
       .summary = "what an hour of a machine costs, and why",
       .details =
           "The charges of the month (depreciation, maintenance, space) over its real hours in\n"
           "service, 672 to 744 of them for a whole month, plus power at the site's tariff and\n"
           "PUE. Where power costs otherwise from a day within the month on, the price of an hour "
           "is\n"
           "that of the day, and all of the month's are shown. Without a name: all in service.\n\n"
           "  purser rate\n"
           "  purser rate server --explain\n"
           "  purser rate server --on 2026-02-20",
       .positionals = {{"ASSET", "the machine", false}},
       .options = {{"--on", "DATE", "the day that is meant", "today"},
                   {"--explain", "", "show each formula with its numbers and its source"}},
       .run = run_rate});
}

}  // namespace purser::cli
