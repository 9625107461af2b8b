#include "cli/help.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/parse.h"

namespace purser::cli {
namespace {

constexpr std::size_t kWidth = 78;
constexpr std::size_t kColumn = 28;  // where the meaning of an option starts

// `text` broken at spaces to fit, every line after the first indented.
std::string wrapped(std::string_view text, std::size_t indent) {
  std::string out;
  std::size_t column = indent;
  for (const std::string_view word : split(text, ' ')) {
    const std::size_t width = display_width(word);
    if (column > indent && column + 1 + width > kWidth) {
      out += '\n' + std::string(indent, ' ');
      column = indent;
    } else if (column > indent) {
      out += ' ';
      ++column;
    }
    out += word;
    column += width;
  }
  return out;
}

// Two columns: what is typed, and what it means.
std::string entry(std::string_view left, std::string_view right, std::size_t column) {
  const std::size_t used = display_width(left) + 2;
  std::string line = "  " + std::string(left);
  line += used + 2 > column ? "\n" + std::string(column, ' ') : std::string(column - used, ' ');
  return line + wrapped(right, column) + '\n';
}

std::string usage_of(const Verb& verb) {
  std::string usage = fmt::format("purser {}", verb.name);
  for (const Positional& p : verb.positionals) {
    const std::string name = fmt::format("{}{}", p.name, p.repeated ? " …" : "");
    usage += p.required ? " " + name : " [" + name + "]";
  }
  for (const Option& option : verb.options) {
    if (option.required) usage += fmt::format(" {} {}", long_flag(option.flag), option.value);
  }
  return usage + " [options]";
}

std::string option_left(const Option& option) {
  std::string flag(option.flag);
  if (const std::size_t comma = flag.find(','); comma != std::string::npos) {
    flag.insert(comma + 1, " ");
  }
  return option.value.empty() ? flag : fmt::format("{} {}", flag, option.value);
}

std::string option_right(const Option& option) {
  std::string text(option.help);
  if (option.required) text += " (required)";
  if (option.repeated) text += " (may be repeated)";
  if (!option.default_text.empty()) text += fmt::format(" [{}]", option.default_text);
  return text;
}

// Text for roff: backslashes and leading dots and quotes mean something there.
std::string roff(std::string_view text) {
  std::string out;
  bool line_start = true;
  for (const char c : text) {
    if (line_start && (c == '.' || c == '\'')) out += "\\&";
    out += c == '\\' ? "\\e" : c == '-' ? "\\-" : std::string(1, c);
    line_start = c == '\n';
  }
  return out;
}

std::string_view group_of(const Verb& verb) { return verb.name.substr(0, verb.name.find(' ')); }

bool is_grouped(const Verb& verb) { return verb.name.find(' ') != std::string_view::npos; }

// Options that every verb takes, under their heading.
std::string help_of_globals() {
  std::string text = "always:\n";
  for (const Option& o : global_options()) text += entry(option_left(o), option_right(o), kColumn);
  return text;
}

// What is a verb's own.
std::string help_of_itself(const Verb& verb) {
  std::string text = fmt::format("{}\n\nusage: {}\n", verb.summary, usage_of(verb));
  if (!verb.details.empty()) text += fmt::format("\n{}\n", trim(verb.details));
  if (!verb.positionals.empty()) text += "\n";
  for (const Positional& p : verb.positionals) text += entry(p.name, p.help, kColumn);
  if (!verb.options.empty()) text += "\noptions:\n";
  for (const Option& o : verb.options) text += entry(option_left(o), option_right(o), kColumn);
  return text;
}

}  // namespace

std::string overview(std::span<const Verb> verbs) {
  std::string text =
      "purser: the exact price of every hour of compute, the exact bill of every model\n"
      "\n"
      "  purser VERB [options]      purser VERB --help explains one, with examples\n\n";
  std::string_view last_group;
  for (const Verb& verb : verbs) {
    if (!is_grouped(verb)) {
      text += entry(verb.name, verb.summary, 14);
    } else if (group_of(verb) != last_group) {
      std::string seconds;
      for (const Verb& other : verbs) {
        if (!is_grouped(other) || group_of(other) != group_of(verb)) continue;
        seconds += (seconds.empty() ? "" : ", ");
        seconds += other.name.substr(group_of(other).size() + 1);
      }
      text += entry(group_of(verb), seconds, 14);
      last_group = group_of(verb);
    }
  }
  text += entry("completion", "print a completion script: eval \"$(purser completion bash)\"", 14);
  text += entry("version", "print the version", 14);
  return text;
}

std::string help_of_group(std::span<const Verb> verbs, std::string_view group) {
  std::string text = fmt::format("purser {} VERB [options]\n\n", group);
  for (const Verb& verb : verbs) {
    if (verb.name.starts_with(fmt::format("{} ", group))) {
      text += entry(fmt::format("purser {}", verb.name), verb.summary, 28);
    }
  }
  return text;
}

std::string help_of(const Verb& verb) { return help_of_itself(verb) + "\n" + help_of_globals(); }

std::string bash_completion(std::span<const Verb> verbs) {
  std::string firsts = "help version completion";
  std::string cases;
  std::string_view last_group;
  for (const Verb& verb : verbs) {
    if (group_of(verb) != last_group) firsts += fmt::format(" {}", group_of(verb));
    if (is_grouped(verb) && group_of(verb) != last_group) {
      std::string seconds;
      for (const Verb& other : verbs) {
        if (is_grouped(other) && group_of(other) == group_of(verb)) {
          seconds += fmt::format(" {}", other.name.substr(group_of(other).size() + 1));
        }
      }
      cases += fmt::format("    {}) words=\"{}\";;\n", group_of(verb), trim(seconds));
    }
    last_group = group_of(verb);
    std::string flags = "--help";
    for (const Option& option : verb.options) flags += fmt::format(" {}", long_flag(option.flag));
    for (const Option& option : global_options()) {
      flags += fmt::format(" {}", long_flag(option.flag));
    }
    cases += fmt::format("    '{}') flags=\"{}\";;\n", verb.name, flags);
  }
  constexpr std::string_view kHead = R"BASH(# eval "$(purser completion bash)"
_purser_words() {
  local words="" flags=""
  case "$1" in
)BASH";
  constexpr std::string_view kMiddle = R"BASH(  esac
  case "$2" in
    words) printf '%s' "$words";;
    flags) printf '%s' "$flags";;
  esac
}
_purser() {
  local current="${COMP_WORDS[COMP_CWORD]}" first="${COMP_WORDS[1]}" verb
  local seconds; seconds=$(_purser_words "$first" words)
  verb="$first"; [ -z "$seconds" ] || verb="$first ${COMP_WORDS[2]}"
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W ")BASH";
  constexpr std::string_view kTail = R"BASH(" -- "$current"))
  elif [ "$COMP_CWORD" -eq 2 ] && [ -n "$seconds" ]; then
    COMPREPLY=($(compgen -W "$seconds" -- "$current"))
  elif [[ "$current" == -* ]]; then
    COMPREPLY=($(compgen -W "$(_purser_words "$verb" flags)" -- "$current"))
  else
    COMPREPLY=($(compgen -f -- "$current"))
  fi
}
complete -o filenames -F _purser purser
)BASH";
  return fmt::format("{}{}{}{}{}", kHead, cases, kMiddle, firsts, kTail);
}

std::string manual_page(std::span<const Verb> verbs) {
  std::string text = ".TH PURSER 1 \"\" \"purser " PURSER_VERSION
                     "\" \"User Commands\"\n.SH NAME\n"
                     "purser \\- the exact price of every hour of machine\\-learning compute\n"
                     ".SH SYNOPSIS\n.B purser\n.I VERB\n[options]\n.SH VERBS\n";
  for (const Verb& verb : verbs) {
    text += fmt::format(".SS {}\n{}.\n", roff(usage_of(verb)), roff(verb.summary));
    if (!verb.details.empty()) text += fmt::format(".PP\n.nf\n{}\n.fi\n", roff(trim(verb.details)));
    for (const Positional& p : verb.positionals) {
      text += fmt::format(".TP\n.I {}\n{}\n", roff(p.name), roff(p.help));
    }
    for (const Option& o : verb.options) {
      text += fmt::format(".TP\n.B {}\n{}\n", roff(option_left(o)), roff(option_right(o)));
    }
  }
  text += ".SH OPTIONS OF EVERY VERB\n";
  for (const Option& o : global_options()) {
    text += fmt::format(".TP\n.B {}\n{}\n", roff(option_left(o)), roff(option_right(o)));
  }
  return text +
         ".SH EXIT STATUS\n.TP\n0\ndone\n.TP\n1\na refusal that is an answer: the budget denies, a "
         "check found a breach, the target was not reached\n.TP\n2\nthe input is "
         "wrong\n.TP\n3\nthe "
         "world failed: disk, network, engine\n"
         ".SH ENVIRONMENT\n.TP\n.B PURSER_BOOKS\nwhere the books are, as \\-\\-books\n"
         ".TP\n.B NO_COLOR\nif set, no colours\n";
}

std::string markdown(std::span<const Verb> verbs) {
  std::string text =
      "# Verbs\n\nWritten by `purser help --markdown` from the table that also feeds `--help` and "
      "completion. Every verb also takes:\n\n```text\n" +
      help_of_globals() + "```\n";
  for (const Verb& verb : verbs) {
    text += fmt::format("\n## purser {}\n\n```text\n{}```\n", verb.name, help_of_itself(verb));
  }
  return text;
}

}  // namespace purser::cli
