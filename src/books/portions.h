// A part of what stands for an asset. Behind the door.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "books/event.h"

namespace purser::books {

// part / whole of each amount by itself, to the minor unit, ties to the rest: what is left is what
// was there less this, so that nothing is lost between the two. 0 < part < whole.
std::vector<Portion> share_of(std::span<const Portion> all, std::int64_t part, std::int64_t whole);

}  // namespace purser::books
