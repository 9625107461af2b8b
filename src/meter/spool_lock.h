// The lock that a Recorder holds on its spool file: it dies with the process, kill -9 included, and
// tells from any container of the machine whether the run is at work, where process ids mean
// nothing or cannot be seen.
#pragma once

#include <cstdint>

#include "base/files.h"
#include "base/result.h"

namespace purser::meter {

// One thread at a time may call.
class SpoolLock {
 public:
  // Makes the file, empty, and locks it before anybody else knows its name: give it the name that
  // collectors look for with fs::rename.
  static Result<SpoolLock> create(const fs::path& path);
  SpoolLock(SpoolLock&& other) noexcept;
  SpoolLock& operator=(SpoolLock&& other) noexcept;
  ~SpoolLock();

  // False on a file system without locks.
  bool is_held() const { return is_held_; }
  // The file was deleted: what is written to it is lost.
  bool is_removed() const;

 private:
  SpoolLock(int descriptor, bool is_held) : descriptor_(descriptor), is_held_(is_held) {}
  int descriptor_ = -1;
  bool is_held_ = false;
};

enum class LockState : std::uint8_t { kHeld, kFree, kUnknown };
// Of a spool file. Unknown where the file system has no locks, or the file cannot be opened.
LockState lock_state(const fs::path& path);

}  // namespace purser::meter
