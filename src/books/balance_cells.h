// Where declining balance takes its rate: the fiscal years, or the periods of `per-period`, that an
// asset's life is cut into. Behind the door of schedule.h.
#pragma once

#include <cstdint>

#include "books/timeline.h"

namespace purser::books {

// What declines, and how.
struct Declining {
  std::int64_t opening;  // minor units: the cost, or the basis of MACRS
  std::int64_t floor;    // what is never gone below: salvage
  DecliningBalance method;
  FiscalYearStart fiscal_year;
};

// The charge of a cell is max(opening x share, (opening - floor) x line) of the amounts that stand
// at its start (`line` only for a method that switches), but never goes below the floor; the last
// cell takes what remains. Within a cell the charge grows with the time that passes.
struct Cell {
  struct Ratio {
    std::int64_t numerator;
    std::int64_t denominator;  // below 2^43
  };
  Ratio share;  // factor x the part of the life that this cell is
  Ratio line;   // the part of the life that remained at its start
  Elapsed start;
  Elapsed end;
  bool last;
};

class Cells {
 public:
  // `whole` is the timeline without disposal; it is borrowed. Both describe the same asset.
  Cells(const Declining& declining, const Timeline& whole);

  const Cell& now() const { return cell_; }
  void next();  // only while now() is not the last

 private:
  void describe(Elapsed start);
  Cell::Ratio declining_share(std::int64_t passed, std::int64_t per) const;
  Cell::Ratio line_by_days() const;
  std::int64_t days_of_period() const;
  // Whether the rate belongs to whole periods, in which the days of service share.
  bool shares_by_days() const { return whole_.by_days() && length_ != PeriodLength::kDay; }

  const Timeline& whole_;
  PeriodLength length_;
  Periods periods_;
  std::int64_t factor_;
  std::int64_t factor_parts_;
  LifeInYears life_;
  std::int64_t number_ = 0;       // of this cell
  Cell::Ratio first_part_{1, 1};  // of its period that the first cell is
  Cell cell_{};
};

}  // namespace purser::books
