// Is the drop in accuracy real? Two models answer the same images, so only the images on which they
// disagree say anything: a paired comparison.
#pragma once

#include <cstdint>
#include <span>

namespace purser::optimize {

// Counts of one comparison over `total` images: `lost` that only the original had right, `gained`
// that only the new model has right.
struct Comparison {
  std::int64_t total = 0;
  std::int64_t lost = 0;
  std::int64_t gained = 0;

  // The accuracy that was lost, as a fraction: negative if the new model is better.
  double drop() const;
  // sqrt(b + c - (b - c)^2 / n) / n (Wald).
  double standard_error() const;
  // The upper end of the one-sided 95% interval of the drop: the larger of the score test's (Tango
  // 1998) and the exact binomial's (Clopper, Pearson 1934, over the disagreements; over all images
  // where nothing was gained). A sample without any disagreement does not claim certainty, and
  // small ones keep the 95%. 1 if nothing was compared.
  double upper_bound() const;
  // Probability of a disagreement this lopsided, or more, if both models were equally good (McNemar
  // 1947, exact binomial, two-sided).
  double p_value() const;
  // What upper_bound() would be over `images` other images with the same shares.
  double expected_upper_bound(std::int64_t images) const;
};

// One entry an image: is the answer right? Both spans are of the same length, or it is a bug.
Comparison compare(std::span<const std::uint8_t> original_right,
                   std::span<const std::uint8_t> new_right);

}  // namespace purser::optimize
