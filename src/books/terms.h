// How an asset loses value, as agreed when it was bought: the inputs of schedule(). Values only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"
#include "base/time.h"
#include "money/money.h"

namespace purser::books {

using purser::format;  // of dates, which format(Life) would hide in this room

// The useful life, as it was agreed: "4y", "48mo" or "1461d".
struct Life {
  enum class Unit : std::uint8_t { kDays, kMonths, kYears };
  std::int32_t count = 0;  // > 0, at most 100 years
  Unit unit = Unit::kMonths;
  bool operator==(const Life&) const = default;

  // Whole months; none for a life in days.
  std::optional<int> months() const;
};
Result<Life> parse_life(std::string_view text);
std::string format(Life life);  // parses back to the same life

// When within its first and last month an asset is charged, and in the month of its disposal.
//                   first month             month of disposal
//   daily           days, in-service day    days, disposal day does not count
//   full-month      whole                   none
//   half-month      half                    half
//   following-month none                    whole
enum class Convention : std::uint8_t { kDaily, kFullMonth, kHalfMonth, kFollowingMonth };
Result<Convention> parse_convention(std::string_view text);
std::string_view name(Convention convention);

// One alternative a method; each has a function in schedule.cc that gives the exact accumulated
// depreciation at a date.
struct StraightLine {
  bool operator==(const StraightLine&) const = default;
};
using Method = std::variant<StraightLine>;
Result<Method> parse_method(std::string_view text);
std::string name(const Method& method);

struct Terms {
  money::Money cost;     // >= 0
  money::Money salvage;  // 0 <= salvage <= cost, of the same currency
  Life life;
  Date in_service{};  // available for use
  Method method = StraightLine{};
  Convention convention = Convention::kDaily;
  std::optional<Date> disposed = std::nullopt;  // >= in_service
};

}  // namespace purser::books
