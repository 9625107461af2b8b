#include "cli/parse.h"

#include <algorithm>
#include <map>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/text.h"

namespace purser::cli {
namespace {

constexpr std::string_view kHelp = "--help";

std::vector<Option> options_of(const Verb& verb) {
  std::vector<Option> options = verb.options;
  options.insert(options.end(), global_options().begin(), global_options().end());
  return options;
}

// The words that may follow `group` in the names of verbs; the first words if it is empty.
std::vector<std::string> next_words(std::span<const Verb> verbs, const std::string& group) {
  const std::string prefix = group.empty() ? "" : group + " ";
  std::vector<std::string> words;
  for (const Verb& verb : verbs) {
    if (!verb.name.starts_with(prefix)) continue;
    const std::string_view rest = verb.name.substr(prefix.size());
    const std::string word(rest.substr(0, rest.find(' ')));
    if (std::find(words.begin(), words.end(), word) == words.end()) words.push_back(word);
  }
  return words;
}

struct Found {
  const Verb* verb = nullptr;
  std::string group;      // if the words name no verb yet
  std::size_t words = 0;  // how many name it
};

tl::unexpected<Error> no_command(const std::string& group, const std::string& word,
                                 std::vector<std::string> known) {
  if (group.empty()) {
    known.insert(known.end(), {"help", "version", "completion"});
    return fail(ErrorCode::kInvalidInput,
                fmt::format("'{}' is no command{} (purser help lists them)", word,
                            did_you_mean(word, known)));
  }
  return fail(ErrorCode::kInvalidInput,
              fmt::format("'{} {}' is no command{} (purser {} --help lists them)", group, word,
                          did_you_mean(word, known), group));
}

// The verb with the longest name that the words begin with.
Result<Found> find_verb(std::span<const Verb> verbs, std::span<const std::string> words) {
  Found found;
  std::string name;
  for (const std::string& word : words) {
    const std::vector<std::string> known = next_words(verbs, name);
    if (known.empty()) break;
    if (std::find(known.begin(), known.end(), word) == known.end()) {
      if (found.verb != nullptr || (!name.empty() && word.starts_with('-'))) break;
      return no_command(name, word, known);
    }
    name += (name.empty() ? "" : " ") + word;
    const auto named = std::find_if(verbs.begin(), verbs.end(),
                                    [&](const Verb& verb) { return verb.name == name; });
    found.verb = named == verbs.end() ? nullptr : &*named;
    ++found.words;
  }
  if (found.verb == nullptr) found.group = name;
  return found;
}

// What others call what an option of Purser says. Where a verb has several of them, the first.
std::string same_thing(std::string_view flag, const std::vector<std::string>& known) {
  static constexpr std::pair<std::string_view, std::string_view> kMeant[] = {
      {"--on", "--in-service"},    {"--in-service", "--on"}, {"--date", "--on"},
      {"--date", "--in-service"},  {"--price", "--cost"},    {"--price", "--proceeds"},
      {"--amount", "--cost"},      {"--amount", "--to"},     {"--residual", "--salvage"},
      {"--useful-life", "--life"}, {"--month", "--period"},  {"--through", "--period"},
      {"--from", "--period"},      {"--until", "--period"},  {"--vendor", "--from"},
  };
  for (const auto& [called, meant] : kMeant) {
    if (called == flag && std::find(known.begin(), known.end(), meant) != known.end()) {
      return fmt::format("; did you mean '{}'?", meant);
    }
  }
  return {};
}

// An unknown flag, before the parser sees it: its nearest neighbour is worth more than a refusal.
Status check_flags(const Verb& verb, std::span<const std::string> words) {
  std::vector<std::string> known{std::string(kHelp)};
  std::vector<std::string> short_forms{"-h"};
  std::vector<std::string> with_value;
  for (const Option& option : options_of(verb)) {
    known.emplace_back(long_flag(option.flag));
    if (option.flag.find(',') != std::string_view::npos) {
      short_forms.emplace_back(option.flag.substr(0, option.flag.find(',')));
    }
    if (option.value.empty()) continue;
    with_value.push_back(known.back());
    if (option.flag.find(',') != std::string_view::npos) with_value.push_back(short_forms.back());
  }
  const auto is_in = [](const auto& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == "--") break;
    if (words[i].size() < 2 || words[i][0] != '-') continue;
    const std::string flag = words[i].substr(0, words[i].find('='));
    if (flag.starts_with("--") ? is_in(known, flag) : is_in(short_forms, flag.substr(0, 2))) {
      if (flag == words[i] && is_in(with_value, flag)) ++i;  // its value may start with '-'
      continue;
    }
    const std::string same = same_thing(flag, known);
    return fail(ErrorCode::kInvalidInput,
                fmt::format("{} has no option '{}'{} (purser {} --help lists them)", verb.name,
                            flag, same.empty() ? did_you_mean(flag, known) : same, verb.name));
  }
  return {};
}

// CLI11 takes the word behind `--node=` for its value; to whoever wrote it, it has an empty one.
std::vector<std::string> with_empty_values(const std::vector<Option>& options,
                                           std::span<const std::string> words) {
  std::vector<std::string> all;
  bool ended = false;
  for (const std::string& word : words) {
    ended = ended || word == "--";
    const auto is_meant = [&](const Option& option) {
      return !option.value.empty() && word == std::string(long_flag(option.flag)) + "=";
    };
    const bool is_empty = !ended && std::any_of(options.begin(), options.end(), is_meant);
    all.push_back(is_empty ? word.substr(0, word.size() - 1) : word);
    if (is_empty) all.emplace_back();
  }
  return all;
}

Result<Arguments> parse_arguments(const Verb& verb, std::span<const std::string> words) {
  PURSER_TRY(check_flags(verb, words));
  CLI::App app{std::string(verb.summary), std::string(verb.name)};
  app.set_help_flag();
  std::map<std::string, std::vector<std::string>> values;
  std::map<std::string, bool> switches;
  const std::vector<Option> options = options_of(verb);
  for (const Option& option : options) {
    const std::string flag(long_flag(option.flag));
    CLI::Option* made =
        option.value.empty()
            ? app.add_flag(std::string(option.flag), switches[flag])
            : app.add_option(std::string(option.flag), values[flag])->expected(1)->type_size(1);
    if (!option.value.empty() && option.repeated)
      made->expected(1, CLI::detail::expected_max_vector_size);
    if (!option.value.empty()) made->allow_extra_args(false);
  }
  std::vector<std::string> plain;
  if (!verb.positionals.empty()) {
    app.add_option("ARGUMENTS", plain)->expected(1, CLI::detail::expected_max_vector_size);
  }
  try {
    std::vector<std::string> reversed = with_empty_values(options, words);
    std::reverse(reversed.begin(), reversed.end());  // as CLI11 takes them
    app.parse(reversed);
  } catch (const CLI::ParseError& error) {
    return fail(ErrorCode::kInvalidInput, fmt::format("{}: {} (purser {} --help explains it)",
                                                      verb.name, error.what(), verb.name));
  }
  Arguments arguments;
  for (const Option& option : options) {
    const std::string flag(long_flag(option.flag));
    if (option.value.empty() ? switches[flag] : !values[flag].empty()) {
      arguments.options[flag] = values[flag];
    }
  }
  for (const Positional& positional : verb.positionals) {
    if (plain.empty()) break;
    const std::size_t taken = positional.repeated ? plain.size() : 1;
    const auto end = plain.begin() + static_cast<std::ptrdiff_t>(taken);
    arguments.positionals[std::string(positional.name)].assign(plain.begin(), end);
    plain.erase(plain.begin(), end);
  }
  if (!plain.empty()) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("{}: '{}' is one word too many; put quotes around text with spaces "
                            "(purser {} --help)",
                            verb.name, plain.front(), verb.name));
  }
  return arguments;
}

Status check_required(const Verb& verb, const Arguments& arguments) {
  const auto missing = [&](std::string_view what, std::string_view help) {
    return fail(ErrorCode::kInvalidInput, fmt::format("{}: {} is missing: {} (purser {} --help)",
                                                      verb.name, what, help, verb.name));
  };
  for (const Positional& positional : verb.positionals) {
    if (positional.required && arguments.positional(positional.name).empty()) {
      return missing(positional.name, positional.help);
    }
  }
  for (const Option& option : verb.options) {
    const std::string_view flag = long_flag(option.flag);
    if (option.required && !arguments.has(flag)) {
      return missing(fmt::format("{} {}", flag, option.value), option.help);
    }
  }
  return {};
}

}  // namespace

std::string_view long_flag(std::string_view flag) {
  const std::size_t comma = flag.find(',');
  return comma == std::string_view::npos ? flag : flag.substr(comma + 1);
}

Result<Command> parse_command(std::span<const Verb> verbs, std::span<const std::string> words) {
  PURSER_ASSIGN(const Found found, find_verb(verbs, words));
  Command command;
  command.verb = found.verb;
  command.group = found.group;
  std::vector<std::string> rest;
  for (const std::string& word : words.subspan(found.words)) {
    if (word == kHelp || word == "-h") {
      command.help = true;
    } else {
      rest.push_back(word);
    }
  }
  if (command.help || command.verb == nullptr) return command;
  PURSER_ASSIGN(command.arguments, parse_arguments(*command.verb, rest));
  PURSER_TRY(check_required(*command.verb, command.arguments));
  return command;
}

}  // namespace purser::cli
