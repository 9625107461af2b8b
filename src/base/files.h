// Files: whole reads with a limit, writes that a crash cannot tear, and a lock that dies with its
// holder.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/units.h"

namespace purser {

namespace fs = std::filesystem;

// The whole file. Refuses directories, and files over `limit`.
Result<std::string> read_file(const fs::path& path, Bytes limit = Bytes{1LL << 32});

// Writes `contents` to a new file in the same folder, syncs it, renames it over `path` and syncs
// the folder: after a crash at any instant `path` is the old file or the new one, whole. A symbolic
// link stays, what it leads to is replaced; a file keeps its permissions; what is no file (a pipe,
// /dev/null) is written to and not replaced.
Status write_file_atomically(const fs::path& path, std::string_view contents);

// Appends to a file and syncs it before returning; creates it if needed.
class AppendFile {
 public:
  static Result<AppendFile> open(const fs::path& path);
  AppendFile(AppendFile&& other) noexcept;
  AppendFile& operator=(AppendFile&& other) noexcept;
  ~AppendFile();

  // All of `bytes` is on disk when this returns done. After a failure the file may end in part of
  // them: readers must tolerate a torn last record.
  Status append_and_sync(std::string_view bytes);

 private:
  explicit AppendFile(int descriptor, fs::path path);
  int descriptor_ = -1;
  fs::path path_;
};

// An advisory lock on a file, held until this object or its process ends.
class LockFile {
 public:
  // Fails with kBusy if another process holds it.
  static Result<LockFile> acquire(const fs::path& path);
  LockFile(LockFile&& other) noexcept;
  LockFile& operator=(LockFile&& other) noexcept;
  ~LockFile();

 private:
  explicit LockFile(int descriptor) : descriptor_(descriptor) {}
  int descriptor_ = -1;
};

// "No space left on device": the words of errno, for messages.
std::string errno_words(int error_number);

// SHA-256 of the bytes as 64 hexadecimal digits.
std::string sha256_hex(std::string_view bytes);

}  // namespace purser
