// last_call.so: LD_PRELOAD=last_call.so LAST_CALL=17 PROGRAM dies at its 17th changing system call.
// With LAST_CALL_COUNT=FILE it lives and writes there how many it made.
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <limits>
#include <string>

#include "sim/last_call.h"

namespace {

constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();
const char* count_file = nullptr;

// Not inherited: what the program starts lives on.
[[gnu::constructor]] void arm() {
  count_file = std::getenv("LAST_CALL_COUNT");
  const char* calls = std::getenv("LAST_CALL");
  if (count_file != nullptr) {
    purser::sim::die_at_call(kNever);
  } else if (calls != nullptr) {
    purser::sim::die_at_call(std::strtoll(calls, nullptr, 10));
  }
  ::unsetenv("LAST_CALL");
}

[[gnu::destructor]] void tell() {
  if (count_file == nullptr) return;
  const std::string text = std::to_string(kNever - purser::sim::calls_left());
  const int file = ::open(count_file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  syscall(SYS_write, file, text.data(), text.size());
  ::close(file);
}

}  // namespace
