// purser load: the part of it that needs no sockets. purser-serve (load_verb.cc) does the work.
#include "cli/serve_arguments.h"
#include "cli/verbs.h"
#include "data/data.h"

namespace purser::cli {
namespace {

Result<int> check_load(Context&, const Arguments& arguments) {
  PURSER_ASSIGN(const LoadArguments words, load_arguments(arguments));
  PURSER_TRY(data::check(words.data));
  return 0;
}

}  // namespace

void add_load_verbs(std::vector<Verb>& verbs) {
  verbs.push_back(
      {.name = "load",
       .summary = "drive a server with real samples, and measure latency and cost",
       .details =
           "Open loop: requests go out at their scheduled times whatever the server does, and\n"
           "latency counts from the scheduled time, so that a stall cannot hide. Works with any\n"
           "server that speaks the Open Inference Protocol; of purser's own it also reads what\n"
           "a million predictions cost. A useful p99 needs 10,000 requests.\n\n"
           "  purser load http://127.0.0.1:8000 --data fashion-mnist --rate 500 --duration 20s\n"
           "  purser load http://host:8000/v2/models/fashion --data fashion-mnist --json\n"
           "\nExit status 1: it was stopped early, or some requests were not answered.",
       .positionals = {{"URL", "http://HOST:PORT, with /v2/models/NAME if it has several"}},
       .options = {{"--data", "SPEC", "whose test samples to send", {}, true},
                   {"--rate", "N", "requests a second", "100"},
                   {"--duration", "TIME", "how long", "10s"},
                   {"--connections", "N", "kept open", "8"},
                   {"--constant", "", "at even intervals; otherwise Poisson, as many users are"},
                   {"--samples", "N", "different samples to send", "2000"},
                   {"--timeout", "TIME", "after which a request counts as an error", "5s"},
                   {"--seed", "N", "the same seed sends the same requests at the same times", "1"},
                   {"--asset", "NAME", "the machine whose price counts", "the only one"},
                   {"--dry-run", "", "ask the server what it takes, say what would be sent"}},
       .run = check_load,
       .program = "purser-serve"});
}

}  // namespace purser::cli
