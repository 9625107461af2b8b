// What bare `purser` says inside a workspace: where you are and what to do next.
#pragma once

#include <string>

#include "base/result.h"
#include "cli/context.h"

namespace purser::cli {

// The whole screen as text: assets, price of the hour, budget left, last run, next step.
Result<std::string> status_screen(const Context& context);

}  // namespace purser::cli
