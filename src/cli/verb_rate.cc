// purser rate: what an hour of a machine costs, and why.
#include <functional>
#include <optional>

#include <fmt/format.h>

#include "cli/accounts.h"
#include "cli/json_list.h"
#include "cli/late_words.h"
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

Result<Priced> priced(const cost::ResourceMonth& month, Date date) {
  PURSER_ASSIGN(RateCard card, cost::rate_card(month, date));
  PURSER_ASSIGN(std::vector<RateCard> stretches, cost::rate_cards(month));
  return Priced{std::move(card), std::move(stretches)};
}

Result<int> rate_of_one(Context& context, const Priced& one, Date date, bool explained) {
  if (context.json()) {
    JsonList rates(Json::object().set("date", date), "rates");
    PURSER_TRY(rates.push(json_of(one)));
    PURSER_TRY(rates.finish());
    return 0;
  }
  PURSER_TRY(print(card_text(one) + (explained ? explanation(one) : "")));
  return 0;
}

using TakeMonth = std::function<Status(const cost::ResourceMonth&)>;

// Of all machines that are in service in that month, by name.
Status each_in_service(const books::Books& books, Month month, const TakeMonth& take) {
  return books.each_asset([&](const books::Asset& asset) -> Status {
    PURSER_ASSIGN(const cost::ResourceMonth one, cost::load_month(books, asset, month));
    return one.parts.in_service.length() <= Nanoseconds{0} ? Status() : take(one);
  });
}

// Many are not held: each is a line, and one alone becomes its card.
Result<int> rate_of_all(Context& context, const books::Books& books, Date date, bool explained) {
  const Month month = month_of(date);
  JsonList rates(Json::object().set("date", date), "rates");
  Table table({{"asset"},
               {"month"},
               {"an hour idle", Align::kDecimal},
               {"an hour under load", Align::kDecimal}});
  std::optional<cost::ResourceMonth> first;
  std::int64_t count = 0;
  const auto take = [&](const cost::ResourceMonth& one) -> Status {
    if (++count == 1) first = one;
    if (context.json()) {
      PURSER_ASSIGN(const Priced all, priced(one, date));
      return rates.push(json_of(all));
    }
    PURSER_ASSIGN(const RateCard card, cost::rate_card(one, date));
    table.add_row(
        {card.resource, format(card.month), format(card.hour_idle()), format(card.hour_at_load())});
    return {};
  };
  PURSER_TRY(each_in_service(books, month, take));
  if (!first) {
    return fail(ErrorCode::kNotFound,
                fmt::format("no asset is in service in {}, so no hour has a price; add one: "
                            "purser asset add --help",
                            format(month)));
  }
  if (context.json()) {
    PURSER_TRY(rates.finish());
    return 0;
  }
  if (count == 1) {
    PURSER_ASSIGN(const Priced one, priced(*first, date));
    return rate_of_one(context, one, date, explained);
  }
  PURSER_TRY(table.render(TableStyle::for_stdout(), print));
  if (!explained) return 0;
  PURSER_TRY(each_in_service(books, month, [&](const cost::ResourceMonth& one) -> Status {
    PURSER_ASSIGN(const Priced all, priced(one, date));
    return print("\n" + card_text(all) + explanation(all));
  }));
  return 0;
}

Result<int> run_rate(Context& context, const Arguments& arguments) {
  PURSER_ASSIGN(const auto on, arguments.date("--on"));
  PURSER_ASSIGN(Accounts accounts, Accounts::open(context, Spool::kLeave));
  PURSER_ASSIGN(const auto snapshot, accounts.begin_snapshot());
  const Date date = on.value_or(date_of(context.clock().now()));
  const std::string_view name = arguments.positional("ASSET");
  const bool explained = arguments.has("--explain");
  if (name.empty()) return rate_of_all(context, accounts.books(), date, explained);
  PURSER_ASSIGN(const books::Asset asset, accounts.books().asset(name));
  PURSER_ASSIGN(const cost::ResourceMonth month,
                cost::load_month(accounts.books(), asset, month_of(date)));
  const Period days = period_of(month_of(date));
  PURSER_ASSIGN(const std::vector<Period> unread, books::days_without_reading(asset, days));
  if (!unread.empty() && unread.front() == asset.service_in(days)) say_unread(name, unread.front());
  PURSER_ASSIGN(const Priced one, priced(month, date));
  return rate_of_one(context, one, date, explained);
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
