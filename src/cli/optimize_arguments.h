// The words of `purser optimize`, checked: what can be refused without an engine is refused here.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "base/units.h"
#include "cli/arguments.h"

namespace purser::cli {

struct OptimizeArguments {
  std::filesystem::path model;
  std::filesystem::path output;
  std::filesystem::path teacher;  // empty: none
  std::string data;
  double max_drop = 0.005;
  std::optional<std::int64_t> expected_predictions;
  std::string budget;
  std::string asset;
  std::optional<Nanoseconds> device_time;  // as asked for
  std::optional<Bytes> tensor_memory;
  std::int64_t epochs = 4;
  std::uint64_t seed = 1;
  bool dry_run = false;
};

// Also looks whether the model is there, the data set is sound, and the output is free.
Result<OptimizeArguments> parse_optimize(const Arguments& arguments);

// "10M", "500k", "2.5B", "12000": a number of predictions. At most 10^15.
Result<std::int64_t> parse_count(std::string_view text);

}  // namespace purser::cli
