#include "sim/last_call.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdio>

namespace {

std::atomic<std::int64_t> calls_until_death = 0;  // 0: not armed

// True when this call is the last one that the process shall make.
bool is_last_call() { return calls_until_death > 0 && --calls_until_death == 0; }

[[noreturn]] void die() {
  syscall(SYS_kill, syscall(SYS_getpid), SIGKILL);
  for (;;) pause();
}

int done(std::int64_t result) { return static_cast<int>(result); }

}  // namespace

namespace purser::sim {

void die_at_call(std::int64_t calls) { calls_until_death = calls; }
std::int64_t calls_left() { return calls_until_death; }

}  // namespace purser::sim

// In front of the C library's functions of these names.
extern "C" {

ssize_t write(int descriptor, const void* bytes, size_t size) {
  if (is_last_call()) {
    syscall(SYS_write, descriptor, bytes, size / 2);
    die();
  }
  return syscall(SYS_write, descriptor, bytes, size);
}

ssize_t pwrite64(int descriptor, const void* bytes, size_t size, off64_t offset) {
  if (is_last_call()) {
    syscall(SYS_pwrite64, descriptor, bytes, size / 2, offset);
    die();
  }
  return syscall(SYS_pwrite64, descriptor, bytes, size, offset);
}

// To a server.
ssize_t send(int descriptor, const void* bytes, size_t size, int flags) {
  if (is_last_call()) {
    syscall(SYS_sendto, descriptor, bytes, size / 2, flags, nullptr, 0);
    die();
  }
  return syscall(SYS_sendto, descriptor, bytes, size, flags, nullptr, 0);
}

int fdatasync(int descriptor) {
  if (is_last_call()) die();
  return done(syscall(SYS_fdatasync, descriptor));
}

int fsync(int descriptor) {
  if (is_last_call()) die();
  return done(syscall(SYS_fsync, descriptor));
}

int ftruncate64(int descriptor, off64_t length) noexcept {
  if (is_last_call()) die();
  return done(syscall(SYS_ftruncate, descriptor, length));
}

int link(const char* from, const char* to) noexcept {
  if (is_last_call()) die();
  return done(syscall(SYS_link, from, to));
}

int unlink(const char* path) noexcept {
  if (is_last_call()) die();
  return done(syscall(SYS_unlink, path));
}

// std::filesystem::remove() calls this, which may be meant of a folder.
int remove(const char* path) noexcept {
  if (is_last_call()) die();
  struct stat status {};
  const bool is_folder = ::lstat(path, &status) == 0 && S_ISDIR(status.st_mode);
  return done(is_folder ? syscall(SYS_rmdir, path) : syscall(SYS_unlink, path));
}

int rename(const char* from, const char* to) noexcept {
  if (is_last_call()) die();
  return done(syscall(SYS_rename, from, to));
}

int renameat2(int from_folder, const char* from, int to_folder, const char* to,
              unsigned flags) noexcept {
  if (is_last_call()) die();
  return done(syscall(SYS_renameat2, from_folder, from, to_folder, to, flags));
}

int mkdir(const char* path, mode_t mode) noexcept {
  if (is_last_call()) die();
  return done(syscall(SYS_mkdir, path, mode));
}

}  // extern "C"
