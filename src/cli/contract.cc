#include "cli/contract.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"

namespace purser::cli {
namespace {

constexpr std::int64_t kMicrojoulesPerKwh = 3'600'000'000'000;

struct EnergyUnit {
  std::string_view name;
  std::int64_t microjoules;
};
constexpr std::array kEnergyUnits{EnergyUnit{"kWh", kMicrojoulesPerKwh},
                                  EnergyUnit{"MWh", kMicrojoulesPerKwh * 1000},
                                  EnergyUnit{"Wh", kMicrojoulesPerKwh / 1000}};

struct Quotient {
  std::string_view amount;
  std::string_view unit;
};
Quotient split_at_slash(std::string_view text) {
  const std::size_t slash = text.rfind('/');
  if (slash == std::string_view::npos) return {trim(text), {}};
  return {trim(text.substr(0, slash)), trim(text.substr(slash + 1))};
}

}  // namespace

Result<money::Money> parse_money_per(std::string_view text,
                                     std::initializer_list<std::string_view> units) {
  const Quotient parts = split_at_slash(text);
  if (std::find(units.begin(), units.end(), parts.unit) == units.end()) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("'{}' is not per {}; write for example 'USD 600/{}'", text,
                            *units.begin(), *units.begin()));
  }
  return money::parse_money(parts.amount);
}

Result<money::Rate> parse_tariff(std::string_view text) {
  const Quotient parts = split_at_slash(text);
  for (const EnergyUnit& unit : kEnergyUnits) {
    if (parts.unit != unit.name) continue;
    PURSER_ASSIGN(const money::Cost cost, money::parse_cost(parts.amount));
    return money::Rate::per_energy(cost, Joules{unit.microjoules});
  }
  return fail(ErrorCode::kInvalidInput,
              fmt::format("'{}' is no tariff; write for example 'USD 0.12/kWh'", text));
}

Result<std::int64_t> parse_pue(std::string_view text) { return parse_decimal(text, 3); }

std::string format_tariff(const money::Rate& tariff) {
  return fmt::format("{}/kWh", format(tariff * Joules{kMicrojoulesPerKwh}));
}

}  // namespace purser::cli
