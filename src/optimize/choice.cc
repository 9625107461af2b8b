#include "optimize/choice.h"

namespace purser::optimize {

Choice choose(std::span<const Candidate> candidates) {
  Choice choice;
  for (std::size_t i = 1; i < candidates.size(); ++i) {
    const Candidate& candidate = candidates[i];
    if (!candidate.measurably_faster()) continue;
    choice.any_faster = true;
    if (!candidate.promising) continue;
    if (choice.candidate == 0 || candidate.speedup() > candidates[choice.candidate].speedup()) {
      choice.candidate = i;
    }
  }
  return choice;
}

Verdict verdict_of(const Choice& choice, const Comparison& test, double max_drop) {
  if (!choice.any_faster) return Verdict::kNotFaster;
  const bool proven = choice.candidate != 0 && test.upper_bound() <= max_drop;
  return proven ? Verdict::kKeep : Verdict::kNotProven;
}

}  // namespace purser::optimize
