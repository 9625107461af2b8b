// Help, completion, the manual page and docs/verbs.md, all written from the table of verbs.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "cli/verb.h"

namespace purser::cli {

std::string overview(std::span<const Verb> verbs);  // purser help
std::string help_of_group(std::span<const Verb> verbs, std::string_view group);
std::string help_of(const Verb& verb);                     // purser VERB --help
std::string bash_completion(std::span<const Verb> verbs);  // purser completion bash
std::string manual_page(std::span<const Verb> verbs);      // purser help --man
std::string markdown(std::span<const Verb> verbs);         // docs/verbs.md

}  // namespace purser::cli
