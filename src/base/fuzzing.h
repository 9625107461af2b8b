// What every fuzzer of a parser asks of a refusal. Only fuzzers include this.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "base/result.h"

namespace purser {

inline bool is_control(char one) { return static_cast<unsigned char>(one) < ' ' || one == '\x7f'; }

// Is said in words, without a control character that the input did not bring, itself or by an
// escape (they are made visible where it is printed), and not as text without end.
inline void check_refusal(const Error& error, std::string_view input) {
  const std::string_view message = error.message();
  if (message.empty() || message.size() > 8 * input.size() + 4096) std::abort();
  const bool brought = std::any_of(input.begin(), input.end(),
                                   [](char one) { return is_control(one) || one == '\\'; });
  if (!brought && std::any_of(message.begin(), message.end(), is_control)) std::abort();
}

// What `parse` accepts, `print` writes so that it is read as the same.
template <class Parse, class Print>
void check_round_trip(std::string_view text, Parse parse, Print print) {
  const auto value = parse(text);
  if (!value) return check_refusal(value.error(), text);
  const auto again = parse(print(*value));
  if (!again || !(*again == *value)) std::abort();
}

}  // namespace purser
