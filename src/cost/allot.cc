#include "cost/allot.h"

#include <algorithm>
#include <map>
#include <numeric>

#include "money/money.h"

namespace purser::cost {
namespace {

using meter::Usage;
using money::Int128;

// The part of `amount`, spread evenly over `whole`, that lies in `piece`: the difference of two
// cumulative floors, so that adjoining pieces sum to the amount exactly.
std::int64_t part_of(std::int64_t amount, const Interval& whole, const Interval& piece) {
  const std::int64_t length = whole.length().count();
  const auto until = [&](Instant at) {
    return static_cast<Int128>(amount) * (at - whole.start).count() / length;
  };
  return static_cast<std::int64_t>(until(piece.end) - until(piece.start));
}

class Shares {
 public:
  void add(const Usage& usage, Nanoseconds device_time, Joules energy, std::int64_t work) {
    Share& share = by_run_.try_emplace(usage.run_id, Share{.run_id = usage.run_id}).first->second;
    share.device_time += device_time;
    share.energy += energy;
    share.energy_source = std::max(share.energy_source, usage.energy_source);
    share.work = add_saturated(share.work, work);
    share.work_unit = std::max(share.work_unit, usage.work_unit);
  }

  // One piece of time in which the same beats are at work throughout.
  void add_piece(const Interval& piece, std::span<const Usage* const> holders) {
    std::vector<std::int64_t> claims;
    claims.reserve(holders.size());
    for (const Usage* usage : holders) {
      claims.push_back(part_of(usage->device_time.count(), usage->interval, piece));
    }
    const std::int64_t claimed = std::accumulate(claims.begin(), claims.end(), std::int64_t{0});
    const std::vector<std::int64_t> granted =
        claimed <= piece.length().count() ? claims : cut_down(claims, piece.length());
    for (std::size_t i = 0; i < holders.size(); ++i) {
      const Usage& usage = *holders[i];
      std::int64_t energy = part_of(usage.energy.micro, usage.interval, piece);
      if (usage.energy_source == meter::EnergySource::kModelled && granted[i] < claims[i]) {
        energy =
            static_cast<std::int64_t>(money::multiply_divide_floor(energy, granted[i], claims[i]));
      }
      add(usage, Nanoseconds{granted[i]}, Joules{energy},
          part_of(usage.work, usage.interval, piece));
    }
  }

  std::vector<Share> take() {
    std::vector<Share> shares;
    shares.reserve(by_run_.size());
    for (auto& [id, share] : by_run_) shares.push_back(std::move(share));
    return shares;
  }

 private:
  // The piece, shared in proportion to the claims (largest remainder, in nanoseconds).
  static std::vector<std::int64_t> cut_down(std::span<const std::int64_t> claims,
                                            Nanoseconds piece) {
    const std::vector<Int128> weights(claims.begin(), claims.end());
    // `allocate` is largest remainder on whole numbers; here they are nanoseconds.
    const auto parts = money::allocate(money::Cost(Int128{piece.count()}, money::usd()), weights);
    std::vector<std::int64_t> granted;
    granted.reserve(parts.size());
    for (const money::Cost& part : parts) {
      granted.push_back(static_cast<std::int64_t>(part.billionths()));
    }
    return granted;
  }

  std::map<std::string, Share> by_run_;
};

bool is_before(const Usage* a, const Usage* b) {
  if (a->interval.start != b->interval.start) return a->interval.start < b->interval.start;
  if (a->run_id != b->run_id) return a->run_id < b->run_id;
  return a->sequence < b->sequence;
}

}  // namespace

std::vector<Share> allot(std::span<const Usage> usages, const Interval& bounds) {
  Shares shares;
  std::vector<const Usage*> waiting;
  std::vector<Instant> cuts;
  for (const Usage& usage : usages) {
    const Interval inside = intersect(usage.interval, bounds);
    if (usage.interval.length() == Nanoseconds{0}) {
      const bool counts = bounds.start <= usage.interval.start && usage.interval.start < bounds.end;
      if (counts) shares.add(usage, Nanoseconds{0}, usage.energy, usage.work);
    } else if (inside.length() > Nanoseconds{0}) {
      waiting.push_back(&usage);
      cuts.push_back(inside.start);
      cuts.push_back(inside.end);
    }
  }
  std::sort(waiting.begin(), waiting.end(), is_before);
  std::sort(cuts.begin(), cuts.end());
  cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());

  std::vector<const Usage*> holders;
  auto next = waiting.begin();
  for (std::size_t i = 0; i + 1 < cuts.size(); ++i) {
    const Interval piece{cuts[i], cuts[i + 1]};
    std::erase_if(holders, [&](const Usage* usage) { return usage->interval.end <= piece.start; });
    while (next != waiting.end() && (*next)->interval.start <= piece.start) {
      holders.push_back(*next++);
    }
    if (!holders.empty()) shares.add_piece(piece, holders);
  }
  return shares.take();
}

}  // namespace purser::cost
