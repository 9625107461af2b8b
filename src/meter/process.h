// Which process is this, and is that one still running? (Linux: /proc.)
#pragma once

#include "base/result.h"
#include "meter/spool.h"
#include "meter/spool_lock.h"

namespace purser::meter {

Result<Process> this_process();

enum class Life : std::uint8_t {
  kRunning,
  kGone,
  kUnknown,  // it runs on another host or in another container, which cannot be asked from here
};
// `lock`: of the spool file that the process writes.
Life life_of(const Process& process, LockState lock);

}  // namespace purser::meter
