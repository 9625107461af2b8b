// One line on stderr that moves while long work goes on, with rate, time left and whatever else
// the caller knows (loss, money). It is drawn at most ten times a second, disappears when the work
// ends, and is not drawn at all when stderr is no terminal, or a dumb one: then a plain line goes
// out at most every ten seconds, so that a log shows life too.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace purser {

class Progress {
 public:
  // `total`: units of work in all; 0 if unknown. Not thread-safe: one thread reports.
  Progress(std::string title, std::int64_t total);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // `done` units so far; `note` is shown behind the bar: "loss 0.41 · USD 0.0021". `remaining`:
  // what the caller expects; without it, as the time so far goes on.
  void update(std::int64_t done, std::string_view note,
              std::optional<Nanoseconds> remaining = std::nullopt);
  // Removes the line; called by the destructor too.
  void finish();

 private:
  void draw(std::string_view line);

  std::string title_;
  std::int64_t total_;
  bool terminal_;
  bool drawn_ = false;
  std::chrono::steady_clock::time_point start_;
  std::optional<std::chrono::steady_clock::time_point> last_drawn_;
};

// Is colour wanted on this descriptor? (A terminal that is not dumb, and NO_COLOR is not set:
// no-color.org.)
bool color_wanted(int descriptor);
// Columns to fit into: COLUMNS if that is set, or the terminal's behind stdout or stderr; 100 if
// there is none.
int terminal_columns();

}  // namespace purser
