#include "cli/workspace.h"

#include <string>

#include <fmt/format.h>

#include "base/files.h"
#include "cli/settings.h"
#include "store/store.h"

namespace purser::cli {
namespace {

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

// Where the settings say the books are: a relative file is one below the workspace, wherever in it
// one stands.
std::string settled(const Settings& settings, const fs::path& root) {
  if (settings.books.empty()) return (root / kOwnBooks).string();
  const auto file = store::database_file(settings.books);
  return file ? (root / *file).string() : settings.books;  // of another engine
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

Result<Workspace> Workspace::init(const fs::path& folder, const Settings& settings,
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
  const std::string books = settled(settings, root);
  PURSER_TRY(fill(Workspace(root, books, books, settings.currency)));
  PURSER_TRY(write_file_atomically(folder / kSettings, settings_text(settings)));
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
    return fail(ErrorCode::kInvalidInput,
                fmt::format("{}: is no file with the settings of a workspace", file.string()));
  }
  PURSER_ASSIGN(const std::string text, read_file(file, Bytes{1 << 20}));
  PURSER_ASSIGN(const Settings settings, parse_settings(text, file.string()));
  const std::string address = settled(settings, root);
  return Workspace(root, books.empty() ? address : std::string(books), address, settings.currency);
}

}  // namespace purser::cli
