// From argv to an exit status: find the verb, run it or hand over to the program that does its
// work, and turn an Error into one sentence on stderr.
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <system_error>

#include <fmt/format.h>

#include "base/files.h"
#include "base/text.h"
#include "cli/help.h"
#include "cli/parse.h"
#include "cli/status.h"
#include "cli/verb.h"
#include "cli/who.h"
#include "report/table.h"

namespace purser::cli {
namespace {

int report(const Error& error) {
  if (!error.message().empty()) {
    fmt::print(stderr, "purser: {}\n", report::printable(error.message(), "\n\t"));
  }
  return exit_status(error.code());
}

int print_answer(std::string_view text) {
  const Status printed = print(text);
  return printed ? 0 : report(printed.error());
}

enum class ClockKind { kStanding, kRunning };

// --now makes a light verb's clock stand still (answers that can be compared), a heavy program's
// start at that time and run on (work takes time).
Result<Context> make_context(const Arguments& arguments, ClockKind kind) {
  std::unique_ptr<Clock> clock = std::make_unique<SystemClock>();
  PURSER_ASSIGN(const auto now, arguments.instant("--now"));
  if (now && kind == ClockKind::kStanding) clock = std::make_unique<ManualClock>(*now);
  if (kind == ClockKind::kRunning) {
    clock = std::make_unique<RunningClock>(now.value_or(SystemClock{}.now()));
  }
  PURSER_ASSIGN(std::string who, who_asks());
  const char* books = std::getenv("PURSER_BOOKS");
  return Context(std::move(clock), std::move(who),
                 std::string(arguments.text_or("--workspace", ".")),
                 std::string(arguments.text_or("--books", books == nullptr ? "" : books)),
                 arguments.has("--json"));
}

// Replaces this process by the program that does the verb's work, with the same words.
Error hand_over(std::string_view program, char** argv) {
  std::error_code ignored;
  const fs::path here = fs::read_symlink("/proc/self/exe", ignored).parent_path();
  const fs::path path = here / program;
  // LibTorch's threads wait for each other by spinning, ten milliseconds and more by default: on a
  // machine with other work a step then takes several times as long. Read when the library loads.
  ::setenv("GOMP_SPINCOUNT", "1000", 0);
  ::execv(path.c_str(), argv);
  if (errno == ENOENT) {
    return {ErrorCode::kUnsupported,
            fmt::format("this build of purser has no '{}' (expected '{}'); build with "
                        "-DPURSER_TRAIN=ON -DPURSER_SERVE=ON",
                        program, path.string())};
  }
  return {ErrorCode::kEngine,
          fmt::format("cannot start '{}': {}", path.string(), errno_words(errno))};
}

// purser without a verb: where am I, or, outside a workspace, what is there.
int where_am_i(std::span<const std::string> options) {
  const Verb none{.name = "purser", .summary = "", .details = "", .positionals = {}, .options = {}};
  const std::vector<Verb> verbs{none};
  std::vector<std::string> words{"purser"};
  words.insert(words.end(), options.begin(), options.end());
  const auto command = parse_command(verbs, words);
  if (!command) return report(command.error());
  const auto context = make_context(command->arguments, ClockKind::kStanding);
  if (!context) return report(context.error());
  if (options.empty() && !Workspace::exists(".")) return print_answer(overview(all_verbs()));
  const auto screen = status_screen(*context);
  return screen ? print_answer(*screen) : report(screen.error());
}

// `purser -C shop rate` means `purser rate -C shop`: how many words in front are options of all
// verbs and their values.
std::size_t leading_options(std::span<const std::string> words) {
  std::size_t count = 0;
  while (count < words.size()) {
    const std::string& word = words[count];
    const auto options = global_options();
    const auto known = std::find_if(options.begin(), options.end(), [&](const Option& option) {
      return word == long_flag(option.flag) ||
             word.starts_with(std::string(long_flag(option.flag)) + "=") ||
             (option.flag.size() > 2 && option.flag[2] == ',' && word == option.flag.substr(0, 2));
    });
    if (known == options.end()) break;
    const bool takes_next = !known->value.empty() && word.find('=') == std::string::npos;
    count += takes_next ? 2 : 1;
  }
  return std::min(count, words.size());
}

int help(std::span<const std::string> words) {
  const std::span<const Verb> verbs = all_verbs();
  if (words[0] == "version" || words[0] == "--version")
    return print_answer("purser " PURSER_VERSION "\n");
  if (words[0] == "completion") {
    if (words.size() == 2 && words[1] == "bash") return print_answer(bash_completion(verbs));
    return report({ErrorCode::kInvalidInput, "completion: name the shell: purser completion bash"});
  }
  if (words.size() == 1) return print_answer(overview(verbs));
  if (words[1] == "--markdown") return print_answer(markdown(verbs));
  if (words[1] == "--man") return print_answer(manual_page(verbs));
  const auto command = parse_command(verbs, words.subspan(1));
  if (!command) return report(command.error());
  return print_answer(command->verb != nullptr ? help_of(*command->verb)
                                               : help_of_group(verbs, command->group));
}

bool is_about_itself(std::span<const std::string> words) {
  constexpr std::string_view kWords[] = {"help",    "--help",    "-h",
                                         "version", "--version", "completion"};
  return std::find(std::begin(kWords), std::end(kWords), words[0]) != std::end(kWords);
}

int run(std::span<const HeavyVerb> heavy, int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // a limit on the size of files is told like a full disk
  std::vector<std::string> words(argv + 1, argv + argc);
  const auto verb_at = words.begin() + static_cast<std::ptrdiff_t>(leading_options(words));
  if (verb_at == words.end()) return where_am_i(words);
  std::rotate(words.begin(), verb_at, words.end());
  if (is_about_itself(words)) return help(words);
  const auto command = parse_command(all_verbs(), words);
  if (!command) return report(command.error());
  if (command->verb == nullptr) return print_answer(help_of_group(all_verbs(), command->group));
  const Verb& verb = *command->verb;
  if (command->help) return print_answer(help_of(verb));

  const auto here = std::find_if(heavy.begin(), heavy.end(),
                                 [&](const HeavyVerb& h) { return h.verb == verb.name; });
  auto context = make_context(command->arguments,
                              here != heavy.end() ? ClockKind::kRunning : ClockKind::kStanding);
  if (!context) return report(context.error());
  if (here != heavy.end()) {
    const auto status = here->work(*context, command->arguments);
    return status ? *status : report(status.error());
  }
  if (verb.run != nullptr) {
    const auto status = verb.run(*context, command->arguments);
    if (!status) return report(status.error());
    if (verb.program.empty() || *status != 0) return *status;
  }
  return report(hand_over(verb.program, argv));
}

}  // namespace

Status print(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0) {
    // Who stopped reading knows it.
    if (errno == EPIPE) return fail(ErrorCode::kIo, "");
    return fail(ErrorCode::kIo, fmt::format("cannot write the answer: {}", errno_words(errno)));
  }
  return {};
}

namespace {

// A sentence that nobody can be told ends the program, and does not abort it.
int run_to_the_end(std::span<const HeavyVerb> heavy, int argc, char** argv) {
  try {
    return run(heavy, argc, argv);
  } catch (const std::system_error&) {  // stderr cannot be written
    return exit_status(ErrorCode::kIo);
  }
}

}  // namespace

int run_purser(int argc, char** argv) { return run_to_the_end({}, argc, argv); }

int run_heavy(std::span<const HeavyVerb> heavy, int argc, char** argv) {
  return run_to_the_end(heavy, argc, argv);
}

}  // namespace purser::cli
