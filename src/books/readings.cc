// Readings of what an asset did, as they come in: units of production are charged by them.
#include <algorithm>

#include <fmt/format.h>

#include "books/books_store.h"
#include "books/division.h"
#include "books/find.h"
#include "books/in_the_way.h"
#include "books/opening_entries.h"
#include "books/placement.h"
#include "books/roles.h"

namespace purser::books {
namespace {

using money::Money;

const UnitsOfProduction* by_use(const Method& method) {
  return std::get_if<UnitsOfProduction>(&method);
}

// The last that it was, or will be, charged by: all readings are those of each. Null: it never was.
const UnitsOfProduction* last_by_use(const Asset& asset) {
  const UnitsOfProduction* last = nullptr;
  const auto take = [&](const Method& method) {
    if (const UnitsOfProduction* const units = by_use(method)) last = units;
  };
  for (auto memo = asset.memo.rbegin(); memo != asset.memo.rend(); ++memo) take(memo->terms.method);
  take(asset.terms.method);
  for (const Event& event : asset.events) {
    const auto* const estimate = std::get_if<Estimate>(&event.what);
    if (estimate != nullptr && estimate->method) take(*estimate->method);
  }
  return last;
}

Result<std::vector<Course>> courses_of(const Asset& asset) {
  std::vector<Course> all;
  for (const Book book : kBooks) {
    if (asset.terms_in(book) == nullptr) continue;
    PURSER_ASSIGN(Course course, asset.course(book));
    all.push_back(std::move(course));
  }
  return all;
}

// One of its books must go by use on all of those days.
Status refuse_other_methods(const Asset& asset, std::span<const Course> courses,
                            const Period& days) {
  const auto goes_by_use = [&](const Course& course, Date day) {
    return by_use(course.terms(day).method) != nullptr;
  };
  const Date last = days.end - std::chrono::days{1};
  Date other = days.start;
  for (const Course& course : courses) {
    if (goes_by_use(course, days.start) && goes_by_use(course, last)) return {};
    if (goes_by_use(course, days.start)) other = last;
  }
  return fail(
      ErrorCode::kRefused,
      fmt::format("on {} '{}' wears off by {}, not by use; a reading is of days on which "
                  "it goes by units:TOTAL, all of them",
                  format(other), asset.name, books::name(courses.front().terms(other).method)));
}

// What went by that which was charged until then, and can no longer be told otherwise.
Status refuse_counted(const Asset& asset, std::optional<Month> closed, const Period& days) {
  for (const Event& event : asset.events) {
    if (event.effective <= days.start) continue;
    const auto* const opening = std::get_if<Opening>(&event.what);
    const bool passed =
        opening != nullptr ? !opening->part_of.empty() : portions_of(event.what) != nullptr;
    const bool measured = std::holds_alternative<Impairment>(event.what) ||
                          std::holds_alternative<Revaluation>(event.what) ||
                          std::holds_alternative<Disposal>(event.what) ||
                          std::holds_alternative<Reinstatement>(event.what);
    if (!passed && !(measured && closed && month_of(event.effective) <= *closed)) continue;
    return fail(ErrorCode::kRefused,
                fmt::format("the {0} of '{1}' on {2} went by what it had been charged until then "
                            "and stands; the reading from {3} until {4} comes too late for that: "
                            "say what is left of its use from an open day on: purser asset "
                            "estimate {1} --method units:TOTAL",
                            name(event.what), asset.name, format(event.effective),
                            format(days.start), format(days.end)));
  }
  return {};
}

struct Replaced {
  UnitsUsed before;
  UnitsUsed now;
};
struct News {
  std::vector<UnitsUsed> added;
  std::vector<Replaced> replaced;
  std::vector<UnitsUsed> all;  // with these, in order
};

Status refuse_given_twice(std::span<const UnitsUsed> readings, const UnitsUsed& one) {
  for (const UnitsUsed& other : readings) {
    if (other.period != one.period || other == one) continue;
    return fail(ErrorCode::kInvalidInput,
                fmt::format("the days from {} until {} have two readings, {} and {} units; leave "
                            "out the one that is wrong",
                            format(one.period.start), format(one.period.end),
                            format_units(one.millionths), format_units(other.millionths)));
  }
  return {};
}

// What is not known already, word for word.
Result<News> sort_out(std::span<const UnitsUsed> known, std::span<const UnitsUsed> readings) {
  News news{.added = {}, .replaced = {}, .all = {known.begin(), known.end()}};
  for (const UnitsUsed& reading : readings) {
    PURSER_TRY(refuse_given_twice(readings, reading));
    const auto same_days = [&](const UnitsUsed& one) { return one.period == reading.period; };
    const auto found = std::find_if(known.begin(), known.end(), same_days);
    if (found == known.end()) {
      news.added.push_back(reading);
      news.all.push_back(reading);
    } else if (*found != reading) {
      news.replaced.push_back({*found, reading});
      *std::find_if(news.all.begin(), news.all.end(), same_days) = reading;
    }
  }
  std::sort(news.all.begin(), news.all.end(),
            [](const UnitsUsed& a, const UnitsUsed& b) { return a.period.start < b.period.start; });
  return news;
}

Status check_news(const Asset& asset, const UnitsOfProduction& units, const News& news,
                  std::optional<Month> closed) {
  Terms terms = asset.terms;
  terms.disposed.reset();
  terms.method = UnitsOfProduction{units.total_millionths,
                                   std::make_shared<const std::vector<UnitsUsed>>(news.all)};
  PURSER_TRY(check(terms));
  PURSER_ASSIGN(const std::vector<Course> courses, courses_of(asset));
  std::vector<Period> days;
  for (const UnitsUsed& one : news.added) days.push_back(one.period);
  for (const Replaced& one : news.replaced) days.push_back(one.now.period);
  for (const Period& one : days) {
    PURSER_TRY(refuse_other_methods(asset, courses, one));
    PURSER_TRY(refuse_counted(asset, closed, one));
  }
  return {};
}

// What closed months lack now, or had too much, is of the first open one.
Status catch_up(BooksStore& store, JournalWriter& writer, const StoredAsset& before,
                const StoredAsset& after, Month closed, Readings& result) {
  const Date opening = period_of(closed).end;
  for (const Book book : kBooks) {
    if (after.asset.terms_in(book) == nullptr) continue;
    PURSER_ASSIGN(const Course was, before.asset.course(book));
    PURSER_ASSIGN(const Course is, after.asset.course(book));
    PURSER_ASSIGN(const Money charged, was.accumulated(opening));
    PURSER_ASSIGN(const Money due, is.accumulated(opening));
    PURSER_ASSIGN(const Money missing, money::subtract(due, charged));
    if (missing.is_zero()) continue;
    OpeningEntries entries(store, writer, after.asset.name, after.id, book, {opening, {}});
    PURSER_TRY(entries.catch_up(missing, "use of closed months, read late"));
    result.caught_up.emplace_back(book, missing);
  }
  return {};
}

}  // namespace

Result<Readings> Books::add_units(std::string_view name, std::span<const UnitsUsed> readings,
                                  Effect effect, const Observer& tell) {
  BooksStore store(database_);
  PURSER_ASSIGN(auto transaction, begin_as(database_, who_));
  PURSER_ASSIGN(const StoredAsset before, find_asset(store, name));
  const UnitsOfProduction* const units = last_by_use(before.asset);
  if (units == nullptr) {
    return fail(ErrorCode::kRefused,
                fmt::format("'{}' wears off by {}, not by use; only units:TOTAL asks for readings",
                            name, books::name(before.asset.terms.method)));
  }
  const std::vector<UnitsUsed> known = units->used ? *units->used : std::vector<UnitsUsed>();
  PURSER_ASSIGN(const News news, sort_out(known, readings));
  PURSER_ASSIGN(const auto closed, store.closed_through());
  PURSER_TRY(check_news(before.asset, *units, news, closed));
  PURSER_ASSIGN(auto writer, JournalWriter::at_end(store, clock_, who_, tell));
  PURSER_TRY(store.insert_units(before.id, news.added));
  for (const Replaced& one : news.replaced) {
    PURSER_TRY(store.replace_units(before.id, one.before, one.now, writer.now(), who_));
  }
  PURSER_ASSIGN(const StoredAsset after, find_asset(store, name));
  PURSER_TRY(check_life(after.asset));
  Readings result{.added = static_cast<std::int64_t>(news.added.size()),
                  .known = static_cast<std::int64_t>(readings.size() - news.added.size() -
                                                     news.replaced.size()),
                  .replaced = static_cast<std::int64_t>(news.replaced.size()),
                  .total_millionths = units->total_millionths};
  if (closed) PURSER_TRY(catch_up(store, writer, before, after, *closed, result));
  PURSER_TRY(post_open_months(store, writer, after, std::nullopt, month_of(date_of(clock_.now()))));
  result.entries = writer.written();
  result.again = writer.posted_again();
  for (const UnitsUsed& reading : news.all) result.millionths += reading.millionths;
  if (effect == Effect::kWrite) PURSER_TRY(transaction.commit());
  return result;
}

Result<std::vector<Period>> days_without_reading(const Asset& asset, const Period& days) {
  std::vector<Period> unread;
  const UnitsOfProduction* const units = last_by_use(asset);
  if (units == nullptr) return unread;
  PURSER_ASSIGN(const std::vector<Course> courses, courses_of(asset));
  const Period service = asset.service_in(days);
  for (Date day = service.start; day < service.end; day += std::chrono::days{1}) {
    const auto covers = [&](const UnitsUsed& one) {
      return one.period.start <= day && day < one.period.end;
    };
    const bool is_asked = std::any_of(courses.begin(), courses.end(), [&](const Course& course) {
      return by_use(course.terms(day).method) != nullptr;
    });
    const bool is_known =
        units->used && std::any_of(units->used->begin(), units->used->end(), covers);
    if (!is_asked || is_known || placement_on(asset, day).paused) continue;
    const bool goes_on = !unread.empty() && unread.back().end == day;
    if (goes_on) {
      unread.back().end += std::chrono::days{1};
    } else {
      unread.push_back({day, day + std::chrono::days{1}});
    }
  }
  return unread;
}

Result<std::vector<Unread>> Books::unread(const Period& days) const {
  std::vector<Unread> all;
  BooksStore store(database_);
  PURSER_TRY(store.each_asset_by_use([&](const StoredAsset& stored) -> Status {
    PURSER_ASSIGN(const std::vector<Period> its, days_without_reading(stored.asset, days));
    for (const Period& one : its) all.push_back({stored.asset.name, one});
    return {};
  }));
  return all;
}

}  // namespace purser::books
