// What a user can type, as data. One table of verbs feeds parsing, --help, completion and
// docs/verbs.md, so that they cannot disagree.
//
// A verb lives in a file of its own, verb_<name>.cc, which appends its Verbs to the table (see
// verbs.cc). A heavy verb names the program that does its work: `purser` first runs the verb's own
// checks (flags, files, budget: what can be refused without loading an engine), then hands over to
// that program, found next to `purser` the way git finds its own. The program parses the same
// words with the same table.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/arguments.h"
#include "cli/context.h"

namespace purser::cli {

struct Positional {
  std::string_view name;  // "NAME"
  std::string_view help;
  bool required = true;
  bool repeated = false;  // takes all that remain; only the last one may
};

struct Option {
  std::string_view flag;               // "--memory", or "-o,--output" with a short form
  std::string_view value;              // "SIZE"; empty for a switch
  std::string_view help;               // a clause: "tensor memory that may be used at most"
  std::string_view default_text = {};  // shown in help; the verb applies it
  bool required = false;
  bool repeated = false;
};

struct Verb {
  std::string_view name;     // "rate", or of more words: "asset add"
  std::string_view summary;  // a line, no full stop
  std::string_view details;  // paragraphs and examples, wrapped by hand at 78 columns
  std::vector<Positional> positionals;
  std::vector<Option> options;
  // 0 or 1 (a refusal that is an answer: printed on stdout) or an Error. For a heavy verb: the
  // checks before the hand-over; 0 goes on.
  Result<int> (*run)(Context&, const Arguments&) = nullptr;
  std::string_view program = {};  // "purser-train"; empty: `run` does it all
};

// Options that every verb takes: --help, --json, --dry-run are a verb's own; these are the rest.
std::span<const Option> global_options();

// All verbs, in the order a new user meets them.
std::span<const Verb> all_verbs();

// The main function of `purser` and of every heavy program. With `heavy` set, runs that verb's
// work (`work`) in this process instead of handing over. Returns the exit status.
using Work = Result<int> (*)(Context&, const Arguments&);
int run_purser(int argc, char** argv);
struct HeavyVerb {
  std::string_view verb;
  Work work;
};
int run_heavy(std::span<const HeavyVerb> heavy, int argc, char** argv);

}  // namespace purser::cli
