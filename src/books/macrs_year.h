// The convention of a tax year. Property of MACRS counts from the middle of the year in which it
// was placed in service (half-year), unless more than 40% of the year's was placed in service in
// its last three months: then all of it counts from the middle of its quarter (mid-quarter). So
// what an asset deducts hangs on what else is bought in its year, and is known when that is over.
// (26 USC 168(d)(3), 26 CFR 1.168(d)-1, IRS Pub. 946)
//
// The test sums depreciable bases: the cost less section 179, bonus not taken off, without what was
// disposed of in the year in which it was placed in service. A year that is tipped keeps what its
// closed months were charged; the month of `effective` makes good what they lack or have too much.
#pragma once

#include <array>
#include <compare>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "books/book.h"
#include "books/method.h"
#include "books/terms.h"
#include "money/money.h"

namespace purser::books {

// Twelve months of the return that a book is kept for. Amounts of two currencies are never added:
// each has a test of its own.
struct TaxYear {
  Book book = Book::kTax;
  money::Currency currency;
  Date start{};

  bool operator==(const TaxYear&) const = default;
  Period days() const { return {start, add_months(start, 12)}; }
};
// By book, currency and day.
bool operator<(const TaxYear& a, const TaxYear& b);

// The first day of the fiscal year that `date` lies in.
Date fiscal_year_start_of(Date date, FiscalYearStart fiscal_year);

// From a day on, the property of a tax year that names no convention is charged by this one. Facts:
// one that no longer holds is followed by another.
struct MacrsRuling {
  TaxYear year;
  Convention convention = Convention::kHalfYear;
  Date effective{};
  Instant recorded{};
  std::string who = {};
};

// Of rulings in the order in which they were made, those that hold, by the day from which they
// count: each takes the place of all that were made before it and count from its day or later.
std::vector<MacrsRuling> in_force(const std::vector<MacrsRuling>& made);

// One that was placed in service by itself: an asset as it was bought, an improvement of it, or
// what a part has of either.
struct MacrsProperty {
  Date in_service{};  // the day itself, whenever it was told
  FiscalYearStart fiscal_year{};
  std::int64_t basis = 0;    // minor units: cost less section 179
  bool is_named = false;     // its convention is, and the test does not change it
  bool is_excluded = false;  // disposed of in the year in which it was placed in service
};

// What was placed in service in a tax year.
struct MacrsTest {
  TaxYear year;
  std::array<money::Int128, 4> quarters{};  // minor units of depreciable basis
  std::int64_t properties = 0;              // that count
  std::int64_t unnamed = 0;                 // of them, those that the law decides for

  void add(const MacrsProperty& property);  // of that year; others are passed over
  money::Int128 all() const;
  money::Int128 last_quarter() const { return quarters.back(); }
  Convention convention() const;  // exactly 40% is half-year
  // Of the last quarter, in hundredths of a percent, to the nearest: 4000 may be a little more or
  // less than 40%, see convention(). None of nothing.
  std::optional<std::int64_t> share_basis_points() const;
};

// What a tax year deducts of an asset by one convention and by the other.
struct RuledAsset {
  std::string asset;
  money::Money before;
  money::Money after;
};

// A tax year whose convention changed.
struct RuledYear {
  MacrsTest test;
  Convention before = Convention::kHalfYear;
  MacrsRuling ruling;
  std::vector<RuledAsset> assets = {};  // that are charged otherwise; by name
  // All its months are closed: what its return said was by the other convention.
  bool is_closed = false;
};

// A tax year as the books know it.
struct MacrsYear {
  MacrsTest test;
  std::vector<MacrsRuling> rulings;  // as they were made; none: half-year since it began
};

}  // namespace purser::books
