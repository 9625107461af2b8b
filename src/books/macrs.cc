#include "books/macrs.h"

#include <algorithm>
#include <array>

namespace purser::books {
namespace {

constexpr std::int64_t kBasisPoints = 10'000;
constexpr int kQuarters = 4;
// Half-year, then mid-quarter by the quarter of service: tables.
constexpr std::size_t kTables = 1 + kQuarters;

template <std::size_t kYears>
using Table = std::array<std::array<std::int16_t, kYears + 1>, kTables>;

// IRS Publication 946 (2024), Appendix A, percentages x 100.
constexpr Table<3> kThreeYears{{{3333, 4445, 1481, 741},
                                {5833, 2778, 1235, 154},
                                {4167, 3889, 1414, 530},
                                {2500, 5000, 1667, 833},
                                {833, 6111, 2037, 1019}}};
constexpr Table<5> kFiveYears{{{2000, 3200, 1920, 1152, 1152, 576},
                               {3500, 2600, 1560, 1101, 1101, 138},
                               {2500, 3000, 1800, 1137, 1137, 426},
                               {1500, 3400, 2040, 1224, 1130, 706},
                               {500, 3800, 2280, 1368, 1094, 958}}};
constexpr Table<7> kSevenYears{{{1429, 2449, 1749, 1249, 893, 892, 893, 446},
                                {2500, 2143, 1531, 1093, 875, 874, 875, 109},
                                {1785, 2347, 1676, 1197, 887, 887, 887, 334},
                                {1071, 2551, 1822, 1302, 930, 885, 886, 553},
                                {357, 2755, 1968, 1406, 1004, 873, 873, 764}}};

template <std::size_t kYears>
constexpr bool is_whole(const Table<kYears>& table) {
  return std::all_of(table.begin(), table.end(), [](const auto& column) {
    std::int64_t sum = 0;
    for (const std::int16_t points : column) sum += points;
    return sum == kBasisPoints;
  });
}
static_assert(is_whole<3>(kThreeYears) && is_whole<5>(kFiveYears) && is_whole<7>(kSevenYears));

const Macrs& macrs_of(const Terms& terms) { return std::get<Macrs>(terms.method); }

FiscalMonth fiscal_month_of(Date date, FiscalYearStart fiscal_year) {
  return fiscal_month(calendar_day(date), first_day_of(fiscal_year));
}

int fiscal_year_of(Date date, FiscalYearStart fiscal_year) {
  return fiscal_start(fiscal_month_of(date, fiscal_year).month, fiscal_year, kMonthsPerYear);
}

int quarter_of_service(const Terms& terms) {
  const int month = fiscal_month_of(terms.in_service, terms.fiscal_year).month;
  return (month - fiscal_year_of(terms.in_service, terms.fiscal_year)) / kMonthsPerQuarter;
}

}  // namespace

MacrsBasis macrs_basis(const Terms& terms) {
  const Macrs& macrs = macrs_of(terms);
  const std::int64_t section_179 = macrs.section_179 ? macrs.section_179->minor() : 0;
  const std::int64_t rest = terms.cost.minor() - section_179;
  const auto granted = [&] {
    return macrs.bonus ? macrs.bonus->minor()
                       : ShareOf(rest)(macrs.bonus_basis_points, kBasisPoints);
  };
  const std::int64_t bonus = macrs_denied(terms) ? 0 : granted();
  return {section_179, bonus, rest - bonus};
}

std::span<const std::int16_t> macrs_table(std::int32_t years, Convention convention, int quarter) {
  const std::size_t column =
      convention == Convention::kHalfYear ? 0 : static_cast<std::size_t>(1 + quarter);
  switch (years) {
    case 3:
      return kThreeYears[column];
    case 5:
      return kFiveYears[column];
    case 7:
      return kSevenYears[column];
    default:
      return {};
  }
}

Declining macrs_declining(const Terms& terms) {
  constexpr std::int32_t kDouble = 20'000;
  constexpr std::int32_t kOneAndAHalf = 15'000;
  return {.opening = macrs_basis(terms).basis,
          .floor = 0,
          .method = {.factor_ten_thousandths = macrs_of(terms).years <= 10 ? kDouble : kOneAndAHalf,
                     .switches = true},
          .fiscal_year = terms.fiscal_year};
}

bool macrs_denied(const Terms& terms) {
  return terms.disposed && fiscal_year_of(*terms.disposed, terms.fiscal_year) ==
                               fiscal_year_of(terms.in_service, terms.fiscal_year);
}

MacrsTableCurve::MacrsTableCurve(const Terms& terms, const Timeline& timeline,
                                 const Timeline& whole)
    : timeline_(timeline),
      basis_(macrs_basis(terms).basis),
      ticks_(whole.ticks()),
      table_(macrs_table(macrs_of(terms).years, terms.convention, quarter_of_service(terms))) {
  const Periods year(terms.in_service, PeriodLength::kYear, terms.fiscal_year);
  ticks_first_year_ = whole.at(year.end()).ticks;  // whole ticks: a year begins there
}

std::int64_t MacrsTableCurve::accumulated(const CalendarDay& day) {
  const Elapsed now = timeline_.at(day);
  const auto start_of = [&](std::size_t year) {
    if (year == 0) return std::int64_t{0};
    const auto later = static_cast<std::int64_t>(year) - 1;
    return std::min(ticks_first_year_ + kTicksPerYear * later, ticks_);
  };
  while (year_ + 1 < table_.size() && now.ticks >= start_of(year_ + 1) * now.per) {
    passed_ += table_[year_++];
  }
  const std::int64_t length = (start_of(year_ + 1) - start_of(year_)) * now.per;
  // At most 10,000 x 24 x 372: below 2^31.
  return basis_(passed_ * length + table_[year_] * (now.ticks - start_of(year_) * now.per),
                kBasisPoints * length);
}

}  // namespace purser::books
