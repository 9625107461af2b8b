#include "cli/engine_verb.h"

#include <fmt/format.h>

#include "base/text.h"

namespace purser::cli {

namespace fs = std::filesystem;

Status check_model_file(const fs::path& model, std::string_view way_out) {
  std::error_code ignored;
  if (fs::is_regular_file(model, ignored)) return {};
  return fail(ErrorCode::kNotFound,
              fmt::format("there is no model file '{}'; {}", model.string(), way_out));
}

Status check_not_ours(const fs::path& output) {
  std::error_code ignored;
  const fs::path real = fs::weakly_canonical(fs::absolute(output, ignored), ignored);
  bool ours = real.filename() == "purser.toml";
  for (const fs::path& part : real) ours = ours || part == ".purser";
  if (!ours) return {};
  return fail(ErrorCode::kInvalidInput,
              fmt::format("'{}' belongs to the workspace and is never replaced; give another name",
                          output.string()));
}

Status check_output_file(const fs::path& output, Existing existing) {
  std::error_code ignored;
  PURSER_TRY(check_not_ours(output));
  const fs::path folder = output.has_parent_path() ? output.parent_path() : fs::path(".");
  if (!fs::is_directory(folder, ignored)) {
    return fail(ErrorCode::kNotFound,
                fmt::format("there is no folder '{}' for '{}'; make it, or give another name",
                            folder.string(), output.filename().string()));
  }
  if (!fs::exists(output, ignored)) return {};
  if (!fs::is_regular_file(output, ignored)) {
    return fail(
        ErrorCode::kInvalidInput,
        fmt::format("'{}' is no file that could be replaced; give another name", output.string()));
  }
  if (existing == Existing::kReplaced) return {};
  return fail(ErrorCode::kAlreadyExists,
              fmt::format("'{}' exists; give another name with -o, or --force to replace it",
                          output.string()));
}

std::string retyped(std::string_view verb, std::string_view positional, const Arguments& arguments,
                    std::string_view without) {
  std::string line =
      fmt::format("purser {} {}", verb, shell_word(arguments.positional(positional)));
  for (const auto& [flag, values] : arguments.options) {
    if (flag == without) continue;
    for (const std::string& value : values) {
      line += " " + flag;
      if (!value.empty()) line += " " + shell_word(value);
    }
    if (values.empty()) line += " " + flag;
  }
  return line;
}

}  // namespace purser::cli
