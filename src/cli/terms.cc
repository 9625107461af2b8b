#include "cli/terms.h"

#include <algorithm>

#include <fmt/format.h>

#include "cli/units_used.h"

namespace purser::cli {
namespace {

using money::Money;

// Where the words come from, and what a reader calls them: `--in-service` or `in_service`.
struct Source {
  const WordOf& word;
  bool flags;

  std::string called(std::string_view name) const {
    if (!flags) return std::string(name);
    std::string flag = fmt::format("--{}", name);
    std::replace(flag.begin(), flag.end(), '_', '-');
    return flag;
  }
};

// `parse` of the word, or of `fallback` if it was not given.
template <class Parse>
auto parsed(const Source& source, std::string_view name, std::string_view fallback, Parse parse)
    -> decltype(parse(fallback)) {
  const std::string_view given = source.word(name);
  auto value = parse(given.empty() ? fallback : given);
  if (!value) return fail(std::move(value).error().in(source.called(name)));
  return value;
}

template <class Parse>
auto needed(const Source& source, std::string_view name, Parse parse)
    -> decltype(parse(std::string_view())) {
  if (source.word(name).empty()) {
    return fail(ErrorCode::kInvalidInput, fmt::format("{} is missing", source.called(name)));
  }
  return parsed(source, name, {}, parse);
}

// "40%" or "40", with at most two decimals, as hundredths of a percent.
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
                  "example 40%",
                  text));
}

tl::unexpected<Error> misplaced(const Source& source, std::string_view name,
                                const books::Method& method, std::string_view belongs_to) {
  return fail(ErrorCode::kInvalidInput,
              fmt::format("{} belongs to {} and has no place beside {}; leave one of them out",
                          source.called(name), belongs_to, books::name(method)));
}

Status add_macrs_words(const Source& source, books::Method& method) {
  auto* const macrs = std::get_if<books::Macrs>(&method);
  for (const std::string_view name : {"section_179", "bonus"}) {
    if (macrs == nullptr && !source.word(name).empty()) {
      return misplaced(source, name, method, "the method macrs");
    }
  }
  if (macrs == nullptr) return {};
  if (!source.word("section_179").empty()) {
    PURSER_ASSIGN(macrs->section_179, needed(source, "section_179", money::parse_money));
  }
  PURSER_ASSIGN(macrs->bonus_basis_points, parsed(source, "bonus", "0", parse_bonus));
  return {};
}

Status add_units_used(const Source& source, books::Method& method) {
  const std::string_view file = source.word("units_used");
  if (file.empty()) return {};
  auto* const units = std::get_if<books::UnitsOfProduction>(&method);
  if (units == nullptr) return misplaced(source, "units_used", method, "the method units");
  PURSER_ASSIGN(auto used, read_units_used(fs::path(file)));
  units->used = std::make_shared<const std::vector<books::UnitsUsed>>(std::move(used));
  return {};
}

// MACRS goes by its class: a life need not be given, and one that is given is read and not asked. A
// table has as many years as it says.
Result<books::Life> life_for(const Source& source, const books::Method& method) {
  if (const auto* macrs = std::get_if<books::Macrs>(&method)) {
    PURSER_TRY(parsed(source, "life", "1y", books::parse_life));
    return books::Life{macrs->years, books::Life::Unit::kYears};
  }
  const auto* table = std::get_if<books::YearsTable>(&method);
  if (table != nullptr && source.word("life").empty()) {
    return books::Life{static_cast<std::int32_t>(table->basis_points.size()),
                       books::Life::Unit::kYears};
  }
  return needed(source, "life", books::parse_life);
}

Result<books::Terms> terms_of(const Source& source) {
  PURSER_ASSIGN(const Money cost, needed(source, "cost", money::parse_money));
  Money salvage = Money::zero(cost.currency());
  if (const std::string_view text = source.word("salvage"); !text.empty() && text != "0") {
    PURSER_ASSIGN(salvage, needed(source, "salvage", money::parse_money));
  }
  PURSER_ASSIGN(books::Method method,
                parsed(source, "method", "straight-line", books::parse_method));
  PURSER_ASSIGN(const books::Life life, life_for(source, method));
  PURSER_ASSIGN(const Date in_service, needed(source, "in_service", parse_date));
  std::optional<books::Convention> asked;
  if (!source.word("convention").empty()) {
    PURSER_ASSIGN(asked, needed(source, "convention", books::parse_convention));
  }
  auto convention = books::settle_convention(method, asked);
  if (!convention) return fail(std::move(convention).error().in(source.called("convention")));
  PURSER_ASSIGN(const auto fiscal_year,
                parsed(source, "fiscal_year_start", "01-01", books::parse_fiscal_year_start));
  PURSER_TRY(add_macrs_words(source, method));
  PURSER_TRY(add_units_used(source, method));
  return books::Terms{cost,        salvage,      life,       in_service, std::move(method),
                      *convention, std::nullopt, fiscal_year};
}

}  // namespace

std::vector<Option> terms_options(Required required) {
  const bool must = required == Required::kYes;
  return {{"--cost", "AMOUNT", "what was paid, freight and installation included", {}, must},
          {"--salvage", "AMOUNT", "what will be left at the end of its life", "0"},
          {"--life", "LIFE", "useful life: 4y, 48mo or 1461d; macrs and table say their own"},
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

Result<books::Terms> terms_from(const WordOf& word) { return terms_of({word, false}); }

namespace {
WordOf words_of(const Arguments& arguments) {
  return [&arguments](std::string_view name) {
    std::string flag = fmt::format("--{}", name);
    std::replace(flag.begin(), flag.end(), '_', '-');
    return arguments.text(flag);
  };
}
}  // namespace

Result<books::Terms> terms_from(const Arguments& arguments) {
  const WordOf word = words_of(arguments);
  return terms_of({word, true});
}

Result<books::Terms> terms_beside(const Arguments& arguments, const books::Terms& known) {
  const std::string cost = format(known.cost);
  const std::string in_service = books::format(known.in_service);
  const WordOf given = words_of(arguments);
  const WordOf word = [&](std::string_view name) {
    const std::string_view text = given(name);
    if (!text.empty()) return text;
    if (name == "cost") return std::string_view(cost);
    return name == "in_service" ? std::string_view(in_service) : text;
  };
  return terms_of({word, true});
}

}  // namespace purser::cli
