#include "cli/terms.h"

#include <algorithm>

#include <fmt/format.h>

#include "cli/units_used.h"

namespace purser::cli {
namespace {

using money::Money;

// `parse` of the word, or of `fallback` if it was not given.
template <class Parse>
auto parsed(const Words& words, std::string_view name, std::string_view fallback, Parse parse)
    -> decltype(parse(fallback)) {
  const std::string_view given = words.of(name);
  auto value = parse(given.empty() ? fallback : given);
  if (!value) return fail(words.wrong(name, std::move(value).error()));
  return value;
}

template <class Parse>
auto needed(const Words& words, std::string_view name, Parse parse)
    -> decltype(parse(std::string_view())) {
  if (words.of(name).empty()) {
    return fail(ErrorCode::kInvalidInput, fmt::format("{} is missing", words.called(name)));
  }
  return parsed(words, name, {}, parse);
}

// "20%" or "20", with at most two decimals, as hundredths of a percent.
Result<std::int32_t> parse_bonus(std::string_view text) {
  const std::string_view digits = text.ends_with('%') ? text.substr(0, text.size() - 1) : text;
  constexpr money::Int128 kMillionthsPerBasisPoint = 10'000;
  const auto percent = books::parse_units(digits);
  if (percent && *percent % kMillionthsPerBasisPoint == 0 && *percent <= 100'000'000) {
    return static_cast<std::int32_t>(*percent / kMillionthsPerBasisPoint);
  }
  return fail(
      ErrorCode::kInvalidInput,
      fmt::format("'{}' is no percentage from 0 to 100 with at most two decimals; write for "
                  "example 20%",
                  text));
}

tl::unexpected<Error> misplaced(const Words& words, std::string_view name,
                                const books::Method& method, std::string_view belongs_to) {
  return fail(ErrorCode::kInvalidInput,
              fmt::format("{} belongs to {} and has no place beside {}; leave one of them out",
                          words.called(name), belongs_to, books::name(method)));
}

Status add_macrs_words(const Words& words, books::Method& method) {
  auto* const macrs = std::get_if<books::Macrs>(&method);
  for (const std::string_view name : {"section_179", "bonus"}) {
    if (macrs == nullptr && !words.of(name).empty()) {
      return misplaced(words, name, method, "the method macrs");
    }
  }
  if (macrs == nullptr) return {};
  if (!words.of("section_179").empty()) {
    PURSER_ASSIGN(macrs->section_179, needed(words, "section_179", money::parse_money));
  }
  PURSER_ASSIGN(macrs->bonus_basis_points, parsed(words, "bonus", "0", parse_bonus));
  return {};
}

Status add_units_used(const Words& words, books::Method& method) {
  const std::string_view file = words.of("units_used");
  if (file.empty()) return {};
  auto* const units = std::get_if<books::UnitsOfProduction>(&method);
  if (units == nullptr) return misplaced(words, "units_used", method, "the method units");
  PURSER_ASSIGN(auto used, read_units_used(fs::path(file)));
  units->used = std::make_shared<const std::vector<books::UnitsUsed>>(std::move(used));
  return {};
}

// MACRS goes by its class: a life need not be given, and one that is given is read and not asked. A
// table has as many years as it says. What wears off by use needs none.
Result<books::Life> life_for(const Words& words, const books::Method& method) {
  if (const auto* macrs = std::get_if<books::Macrs>(&method)) {
    PURSER_TRY(parsed(words, "life", "1y", books::parse_life));
    return books::Life{macrs->years, books::Life::Unit::kYears};
  }
  const auto* table = std::get_if<books::YearsTable>(&method);
  if (table != nullptr && words.of("life").empty()) {
    return books::Life{static_cast<std::int32_t>(table->basis_points.size()),
                       books::Life::Unit::kYears};
  }
  const bool by_use = std::holds_alternative<books::UnitsOfProduction>(method);
  if (by_use && words.of("life").empty()) return books::Life{};
  return needed(words, "life", books::parse_life);
}

// Under a convention of months or years the life counts in months. One in days that ends on the day
// of the month on which it began is so many of them; any other is refused by check().
books::Life in_months_if_whole(books::Life life, Date in_service, books::Convention convention) {
  if (life.unit != books::Life::Unit::kDays || convention == books::Convention::kDaily) return life;
  constexpr int kMostDaysPerMonth = 31;
  const Date end = in_service + std::chrono::days{life.count};
  int months = life.count / kMostDaysPerMonth;
  while (add_months(in_service, months) < end) ++months;
  if (months == 0 || add_months(in_service, months) != end) return life;
  return {months, books::Life::Unit::kMonths};
}

}  // namespace

std::vector<Option> terms_options(Required required) {
  const bool must = required == Required::kYes;
  return {
      {"--cost", "AMOUNT", "what was paid, freight and installation included", {}, must},
      {"--salvage", "AMOUNT", "what will be left at the end of its life; ignored by macrs", "0"},
      {"--life", "LIFE",
       "useful life: 4y, 48mo or 1461d; macrs and table say their own, units need none"},
      {"--in-service", "DATE", "from when on it could be used", {}, must},
      {"--method", "METHOD",
       "how it wears off: straight-line, "
       "declining-balance:FACTOR[:switch][:per-period|:per-year], sum-of-years, "
       "table:PERCENT/PERCENT/…, units:TOTAL or "
       "macrs:YEARS[:half-year|:mid-quarter]",
       "straight-line"},
      {"--convention", "NAME",
       "what counts in the first and last month or year: daily, full-month, half-month, "
       "mid-month, following-month, fifteenth, half-year, mid-quarter or full-year",
       "daily"},
      {"--fiscal-year-start", "MM-DD", "where quarters and fiscal years begin", "01-01"},
      {"--units-used", "FILE", "CSV of start,end,units, for the method units:TOTAL"}};
}

namespace {
// "--in-service" of "in_service".
std::string flag_of(std::string_view name) {
  std::string flag = fmt::format("--{}", name);
  std::replace(flag.begin(), flag.end(), '_', '-');
  return flag;
}
}  // namespace

std::string Words::called(std::string_view name) const {
  if (theirs) return theirs(name);
  return flags ? flag_of(name) : std::string(name);
}

Error Words::wrong(std::string_view name, Error error) const {
  if (retold) error = retold(name, std::move(error));
  return std::move(error).in(called(name));
}

Words words_of(const Arguments& arguments) {
  return {.of = [&arguments](std::string_view name) { return arguments.text(flag_of(name)); },
          .flags = true};
}

Result<books::Terms> terms_from(const Words& words) {
  PURSER_ASSIGN(const Money cost, needed(words, "cost", money::parse_money));
  Money salvage = Money::zero(cost.currency());
  if (const std::string_view text = words.of("salvage"); !text.empty() && text != "0") {
    PURSER_ASSIGN(salvage, needed(words, "salvage", money::parse_money));
  }
  PURSER_ASSIGN(books::Method method,
                parsed(words, "method", "straight-line", books::parse_method));
  PURSER_ASSIGN(books::Life life, life_for(words, method));
  PURSER_ASSIGN(const Date in_service, needed(words, "in_service", parse_date));
  std::optional<books::Convention> asked;
  if (!words.of("convention").empty()) {
    PURSER_ASSIGN(asked, needed(words, "convention", books::parse_convention));
  }
  auto convention = books::settle_convention(method, asked);
  if (!convention) return fail(std::move(convention).error().in(words.called("convention")));
  life = in_months_if_whole(life, in_service, *convention);
  PURSER_ASSIGN(const auto fiscal_year,
                parsed(words, "fiscal_year_start", "01-01", books::parse_fiscal_year_start));
  PURSER_TRY(add_macrs_words(words, method));
  PURSER_TRY(add_units_used(words, method));
  if (std::holds_alternative<books::Macrs>(method)) salvage = Money::zero(cost.currency());
  return books::Terms{cost,        salvage,      life,       in_service, std::move(method),
                      *convention, std::nullopt, fiscal_year};
}

std::optional<Money> ignored_salvage(const Words& words, const books::Terms& terms) {
  if (!std::holds_alternative<books::Macrs>(terms.method)) return std::nullopt;
  const auto given = money::parse_money(words.of("salvage"));
  return given && !given->is_zero() ? std::optional(*given) : std::nullopt;
}

std::string ignored_text(const std::optional<Money>& salvage) {
  if (!salvage) return {};
  return fmt::format("macrs goes by its table and leaves no salvage: {} is ignored.\n",
                     format(*salvage));
}

Result<books::Terms> terms_beside(const Words& words, const books::Terms& known) {
  const std::string cost = format(known.cost);
  const std::string in_service = books::format(known.in_service);
  Words beside = words;
  beside.of = [&](std::string_view name) {
    const std::string_view text = words.of(name);
    if (!text.empty()) return text;
    if (name == "cost") return std::string_view(cost);
    return name == "in_service" ? std::string_view(in_service) : text;
  };
  return terms_from(beside);
}

}  // namespace purser::cli
