#include "books/schedule.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "base/text.h"
#include "books/timeline.h"

namespace purser::books {
namespace {

using money::Int128;
using money::Money;

struct LengthName {
  std::string_view name;
  PeriodLength length;
};
constexpr std::array kLengths{
    LengthName{"day", PeriodLength::kDay},
    LengthName{"month", PeriodLength::kMonth},
    LengthName{"quarter", PeriodLength::kQuarter},
    LengthName{"year", PeriodLength::kYear},
};

tl::unexpected<Error> wrong(std::string message) {
  return fail(ErrorCode::kInvalidInput, std::move(message));
}

// IAS 16.62, straight line: the depreciable base in proportion to the time that has passed.
class StraightLineCurve {
 public:
  StraightLineCurve(const Terms& terms, const Timeline& timeline)
      : base_(Int128{terms.cost.minor()} - terms.salvage.minor()), timeline_(timeline) {}

  std::int64_t accumulated(Date date) const {
    const Share share = timeline_.at(date);
    return static_cast<std::int64_t>(money::multiply_divide(base_, share.done, share.total));
  }

 private:
  Int128 base_;
  const Timeline& timeline_;
};

// Calls `use` with the curve of the method: an object whose accumulated(Date) is the rounded
// accumulated depreciation in minor units. A new method is a new curve and a new overload.
template <class Use>
auto with_curve(const Terms& terms, const Timeline& timeline, Use use) {
  struct Choose {
    const Terms& terms;
    const Timeline& timeline;
    Use& use;
    auto operator()(StraightLine) const { return use(StraightLineCurve(terms, timeline)); }
  };
  return std::visit(Choose{terms, timeline, use}, terms.method);
}

// The fiscal year that contains `date` begins here.
Date fiscal_year_of(Date date, FiscalYearStart start) {
  const std::chrono::year_month_day ymd(date);
  const Date same_year(ymd.year() / start.month / start.day);
  return same_year <= date ? same_year
                           : Date((ymd.year() - std::chrono::years{1}) / start.month / start.day);
}

Period period_containing(Date date, PeriodLength length, FiscalYearStart fiscal_year) {
  constexpr int kMonthsPerQuarter = 3;
  constexpr int kMonthsPerYear = 12;
  switch (length) {
    case PeriodLength::kDay:
      return {date, date + std::chrono::days{1}};
    case PeriodLength::kMonth:
      return period_of(month_of(date));
    case PeriodLength::kQuarter: {
      Date start = fiscal_year_of(date, fiscal_year);
      Date end = add_months(start, kMonthsPerQuarter);
      while (end <= date) start = std::exchange(end, add_months(end, kMonthsPerQuarter));
      return {start, end};
    }
    case PeriodLength::kYear: {
      const Date start = fiscal_year_of(date, fiscal_year);
      return {start, add_months(start, kMonthsPerYear)};
    }
  }
  return {date, date};
}

}  // namespace

Result<PeriodLength> parse_period_length(std::string_view text) {
  std::vector<std::string> names;
  for (const LengthName& known : kLengths) {
    if (text == known.name) return known.length;
    names.emplace_back(known.name);
  }
  return wrong(fmt::format("'{}' is no length of a period{}; write {}", text,
                           did_you_mean(text, names), fmt::join(names, ", ")));
}

std::string_view name(PeriodLength length) {
  for (const LengthName& known : kLengths) {
    if (known.length == length) return known.name;
  }
  return {};
}

Result<FiscalYearStart> parse_fiscal_year_start(std::string_view text) {
  // 2001 is no leap year, so 02-29 is no date in it.
  const auto date = parse_date(fmt::format("2001-{}", text));
  if (date) {
    const std::chrono::year_month_day ymd(*date);
    if (ymd.day() <= std::chrono::day{28}) return FiscalYearStart{ymd.month(), ymd.day()};
  }
  return wrong(
      fmt::format("'{}' is no start of a fiscal year; write MM-DD with a day from 01 to "
                  "28, for example 07-01",
                  text));
}

Status check(const Terms& terms) {
  const auto order = money::compare(terms.salvage, terms.cost);
  if (!order) {
    return wrong(fmt::format("salvage {} is not in {}, the currency of the cost; convert it first",
                             format(terms.salvage), terms.cost.currency().code()));
  }
  if (terms.cost.is_negative() || terms.salvage.is_negative()) {
    return wrong(fmt::format("cost {} and salvage {} must not be negative", format(terms.cost),
                             format(terms.salvage)));
  }
  if (std::is_gt(*order)) {
    return wrong(fmt::format("salvage {} is more than cost {}; nothing would be left to depreciate",
                             format(terms.salvage), format(terms.cost)));
  }
  if (const auto life = parse_life(format(terms.life)); !life) return fail(life.error());
  if (!terms.life.months() && terms.convention != Convention::kDaily) {
    return wrong(
        fmt::format("a life in days ({}) and the convention {} of months do not fit; give "
                    "the life in mo or y, or choose daily",
                    format(terms.life), name(terms.convention)));
  }
  if (terms.disposed && *terms.disposed < terms.in_service) {
    return wrong(fmt::format("disposed on {}, before it was in service on {}",
                             format(*terms.disposed), format(terms.in_service)));
  }
  return {};
}

Result<Schedule> schedule(const Terms& terms, PeriodLength length, FiscalYearStart fiscal_year) {
  PURSER_TRY(check(terms));
  const Timeline timeline(terms);
  const Period charged = timeline.charged();
  const money::Currency currency = terms.cost.currency();
  return with_curve(terms, timeline, [&](const auto& curve) {
    Schedule result{{}, terms.cost, Money::zero(currency)};
    std::int64_t before = 0;
    Date next = charged.start;
    while (next < charged.end) {
      const Period period = period_containing(next, length, fiscal_year);
      const std::int64_t after = curve.accumulated(period.end);
      result.charges.push_back({period, Money(after - before, currency)});
      before = after;
      next = period.end;
    }
    result.total = Money(before, currency);
    return result;
  });
}

Result<Money> accumulated(const Terms& terms, Date date) {
  PURSER_TRY(check(terms));
  const Timeline timeline(terms);
  return with_curve(terms, timeline, [&](const auto& curve) {
    return Money(curve.accumulated(date), terms.cost.currency());
  });
}

}  // namespace purser::books
