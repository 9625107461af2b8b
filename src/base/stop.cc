#include "base/stop.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>

namespace purser {
namespace {

std::atomic<bool> g_requested{false};
int g_pipe[2] = {-1, -1};  // written by the handler, which may only do what is async-signal-safe

extern "C" void on_stop(int signal_number) {
  const int interrupted_errno = errno;  // of the call that the signal fell into
  if (g_requested.exchange(true)) {
    std::signal(signal_number, SIG_DFL);
    ::raise(signal_number);
    return;
  }
  const char byte = 0;
  [[maybe_unused]] const ssize_t written = ::write(g_pipe[1], &byte, 1);
  errno = interrupted_errno;
}

void install(void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  for (const int number : {SIGINT, SIGTERM}) sigaction(number, &action, nullptr);
}

}  // namespace

StopSignal::StopSignal() {
  g_requested = false;
  if (::pipe2(g_pipe, O_CLOEXEC | O_NONBLOCK) == 0) install(on_stop);
}

StopSignal::~StopSignal() {
  install(SIG_DFL);
  for (int& end : g_pipe) {
    if (end >= 0) ::close(end);
    end = -1;
  }
}

bool StopSignal::requested() const { return g_requested.load(std::memory_order_relaxed); }

int StopSignal::descriptor() const { return g_pipe[0]; }

}  // namespace purser
