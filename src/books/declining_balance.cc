#include "books/declining_balance.h"

#include <algorithm>
#include <array>
#include <numeric>

#include <boost/multiprecision/cpp_int.hpp>

namespace purser::books {
namespace {

using Wide = unsigned __int128;

// amount x ratio, rounded down; `inexact` counts up if something was cut off. numerator <=
// denominator.
template <class Word>
Word times(Word amount, Cell::Ratio ratio, Word& inexact) {
  const auto denominator = static_cast<std::uint64_t>(ratio.denominator);
  const Wide product = Wide{amount} * static_cast<std::uint64_t>(ratio.numerator);
  const Wide quotient = product / denominator;
  inexact += quotient * denominator == product ? 0 : 1;
  return static_cast<Word>(quotient);
}

// The same for 128 bits: a product of 192 bits, divided limb by limb.
Wide times(Wide amount, Cell::Ratio ratio, Wide& inexact) {
  const auto numerator = static_cast<std::uint64_t>(ratio.numerator);
  const auto denominator = static_cast<std::uint64_t>(ratio.denominator);
  constexpr int kLimb = 64;
  const Wide low = Wide{static_cast<std::uint64_t>(amount)} * numerator;
  const Wide high = (amount >> kLimb) * numerator + (low >> kLimb);
  Wide rest = high % denominator;
  const Wide quotient = high / denominator;
  const Wide tail = rest << kLimb | static_cast<std::uint64_t>(low);
  rest = tail % denominator;
  inexact += rest == 0 ? 0 : 1;
  return (quotient << kLimb) + tail / denominator;
}

// The largest scale up to `limit` that the first cells divide well.
template <class Word>
Word scale_for(Cells cells, Word limit) {
  Word scale = 2;  // a half must be whole
  const auto take = [&](std::int64_t factor) {
    const bool fits = scale <= limit / static_cast<Word>(factor);
    if (fits) scale *= static_cast<Word>(factor);
    return fits;
  };
  const auto reduced = [](Cell::Ratio ratio) {
    return ratio.denominator / std::gcd(ratio.numerator, ratio.denominator);
  };
  take(kMonthsPerYear);
  take(reduced(cells.now().share));
  if (!cells.now().last) {
    cells.next();
    const std::int64_t whole = reduced(cells.now().share);
    for (int i = 0; i < kMonthsPerYear && whole > 1 && take(whole); ++i) {
    }
  }
  constexpr std::int64_t kManyDivisors = 27'720;  // by 1 to 12: what remains of a life, in years
  take(kManyDivisors);
  while (take(2)) {
  }
  return scale;
}

// Sums stay below 2^62 and 2^126, with room for a half.
template <class Word>
constexpr Word kMost = Word{1} << (sizeof(Word) * 8 - 2);

}  // namespace

template <class Word>
bool DecliningBalanceCurve<Word>::fits(const Declining& declining) {
  constexpr std::int64_t kLeastScale = std::int64_t{1} << 24;
  return declining.opening <= static_cast<std::int64_t>(std::min<Wide>(
                                  kMost<Word> / static_cast<Word>(kLeastScale), INT64_MAX));
}

template <class Word>
DecliningBalanceCurve<Word>::DecliningBalanceCurve(const Declining& declining,
                                                   const Timeline& timeline, const Timeline& whole)
    : declining_(declining),
      timeline_(timeline),
      whole_(whole),
      cells_(declining, whole),
      scale_(
          scale_for(cells_, static_cast<Word>(kMost<Word> / static_cast<Word>(declining.opening)))),
      floor_(static_cast<Word>(declining.floor) * scale_),
      left_(static_cast<Word>(declining.opening) * scale_) {
  open_cell();
}

template <class Word>
void DecliningBalanceCurve<Word>::open_cell() {
  const Cell& cell = cells_.now();
  const Word above = left_ - floor_;
  parts_ = 0;
  if (cell.last) {
    charge_ = above;
    error_after_ = 0;
    return;
  }
  Word inexact = error_;
  charge_ =
      cell.share.numerator >= cell.share.denominator ? left_ : times(left_, cell.share, inexact);
  if (declining_.method.switches) charge_ = std::max(charge_, times(above, cell.line, inexact));
  charge_ = std::min(charge_, above);
  error_after_ = inexact;
}

template <class Word>
void DecliningBalanceCurve<Word>::next_cell() {
  passed_ += charge_;
  left_ -= charge_;
  error_ = error_after_;
  cells_.next();
  open_cell();
}

template <class Word>
std::int64_t DecliningBalanceCurve<Word>::accumulated(const CalendarDay& day) {
  const Elapsed now = timeline_.at(day);
  while (!cells_.now().last &&
         now.ticks * cells_.now().end.per >= cells_.now().end.ticks * now.per) {
    next_cell();
  }
  const Cell& cell = cells_.now();
  const std::int64_t done =
      (now.ticks * cell.start.per - cell.start.ticks * now.per) * cell.end.per;
  if (done == 0) return rounded(passed_, error_, now);  // as most days that are asked for
  const std::int64_t parts =
      (cell.end.ticks * cell.start.per - cell.start.ticks * cell.end.per) * now.per;
  if (parts != parts_) {
    parts_ = parts;
    charge_quotient_ = charge_ / static_cast<Word>(parts);
    charge_rest_ = charge_ % static_cast<Word>(parts);
  }
  // rest x done < parts^2, and parts is at most 2400 x 372 x 372.
  const auto small = static_cast<std::uint64_t>(charge_rest_) * static_cast<std::uint64_t>(done);
  const std::uint64_t part = small / static_cast<std::uint64_t>(parts);
  const Word error =
      std::max(error_, error_after_) + (part * static_cast<std::uint64_t>(parts) == small ? 0 : 1);
  return rounded(passed_ + charge_quotient_ * static_cast<Word>(done) + static_cast<Word>(part),
                 error, now);
}

template <class Word>
std::int64_t DecliningBalanceCurve<Word>::rounded(Word amount, Word error, Elapsed elapsed) const {
  const Word raised = amount + scale_ / 2;
  const Word whole = raised / scale_;
  const Word rest = raised % scale_;
  if (rest < error || scale_ - rest <= error) return exactly(elapsed);
  return static_cast<std::int64_t>(whole);
}

template <class Word>
std::int64_t DecliningBalanceCurve<Word>::exactly(Elapsed elapsed) const {
  using Fraction = boost::multiprecision::cpp_rational;
  using boost::multiprecision::cpp_int;
  const auto of = [](std::int64_t numerator, std::int64_t denominator) {
    return Fraction(cpp_int(numerator), cpp_int(denominator));
  };
  const Fraction floor = declining_.floor;
  Fraction left = declining_.opening;
  Cells cells(declining_, whole_);
  while (true) {
    const Cell& cell = cells.now();
    const Fraction above = left - floor;
    Fraction charge = left * of(cell.share.numerator, cell.share.denominator);
    if (declining_.method.switches) {
      charge = std::max<Fraction>(charge, above * of(cell.line.numerator, cell.line.denominator));
    }
    if (cell.last || charge > above) charge = above;
    const bool inside = elapsed.ticks * cell.end.per < cell.end.ticks * elapsed.per;
    if (!inside && !cell.last) {
      left -= charge;
      cells.next();
      continue;
    }
    const Fraction start = of(cell.start.ticks, cell.start.per);
    const Fraction part =
        (of(elapsed.ticks, elapsed.per) - start) / (of(cell.end.ticks, cell.end.per) - start);
    const Fraction twice = 2 * (declining_.opening - left + charge * part) + 1;
    return static_cast<std::int64_t>(cpp_int(numerator(twice) / (2 * denominator(twice))));
  }
}

template class DecliningBalanceCurve<std::uint32_t>;
template class DecliningBalanceCurve<std::uint64_t>;
template class DecliningBalanceCurve<unsigned __int128>;

}  // namespace purser::books
