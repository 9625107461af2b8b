// Any terms that are lawful, for the tests of laws.
#pragma once

#include <rapidcheck.h>

#include <array>

#include "books/calendar.h"
#include "books/terms.h"

namespace purser::books {

inline constexpr std::array kAllConventions{
    Convention::kDaily,          Convention::kFullMonth, Convention::kHalfMonth,
    Convention::kFollowingMonth, Convention::kHalfYear,  Convention::kMidQuarter,
    Convention::kMidMonth,       Convention::kFifteenth, Convention::kFullYear};

inline std::int64_t any_cost() {
  switch (*rc::gen::inRange(0, 4)) {
    case 0:  // small amounts meet halves of a cent often
      return *rc::gen::inRange<std::int64_t>(0, 2'000);
    case 1:
      return *rc::gen::inRange<std::int64_t>(0, INT64_MAX);
    default:
      return *rc::gen::inRange<std::int64_t>(0, 5'000'000);
  }
}

inline Method any_method(std::optional<PeriodLength> per_period) {
  switch (*rc::gen::inRange(0, 5)) {
    case 0:
      return StraightLine{};
    case 1:
      return SumOfYears{};
    case 2: {
      const std::int32_t quarters = *rc::gen::inRange(1, 17);
      const std::int32_t odd = *rc::gen::inRange(1, 60'000);
      return DecliningBalance{*rc::gen::inRange(0, 3) == 0 ? odd : quarters * 2'500,
                              *rc::gen::arbitrary<bool>(), per_period};
    }
    case 3:
      return YearsTable{};  // filled in when the life is known
    default:
      return Macrs{*rc::gen::element(3, 5, 7, 10, 15, 20),
                   *rc::gen::element(Convention::kHalfYear, Convention::kMidQuarter)};
  }
}

// Basis points of the years that this life has, 10,000 together, some of them none.
inline void fill_table(Terms& terms) {
  auto* const table = std::get_if<YearsTable>(&terms.method);
  if (table == nullptr) return;
  std::size_t years = 1;
  const Date end = terms.life.months() ? add_months(terms.in_service, *terms.life.months())
                                       : terms.in_service + std::chrono::days{terms.life.count};
  while (add_months(terms.in_service, 12 * static_cast<int>(years)) < end) ++years;
  std::int32_t left = 10'000;
  for (std::size_t year = 0; year + 1 < years; ++year) {
    table->basis_points.push_back(*rc::gen::inRange(0, left + 1));
    left -= table->basis_points.back();
  }
  table->basis_points.push_back(left);
}

inline rc::Gen<Terms> any_terms(std::optional<PeriodLength> per_period) {
  return rc::gen::exec([per_period] {
    const std::int64_t cost = any_cost();
    const std::int64_t salvage =
        *rc::gen::arbitrary<bool>() ? 0 : *rc::gen::inRange<std::int64_t>(0, cost / 2 + 1);
    const Method method = any_method(per_period);
    const auto* macrs = std::get_if<Macrs>(&method);
    const auto convention = macrs ? *macrs->convention : *rc::gen::elementOf(kAllConventions);
    const auto unit = *rc::gen::element(Life::Unit::kDays, Life::Unit::kMonths, Life::Unit::kYears);
    const Life life{
        *rc::gen::inRange(1, unit == Life::Unit::kYears ? 12 : 130),
        convention == Convention::kDaily || unit != Life::Unit::kDays ? unit : Life::Unit::kMonths};
    Terms terms{money::Money(cost, money::usd()),
                money::Money(salvage, money::usd()),
                life.unit == Life::Unit::kDays ? Life{life.count * 11, life.unit} : life,
                *parse_date("2024-01-01") + std::chrono::days{*rc::gen::inRange(0, 1500)},
                method,
                convention};
    fill_table(terms);
    if (*rc::gen::inRange(0, 3) == 0) {
      terms.disposed = terms.in_service + std::chrono::days{*rc::gen::inRange(0, 3000)};
    }
    terms.fiscal_year.month = std::chrono::month{static_cast<unsigned>(*rc::gen::inRange(1, 13))};
    return terms;
  });
}
inline PeriodLength any_length() {
  return *rc::gen::element(PeriodLength::kDay, PeriodLength::kMonth, PeriodLength::kQuarter,
                           PeriodLength::kYear);
}
// Terms that may begin their fiscal year on any day, and their per-period in any length.
inline Terms all_terms() {
  Terms terms =
      *any_terms(*rc::gen::arbitrary<bool>() ? std::optional(any_length()) : std::nullopt);
  terms.fiscal_year.day = std::chrono::day{static_cast<unsigned>(*rc::gen::inRange(1, 29))};
  return terms;
}

}  // namespace purser::books
