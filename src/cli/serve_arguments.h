// The words of `purser serve` and `purser load`, checked; read alike by purser and purser-serve.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "cli/arguments.h"

namespace purser::cli {

struct ServeArguments {
  std::filesystem::path model;
  std::string name;  // of the file, where none is given
  std::string version;
  std::string asset;
  std::string budget;
  std::string host;
  std::uint16_t port = 8000;
  int threads = 1;
  std::int64_t rows_max = 32;
  Nanoseconds delay_max{};
  std::int64_t queue_rows_max = 256;
  std::optional<Nanoseconds> deadline;  // nothing: as long as it takes
  std::int64_t connections_max = 1024;
  Nanoseconds drain_lag{};
  Nanoseconds drain_max{};
  bool dry_run = false;
};
Result<ServeArguments> serve_arguments(const Arguments& arguments);

struct LoadArguments {
  std::string url;
  std::string data;
  std::string asset;
  double rate_per_second = 0;
  Nanoseconds duration{};
  int connections = 8;
  std::int64_t samples = 0;
  std::uint64_t seed = 1;
  Nanoseconds timeout{};
  bool constant = false;  // evenly spaced, not Poisson
  bool dry_run = false;
};
Result<LoadArguments> load_arguments(const Arguments& arguments);

}  // namespace purser::cli
