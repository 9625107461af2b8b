// What the verbs that need an engine ask alike, before one is loaded: the model's file, the name of
// what will be written, the machine and the budget.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"
#include "cli/verb.h"

namespace purser::cli {

inline constexpr Option kAssetOption{"--asset", "NAME", "the machine that this runs on",
                                     "the only one"};
inline constexpr Option kBudgetOption{"--budget", "NAME", "the budget that pays"};

// kNotFound if there is no such file; `way_out` says who makes one.
Status check_model_file(const std::filesystem::path& model, std::string_view way_out);

// kInvalidInput if the path, links followed, is one of the files that a workspace stands on: its
// settings, or anything in .purser/. No output may take their place, whatever is forced.
Status check_not_ours(const std::filesystem::path& output);

enum class Existing : std::uint8_t { kRefused, kReplaced };

// Can `output` be written when the work is done? kAlreadyExists if it is there and may not be
// replaced, kNotFound without its folder, kInvalidInput if it is a workspace's own: each would else
// be told when all is paid for.
Status check_output_file(const std::filesystem::path& output, Existing existing);

// What was typed, to be typed again in the same folder, but for one flag.
std::string retyped(std::string_view verb, std::string_view positional, const Arguments& arguments,
                    std::string_view without = {});

}  // namespace purser::cli
