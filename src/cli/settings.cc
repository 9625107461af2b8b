#include "cli/settings.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/toml.h"

namespace purser::cli {
namespace {

constexpr std::int64_t kFormat = 1;  // of purser.toml; raised when an old purser cannot read it

tl::unexpected<Error> bad(const std::string& file, std::string_view why) {
  return fail(ErrorCode::kInvalidInput, fmt::format("{}: {}", file, why));
}

// A slip of the pen must not pass for a setting that was left out.
Status check_settings(const toml::table& table, const std::string& file) {
  const std::vector<std::string> known{"format", "currency", "books"};
  for (const auto& [key, value] : table) {
    const std::string where = file + ":" + std::to_string(key.source().begin.line);
    if (std::find(known.begin(), known.end(), key.str()) == known.end()) {
      const std::string near = did_you_mean(key.str(), known);
      return bad(where,
                 fmt::format("'{}' is no setting{}", key.str(),
                             near.empty() ? "; there are format, currency and books" : near));
    }
    if (key.str() != "format" && !value.is_string()) {
      return bad(where, fmt::format("{} is no text; put it in quotes", key.str()));
    }
  }
  return {};
}

// A TOML string is written as JSON writes one: both escape alike what would end or break it.
std::string quoted(std::string_view text) { return json_quote(text); }

}  // namespace

Result<Settings> parse_settings(std::string_view text, const std::string& file) {
  const toml::parse_result table = toml::parse(text, file);
  if (!table) {
    const toml::parse_error& wrong = table.error();
    return bad(fmt::format("{}:{}", file, wrong.source().begin.line), wrong.description());
  }
  PURSER_TRY(check_settings(table.table(), file));
  const auto format = table["format"].value<std::int64_t>();
  if (!format || *format < 1) return bad(file, "lacks 'format = 1'; is it a workspace of purser?");
  if (*format > kFormat) {
    return fail(ErrorCode::kUnsupported,
                fmt::format("{}: written by a newer purser (format {}, this one reads {}); "
                            "upgrade purser; nothing was changed",
                            file, *format, kFormat));
  }
  const auto code = table["currency"].value<std::string>();
  if (!code) return bad(file, "lacks a currency; add for example currency = \"USD\"");
  const auto currency = money::Currency::parse(*code);
  if (!currency) return bad(file, "currency: " + currency.error().message());
  return Settings{*currency, table["books"].value_or(std::string())};
}

std::string settings_text(const Settings& settings) {
  std::string text = fmt::format(
      "# A workspace of Purser. State is in .purser/; this file is yours to edit.\n"
      "format = {}\n"
      "currency = \"{}\"  # of prices, budgets and bills (ISO 4217)\n",
      kFormat, settings.currency.code());
  if (!settings.books.empty()) text += fmt::format("books = {}\n", quoted(settings.books));
  return text;
}

}  // namespace purser::cli
