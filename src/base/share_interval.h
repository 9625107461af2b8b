// How sure one is of a share that was counted in a sample.
#pragma once

#include <cstdint>

namespace purser {

struct ShareInterval {
  double lower = 0;  // 0 … 1
  double upper = 1;
};

// Wilson's score interval (1927) at 95%, for `count` of a sample of `total`, 0 <= count <= total:
// unlike the normal approximation it stays within 0 and 1 and holds for small samples. Of an empty
// sample nothing is known: 0 to 1.
ShareInterval wilson_interval(std::int64_t count, std::int64_t total);

}  // namespace purser
