// MACRS by the convention of its tax year, and what of an asset counts in which year. Behind the
// door of course.h.
#include "books/course.h"
#include "books/macrs.h"
#include "books/portions.h"
#include "books/segments.h"

namespace purser::books {
namespace {

using money::Money;

// Whether the law decides for it in that year.
bool is_of(const Terms& terms, const MacrsRuling& ruling) {
  const auto* const macrs = std::get_if<Macrs>(&terms.method);
  return macrs != nullptr && !macrs->convention &&
         fiscal_year_start_of(terms.in_service, terms.fiscal_year) == ruling.year.start;
}

}  // namespace

Segment Course::ruled(Segment segment) const {
  const auto* const macrs = std::get_if<Macrs>(&segment.terms.method);
  if (macrs == nullptr || macrs->convention) return segment;
  segment.terms.convention = Convention::kHalfYear;
  for (const MacrsRuling& ruling : rulings_) {
    if (!is_of(segment.terms, ruling)) continue;
    segment.is_ruled = true;
    if (ruling.effective <= segment.start) segment.terms.convention = ruling.convention;
  }
  return segment;
}

// What is gone keeps the convention by which it went.
void Course::rule(const MacrsRuling& ruling) {
  if (disposed_) return;
  for (Segments& layer : layers_) {
    Segment next = layer.back();
    const bool is_begun = layer.front().start < ruling.effective;
    if (!is_begun || !is_of(next.terms, ruling) || next.terms.convention == ruling.convention) {
      continue;
    }
    next.start = ruling.effective;
    next.terms.convention = ruling.convention;
    next.opening = accumulated_in(layer, ruling.effective);
    next.began = Began::kMeasured;
    layer.push_back(std::move(next));
  }
}

std::vector<MacrsProperty> Course::properties() const {
  std::vector<MacrsProperty> all;
  if (merged_) return all;
  for (const Segments& layer : layers_) {
    const Terms& terms = layer.back().terms;
    const auto* const macrs = std::get_if<Macrs>(&terms.method);
    if (macrs == nullptr) continue;
    all.push_back({.in_service = terms.in_service,
                   .fiscal_year = terms.fiscal_year,
                   .basis = terms.cost.minor() - macrs_basis(terms).section_179,
                   .is_named = macrs->convention.has_value(),
                   .is_excluded = macrs_denied(terms)});
  }
  return all;
}

Result<Money> Course::deduction(const Period& year) const {
  std::int64_t minor = 0;
  for (const Segments& layer : layers_) {
    const Terms& terms = layer.back().terms;
    PURSER_ASSIGN(const Money before, books::accumulated(terms, year.start));
    PURSER_ASSIGN(const Money after, books::accumulated(terms, year.end));
    minor += after.minor() - before.minor();
  }
  return Money(minor, plain_.cost.currency());
}

// Of what is left of it: what a part has went with it.
void Course::tell_deducted(Schedule& schedule) const {
  Deducted sum;
  for (const Segments& layer : layers_) {
    const Deducted its = deducted_of(layer.back().terms);
    sum.section_179 += its.section_179;
    sum.bonus += its.bonus;
  }
  const auto amount = [&](std::int64_t minor) {
    return minor == 0 ? std::nullopt : std::optional(Money(minor, plain_.cost.currency()));
  };
  schedule.section_179 = amount(sum.section_179);
  schedule.bonus = amount(sum.bonus);
}

}  // namespace purser::books
