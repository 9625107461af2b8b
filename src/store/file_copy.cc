#include "store/file_copy.h"

#include <sqlite3.h>

#include <filesystem>
#include <memory>

#include <fmt/format.h>

#include "base/files.h"
#include "store/application.h"
#include "store/sqlite_error.h"

namespace purser::store {
namespace {

constexpr int kBusyTimeoutMs = 5000;
constexpr int kPagesAtOnce = 256;  // a mebibyte: often enough for a bar and for Ctrl-C

using Handle = std::unique_ptr<sqlite3, decltype(&sqlite3_close_v2)>;

enum class Access : std::uint8_t { kRead, kWrite };

// Bytes of a path that mean something in a URI are written as %xx.
std::string uri_of(const std::string& file) {
  std::string uri = "file:";
  for (const char c : file) {
    if (c == '%' || c == '?' || c == '#') {
      uri += fmt::format("%{:02x}", static_cast<unsigned char>(c));
    } else {
      uri += c;
    }
  }
  return uri;
}

// To read, a file without a log is opened as one that nobody changes: SQLite would otherwise lay a
// log beside it, which a backup on a disk that is only read has no place for.
Result<Handle> open(const std::string& file, Access access) {
  std::error_code ignored;
  if (access == Access::kRead) {
    if (!fs::exists(file, ignored)) {
      return fail(ErrorCode::kNotFound,
                  fmt::format("there is no file '{}'; name one that is there", file));
    }
    if (!fs::is_regular_file(file, ignored)) {
      return fail(ErrorCode::kInvalidInput, fmt::format("'{}' is no file with books", file));
    }
    if (fs::file_size(file, ignored) == 0) {
      return fail(ErrorCode::kCorrupt,
                  fmt::format("{}: the file is empty; name another one", file));
    }
  }
  const bool is_alone = access == Access::kRead && !fs::exists(file + "-wal", ignored) &&
                        !fs::exists(file + "-journal", ignored);
  sqlite3* opened = nullptr;
  const int flags =
      SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
      (is_alone ? SQLITE_OPEN_READONLY
                : SQLITE_OPEN_READWRITE | (access == Access::kWrite ? SQLITE_OPEN_CREATE : 0));
  const std::string uri = uri_of(file) + (is_alone ? "?immutable=1" : "");
  const int code = sqlite3_open_v2(uri.c_str(), &opened, flags, nullptr);
  Handle handle(opened, sqlite3_close_v2);
  PURSER_TRY(checked(opened, file, code));
  sqlite3_busy_timeout(opened, kBusyTimeoutMs);
  return handle;
}

Status execute(sqlite3* connection, const std::string& file, const char* sql) {
  return checked(connection, file, sqlite3_exec(connection, sql, nullptr, nullptr, nullptr));
}

// The first value of the first row, as text.
Result<std::string> first_value(sqlite3* connection, const std::string& file, const char* sql) {
  std::string value;
  const auto take = [](void* into, int, char** values, char**) {
    auto& text = *static_cast<std::string*>(into);
    if (text.empty() && values[0] != nullptr) text = values[0];
    return 0;
  };
  PURSER_TRY(checked(connection, file, sqlite3_exec(connection, sql, take, &value, nullptr)));
  return value;
}

}  // namespace

Status copy_file(const std::string& from, const std::string& to, const CopyProgress& progress,
                 const std::function<Status()>& locked) {
  PURSER_ASSIGN(const Handle source, open(from, Access::kRead));
  PURSER_ASSIGN(const Handle target, open(to, Access::kWrite));
  PURSER_TRY(execute(target.get(), to, "PRAGMA synchronous = FULL"));
  // One state of the source, to the end: otherwise each write of others would begin the copy anew.
  PURSER_TRY(execute(source.get(), from, "BEGIN"));
  PURSER_TRY(first_value(source.get(), from, "SELECT count(*) FROM sqlite_schema"));

  std::unique_ptr<sqlite3_backup, decltype(&sqlite3_backup_finish)> copy(
      sqlite3_backup_init(target.get(), "main", source.get(), "main"), sqlite3_backup_finish);
  if (copy == nullptr) return fail(sqlite_error(target.get(), to, sqlite3_errcode(target.get())));
  // One code for both sides: what was asked of the target alone is told of it, damage of the
  // source.
  const auto failed = [&](int code) {
    copy.reset();  // rolls the target back
    Error error = sqlite_error(target.get(), to, code);
    if (error.code() != ErrorCode::kCorrupt) return fail(std::move(error));
    return fail(sqlite_error(source.get(), from, code));
  };
  if (const int code = sqlite3_backup_step(copy.get(), 0); code != SQLITE_OK) {
    copy.reset();
    return fail(sqlite_error(target.get(), to, code));
  }
  if (locked) PURSER_TRY(locked());
  for (;;) {
    const int code = sqlite3_backup_step(copy.get(), kPagesAtOnce);
    if (code == SQLITE_DONE) break;
    if (code != SQLITE_OK) return failed(code);
    const int all = sqlite3_backup_pagecount(copy.get());
    PURSER_TRY(progress(all - sqlite3_backup_remaining(copy.get()), all));
  }
  const int code = sqlite3_backup_finish(copy.release());
  return checked(target.get(), to, code);
}

Status check_is_ours(const std::string& file) {
  PURSER_ASSIGN(const Handle handle, open(file, Access::kRead));
  PURSER_ASSIGN(const std::string id, first_value(handle.get(), file, "PRAGMA application_id"));
  if (id == std::to_string(kApplicationId)) return {};
  return fail(ErrorCode::kInvalidInput,
              fmt::format("{}: this is a database of another program; name a file of books", file));
}

Status check_pages(const std::string& file) {
  PURSER_ASSIGN(const Handle handle, open(file, Access::kRead));
  PURSER_ASSIGN(const std::string found,
                first_value(handle.get(), file, "PRAGMA integrity_check(1)"));
  if (found == "ok") return {};
  return fail(ErrorCode::kCorrupt, fmt::format("{}: the database is damaged ({})", file, found));
}

}  // namespace purser::store
