#include "meter/process.h"

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "base/files.h"
#include "base/text.h"

namespace purser::meter {
namespace {

// Field 22 of /proc/<pid>/stat (proc(5)): when it started, in ticks since boot. The second field is
// the program's name in parentheses and may itself hold spaces and parentheses: count from the
// last.
std::optional<std::int64_t> start_ticks_of(std::int64_t pid) {
  constexpr std::size_t kTicksAfterName = 20;
  const auto stat = read_file(fmt::format("/proc/{}/stat", pid));
  if (!stat) return std::nullopt;
  const std::size_t name_end = stat->rfind(')');
  if (name_end == std::string::npos) return std::nullopt;
  const auto fields = split(std::string_view(*stat).substr(name_end + 1), ' ');
  if (fields.size() <= kTicksAfterName) return std::nullopt;
  // A zombie has ended; only its parent has not asked how.
  if (fields[1] == "Z" || fields[1] == "X") return std::nullopt;
  const std::string_view text = fields[kTicksAfterName];
  std::int64_t ticks = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), ticks);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return ticks;
}

std::string host_name() {
  std::array<char, 256> buffer{};
  if (::gethostname(buffer.data(), buffer.size() - 1) != 0) return "unknown";
  return buffer.data();
}

std::string boot_id() {
  const auto text = read_file("/proc/sys/kernel/random/boot_id");
  return text ? std::string(trim(*text)) : std::string();
}

// Zero where it cannot be told.
std::int64_t pid_namespace() {
  struct stat status {};
  if (::stat("/proc/self/ns/pid", &status) != 0) return 0;
  return static_cast<std::int64_t>(status.st_ino);
}

}  // namespace

Result<Process> this_process() {
  const std::int64_t pid = ::getpid();
  const auto ticks = start_ticks_of(pid);
  if (!ticks) {
    return fail(ErrorCode::kIo,
                fmt::format("cannot read /proc/{}/stat, from which the meter learns when this "
                            "process started; mount /proc",
                            pid));
  }
  return Process{.host = host_name(),
                 .boot = boot_id(),
                 .pid = pid,
                 .start_ticks = *ticks,
                 .pid_namespace = pid_namespace()};
}

Life life_of(const Process& process, LockState lock) {
  if (lock == LockState::kHeld) return Life::kRunning;
  // The kernel that gave the lock took it back when the process ended, whatever container or host
  // name either has. Of another machine's locks a network file system need not know.
  const bool same_kernel = !process.boot.empty() && process.boot == boot_id();
  if (process.holds_lock && lock == LockState::kFree && same_kernel) return Life::kGone;
  if (process.host != host_name()) return Life::kUnknown;
  if (process.boot != boot_id()) return Life::kGone;
  // A process of another container has no number here, or that of a stranger.
  if (process.pid_namespace != 0 && process.pid_namespace != pid_namespace()) return Life::kUnknown;
  return start_ticks_of(process.pid) == process.start_ticks ? Life::kRunning : Life::kGone;
}

}  // namespace purser::meter
