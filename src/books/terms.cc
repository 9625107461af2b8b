#include "books/terms.h"

#include <array>
#include <charconv>

#include <fmt/format.h>

namespace purser::books {
namespace {

constexpr int kMonthsPerYear = 12;
constexpr std::int32_t kYearsMost = 100;

struct UnitName {
  std::string_view suffix;
  Life::Unit unit;
  std::int32_t most;
};
constexpr std::array kUnits{
    UnitName{"y", Life::Unit::kYears, kYearsMost},
    UnitName{"mo", Life::Unit::kMonths, kYearsMost* kMonthsPerYear},
    UnitName{"d", Life::Unit::kDays, kYearsMost * 36525 / 100},
};

tl::unexpected<Error> wrong(std::string message) {
  return fail(ErrorCode::kInvalidInput, std::move(message));
}

bool is_possible(Life life) {
  for (const UnitName& unit : kUnits) {
    if (unit.unit == life.unit) return life.count > 0 && life.count <= unit.most;
  }
  return false;
}

// What parse_date() can read: beyond it neither instants nor the table of months reach.
constexpr Date kFirstDate(std::chrono::year{1700} / 1 / 1);
constexpr Date kLastDate(std::chrono::year{2160} / 12 / 31);

Status check_amounts(const Terms& terms) {
  if (terms.salvage.currency() != terms.cost.currency()) {
    return wrong(fmt::format("salvage {} is not in {}, the currency of the cost; convert it first",
                             format(terms.salvage), terms.cost.currency().code()));
  }
  if (terms.cost.is_negative() || terms.salvage.is_negative()) {
    return wrong(fmt::format("cost {} and salvage {} must not be negative", format(terms.cost),
                             format(terms.salvage)));
  }
  if (terms.salvage.minor() > terms.cost.minor()) {
    return wrong(fmt::format("salvage {} is more than cost {}; nothing would be left to depreciate",
                             format(terms.salvage), format(terms.cost)));
  }
  return {};
}

Status check_units(const UnitsOfProduction& method, const Terms& terms) {
  if (!method.used) return {};
  Date after = terms.in_service;
  for (const UnitsUsed& used : *method.used) {
    if (used.period.start < terms.in_service) {
      return wrong(fmt::format("units were used from {} on, before it was in service on {}",
                               format(used.period.start), format(terms.in_service)));
    }
    if (used.period.end <= used.period.start || used.period.end > kLastDate) {
      return wrong(
          fmt::format("units were used from {} until {}, which is no period; the end is "
                      "the day after the last",
                      format(used.period.start), format(used.period.end)));
    }
    if (used.period.start < after) {
      return wrong(fmt::format("units are counted twice: from {} on, and until {} before",
                               format(used.period.start), format(after)));
    }
    if (used.millionths < 0) return wrong("units used must not be negative");
    after = used.period.end;
  }
  return {};
}

// How many years a life begins.
std::size_t years_begun(const Terms& terms) {
  if (const auto months = terms.life.months()) {
    return static_cast<std::size_t>((*months + kMonthsPerYear - 1) / kMonthsPerYear);
  }
  const Date end = terms.in_service + std::chrono::days{terms.life.count};
  int years = 1;
  while (add_months(terms.in_service, kMonthsPerYear * years) < end) ++years;
  return static_cast<std::size_t>(years);
}

Status check_table(const YearsTable& table, const Terms& terms) {
  const std::size_t years = years_begun(terms);
  if (table.basis_points.size() == years) return {};
  return wrong(
      fmt::format("{} is for {} years, and a life of {} has {}; give one percent for each "
                  "year of the life",
                  name(terms.method), table.basis_points.size(), format(terms.life), years));
}

Status check_macrs(const Macrs& method, const Terms& terms) {
  const bool is_of_macrs =
      terms.convention == Convention::kHalfYear || terms.convention == Convention::kMidQuarter;
  if (!is_of_macrs || method.convention.value_or(terms.convention) != terms.convention) {
    return wrong(fmt::format("{} does not go with the convention {}; leave the convention out",
                             name(terms.method), name(terms.convention)));
  }
  if (method.bonus_basis_points < 0 || method.bonus_basis_points > 10'000) {
    return wrong("a bonus is between 0% and 100%");
  }
  std::int64_t left = terms.cost.minor();
  const auto check_deduction = [&](std::string_view what,
                                   const std::optional<money::Money>& amount) -> Status {
    if (!amount) return {};
    if (amount->currency() != terms.cost.currency()) {
      return wrong(fmt::format("{} of {} is not in {}, the currency of the cost", what,
                               format(*amount), terms.cost.currency().code()));
    }
    if (amount->is_negative() || amount->minor() > left) {
      return wrong(fmt::format("{} of {} is not between zero and the cost of {}", what,
                               format(*amount), format(terms.cost)));
    }
    left -= amount->minor();
    return {};
  };
  PURSER_TRY(check_deduction("section 179", method.section_179));
  return check_deduction("bonus", method.bonus);
}

}  // namespace

std::optional<int> Life::months() const {
  switch (unit) {
    case Unit::kYears:
      return count * kMonthsPerYear;
    case Unit::kMonths:
      return count;
    case Unit::kDays:
      return std::nullopt;
  }
  return std::nullopt;
}

constexpr std::string_view kNone = "none";

Result<Life> parse_life(std::string_view text) {
  if (text == kNone) return Life{};
  std::int32_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  const std::string_view suffix(end, static_cast<std::size_t>(text.data() + text.size() - end));
  for (const UnitName& unit : kUnits) {
    if (suffix != unit.suffix || error != std::errc()) continue;
    if (is_possible({count, unit.unit})) return Life{count, unit.unit};
    return wrong(fmt::format("a life of '{}' is not possible; write between 1{} and {}{}", text,
                             suffix, unit.most, suffix));
  }
  return wrong(fmt::format("'{}' is no life; write for example 4y, 48mo or 1461d", text));
}

std::string format(Life life) {
  if (life.is_none()) return std::string(kNone);
  for (const UnitName& unit : kUnits) {
    if (unit.unit == life.unit) return fmt::format("{}{}", life.count, unit.suffix);
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

std::string format(FiscalYearStart start) {
  return fmt::format("{:02}-{:02}", static_cast<unsigned>(start.month),
                     static_cast<unsigned>(start.day));
}

Result<Convention> settle_convention(Method& method, std::optional<Convention> asked) {
  Macrs* const macrs = std::get_if<Macrs>(&method);
  if (macrs == nullptr) return asked.value_or(Convention::kDaily);
  if (asked && *asked != Convention::kHalfYear && *asked != Convention::kMidQuarter) {
    return wrong(fmt::format("{} knows half-year and mid-quarter, not {}; leave the convention out",
                             name(method), name(*asked)));
  }
  if (asked && macrs->convention && *asked != *macrs->convention) {
    return wrong(fmt::format("{} contradicts {}; leave the convention out or write macrs:{}:{}",
                             name(*asked), name(method), macrs->years, name(*asked)));
  }
  if (asked) macrs->convention = asked;
  return macrs->convention.value_or(Convention::kHalfYear);
}

Status check(const Terms& terms) {
  PURSER_TRY(check_amounts(terms));
  const bool by_use = std::holds_alternative<UnitsOfProduction>(terms.method);
  if (terms.life.is_none() && !by_use) {
    return wrong(fmt::format("{} goes by time and needs a life; give one, such as 48mo",
                             name(terms.method)));
  }
  if (!terms.life.is_none() && !is_possible(terms.life)) {
    return wrong(fmt::format("a life of {} is not possible", format(terms.life)));
  }
  if (terms.in_service < kFirstDate || terms.in_service > kLastDate) {
    return wrong(fmt::format("in service on {} is out of range", format(terms.in_service)));
  }
  if (terms.disposed && *terms.disposed < terms.in_service) {
    return wrong(fmt::format("disposed on {}, before it was in service on {}",
                             format(*terms.disposed), format(terms.in_service)));
  }
  if (const auto* macrs = std::get_if<Macrs>(&terms.method)) return check_macrs(*macrs, terms);
  if (const auto* units = std::get_if<UnitsOfProduction>(&terms.method)) {
    return check_units(*units, terms);
  }
  if (const auto* table = std::get_if<YearsTable>(&terms.method)) {
    PURSER_TRY(check_table(*table, terms));
  }
  if (terms.life.unit == Life::Unit::kDays && terms.convention != Convention::kDaily) {
    return wrong(
        fmt::format("a life in days ({}) and the convention {} of months do not fit; give "
                    "the life in mo or y, or choose daily",
                    format(terms.life), name(terms.convention)));
  }
  return {};
}

}  // namespace purser::books
