// What an event of an asset changes, as a person and a program are told: its charges, the price of
// an hour, and the entries.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "books/books.h"
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

// "the improvement of USD 800.00 on 2026-11-02", with the book if it is not of all.
std::string describe(const books::Event& event);

// Prints `sentence`, or the JSON, and what follows from the event.
Status print_event(const Context& context, std::string_view sentence, const books::Applied& applied,
                   const NextMonth& next, const EntryListing& listing, books::Effect effect);

}  // namespace purser::cli
