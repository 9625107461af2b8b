// purser train: the part of it that needs no LibTorch. Flags, files, asset and budget are refused
// here; purser-train (train_main.cc) measures, asks the budget, and works.
#include <fstream>
#include <string>

#include <fmt/format.h>

#include "base/files.h"
#include "cli/engine_verb.h"
#include "cli/pricing.h"
#include "cli/train_arguments.h"
#include "cli/verbs.h"
#include "data/data.h"
#include "train/saved_state.h"

namespace purser::cli {
namespace {

// Does it begin as a saved state does? Whether it is whole, the engine tells.
bool is_state(const std::filesystem::path& path) {
  std::string begin(train::kSavedStateMagic.size(), '\0');
  std::ifstream file(path, std::ios::binary);
  return file.read(begin.data(), static_cast<std::streamsize>(begin.size())) &&
         begin == train::kSavedStateMagic;
}

// The state of an earlier run is what somebody paid for: it is gone on with, or replaced if the
// user says so, never lost by starting again.
Status check_checkpoint(const TrainArguments& words, Existing existing) {
  const fs::path& path = words.checkpoint;
  for (const fs::path& other : {words.model, words.output}) {
    if (fs::absolute(path).lexically_normal() != fs::absolute(other).lexically_normal()) continue;
    return fail(ErrorCode::kInvalidInput,
                fmt::format("--checkpoint: '{}' is the name of a model of this run; give the state "
                            "another",
                            path.string()));
  }
  std::error_code ignored;
  const bool exists = fs::exists(path, ignored);
  if (words.resume && !exists) {
    return fail(ErrorCode::kNotFound,
                fmt::format("--resume: there is no saved state '{}'; name it with --checkpoint, or "
                            "start without --resume",
                            path.string()));
  }
  if (exists && !is_state(path)) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("--checkpoint: '{}' is there and is no saved state; name another file",
                            path.string()));
  }
  if (exists && !words.resume && !words.dry_run && existing == Existing::kRefused) {
    return fail(ErrorCode::kAlreadyExists,
                fmt::format("'{}' holds the state of an earlier run; go on with it with --resume, "
                            "replace it with --force, or name another with --checkpoint",
                            path.string()));
  }
  return words.dry_run ? Status() : check_output_file(path, Existing::kReplaced);
}

Status check_files(const TrainArguments& words, Existing existing) {
  PURSER_TRY(check_model_file(words.model, "purser model new makes one"));
  if (!words.dry_run) PURSER_TRY(check_output_file(words.output, existing));
  PURSER_TRY(check_checkpoint(words, existing));
  return data::check(words.data);
}

Result<int> check_train(Context& context, const Arguments& arguments) {
  PURSER_ASSIGN(const TrainArguments words, train_arguments(arguments));
  PURSER_TRY(
      check_files(words, arguments.has("--force") ? Existing::kReplaced : Existing::kRefused));
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
           "with --resume goes on from there, as it does after a kill -9, and gives the same\n"
           "bytes unless the memory or the threads given now force another cut of the batch.\n"
           "The same seed and micro-batch give the same bytes on the same machine; without\n"
           "--micro-batch the fastest one is taken, which may differ from run to run.\n\n"
           "  purser train cnn.onnx --data fashion-mnist --memory 64MiB --target-accuracy 0.89\n"
           "  purser train cnn.onnx --data fashion-mnist --budget fashion --epochs 3 --dry-run\n"
           "\nExit status 1: the budget refuses, the target was not reached, or the loss diverged.",
       .positionals = {{"MODEL", "an ONNX file; any whose operators can be trained"}},
       .options =
           {{"--data", "SPEC", "what to learn, as purser data show takes it", {}, true},
            {"--memory", "SIZE", "tensor memory that may be used at most",
             "half of what is free, to plan within"},
            kBudgetOption,
            {"--target-accuracy", "SHARE", "held-out accuracy that ends the run: 0.89"},
            {"-o,--output", "FILE", "the trained model", "trained.onnx"},
            {"--epochs", "N", "passes over the data at most", "4"},
            {"--batch", "N", "samples behind a step of the optimizer", "128"},
            {"--micro-batch", "N", "samples learned at once at most", "the fastest measured"},
            {"--learning-rate", "RATE", "of AdamW at its peak", "0.004"},
            {"--seed", "N",
             "the same seed and micro-batch give the same bytes on the same machine; a model that "
             "was trained keeps its hold-out",
             "1"},
            {"--threads", "N", "for arithmetic", "one a core"},
            kAssetOption,
            {"--checkpoint", "FILE", "where the state is saved", "the output's name + .state"},
            {"--resume", "", "go on from the saved state"},
            {"--force", "", "replace the output, and the saved state of an earlier run"},
            {"--dry-run", "", "measure and tell the price, and write nothing"}},
       .run = check_train,
       .program = "purser-train"});
}

}  // namespace purser::cli
