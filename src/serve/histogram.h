// A histogram of durations with a relative error of at most 1/256 at any size: each power of two is
// cut into 128 equal parts (the layout of Tene's HdrHistogram). From a nanosecond to two centuries
// in 58 KB; recording is a shift and an increment; histograms add up.
#pragma once

#include <cstdint>
#include <vector>

#include "base/time.h"

namespace purser::serve {

// Values, freely copied; one thread.
class Histogram {
 public:
  Histogram();

  void record(Nanoseconds value);  // negative counts as 0
  void merge(const Histogram& other);

  std::int64_t count() const { return count_; }
  Nanoseconds max() const { return max_; }  // exact
  Nanoseconds mean() const;                 // exact, rounded down; 0 if empty
  // The smallest recorded value that is no less than `share` (0 .. 1) of all, to within 1/256; 0 if
  // empty. quantile(1) is max().
  Nanoseconds quantile(double share) const;
  // The place of that value among all in ascending order, from 1; 0 if empty.
  std::int64_t rank(double share) const;

  // The parts that hold anything, ascending: `count` values in [low, high).
  struct Bucket {
    Nanoseconds low;
    Nanoseconds high;
    std::int64_t count;
  };
  std::vector<Bucket> buckets() const;

 private:
  std::vector<std::int64_t> counts_;
  std::int64_t count_ = 0;
  __int128 sum_ = 0;
  Nanoseconds max_{0};
};

}  // namespace purser::serve
