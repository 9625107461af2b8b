// Words to a verb and its arguments, by the table in verb.h.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/verb.h"

namespace purser::cli {

struct Command {
  const Verb* verb = nullptr;  // nullptr: no verb was named
  std::string group;           // "asset", when only the first word of a two-word verb was given
  bool help = false;
  Arguments arguments;  // global options among them
};

// Unknown verbs and flags are refused with the nearest name that exists. A missing argument is not
// an error when --help was given.
Result<Command> parse_command(std::span<const Verb> verbs, std::span<const std::string> words);

// "-o,--output" -> "--output".
std::string_view long_flag(std::string_view flag);

}  // namespace purser::cli
