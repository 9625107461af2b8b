#include "cli/optimize_arguments.h"

#include <fmt/format.h>

#include "base/text.h"
#include "cli/engine_verb.h"
#include "data/data.h"

namespace purser::cli {
namespace {

constexpr std::int64_t kMostPredictions = 1'000'000'000'000'000;

}  // namespace

Result<std::int64_t> parse_count(std::string_view text) {
  const auto refuse = [&] {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("'{}' is no number of predictions; write 500k, 10M or 12000", text));
  };
  std::string_view digits = trim(text);
  int decimals = 0;  // that the suffix turns into whole predictions
  if (!digits.empty()) {
    switch (digits.back()) {
      case 'k':
        decimals = 3;
        break;
      case 'M':
        decimals = 6;
        break;
      case 'B':
        decimals = 9;
        break;
      default:
        break;
    }
    if (decimals > 0) digits.remove_suffix(1);
  }
  const auto count = parse_decimal(digits, decimals);
  if (!count || *count < 1 || *count > kMostPredictions) return refuse();
  return *count;
}

Result<OptimizeArguments> parse_optimize(const Arguments& arguments) {
  OptimizeArguments parsed;
  parsed.model = std::string(arguments.positional("MODEL"));
  parsed.output = parsed.model;
  parsed.output.replace_filename(parsed.model.stem().string() + "-optimized.onnx");
  if (arguments.has("--output")) parsed.output = std::string(arguments.text("--output"));
  parsed.teacher = std::string(arguments.text("--teacher"));
  parsed.data = arguments.text("--data");
  parsed.budget = arguments.text("--budget");
  parsed.asset = arguments.text("--asset");
  parsed.dry_run = arguments.has("--dry-run");

  PURSER_ASSIGN(const auto max_drop, arguments.fraction("--max-drop"));
  if (max_drop && !(*max_drop >= 0 && *max_drop < 1)) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("--max-drop: '{}' is no share of accuracy; write 0.5%",
                            arguments.text("--max-drop")));
  }
  parsed.max_drop = max_drop.value_or(parsed.max_drop);
  if (arguments.has("--expect")) {
    const auto count = parse_count(arguments.text("--expect"));
    if (!count) return fail(count.error().in("--expect"));
    parsed.expected_predictions = *count;
  }
  PURSER_ASSIGN(parsed.device_time, arguments.duration("--device-time"));
  PURSER_ASSIGN(parsed.tensor_memory, arguments.bytes("--memory"));
  PURSER_ASSIGN(const auto epochs, arguments.integer("--epochs", 1, 10'000));
  parsed.epochs = epochs.value_or(parsed.epochs);
  PURSER_ASSIGN(const auto seed, arguments.integer("--seed", 0, INT64_MAX));
  parsed.seed = static_cast<std::uint64_t>(seed.value_or(1));

  PURSER_TRY(check_model_file(parsed.model, "purser train makes one"));
  if (!parsed.teacher.empty()) {
    const Status found = check_model_file(parsed.teacher, "name the model to learn from");
    if (!found) return fail(found.error().in("--teacher"));
  }
  PURSER_TRY(check_output_file(
      parsed.output, arguments.has("--force") ? Existing::kReplaced : Existing::kRefused));
  PURSER_TRY(data::check(parsed.data));
  return parsed;
}

}  // namespace purser::cli
