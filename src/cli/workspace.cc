#include "cli/workspace.h"

#include <cstdint>

#include <fmt/format.h>
#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include "base/files.h"

namespace purser::cli {
namespace {

constexpr std::int64_t kFormat = 1;  // of purser.toml; raised when an old purser cannot read it
constexpr std::string_view kSettings = "purser.toml";

// Absolute, without "." and "..", without a slash at the end.
fs::path tidy(const fs::path& folder) {
  std::error_code error;
  const fs::path path = fs::absolute(folder, error).lexically_normal();
  return path.has_filename() ? path : path.parent_path();
}

fs::path nearest(const fs::path& folder) {
  std::error_code error;
  for (fs::path at = tidy(folder); !at.empty(); at = at.parent_path()) {
    if (fs::exists(at / kSettings, error)) return at;
    if (at == at.root_path()) break;
  }
  return {};
}

tl::unexpected<Error> bad(const fs::path& file, std::string_view why) {
  return fail(ErrorCode::kInvalidInput, fmt::format("{}: {}", file.string(), why));
}

}  // namespace

bool Workspace::exists(const fs::path& folder) { return !nearest(folder).empty(); }

Status Workspace::check_new(const fs::path& folder) {
  std::error_code error;
  if (!fs::exists(folder / kSettings, error)) return {};
  return fail(
      ErrorCode::kAlreadyExists,
      fmt::format("'{}' is a workspace already; nothing was changed", tidy(folder).string()));
}

Result<Workspace> Workspace::init(const fs::path& folder, money::Currency currency) {
  PURSER_TRY(check_new(folder));
  std::error_code error;
  fs::create_directories(folder / ".purser" / "spool", error);
  if (!error) fs::create_directories(folder / ".purser" / "runs", error);
  if (error) {
    return fail(ErrorCode::kIo, fmt::format("cannot make '{}': {}", (folder / ".purser").string(),
                                            error.message()));
  }
  const std::string settings = fmt::format(
      "# A workspace of Purser. State is in .purser/; this file is yours to edit.\n"
      "format = {}\n"
      "currency = \"{}\"  # of prices, budgets and bills (ISO 4217)\n",
      kFormat, currency.code());
  PURSER_TRY(write_file_atomically(folder / kSettings, settings));
  return find(folder, "");
}

Result<Workspace> Workspace::find(const fs::path& folder, std::string_view books) {
  const fs::path root = nearest(folder);
  if (root.empty()) {
    return fail(
        ErrorCode::kNotFound,
        fmt::format("'{}' is in no workspace; make one with: purser init", tidy(folder).string()));
  }
  const fs::path file = root / kSettings;
  PURSER_ASSIGN(const std::string text, read_file(file, Bytes{1 << 20}));
  const toml::parse_result table = toml::parse(text, file.string());
  if (!table) {
    const toml::parse_error& wrong = table.error();
    return bad(file.string() + ":" + std::to_string(wrong.source().begin.line),
               wrong.description());
  }
  const auto format = table["format"].value<std::int64_t>();
  if (!format) return bad(file, "lacks 'format = 1'; is it a workspace of purser?");
  if (*format > kFormat) {
    return fail(ErrorCode::kUnsupported,
                fmt::format("{}: written by a newer purser (format {}, this one reads {}); "
                            "upgrade purser; nothing was changed",
                            file.string(), *format, kFormat));
  }
  const auto code = table["currency"].value<std::string>();
  if (!code) return bad(file, "lacks a currency; add for example currency = \"USD\"");
  const auto currency = money::Currency::parse(*code);
  if (!currency) return bad(file, "currency: " + currency.error().message());
  std::string database =
      books.empty() ? table["books"].value_or(std::string()) : std::string(books);
  if (database.empty()) database = "sqlite:" + (root / ".purser" / "books.db").string();
  return Workspace(root, database, *currency);
}

}  // namespace purser::cli
