// Declining balance: a rate of factor / life on what is left, with or without the switch to
// straight line over the rest. (IAS 16.62, diminishing balance; 200% and 150% of US Revenue
// Procedure 87-57; per period as DDB and VDB of spreadsheets.) Behind the door of schedule.h.
#pragma once

#include <cstdint>

#include "books/balance_cells.h"

namespace purser::books {

// Fixed point in a Word of 32, 64 or 128 bits. The unit is 1 / scale of a minor unit, where scale
// is a multiple of the first cells' denominators, so that most steps leave no remainder at all.
//
// Proof of the rounding. A cell maps the opening amount x to x - min(max(x s, (x - f) l), x - f)
// with 0 <= s, l <= 1: of slope between 0 and 1, so an error of x never grows. Every division
// rounds down by less than one unit. So after n inexact divisions the amount is within n units of
// the exact one, which is counted in `error`. If no half of a minor unit lies that near, rounding
// is right; if one does, the amount is computed again with exact fractions.
template <class Word>
class DecliningBalanceCurve {
 public:
  // Whether the amount leaves this Word enough bits behind the point.
  static bool fits(const Declining& declining);
  // `timeline` may end in disposal, `whole` does not; both are borrowed. opening > floor.
  DecliningBalanceCurve(const Declining& declining, const Timeline& timeline,
                        const Timeline& whole);

  // In minor units, rounded. Asked for days that do not go back.
  std::int64_t accumulated(const CalendarDay& day);

 private:
  void open_cell();
  void next_cell();
  std::int64_t rounded(Word amount, Word error, Elapsed elapsed) const;
  std::int64_t exactly(Elapsed elapsed) const;

  Declining declining_;
  const Timeline& timeline_;
  const Timeline& whole_;
  Cells cells_;
  Word scale_ = 1;
  Word floor_ = 0;
  Word passed_ = 0;  // charged before this cell
  Word left_ = 0;    // the opening amount of this cell
  Word charge_ = 0;  // of this cell
  Word error_ = 0;   // of left_, in units
  Word error_after_ = 0;
  // The charge by the denominator of the part asked for last.
  std::int64_t parts_ = 0;
  Word charge_quotient_ = 0;
  Word charge_rest_ = 0;
};

// For the tests: so few bits that a half is near all the time.
using CrampedDecliningBalance = DecliningBalanceCurve<std::uint32_t>;
using NarrowDecliningBalance = DecliningBalanceCurve<std::uint64_t>;
using WideDecliningBalance = DecliningBalanceCurve<unsigned __int128>;

}  // namespace purser::books
