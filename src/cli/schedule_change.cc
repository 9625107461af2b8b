#include "cli/schedule_change.h"

#include <algorithm>

#include <fmt/format.h>

#include "books/macrs_year.h"
#include "report/table.h"

namespace purser::cli {
namespace {

using money::Money;

constexpr std::size_t kYearsShown = 10;

Date year_after(Date start) {
  const std::chrono::year_month_day day(start);
  return Date((day.year() + std::chrono::years{1}) / day.month() / day.day());
}

// With what was caught up, where these books got it in those days.
Result<Money> charge_of(const books::Asset& asset, const books::Course& course,
                        const Period& days) {
  const bool enters = asset.entered && days.start <= *asset.entered && *asset.entered < days.end;
  return enters ? course.accumulated(days.end) : course.charge(days);
}

// At the end of those days: what happens on the day after is not in it.
Result<Money> value_after(const books::Course& course, const Period& days) {
  const Date last = days.end - std::chrono::days{1};
  PURSER_ASSIGN(const Money value, course.book_value(last));
  const auto gone = course.disposed();
  if (gone && *gone <= last) return value;
  PURSER_ASSIGN(const Money charge, course.charge({last, days.end}));
  return money::subtract(value, charge);
}

}  // namespace

Result<std::vector<YearOfSchedule>> schedule_change(const books::Applied& applied) {
  const books::Book book = applied.event.book.value_or(books::Book::kFinancial);
  std::vector<YearOfSchedule> years;
  if (applied.before.terms_in(book) == nullptr || applied.after.terms_in(book) == nullptr) {
    return years;
  }
  PURSER_ASSIGN(const books::Course before, applied.before.course(book));
  PURSER_ASSIGN(const books::Course after, applied.after.course(book));
  const Date end = std::max(before.charged().end, after.charged().end);
  Date start = books::fiscal_year_start_of(applied.event.effective,
                                           applied.after.terms_in(book)->fiscal_year);
  bool moves = false;
  do {
    const bool is_rest = years.size() == kYearsShown;
    const Period days{start, is_rest ? std::max(end, year_after(start)) : year_after(start)};
    PURSER_ASSIGN(const Money was, charge_of(applied.before, before, days));
    PURSER_ASSIGN(const Money is, charge_of(applied.after, after, days));
    PURSER_ASSIGN(const Money value, value_after(after, days));
    PURSER_ASSIGN(const Money value_before, value_after(before, days));
    moves = moves || was != is || value != value_before;
    years.push_back({days, was, is, value});
    start = days.end;
  } while (start < end);
  if (!moves) years.clear();
  return years;
}

std::string text_of(const std::vector<YearOfSchedule>& years) {
  if (years.empty()) return {};
  using report::Align;
  report::Table table({{"from"},
                       {"until"},
                       {"charge now", Align::kDecimal},
                       {"charge then", Align::kDecimal},
                       {"book value then", Align::kDecimal}});
  for (const YearOfSchedule& year : years) {
    table.add_row({format(year.days.start), format(year.days.end), format(year.charge_before),
                   format(year.charge_after), format(year.book_value_after)});
  }
  return "The schedule by years:\n" + table.render(report::TableStyle::for_stdout());
}

report::Json json_of(const std::vector<YearOfSchedule>& years) {
  report::Json json = report::Json::array();
  for (const YearOfSchedule& year : years) {
    report::Json one = report::Json::object();
    one.set("start", year.days.start)
        .set("end", year.days.end)
        .set("charge_before", year.charge_before)
        .set("charge_after", year.charge_after)
        .set("book_value_after", year.book_value_after);
    json.push(one);
  }
  return json;
}

}  // namespace purser::cli
