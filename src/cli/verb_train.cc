// purser train: the part of it that needs no LibTorch. Flags, files, asset and budget are refused
// here; purser-train (train_main.cc) measures, asks the budget, and works.
#include <fmt/format.h>

#include "cli/pricing.h"
#include "cli/train_arguments.h"
#include "cli/verbs.h"
#include "data/data.h"

namespace purser::cli {
namespace {

Status check_files(const TrainArguments& words, bool force) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(words.model, ignored)) {
    return fail(ErrorCode::kNotFound,
                fmt::format("there is no model file '{}'; purser model new makes one",
                            words.model.string()));
  }
  if (!force && !words.dry_run && std::filesystem::exists(words.output, ignored)) {
    return fail(ErrorCode::kAlreadyExists,
                fmt::format("'{}' exists; give another name with -o, or --force to replace it",
                            words.output.string()));
  }
  if (words.resume && !std::filesystem::exists(words.checkpoint, ignored)) {
    return fail(ErrorCode::kNotFound,
                fmt::format("--resume: there is no saved state '{}'; name it with --checkpoint, or "
                            "start without --resume",
                            words.checkpoint.string()));
  }
  return data::check(words.data);
}

Result<int> check_train(Context& context, const Arguments& arguments) {
  PURSER_ASSIGN(const TrainArguments words, train_arguments(arguments));
  PURSER_TRY(check_files(words, arguments.has("--force")));
  PURSER_ASSIGN(const Pricing pricing, Pricing::open(context, words.asset, words.budget));
  return 0;
}

}  // namespace

void add_train_verbs(std::vector<Verb>& verbs) {
  verbs.push_back(
      {.name = "train",
       .summary = "train a model within a memory limit and a budget",
       .details =
           "Takes a few real steps first: they tell how a batch must be cut up to stay within\n"
           "the memory, and what the run will cost. More than the budget holds is refused.\n"
           "The accuracy that ends a run is that of a held-out part of the training data; the\n"
           "test set is used once, at the end. Ctrl-C stops at a safe point; the same command\n"
           "with --resume goes on from there and gives the same bytes.\n\n"
           "  purser train cnn.onnx --data fashion-mnist --memory 64MiB --target-accuracy 0.89\n"
           "  purser train cnn.onnx --data fashion-mnist --budget fashion --epochs 3 --dry-run\n"
           "\nExit status 1: the budget refuses, or the target was not reached.",
       .positionals = {{"MODEL", "an ONNX file; any whose operators can be trained"}},
       .options = {{"--data", "SPEC", "what to learn, as purser data show takes it", {}, true},
                   {"--memory", "SIZE", "tensor memory that may be used at most", "no limit"},
                   {"--budget", "NAME", "the budget that pays"},
                   {"--target-accuracy", "SHARE", "held-out accuracy that ends the run: 0.89"},
                   {"-o,--output", "FILE", "the trained model", "trained.onnx"},
                   {"--epochs", "N", "passes over the data at most", "4"},
                   {"--batch", "N", "samples behind a step of the optimizer", "128"},
                   {"--learning-rate", "RATE", "of AdamW at its peak", "0.004"},
                   {"--seed", "N", "the same seed gives the same bytes", "1"},
                   {"--threads", "N", "for arithmetic", "one a core"},
                   {"--asset", "NAME", "the machine that this runs on", "the only one"},
                   {"--checkpoint", "FILE", "where the state is saved",
                    "the output's name + .state"},
                   {"--resume", "", "go on from the saved state"},
                   {"--force", "", "replace the output if it exists"},
                   {"--dry-run", "", "measure and tell the price, and write nothing"}},
       .run = check_train,
       .program = "purser-train"});
}

}  // namespace purser::cli
