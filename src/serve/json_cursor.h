// A strict JSON reader that goes once over the bytes and keeps nothing: the caller asks for what
// must come next. Inference requests are thousands of numbers in a frame of a hundred bytes; the
// numbers are read by number_array.h straight into the model's input, and this reads the frame.
//
// Every read skips white space first. After a failure (false or nullopt) the cursor stands at the
// offending byte; at() tells which that is.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace purser::serve {

class JsonCursor {
 public:
  explicit JsonCursor(std::string_view text)
      : start_(text.data()), here_(text.data()), end_(text.data() + text.size()) {}

  // The next byte, 0 at the end.
  char peek() {
    while (here_ != end_ && (*here_ == ' ' || *here_ == '\n' || *here_ == '\t' || *here_ == '\r')) {
      ++here_;
    }
    return here_ == end_ ? '\0' : *here_;
  }
  // Goes past `c` if it comes next.
  bool take(char c) {
    if (peek() != c) return false;
    ++here_;
    return true;
  }
  bool at_end() { return peek() == '\0' && here_ == end_; }

  // A string with its quotes as it stands in the text, checked (escapes, control characters,
  // UTF-8): may be copied into other JSON as it is.
  std::optional<std::string_view> raw_string();
  // Its value.
  std::optional<std::string> string();
  std::optional<bool> boolean();
  // A whole number in the range of T, written without fraction or exponent.
  template <class T>
  std::optional<T> integer();
  // Any value; nothing deeper than 64 levels.
  bool skip_value();

  std::size_t at() const { return static_cast<std::size_t>(here_ - start_); }
  const char* start() const { return start_; }
  const char* here() const { return here_; }
  const char* end() const { return end_; }
  void move_to(const char* here) { here_ = here; }

 private:
  bool skip_number();
  bool take_word(std::string_view word);

  const char* start_;
  const char* here_;
  const char* end_;
};

}  // namespace purser::serve
