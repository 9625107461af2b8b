#include "cli/arguments.h"

#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace purser::cli {
namespace {

std::string_view first_of(const auto& values, std::string_view key) {
  const auto found = values.find(key);
  return found == values.end() || found->second.empty() ? std::string_view()
                                                        : std::string_view(found->second.front());
}

// Applies `parse` to the flag's text, if it was given.
template <class Parse>
auto parsed(const Arguments& arguments, std::string_view flag, Parse parse)
    -> Result<std::optional<typename decltype(parse(flag))::value_type>> {
  using Value = typename decltype(parse(flag))::value_type;
  if (!arguments.has(flag)) return std::optional<Value>();
  auto value = parse(arguments.text(flag));
  if (!value) return fail(std::move(value).error().in(flag));
  return std::optional<Value>(*std::move(value));
}

Result<double> parse_number(std::string_view text) {
  double value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) {
    return fail(ErrorCode::kInvalidInput, fmt::format("'{}' is no number", text));
  }
  return value;
}

}  // namespace

std::string_view Arguments::text(std::string_view flag) const { return first_of(options, flag); }

std::string_view Arguments::text_or(std::string_view flag, std::string_view fallback) const {
  return has(flag) ? text(flag) : fallback;
}

std::string_view Arguments::positional(std::string_view name) const {
  return first_of(positionals, name);
}

std::vector<std::string> Arguments::rest(std::string_view name) const {
  const auto found = positionals.find(name);
  return found == positionals.end() ? std::vector<std::string>() : found->second;
}

Result<std::optional<money::Money>> Arguments::money(std::string_view flag) const {
  return parsed(*this, flag, money::parse_money);
}
Result<std::optional<Date>> Arguments::date(std::string_view flag) const {
  return parsed(*this, flag, parse_date);
}
Result<std::optional<Month>> Arguments::month(std::string_view flag) const {
  return parsed(*this, flag, parse_month);
}
Result<std::optional<Instant>> Arguments::instant(std::string_view flag) const {
  return parsed(*this, flag, parse_instant);
}
Result<std::optional<Bytes>> Arguments::bytes(std::string_view flag) const {
  return parsed(*this, flag, parse_bytes);
}
Result<std::optional<Watts>> Arguments::watts(std::string_view flag) const {
  return parsed(*this, flag, parse_watts);
}
Result<std::optional<Nanoseconds>> Arguments::duration(std::string_view flag) const {
  return parsed(*this, flag, [](std::string_view text) -> Result<Nanoseconds> {
    PURSER_ASSIGN(const Nanoseconds duration, parse_duration(text));
    // Added to a clock it must stay one.
    constexpr Nanoseconds kLongest = std::chrono::hours(24 * 3653);
    if (duration <= kLongest) return duration;
    return fail(ErrorCode::kInvalidInput,
                fmt::format("'{}' is more than ten years; give less", text));
  });
}

Result<std::optional<std::int64_t>> Arguments::integer(std::string_view flag, std::int64_t least,
                                                       std::int64_t most) const {
  return parsed(*this, flag, [&](std::string_view text) -> Result<std::int64_t> {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < least || value > most) {
      return fail(ErrorCode::kInvalidInput,
                  fmt::format("'{}' is no whole number from {} to {}", text, least, most));
    }
    return value;
  });
}

Result<std::optional<double>> Arguments::number(std::string_view flag, double least,
                                                double most) const {
  return parsed(*this, flag, [&](std::string_view text) -> Result<double> {
    PURSER_ASSIGN(const double value, parse_number(text));
    if (value < least || value > most) {
      return fail(ErrorCode::kInvalidInput,
                  fmt::format("{} is outside {} to {}", text, least, most));
    }
    return value;
  });
}

Result<std::optional<double>> Arguments::fraction(std::string_view flag) const {
  return parsed(*this, flag, [](std::string_view text) -> Result<double> {
    const bool percent = text.ends_with('%');
    const auto value = parse_number(percent ? text.substr(0, text.size() - 1) : text);
    const double result = value ? *value / (percent ? 100 : 1) : -1;
    if (result < 0 || result > 1) {
      return fail(ErrorCode::kInvalidInput,
                  fmt::format("'{}' is no share; write for example 0.5% or 0.005", text));
    }
    return result;
  });
}

}  // namespace purser::cli
