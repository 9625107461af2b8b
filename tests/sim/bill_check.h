// What the auditor holds against a bill: whose time and joules they were, by its own cutting, and
// what each line must come to.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "cost/load.h"
#include "meter/records.h"
#include "sim/bands.h"
#include "sim/reckoning.h"

namespace purser::sim {

// What one run claims of a device within an interval, by the auditor's own cutting.
struct Claim {
  Fraction device_ns;
  Fraction energy_uj;
  std::int64_t pieces = 0;  // each may be rounded on its own
};

// By run; `from` and `to` in nanoseconds since the epoch.
std::map<std::string, Claim> own_claims(const std::vector<meter::Usage>& usages, std::int64_t from,
                                        std::int64_t to);

// Each band's joules at its price, in billionths, rounded once a band.
std::int64_t price_of_bands(const std::vector<BandFact>& bands, const cost::ResourceBill& bill);

// One resource's month of the bill. An Error says what is not as it should be.
class BillCheck {
 public:
  BillCheck(const Facts& facts, const AssetFact& asset, const cost::ResourceBill& bill,
            Instant now);

  std::int64_t start() const { return start_; }
  std::int64_t end() const { return end_; }
  const std::vector<BandFact>& bands() const { return bands_; }

  // The bill is cut where the facts say that power begins to cost otherwise, and says of each piece
  // what was drawn in it. `claims`: band by band.
  Status check_bands(const std::vector<std::map<std::string, Claim>>& claims) const;
  Status check_time(const std::map<std::string, Claim>& claims) const;
  // What each run pays for its joules is their price when it drew them; of a closed month, its part
  // of what was posted.
  Status check_energy(const std::vector<std::map<std::string, Claim>>& claims) const;
  // Of what accrues with time.
  Status check_kind(Kind kind, std::int64_t charge_minor) const;
  // What the time of rest costs stands apart, on no run and on no idle hour.
  Status check_rest(Kind kind, std::int64_t expected, const Whole& time) const;
  // A line of its own for each month whose energy was posted into this one.
  Status check_late() const;

 private:
  // Whole nanoseconds and microjoules of so many pieces: a nanosecond is worth so many microjoules
  // under load.
  std::int64_t slack_uj(std::int64_t pieces) const;
  Status check_sum(Kind kind, std::int64_t expected) const;
  // What the month must come to: cents of the journal once closed, rate x time before.
  std::int64_t right_side(std::int64_t charge_minor) const;
  std::int64_t energy_due() const;
  std::string where() const;

  const Facts& facts_;
  const AssetFact& asset_;
  const cost::ResourceBill& bill_;
  bool closed_;
  std::int64_t start_ = 0;
  std::int64_t end_ = 0;
  std::int64_t service_ns_ = 0;
  std::vector<BandFact> bands_;  // of what is elapsed
};

}  // namespace purser::sim
