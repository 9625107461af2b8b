#include "books/timeline.h"

#include <limits>

namespace purser::books {
namespace {

constexpr int kFifteenth = 14;  // the days of a month are counted from 0
constexpr int kNever = std::numeric_limits<int>::max();

Life life_of(const Terms& terms) {
  const auto* macrs = std::get_if<Macrs>(&terms.method);
  return macrs == nullptr ? terms.life : Life{macrs->years, Life::Unit::kYears};
}

int ticks_late(Convention convention, int day) {
  switch (convention) {
    case Convention::kHalfMonth:
    case Convention::kMidMonth:
      return kTicksPerMonth / 2;
    case Convention::kFollowingMonth:
      return kTicksPerMonth;
    case Convention::kFifteenth:
      return day <= kFifteenth ? 0 : kTicksPerMonth;
    default:
      return 0;
  }
}

}  // namespace

Timeline::Timeline(const Terms& terms, Disposal disposal)
    : in_service_(terms.in_service),
      disposed_(disposal == Disposal::kCounts ? terms.disposed : std::nullopt),
      life_(life_of(terms)),
      convention_(terms.convention) {
  switch (convention_) {
    case Convention::kDaily:
      count_days();
      break;
    case Convention::kFullMonth:
    case Convention::kHalfMonth:
    case Convention::kMidMonth:
    case Convention::kFollowingMonth:
    case Convention::kFifteenth:
      count_months();
      break;
    case Convention::kHalfYear:
    case Convention::kMidQuarter:
    case Convention::kFullYear:
      grain_ = Grain::kYears;
      first_day_ = first_day_of(terms.fiscal_year);
      first_month_ = fiscal_month(calendar_day(in_service_), first_day_).month;
      first_year_ = fiscal_start(first_month_, terms.fiscal_year, kMonthsPerYear);
      count_years();
      break;
  }
}

// --- by days -------------------------------------------------------------------------------------

void Timeline::count_days() {
  const auto months = life_.months();
  const Date end =
      months ? add_months(in_service_, *months) : in_service_ + std::chrono::days{life_.count};
  charged_ = {in_service_, disposed_ ? std::min(*disposed_, end) : end};
  ticks_ = (end - in_service_).count();
  ticks_most_ = charged_.days();
}

std::vector<std::int64_t> Timeline::years_of_life() const {
  std::vector<std::int64_t> starts;
  std::int64_t start = 0;
  for (int year = 1; start < ticks_; ++year) {
    starts.push_back(start);
    start = by_days() ? (add_months(in_service_, kMonthsPerYear * year) - in_service_).count()
                      : std::int64_t{kTicksPerYear} * year;
  }
  starts.push_back(ticks_);
  return starts;
}

LifeInYears Timeline::in_years() const {
  if (const auto months = life_.months()) return {*months, kMonthsPerYear};
  const std::vector<std::int64_t> starts = years_of_life();
  const auto whole = static_cast<int>(starts.size()) - 2;
  const std::int64_t last = starts[starts.size() - 2];
  const std::int64_t days =
      (add_months(in_service_, kMonthsPerYear * (whole + 1)) - in_service_).count() - last;
  return {whole * days + (ticks_ - last), days};
}

// --- by months -----------------------------------------------------------------------------------

void Timeline::count_months() {
  grain_ = Grain::kMonths;
  const CalendarDay start = calendar_day(in_service_);
  first_month_ = start.month;
  ticks_late_ = ticks_late(convention_, start.day);
  ticks_ = std::int64_t{kTicksPerMonth} * life_.months().value_or(0);
  ticks_most_ = ticks_;
  if (disposed_) {
    const CalendarDay end = calendar_day(*disposed_);
    switch (convention_) {  // the month of disposal: none, half, whole
      case Convention::kHalfMonth:
      case Convention::kMidMonth:
        ticks_most_ = std::min(ticks_at_month(end.month) + kTicksPerMonth / 2, ticks_);
        break;
      case Convention::kFollowingMonth:
        ticks_most_ = ticks_at_month(end.month + 1);
        break;
      case Convention::kFifteenth:
        ticks_most_ = ticks_at_month(end.day <= kFifteenth ? end.month : end.month + 1);
        break;
      default:
        ticks_most_ = ticks_at_month(end.month);
        break;
    }
  }
  charged_ = charged_by_months();
}

Elapsed Timeline::within_month(const CalendarDay& day) const {
  const std::int64_t before = ticks_at_month(day.month);
  const std::int64_t after = ticks_at_month(day.month + 1);
  if (before == after) return {before, 1};
  const Period month{first_of(day.month), first_of(day.month + 1)};
  Period service{std::max(month.start, in_service_),
                 disposed_ ? std::min(month.end, *disposed_) : month.end};
  // Disposed on the first of a month that its convention charges whole.
  if (service.days() <= 0) service = month;
  const std::int64_t days = service.days();
  const std::int64_t passed = std::clamp<std::int64_t>((day.date - service.start).count(), 0, days);
  return {before * days + (after - before) * passed, days};
}

Period Timeline::charged_by_months() const {
  if (ticks_most_ == 0) return {in_service_, in_service_};
  int first = first_month_;
  while (ticks_at_month(first + 1) == 0) ++first;
  int last = first + std::max(static_cast<int>(ticks_most_ / kTicksPerMonth) - 1, 0);
  while (ticks_at_month(last + 1) < ticks_most_) ++last;
  Period charged{std::max(first_of(first), in_service_), first_of(last + 1)};
  return until_disposal(charged);
}

// Nothing passes after disposal, unless its convention charges a month that had no day of service.
Period Timeline::until_disposal(Period charged) const {
  if (!disposed_ || *disposed_ >= charged.end) return charged;
  const Elapsed elapsed = at(calendar_day(*disposed_));
  if (elapsed.ticks == ticks_most_ * elapsed.per) charged.end = *disposed_;
  return charged;
}

// --- by fiscal years -----------------------------------------------------------------------------

void Timeline::count_years() {
  ticks_ = std::int64_t{kTicksPerMonth} * life_.months().value_or(0);
  ticks_most_ = ticks_;
  disposal_year_ = kNever;
  const int month = first_month_ - first_year_;
  constexpr int kTicksPerQuarter = kTicksPerMonth * kMonthsPerQuarter;
  switch (convention_) {
    case Convention::kHalfYear:
      ticks_first_year_ = kTicksPerYear / 2;
      break;
    case Convention::kMidQuarter:
      ticks_first_year_ =
          kTicksPerYear - kTicksPerQuarter * (month / kMonthsPerQuarter) - kTicksPerQuarter / 2;
      break;
    default:
      ticks_first_year_ = kTicksPerYear;
      break;
  }
  ticks_first_year_ = std::min(ticks_first_year_, ticks_);
  if (disposed_) {
    const FiscalMonth end = fiscal_month(calendar_day(*disposed_), first_day_);
    const int year = (end.month - first_year_) / kMonthsPerYear;
    const int month_of_year = (end.month - first_year_) % kMonthsPerYear;
    ticks_most_ = ticks_until_disposal(year, month_of_year);
    disposal_year_ = year;
    const int months = month_of_year + (end.passed > 0 ? 1 : 0) - (year == 0 ? month : 0);
    months_until_disposal_ = std::max(months, 1);
  }
  charged_ = charged_by_years();
}

// IRS Publication 946, 'Sale or other disposition before the recovery period ends': the year of
// disposal is charged until its middle, or until the middle of the quarter of disposal.
std::int64_t Timeline::ticks_until_disposal(int year, int month_of_year) const {
  constexpr int kTicksPerQuarter = kTicksPerMonth * kMonthsPerQuarter;
  const std::int64_t before = ticks_at_year(year);
  switch (convention_) {
    case Convention::kHalfYear:
      return std::min(before + kTicksPerYear / 2, ticks_);
    case Convention::kMidQuarter: {
      const std::int64_t until =
          kTicksPerQuarter * (month_of_year / kMonthsPerQuarter) + kTicksPerQuarter / 2;
      if (year > 0) return std::min(before + until, ticks_);
      const std::int64_t skipped =
          kTicksPerQuarter * ((first_month_ - first_year_) / kMonthsPerQuarter) +
          kTicksPerQuarter / 2;
      return std::clamp<std::int64_t>(until - skipped, 0, ticks_);
    }
    default:
      return before;
  }
}

Elapsed Timeline::within_year(const CalendarDay& day) const {
  const FiscalMonth now = fiscal_month(day, first_day_);
  if (now.month < first_month_) return {0, 1};
  const int year = (now.month - first_year_) / kMonthsPerYear;
  if (year > disposal_year_) return {ticks_most_, 1};
  const std::int64_t before = ticks_at_year(year);
  const std::int64_t after = year == disposal_year_ ? ticks_most_ : ticks_at_year(year + 1);
  if (before == after) return {before, 1};
  const int first = year == 0 ? first_month_ : first_year_ + year * kMonthsPerYear;
  const int months = year == disposal_year_ ? months_until_disposal_
                                            : first_year_ + (year + 1) * kMonthsPerYear - first;
  const std::int64_t passed = now.month - first;
  if (passed >= months) return {after, 1};
  if (passed == 0 && now.passed == 0) return {before, 1};
  if (now.passed == 0) return {before * months + (after - before) * passed, months};
  const Period month{start_of_fiscal_month(now.month), start_of_fiscal_month(now.month + 1)};
  Period service{std::max(month.start, in_service_),
                 disposed_ ? std::min(month.end, *disposed_) : month.end};
  if (service.days() <= 0) service = month;
  const std::int64_t days = service.days();
  const std::int64_t done = std::clamp<std::int64_t>((day.date - service.start).count(), 0, days);
  return {(before * months + (after - before) * passed) * days + (after - before) * done,
          months * days};
}

Period Timeline::charged_by_years() const {
  if (ticks_most_ == 0) return {in_service_, in_service_};
  int year = 0;
  while (year < disposal_year_ && ticks_at_year(year + 1) < ticks_most_) ++year;
  int end = first_year_ + (year + 1) * kMonthsPerYear;
  if (year == disposal_year_) {
    end = (year == 0 ? first_month_ : first_year_ + year * kMonthsPerYear) + months_until_disposal_;
  }
  return until_disposal({in_service_, start_of_fiscal_month(end)});
}

}  // namespace purser::books
