// The words of `purser train`, checked; read alike by purser and by purser-train.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/units.h"
#include "cli/arguments.h"

namespace purser::cli {

struct TrainArguments {
  std::filesystem::path model;
  std::string data;
  std::string budget;
  std::string asset;
  std::filesystem::path output;
  std::filesystem::path checkpoint;
  bool resume = false;
  bool dry_run = false;
  std::optional<Bytes> tensor_memory;
  std::optional<double> target_accuracy;  // a fraction
  // Nothing: what `train` takes for good.
  std::optional<std::int64_t> epochs;
  std::optional<std::int64_t> batch;
  std::optional<std::int64_t> micro_batch;
  std::optional<double> learning_rate;
  std::optional<std::int64_t> seed;
  std::optional<std::int64_t> threads;
};

Result<TrainArguments> train_arguments(const Arguments& arguments);

}  // namespace purser::cli
