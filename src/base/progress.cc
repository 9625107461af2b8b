#include "base/progress.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"

namespace purser {
namespace {

using std::chrono::steady_clock;

std::string bar(double fraction, int width) {
  static constexpr const char* kEighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const int eighths = static_cast<int>(std::clamp(fraction, 0.0, 1.0) * width * 8);
  std::string text;
  for (int i = 0; i < eighths / 8; ++i) text += "█";
  text += kEighths[eighths % 8];
  for (int i = eighths / 8 + (eighths % 8 != 0 ? 1 : 0); i < width; ++i) text += " ";
  return text;
}

// A terminal that understands control sequences.
bool obeys(int descriptor) {
  const char* term = std::getenv("TERM");
  return ::isatty(descriptor) == 1 && (term == nullptr || std::string_view(term) != "dumb");
}

}  // namespace

bool color_wanted(int descriptor) {
  const char* no_color = std::getenv("NO_COLOR");
  return (no_color == nullptr || *no_color == '\0') && obeys(descriptor);
}

int terminal_columns() {
  if (const char* wanted = std::getenv("COLUMNS")) {
    int columns = 0;
    const char* const end = wanted + std::strlen(wanted);
    const auto read = std::from_chars(wanted, end, columns);
    if (read.ptr == end && read.ec == std::errc() && columns > 0) return std::min(columns, 10'000);
  }
  winsize size{};
  for (const int descriptor : {STDOUT_FILENO, STDERR_FILENO}) {
    if (::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  }
  return 100;
}

Progress::Progress(std::string title, std::int64_t total)
    : title_(std::move(title)),
      total_(total),
      terminal_(obeys(STDERR_FILENO)),
      start_(steady_clock::now()) {}

Progress::~Progress() { finish(); }

void Progress::update(std::int64_t done, std::string_view note,
                      std::optional<Nanoseconds> remaining) {
  const auto now = steady_clock::now();
  const auto pause = terminal_ ? std::chrono::milliseconds{100} : std::chrono::milliseconds{10'000};
  if (last_drawn_ && now - *last_drawn_ < pause) return;
  if (!terminal_ && !last_drawn_ && now - start_ < pause) return;
  last_drawn_ = now;

  std::string line = title_;
  if (total_ > 0) {
    const double fraction = static_cast<double>(done) / static_cast<double>(total_);
    const double elapsed_s = std::chrono::duration<double>(now - start_).count();
    line += terminal_ ? fmt::format(" {} {:3.0f}%", bar(fraction, 20), fraction * 100)
                      : fmt::format(" {:.0f}%", fraction * 100);
    if (fraction > 0.005 && fraction < 1) {
      const Nanoseconds left = remaining.value_or(
          Nanoseconds{static_cast<std::int64_t>(elapsed_s * (1 - fraction) / fraction * 1e9)});
      line += " · " + humanize(left) + " left";
    }
  } else if (done > 0) {
    line += fmt::format(" {}", done);
  }
  if (!note.empty()) line += fmt::format(" · {}", note);
  draw(line);
}

void Progress::draw(std::string_view line) {
  if (!terminal_) {
    fmt::print(stderr, "{}\n", line);
    return;
  }
  // Cut to the terminal's width, at a character, so that the line never wraps.
  std::string cut(line);
  const auto columns = static_cast<std::size_t>(std::max(terminal_columns() - 1, 10));
  while (display_width(cut) > columns) {
    while ((static_cast<unsigned char>(cut.back()) & 0xC0U) == 0x80U) cut.pop_back();
    cut.pop_back();
  }
  fmt::print(stderr, "\r\x1b[K{}", cut);
  std::fflush(stderr);
  drawn_ = true;
}

void Progress::finish() {
  if (!drawn_) return;
  fmt::print(stderr, "\r\x1b[K");
  std::fflush(stderr);
  drawn_ = false;
}

}  // namespace purser
