#include "cli/workspace.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include <fmt/format.h>
#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include "base/files.h"
#include "base/text.h"
#include "store/store.h"

namespace purser::cli {
namespace {

constexpr std::int64_t kFormat = 1;  // of purser.toml; raised when an old purser cannot read it
constexpr std::string_view kSettings = "purser.toml";
constexpr std::string_view kOwnBooks = ".purser/books.db";

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

// A slip of the pen must not pass for a setting that was left out.
Status check_settings(const toml::table& table, const fs::path& file) {
  const std::vector<std::string> known{"format", "currency", "books"};
  for (const auto& [key, value] : table) {
    const std::string where = file.string() + ":" + std::to_string(key.source().begin.line);
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

// Where the settings say the books are: a relative file is one below the workspace, wherever in it
// one stands.
std::string address_of(std::string_view books, const fs::path& root) {
  const auto file = store::database_file(books);
  return file ? (root / *file).string() : std::string(books);  // of another engine, or empty
}

}  // namespace

bool Workspace::exists(const fs::path& folder) { return !nearest(folder).empty(); }

Status Workspace::check_new(const fs::path& folder) {
  std::error_code error;
  if (fs::exists(folder, error) && !fs::is_directory(folder, error)) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("'{}' is a file; name a folder", folder.string()));
  }
  if (!fs::exists(folder / kSettings, error)) return {};
  return fail(
      ErrorCode::kAlreadyExists,
      fmt::format("'{}' is a workspace already; nothing was changed", tidy(folder).string()));
}

Result<Workspace> Workspace::init(const fs::path& folder, money::Currency currency,
                                  const std::function<Status(const Workspace&)>& fill) {
  PURSER_TRY(check_new(folder));
  std::error_code error;
  fs::create_directories(folder / ".purser" / "spool", error);
  if (!error) fs::create_directories(folder / ".purser" / "runs", error);
  if (!error) fs::create_directories(folder / ".purser" / "locks", error);
  if (error) {
    return fail(ErrorCode::kIo, fmt::format("cannot make '{}': {}", (folder / ".purser").string(),
                                            error.message()));
  }
  // Of two at once the second finds the first's settings.
  const auto lock = LockFile::acquire(folder / ".purser" / "locks" / "init");
  if (!lock && lock.error().code() == ErrorCode::kBusy) {
    return fail(ErrorCode::kBusy,
                fmt::format("another purser is making a workspace in '{}'; nothing was changed",
                            tidy(folder).string()));
  }
  if (!lock) return fail(lock.error());
  PURSER_TRY(check_new(folder));
  const fs::path root = tidy(folder);
  const fs::path own = root / kOwnBooks;
  PURSER_TRY(fill(Workspace(root, own.string(), own, currency)));
  const std::string settings = fmt::format(
      "# A workspace of Purser. State is in .purser/; this file is yours to edit.\n"
      "format = {}\n"
      "currency = \"{}\"  # of prices, budgets and bills (ISO 4217)\n",
      kFormat, currency.code());
  PURSER_TRY(write_file_atomically(folder / kSettings, settings));
  return find(folder, "");
}

Result<Workspace> Workspace::find(const fs::path& folder, std::string_view books) {
  // A slip of the pen must not lead to another workspace further up.
  if (std::error_code error; !fs::is_directory(folder, error)) {
    return fail(ErrorCode::kNotFound, fmt::format("there is no folder '{}' to look for a workspace "
                                                  "from; name one that is there with -C",
                                                  folder.string()));
  }
  const fs::path root = nearest(folder);
  if (root.empty()) {
    return fail(
        ErrorCode::kNotFound,
        fmt::format("'{}' is in no workspace; make one with: purser init", tidy(folder).string()));
  }
  const fs::path file = root / kSettings;
  if (std::error_code error; !fs::is_regular_file(file, error)) {
    return bad(file, "is no file with the settings of a workspace");
  }
  PURSER_ASSIGN(const std::string text, read_file(file, Bytes{1 << 20}));
  const toml::parse_result table = toml::parse(text, file.string());
  if (!table) {
    const toml::parse_error& wrong = table.error();
    return bad(file.string() + ":" + std::to_string(wrong.source().begin.line),
               wrong.description());
  }
  PURSER_TRY(check_settings(table.table(), file));
  const auto format = table["format"].value<std::int64_t>();
  if (!format || *format < 1) return bad(file, "lacks 'format = 1'; is it a workspace of purser?");
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
  std::string settled = address_of(table["books"].value_or(std::string()), root);
  if (settled.empty()) settled = (root / kOwnBooks).string();
  return Workspace(root, books.empty() ? settled : std::string(books), settled, *currency);
}

}  // namespace purser::cli
