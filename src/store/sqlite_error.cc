#include "store/sqlite_error.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include <fmt/format.h>

#include "base/files.h"

namespace purser::store {
namespace {

ErrorCode code_of(int sqlite_code) {
  switch (sqlite_code) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
      return ErrorCode::kAlreadyExists;
    case SQLITE_CONSTRAINT_TRIGGER:  // RAISE(ABORT, …) in a schema: a rule of the room says no
      return ErrorCode::kRefused;
    default:
      break;
  }
  switch (sqlite_code & 0xFF) {  // the primary code of an extended one
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return ErrorCode::kBusy;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return ErrorCode::kCorrupt;
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
      return ErrorCode::kIo;
    case SQLITE_NOMEM:
    case SQLITE_TOOBIG:
      return ErrorCode::kResource;
    case SQLITE_INTERRUPT:
      return ErrorCode::kCancelled;
    default:
      return ErrorCode::kEngine;
  }
}

}  // namespace

Error sqlite_error(sqlite3* connection, std::string_view path, int sqlite_code) {
  const ErrorCode code = code_of(sqlite_code);
  const int primary = sqlite_code & 0xFF;
  const int system_error = connection != nullptr ? sqlite3_system_errno(connection) : 0;
  std::string words =
      connection != nullptr ? sqlite3_errmsg(connection) : sqlite3_errstr(sqlite_code);
  // It may quote a schema, which has lines; what people are told is one.
  std::replace(words.begin(), words.end(), '\n', ' ');
  // A full disk may also show when WAL's shared index grows, a quota or a limit on the size of
  // files at any write: an I/O error with its errno behind it.
  const bool no_space = system_error == ENOSPC || system_error == EDQUOT || system_error == EFBIG;
  if (primary == SQLITE_FULL || (primary == SQLITE_IOERR && no_space)) {
    return {code, fmt::format("{}: the disk is full; free some space and run it again, nothing "
                              "was changed",
                              path)};
  }
  // Where the books may be read alone, what fails is to open the log beside them.
  const std::string file(path);
  const bool no_log = primary == SQLITE_CANTOPEN && ::access(file.c_str(), F_OK) == 0 &&
                      ::access(file.c_str(), W_OK) != 0;
  if (primary == SQLITE_READONLY || primary == SQLITE_PERM || no_log) {
    return {code,
            fmt::format("{}: this user may not write it; mend the permissions of the file, its "
                        "folder and its disk, nothing was changed",
                        path)};
  }
  switch (code) {
    case ErrorCode::kBusy:
      return {code, fmt::format("{}: another process is writing; run it again when that one is "
                                "done, nothing was changed",
                                path)};
    case ErrorCode::kCorrupt:
      return {code, fmt::format("{}: the database is damaged ({}); restore it from a backup", path,
                                words)};
    case ErrorCode::kIo:
      return {code, fmt::format("{}: {}{}; check the folder and its permissions", path, words,
                                system_error != 0 ? ": " + errno_words(system_error) : "")};
    case ErrorCode::kRefused:
      return {code, fmt::format("{}: {}", path, words)};
    default:
      return {code, fmt::format("{}: SQLite says: {}", path, words)};
  }
}

}  // namespace purser::store
