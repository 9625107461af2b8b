// Which process is this, and is that one still running? (Linux: /proc.)
#pragma once

#include "base/result.h"
#include "meter/spool.h"

namespace purser::meter {

Result<Process> this_process();

enum class Life : std::uint8_t {
  kRunning,
  kGone,
  kUnknown,  // it runs on another host or in another container, which cannot be asked from here
};
Life life_of(const Process& process);

}  // namespace purser::meter
