// The one rounding of depreciation: a share of an amount, to the nearest minor unit, halves up.
#pragma once

#include <cstdint>

#include "money/money.h"

namespace purser::books {

// Shares of one amount, mostly by one denominator: what divides the amount is kept.
class ShareOf {
 public:
  // 0 <= amount.
  explicit ShareOf(std::int64_t amount) : amount_(amount) {}

  std::int64_t amount() const { return amount_; }

  // amount x done / total, rounded; 0 <= done <= total, 0 < total < 2^31.
  //
  // With amount = q x total + r the result is q x done + (r x done + total / 2) / total, and what
  // is divided there is below total^2: no wider arithmetic is needed for any amount.
  //
  // Below 2^16 (every life by months, every life by days) that division is a multiplication by
  // m = 2^48 / total + 1, rounded down. It is exact: n x m / 2^48 is above n / total by less than
  // n / 2^48 < total^2 / 2^48 <= 1 / total, and n x m < total^2 x m < 2^64.
  std::int64_t operator()(std::int64_t done, std::int64_t total) {
    if (total != total_) divide_by(total);
    const auto parts = static_cast<std::uint64_t>(total);
    const std::uint64_t rest = rest_ * static_cast<std::uint64_t>(done) + parts / 2;
    const std::uint64_t part = inverse_ != 0 ? rest * inverse_ >> kInverseBits : rest / parts;
    return quotient_ * done + static_cast<std::int64_t>(part);
  }

 private:
  static constexpr unsigned kInverseBits = 48;
  static constexpr std::int64_t kInverseMost = 1 << 16;

  void divide_by(std::int64_t total) {
    total_ = total;
    quotient_ = amount_ / total;
    rest_ = static_cast<std::uint64_t>(amount_ % total);
    inverse_ = total < kInverseMost
                   ? (std::uint64_t{1} << kInverseBits) / static_cast<std::uint64_t>(total) + 1
                   : 0;
  }

  std::int64_t amount_;
  std::int64_t total_ = 0;
  std::int64_t quotient_ = 0;
  std::uint64_t rest_ = 0;
  std::uint64_t inverse_ = 0;
};

}  // namespace purser::books
