#include "base/share_interval.h"

#include <algorithm>
#include <cmath>

namespace purser {

ShareInterval wilson_interval(std::int64_t count, std::int64_t total) {
  if (total == 0) return {};
  constexpr double kZ = 1.959963984540054;  // the normal distribution's 97.5% quantile
  constexpr double kZ2 = kZ * kZ;
  const auto n = static_cast<double>(total);
  const double share = static_cast<double>(count) / n;
  const double middle = (share + kZ2 / (2 * n)) / (1 + kZ2 / n);
  const double half = kZ / (1 + kZ2 / n) * std::sqrt(share * (1 - share) / n + kZ2 / (4 * n * n));
  return {std::max(0.0, middle - half), std::min(1.0, middle + half)};
}

}  // namespace purser
