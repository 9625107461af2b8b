// What an event of an asset changes, as a person and a program are told: its charges, the price of
// an hour, and the entries.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "books/books.h"
#include "cli/arguments.h"
#include "cli/context.h"
#include "cli/entry_listing.h"
#include "money/money.h"

namespace purser::cli {

// The first whole month from an event on, without it and with it.
struct NextMonth {
  Month month{};
  money::Money charge_before;  // depreciation, in the book of the event
  money::Money charge_after;
  std::optional<money::Cost> hour_before = {};  // under load; none where it is not in service
  std::optional<money::Cost> hour_after = {};
};
Result<NextMonth> next_month(const books::Books& books, const books::Applied& applied);

// The first whole month of an asset from a day on: what it is charged, and what an hour costs.
struct MonthAhead {
  Month month{};
  money::Money charge;
  std::optional<money::Cost> hour = {};  // under load; none where it is not in service
};
Result<MonthAhead> month_ahead(const books::Books& books, const books::Asset& asset, Date from);
std::string text_of(const MonthAhead& ahead);  // two sentences, a line each

// Records what happened, of NAME, --on and --document (or dry), and says what follows from it.
// `done` is what was done: "disposed of".
Result<int> record_event(Context& context, const Arguments& arguments, books::Happening what,
                         std::optional<books::Book> book, std::string_view done);

// What follows from what was recorded, or would be. `done` is what was done: "disposed of".
Status print_recorded(const Context& context, const books::Books& books,
                      const books::Applied& applied, std::string_view done,
                      const EntryListing& listing, books::Effect effect);

// "the improvement of USD 800.00 on 2026-11-02", with the book if it is not of all.
std::string describe(const books::Event& event);

// "site 'oslo', node 'rack-7'", and "60 W idle, 200 W under load": what is given of each.
std::string place_text(const books::Move& move);
std::string watts_text(const books::Measurement& measured);

// What is left of an asset of which a share was disposed of.
struct Rest {
  std::string asset;
  MonthAhead ahead;
};

// Prints `sentence`, or the JSON, and what follows from the event; with what is left, if it says
// so.
Status print_event(const Context& context, std::string_view sentence, const books::Applied& applied,
                   const NextMonth& next, const EntryListing& listing, books::Effect effect,
                   const std::optional<Rest>& rest = std::nullopt);

}  // namespace purser::cli
