#include "cli/train_arguments.h"

#include <algorithm>
#include <thread>

#include <fmt/format.h>

#include "train/train.h"

namespace purser::cli {

Result<TrainArguments> train_arguments(const Arguments& arguments) {
  TrainArguments read;
  read.model = arguments.positional("MODEL");
  read.data = arguments.text("--data");
  read.budget = arguments.text("--budget");
  read.asset = arguments.text("--asset");
  read.output = arguments.text_or("--output", "trained.onnx");
  std::filesystem::path beside = read.output;
  beside += ".state";
  read.checkpoint = arguments.text_or("--checkpoint", beside.string());
  read.resume = arguments.has("--resume");
  read.dry_run = arguments.has("--dry-run");
  PURSER_ASSIGN(read.tensor_memory, arguments.bytes("--memory"));
  PURSER_ASSIGN(read.target_accuracy, arguments.fraction("--target-accuracy"));
  if (read.target_accuracy && !(*read.target_accuracy > 0 && *read.target_accuracy < 1)) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("--target-accuracy: '{}' is not between 0 and 1; write 0.89 or 89%",
                            arguments.text("--target-accuracy")));
  }
  PURSER_ASSIGN(read.epochs, arguments.integer("--epochs", 1, train::kEpochsMax));
  PURSER_ASSIGN(read.batch, arguments.integer("--batch", 1, 1'000'000));
  const std::int64_t batch = read.batch.value_or(train::Options().batch);
  PURSER_ASSIGN(read.micro_batch, arguments.integer("--micro-batch", 1, batch));
  PURSER_ASSIGN(read.learning_rate, arguments.number("--learning-rate", 1e-9, 100));
  PURSER_ASSIGN(read.seed, arguments.integer("--seed", 0, INT64_MAX));
  // More than there are cores wait for each other by spinning: a step then takes minutes.
  const std::int64_t cores = std::max(1U, std::thread::hardware_concurrency());
  PURSER_ASSIGN(read.threads, arguments.integer("--threads", 1, cores));
  return read;
}

}  // namespace purser::cli
