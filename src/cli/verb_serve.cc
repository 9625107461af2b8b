// purser serve: the part of it that needs no engine. purser-serve (serve_main.cc) does the work.
#include "cli/engine_verb.h"
#include "cli/pricing.h"
#include "cli/serve_arguments.h"
#include "cli/verbs.h"

namespace purser::cli {
namespace {

Result<int> check_serve(Context& context, const Arguments& arguments) {
  PURSER_ASSIGN(const ServeArguments words, serve_arguments(arguments));
  PURSER_TRY(check_model_file(words.model, "purser train and purser optimize write them"));
  PURSER_ASSIGN(const Pricing pricing, Pricing::open(context, words.asset, words.budget));
  return 0;
}

}  // namespace

void add_serve_verbs(std::vector<Verb>& verbs) {
  verbs.push_back(
      {.name = "serve",
       .summary = "answer predictions over HTTP, and count what they cost",
       .details =
           "Speaks the Open Inference Protocol (REST, version 2): GET /v2/models/NAME,\n"
           "POST /v2/models/NAME/infer, GET /v2/health/ready. GET /metrics is for Prometheus\n"
           "and counts the cost live. Requests are joined in batches; when the queue is full\n"
           "they are refused with 429. SIGTERM or Ctrl-C drains: what was accepted is\n"
           "answered, what was used is written down, and the exit status is 0.\n\n"
           "With --threads 1 one thread reads sockets and runs batches, which is fastest on one\n"
           "core; with more, that many threads run batches beside the one that reads.\n\n"
           "  purser serve fashion.onnx --name fashion --max-batch 32\n"
           "  purser serve fashion.onnx --host 0.0.0.0 --threads 4 --drain-lag 5s\n"
           "\nExit status 1: the budget refuses, or is used up.",
       .positionals = {{"MODEL", "an ONNX file"}},
       .options = {{"--name", "NAME", "what clients call the model", "the file's name"},
                   {"--model-version", "NAME", "its version", "1"},
                   {"--host", "ADDRESS", "to listen on; 0.0.0.0 for all the world", "127.0.0.1"},
                   {"--port", "N", "to listen on; 0 for any free one", "8000"},
                   {"--threads", "N", "that run batches", "1"},
                   {"--max-batch", "N", "rows of a batch at most", "32"},
                   {"--max-delay", "TIME", "to wait for a fuller batch", "0s"},
                   {"--queue", "N", "rows that may wait; more are refused", "256"},
                   {"--deadline", "TIME", "a request may wait for its batch", "10s"},
                   {"--max-connections", "N", "open at a time", "1024"},
                   {"--drain-lag", "TIME",
                    "to take connections after a stop, until balancers have noticed", "0s"},
                   {"--drain", "TIME", "to finish what was accepted", "10s"},
                   kAssetOption,
                   kBudgetOption,
                   {"--dry-run", "", "load and try the model, say what would be served"}},
       .run = check_serve,
       .program = "purser-serve"});
}

}  // namespace purser::cli
