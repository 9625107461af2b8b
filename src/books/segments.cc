#include "books/segments.h"

#include <algorithm>

#include <boost/multiprecision/cpp_int.hpp>

#include "books/balance_cells.h"
#include "books/schedule.h"
#include "books/timeline.h"
#include "books/units_of_production.h"
#include "books/weighted_years.h"

namespace purser::books {
namespace {

using Fraction = boost::multiprecision::cpp_rational;
using boost::multiprecision::cpp_int;

Fraction ratio(std::int64_t numerator, std::int64_t denominator) {
  return {cpp_int(numerator), cpp_int(denominator)};
}
Fraction ratio(const Elapsed& elapsed) { return ratio(elapsed.ticks, elapsed.per); }

// Halves up, below zero too: what is added to a whole number then rounds as the sum does.
std::int64_t rounded(const Fraction& amount) {
  const Fraction twice = 2 * amount + 1;
  const cpp_int divisor = 2 * denominator(twice);
  cpp_int quotient = numerator(twice) / divisor;  // towards zero
  if (quotient * divisor > numerator(twice)) --quotient;
  return static_cast<std::int64_t>(quotient);
}

// As if it were not disposed of.
std::vector<Segment> as_if_kept(std::span<const Segment> segments) {
  std::vector<Segment> stays(segments.begin(), segments.end());
  for (Segment& segment : stays) segment.terms.disposed.reset();
  return stays;
}

// Of an asset that was taken over: as if it had been here all along.
Segment as_if_always_here(const Segment& segment) {
  Segment whole = segment;
  whole.start = segment.terms.in_service;
  whole.terms.cost = money::Money(segment.balances.cost, segment.terms.cost.currency());
  whole.balances.eliminated = 0;
  whole.began = Began::kAdded;
  whole.year_base.clear();
  whole.ahead = 0;
  whole.goes_on = false;
  return whole;
}

// Whether nothing happened to it since it was taken over at what its terms had charged.
bool goes_on(std::span<const Segment> segments) {
  return segments.size() == 1 && segments.front().goes_on;
}

// What segment i may still charge when it begins.
Fraction base_of(const Segment& segment) {
  const std::int64_t base =
      segment.terms.cost.minor() - segment.opening - segment.terms.salvage.minor();
  return std::max<std::int64_t>(base, 0);  // a salvage may be raised above what is left: IAS 16.54
}

// W: the part of the whole that the method charges before `date`.
struct Worn {
  const Terms& terms;
  Date date;

  Fraction operator()(const StraightLine&) const {
    const Timeline timeline(terms);
    return ratio(timeline.at(calendar_day(date))) / timeline.ticks();
  }
  Fraction operator()(const SumOfYears& method) const { return by_weights(method); }
  Fraction operator()(const YearsTable& method) const { return by_weights(method); }
  Fraction operator()(const UnitsOfProduction&) const {
    const UnitsShare share = UnitsCurve(terms).share(calendar_day(date));
    return {cpp_int(share.done), cpp_int(share.total)};
  }
  // Neither goes by a rest of its curve.
  Fraction operator()(const DecliningBalance&) const { return 0; }
  Fraction operator()(const Macrs&) const { return 0; }

  template <class Weighted>
  Fraction by_weights(const Weighted& method) const {
    const Timeline timeline(terms);
    WeightedYearsCurve curve(terms, timeline, weights_of(method, timeline));
    const Share share = curve.share(calendar_day(date));
    return ratio(share.done, share.total);
  }
};
Fraction worn(const Terms& terms, Date date) { return std::visit(Worn{terms, date}, terms.method); }

// --- declining balance ---------------------------------------------------------------------------

// The rate of a year applies to the amount at its start. An event within the year moves that amount
// by what it capitalises, for the rest of the year, or, where the asset was measured anew, in
// proportion to what it is carried at; from the next one on the rate applies to what is left then.
struct Declined {
  Fraction charged;  // since the segment began
  Fraction base;     // what the rate of the year applies to
};
Declined decline(std::span<const Segment> segments, Date date);

// Of an asset that was taken over: as it was that day; a disposal that comes later moves what has
// passed of its year.
Fraction taken_over_base(const Segment& segment, const Fraction& left) {
  Segment plain = as_if_always_here(segment);
  plain.terms.disposed.reset();
  const auto charged = accumulated(plain.terms, segment.start);
  const std::int64_t carried = segment.balances.cost - (charged ? charged->minor() : 0);
  if (carried <= 0) return left;
  return decline(std::span(&plain, 1), segment.start).base * left / carried;
}

Fraction first_base(std::span<const Segment> segments, const Cells& cells, const Fraction& from) {
  const Segment& segment = segments.back();
  const Fraction left = segment.terms.cost.minor() - segment.opening;
  if (from == ratio(cells.now().start)) return left;
  if (!segment.year_base.empty()) return Fraction(segment.year_base);
  if (segment.began == Began::kTakenOver) return taken_over_base(segment, left);
  if (segments.size() == 1) return left;
  // As it was that day: a disposal that comes later moves what has passed of its year.
  const std::vector<Segment> before = as_if_kept(segments.first(segments.size() - 1));
  const Terms& old = before.back().terms;
  const auto* was = std::get_if<DecliningBalance>(&old.method);
  const auto* is = std::get_if<DecliningBalance>(&segment.terms.method);
  if (was == nullptr || was->per_period != is->per_period) return left;
  const Fraction base = decline(before, segment.start).base;
  if (segment.began == Began::kAdded) return base + segment.terms.cost.minor() - old.cost.minor();
  const std::int64_t carried = old.cost.minor() - segment.opening;
  return carried <= 0 ? left : Fraction(base * left / carried);
}

Declined decline(std::span<const Segment> segments, Date date) {
  const Segment& segment = segments.back();
  if (goes_on(segments)) {
    const Segment whole = as_if_always_here(segment);
    Declined result = decline(std::span(&whole, 1), date);
    result.charged -= decline(std::span(&whole, 1), segment.start).charged;
    return result;
  }
  const auto& method = std::get<DecliningBalance>(segment.terms.method);
  const Timeline whole(segment.terms, Timeline::Disposal::kIgnored);
  const Timeline timeline(segment.terms);
  Fraction from = ratio(whole.at(calendar_day(segment.start)));
  const Fraction now = ratio(timeline.at(calendar_day(date)));
  Cells cells({segment.terms.cost.minor(), segment.terms.salvage.minor(), method,
               segment.terms.fiscal_year},
              whole);
  while (!cells.now().last && ratio(cells.now().end) <= from) cells.next();
  Fraction above = base_of(segment);
  Declined result{0, first_base(segments, cells, from)};
  Fraction left = segment.terms.cost.minor() - segment.opening;
  while (true) {
    const Cell& cell = cells.now();
    const Fraction end = ratio(cell.end);
    if (now <= from || end <= from) return result;
    const Fraction rest = (end - from) / (end - ratio(cell.start));
    Fraction charge = result.base * ratio(cell.share.numerator, cell.share.denominator) * rest;
    if (method.switches) {  // what is left of the cell, of what is left of the life
      const Fraction line = ratio(cell.line.numerator, cell.line.denominator);
      charge = std::max<Fraction>(charge, above * line * rest / (1 - line * (1 - rest)));
    }
    if (cell.last || charge > above) charge = above;
    if (now < end || cell.last) {
      result.charged += charge * std::min<Fraction>((now - from) / (end - from), 1);
      return result;
    }
    result.charged += charge;
    above -= charge;
    left -= charge;
    result.base = left;
    from = end;
    cells.next();
  }
}

// --- any method ----------------------------------------------------------------------------------

Fraction charged_by_rest(const Segment& segment, Date date) {
  // A convention may say that the month of disposal passed sooner, or later: not before it was
  // known.
  Terms kept = segment.terms;
  kept.disposed.reset();
  const Fraction before = worn(kept, segment.start);
  if (before >= 1) return 0;
  const Fraction now = std::max(worn(segment.terms, date), before);
  return base_of(segment) * (now - before) / (1 - before);
}

bool goes_by_table_or_use(const Terms& terms) {
  return std::holds_alternative<Macrs>(terms.method) ||
         std::holds_alternative<UnitsOfProduction>(terms.method);
}

// Whether less of its life has passed by then, as its disposal has it, than when it began.
bool goes_before_it_began(const Segment& segment, Date date) {
  if (!segment.terms.disposed || date <= segment.start) return false;
  const Timeline kept(segment.terms, Timeline::Disposal::kIgnored);
  return ratio(Timeline(segment.terms).at(calendar_day(date))) <
         ratio(kept.at(calendar_day(segment.start)));
}

// Whether that is so of the last segment, and what was charged in the one before goes on in it.
bool ends_before_it_began(std::span<const Segment> segments, Date date);

std::int64_t charged(std::span<const Segment> segments, Date date) {
  const Segment& segment = segments.back();
  if (segment.ahead != 0 && goes_before_it_began(segment, date)) {
    return segment.opening - segment.ahead;
  }
  // What was too much is taken back at what it was charged at.
  if (ends_before_it_began(segments, date)) {
    return charged(segments.first(segments.size() - 1), date);
  }
  const bool by_table = std::holds_alternative<Macrs>(segment.terms.method);
  const bool is_plain = segments.size() == 1 && segment.began != Began::kTakenOver;
  if (by_table || is_plain || goes_on(segments)) {
    // The terms passed check(). A table goes by the cost alone; what came or went with a part of
    // the asset is not charged here.
    const bool follows =
        segments.size() > 1 || segment.began == Began::kTakenOver || segment.is_late();
    if (follows && date <= segment.start) return segment.opening;
    std::optional<Segment> always_here;
    if (goes_on(segments)) always_here = as_if_always_here(segment);
    const auto whole = accumulated(always_here ? always_here->terms : segment.terms, date);
    const std::int64_t minor = whole ? whole->minor() : 0;
    const std::int64_t here = minor + segment.balances.eliminated;
    const bool may_be_less = segment.terms.disposed || segment.is_ruled;
    return may_be_less ? here : std::max(segment.opening, here);
  }
  const bool declines = std::holds_alternative<DecliningBalance>(segment.terms.method);
  return segment.opening +
         rounded(declines ? decline(segments, date).charged : charged_by_rest(segment, date));
}

bool ends_before_it_began(std::span<const Segment> segments, Date date) {
  const Segment& last = segments.back();
  if (!last.terms.disposed || segments.size() < 2) return false;
  const auto before = segments.first(segments.size() - 1);
  if (before.back().terms.disposed != last.terms.disposed) return false;
  // A table says itself what the year of disposal has. What went with a part, or came with one, is
  // no longer in the segment before: what of the rest was charged ahead was counted that day.
  if (goes_by_table_or_use(last.terms) || last.began == Began::kDivided) return false;
  if (!goes_before_it_began(last, date)) return false;
  return charged(as_if_kept(before), last.start) == last.opening;
}

// What conventions charge of the month or year of disposal is known only then: the months before it
// stand, and so does what was charged before something else that happened in that month; the rest
// of the month of disposal makes good what was too much or too little. (What never changed is
// spread by the schedule itself.)
bool settles(std::span<const Segment> segments) {
  const Segment& last = segments.back();
  if (std::holds_alternative<UnitsOfProduction>(last.terms.method)) return false;
  const Convention convention = last.terms.convention;
  const bool by_year = convention == Convention::kHalfYear ||
                       convention == Convention::kMidQuarter || convention == Convention::kFullYear;
  const bool changed = segments.size() > 1 || (last.began == Began::kTakenOver && !last.goes_on);
  return by_year || (changed && convention != Convention::kDaily);
}

}  // namespace

std::int64_t accumulated_in(std::span<const Segment> segments, Date date) {
  const std::optional<Date> disposed = segments.back().terms.disposed;
  if (!disposed || !settles(segments)) return charged(segments, date);
  const Date left = segments.back().left.value_or(*disposed);
  const Period month = period_of(month_of(left));
  if (date >= left && date > month.start) return charged(segments, month.end);
  const std::vector<Segment> stays = as_if_kept(segments);
  const Date stands = std::max(month.start, segments.back().start);
  if (date <= stands) return charged(stays, date);
  const std::int64_t before = charged(stays, stands);
  const std::int64_t after = charged(segments, month.end);
  return before + rounded(Fraction(after - before) *
                          ratio((date - stands).count(), (left - stands).count()));
}

std::span<const Segment> until(std::span<const Segment> layer, Date date) {
  const auto later = std::find_if(layer.begin() + 1, layer.end(),
                                  [&](const Segment& segment) { return segment.start > date; });
  return {layer.begin(), later};
}

// A loss in profit wears off with what is left to charge: charges are smaller by it. (So a gain
// that makes it good brings no more than it would be carried at without it.)
Balances worn_balances(std::span<const Segment> layer, Date on) {
  const Segment& last = layer.back();
  Balances balances = last.balances;
  if (balances.lost == 0) return balances;
  const std::int64_t below = last.terms.cost.minor() - last.terms.salvage.minor();
  const std::int64_t at_start = below - last.opening;
  const std::int64_t left = below - accumulated_in(layer, on);
  if (at_start <= 0) return balances;  // nothing is charged any more
  balances.lost = static_cast<std::int64_t>(
      money::multiply_divide(balances.lost, std::max<std::int64_t>(left, 0), at_start));
  return balances;
}

std::int64_t charged_ahead(std::span<const Segment> layer, Date on) {
  if (goes_by_table_or_use(layer.back().terms)) return 0;
  std::vector<Segment> gone(layer.begin(), layer.end());
  for (Segment& segment : gone) {
    if (!segment.terms.disposed) segment.terms.disposed = segment.left = on;  // else it came back
  }
  const std::int64_t granted = accumulated_in(gone, period_of(month_of(on)).end);
  return std::max<std::int64_t>(accumulated_in(layer, on) - granted, 0);
}

std::string year_base(std::span<const Segment> segments, Date date) {
  if (!std::holds_alternative<DecliningBalance>(segments.back().terms.method)) return {};
  return decline(segments, date).base.str();
}

std::string share_of_year_base(std::string_view base, std::int64_t part, std::int64_t whole) {
  if (base.empty() || whole == 0) return std::string(base);
  return Fraction(Fraction(std::string(base)) * part / whole).str();
}

std::string sum_of_year_bases(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) return {};
  return Fraction(Fraction(std::string(a)) + Fraction(std::string(b))).str();
}

bool fully_charged(const Segment& segment, Date date) {
  // Use may be over before the life is, and so may the percents of a table.
  if (std::holds_alternative<UnitsOfProduction>(segment.terms.method) ||
      std::holds_alternative<YearsTable>(segment.terms.method)) {
    return worn(segment.terms, date) >= 1;
  }
  const Share share = Timeline(segment.terms).share_at(date);
  return share.done == share.total;
}

}  // namespace purser::books
