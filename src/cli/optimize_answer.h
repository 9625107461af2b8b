// What `purser optimize` says: each candidate with its accuracy, time, price and verdict, as a
// table and as the record of the run (docs/report.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/time.h"
#include "cli/optimize_arguments.h"
#include "cli/pricing.h"
#include "money/money.h"
#include "optimize/optimize.h"
#include "report/json.h"

namespace purser::cli {

// Refers to what it was made of.
class OptimizeAnswer {
 public:
  OptimizeAnswer(const OptimizeArguments& words, const optimize::Outcome& outcome,
                 const Pricing& pricing, const PricedRun& run, Instant finished);

  // Proven, and paid back within the predictions expected.
  bool keep() const;
  std::string text() const;
  report::Json record() const;

 private:
  enum class Judgement : std::uint8_t { kOriginal, kKeep, kNotWorthIt, kTooInaccurate };
  struct Priced {
    Judgement judgement = Judgement::kOriginal;
    std::string reason = {};
    money::Cost per_million;  // at the batch size that saves less
    money::Cost saving;       // of a million predictions
    std::optional<std::int64_t> payback_predictions = std::nullopt;  // none: never
  };

  Priced price(std::size_t candidate) const;
  std::pair<Judgement, std::string> judge(std::size_t candidate, const Priced& priced) const;
  report::Json candidate_record(std::size_t candidate) const;
  std::string conclusion() const;

  const OptimizeArguments& words_;
  const optimize::Outcome& outcome_;
  const Pricing& pricing_;
  const PricedRun& run_;
  Instant finished_;
  std::vector<Priced> priced_;  // of each candidate
};

}  // namespace purser::cli
