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
  double accepted = (lost - gained) / total;
  double rejected = 1;
  for (int halving = 0; halving < 60; ++halving) {
    const double middle = (accepted + rejected) / 2;
    (score(middle, lost, gained, total) >= -kOneSided95 ? accepted : rejected) = middle;
  }
  return rejected;
}

// The regularized incomplete beta function I_x(a, b), 0 < x < 1, by its continued fraction
// (Abramowitz, Stegun 26.5.8), evaluated from the front (Lentz 1976). Counts may be expected ones,
// which are no whole numbers.
double incomplete_beta(double x, double a, double b) {
  if (x > (a + 1) / (a + b + 2)) return 1 - incomplete_beta(1 - x, b, a);
  const double front = std::exp(std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b) +
                                a * std::log(x) + b * std::log1p(-x)) /
                       a;
  double value = 1;
  double numerator_ratio = std::numeric_limits<double>::infinity();  // nothing stands before it
  double denominator_ratio = 1;
  for (int term = 1; term < 1000; ++term) {
    const double m = std::floor(term / 2.0);
    const double part = term % 2 == 0
                            ? m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
                            : -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    numerator_ratio = 1 + part / numerator_ratio;
    denominator_ratio = 1 / (1 + part * denominator_ratio);
    const double step = numerator_ratio * denominator_ratio;
    value *= step;
    if (std::abs(step - 1) < 1e-14) break;
  }
  return front * value;
}

// The upper end of the exact one-sided 95% interval of a share of which `count` of `of` were seen
// (Clopper, Pearson 1934).
double share_bound(double count, double of) {
  if (count >= of) return 1;
  double accepted = count / of;
  double rejected = 1;
  for (int halving = 0; halving < 60; ++halving) {
    const double middle = (accepted + rejected) / 2;
    (incomplete_beta(middle, count + 1, of - count) <= 0.95 ? accepted : rejected) = middle;
  }
  return rejected;
}

// By the exact binomial: where the new model has gained nothing the drop is the share of lost
// images; else, of so many disagreements, the share that were lost.
double exact_bound(double lost, double gained, double total) {
  if (gained <= 0) return share_bound(lost, total);
  const double disagreements = lost + gained;
  return disagreements / total * (2 * share_bound(lost, disagreements) - 1);
}

// The score test alone holds in 93 of 100 samples where nothing is gained and few images are lost;
// the more cautious of the two keeps what is promised.
double bound(double lost, double gained, double total) {
  if (total <= 0) return 1;
  return std::max(score_bound(lost, gained, total), exact_bound(lost, gained, total));
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
  return bound(static_cast<double>(lost), static_cast<double>(gained), static_cast<double>(total));
}

double Comparison::expected_upper_bound(std::int64_t images) const {
  if (total == 0) return 1;
  const double scale = static_cast<double>(images) / static_cast<double>(total);
  return bound(static_cast<double>(lost) * scale, static_cast<double>(gained) * scale,
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
