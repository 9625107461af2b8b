#include "books/terms.h"

#include <array>
#include <charconv>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"

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

struct ConventionName {
  std::string_view name;
  Convention convention;
};
constexpr std::array kConventions{
    ConventionName{"daily", Convention::kDaily},
    ConventionName{"full-month", Convention::kFullMonth},
    ConventionName{"half-month", Convention::kHalfMonth},
    ConventionName{"following-month", Convention::kFollowingMonth},
};

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

Result<Life> parse_life(std::string_view text) {
  std::int32_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  const std::string_view suffix(end, static_cast<std::size_t>(text.data() + text.size() - end));
  for (const UnitName& unit : kUnits) {
    if (suffix != unit.suffix || error != std::errc()) continue;
    if (count > 0 && count <= unit.most) return Life{count, unit.unit};
    return fail(ErrorCode::kInvalidInput,
                fmt::format("a life of '{}' is not possible; write between 1{} and {}{}", text,
                            suffix, unit.most, suffix));
  }
  return fail(ErrorCode::kInvalidInput,
              fmt::format("'{}' is no life; write for example 4y, 48mo or 1461d", text));
}

std::string format(Life life) {
  for (const UnitName& unit : kUnits) {
    if (unit.unit == life.unit) return fmt::format("{}{}", life.count, unit.suffix);
  }
  return {};
}

Result<Convention> parse_convention(std::string_view text) {
  std::vector<std::string> names;
  for (const ConventionName& known : kConventions) {
    if (text == known.name) return known.convention;
    names.emplace_back(known.name);
  }
  return fail(ErrorCode::kInvalidInput,
              fmt::format("'{}' is no convention that these books know{}; write {}", text,
                          did_you_mean(text, names), fmt::join(names, ", ")));
}

std::string_view name(Convention convention) {
  for (const ConventionName& known : kConventions) {
    if (known.convention == convention) return known.name;
  }
  return {};
}

Result<Method> parse_method(std::string_view text) {
  if (text == "straight-line") return Method(StraightLine{});
  const std::vector<std::string> names{"straight-line"};
  return fail(ErrorCode::kInvalidInput,
              fmt::format("'{}' is no method that these books know{}; write straight-line", text,
                          did_you_mean(text, names)));
}

std::string name(const Method& method) {
  struct Names {
    std::string operator()(StraightLine) const { return "straight-line"; }
  };
  return std::visit(Names{}, method);
}

}  // namespace purser::books
