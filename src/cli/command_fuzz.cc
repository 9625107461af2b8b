// Any words on the command line, cut at zero bytes: never a crash; a refusal is said in words; what
// is accepted, written out in full, is the same command.
#include <cstdlib>

#include "base/fuzzing.h"
#include "cli/parse.h"

namespace {

using purser::cli::Command;
using Words = std::vector<std::string>;

Words words_of(std::string_view text) {
  Words words;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\0', at), text.size());
    words.emplace_back(text.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

// asset add --cost='USD 5.00' --dry-run -- gpu
Words in_full(const Command& command) {
  Words words;
  const std::string_view name = command.verb->name;
  for (std::size_t at = 0; at < name.size();) {
    const std::size_t end = std::min(name.find(' ', at), name.size());
    words.emplace_back(name.substr(at, end - at));
    at = end + 1;
  }
  for (const auto& [flag, values] : command.arguments.options) {
    if (values.empty()) words.push_back(flag);
    for (const std::string& value : values) words.push_back(flag + "=" + value);
  }
  words.emplace_back("--");
  for (const auto& positional : command.verb->positionals) {
    const auto found = command.arguments.positionals.find(positional.name);
    if (found == command.arguments.positionals.end()) continue;
    words.insert(words.end(), found->second.begin(), found->second.end());
  }
  return words;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto verbs = purser::cli::all_verbs();
  const auto command = purser::cli::parse_command(verbs, words_of(text));
  if (!command) {
    // Between words there is a zero.
    std::string said(text);
    std::erase(said, '\0');
    purser::check_refusal(command.error(), said + std::string(256, ' '));
    return 0;
  }
  if (command->verb == nullptr || command->help) return 0;
  const auto again = purser::cli::parse_command(verbs, in_full(*command));
  if (!again || again->verb != command->verb ||
      again->arguments.options != command->arguments.options ||
      again->arguments.positionals != command->arguments.positionals) {
    std::abort();
  }
  return 0;
}
