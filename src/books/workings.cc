#include "books/workings.h"

#include <numeric>

#include <boost/multiprecision/cpp_int.hpp>
#include <fmt/format.h>

#include "books/balance_cells.h"
#include "books/macrs.h"
#include "books/schedule.h"
#include "books/timeline.h"
#include "books/units_of_production.h"
#include "books/weighted_years.h"

namespace purser::books {
namespace {

using Fraction = boost::multiprecision::cpp_rational;
using boost::multiprecision::cpp_int;
using money::Money;

Fraction ratio(std::int64_t numerator, std::int64_t denominator) {
  return {cpp_int(numerator), cpp_int(denominator)};
}
Fraction ratio(const Elapsed& elapsed) { return ratio(elapsed.ticks, elapsed.per); }

std::string text_of(const Fraction& part) {
  return fmt::format("{}/{}", numerator(part).str(), denominator(part).str());
}

// Halves up; what is written here is at least zero.
Money rounded(const Fraction& minor, money::Currency currency) {
  const Fraction twice = 2 * minor + 1;
  return {static_cast<std::int64_t>(cpp_int(numerator(twice) / (2 * denominator(twice)))),
          currency};
}

// "259 / 1461 days", "8.5 / 48 months", in the convention's own unit, of what is left from `since`
// on; where what passed is no whole or half month, "1/80 of its life".
std::string life_text(const Terms& terms, std::optional<Date> since, Date date) {
  const Timeline timeline(terms);
  const Timeline kept(terms, Timeline::Disposal::kIgnored);
  const Fraction before = since ? ratio(kept.at(calendar_day(*since))) : Fraction(0);
  const Fraction done = ratio(timeline.at(calendar_day(date))) - before;
  const Fraction whole = timeline.ticks() - before;
  if (timeline.by_days()) return fmt::format("{} / {} days", done.str(), whole.str());
  if (denominator(done) != 1 || denominator(whole) != 1) {
    return fmt::format("{} of {}its life", text_of(done / whole), since ? "the rest of " : "");
  }
  const auto months = [](const Fraction& ticks) {
    const auto count = static_cast<std::int64_t>(numerator(ticks));
    return fmt::format("{}{}", count / kTicksPerMonth, count % kTicksPerMonth == 0 ? "" : ".5");
  };
  return fmt::format("{} / {} months", months(done), months(whole));
}

// W: the part of the whole that the method charges before `date`.
template <class Weighted>
Fraction part_by_weights(const Terms& terms, const Weighted& method, Date date) {
  const Timeline timeline(terms);
  WeightedYearsCurve curve(terms, timeline, weights_of(method, timeline));
  const Share share = curve.share(calendar_day(date));
  return ratio(share.done, share.total);
}
Fraction part_by_use(const Terms& terms, Date date) {
  const UnitsShare share = UnitsCurve(terms).share(calendar_day(date));
  return {cpp_int(share.done), cpp_int(share.total)};
}

std::string base_text(const Terms& terms) {
  return fmt::format("({} - {})", format(terms.cost), format(terms.salvage));
}

// "1,200.5 / 60,000 units"; within a reading, those of its days until then.
std::string units_text(const Terms& terms, const UnitsOfProduction& method, Date date) {
  const Fraction done = part_by_use(terms, date) * Fraction(cpp_int(method.total_millionths));
  const bool exact = denominator(done) == 1;
  const auto millionths = static_cast<money::Int128>(cpp_int(numerator(done) / denominator(done)));
  return fmt::format("{}{} / {} units", exact ? "" : "about ", format_units(millionths),
                     format_units(method.total_millionths));
}

// The cells before that of `date` one after another, and then what that one charges of what is left
// at its start.
std::string declining_text(const Terms& terms, const Declining& declining, Date date) {
  const Timeline whole(terms, Timeline::Disposal::kIgnored);
  const Fraction now = ratio(Timeline(terms).at(calendar_day(date)));
  const auto money = [&](const Fraction& minor) {
    return format(rounded(minor, terms.cost.currency()));
  };
  Fraction left = declining.opening;
  for (Cells cells(declining, whole);; cells.next()) {
    const Cell& cell = cells.now();
    const Fraction above = left - declining.floor;
    const Fraction share = ratio(cell.share.numerator, cell.share.denominator);
    const Fraction line = ratio(cell.line.numerator, cell.line.denominator);
    Fraction charge = left * share;
    std::string how = fmt::format("{} x {}", money(left), text_of(share));
    if (declining.method.switches && above * line > charge) {
      charge = above * line;
      how = fmt::format("({} - {}) x {} in a straight line", money(left), money(declining.floor),
                        text_of(line));
    }
    if (cell.last || charge > above) {
      charge = above;
      how = fmt::format("the {} left above {}", money(above), money(declining.floor));
    }
    const Fraction start = ratio(cell.start);
    const Fraction end = ratio(cell.end);
    if (now < end || cell.last) {
      const Fraction within = end == start ? Fraction(1) : (now - start) / (end - start);
      const Fraction before = declining.opening - left;
      return fmt::format("{}{}{}", before == 0 ? "" : money(before) + " before its year + ", how,
                         within >= 1 ? "" : fmt::format(" x {} of the year", text_of(within)));
    }
    left -= charge;
    if (now == end) {
      return fmt::format("{} - {} left after its year", money(declining.opening), money(left));
    }
  }
}

struct Workings {
  const Terms& terms;
  Date date;

  std::string operator()(const StraightLine&) const {
    return fmt::format("{} x {}", base_text(terms), life_text(terms, std::nullopt, date));
  }
  std::string operator()(const DecliningBalance& method) const {
    return declining_text(
        terms, {terms.cost.minor(), terms.salvage.minor(), method, terms.fiscal_year}, date);
  }
  std::string operator()(const SumOfYears& method) const {
    return fmt::format("{} x {} by the digits of its years", base_text(terms),
                       text_of(part_by_weights(terms, method, date)));
  }
  std::string operator()(const YearsTable& method) const {
    return fmt::format("{} x {} by the percents of its years", base_text(terms),
                       text_of(part_by_weights(terms, method, date)));
  }
  std::string operator()(const UnitsOfProduction& method) const {
    return fmt::format("{} x {}", base_text(terms), units_text(terms, method, date));
  }
  std::string operator()(const Macrs& method) const {
    if (method.years > 7) return declining_text(terms, macrs_declining(terms), date);
    return fmt::format("{} by the rates of its class over {}",
                       format(Money(macrs_basis(terms).basis, terms.cost.currency())),
                       life_text(terms, std::nullopt, date));
  }
};

// What of the rest of the curve passes until `date`.
struct RestOfCurve {
  const Terms& terms;
  Date since;
  Date date;

  std::string operator()(const StraightLine&) const { return life_text(terms, since, date); }
  std::string operator()(const DecliningBalance&) const { return {}; }
  std::string operator()(const SumOfYears& method) const {
    return rest(part_by_weights(terms, method, since), part_by_weights(terms, method, date),
                "of what its digits leave");
  }
  std::string operator()(const YearsTable& method) const {
    return rest(part_by_weights(terms, method, since), part_by_weights(terms, method, date),
                "of what its percents leave");
  }
  std::string operator()(const UnitsOfProduction&) const {
    return rest(part_by_use(terms, since), part_by_use(terms, date), "of the units left");
  }
  std::string operator()(const Macrs&) const { return {}; }

  static std::string rest(const Fraction& before, const Fraction& now, std::string_view of_what) {
    if (before >= 1) return {};
    return fmt::format("{} {}", text_of(Fraction((now - before) / (1 - before))), of_what);
  }
};

}  // namespace

std::string workings(const Terms& terms, Date date) {
  return std::visit(Workings{terms, date}, terms.method);
}

std::string workings_since(const Terms& terms, Date since, std::int64_t charged, Date date) {
  const std::string rest = std::visit(RestOfCurve{terms, since, date}, terms.method);
  const money::Currency currency = terms.cost.currency();
  const std::int64_t left = terms.cost.minor() - charged;
  if (rest.empty() || left < terms.salvage.minor() || date <= since) return {};
  return fmt::format(
      "{}({} - {}) x {}",
      charged == 0 ? ""
                   : fmt::format("{} by {} + ", format(Money(charged, currency)), format(since)),
      format(Money(left, currency)), format(terms.salvage), rest);
}

}  // namespace purser::books
