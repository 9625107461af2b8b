#include "books/macrs_year.h"

#include <algorithm>
#include <numeric>
#include <tuple>

#include "books/calendar.h"

namespace purser::books {
namespace {

constexpr std::int64_t kBasisPoints = 10'000;

}  // namespace

bool operator<(const TaxYear& a, const TaxYear& b) {
  const auto key = [](const TaxYear& year) {
    return std::tuple(year.book, year.currency.code(), year.start);
  };
  return key(a) < key(b);
}

Date fiscal_year_start_of(Date date, FiscalYearStart fiscal_year) {
  return Periods(date, PeriodLength::kYear, fiscal_year).start();
}

std::vector<MacrsRuling> in_force(const std::vector<MacrsRuling>& made) {
  std::vector<MacrsRuling> stands;
  for (const MacrsRuling& ruling : made) {
    std::erase_if(stands, [&](const MacrsRuling& before) {
      return before.year == ruling.year && before.effective >= ruling.effective;
    });
    stands.push_back(ruling);
  }
  std::ranges::stable_sort(stands, {}, &MacrsRuling::effective);
  return stands;
}

void MacrsTest::add(const MacrsProperty& property) {
  if (property.is_excluded || property.basis == 0) return;
  if (fiscal_year_start_of(property.in_service, property.fiscal_year) != year.start) return;
  std::size_t quarter = quarters.size() - 1;
  while (add_months(year.start, kMonthsPerQuarter * static_cast<int>(quarter)) >
         property.in_service) {
    --quarter;
  }
  quarters.at(quarter) += property.basis;
  ++properties;
  if (!property.is_named) ++unnamed;
}

money::Int128 MacrsTest::all() const {
  return std::accumulate(quarters.begin(), quarters.end(), money::Int128{0});
}

// More than 40%: more than 2 / 5.
Convention MacrsTest::convention() const {
  return 5 * last_quarter() > 2 * all() ? Convention::kMidQuarter : Convention::kHalfYear;
}

std::optional<std::int64_t> MacrsTest::share_basis_points() const {
  if (all() == 0) return std::nullopt;
  const money::Int128 scaled = last_quarter() * kBasisPoints;
  return static_cast<std::int64_t>((2 * scaled + all()) / (2 * all()));
}

}  // namespace purser::books
