#include "meter/spool_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include <fmt/format.h>

namespace purser::meter {

// flock(2), not fcntl's record locks: these would end when the same process closes any other
// descriptor of the file, as it does when it collects its own spool.
Result<SpoolLock> SpoolLock::create(const fs::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (descriptor < 0) {
    return fail(ErrorCode::kIo,
                fmt::format("cannot write '{}': {}", path.string(), errno_words(errno)));
  }
  const bool is_held = ::flock(descriptor, LOCK_EX | LOCK_NB) == 0;
  return SpoolLock(descriptor, is_held);
}

SpoolLock::SpoolLock(SpoolLock&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), is_held_(other.is_held_) {}

SpoolLock& SpoolLock::operator=(SpoolLock&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(is_held_, other.is_held_);
  return *this;
}

SpoolLock::~SpoolLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

bool SpoolLock::is_removed() const {
  struct stat status {};
  return ::fstat(descriptor_, &status) != 0 || status.st_nlink == 0;
}

LockState lock_state(const fs::path& path) {
  // A pipe in the place of a file must not keep us waiting. A network file system wants a file that
  // is locked to be open for writing; a workspace that may only be read has none to offer.
  int descriptor = ::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) return LockState::kUnknown;
  // Shared, so that two who ask at once do not take each other for the run.
  const bool got = ::flock(descriptor, LOCK_SH | LOCK_NB) == 0;
  const int error_number = errno;
  ::close(descriptor);
  if (got) return LockState::kFree;
  return error_number == EWOULDBLOCK ? LockState::kHeld : LockState::kUnknown;
}

}  // namespace purser::meter
