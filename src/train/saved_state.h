// How the file of a saved state begins; apart from checkpoint.h so that a program without LibTorch
// knows one when it sees it.
#pragma once

#include <string_view>

namespace purser::train {

inline constexpr std::string_view kSavedStateMagic = "purser training state\n";

}  // namespace purser::train
