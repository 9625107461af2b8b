// The schedule of an asset before and after an event, by fiscal years.
#pragma once

#include <string>
#include <vector>

#include "books/books.h"
#include "money/money.h"
#include "report/json.h"

namespace purser::cli {

// A fiscal year of the book, or what follows of the life behind those that are shown one by one.
struct YearOfSchedule {
  Period days;
  money::Money charge_before;
  money::Money charge_after;
  money::Money book_value_after;  // at its end
};

// From the year of the event on, in its book (of all: the financial one). Ten years one by one, the
// rest in one. Empty where the event moves no charge and nothing that the asset is carried at.
Result<std::vector<YearOfSchedule>> schedule_change(const books::Applied& applied);

// A table under a heading; empty for no years.
std::string text_of(const std::vector<YearOfSchedule>& years);
report::Json json_of(const std::vector<YearOfSchedule>& years);

}  // namespace purser::cli
