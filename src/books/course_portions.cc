// Assets that come in the middle of their lives, divide, become one and come back. Behind the door
// of course.h.
#include <algorithm>

#include <fmt/format.h>

#include "books/calendar.h"
#include "books/course.h"
#include "books/segments.h"

namespace purser::books {
namespace {

using money::Money;

tl::unexpected<Error> refused(std::string message) {
  return fail(ErrorCode::kInvalidInput, std::move(message));
}

// The terms of something with those amounts: a table goes by its cost less what was deducted, any
// other method counts down from what is not yet written off.
Terms with_amounts(Terms terms, const Balances& balances, std::int64_t salvage,
                   std::int64_t deducted) {
  const money::Currency currency = terms.cost.currency();
  terms.salvage = Money(salvage, currency);
  if (auto* const macrs = std::get_if<Macrs>(&terms.method)) {
    terms.cost = Money(balances.cost, currency);
    // One amount from now on: what a rate would give of a part need not be that part of what it
    // gave of the whole.
    macrs->bonus_basis_points = 0;
    macrs->section_179.reset();
    if (deducted != 0) macrs->section_179 = Money(deducted, currency);
    return terms;
  }
  terms.cost = Money(balances.cost - balances.impaired + balances.eliminated, currency);
  return terms;
}

Balances balances_of(const Portion& portion) {
  return {.cost = portion.cost,
          .impaired = portion.impaired,
          .eliminated = -portion.accumulated,
          .surplus = portion.surplus,
          .lost = portion.lost,
          .revalued = portion.revalued};
}

Balances without(Balances balances, const Portion& portion) {
  balances.cost -= portion.cost;
  balances.impaired -= portion.impaired;
  balances.eliminated += portion.accumulated;
  balances.surplus -= portion.surplus;
  balances.lost -= portion.lost;
  return balances;
}

Balances with(Balances balances, const Portion& portion) {
  balances.cost += portion.cost;
  balances.impaired += portion.impaired;
  balances.eliminated -= portion.accumulated;
  balances.surplus += portion.surplus;
  balances.lost += portion.lost;
  balances.revalued = balances.revalued || portion.revalued;
  return balances;
}

Segment taken_over(const Terms& plain, const Portion& portion, Date on) {
  Terms terms = plain;
  terms.in_service = portion.in_service;
  const Balances balances = balances_of(portion);
  return Segment{
      .start = on,
      .terms = with_amounts(std::move(terms), balances, portion.salvage, portion.deducted),
      .opening = 0,
      .balances = balances,
      .began = Began::kTakenOver,
      .year_base = portion.year_base};
}

}  // namespace

Status Course::open(const Opening& opening, Date on) {
  if (opening.portions.empty()) {
    return refused("it came into these books as a part, but of nothing in this one");
  }
  opened_ = on;
  layers_.clear();
  for (const Portion& portion : opening.portions) {
    layers_.push_back({taken_over(plain_, portion, on)});
  }
  return {};
}

Status Course::split(const Split& split, Date on) {
  if (split.portions.size() != layers_.size()) {
    return refused("what was split off does not fit what it was split from");
  }
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    Segments& layer = layers_[i];
    const Portion& portion = split.portions[i];
    const Terms& last = layer.back().terms;
    const Balances balances = without(worn_balances(layer, on), portion);
    Terms terms = with_amounts(last, balances, last.salvage.minor() - portion.salvage,
                               deducted_at_once(last).minor() - portion.deducted);
    layer.push_back({on, std::move(terms), accumulated_in(layer, on), balances, Began::kMeasured});
  }
  return {};
}

Status Course::merge(const Merge& merge, Date on) {
  if (std::holds_alternative<Macrs>(plain_.method)) {
    for (const Portion& portion : merge.portions) {
      layers_.push_back({taken_over(plain_, portion, on)});
    }
    return {};
  }
  Segments& layer = layers_.front();
  for (const Portion& portion : merge.portions) {
    const Terms& last = layer.back().terms;
    const Balances balances = with(worn_balances(layer, on), portion);
    Terms terms = with_amounts(last, balances, last.salvage.minor() + portion.salvage, 0);
    std::string base = sum_of_year_bases(year_base(layer, on), portion.year_base);
    layer.push_back({on, std::move(terms), accumulated_in(layer, on), balances, Began::kMeasured,
                     std::move(base)});
  }
  return {};
}

// Its charges go on where they stopped, over what is left of its life; a table of MACRS makes the
// missed ones good in the first month.
Status Course::reinstate(Date on) {
  if (!disposed_ || merged_) return refused("it was not disposed of, so nothing can come back");
  const Date gone = *disposed_;
  gaps_.push_back({gone, on});
  disposed_.reset();
  for (Segments& layer : layers_) {
    Terms terms = layer.back().terms;
    terms.disposed.reset();
    const std::int64_t charged = accumulated_in(layer, on);
    const std::int64_t left = terms.cost.minor() - charged;
    const Periods years(gone, PeriodLength::kYear, terms.fiscal_year);
    const bool same_year = on < years.end().date;
    const auto* const declining = std::get_if<DecliningBalance>(&terms.method);
    const bool by_year = declining != nullptr && !declining->per_period;
    std::string base = same_year && by_year ? year_base(layer, gone) : std::to_string(left);
    const Segment back{
        on, std::move(terms), charged, worn_balances(layer, on), Began::kMeasured, std::move(base)};
    const bool is_table = std::holds_alternative<Macrs>(back.terms.method);
    if (!is_table && left > back.terms.salvage.minor() && fully_charged(back, on)) {
      return refused(
          fmt::format("its life was over by {}, so nothing could wear off what is left of it; add "
                      "it anew, with what it is worth: purser asset add",
                      format(on)));
    }
    layer.push_back(back);
  }
  return {};
}

bool Course::is_gone(Date date) const {
  if (disposed_ && *disposed_ <= date) return true;
  return std::any_of(gaps_.begin(), gaps_.end(),
                     [&](const Period& gap) { return gap.start <= date && date < gap.end; });
}

Result<std::vector<Portion>> Course::holdings(Date date) const {
  std::vector<Portion> all;
  for (const Segments& layer : layers_) {
    const Segment& last = layer.back();
    const Balances balances = worn_balances(layer, date);
    const std::int64_t charged = accumulated_in(layer, date);
    Portion portion{.in_service = last.terms.in_service,
                    .cost = balances.cost,
                    .salvage = last.terms.salvage.minor(),
                    .deducted = deducted_at_once(last.terms).minor(),
                    .accumulated = charged - balances.eliminated,
                    .impaired = balances.impaired,
                    .surplus = balances.surplus,
                    .lost = balances.lost,
                    .revalued = balances.revalued,
                    .year_base = year_base(layer, date)};
    portion.unimpaired = balances.cost - portion.impaired - portion.accumulated;
    if (portion.impaired != 0) {
      PURSER_ASSIGN(portion.unimpaired, unimpaired(date));
    }
    all.push_back(std::move(portion));
  }
  return all;
}

}  // namespace purser::books
