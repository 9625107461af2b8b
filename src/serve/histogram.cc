#include "serve/histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace purser::serve {
namespace {

// Values below 2^kBits have a bucket each; above, each power of two has 2^kBits of them.
constexpr unsigned kBits = 7;
constexpr std::uint64_t kParts = 1ULL << kBits;
constexpr std::size_t kBuckets = (63 - kBits + 1) * kParts;

std::size_t index_of(std::uint64_t value) {
  if (value < kParts) return value;
  const unsigned shift = static_cast<unsigned>(std::bit_width(value)) - 1 - kBits;
  return (static_cast<std::size_t>(shift) << kBits) + (value >> shift);
}

std::uint64_t low_of(std::size_t index) {
  if (index < 2 * kParts) return index;
  const std::size_t shift = (index >> kBits) - 1;
  return (kParts + (index & (kParts - 1))) << shift;
}

Nanoseconds duration(std::uint64_t count) {
  return Nanoseconds(static_cast<std::int64_t>(
      std::min<std::uint64_t>(count, static_cast<std::uint64_t>(Nanoseconds::max().count()))));
}

}  // namespace

Histogram::Histogram() : counts_(kBuckets, 0) {}

void Histogram::record(Nanoseconds value) {
  value = std::max(value, Nanoseconds(0));
  ++counts_[index_of(static_cast<std::uint64_t>(value.count()))];
  ++count_;
  sum_ += value.count();
  max_ = std::max(max_, value);
}

void Histogram::merge(const Histogram& other) {
  for (std::size_t i = 0; i < kBuckets; ++i) counts_[i] += other.counts_[i];
  count_ += other.count_;
  sum_ += other.sum_;
  max_ = std::max(max_, other.max_);
}

Nanoseconds Histogram::mean() const {
  return Nanoseconds(count_ == 0 ? 0 : static_cast<std::int64_t>(sum_ / count_));
}

std::int64_t Histogram::rank(double share) const {
  const auto place = static_cast<std::int64_t>(std::ceil(share * static_cast<double>(count_)));
  return std::min(std::max<std::int64_t>(place, 1), count_);
}

Nanoseconds Histogram::quantile(double share) const {
  if (count_ == 0) return Nanoseconds(0);
  const std::int64_t place = rank(share);
  if (place == count_) return max_;
  std::int64_t seen = 0;
  for (std::size_t i = 0; i < kBuckets; ++i) {
    seen += counts_[i];
    if (seen >= place) {
      // The middle of the bucket: half of its width, 1/256 of its value, off at most.
      const std::uint64_t low = low_of(i);
      return std::min(duration(low + (low_of(i + 1) - low) / 2), max_);
    }
  }
  return max_;
}

std::vector<Histogram::Bucket> Histogram::buckets() const {
  std::vector<Bucket> result;
  for (std::size_t i = 0; i < kBuckets; ++i) {
    if (counts_[i] > 0)
      result.push_back({duration(low_of(i)), duration(low_of(i + 1)), counts_[i]});
  }
  return result;
}

}  // namespace purser::serve
