// purser optimize: a cheaper model, proven. The work is done by purser-optimize (optimize_main.cc),
// which links LibTorch and ONNX Runtime; what can be refused without them is refused here.
#include "cli/engine_verb.h"
#include "cli/optimize_arguments.h"
#include "cli/verbs.h"

namespace purser::cli {
namespace {

Result<int> check_optimize(Context&, const Arguments& arguments) {
  PURSER_TRY(parse_optimize(arguments));
  return 0;
}

}  // namespace

void add_optimize_verbs(std::vector<Verb>& verbs) {
  verbs.push_back(
      {.name = "optimize",
       .summary = "make a trained model cheaper to run, and prove that it is no worse",
       .details =
           "Tries 8-bit integers, fewer channels with a short fine-tuning, and both. Every\n"
           "candidate is timed on this machine by turns with the original (one thread, batch\n"
           "1 and 32) and judged on held-out images of the training data. The test set is\n"
           "used once, for the one that is chosen: the upper end of the one-sided 95%\n"
           "interval of its drop must not exceed --max-drop.\n\n"
           "Savings are those of the batch size that saves less. Exit status 1: nothing was\n"
           "worth it, and no file is written.\n\n"
           "  purser optimize trained.onnx --data fashion-mnist --max-drop 0.5%\n"
           "  purser optimize trained.onnx --data fashion-mnist --budget fashion --expect 10M\n"
           "  purser optimize trained.onnx --data fashion-mnist --teacher larger.onnx --epochs 12",
       .positionals = {{"MODEL", "a trained ONNX file"}},
       .options = {{"--data",
                    "SPEC",
                    "the data set that it was trained on: fashion-mnist[:DIR]",
                    {},
                    true},
                   {"--max-drop", "PERCENT", "points of accuracy that may be lost", "0.5%"},
                   {"--expect", "N",
                    "predictions that it will serve: 500k, 10M; it must pay for "
                    "itself within them"},
                   kBudgetOption,
                   kAssetOption,
                   {"--device-time", "DURATION", "spend at most so much time on it", "5m"},
                   {"--memory", "SIZE", "tensor memory that fine-tuning may use at most"},
                   {"--epochs", "N", "of fine-tuning a narrower model, at most", "4"},
                   {"--teacher", "FILE",
                    "a better model of the same classes, whose answers a narrower one learns "
                    "from too",
                    "the labels alone"},
                   {"--seed", "N",
                    "of calibration, fine-tuning, and a hold-out that the model does not tell",
                    "1"},
                   {"-o,--output", "FILE", "the file that is written", "MODEL-optimized.onnx"},
                   {"--force", "", "replace the file if it exists"},
                   {"--dry-run", "", "check everything, say what it may cost, and start nothing"}},
       .run = check_optimize,
       .program = "purser-optimize"});
}

}  // namespace purser::cli
