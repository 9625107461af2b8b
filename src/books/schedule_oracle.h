// What the documents say about depreciation, once more and slowly: exact fractions, month by month
// (day by day under the convention of days), with no code of the room it checks. For tests only.
#pragma once

#include <map>
#include <vector>

#include <boost/multiprecision/cpp_int.hpp>

#include "books/schedule.h"

namespace purser::books::oracle {

using Fraction = boost::multiprecision::cpp_rational;

inline int number_of(Date date) {
  const std::chrono::year_month_day ymd(date);
  return static_cast<int>(ymd.year()) * 12 + static_cast<int>(static_cast<unsigned>(ymd.month())) -
         1;
}
inline Date first_of(int month) {
  return Date(std::chrono::year{month / 12} /
              std::chrono::month{static_cast<unsigned>(month % 12) + 1} / 1);
}
inline unsigned day_of(Date date) {
  return static_cast<unsigned>(std::chrono::year_month_day(date).day());
}

// A month or a day of the life. Parts are of the whole life: `whole` as if it were kept to the end,
// `charged` until it is disposed of.
struct Slice {
  Date start;
  Fraction whole;
  Fraction charged;
};

class Oracle {
 public:
  // The fiscal year of `terms` begins on the first of a month.
  explicit Oracle(const Terms& terms) : terms_(terms) {
    fiscal_month_ = static_cast<int>(static_cast<unsigned>(terms.fiscal_year.month)) - 1;
    if (const auto* macrs = std::get_if<Macrs>(&terms.method)) {
      life_ = {macrs->years, Life::Unit::kYears};
    } else {
      life_ = terms.life;
    }
    switch (terms.convention) {
      case Convention::kDaily:
        slice_days();
        break;
      case Convention::kHalfYear:
      case Convention::kMidQuarter:
      case Convention::kFullYear:
        slice_years();
        break;
      default:
        slice_months();
        break;
    }
  }

  // Exact accumulated depreciation at the start of `date`, the first of a month.
  Fraction accumulated(Date date) const {
    const Fraction base = terms_.cost.minor() - terms_.salvage.minor();
    if (std::holds_alternative<StraightLine>(terms_.method)) return base * passed(date);
    if (std::holds_alternative<SumOfYears>(terms_.method)) {
      const Fraction all = years();
      return base * by_years(passed(date), [&](std::size_t year) { return Fraction(all - year); });
    }
    if (const auto* table = std::get_if<YearsTable>(&terms_.method)) {
      return base * by_years(passed(date),
                             [&](std::size_t year) { return Fraction(table->basis_points[year]); });
    }
    if (const auto* method = std::get_if<DecliningBalance>(&terms_.method)) {
      return declining(date, Fraction(terms_.cost.minor()), Fraction(terms_.salvage.minor()),
                       Fraction(method->factor_ten_thousandths, 10'000), method->switches,
                       method->per_period.value_or(PeriodLength::kYear));
    }
    return macrs(date);
  }

 private:
  int fiscal_year_start(int month) const { return month - (month - fiscal_month_ + 1200) % 12; }

  void slice_days() {
    const auto months = life_.months();
    const Date end = months ? add_months(terms_.in_service, *months)
                            : terms_.in_service + std::chrono::days{life_.count};
    const auto days = (end - terms_.in_service).count();
    for (Date day = terms_.in_service; day < end; day += std::chrono::days{1}) {
      const bool kept = !terms_.disposed || day < *terms_.disposed;
      slices_.push_back({day, Fraction(1, days), kept ? Fraction(1, days) : Fraction(0)});
    }
  }

  void slice_months() {
    const int life = *life_.months();
    const int first = number_of(terms_.in_service);
    const int last = terms_.disposed ? number_of(*terms_.disposed) : INT32_MAX;
    const bool late = day_of(terms_.in_service) > 15;
    Fraction first_part = 1;
    Fraction last_part = 0;
    switch (terms_.convention) {
      case Convention::kHalfMonth:
      case Convention::kMidMonth:
        first_part = last_part = Fraction(1, 2);
        break;
      case Convention::kFollowingMonth:
        first_part = 0;
        last_part = 1;
        break;
      case Convention::kFifteenth:
        first_part = late ? 0 : 1;
        last_part = terms_.disposed && day_of(*terms_.disposed) > 15 ? 1 : 0;
        break;
      default:
        break;
    }
    Fraction whole = 0;
    Fraction charged = 0;
    for (int month = first; whole < life; ++month) {
      Fraction part = month == first ? first_part : Fraction(1);
      if (whole + part > life) part = life - whole;
      Fraction kept = part;
      if (month > last) kept = 0;
      // In service and disposed of in one month: what the month of service grants at most.
      if (month == last) kept = std::min<Fraction>(part, last_part);
      if (month == last && month == first && terms_.convention == Convention::kFollowingMonth) {
        kept = 0;
      }
      slices_.push_back({oracle::first_of(month), part / life, kept / life});
      whole += part;
      charged += kept;
    }
  }

  void slice_years() {
    const int life = *life_.months();
    const int first = number_of(terms_.in_service);
    const int last = terms_.disposed ? number_of(*terms_.disposed) : INT32_MAX;
    Fraction whole = 0;
    for (int year = fiscal_year_start(first); whole < life; year += 12) {
      const int begin = std::max(first, year);
      Fraction part = year <= first ? first_year(first - year) : Fraction(12);
      if (whole + part > life) part = life - whole;
      Fraction kept = part;
      int end = year + 12;
      if (last < year) kept = 0;
      if (last >= year && last < year + 12) {
        kept = std::min<Fraction>(part, last_year(last - year, year <= first, first - year));
        end = std::max(begin + 1, day_of(*terms_.disposed) > 1 ? last + 1 : last);
      }
      for (int month = begin; month < year + 12; ++month) {
        const Fraction a_part = part / (year + 12 - begin);
        const Fraction a_kept = month < end ? Fraction(kept / (end - begin)) : Fraction(0);
        slices_.push_back({oracle::first_of(month), a_part / life, a_kept / life});
      }
      whole += part;
    }
  }
  // Months of the first fiscal year, by the month of service in it.
  Fraction first_year(int month) const {
    if (terms_.convention == Convention::kHalfYear) return 6;
    if (terms_.convention == Convention::kFullYear) return 12;
    return Fraction(12) - 3 * (month / 3) - Fraction(3, 2);
  }
  Fraction last_year(int month, bool is_first, int service) const {
    if (terms_.convention == Convention::kHalfYear) return 6;
    if (terms_.convention == Convention::kFullYear) return 0;
    return Fraction(3 * (month / 3)) - (is_first ? Fraction(3 * (service / 3)) : Fraction(-3, 2));
  }

  Fraction passed(Date date) const {
    Fraction sum = 0;
    for (const Slice& slice : slices_) {
      if (slice.start < date) sum += slice.charged;
    }
    return sum;
  }

  // Years of the life, in full and the rest; a life in days counts anniversaries.
  Fraction years() const {
    if (const auto months = life_.months()) return Fraction(*months, 12);
    const Date end = terms_.in_service + std::chrono::days{life_.count};
    int whole = 0;
    while (add_months(terms_.in_service, 12 * (whole + 1)) < end) ++whole;
    const Date last = add_months(terms_.in_service, 12 * whole);
    const Date next = add_months(terms_.in_service, 12 * (whole + 1));
    return whole + Fraction((end - last).count(), (next - last).count());
  }
  // Where in the life (0 to 1) each of its years begins.
  std::vector<Fraction> year_starts() const {
    std::vector<Fraction> starts;
    const Fraction all = years();
    for (int year = 0; year < all; ++year) {
      if (terms_.convention == Convention::kDaily) {
        const auto days = (add_months(terms_.in_service, 12 * year) - terms_.in_service).count();
        starts.emplace_back(days * slices_.front().whole);
      } else {
        starts.emplace_back(year / all);
      }
    }
    starts.emplace_back(1);
    return starts;
  }
  // How much is charged by that part of the life, if each of its years weighs as `weight` says.
  template <class Weight>
  Fraction by_years(const Fraction& part, Weight weight) const {
    const std::vector<Fraction> starts = year_starts();
    Fraction sum = 0;
    Fraction done = 0;
    for (std::size_t year = 0; year + 1 < starts.size(); ++year) {
      const Fraction of_year = weight(year);
      sum += of_year;
      if (part <= starts[year]) continue;
      const Fraction end = std::min(part, starts[year + 1]);
      done += of_year * (end - starts[year]) / (starts[year + 1] - starts[year]);
    }
    return done / sum;
  }

  // The first month of the group of the rate that contains `month`.
  int group_of(int month, PeriodLength length) const {
    const int since = (month - fiscal_month_ + 1200) % 12;
    if (length == PeriodLength::kYear) return month - since;
    if (length == PeriodLength::kQuarter) return month - since % 3;
    return month;
  }
  static int group_months(PeriodLength length) {
    return length == PeriodLength::kYear ? 12 : length == PeriodLength::kQuarter ? 3 : 1;
  }

  Fraction declining(Date date, const Fraction& opening, const Fraction& floor,
                     const Fraction& factor, bool switches, PeriodLength length) const {
    struct Group {
      Fraction whole;
      int slices = 0;
    };
    std::map<int, Group> groups;
    for (const Slice& slice : slices_) {
      Group& group = groups[group_of(number_of(slice.start), length)];
      group.whole += slice.whole;
      ++group.slices;
    }
    const Fraction elapsed = passed(date);
    Fraction left = opening;
    Fraction remaining = 1;
    Fraction sum = 0;
    Fraction periods = years() * 12 / group_months(length);  // that remain
    for (const auto& [month, group] : groups) {
      if (group.whole == 0) continue;
      Fraction rate = factor * group.whole;
      Fraction line = group.whole / remaining;
      if (terms_.convention == Convention::kDaily) {
        const int months = group_months(length);
        const auto days = (oracle::first_of(month + months) - oracle::first_of(month)).count();
        const Fraction part(group.slices, days);
        rate = factor / (years() * 12 / months) * part;
        line = periods > part ? Fraction(part / periods) : Fraction(1);
        periods -= part;
      }
      Fraction charge = left * rate;
      if (switches) charge = std::max<Fraction>(charge, (left - floor) * line);
      if (charge > left - floor || remaining == group.whole) charge = left - floor;
      const Fraction part = (elapsed - (1 - remaining)) / group.whole;
      sum += charge * std::clamp<Fraction>(part, 0, 1);
      left -= charge;
      remaining -= group.whole;
    }
    return sum;
  }

  Fraction macrs(Date date) const {
    const Macrs& method = std::get<Macrs>(terms_.method);
    const int first = number_of(terms_.in_service);
    const int start = fiscal_year_start(first);
    if (terms_.disposed && number_of(*terms_.disposed) < start + 12) return 0;
    const Fraction cost = terms_.cost.minor();
    if (method.years > 7) {
      return declining(date, cost, 0, Fraction(method.years == 10 ? 4 : 3, 2), true,
                       PeriodLength::kYear);
    }
    // The table is tested against what was published; here, how a year of it is spread.
    Fraction sum = 0;
    std::size_t year = 0;
    for (const int points : table_) {
      Fraction whole = 0;
      Fraction before = 0;
      for (const Slice& slice : slices_) {
        if (fiscal_year_start(number_of(slice.start)) != start + 12 * static_cast<int>(year)) {
          continue;
        }
        whole += slice.whole;
        if (slice.start < date) before += slice.charged;
      }
      if (whole > 0) sum += cost * Fraction(points, 10'000) * before / whole;
      ++year;
    }
    return sum;
  }

 public:
  std::vector<int> table_;  // MACRS of 3, 5 and 7 years: basis points of each year

 private:
  const Terms& terms_;
  Life life_{};
  int fiscal_month_ = 0;
  std::vector<Slice> slices_;
};

// To the nearest minor unit, halves up.
inline std::int64_t rounded(const Fraction& amount) {
  const Fraction twice = 2 * amount + 1;
  return static_cast<std::int64_t>(
      boost::multiprecision::cpp_int(numerator(twice) / (2 * denominator(twice))));
}

}  // namespace purser::books::oracle
