#include "cli/serve_arguments.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "base/text.h"

namespace purser::cli {
namespace {

using std::chrono::seconds;

Result<std::int64_t> integer_or(const Arguments& arguments, std::string_view flag,
                                std::int64_t least, std::int64_t most, std::int64_t fallback) {
  PURSER_ASSIGN(const auto value, arguments.integer(flag, least, most));
  return value.value_or(fallback);
}

Result<Nanoseconds> duration_or(const Arguments& arguments, std::string_view flag,
                                Nanoseconds fallback) {
  PURSER_ASSIGN(const auto value, arguments.duration(flag));
  return value.value_or(fallback);
}

// "Fashion CNN.onnx" -> "fashion-cnn"
std::string name_of(const std::filesystem::path& model) {
  std::string name = model.stem().string();
  for (char& c : name) {
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '_' && c != '.') c = '-';
  }
  return name;
}

Status check_name(std::string_view flag, std::string_view name) {
  if (is_plain_name(name)) return {};
  return fail(ErrorCode::kInvalidInput,
              fmt::format("{}: '{}' is no name; use lower-case letters, digits, '-', '_' and '.'",
                          flag, name));
}

}  // namespace

Result<ServeArguments> serve_arguments(const Arguments& arguments) {
  ServeArguments words;
  words.model = arguments.positional("MODEL");
  words.name = arguments.text_or("--name", name_of(words.model));
  words.version = arguments.text_or("--model-version", "1");
  PURSER_TRY(check_name("--name", words.name));
  PURSER_TRY(check_name("--model-version", words.version));
  words.asset = arguments.text("--asset");
  words.budget = arguments.text("--budget");
  words.host = arguments.text_or("--host", "127.0.0.1");
  PURSER_ASSIGN(const auto port, integer_or(arguments, "--port", 0, 65535, 8000));
  words.port = static_cast<std::uint16_t>(port);
  PURSER_ASSIGN(const auto threads, integer_or(arguments, "--threads", 1, 1024, 1));
  words.threads = static_cast<int>(threads);
  PURSER_ASSIGN(words.rows_max, integer_or(arguments, "--max-batch", 1, 4096, 32));
  PURSER_ASSIGN(words.delay_max, duration_or(arguments, "--max-delay", Nanoseconds(0)));
  PURSER_ASSIGN(words.queue_rows_max, integer_or(arguments, "--queue", 1, 1'000'000, 256));
  if (words.queue_rows_max < words.rows_max) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("--queue: {} rows are less than a batch of {}; make it at least that",
                            words.queue_rows_max, words.rows_max));
  }
  PURSER_ASSIGN(words.deadline, duration_or(arguments, "--deadline", seconds(10)));
  PURSER_ASSIGN(words.connections_max,
                integer_or(arguments, "--max-connections", 1, 100'000, 1024));
  PURSER_ASSIGN(words.drain_lag, duration_or(arguments, "--drain-lag", Nanoseconds(0)));
  PURSER_ASSIGN(words.drain_max, duration_or(arguments, "--drain", seconds(10)));
  words.dry_run = arguments.has("--dry-run");
  return words;
}

Result<LoadArguments> load_arguments(const Arguments& arguments) {
  LoadArguments words;
  words.url = arguments.positional("URL");
  words.data = arguments.text("--data");
  words.asset = arguments.text("--asset");
  PURSER_ASSIGN(const auto rate, arguments.number("--rate", 0.001, 1e6));
  words.rate_per_second = rate.value_or(100);
  PURSER_ASSIGN(words.duration, duration_or(arguments, "--duration", seconds(10)));
  if (words.duration <= Nanoseconds(0)) {
    return fail(ErrorCode::kInvalidInput, "--duration: write a time above 0, for example 10s");
  }
  PURSER_ASSIGN(const auto connections, integer_or(arguments, "--connections", 1, 10'000, 8));
  words.connections = static_cast<int>(connections);
  PURSER_ASSIGN(words.samples, integer_or(arguments, "--samples", 1, 100'000, 2000));
  PURSER_ASSIGN(const auto seed, integer_or(arguments, "--seed", 0, INT64_MAX, 1));
  words.seed = static_cast<std::uint64_t>(seed);
  PURSER_ASSIGN(words.timeout, duration_or(arguments, "--timeout", seconds(5)));
  words.constant = arguments.has("--constant");
  words.dry_run = arguments.has("--dry-run");
  return words;
}

}  // namespace purser::cli
