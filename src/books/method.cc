#include "books/method.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "base/text.h"

namespace purser::books {
namespace {

using money::Int128;

struct ConventionName {
  std::string_view name;
  Convention convention;
};
constexpr std::array kConventions{
    ConventionName{"daily", Convention::kDaily},
    ConventionName{"full-month", Convention::kFullMonth},
    ConventionName{"half-month", Convention::kHalfMonth},
    ConventionName{"following-month", Convention::kFollowingMonth},
    ConventionName{"half-year", Convention::kHalfYear},
    ConventionName{"mid-quarter", Convention::kMidQuarter},
    ConventionName{"mid-month", Convention::kMidMonth},
    ConventionName{"fifteenth", Convention::kFifteenth},
    ConventionName{"full-year", Convention::kFullYear},
};

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

// "12.5" with at most `digits` decimals, times 10^digits; none if it is no such number.
std::optional<Int128> decimal(std::string_view text, std::size_t digits) {
  const std::size_t point = std::min(text.find('.'), text.size());
  std::string all(text.substr(0, point));
  std::string_view decimals = text.substr(std::min(point + 1, text.size()));
  if (all.empty() || decimals.size() > digits || (point < text.size() && decimals.empty()) ||
      all.size() > 20) {
    return std::nullopt;
  }
  all += decimals;
  all.append(digits - decimals.size(), '0');
  if (all.find_first_not_of("0123456789") != std::string::npos) return std::nullopt;
  const auto value = money::parse_int128(all);
  return value ? std::optional(*value) : std::nullopt;
}

// value / 10^digits without zeros at its end.
std::string decimal_text(Int128 value, std::size_t digits) {
  std::string text = money::to_string(value);
  if (text.size() <= digits) text.insert(0, digits + 1 - text.size(), '0');
  text.insert(text.size() - digits, 1, '.');
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

constexpr std::size_t kFactorDigits = 4;
constexpr std::int32_t kFactorMost = 1'000'000;  // 100
constexpr std::size_t kUnitDigits = 6;
constexpr std::size_t kPercentDigits = 2;
constexpr std::int32_t kWholeBasisPoints = 10'000;
constexpr std::size_t kTableYearsMost = 100;
constexpr std::array kMacrsYears{3, 5, 7, 10, 15, 20};

using Words = std::vector<std::string_view>;

Result<Method> parse_plain(std::string_view text, const Words& words, Method method) {
  if (words.size() == 1) return method;
  return wrong(
      fmt::format("'{}': {} takes nothing behind a colon; write {}", text, words[0], words[0]));
}

Result<Method> parse_declining(std::string_view text, const Words& words) {
  const auto factor = words.size() < 2 ? std::nullopt : decimal(words[1], kFactorDigits);
  if (!factor || *factor < 1 || *factor > kFactorMost) {
    return wrong(
        fmt::format("'{}' lacks a factor above 0 and up to 100, with at most 4 decimals; "
                    "write for example declining-balance:2:switch",
                    text));
  }
  DecliningBalance method{.factor_ten_thousandths = static_cast<std::int32_t>(*factor)};
  bool basis = false;
  for (std::size_t i = 2; i < words.size(); ++i) {
    if (words[i] == "switch" && !method.switches) {
      method.switches = true;
    } else if (words[i] == "per-period" && !basis) {
      basis = true;
      method.per_period = PeriodLength::kMonth;
    } else if (words[i] == "per-year" && !basis) {
      basis = true;
    } else {
      const std::vector<std::string> known{"switch", "per-period", "per-year"};
      return wrong(
          fmt::format("'{}': '{}' is not possible there{}; write "
                      "declining-balance:FACTOR[:switch][:per-period|:per-year]",
                      text, words[i], did_you_mean(words[i], known)));
    }
  }
  return Method(method);
}

Result<Method> parse_units_of_production(std::string_view text, const Words& words) {
  const auto total = words.size() == 2 ? parse_units(words[1]) : Result<Int128>(Int128{0});
  if (total && *total > 0) return Method(UnitsOfProduction{.total_millionths = *total});
  return wrong(
      fmt::format("'{}' lacks the units expected over the whole life, above 0; write for "
                  "example units:60000",
                  text));
}

Result<Method> parse_table(std::string_view text, const Words& words) {
  const auto refused = [&](std::string_view why) {
    return wrong(
        fmt::format("'{}' {}; write for example table:40/30/20/10, the percent of each "
                    "year of the life, with at most 2 decimals",
                    text, why));
  };
  if (words.size() != 2) return refused("is no table");
  YearsTable table;
  std::int32_t together = 0;
  for (const std::string_view word : split(words[1], '/')) {
    const auto points = decimal(word, kPercentDigits);
    if (!points || *points > kWholeBasisPoints) {
      return refused(fmt::format("says '{}', which is no percent", word));
    }
    table.basis_points.push_back(static_cast<std::int32_t>(*points));
    if (table.basis_points.size() > kTableYearsMost) return refused("has more than 100 years");
    together += table.basis_points.back();
  }
  if (together != kWholeBasisPoints) {
    return refused(
        fmt::format("adds up to {}%, not to 100%", decimal_text(together, kPercentDigits)));
  }
  return Method(std::move(table));
}

Result<Method> parse_macrs(std::string_view text, const Words& words) {
  const auto known = std::find_if(kMacrsYears.begin(), kMacrsYears.end(), [&](int years) {
    return words.size() > 1 && words[1] == std::to_string(years);
  });
  if (known == kMacrsYears.end()) {
    return wrong(
        fmt::format("'{}' names no class of property; write macrs:{} (computers: "
                    "macrs:5)",
                    text, fmt::join(kMacrsYears, ", macrs:")));
  }
  Macrs method{.years = *known};
  if (words.size() == 2) return Method(method);
  if (words.size() == 3 && words[2] == "half-year") method.convention = Convention::kHalfYear;
  if (words.size() == 3 && words[2] == "mid-quarter") method.convention = Convention::kMidQuarter;
  if (method.convention) return Method(method);
  return wrong(
      fmt::format("'{}': a class of property is followed by half-year, mid-quarter or "
                  "nothing; write for example macrs:5:half-year",
                  text));
}

struct NameOf {
  std::string operator()(const StraightLine&) const { return "straight-line"; }
  std::string operator()(const DecliningBalance& method) const {
    return fmt::format("declining-balance:{}{}{}",
                       decimal_text(method.factor_ten_thousandths, kFactorDigits),
                       method.switches ? ":switch" : "", method.per_period ? ":per-period" : "");
  }
  std::string operator()(const SumOfYears&) const { return "sum-of-years"; }
  std::string operator()(const YearsTable& method) const {
    std::vector<std::string> percents;
    for (const std::int32_t points : method.basis_points) {
      percents.push_back(decimal_text(points, kPercentDigits));
    }
    return fmt::format("table:{}", fmt::join(percents, "/"));
  }
  std::string operator()(const UnitsOfProduction& method) const {
    return fmt::format("units:{}", format_units(method.total_millionths));
  }
  std::string operator()(const Macrs& method) const {
    if (!method.convention) return fmt::format("macrs:{}", method.years);
    return fmt::format("macrs:{}:{}", method.years, books::name(*method.convention));
  }
};

}  // namespace

Result<Convention> parse_convention(std::string_view text) {
  std::vector<std::string> names;
  for (const ConventionName& known : kConventions) {
    if (text == known.name) return known.convention;
    names.emplace_back(known.name);
  }
  return wrong(fmt::format("'{}' is no convention that these books know{}; write {}", text,
                           did_you_mean(text, names), fmt::join(names, ", ")));
}

std::string_view name(Convention convention) {
  for (const ConventionName& known : kConventions) {
    if (known.convention == convention) return known.name;
  }
  return {};
}

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

bool UnitsOfProduction::operator==(const UnitsOfProduction& other) const {
  static const std::vector<UnitsUsed> none;
  return total_millionths == other.total_millionths &&
         (used ? *used : none) == (other.used ? *other.used : none);
}

Result<Method> parse_method(std::string_view text) {
  const Words words = split(text, ':');
  if (words[0] == "straight-line") return parse_plain(text, words, StraightLine{});
  if (words[0] == "sum-of-years") return parse_plain(text, words, SumOfYears{});
  if (words[0] == "declining-balance") return parse_declining(text, words);
  if (words[0] == "table") return parse_table(text, words);
  if (words[0] == "units") return parse_units_of_production(text, words);
  if (words[0] == "macrs") return parse_macrs(text, words);
  const std::vector<std::string> names{
      "straight-line", "declining-balance", "sum-of-years", "table", "units", "macrs"};
  return wrong(
      fmt::format("'{}' is no method that these books know{}; write straight-line, "
                  "declining-balance:FACTOR[:switch][:per-period|:per-year], "
                  "sum-of-years, table:P/P/…, units:TOTAL or macrs:YEARS[:half-year|:mid-quarter]",
                  text, did_you_mean(words[0], names)));
}

std::string name(const Method& method) { return std::visit(NameOf{}, method); }

Result<Int128> parse_units(std::string_view text) {
  constexpr Int128 kMost = Int128{1'000'000'000'000'000'000} * 1'000'000;
  const auto value = decimal(text, kUnitDigits);
  if (value && *value <= kMost) return *value;
  return wrong(
      fmt::format("'{}' is no number of units; write digits with at most 6 decimals, for "
                  "example 1234.5",
                  text));
}

std::string format_units(Int128 millionths) { return decimal_text(millionths, kUnitDigits); }

}  // namespace purser::books
