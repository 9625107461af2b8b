// Which samples train, which are held out, and in which order an epoch visits them.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/random.h"
#include "data/data.h"

namespace purser::data {
namespace {

// How many of each class are held out: in proportion, by largest remainder, ties to the lower
// class; together round(fraction x size).
std::vector<std::int64_t> held_out_per_class(const std::vector<std::vector<std::int64_t>>& classes,
                                             double fraction) {
  std::vector<std::int64_t> counts;
  std::vector<double> remainders;
  double total = 0;
  for (const auto& members : classes) {
    const double share = fraction * static_cast<double>(members.size());
    counts.push_back(static_cast<std::int64_t>(std::floor(share)));
    remainders.push_back(share - std::floor(share));
    total += static_cast<double>(members.size());
  }
  std::int64_t left = std::llround(fraction * total) -
                      std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
  std::vector<std::size_t> by_remainder(classes.size());
  std::iota(by_remainder.begin(), by_remainder.end(), 0);
  std::stable_sort(by_remainder.begin(), by_remainder.end(),
                   [&](std::size_t a, std::size_t b) { return remainders[a] > remainders[b]; });
  for (const std::size_t c : by_remainder) {
    if (left <= 0) break;
    if (counts[c] == static_cast<std::int64_t>(classes[c].size())) continue;
    ++counts[c];
    --left;
  }
  return counts;
}

}  // namespace

HoldOut hold_out(const Dataset& dataset, double fraction, std::uint64_t seed) {
  std::vector<std::vector<std::int64_t>> classes(static_cast<std::size_t>(dataset.classes));
  for (std::int64_t i = 0; i < dataset.size(); ++i) {
    classes[dataset.labels[static_cast<std::size_t>(i)]].push_back(i);
  }
  const auto counts = held_out_per_class(classes, std::clamp(fraction, 0.0, 1.0));
  Random random(seed);
  HoldOut result;
  for (std::size_t c = 0; c < classes.size(); ++c) {
    random.shuffle(std::span(classes[c]));
    const auto middle = classes[c].begin() + counts[c];
    result.held_out.insert(result.held_out.end(), classes[c].begin(), middle);
    result.training.insert(result.training.end(), middle, classes[c].end());
  }
  std::sort(result.held_out.begin(), result.held_out.end());
  std::sort(result.training.begin(), result.training.end());
  return result;
}

std::vector<std::int64_t> epoch_order(std::span<const std::int64_t> indices, std::uint64_t seed,
                                      std::int64_t epoch) {
  // Hashed twice: SplitMix64 streams whose seeds differ by its increment are shifts of each other.
  const std::uint64_t key = Random(seed).next() ^ static_cast<std::uint64_t>(epoch);
  Random random(Random(key).next());
  std::vector<std::int64_t> order(indices.begin(), indices.end());
  random.shuffle(std::span(order));
  return order;
}

}  // namespace purser::data
