#include "meter/spool_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include <fmt/format.h>

namespace purser::meter {

namespace {

constexpr int kFileOnly = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;

// Does that name in that folder lead to the open file? Also true where nobody can tell.
bool leads_to(int folder, const fs::path& name, int descriptor) {
  struct stat named {};
  struct stat open {};
  if (::fstat(descriptor, &open) != 0) return false;
  if (::fstatat(folder, name.c_str(), &named, 0) != 0) {
    return errno != ENOENT && errno != ENOTDIR && open.st_nlink != 0;
  }
  return named.st_dev == open.st_dev && named.st_ino == open.st_ino;
}

}  // namespace

fs::path unpublished(const fs::path& path) {
  fs::path begun = path;
  begun += ".new";
  return begun;
}

// flock(2), not fcntl's record locks: these would end when the same process closes any other
// descriptor of the file, as it does when it collects its own spool.
Result<SpoolLock> SpoolLock::create(const fs::path& path) {
  SpoolLock lock(path);
  const fs::path begun = unpublished(path);
  const auto failed = [&](int error_number) {
    return fail(ErrorCode::kIo,
                fmt::format("cannot write '{}': {}", begun.string(), errno_words(error_number)));
  };
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  lock.folder_ = ::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (lock.folder_ < 0) return failed(errno);
  do {
    if (lock.descriptor_ >= 0) ::close(lock.descriptor_);
    lock.descriptor_ = ::open(begun.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (lock.descriptor_ < 0) return failed(errno);
    // Only a collector that is removing it holds the lock, and not for long: then once more.
    int locked = 0;
    do {
      locked = ::flock(lock.descriptor_, LOCK_EX);
    } while (locked != 0 && errno == EINTR);
    lock.is_held_ = locked == 0;
  } while (lock.is_held_ && lock.is_removed());
  return lock;
}

Status SpoolLock::publish() {
  std::error_code error;
  fs::rename(unpublished(path_), path_, error);
  if (error) {
    return fail(ErrorCode::kIo,
                fmt::format("cannot write '{}': {}", path_.string(), error.message()));
  }
  is_published_ = true;
  return {};
}

SpoolLock::SpoolLock(SpoolLock&& other) noexcept { *this = std::move(other); }

SpoolLock& SpoolLock::operator=(SpoolLock&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(folder_, other.folder_);
  std::swap(descriptor_, other.descriptor_);
  std::swap(is_held_, other.is_held_);
  std::swap(is_published_, other.is_published_);
  return *this;
}

SpoolLock::~SpoolLock() {
  if (folder_ >= 0) ::close(folder_);
  if (descriptor_ >= 0) ::close(descriptor_);
}

bool SpoolLock::is_removed() const {
  const fs::path name = (is_published_ ? path_ : unpublished(path_)).filename();
  return !leads_to(folder_, name, descriptor_);
}

void remove_abandoned(const fs::path& unpublished_path) {
  const int descriptor = ::open(unpublished_path.c_str(), O_RDWR | kFileOnly);
  if (descriptor < 0) return;
  // Whoever holds its lock alone decides over the name: it may be another file by now.
  if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0 &&
      leads_to(AT_FDCWD, unpublished_path, descriptor)) {
    ::unlink(unpublished_path.c_str());
  }
  ::close(descriptor);
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
