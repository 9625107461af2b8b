// Ctrl-C and SIGTERM as a question: a long loop asks `stop.requested()` at each safe point, saves
// what it has, and says how to go on. A second Ctrl-C ends the process the default way.
#pragma once

namespace purser {

class StopSignal {
 public:
  // Installs handlers for SIGINT and SIGTERM. One at a time in a process.
  StopSignal();
  ~StopSignal();
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;

  // Any thread may ask.
  bool requested() const;
  // A descriptor that becomes readable when a stop is requested; for event loops.
  int descriptor() const;
};

}  // namespace purser
