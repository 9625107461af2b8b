// Work in a child process that dies at a chosen system call (last_call.h), and what it had said by
// then. So a crash is a number, and a seed replays it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"

namespace purser::sim {

// Lets a child tell its parent, before it may die, that something was acknowledged to it.
class Acknowledge {
 public:
  explicit Acknowledge(int descriptor) : descriptor_(descriptor) {}
  // `line` without a newline. Not counted as a system call of the work.
  void operator()(const std::string& line) const;

 private:
  int descriptor_;
};

struct ChildEnd {
  bool killed = false;                    // otherwise `work` came to its end
  std::string error;                      // what `work` returned, if it failed
  std::vector<std::string> acknowledged;  // in order
};

// Runs `work` in a child process that dies at its `calls`-th changing system call (1, 2, 3 …), if
// it makes so many. The caller must have closed its databases.
Result<ChildEnd> run_and_kill(std::int64_t calls,
                              const std::function<Status(const Acknowledge&)>& work);

}  // namespace purser::sim
