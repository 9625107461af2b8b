#include "books/portions.h"

#include <algorithm>

#include "books/macrs.h"
#include "books/segments.h"
#include "money/money.h"

namespace purser::books {
namespace {

std::int64_t share_of(std::int64_t amount, std::int64_t part, std::int64_t whole) {
  const money::Int128 twice = money::Int128{2} * amount * part;
  return static_cast<std::int64_t>((twice + whole - 1) / (money::Int128{2} * whole));
}

std::int64_t carried(const Portion& portion) {
  return portion.cost - portion.accumulated - portion.impaired;
}

// What is left to charge. Below zero where the salvage is above what is carried.
std::int64_t left(const Portion& portion) {
  return carried(portion) - portion.deducted - portion.salvage;
}

// Each amount was rounded by itself: neither side may be left with less than nothing to charge.
void settle(Portion& share, const Portion& from) {
  if (left(from) < 0) return;
  for (const auto amount : {&Portion::accumulated, &Portion::salvage, &Portion::impaired}) {
    const std::int64_t its = left(share);
    const std::int64_t over = its - std::clamp<std::int64_t>(its, 0, left(from));
    share.*amount = std::clamp<std::int64_t>(share.*amount + over, 0, from.*amount);
  }
}

// What stays charged if it goes is shared as what was charged is, so that a share that goes leaves
// what that share of the whole would.
std::optional<std::int64_t> share_of_ahead(const Portion& share, const Portion& from,
                                           std::int64_t part, std::int64_t whole) {
  if (!from.ahead) return std::nullopt;
  const std::int64_t granted = from.accumulated - *from.ahead;
  if (granted < 0) return share_of(*from.ahead, part, whole);  // a revaluation took some away
  return std::clamp<std::int64_t>(share.accumulated - share_of(granted, part, whole), 0,
                                  *from.ahead);
}

}  // namespace

Deducted deducted_of(const Portion& portion) {
  return {portion.deducted - portion.bonus, portion.bonus};
}

Deducted deducted_of(const Terms& terms) {
  if (!std::holds_alternative<Macrs>(terms.method)) return {};
  const MacrsBasis basis = macrs_basis(terms);
  return {basis.section_179, basis.bonus};
}

Terms with_amounts(Terms terms, const Balances& balances, std::int64_t salvage,
                   const Deducted& deducted) {
  const auto money = [&](std::int64_t minor) { return money::Money(minor, terms.cost.currency()); };
  const auto amount = [&](std::int64_t minor) {
    return minor == 0 ? std::nullopt : std::optional(money(minor));
  };
  terms.salvage = money(salvage);
  if (auto* const macrs = std::get_if<Macrs>(&terms.method)) {
    terms.cost = money(balances.cost);
    // Amounts from now on: what a rate would give of a part need not be that part of what it gave
    // of the whole.
    macrs->section_179 = amount(deducted.section_179);
    macrs->bonus_basis_points = 0;
    macrs->bonus = amount(deducted.bonus);
    return terms;
  }
  terms.cost = money(balances.cost - balances.impaired + balances.eliminated);
  return terms;
}

std::vector<Portion> share_of(std::span<const Portion> all, std::int64_t part, std::int64_t whole) {
  std::vector<Portion> shares;
  for (const Portion& from : all) {
    const auto of = [&](std::int64_t amount) { return share_of(amount, part, whole); };
    Portion share{.book = from.book,
                  .in_service = from.in_service,
                  .cost = of(from.cost),
                  .salvage = of(from.salvage),
                  .deducted = of(from.deducted),
                  .bonus = of(from.bonus),
                  .accumulated = of(from.accumulated),
                  .impaired = of(from.impaired),
                  .surplus = of(from.surplus),
                  .lost = of(from.lost),
                  .revalued = from.revalued};
    settle(share, from);
    share.unimpaired = share.impaired == 0 ? carried(share) : of(from.unimpaired);
    share.year_base = share_of_year_base(from.year_base, carried(share), carried(from));
    share.ahead = share_of_ahead(share, from, part, whole);
    shares.push_back(std::move(share));
  }
  return shares;
}

}  // namespace purser::books
