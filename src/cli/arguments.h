// The words of a command line after parsing, with typed access. Every failure names the flag.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "base/units.h"
#include "money/money.h"

namespace purser::cli {

class Arguments {
 public:
  std::map<std::string, std::vector<std::string>, std::less<>> options;  // by long flag: "--memory"
  std::map<std::string, std::vector<std::string>, std::less<>> positionals;  // by name: "NAME"

  bool has(std::string_view flag) const { return options.contains(flag); }
  // Empty if the flag or positional was not given.
  std::string_view text(std::string_view flag) const;
  std::string_view text_or(std::string_view flag, std::string_view fallback) const;
  std::string_view positional(std::string_view name) const;
  std::vector<std::string> rest(std::string_view name) const;

  // Each: the value, nothing if the flag was not given, or an Error that starts with the flag.
  Result<std::optional<money::Money>> money(std::string_view flag) const;
  Result<std::optional<Date>> date(std::string_view flag) const;
  Result<std::optional<Month>> month(std::string_view flag) const;
  Result<std::optional<Instant>> instant(std::string_view flag) const;
  Result<std::optional<Bytes>> bytes(std::string_view flag) const;
  Result<std::optional<Watts>> watts(std::string_view flag) const;
  Result<std::optional<Nanoseconds>> duration(std::string_view flag) const;
  Result<std::optional<std::int64_t>> integer(std::string_view flag, std::int64_t least,
                                              std::int64_t most) const;
  // A plain decimal number for physical or statistical quantities; never for money.
  Result<std::optional<double>> number(std::string_view flag, double least, double most) const;
  // "0.5%" or "0.005" as a fraction: 0.005.
  Result<std::optional<double>> fraction(std::string_view flag) const;
};

}  // namespace purser::cli
