#include "sim/crash.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>

#include <fmt/format.h>

#include "base/text.h"
#include "sim/last_call.h"

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
    die_at_call(calls);
    const Status done = work(acknowledge);
    die_at_call(0);
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
