#include "optimize/compare.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace purser::optimize {
namespace {

constexpr double kOneSided95 = 1.6448536269514722;  // the normal distribution's 95% quantile

double wald_error(double lost, double gained, double total) {
  const double difference = lost - gained;
  return std::sqrt(std::max(0.0, lost + gained - difference * difference / total)) / total;
}

double adjusted_bound(double lost, double gained, double total) {
  const double b = lost + 0.5;
  const double c = gained + 0.5;
  const double n = total + 2;
  return (b - c) / n + kOneSided95 * wald_error(b, c, n);
}

}  // namespace

double Comparison::drop() const {
  return total == 0 ? 0 : static_cast<double>(lost - gained) / static_cast<double>(total);
}

double Comparison::standard_error() const {
  if (total == 0) return 0;
  return wald_error(static_cast<double>(lost), static_cast<double>(gained),
                    static_cast<double>(total));
}

double Comparison::upper_bound() const {
  return adjusted_bound(static_cast<double>(lost), static_cast<double>(gained),
                        static_cast<double>(total));
}

double Comparison::expected_upper_bound(std::int64_t images) const {
  if (total == 0) return 1;
  const double scale = static_cast<double>(images) / static_cast<double>(total);
  return adjusted_bound(static_cast<double>(lost) * scale, static_cast<double>(gained) * scale,
                        static_cast<double>(images));
}

double Comparison::p_value() const {
  const double n = static_cast<double>(lost + gained);
  double sum = 0;
  for (std::int64_t i = 0; i <= std::min(lost, gained); ++i) {
    const auto k = static_cast<double>(i);
    sum += std::exp(std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1) -
                    n * std::log(2.0));
  }
  return std::min(1.0, 2 * sum);
}

Comparison compare(std::span<const std::uint8_t> original_right,
                   std::span<const std::uint8_t> new_right) {
  if (original_right.size() != new_right.size()) std::abort();
  Comparison comparison;
  comparison.total = static_cast<std::int64_t>(original_right.size());
  for (std::size_t i = 0; i < original_right.size(); ++i) {
    comparison.lost += original_right[i] != 0 && new_right[i] == 0 ? 1 : 0;
    comparison.gained += original_right[i] == 0 && new_right[i] != 0 ? 1 : 0;
  }
  return comparison;
}

}  // namespace purser::optimize
