// What an asset costs in a month: depreciation from its terms, contracts spread by days. Pure.
#include <algorithm>

#include <fmt/format.h>

#include "books/books.h"
#include "books/workings.h"

namespace purser::books {
namespace {

using money::Int128;
using money::Money;

// A contract spread by days of its calendar period, in ticks that divide every length of it: a
// year is 365 * 366 ticks, a month lcm(28, 29, 30, 31).
struct Spread {
  std::string_view per;
  std::int64_t ticks_per_period;
  std::int64_t (*periods_before)(Date);  // whole periods since year 0
  Period (*period_containing)(Date);
};

Period year_containing(Date date) {
  const std::chrono::year year = std::chrono::year_month_day(date).year();
  return {Date(year / 1 / 1), Date((year + std::chrono::years{1}) / 1 / 1)};
}
Period month_containing(Date date) { return period_of(month_of(date)); }
std::int64_t years_before(Date date) {
  return static_cast<int>(std::chrono::year_month_day(date).year());
}
std::int64_t months_before(Date date) {
  const std::chrono::year_month_day ymd(date);
  return std::int64_t{static_cast<int>(ymd.year())} * 12 + static_cast<unsigned>(ymd.month());
}
constexpr Spread kYearly{"year", std::int64_t{365} * 366, years_before, year_containing};
constexpr Spread kMonthly{"month", 377'580, months_before, month_containing};

std::int64_t ticks_at(const Spread& spread, Date date) {
  const Period period = spread.period_containing(date);
  return spread.periods_before(date) * spread.ticks_per_period +
         (date - period.start).count() * (spread.ticks_per_period / period.days());
}

// The contract's cost from `from` until `to`, to the minor unit.
Int128 cost_until(const Spread& spread, Money contract, Date from, Date to) {
  return money::multiply_divide(contract.minor(), ticks_at(spread, to) - ticks_at(spread, from),
                                spread.ticks_per_period);
}

// What is agreed for a kind of expense, and how it spreads.
struct Contract {
  const std::optional<Money>& amount;
  const Spread& spread;
};
Contract contract_of(const Asset& asset, Kind kind) {
  if (kind == Kind::kMaintenance) return {asset.maintenance_per_year, kYearly};
  return {asset.space_per_month, kMonthly};
}

Part contract_part(const Asset& asset, Kind kind, Month month) {
  const Contract contract = contract_of(asset, kind);
  const Money amount = contract_amount(asset, kind, month);
  if (!contract.amount) return {amount, fmt::format("no {} agreed", name(kind))};
  const Period service = asset.service_in(period_of(month));
  if (service.days() <= 0) return {amount, "not in service in this month"};
  const std::int64_t days = service.days();
  const std::int64_t days_of_period = contract.spread.period_containing(service.start).days();
  const bool carried =
      money::multiply_divide(contract.amount->minor(), days, days_of_period) != amount.minor();
  return {amount, fmt::format("{} a {} x {} / {} days = {}{}", format(*contract.amount),
                              contract.spread.per, days, days_of_period, format(amount),
                              carried ? ", rounded together with the months before" : "")};
}

// What last changed how it wears off, by then; null: nothing did.
const Event* last_change(const Asset& asset, Date by) {
  const Event* last = nullptr;
  for (const Event& event : asset.events) {
    const bool counts = event.concerns(Book::kFinancial) && !is_of_placement(event.what) &&
                        !std::holds_alternative<Repair>(event.what);
    if (counts && event.effective < by) last = &event;
  }
  return last;
}

// Null: what happened is no takeover, or one that goes on from whole minor units.
const Portion* taken_over_exactly(const Event& event) {
  const auto* const opening = std::get_if<Opening>(&event.what);
  if (opening == nullptr) return nullptr;
  const auto found = std::ranges::find_if(opening->portions, [](const Portion& portion) {
    return portion.goes_on && portion.book == Book::kFinancial;
  });
  return found == opening->portions.end() ? nullptr : &*found;
}

Result<std::string> how_it_came(const Asset& asset, const Course& course, Date by) {
  const Date day = by - std::chrono::days{1};
  const Terms& terms = course.terms(day);
  const Event* const change = last_change(asset, by);
  if (change == nullptr) return workings(terms, by);
  if (const Portion* const before = taken_over_exactly(*change)) {
    const Money taken(before->accumulated, asset.currency());
    Terms whole = terms;
    whole.cost = Money(before->cost, asset.currency());
    return fmt::format("{}, less {} of before {}", workings(whole, by), format(taken),
                       format(change->effective));
  }
  const bool leaves = terms.disposed.has_value() && *terms.disposed <= by;
  if (!leaves) {
    PURSER_ASSIGN(const Money charged, course.accumulated(change->effective));
    std::string how = workings_since(terms, change->effective, charged.minor(), by);
    if (!how.empty()) return how;
  }
  return fmt::format("{} capitalised, with all that happened until then", format(course.cost(day)));
}

// Of what is charged by use there may be more than anybody told yet; empty where it is all charged.
Result<std::string> unknown_use(const Course& course, const Terms& terms, const Period& month) {
  const auto* const units = std::get_if<UnitsOfProduction>(&terms.method);
  if (units == nullptr) return std::string();
  PURSER_ASSIGN(const Money left, course.book_value(month.start));
  if (left.minor() <= terms.salvage.minor()) return std::string();
  const bool any = units->used != nullptr && !units->used->empty();
  return fmt::format(
      "{}: no use is known {}", name(terms.method),
      any ? fmt::format("from {} on", format(units->used->back().period.end)) : std::string("yet"));
}

Result<std::string> formula_of(const Asset& asset, const Course& course, const Period& month,
                               Money before, Money after) {
  const Period charged = course.charged();
  if (month.end <= charged.start) return fmt::format("charged from {} on", format(charged.start));
  if (const auto gone = course.disposed(); gone && month.start >= *gone) {
    return fmt::format("gone since {}", format(*gone));
  }
  const Terms& terms = course.terms(month.end - std::chrono::days{1});
  if (month.start >= charged.end) {
    PURSER_ASSIGN(std::string unknown, unknown_use(course, terms, month));
    if (!unknown.empty()) return unknown;
    return fmt::format("fully charged since {}", format(charged.end));
  }
  PURSER_ASSIGN(const std::string how, how_it_came(asset, course, month.end));
  return fmt::format("{}, {}: {} = {} by {}, less {} by {}", name(terms.method),
                     name(terms.convention), how, format(after), format(month.end), format(before),
                     format(month.start));
}

Result<Part> depreciation_part(const Asset& asset, const Period& month) {
  PURSER_ASSIGN(const Course course, asset.course(Book::kFinancial));
  PURSER_ASSIGN(const Money before, course.accumulated(month.start));
  PURSER_ASSIGN(const Money after, course.accumulated(month.end));
  PURSER_ASSIGN(const Money amount, money::subtract(after, before));
  PURSER_ASSIGN(std::string formula, formula_of(asset, course, month, before, after));
  PURSER_ASSIGN(const std::vector<Period> unread, days_without_reading(asset, month));
  const Period service = asset.service_in(month);
  if (!unread.empty() && unread.front() == service) {
    formula += fmt::format("; no reading of its use from {} until {}", format(service.start),
                           format(service.end));
  }
  return Part{amount, std::move(formula)};
}

}  // namespace

// Cumulative since these books have the asset, so that cents neither appear nor vanish over the
// years.
Money contract_amount(const Asset& asset, Kind kind, Month month) {
  const money::Currency currency = asset.currency();
  const Contract contract = contract_of(asset, kind);
  const Period service = asset.service_in(period_of(month));
  if (!contract.amount || service.days() <= 0) return Money::zero(currency);
  const auto until = [&](Date date) {
    return cost_until(contract.spread, *contract.amount, asset.begins(), date);
  };
  return {static_cast<std::int64_t>(until(service.end) - until(service.start)), currency};
}

const Terms* Asset::terms_in(Book book) const {
  if (book == Book::kFinancial) return &terms;
  const auto found = std::find_if(memo.begin(), memo.end(),
                                  [&](const MemoTerms& one) { return one.book == book; });
  return found == memo.end() ? nullptr : &found->terms;
}

Period Asset::service_in(const Period& days) const {
  Period service{days.start, days.start};
  const auto stay = [&](Date from, Date until) {
    const Period both{std::max(days.start, from), std::min(days.end, until)};
    if (both.days() > 0) service = both;
  };
  std::optional<Date> since = begins();
  for (const Event& event : events) {
    const bool leaves =
        std::holds_alternative<Disposal>(event.what) || std::holds_alternative<Merged>(event.what);
    if (leaves && since) {
      stay(*since, event.effective);
      since.reset();
    }
    if (std::holds_alternative<Reinstatement>(event.what)) since = event.effective;
  }
  if (since) stay(*since, terms.disposed.value_or(days.end));
  return service;
}

Result<Course> Asset::course(Book book) const {
  std::vector<Event> its;
  for (const Event& event : events) {
    if (!event.concerns(book)) continue;
    its.push_back(event);
    auto* const portions = portions_of(its.back().what);
    if (portions == nullptr) continue;
    std::erase_if(*portions, [&](const Portion& portion) { return portion.book != book; });
  }
  if (rulings.empty()) return Course::of(*terms_in(book), its);
  std::vector<MacrsRuling> of_book;
  for (const MacrsRuling& ruling : rulings) {
    if (ruling.year.book == book) of_book.push_back(ruling);
  }
  return Course::of(*terms_in(book), its, of_book);
}

std::string_view name(Kind kind) {
  switch (kind) {
    case Kind::kDepreciation:
      return "depreciation";
    case Kind::kMaintenance:
      return "maintenance";
    case Kind::kSpace:
      return "space";
    case Kind::kEnergy:
      return "energy";
  }
  return {};
}

const Part& PeriodParts::part(Kind kind) const {
  switch (kind) {
    case Kind::kDepreciation:
      return depreciation;
    case Kind::kMaintenance:
      return maintenance;
    case Kind::kSpace:
      return space;
    case Kind::kEnergy:
      break;
  }
  return energy;
}

Part& PeriodParts::part(Kind kind) { return const_cast<Part&>(std::as_const(*this).part(kind)); }

Money PeriodParts::total() const {
  Money sum = Money::zero(depreciation.amount.currency());
  for (const Kind kind : kKinds) {
    // One currency, and each amount at most kAmountMinorMax: the sum of four cannot overflow, nor
    // with what is late of a thousand months.
    sum = Money(sum.minor() + part(kind).amount.minor(), sum.currency());
  }
  for (const LateEnergy& late : late_energy) {
    sum = Money(sum.minor() + late.amount.minor(), sum.currency());
  }
  if (caught_up) sum = Money(sum.minor() + caught_up->minor(), sum.currency());
  return sum;
}

Result<PeriodParts> parts_of(const Asset& asset, Month month) {
  const Period whole = period_of(month);
  PURSER_ASSIGN(Part depreciation, depreciation_part(asset, whole));
  return PeriodParts{
      interval_of(asset.service_in(whole)),
      std::move(depreciation),
      contract_part(asset, Kind::kMaintenance, month),
      contract_part(asset, Kind::kSpace, month),
      Part{Money::zero(asset.currency()), "accrued when the month is closed"},
      false,
  };
}

}  // namespace purser::books
