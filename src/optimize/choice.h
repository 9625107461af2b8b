// Which candidate is worth proving, and what the proof says. Pure: measurements in, a verdict out.
#pragma once

#include <cstddef>
#include <span>

#include "optimize/optimize.h"

namespace purser::optimize {

struct Choice {
  std::size_t candidate = 0;  // index; 0, the original, if none is worth proving
  bool any_faster = false;    // some candidate is, promising or not
};
// Of those that are measurably faster and promising, the fastest. `candidates` begins with the
// original and is timed.
Choice choose(std::span<const Candidate> candidates);

// `test`: the original against the choice on the test set; of no images if nothing was chosen.
Verdict verdict_of(const Choice& choice, const Comparison& test, double max_drop);

}  // namespace purser::optimize
