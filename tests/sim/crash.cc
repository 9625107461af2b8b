#include "sim/crash.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>

#include <fmt/format.h>

#include "base/text.h"

namespace {

std::int64_t calls_until_death = 0;  // 0: not armed

// True when this call is the last one that the process shall make.
bool is_last_call() { return calls_until_death > 0 && --calls_until_death == 0; }

[[noreturn]] void die() {
  syscall(SYS_kill, syscall(SYS_getpid), SIGKILL);
  for (;;) pause();
}

}  // namespace

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

int fdatasync(int descriptor) {
  if (is_last_call()) die();
  return static_cast<int>(syscall(SYS_fdatasync, descriptor));
}

int fsync(int descriptor) {
  if (is_last_call()) die();
  return static_cast<int>(syscall(SYS_fsync, descriptor));
}

int ftruncate64(int descriptor, off64_t length) noexcept {
  if (is_last_call()) die();
  return static_cast<int>(syscall(SYS_ftruncate, descriptor, length));
}

int unlink(const char* path) noexcept {
  if (is_last_call()) die();
  return static_cast<int>(syscall(SYS_unlink, path));
}

int rename(const char* from, const char* to) noexcept {
  if (is_last_call()) die();
  return static_cast<int>(syscall(SYS_rename, from, to));
}

}  // extern "C"

namespace purser::sim {
namespace {

// Whole lines only: the last may have been cut.
std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (const std::string_view line : split(text, '\n')) lines.emplace_back(line);
  if (!lines.empty()) lines.pop_back();
  return lines;
}

std::string read_all(int descriptor) {
  std::string text;
  char buffer[4096];
  for (;;) {
    const ssize_t got = ::read(descriptor, buffer, sizeof buffer);
    if (got <= 0) return text;
    text.append(buffer, static_cast<std::size_t>(got));
  }
}

}  // namespace

void Acknowledge::operator()(const std::string& line) const {
  const std::string bytes = line + "\n";
  syscall(SYS_write, descriptor_, bytes.data(), bytes.size());
}

Result<ChildEnd> run_and_kill(std::int64_t calls,
                              const std::function<Status(const Acknowledge&)>& work) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return fail(ErrorCode::kIo, "cannot make a pipe");
  std::fflush(nullptr);
  const pid_t child = ::fork();
  if (child < 0) return fail(ErrorCode::kIo, "cannot start a child process");
  if (child == 0) {
    ::close(ends[0]);
    const Acknowledge acknowledge(ends[1]);
    calls_until_death = calls;
    const Status done = work(acknowledge);
    calls_until_death = 0;
    if (!done) acknowledge("error " + done.error().message());
    ::_exit(0);
  }
  ::close(ends[1]);
  ChildEnd end;
  end.acknowledged = lines_of(read_all(ends[0]));
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  end.killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
  if (!end.killed && !(WIFEXITED(status) && WEXITSTATUS(status) == 0)) {
    return fail(ErrorCode::kEngine, fmt::format("the child ended on its own, status {}", status));
  }
  if (!end.acknowledged.empty() && end.acknowledged.back().starts_with("error ")) {
    end.error = end.acknowledged.back().substr(6);
    end.acknowledged.pop_back();
  }
  return end;
}

}  // namespace purser::sim
