#include "cli/months.h"

#include <fmt/format.h>

#include "books/terms.h"

namespace purser::cli {
namespace {

constexpr std::chrono::months kElevenMonths{11};

// 2026 of "2026"; none of anything else.
std::optional<std::chrono::year> year_of(std::string_view text) {
  if (text.size() != 4) return std::nullopt;
  const auto month = parse_month(fmt::format("{}-01", text));
  return month ? std::optional(month->year()) : std::nullopt;
}

}  // namespace

Result<Months> parse_months(std::string_view text) {
  if (const auto year = year_of(text)) {
    return Months{*year / std::chrono::January, *year / std::chrono::December};
  }
  const std::size_t dots = text.find("..");
  PURSER_ASSIGN(const Month first, parse_month(text.substr(0, dots)));
  if (dots == std::string_view::npos) return Months{first, first};
  PURSER_ASSIGN(const Month last, parse_month(text.substr(dots + 2)));
  if (last < first) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("'{}' ends before it begins; write the earlier month first", text));
  }
  return Months{first, last};
}

Result<Months> parse_months(std::string_view text, std::chrono::month starts) {
  if (!text.starts_with("FY")) return parse_months(text);
  const auto year = year_of(text.substr(2));
  if (!year) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("'{}' is no fiscal year; write for example FY2026, the one that ends "
                            "in 2026",
                            text));
  }
  const Month first = fiscal_year_of(*year / std::chrono::December, starts);
  if (starts == std::chrono::January) return Months{first, first + kElevenMonths};
  return Months{first - std::chrono::years{1}, first - std::chrono::months{1}};
}

Month fiscal_year_of(Month month, std::chrono::month starts) {
  const Month this_year = month.year() / starts;
  return this_year <= month ? this_year : this_year - std::chrono::years{1};
}

Result<std::chrono::month> fiscal_year_start(const Arguments& arguments) {
  const std::string_view text =
      arguments.text_or(kFiscalYearStart.flag, kFiscalYearStart.default_text);
  auto start = books::parse_fiscal_year_start(text);
  if (!start) return fail(std::move(start).error().in(kFiscalYearStart.flag));
  if (start->day == std::chrono::day{1}) return start->month;
  return fail(ErrorCode::kInvalidInput,
              fmt::format("{}: '{}' is in the middle of a month, and books are posted by whole "
                          "months; write the first of one",
                          kFiscalYearStart.flag, text));
}

Result<std::optional<Months>> period_asked_for(const Arguments& arguments) {
  PURSER_ASSIGN(const std::chrono::month starts, fiscal_year_start(arguments));
  if (!arguments.has("--period")) return std::nullopt;
  auto months = parse_months(arguments.text("--period"), starts);
  if (!months) return fail(std::move(months).error().in("--period"));
  return *months;
}

Result<Months> months_asked_for(const Context& context, const Arguments& arguments) {
  PURSER_ASSIGN(const auto asked, period_asked_for(arguments));
  if (asked) return *asked;
  PURSER_ASSIGN(const std::chrono::month starts, fiscal_year_start(arguments));
  const Month now = month_of(date_of(context.clock().now()));
  return Months{fiscal_year_of(now, starts), now};
}

}  // namespace purser::cli
