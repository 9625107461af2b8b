// purser model: ONNX files, new and shown. The work is done by purser-model (model_main.cc), which
// links ONNX; what can be refused without it is refused here.
#include <filesystem>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/engine_verb.h"
#include "cli/verbs.h"

namespace purser::cli {
namespace {

Result<int> check_new(Context&, const Arguments& arguments) {
  const std::vector<std::string> kinds{"cnn"};
  const std::string kind(arguments.positional("KIND"));
  if (kind != kinds[0]) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("'{}' is no kind of model that purser makes{}; "
                            "it makes: cnn",
                            kind, did_you_mean(kind, kinds)));
  }
  const std::filesystem::path output(arguments.text_or("--output", "model.onnx"));
  std::error_code ignored;
  PURSER_TRY(check_not_ours(output));
  if (!arguments.has("--force") && std::filesystem::exists(output, ignored)) {
    return fail(ErrorCode::kAlreadyExists,
                fmt::format("'{}' exists; give another name with -o, or --force to replace it",
                            output.string()));
  }
  return 0;
}

}  // namespace

void add_model_verbs(std::vector<Verb>& verbs) {
  verbs.push_back(
      {.name = "model new",
       .summary = "write an untrained model as an ONNX file",
       .details =
           "A cnn has, for each width, a 3x3 convolution, Relu and a 2x2 maximum, and one\n"
           "linear layer at the end. Any ONNX file of your own can take its place.\n\n"
           "  purser model new cnn --input 1x28x28 --classes 10\n"
           "  purser model new cnn --input 3x32x32 --classes 100 --widths 32,64,128 -o big.onnx",
       .positionals = {{"KIND", "cnn"}},
       .options = {{"--input", "CxHxW", "channels, height and width of an image", {}, true},
                   {"--classes", "N", "how many classes it tells apart", {}, true},
                   {"--widths", "N,N...", "channels of each convolution", "32,64"},
                   {"--seed", "N", "of the initial weights: the same seed gives the same file",
                    "0"},
                   {"-o,--output", "FILE", "the file that is written", "model.onnx"},
                   {"--force", "", "replace the file if it exists"},
                   {"--dry-run", "", "say what would be written, and write nothing"}},
       .run = check_new,
       .program = "purser-model"});
  verbs.push_back(
      {.name = "model show",
       .summary = "print a model's nodes, shapes, parameters and work",
       .details =
           "Shapes and multiply-adds are those of one sample: every dynamic dimension (the\n"
           "batch) counts as one. Multiply-adds are those of convolutions and matrix products.\n\n"
           "  purser model show model.onnx\n"
           "  purser model show model.onnx --json",
       .positionals = {{"FILE", "an ONNX file"}},
       .options = {},
       .program = "purser-model"});
}

}  // namespace purser::cli
