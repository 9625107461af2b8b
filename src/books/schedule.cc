#include "books/schedule.h"

#include <fmt/format.h>

#include "books/declining_balance.h"
#include "books/macrs.h"
#include "books/share_of.h"
#include "books/timeline.h"
#include "books/units_of_production.h"
#include "books/weighted_years.h"

namespace purser::books {
namespace {

using money::Money;

// IAS 16.62, straight line: the depreciable base in proportion to the time that has passed.
class StraightLineCurve {
 public:
  StraightLineCurve(std::int64_t base, const Timeline& timeline)
      : timeline_(timeline), base_(base) {}

  std::int64_t accumulated(const CalendarDay& day) {
    const Elapsed elapsed = timeline_.at(day);
    return base_(elapsed.ticks, timeline_.ticks() * elapsed.per);
  }

  // The same for all charges at once, if their periods are whole months: most books are this.
  bool fill(std::vector<Charge>& charges, const Periods& periods, money::Currency currency) const {
    const int months = periods.whole_months();
    if (months == 0) return false;
    return timeline_.with_months([&](auto ticks_before) {
      ShareOf base = base_;
      const std::int64_t ticks = timeline_.ticks();
      int month = periods.end().month;
      Date start = periods.start();
      std::int64_t before = 0;
      for (Charge& charge : charges) {
        const Date end = first_of(month);
        const std::int64_t after = base(ticks_before(month), ticks);
        charge.period = {start, end};
        charge.amount = Money(after - before, currency);
        before = after;
        start = end;
        month += months;
      }
    });
  }

 private:
  const Timeline& timeline_;
  ShareOf base_;
};

template <class Use>
void use_declining(const Terms& terms, const Declining& declining, const Timeline& timeline,
                   Use& use) {
  if (declining.opening <= declining.floor) {
    return use(StraightLineCurve(0, timeline), timeline.charged());
  }
  const auto with = [&](const Timeline& whole) {
    if (NarrowDecliningBalance::fits(declining)) {
      return use(NarrowDecliningBalance(declining, timeline, whole), timeline.charged());
    }
    use(WideDecliningBalance(declining, timeline, whole), timeline.charged());
  };
  if (!terms.disposed) return with(timeline);
  with(Timeline(terms, Timeline::Disposal::kIgnored));
}

template <class Use>
void use_macrs(const Terms& terms, const Macrs& macrs, const Timeline& timeline, Use& use) {
  if (macrs_denied(terms)) {
    const Period never{terms.in_service, terms.in_service};
    return use(StraightLineCurve(0, timeline), never);
  }
  if (macrs_table(macrs.years, terms.convention, 0).empty()) {
    return use_declining(terms, macrs_declining(terms), timeline, use);
  }
  const Timeline whole(terms, Timeline::Disposal::kIgnored);
  use(MacrsTableCurve(terms, timeline, whole), timeline.charged());
}

template <class Weighted, class Use>
void use_weights(const Terms& terms, const Weighted& method, Use& use) {
  const Timeline timeline(terms);
  use(WeightedYearsCurve(terms, timeline, weights_of(method, timeline)), timeline.charged());
}

// Calls `use` with the curve of the method, and with the days over which it rises. A curve's
// accumulated(day) is the rounded accumulated depreciation in minor units, asked for days in order.
template <class Use>
void with_curve(const Terms& terms, Use use) {
  struct Choose {
    const Terms& terms;
    Use& use;
    std::int64_t base() const { return terms.cost.minor() - terms.salvage.minor(); }
    void operator()(const StraightLine&) const {
      const Timeline timeline(terms);
      use(StraightLineCurve(base(), timeline), timeline.charged());
    }
    void operator()(const DecliningBalance& method) const {
      const Timeline timeline(terms);
      use_declining(terms, {terms.cost.minor(), terms.salvage.minor(), method, terms.fiscal_year},
                    timeline, use);
    }
    void operator()(const SumOfYears& method) const { use_weights(terms, method, use); }
    void operator()(const YearsTable& method) const { use_weights(terms, method, use); }
    void operator()(const UnitsOfProduction&) const {
      const UnitsCurve curve(terms);
      use(UnitsCurve(curve), curve.charged());
    }
    void operator()(const Macrs& macrs) const {
      const Timeline timeline(terms);
      use_macrs(terms, macrs, timeline, use);
    }
  };
  std::visit(Choose{terms, use}, terms.method);
}

// Writes periods and amounts into charges, whose number is right; their sum.
template <class Curve>
std::int64_t fill(Curve& curve, std::vector<Charge>& charges, Periods periods,
                  money::Currency currency) {
  if constexpr (std::is_same_v<Curve, StraightLineCurve>) {
    if (curve.fill(charges, periods, currency))
      return curve.accumulated(calendar_day(charges.back().period.end));
  }
  std::int64_t before = 0;
  for (Charge& charge : charges) {
    const std::int64_t after = curve.accumulated(periods.end());
    charge.period = {periods.start(), periods.end().date};
    charge.amount = Money(after - before, currency);
    before = after;
    periods.next();
  }
  return before;
}

Status check_readings(const Terms& terms) {
  const auto* units = std::get_if<UnitsOfProduction>(&terms.method);
  if (units == nullptr || (units->used && !units->used->empty())) return {};
  return fail(ErrorCode::kInvalidInput,
              fmt::format("{} is charged by use and no use is known; give --units-used FILE, a CSV "
                          "of start,end,units",
                          name(terms.method)));
}

}  // namespace

Status schedule(const Terms& terms, PeriodLength length, Schedule& into) {
  PURSER_TRY(check(terms));
  PURSER_TRY(check_readings(terms));
  const money::Currency currency = terms.cost.currency();
  into.opening = terms.cost;
  into.section_179.reset();
  into.bonus.reset();
  into.additions.clear();
  into.accumulated_before.reset();
  if (std::holds_alternative<Macrs>(terms.method)) {
    const MacrsBasis basis = macrs_basis(terms);
    into.opening = Money(basis.basis, currency);
    if (basis.section_179 > 0) into.section_179 = Money(basis.section_179, currency);
    if (basis.bonus > 0) into.bonus = Money(basis.bonus, currency);
  }
  with_curve(terms, [&](auto&& curve, const Period& charged) {
    std::int64_t before = 0;
    if (charged.days() <= 0) {
      into.charges.clear();
    } else {
      const Periods periods(charged.start, length, terms.fiscal_year);
      into.charges.resize(periods.count_until(charged.end),
                          {{periods.start(), periods.end().date}, Money::zero(currency)});
      before = fill(curve, into.charges, periods, currency);
    }
    into.total = Money(before, currency);
  });
  return {};
}

Result<Schedule> schedule(const Terms& terms, PeriodLength length) {
  Schedule result{.charges = {},
                  .opening = terms.cost,
                  .total = terms.cost,
                  .section_179 = std::nullopt,
                  .bonus = std::nullopt};
  PURSER_TRY(schedule(terms, length, result));
  return result;
}

Result<Money> accumulated(const Terms& terms, Date date) {
  PURSER_TRY(check(terms));
  std::int64_t minor = 0;
  with_curve(terms,
             [&](auto&& curve, const Period&) { minor = curve.accumulated(calendar_day(date)); });
  return Money(minor, terms.cost.currency());
}

Money deducted_at_once(const Terms& terms) {
  const money::Currency currency = terms.cost.currency();
  if (!std::holds_alternative<Macrs>(terms.method)) return Money::zero(currency);
  const MacrsBasis basis = macrs_basis(terms);
  return {basis.section_179 + basis.bonus, currency};
}

Period charged_days(const Terms& terms) {
  Period days{terms.in_service, terms.in_service};
  with_curve(terms, [&](auto&&, const Period& charged) { days = charged; });
  return days;
}

}  // namespace purser::books
