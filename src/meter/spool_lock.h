// The lock that a Recorder holds on its spool file: it dies with the process, kill -9 included, and
// tells from any container of the machine whether the run is at work, where process ids mean
// nothing or cannot be seen.
#pragma once

#include <cstdint>
#include <utility>

#include "base/files.h"
#include "base/result.h"

namespace purser::meter {

// One thread at a time may call.
class SpoolLock {
 public:
  // Makes the file, empty, and locks it before collectors look for it: under the name that it is to
  // have and ".new".
  static Result<SpoolLock> create(const fs::path& path);
  // Gives it the name that collectors look for.
  Status publish();
  SpoolLock(SpoolLock&& other) noexcept;
  SpoolLock& operator=(SpoolLock&& other) noexcept;
  ~SpoolLock();

  // False on a file system without locks.
  bool is_held() const { return is_held_; }
  // The file was deleted, or moved out of its folder: what is written to it is lost. (Folder and
  // file may move together.)
  bool is_removed() const;

 private:
  explicit SpoolLock(fs::path path) : path_(std::move(path)) {}
  fs::path path_;  // when it was created
  int folder_ = -1;
  int descriptor_ = -1;
  bool is_held_ = false;
  bool is_published_ = false;
};

enum class LockState : std::uint8_t { kHeld, kFree, kUnknown };
// Of a spool file. Unknown where the file system has no locks, or the file cannot be opened.
LockState lock_state(const fs::path& path);

// Where a file is before it is published.
fs::path unpublished(const fs::path& path);
// Removes a file that was never published, if nobody holds its lock: its process is gone. Where
// that cannot be told, it stays.
void remove_abandoned(const fs::path& unpublished_path);

}  // namespace purser::meter
