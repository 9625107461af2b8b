// Names, and the checks of what a caller asked for.
#include "train/options.h"

#include <charconv>
#include <cmath>
#include <string>
#include <system_error>

#include <fmt/format.h>

namespace purser::train {

std::string_view name(Schedule schedule) {
  switch (schedule) {
    case Schedule::kConstant:
      return "constant";
    case Schedule::kLinear:
      return "linear";
    case Schedule::kCosine:
      return "cosine";
  }
  return "unknown";
}

std::string_view name(StopReason reason) {
  switch (reason) {
    case StopReason::kTarget:
      return "target";
    case StopReason::kEpochs:
      return "epochs";
    case StopReason::kAllowance:
      return "allowance";
    case StopReason::kStopped:
      return "stopped";
  }
  return "unknown";
}

Status check(const Options& options) {
  const auto refuse = [](std::string message) {
    return fail(ErrorCode::kInvalidInput, std::move(message));
  };
  if (options.batch < 1) return refuse(fmt::format("batch: {} is less than 1", options.batch));
  if (const auto& micro = options.micro_batch; micro && (*micro < 1 || *micro > options.batch)) {
    return refuse(
        fmt::format("micro-batch: {} is not within 1 and the batch of {}; a step is cut "
                    "into pieces of at most so many samples",
                    *micro, options.batch));
  }
  if (options.epochs < 1 || options.epochs > kEpochsMax) {
    return refuse(fmt::format("epochs: {} is not within 1 and {}", options.epochs, kEpochsMax));
  }
  if (options.looks_per_epoch < 1) {
    return refuse(fmt::format("looks per epoch: {} is less than 1", options.looks_per_epoch));
  }
  if (!(options.learning_rate > 0)) {
    return refuse(fmt::format("learning rate: {} is not above 0", options.learning_rate));
  }
  if (!(options.weight_decay >= 0)) {
    return refuse(fmt::format("weight decay: {} is below 0", options.weight_decay));
  }
  if (!(options.warmup_fraction >= 0 && options.warmup_fraction < 1)) {
    return refuse(fmt::format("warm-up: {} is not in [0, 1)", options.warmup_fraction));
  }
  if (!(options.label_smoothing >= 0 && options.label_smoothing < 1)) {
    return refuse(fmt::format("label smoothing: {} is not in [0, 1)", options.label_smoothing));
  }
  if (const auto& teacher = options.teacher) {
    if (!(teacher->temperature > 0 && std::isfinite(teacher->temperature))) {
      return refuse(fmt::format("temperature: {} is not above 0", teacher->temperature));
    }
    if (!(teacher->share >= 0 && teacher->share <= 1)) {
      return refuse(fmt::format("teacher's share: {} is not in [0, 1]", teacher->share));
    }
  }
  if (!(options.held_out_fraction > 0 && options.held_out_fraction < 1)) {
    return refuse(fmt::format("held-out fraction: {} is not in (0, 1)", options.held_out_fraction));
  }
  if (options.target_accuracy && !(*options.target_accuracy > 0 && *options.target_accuracy < 1)) {
    return refuse(fmt::format("target accuracy: {} is not in (0, 1); write 0.89 for 89%",
                              *options.target_accuracy));
  }
  if (options.resume && options.checkpoint.empty()) {
    return refuse("resume: no checkpoint is named; say where the run's state was saved");
  }
  return {};
}

namespace {
constexpr const char* kSeedKey = "purser.hold_out.seed";
constexpr const char* kShareKey = "purser.hold_out.share";

HeldOutBy held_out_by(const graph::Graph& graph, const Options& options) {
  return hold_out_of(graph).value_or(HeldOutBy{options.seed, options.held_out_fraction});
}
}  // namespace

Result<data::HoldOut> split_off(const graph::Graph& graph, const data::Dataset& dataset,
                                const Options& options) {
  const auto answers = static_cast<std::size_t>(dataset.size() * dataset.classes);
  if (options.teacher && options.teacher->logits.size() != answers) {
    return fail(
        ErrorCode::kInvalidInput,
        fmt::format("the teacher gives {} numbers, {} of {} classes need {}; take a teacher "
                    "of the same classes",
                    options.teacher->logits.size(), dataset.name, dataset.classes, answers));
  }
  const HeldOutBy by = held_out_by(graph, options);
  data::HoldOut parts = data::hold_out(dataset, by.fraction, by.seed);
  if (parts.training.empty() || parts.held_out.empty()) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("{}: {} samples cannot be divided into a training and a held-out part; "
                            "give more samples or another held-out fraction",
                            dataset.name, dataset.size()));
  }
  return parts;
}

void record_hold_out(graph::Graph& graph, const Options& options) {
  const HeldOutBy by = held_out_by(graph, options);
  graph.metadata[kSeedKey] = std::to_string(by.seed);
  graph.metadata[kShareKey] = fmt::format("{}", by.fraction);
}

std::optional<HeldOutBy> hold_out_of(const graph::Graph& graph) {
  const auto seed = graph.metadata.find(kSeedKey);
  const auto share = graph.metadata.find(kShareKey);
  if (seed == graph.metadata.end() || share == graph.metadata.end()) return std::nullopt;
  HeldOutBy by;
  const auto read = [](const std::string& text, auto& value) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size();
  };
  if (!read(seed->second, by.seed) || !read(share->second, by.fraction)) return std::nullopt;
  if (!(by.fraction > 0 && by.fraction < 1)) return std::nullopt;
  return by;
}

Stream stream_of(const data::HoldOut& parts, const Options& options) {
  return {static_cast<std::int64_t>(parts.training.size()), options.batch, options.epochs,
          options.looks_per_epoch};
}

}  // namespace purser::train
