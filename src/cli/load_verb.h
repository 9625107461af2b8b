// The work of `purser load`.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "base/time.h"
#include "cli/arguments.h"
#include "cli/context.h"

namespace purser::cli {

Result<int> load_server(Context& context, const Arguments& arguments);

// The device time of a million predictions at this rate.
Nanoseconds per_million(Nanoseconds device_time, std::int64_t predictions);

}  // namespace purser::cli
