#include "optimize/compare.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>

namespace purser::optimize {
namespace {

constexpr double kOneSided95 = 1.6448536269514722;  // the normal distribution's 95% quantile

double wald_error(double lost, double gained, double total) {
  const double difference = lost - gained;
  return std::sqrt(std::max(0.0, lost + gained - difference * difference / total)) / total;
}

// The score statistic of the hypothesis that the drop is `drop`: how many standard errors above it
// the sample lies. The error is that of the likeliest share of gained images under the hypothesis
// (Tango 1998, equations 5 to 8), not that of the sample, which is zero where nothing differs.
double score(double drop, double lost, double gained, double total) {
  const double a = 2 * total;
  const double b = (2 * total - lost + gained) * drop - lost - gained;
  const double c = -gained * drop * (1 - drop);
  const double share_gained = (std::sqrt(std::max(0.0, b * b - 4 * a * c)) - b) / (2 * a);
  const double variance = total * (2 * share_gained + drop * (1 - drop));
  const double above = lost - gained - total * drop;
  if (variance > 0) return above / std::sqrt(variance);
  return above < 0 ? -std::numeric_limits<double>::infinity() : 0;
}

// The largest drop that the sample does not reject. The statistic falls as the drop grows.
double score_bound(double lost, double gained, double total) {
  if (total <= 0) return 1;
  double accepted = (lost - gained) / total;
  double rejected = 1;
  for (int halving = 0; halving < 60; ++halving) {
    const double middle = (accepted + rejected) / 2;
    (score(middle, lost, gained, total) >= -kOneSided95 ? accepted : rejected) = middle;
  }
  return rejected;
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
  return score_bound(static_cast<double>(lost), static_cast<double>(gained),
                     static_cast<double>(total));
}

double Comparison::expected_upper_bound(std::int64_t images) const {
  if (total == 0) return 1;
  const double scale = static_cast<double>(images) / static_cast<double>(total);
  return score_bound(static_cast<double>(lost) * scale, static_cast<double>(gained) * scale,
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
