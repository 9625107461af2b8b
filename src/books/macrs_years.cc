#include "books/macrs_years.h"

#include <algorithm>
#include <iterator>

#include "books/division.h"
#include "books/find.h"

namespace purser::books {
namespace {

using money::Money;

// Calls `take` with the properties of MACRS that an asset has in a book. A life that its book
// cannot tell has been refused by then.
template <class Take>
Status each_property(const Asset& asset, Book book, Take take) {
  const Terms* const terms = asset.terms_in(book);
  if (terms == nullptr || !std::holds_alternative<Macrs>(terms->method)) return {};
  PURSER_ASSIGN(const Course course, asset.course(book));
  for (const MacrsProperty& property : course.properties()) take(property);
  return {};
}

struct TestedYear {
  MacrsTest test;
  std::vector<std::string> unnamed;  // assets for which the law decides in that year
  // Since when the last of them that became a part of another is one, or has one.
  std::optional<Date> merged = std::nullopt;
};

Result<TestedYear> test_of(BooksStore& store, const TaxYear& year) {
  TestedYear tested{.test = {.year = year}, .unnamed = {}, .merged = {}};
  MacrsTest& test = tested.test;
  const auto count = [&](const StoredAsset& stored) -> Status {
    if (stored.asset.currency() != year.currency) return {};
    for (const Event& event : stored.asset.events) {
      if (!std::holds_alternative<Merge>(event.what) && !std::holds_alternative<Merged>(event.what))
        continue;
      tested.merged = std::max(tested.merged.value_or(event.effective), event.effective);
    }
    const std::int64_t unnamed = test.unnamed;
    PURSER_TRY(each_property(stored.asset, year.book,
                             [&](const MacrsProperty& property) { test.add(property); }));
    if (test.unnamed > unnamed) tested.unnamed.push_back(stored.asset.name);
    return {};
  };
  PURSER_TRY(store.each_asset_placed_in(year.days(), count));
  return tested;
}

// Half-year until somebody ruled otherwise. The last that was made counts behind all others.
Convention ruled(std::span<const MacrsRuling> rulings) {
  return rulings.empty() ? Convention::kHalfYear : rulings.back().convention;
}

Result<std::vector<MacrsRuling>> rulings_of(BooksStore& store, const TaxYear& year) {
  PURSER_ASSIGN(std::vector<MacrsRuling> rulings, store.rulings());
  std::erase_if(rulings, [&](const MacrsRuling& ruling) { return !(ruling.year == year); });
  return rulings;
}

// What the tax year deducts of it by that convention, whatever was closed.
Result<Money> deduction_of(const Asset& asset, const TaxYear& year, Convention convention) {
  Asset plain = asset;
  std::erase_if(plain.rulings, [&](const MacrsRuling& ruling) { return ruling.year == year; });
  plain.rulings.push_back(MacrsRuling{year, convention, year.start, Instant{}, {}});
  std::stable_sort(
      plain.rulings.begin(), plain.rulings.end(),
      [](const MacrsRuling& a, const MacrsRuling& b) { return a.effective < b.effective; });
  PURSER_ASSIGN(const Course course, plain.course(year.book));
  return course.deduction(year.days());
}

Result<RuledYear> rule(BooksStore& store, JournalWriter& writer, const TestedYear& tested,
                       Convention before, Month now) {
  const TaxYear& year = tested.test.year;
  PURSER_ASSIGN(const auto closed, store.closed_through());
  const Date open = closed ? period_of(*closed).end : year.start;
  // What passed with a merge was what had been charged until then: that stands too.
  const Date stands = std::max(open, tested.merged.value_or(open));
  RuledYear ruled{.test = tested.test,
                  .before = before,
                  .ruling = {.year = year,
                             .convention = tested.test.convention(),
                             .effective = std::max(year.start, stands),
                             .recorded = writer.now(),
                             .who = writer.who()},
                  .assets = {},
                  .is_closed = open >= year.days().end};
  PURSER_TRY(store.insert_ruling(ruled.ruling));
  for (const std::string& name : tested.unnamed) {
    PURSER_ASSIGN(const StoredAsset stored, find_asset(store, name));
    PURSER_ASSIGN(const Money was, deduction_of(stored.asset, year, before));
    PURSER_ASSIGN(const Money is, deduction_of(stored.asset, year, ruled.ruling.convention));
    if (was != is) ruled.assets.push_back({name, was, is});
    PURSER_TRY(post_open_months(store, writer, stored, std::nullopt, now));
  }
  std::sort(ruled.assets.begin(), ruled.assets.end(),
            [](const RuledAsset& a, const RuledAsset& b) { return a.asset < b.asset; });
  return ruled;
}

}  // namespace

Status add_tax_years(const Asset& asset, std::set<TaxYear>& years) {
  for (const Book book : kBooks) {
    PURSER_TRY(each_property(asset, book, [&](const MacrsProperty& property) {
      years.insert({book, asset.currency(),
                    fiscal_year_start_of(property.in_service, property.fiscal_year)});
    }));
  }
  return {};
}

Result<std::vector<RuledYear>> settle_tax_years(BooksStore& store, JournalWriter& writer,
                                                const std::set<TaxYear>& years, Month now) {
  std::vector<RuledYear> changed;
  for (const TaxYear& year : years) {
    PURSER_ASSIGN(const TestedYear tested, test_of(store, year));
    PURSER_ASSIGN(const std::vector<MacrsRuling> rulings, rulings_of(store, year));
    if (tested.unnamed.empty() || tested.test.convention() == ruled(rulings)) continue;
    PURSER_ASSIGN(RuledYear ruled_year, rule(store, writer, tested, ruled(rulings), now));
    changed.push_back(std::move(ruled_year));
  }
  return changed;
}

Result<std::vector<RuledYear>> settle_tax_years_of(BooksStore& store, JournalWriter& writer,
                                                   const Asset& before, const Asset& after,
                                                   Month now) {
  std::set<TaxYear> years;
  PURSER_TRY(add_tax_years(before, years));
  PURSER_TRY(add_tax_years(after, years));
  return settle_tax_years(store, writer, years, now);
}

Result<std::vector<MacrsYear>> Books::macrs_years(std::optional<int> year) const {
  PURSER_ASSIGN(const auto snapshot, database_.begin_snapshot());
  BooksStore store(database_);
  std::set<TaxYear> years;
  PURSER_TRY(store.each_asset(std::nullopt, [&](const StoredAsset& stored) -> Status {
    return add_tax_years(stored.asset, years);
  }));
  if (year) {
    std::erase_if(years, [&](const TaxYear& one) {
      return int{std::chrono::year_month_day(one.start).year()} != *year;
    });
  }
  std::vector<MacrsYear> all;
  for (const TaxYear& one : years) {
    PURSER_ASSIGN(const TestedYear tested, test_of(store, one));
    PURSER_ASSIGN(std::vector<MacrsRuling> rulings, rulings_of(store, one));
    all.push_back({tested.test, std::move(rulings)});
  }
  return all;
}

}  // namespace purser::books
